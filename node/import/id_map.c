/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/id_map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 1024 /* a power of two */
#define ROOM_LARGEST                                                                               \
    ((size_t)1 << 21) /* that is made at once: 64 MiB, of which the system gives                   \
                       * what is used */

struct id_map_slot {
    bool used;
    uint8_t key[16];
    uint64_t number;
};

struct id_map {
    struct id_map_slot *slots;
    size_t room;
    size_t n;
};

/* Keys are keyed hashes: nobody outside can choose them to collide. */
static struct id_map_slot *place(struct id_map_slot *slots, size_t room,
                                 const uint8_t key[static 16])
{
    size_t at;

    memcpy(&at, key, sizeof(at));
    for (at &= room - 1; slots[at].used; at = (at + 1) & (room - 1))
        if (memcmp(slots[at].key, key, 16) == 0)
            break;
    return &slots[at];
}

struct id_map *id_map_new(void)
{
    return id_map_new_for(0);
}

struct id_map *id_map_new_for(uint64_t n)
{
    struct id_map *map = calloc(1, sizeof(*map));

    if (!map)
        return NULL;
    map->room = ROOM_FIRST;
    while (map->room / 2 < n && map->room < ROOM_LARGEST)
        map->room *= 2;
    map->slots = calloc(map->room, sizeof(*map->slots));
    if (!map->slots) {
        free(map);
        return NULL;
    }
    return map;
}

void id_map_free(struct id_map *map)
{
    if (!map)
        return;
    free(map->slots);
    free(map);
}

static bool grow(struct id_map *map)
{
    struct id_map_slot *larger = calloc(2 * map->room, sizeof(*larger));

    if (!larger)
        return false;
    for (size_t i = 0; i < map->room; i++)
        if (map->slots[i].used)
            *place(larger, 2 * map->room, map->slots[i].key) = map->slots[i];
    free(map->slots);
    map->slots = larger;
    map->room *= 2;
    return true;
}

bool id_map_put(struct id_map *map, const uint8_t key[static 16], uint64_t *number, bool *known)
{
    assert(map);
    struct id_map_slot *slot;

    if (2 * (map->n + 1) > map->room && !grow(map))
        return false;
    slot = place(map->slots, map->room, key);
    *known = slot->used;
    if (slot->used) {
        *number = slot->number;
        return true;
    }
    if (map->n == ID_MAP_MAX)
        return false;
    slot->used = true;
    memcpy(slot->key, key, 16);
    slot->number = *number;
    map->n++;
    return true;
}

bool id_map_has(const struct id_map *map, const uint8_t key[static 16])
{
    return place(map->slots, map->room, key)->used;
}

size_t id_map_count(const struct id_map *map)
{
    assert(map);
    return map->n;
}
