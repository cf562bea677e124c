/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a loaded release follows from its name and content alone: two loads in another order,
 * or at another time, give the same bytes; of a release that no reader could read there is none.
 */
#include "node/terms/release_write.h"

#include <stdio.h>
#include <string.h>

#include "node/terms/term_writer.h"
#include "node/terms/terms_load.h"
#include "proto/terms/release_file.h"
#include "tests/unit/terms/bench.h"

static void add(struct term_writer *writer, const char *code, const char *label, struct err *err)
{
    struct term term = {.code = code, .label = label};

    assert_true(term_writer_add(writer, &term, NULL, err));
}

static void load_hp(struct bench *b, bool backwards, struct term_release *release)
{
    struct term gone = {.code = "HP:9", .label = "gone", .obsolete = true, .replaced_by = "HP:2"};
    struct term_writer *writer;

    assert_true(term_writer_open(b->db, "hp", &writer, &b->err));
    add(writer, backwards ? "HP:3" : "HP:1", backwards ? "c" : "a", &b->err);
    add(writer, "HP:2", NULL, &b->err);
    add(writer, backwards ? "HP:1" : "HP:3", backwards ? "a" : "c", &b->err);
    assert_true(term_writer_add(writer, &gone, NULL, &b->err));
    assert_true(term_writer_parent(writer, "HP:3", backwards ? "HP:2" : "HP:1", &b->err));
    assert_true(term_writer_parent(writer, "HP:3", backwards ? "HP:1" : "HP:2", &b->err));
    assert_true(term_writer_alias(writer, "HP:7", "HP:3", &b->err));
    snprintf(release->system, sizeof(release->system), "hp");
    snprintf(release->release, sizeof(release->release), "2026");
    release->file_hash[0] = backwards;
    assert_true(term_writer_commit(writer, release, &b->err));
    term_writer_close(writer);
}

static void write_it(struct bench *b, const struct term_release *release, struct bytes *out)
{
    bool made = false;

    *out = (struct bytes){0};
    assert_true(release_write(b->db, release, out, &made, &b->err));
    assert_true(made);
}

static void test_the_same_release_is_the_same_bytes(void **state)
{
    static const char wanted[] = "rikstal-terms 1\nsystem\thp\nrelease\t2026\n"
                                 "T\tHP:1\ta\t+\t\t\n"
                                 "T\tHP:2\t\t+\t\t\n"
                                 "T\tHP:3\tc\t+\t\tHP:1 HP:2\n"
                                 "T\tHP:9\tgone\t-\tHP:2\t\n"
                                 "A\tHP:7\tHP:3\n"
                                 "end\t5\n";
    struct term_release release = {.loaded_s = 1};
    struct bytes one, other;
    struct bench b;

    (void)state;
    bench_up(&b);
    load_hp(&b, false, &release);
    write_it(&b, &release, &one);
    load_hp(&b, true, &release);
    release.loaded_s = 99;
    write_it(&b, &release, &other);
    assert_int_equal(one.size, strlen(wanted));
    assert_memory_equal(one.data, wanted, one.size);
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
    bytes_clear(&one);
    bytes_clear(&other);
    bench_down(&b);
}

/* A file with synonyms is of the second form; one that cannot be printed has no row. */
static void test_synonyms_are_of_the_second_form(void **state)
{
    static const char wanted[] = "rikstal-terms 2\nsystem\thp\nrelease\t2026\n"
                                 "T\tHP:1\ta\t+\t\t\n"
                                 "Y\tHP:1\tb\n"
                                 "Y\tHP:1\tc\n"
                                 "end\t3\n";
    struct term_release release = {.release = "2026"};
    struct term_writer *writer;
    struct bytes out;
    struct bench b;

    (void)state;
    bench_up(&b);
    assert_true(term_writer_open(b.db, "hp", &writer, &b.err));
    add(writer, "HP:1", "a", &b.err);
    assert_true(term_writer_synonym(writer, "HP:1", "c", &b.err));
    assert_true(term_writer_synonym(writer, "HP:1", "b", &b.err));
    assert_true(term_writer_synonym(writer, "HP:1", "d\te", &b.err));
    assert_true(term_writer_commit(writer, &release, &b.err));
    term_writer_close(writer);
    write_it(&b, &release, &out);
    assert_int_equal(out.size, strlen(wanted));
    assert_memory_equal(out.data, wanted, out.size);
    bytes_clear(&out);
    bench_down(&b);
}

static void test_genes_and_their_names(void **state)
{
    struct terms_load_options options = {.assembly = 2, .release = "x"};
    struct release_file *file = NULL;
    struct terms_load_result result;
    struct release_gene gene;
    struct bytes out;
    struct bench b;

    (void)state;
    bench_up(&b);
    bench_text(&b, "hgnc_id\tsymbol\tprev_symbol\talias_symbol\n"
                   "HGNC:3430\tERBB2\tNGL\tHER2|CD340\nHGNC:5\tA1BG\t\t\n");
    assert_true(terms_load(b.db, "hgnc", b.path, &options, &result, &b.err));
    write_it(&b, &result.release, &out);
    assert_true(release_file_open(out.data, out.size, &file, &b.err));
    release_file_gene(file, "HER2", &gene);
    assert_string_equal(gene.symbol, "ERBB2");
    release_file_free(file);
    bytes_clear(&out);
    bench_text(&b, "symbol\tchromosome\tstart\tend\nzeta\t1\t1\t9\nAlpha\t1\t20\t30\n");
    assert_true(terms_load(b.db, "genes", b.path, &options, &result, &b.err));
    write_it(&b, &result.release, &out);
    assert_true(release_file_open(out.data, out.size, &file, &b.err));
    assert_string_equal(release_file_system(file), "genes:GRCh38");
    assert_int_equal(release_file_n_symbols(file), 2);
    assert_string_equal(release_file_symbol(file, 0), "Alpha");
    release_file_free(file);
    bytes_clear(&out);
    bench_down(&b);
}

static void test_what_no_reader_could_read_is_not_made(void **state)
{
    struct term_release release = {.loaded_s = 1};
    struct bytes out = {0};
    struct bench b;
    bool made = true;

    (void)state;
    bench_up(&b);
    load_hp(&b, false, &release);
    snprintf(release.release, sizeof(release.release), "a\033b");
    assert_true(release_write(b.db, &release, &out, &made, &b.err));
    assert_false(made);
    assert_int_equal(out.size, 0);
    bytes_clear(&out);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_release_is_the_same_bytes),
        cmocka_unit_test(test_synonyms_are_of_the_second_form),
        cmocka_unit_test(test_genes_and_their_names),
        cmocka_unit_test(test_what_no_reader_could_read_is_not_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
