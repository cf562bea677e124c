/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/evaluate/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/criterion.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/parse.h"

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "ask: %s\n", err->text);
        abort();
    }
}

const char *ask(struct world *world, const char *question)
{
    static char word[WORLD_PERSONS_MAX + 1];
    struct asked_of of = world_asked_of(world);
    struct arena *arena = arena_new(1 << 22);
    struct criterion *criterion;
    struct kleene who;
    struct err err;
    struct ast ast;

    memset(word, '-', world->n_persons);
    word[world->n_persons] = '\0';
    must(parse_text(question, arena, &ast, &err), &err);
    must(criterion_new(&of, &ast, &criterion, &err), &err);
    for (size_t s = 0; s < snapshot_info(world->snapshot)->n_segments; s++) {
        const struct segment_persons *persons =
            segment_persons(snapshot_segment(world->snapshot, s));

        must(criterion_run(criterion, s, &who, &err), &err);
        for (uint32_t i = 0; i < persons->n; i++) {
            size_t person = strtoul((const char *)persons->id[i].b + strlen("person "), NULL, 10);

            if (persons->alive[i / 64] >> (i % 64) & 1)
                word[person] = set_has(&who.yes, i)           ? 'Y'
                               : set_has(&who.cannot_tell, i) ? '?'
                                                              : 'N';
        }
    }
    criterion_free(criterion);
    arena_free(arena);
    return word;
}
