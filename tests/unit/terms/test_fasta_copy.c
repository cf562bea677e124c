/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The copy's promises: one form whatever the names, the case, the line ends and the packing are;
 * the index fits it; what is no chromosome is left out and counted; lengths that fit no assembly,
 * or two, and letters that are no bases are refused.
 */
#include "tests/unit/terms/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "node/terms/fasta.h"
#include "node/terms/fasta_copy.h"
#include "node/terms/term_file.h"
#include "proto/query/place.h"
#include "tests/unit/refused.h"
#include "tests/unit/terms/fasta_bench.h"

#define Y 24

struct text {
    char *at;
    size_t size;
    size_t room;
};

static void add(struct text *text, const char *piece, size_t n)
{
    if (n == 0)
        return;
    if (text->size + n > text->room) {
        text->room = 2 * (text->size + n);
        text->at = realloc(text->at, text->room);
        assert_non_null(text->at);
    }
    memcpy(text->at + text->size, piece, n);
    text->size += n;
}

/* A sequence of n bases, 70 a line: N, and "ACGTa" at the start. */
static void add_sequence(struct text *text, const char *name, uint32_t n, const char *end)
{
    char line[72];

    add(text, ">", 1);
    add(text, name, strlen(name));
    add(text, end, strlen(end));
    memset(line, 'N', 70);
    for (uint32_t at = 0; at < n; at += 70) {
        if (at == 0)
            memcpy(line, "ACGTa", 5);
        else
            memset(line, 'N', 5);
        add(text, line, n - at < 70 ? n - at : 70);
        add(text, end, strlen(end));
    }
}

static bool copy_text(struct bench *b, const struct text *text, enum ast_assembly wanted,
                      struct fasta_copy *copy, int *to)
{
    struct fasta_copy_options options = {.wanted = wanted};
    struct term_file *file = NULL;
    bool ok;

    bench_bytes(b, text->at, text->size);
    *to = memfd_create("to", MFD_CLOEXEC);
    assert_true(*to >= 0);
    assert_true(term_file_open(b->path, &file, &b->err));
    ok = fasta_copy(file, *to, &options, copy, &b->err);
    term_file_close(file);
    return ok;
}

static void refuse(struct bench *b, struct text *text, enum ast_assembly wanted, const char *why)
{
    struct fasta_copy copy;
    int to;

    assert_refused(copy_text(b, text, wanted, &copy, &to), &b->err, ERR_INVALID);
    if (!strstr(b->err.text, why))
        fail_msg("\"%s\" does not say \"%s\"", b->err.text, why);
    (void)close(to);
    free(text->at);
    *text = (struct text){0};
}

static void test_one_form_whatever_the_file_has(void **state)
{
    static const char *const names[][3] = {{"chrY a comment", "chrM", "\n"},
                                           {"NC_000024.10 Homo sapiens", "NC_012920.1", "\r\n"}};
    uint32_t n = place_chromosome_length(ASSEMBLY_GRCH38, Y);
    struct fasta_copy copies[2];
    struct bench b;

    (void)state;
    bench_up(&b);
    for (int i = 0; i < 2; i++) {
        struct text text = {0};
        struct fasta *fasta = NULL;
        int to, index;

        add_sequence(&text, names[i][0], n, names[i][2]);
        add_sequence(&text, "chrUn_1", 100, names[i][2]);
        add_sequence(&text, names[i][1], 16569, names[i][2]);
        if (!copy_text(&b, &text, 0, &copies[i], &to))
            fail_msg("%s", b.err.text);
        free(text.at);
        assert_int_equal(copies[i].assembly, ASSEMBLY_GRCH38);
        assert_int_equal(copies[i].n, 2);
        assert_int_equal(copies[i].skipped, 1);
        index = fasta_bench_text(copies[i].index);
        assert_true(fasta_open(to, index, &fasta, &b.err));
        assert_int_equal(fasta_length(fasta, Y), n);
        assert_int_equal(fasta_base(fasta, Y, 5), 'A');
        assert_int_equal(fasta_base(fasta, Y, 61), 'N');
        assert_int_equal(fasta_base(fasta, 25, 2), 'C');
        assert_int_equal(fasta_base(fasta, 25, 16569), 'N');
        assert_int_equal(lseek(to, 0, SEEK_END), copies[i].bytes);
        fasta_close(fasta);
        (void)close(index);
        (void)close(to);
    }
    assert_memory_equal(copies[0].hash, copies[1].hash, 32);
    assert_string_equal(copies[0].index, copies[1].index);
    bench_down(&b);
}

static void test_hg19s_mitochondrion_is_left_out(void **state)
{
    struct fasta_copy copy;
    struct text text = {0};
    struct bench b;
    int to;

    (void)state;
    bench_up(&b);
    add_sequence(&text, "chrM", 16571, "\n");
    add_sequence(&text, "chrY", place_chromosome_length(ASSEMBLY_GRCH37, Y), "\n");
    assert_true(copy_text(&b, &text, ASSEMBLY_GRCH37, &copy, &to));
    assert_int_equal(copy.n, 1);
    assert_int_equal(copy.skipped, 1);
    assert_memory_equal(copy.index, "Y\t", 2);
    assert_int_equal(lseek(to, 0, SEEK_END), copy.bytes);
    (void)close(to);
    refuse(&b, &text, ASSEMBLY_GRCH38, "--assembly says GRCh38");
    bench_down(&b);
}

static void test_what_fits_no_assembly_is_refused(void **state)
{
    uint32_t n37 = place_chromosome_length(ASSEMBLY_GRCH37, Y);
    uint32_t n22 = place_chromosome_length(ASSEMBLY_GRCH38, 22);
    struct text text = {0};
    struct bench b;

    (void)state;
    bench_up(&b);
    add_sequence(&text, "Y", 1000, "\n");
    refuse(&b, &text, 0, "chromosome Y has 1000 bases");
    add_sequence(&text, "Y", n37, "\n");
    add_sequence(&text, "22", n22, "\n");
    refuse(&b, &text, 0, "chromosome 22 has the length of GRCh38, and those before it of GRCh37");
    add_sequence(&text, "MT", 16569, "\n");
    refuse(&b, &text, 0, "fits no assembly");
    add_sequence(&text, "MT", 16569, "\n");
    add_sequence(&text, "chrM", 16569, "\n");
    refuse(&b, &text, 0, "has already");
    add_sequence(&text, "NC_060925.1", 100, "\n");
    refuse(&b, &text, 0, "neither GRCh37 nor GRCh38");
    add(&text, ">1\nAC-T\n", 8);
    refuse(&b, &text, 0, "line 2: a letter");
    add(&text, ">1\n\n>2\n", 7);
    refuse(&b, &text, 0, "without bases");
    add(&text, "ACGT\n", 5);
    refuse(&b, &text, 0, "not a FASTA");
    add(&text, "", 0);
    add(&text, "\n", 1);
    refuse(&b, &text, 0, "not a FASTA");
    add(&text, ">chr1", 5);
    refuse(&b, &text, 0, "cut off");
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_form_whatever_the_file_has),
        cmocka_unit_test(test_hg19s_mitochondrion_is_left_out),
        cmocka_unit_test(test_what_fits_no_assembly_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
