#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run has seen: a map from 16-byte keyed hashes to numbers, for finding the second row of a
 * person and the second packet of an id. At most ID_MAP_MAX. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_MAP_MAX ((size_t)1 << 24)

struct id_map;

struct id_map *id_map_new(void); /* NULL when memory is out */
/* The same with room for n keys before it grows: growing costs as much as all that is put. */
struct id_map *id_map_new_for(uint64_t n);
void id_map_free(struct id_map *map);
/*
 * The number under this key; a key that is new gets number. *known tells which. False when there
 * are too many, or memory is out.
 */
bool id_map_put(struct id_map *map, const uint8_t key[static 16], uint64_t *number, bool *known)
    __attribute__((warn_unused_result));
/* Fetches the key's place into the cache: a while before it is looked up, for a large map. */
void id_map_fetch(const struct id_map *map, const uint8_t key[static 16]);
/* Is the key there? */
bool id_map_has(const struct id_map *map, const uint8_t key[static 16]);
size_t id_map_count(const struct id_map *map);
