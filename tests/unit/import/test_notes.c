/* SPDX-License-Identifier: Apache-2.0 */
/* Notes of two lines of one variant: genes of both, and no certainty that one of them lacks. */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/notes.h"
#include "proto/query/vocabulary.h"

enum { STOP = 1 << 3, MISSENSE = 1 << 12, P = 1 << CLINVAR_PATHOGENIC, B = 1 << CLINVAR_BENIGN };

static void check(const struct note *note, const char *gene, uint64_t consequences, bool complete)
{
    assert_string_equal(note->gene, gene);
    assert_true(note->consequences == consequences);
    assert_int_equal(note->complete, complete);
}

static void test_genes_of_both_lines_count(void **state)
{
    const struct note a[] = {{"A", STOP, 0, NOTE_MANE, true, NULL},
                             {"", 1, 0, NOTE_WORST, true, NULL}};
    const struct note b[] = {{"B", MISSENSE, 0, NOTE_MANE, true, NULL},
                             {"", 2, 0, NOTE_WORST, true, NULL}};
    struct note out[4];

    (void)state;
    assert_int_equal(notes_merge(a, 2, b, 2, out, 4), 3);
    check(&out[0], "A", STOP, true);
    check(&out[1], "", 3, true);
    check(&out[2], "B", MISSENSE, true);
}

static void test_a_gene_of_which_they_differ_is_said_as_far_as_they_agree(void **state)
{
    const struct note a[] = {{"A", STOP, 0, NOTE_MANE, true, NULL}};
    const struct note b[] = {{"A", STOP | MISSENSE, 0, NOTE_MANE, true, NULL}};
    struct note out[2];

    (void)state;
    assert_int_equal(notes_merge(a, 1, b, 1, out, 2), 1);
    check(&out[0], "A", STOP | CONSEQUENCE_UNREAD, true);
    assert_int_equal(notes_merge(a, 1, a, 1, out, 2), 1);
    check(&out[0], "A", STOP, true);
}

/* Otherwise a line that lost its annotation would change what is certain. */
static void test_a_line_that_was_not_read_makes_the_other_uncertain(void **state)
{
    const struct note a[] = {{"A", STOP, P | CLINVAR_READ, NOTE_MANE, true, NULL}};
    const struct note b[] = {{"B", MISSENSE, 0, NOTE_MANE, false, NULL}};
    struct note out[2];

    (void)state;
    assert_int_equal(notes_merge(a, 1, NULL, 0, out, 2), 1);
    check(&out[0], "A", CONSEQUENCE_UNREAD, false);
    assert_true(out[0].clinvar == P);
    assert_int_equal(notes_merge(NULL, 0, a, 1, out, 2), 1);
    check(&out[0], "A", CONSEQUENCE_UNREAD, false);
    assert_int_equal(notes_merge(a, 1, b, 1, out, 2), 2);
    check(&out[0], "A", CONSEQUENCE_UNREAD, false);
    check(&out[1], "B", CONSEQUENCE_UNREAD, false);
    assert_int_equal(notes_merge(NULL, 0, NULL, 0, out, 2), 0);
}

static void test_clinvar_is_read_where_both_lines_read_it(void **state)
{
    const struct note a[] = {{"A", STOP, P | CLINVAR_READ, NOTE_MANE, true, NULL}};
    const struct note b[] = {{"B", STOP, B | CLINVAR_READ, NOTE_MANE, true, NULL}};
    struct note out[2];

    (void)state;
    assert_int_equal(notes_merge(a, 1, b, 1, out, 2), 2);
    assert_true(out[0].clinvar == (P | B | CLINVAR_READ));
    assert_true(out[1].clinvar == out[0].clinvar);
}

static void test_ids_of_both_lines_count_where_they_agree(void **state)
{
    const struct note a[] = {{"A", STOP, 0, NOTE_MANE, true, "HGNC:1"}};
    const struct note b[] = {{"A", STOP, 0, NOTE_MANE, true, "HGNC:2"}};
    const struct note none[] = {{"A", STOP, 0, NOTE_MANE, true, NULL}};
    struct note out[2];

    (void)state;
    assert_int_equal(notes_merge(a, 1, a, 1, out, 2), 1);
    assert_string_equal(out[0].gene_ids, "HGNC:1");
    assert_int_equal(notes_merge(a, 1, none, 1, out, 2), 1);
    assert_string_equal(out[0].gene_ids, "HGNC:1");
    assert_int_equal(notes_merge(none, 1, b, 1, out, 2), 1);
    assert_string_equal(out[0].gene_ids, "HGNC:2");
    assert_int_equal(notes_merge(a, 1, b, 1, out, 2), 1);
    assert_string_equal(out[0].gene_ids, NOTE_GENE_IDS_MANY);
}

static void test_what_does_not_fit_is_left_out_and_told(void **state)
{
    const struct note a[] = {{"A", STOP, 0, NOTE_MANE, true, NULL}};
    const struct note b[] = {{"B", STOP, 0, NOTE_MANE, true, NULL}};
    struct note out[1];

    (void)state;
    assert_int_equal(notes_merge(a, 1, b, 1, out, 1), 1);
    check(&out[0], "A", CONSEQUENCE_UNREAD, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_genes_of_both_lines_count),
        cmocka_unit_test(test_a_gene_of_which_they_differ_is_said_as_far_as_they_agree),
        cmocka_unit_test(test_a_line_that_was_not_read_makes_the_other_uncertain),
        cmocka_unit_test(test_clinvar_is_read_where_both_lines_read_it),
        cmocka_unit_test(test_ids_of_both_lines_count_where_they_agree),
        cmocka_unit_test(test_what_does_not_fit_is_left_out_and_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
