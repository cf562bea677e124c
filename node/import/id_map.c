/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/id_map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 1024 /* a power of two */
#define ROOM_LARGEST                                                                               \
    ((size_t)1 << 22) /* that is made at once: 32 MiB, of which the system gives                   \
                       * what is used */

/* The keys in the order in which they came: a new one goes beside the one before. */
struct id_map_entry {
    uint8_t key[16];
    uint64_t number;
};

/* Small, because each look-up touches one anywhere in memory. */
struct id_map_slot {
    uint32_t tag;   /* of the key: nearly every other key has another one */
    uint32_t entry; /* its place among the entries, from 1; 0: free */
};

struct id_map {
    struct id_map_slot *slots;
    size_t room;
    struct id_map_entry *entries;
    size_t n;
    size_t entries_room;
};

static size_t place_of(const struct id_map *map, const uint8_t key[static 16])
{
    size_t at;

    memcpy(&at, key, sizeof(at));
    return at & (map->room - 1);
}

static uint32_t tag_of(const uint8_t key[static 16])
{
    uint32_t tag;

    memcpy(&tag, key + 8, sizeof(tag));
    return tag;
}

/* Keys are keyed hashes: nobody outside can choose them to collide. */
static struct id_map_slot *place(const struct id_map *map, const uint8_t key[static 16])
{
    uint32_t tag = tag_of(key);
    size_t at = place_of(map, key);

    for (; map->slots[at].entry; at = (at + 1) & (map->room - 1))
        if (map->slots[at].tag == tag &&
            memcmp(map->entries[map->slots[at].entry - 1].key, key, 16) == 0)
            break;
    return &map->slots[at];
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
    free(map->entries);
    free(map);
}

static bool grow_slots(struct id_map *map)
{
    struct id_map_slot *larger = calloc(2 * map->room, sizeof(*larger));

    if (!larger)
        return false;
    free(map->slots);
    map->slots = larger;
    map->room *= 2;
    for (size_t i = 0; i < map->n; i++)
        *place(map, map->entries[i].key) =
            (struct id_map_slot){tag_of(map->entries[i].key), (uint32_t)i + 1};
    return true;
}

static bool grow_entries(struct id_map *map)
{
    size_t room = map->entries_room ? 2 * map->entries_room : ROOM_FIRST / 2;
    struct id_map_entry *grown = realloc(map->entries, room * sizeof(*grown));

    if (!grown)
        return false;
    map->entries = grown;
    map->entries_room = room;
    return true;
}

bool id_map_put(struct id_map *map, const uint8_t key[static 16], uint64_t *number, bool *known)
{
    assert(map);
    struct id_map_slot *slot;

    if (2 * (map->n + 1) > map->room && !grow_slots(map))
        return false;
    slot = place(map, key);
    *known = slot->entry != 0;
    if (*known) {
        *number = map->entries[slot->entry - 1].number;
        return true;
    }
    if (map->n == ID_MAP_MAX || (map->n == map->entries_room && !grow_entries(map)))
        return false;
    memcpy(map->entries[map->n].key, key, 16);
    map->entries[map->n].number = *number;
    *slot = (struct id_map_slot){tag_of(key), (uint32_t)++map->n};
    return true;
}

void id_map_fetch(const struct id_map *map, const uint8_t key[static 16])
{
    assert(map);
    __builtin_prefetch(&map->slots[place_of(map, key)]);
}

bool id_map_has(const struct id_map *map, const uint8_t key[static 16])
{
    return place(map, key)->entry != 0;
}

size_t id_map_count(const struct id_map *map)
{
    assert(map);
    return map->n;
}
