/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: on random worlds, who is yes and of whom it cannot be told by kinds is what going
 * through the sites gives.
 */
#include "node/evaluate/by_kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/evaluate/criterion.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/parse.h"
#include "proto/query/site_kind.h"
#include "tests/unit/evaluate/world.h"

#define WORLDS 60

/* True: as if no question were decided by kinds. */
static bool by_sites;

bool __real_site_kind_decides(const struct ast_node *inner);
bool __wrap_site_kind_decides(const struct ast_node *inner);
bool __wrap_site_kind_decides(const struct ast_node *inner)
{
    return !by_sites && __real_site_kind_decides(inner);
}

struct seen {
    uint64_t rows;
    struct kleene who;
};

static struct seen ask(struct world *world, const char *text)
{
    struct arena *arena = arena_new(1 << 20);
    struct asked_of of = world_asked_of(world);
    struct criterion *criterion;
    struct seen seen = {0};
    struct ast ast;
    struct err err;

    of.fixed_work = true;
    world->limits.seen = 0;
    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    assert_true(criterion_new(&of, &ast, &criterion, &err));
    assert_true(criterion_run(criterion, 0, &seen.who, &err));
    criterion_free(criterion);
    arena_free(arena);
    seen.rows = world->limits.seen;
    return seen;
}

static const char *const questions[] = {
    "variant(zygosity = hom and af >= 60%)",
    "variant(af <= 0.1%)",
    "variant(zygosity = hemi)",
    "variant(zygosity = het or af < 1%)",
    "variant(consequence in (lof) and not clinvar = benign)",
    "variant(not (consequence in (missense_variant) and zygosity = hom))",
    "variant(at least 2 of (af >= 5%, zygosity = hom, clinvar = pathogenic))",
    "not variant(af >= 5% and consequence in (missense_variant))",
};
#define N_QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static void test_kinds_say_what_sites_say(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    uint64_t yes = 0, cannot_tell = 0, other_rows = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        world_make(world, seed);
        for (size_t q = 0; q < N_QUESTIONS; q++) {
            struct seen is, walked;

            by_sites = false;
            is = ask(world, questions[q]);
            by_sites = true;
            walked = ask(world, questions[q]);
            if (memcmp(&is.who, &walked.who, sizeof(is.who)) != 0)
                fail_msg("seed %u: %s", (unsigned)seed, questions[q]);
            yes += set_count(&is.who.yes);
            cannot_tell += set_count(&is.who.cannot_tell);
            other_rows += is.rows != walked.rows;
        }
        world_clear(world);
    }
    assert_true(yes > 0 && cannot_tell > 0);
    assert_true(other_rows > WORLDS); /* the two were not the same way */
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds_say_what_sites_say)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
