#pragma once
/*
 * What a run has seen: a map from 16-byte keyed hashes to numbers, for finding the second row of a
 * person and the second packet of an id. At most SEEN_MAX. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEEN_MAX ((size_t)1 << 24)

struct seen;

struct seen *seen_new(void); /* NULL when memory is out */
void seen_free(struct seen *seen);
/*
 * The number under this key; a key that is new gets number. *known tells which. False when there
 * are too many, or memory is out.
 */
bool seen_put(struct seen *seen, const uint8_t key[static 16], uint64_t *number, bool *known)
    __attribute__((warn_unused_result));
size_t seen_count(const struct seen *seen);
