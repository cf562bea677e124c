/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises about contradictions: what is present at or below what is absent is doubted, both of
 * them; what lies beside or above is not; of one kind and system only; and where the hierarchy of a
 * system is not loaded, anything absent in it.
 */
#include "node/publish/contradiction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "node/snapshot/closure.h"
#include "node/store/person.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"

/* Concepts by number. */
enum { ROOT = 1, MIDDLE, LEAF, OTHER, OLD, C50, C501, C61, ORPHA_1, ORPHA_2, TRACE };

struct bench {
    sqlite3 *db;
    struct closure closure;
    struct contradiction *contradiction;
    struct err err;
};

static void load_terms(struct bench *b)
{
    static const char *const terms[] = {"HP:0000001", "HP:0000002", "HP:0000003", "HP:0000004"};
    struct term_release release = {.release = "x"};
    struct term_writer *writer = NULL;

    assert_true(term_writer_open(b->db, "hp", &writer, &b->err));
    for (size_t i = 0; i < 4; i++)
        assert_true(term_writer_add(writer, &(struct term){.code = terms[i]}, NULL, &b->err));
    assert_true(term_writer_parent(writer, terms[1], terms[0], &b->err));
    assert_true(term_writer_parent(writer, terms[2], terms[1], &b->err));
    assert_true(term_writer_parent(writer, terms[3], terms[0], &b->err));
    assert_true(term_writer_alias(writer, "HP:0000009", terms[1], &b->err));
    assert_true(term_writer_commit(writer, &release, &b->err));
    term_writer_close(writer);
}

static void up(struct bench *b)
{
    *b = (struct bench){0};
    assert_int_equal(sqlite3_open(":memory:", &b->db), SQLITE_OK);
    load_terms(b);
    assert_int_equal(
        sqlite3_exec(b->db,
                     "CREATE TABLE concept (id INTEGER PRIMARY KEY, system TEXT, code TEXT);"
                     "INSERT INTO concept VALUES (1, 'hp', 'HP:0000001'), (2, 'hp', 'HP:0000002'),"
                     " (3, 'hp', 'HP:0000003'), (4, 'hp', 'HP:0000004'), (5, 'hp', 'HP:0000009'),"
                     " (6, 'icd10', 'C50'), (7, 'icd10', 'C501'), (8, 'icd10', 'C61'),"
                     " (9, 'orpha', '1'), (10, 'orpha', '2'), (11, '.', 'lost:hp')",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_true(closure_load(b->db, &b->closure, &b->err));
    assert_true(contradiction_new(b->db, &b->closure, &b->contradiction, &b->err));
}

static void down(struct bench *b)
{
    contradiction_free(b->contradiction);
    closure_clear(&b->closure);
    assert_int_equal(sqlite3_close(b->db), SQLITE_OK);
}

static uint64_t event(uint64_t concept, uint64_t kind, bool excluded)
{
    return concept << EVENT_CONCEPT_SHIFT | kind << EVENT_KIND_SHIFT |
           (excluded ? EVENT_EXCLUDED : 0) | 7;
}

/* Are the two doubted, both or neither? */
static bool doubted(struct bench *b, uint64_t present, uint64_t absent)
{
    uint64_t keys[] = {event(TRACE, EVENT_PHENOTYPE, false), present, absent};

    assert_true(contradiction_mark(b->contradiction, keys, 3, &b->err));
    assert_false(keys[0] & EVENT_DOUBTED);
    assert_int_equal(keys[1] & EVENT_DOUBTED, keys[2] & EVENT_DOUBTED);
    assert_int_equal(event_concept_of(keys[1]), event_concept_of(present));
    return keys[1] & EVENT_DOUBTED;
}

static bool pair(struct bench *b, uint64_t present, uint64_t absent)
{
    return doubted(b, event(present, EVENT_PHENOTYPE, false), event(absent, EVENT_PHENOTYPE, true));
}

static void test_on_one_path_neither_is_believed(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_true(pair(&b, LEAF, LEAF));
    assert_true(pair(&b, LEAF, MIDDLE));
    assert_true(pair(&b, LEAF, OLD)); /* a merged id of the one in the middle */
    assert_true(pair(&b, OLD, ROOT));
    assert_false(pair(&b, MIDDLE, LEAF)); /* seizures, and not of this kind */
    assert_false(pair(&b, LEAF, OTHER));
    assert_true(pair(&b, C501, C50));
    assert_false(pair(&b, C50, C501));
    assert_false(pair(&b, C501, C61));
    down(&b);
}

static void test_kinds_and_systems_are_kept_apart(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_false(doubted(&b, event(LEAF, EVENT_PHENOTYPE, false), event(LEAF, EVENT_OTHER, true)));
    assert_false(pair(&b, LEAF, C50));
    down(&b);
}

static void test_without_a_hierarchy_anything_absent_may_lie_above(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_true(pair(&b, ORPHA_1, ORPHA_2));
    assert_false(pair(&b, LEAF, ORPHA_2));
    down(&b);
}

static void test_several_records_of_one_absence_are_worth_the_same(void **state)
{
    uint64_t keys[] = {event(MIDDLE, EVENT_PHENOTYPE, true), event(OLD, EVENT_PHENOTYPE, true),
                       event(LEAF, EVENT_PHENOTYPE, false), event(OTHER, EVENT_PHENOTYPE, true)};
    struct bench b;

    (void)state;
    up(&b);
    assert_true(contradiction_mark(b.contradiction, keys, 4, &b.err));
    assert_true(keys[0] & keys[1] & keys[2] & EVENT_DOUBTED);
    assert_false(keys[3] & EVENT_DOUBTED);
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_one_path_neither_is_believed),
        cmocka_unit_test(test_kinds_and_systems_are_kept_apart),
        cmocka_unit_test(test_without_a_hierarchy_anything_absent_may_lie_above),
        cmocka_unit_test(test_several_records_of_one_absence_are_worth_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
