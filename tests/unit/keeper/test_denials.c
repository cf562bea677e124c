/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: an organisation's first refusals of an hour have a leaf each, the others one a code
 * when the hour is over or the keeper ends; none is lost, and what one organisation does costs
 * another nothing.
 */
#include "node/keeper/denials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/audit/audit.h"
#include "node/audit/leaf.h"
#include "node/keeper/journal.h"
#include "proto/base/random.h"

#define NOW INT64_C(5000000)

struct bench {
    char dir[40];
    char path[64];
    struct journal *journal;
    struct denials denials;
    struct err err;
};

static void up(struct bench *b)
{
    *b = (struct bench){.dir = "/tmp/rikstal-denials-XXXXXX"};
    assert_true(random_start());
    assert_non_null(mkdtemp(b->dir));
    snprintf(b->path, sizeof(b->path), "%s/ledger.db", b->dir);
    assert_true(journal_open(b->path, &b->journal, &b->err));
}

static void down(struct bench *b)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char path[96];

    journal_close(b->journal);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s%s", b->path, endings[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(b->dir), 0);
}

static void refuse(struct bench *b, const char *organisation, enum refusal refusal, int64_t now_ms)
{
    struct leaf leaf = {.type = LEAF_DENY, .time_s = 1000};

    assert_true(leaf_name(leaf.organisation, sizeof(leaf.organisation), organisation, &b->err) &&
                leaf_name(leaf.note, sizeof(leaf.note), refusal_code(refusal), &b->err));
    assert_true(denials_note(&b->denials, b->journal, &leaf, refusal, now_ms, &b->err));
}

static uint64_t leaves(const struct bench *b)
{
    return audit_size(journal_audit(b->journal));
}

/* The refusals that leaves of this organisation and code tell of. */
static int64_t told(struct bench *b, const char *organisation, const char *code)
{
    uint8_t data[AUDIT_LEAF_MAX];
    struct leaf leaf;
    int64_t n = 0;
    size_t size;

    for (uint64_t i = 0; i < leaves(b); i++) {
        assert_true(audit_leaf(journal_audit(b->journal), i, data, &size, &b->err));
        assert_true(leaf_read(data, size, &leaf, &b->err));
        if (strcmp(leaf.organisation, organisation) == 0 && strcmp(leaf.note, code) == 0)
            n += leaf.type == LEAF_DENIED_AGAIN ? leaf.nrho : leaf.type == LEAF_DENY;
    }
    return n;
}

static void test_an_hour_of_refusals_has_few_leaves_and_loses_none(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_int_equal(denials_wait_ms(&b.denials, NOW), -1);
    for (int i = 0; i < 5000; i++)
        refuse(&b, "gms", i % 2 ? REFUSAL_POLICY : REFUSAL_BUDGET, NOW + i);
    assert_int_equal(leaves(&b), DENIALS_LEAVES);
    refuse(&b, "north", REFUSAL_POLICY, NOW + 5000); /* has leaves of its own */
    assert_int_equal(leaves(&b), DENIALS_LEAVES + 1);
    assert_int_equal(denials_wait_ms(&b.denials, NOW + 1000), DENIALS_HOUR_MS - 1000);
    assert_true(denials_end(&b.denials, b.journal, NOW + DENIALS_HOUR_MS - 1, &b.err));
    assert_int_equal(leaves(&b), DENIALS_LEAVES + 1);
    assert_int_equal(denials_wait_ms(&b.denials, NOW + DENIALS_HOUR_MS), 0);
    assert_true(denials_end(&b.denials, b.journal, NOW + DENIALS_HOUR_MS, &b.err));
    assert_int_equal(leaves(&b), DENIALS_LEAVES + 1 + 2);
    assert_int_equal(told(&b, "gms", "policy"), 2500);
    assert_int_equal(told(&b, "gms", "budget"), 2500);
    assert_int_equal(told(&b, "north", "policy"), 1);
    refuse(&b, "gms", REFUSAL_RATE, NOW + DENIALS_HOUR_MS + 1); /* a new hour */
    assert_int_equal(told(&b, "gms", "rate"), 1);
    assert_true(audit_verify(journal_audit(b.journal), &b.err));
    down(&b);
}

static void test_the_first_of_each_code_has_its_leaf(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    for (int i = 0; i < 500; i++)
        refuse(&b, "gms", REFUSAL_POLICY, NOW);
    for (size_t code = 0; code < REFUSAL_CODES; code++)
        for (int i = 0; i < 3; i++)
            refuse(&b, "gms", (enum refusal)code, NOW);
    assert_int_equal(leaves(&b), DENIALS_LEAVES + REFUSAL_CODES - 1);
    assert_int_equal(told(&b, "gms", "rate"), 1);
    assert_true(denials_end(&b.denials, b.journal, INT64_MAX, &b.err));
    assert_int_equal(leaves(&b), DENIALS_LEAVES + 2 * REFUSAL_CODES - 1);
    assert_int_equal(told(&b, "gms", "rate"), 3);
    down(&b);
}

static void test_who_ends_writes_what_it_has_counted(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    for (int i = 0; i < DENIALS_LEAVES + 7; i++)
        refuse(&b, "gms", REFUSAL_POLICY, NOW);
    assert_true(denials_end(&b.denials, b.journal, INT64_MAX, &b.err));
    assert_int_equal(told(&b, "gms", "policy"), DENIALS_LEAVES + 7);
    assert_int_equal(leaves(&b), DENIALS_LEAVES + 1);
    assert_true(denials_end(&b.denials, b.journal, INT64_MAX, &b.err));
    assert_int_equal(leaves(&b), DENIALS_LEAVES + 1);
    down(&b);
}

static void test_one_organisation_more_than_there_are_places(void **state)
{
    char name[16];
    struct bench b;

    (void)state;
    up(&b);
    for (int i = 0; i < DENIALS_LEAVES + 3; i++)
        refuse(&b, "first", REFUSAL_POLICY, NOW);
    for (int i = 1; i < DENIALS_ORGANISATIONS_MAX; i++) {
        snprintf(name, sizeof(name), "of-%d", i);
        refuse(&b, name, REFUSAL_POLICY, NOW + i);
    }
    assert_int_equal(told(&b, "first", "policy"), DENIALS_LEAVES); /* three are counted */
    refuse(&b, "one more", REFUSAL_POLICY, NOW + 1000);
    assert_int_equal(told(&b, "first", "policy"), DENIALS_LEAVES + 3);
    assert_int_equal(b.denials.n, DENIALS_ORGANISATIONS_MAX);
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_hour_of_refusals_has_few_leaves_and_loses_none),
        cmocka_unit_test(test_the_first_of_each_code_has_its_leaf),
        cmocka_unit_test(test_who_ends_writes_what_it_has_counted),
        cmocka_unit_test(test_one_organisation_more_than_there_are_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
