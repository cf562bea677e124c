/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/said_codes.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/id_map.h"
#include "node/store/person.h"
#include "node/terms/graph.h"
#include "proto/query/code_system.h"

enum mark { MARK_PRESENT = 'p', MARK_ABSENT = 'a' };

struct said_codes {
    const struct term_graph *hp;
    struct id_map *map;
    uint8_t key[crypto_generichash_KEYBYTES]; /* so that nobody can choose what collides */
};

struct said_codes *said_codes_new(const struct term_graph *hp)
{
    struct said_codes *said = calloc(1, sizeof(*said));

    if (!said)
        return NULL;
    said->hp = hp;
    said->map = id_map_new();
    if (!said->map) {
        free(said);
        return NULL;
    }
    crypto_generichash_keygen(said->key);
    return said;
}

void said_codes_free(struct said_codes *said)
{
    if (!said)
        return;
    id_map_free(said->map);
    free(said);
}

/* One code of one person, under one mark. */
struct said_code {
    const struct person_id *person;
    const struct event *event;
    const char *code;
    size_t length;
};

static void key_of(const struct said_codes *said, const struct said_code *of, enum mark mark,
                   uint8_t key[static 16])
{
    uint8_t head[2] = {(uint8_t)mark, (uint8_t)of->event->kind};
    crypto_generichash_state state;

    (void)crypto_generichash_init(&state, said->key, sizeof(said->key), 16);
    (void)crypto_generichash_update(&state, head, sizeof(head));
    (void)crypto_generichash_update(&state, of->person->b, sizeof(of->person->b));
    (void)crypto_generichash_update(&state, (const uint8_t *)of->event->system,
                                    strlen(of->event->system) + 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)of->code, of->length);
    (void)crypto_generichash_final(&state, key, 16);
}

static bool has(const struct said_codes *said, const struct said_code *of, enum mark mark)
{
    uint8_t key[16];

    key_of(said, of, mark, key);
    return id_map_has(said->map, key);
}

static void put(struct said_codes *said, const struct said_code *of, enum mark mark)
{
    uint64_t number = 0;
    uint8_t key[16];
    bool known;

    key_of(said, of, mark, key);
    (void)!id_map_put(said->map, key, &number, &known);
}

/* Notes that a code is present. True when it was said to be absent. */
static bool take_present(struct said_codes *said, const struct said_code *of)
{
    put(said, of, MARK_PRESENT);
    return has(said, of, MARK_ABSENT);
}

static bool take_term(struct said_codes *said, struct said_code *of, uint32_t term)
{
    bool contradicts = false;
    size_t n;
    const uint32_t *above = term_graph_ancestors(said->hp, term, &n);

    for (size_t i = 0; i < n; i++) {
        of->code = term_graph_code(said->hp, above[i]);
        of->length = strlen(of->code);
        contradicts |= take_present(said, of);
    }
    return contradicts;
}

bool said_codes_take(struct said_codes *said, const struct person_id *person,
                     const struct event *event)
{
    const struct code_system *system = code_system_find(event->system);
    struct said_code of = {person, event, event->code, strlen(event->code)};
    bool spelled = system && system->hierarchy == HIERARCHY_SPELLED, contradicts = false;
    uint32_t term = TERM_NONE;

    if (said->hp && strcmp(event->system, "hp") == 0)
        term = term_graph_find(said->hp, event->code);
    if (event->excluded) {
        if (term != TERM_NONE)
            of.code = term_graph_code(said->hp, term);
        of.length = strlen(of.code);
        put(said, &of, MARK_ABSENT);
        return has(said, &of, MARK_PRESENT);
    }
    if (term != TERM_NONE)
        return take_term(said, &of, term);
    for (size_t length = of.length; length > 0; length = spelled ? length - 1 : 0) {
        of.length = length;
        contradicts |= take_present(said, &of);
    }
    return contradicts;
}
