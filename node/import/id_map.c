/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/id_map.h"

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
    struct id_map *seen = calloc(1, sizeof(*seen));

    if (!seen)
        return NULL;
    seen->room = ROOM_FIRST;
    while (seen->room / 2 < n && seen->room < ROOM_LARGEST)
        seen->room *= 2;
    seen->slots = calloc(seen->room, sizeof(*seen->slots));
    if (!seen->slots) {
        free(seen);
        return NULL;
    }
    return seen;
}

void id_map_free(struct id_map *seen)
{
    if (!seen)
        return;
    free(seen->slots);
    free(seen);
}

static bool grow(struct id_map *seen)
{
    struct id_map_slot *larger = calloc(2 * seen->room, sizeof(*larger));

    if (!larger)
        return false;
    for (size_t i = 0; i < seen->room; i++)
        if (seen->slots[i].used)
            *place(larger, 2 * seen->room, seen->slots[i].key) = seen->slots[i];
    free(seen->slots);
    seen->slots = larger;
    seen->room *= 2;
    return true;
}

bool id_map_put(struct id_map *seen, const uint8_t key[static 16], uint64_t *number, bool *known)
{
    struct id_map_slot *slot;

    if (2 * (seen->n + 1) > seen->room && !grow(seen))
        return false;
    slot = place(seen->slots, seen->room, key);
    *known = slot->used;
    if (slot->used) {
        *number = slot->number;
        return true;
    }
    if (seen->n == ID_MAP_MAX)
        return false;
    slot->used = true;
    memcpy(slot->key, key, 16);
    slot->number = *number;
    seen->n++;
    return true;
}

bool id_map_has(const struct id_map *seen, const uint8_t key[static 16])
{
    return place(seen->slots, seen->room, key)->used;
}

size_t id_map_count(const struct id_map *seen)
{
    return seen->n;
}
