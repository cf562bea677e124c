/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of a loaded reference: it is the node's own file, named by its hash, and noted as a
 * release; the same file again, packed or not, is not copied again; a newer one takes the place of
 * the old; an index that does not fit refuses the file and leaves what was there.
 */
#include "tests/unit/terms/bench.h"

#include <dirent.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/terms/reference.h"
#include "node/terms/terms_load.h"
#include "proto/base/file.h"
#include "proto/query/place.h"
#include "tests/unit/refused.h"

/* Chromosome 21 of GRCh38 on one line, all of one letter. */
static char *make_fasta(char base)
{
    uint32_t n = place_chromosome_length(ASSEMBLY_GRCH38, 21);
    char *text = malloc(n + 16);

    assert_non_null(text);
    memcpy(text, ">chr21\n", 7);
    memset(text + 7, base, n);
    memcpy(text + 7 + n, "\n", 2);
    return text;
}

static bool load(struct bench *b, struct terms_load_result *result)
{
    struct terms_load_options options = {.dir = b->dir};

    return terms_load(b->db, "fasta", b->path, &options, result, &b->err);
}

/* How many files the folder of references has. */
static unsigned count_files(const struct bench *b)
{
    char path[PATH_MAX];
    unsigned n = 0;
    DIR *folder;

    (void)snprintf(path, sizeof(path), "%s/reference", b->dir);
    folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return n;
}

static void remove_files(const struct bench *b)
{
    char path[PATH_MAX];
    DIR *folder;

    (void)snprintf(path, sizeof(path), "%s/reference", b->dir);
    folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    (void)rmdir(path);
}

static void test_it_is_loaded_once_and_replaced(void **state)
{
    char *text = make_fasta('a'), path[PATH_MAX];
    struct terms_load_result result;
    struct reference first, second;
    struct stat before, after;
    struct bench b;
    bool found;

    (void)state;
    bench_up(&b);
    bench_text(&b, text);
    if (!load(&b, &result))
        fail_msg("%s", b.err.text);
    assert_false(result.known);
    assert_string_equal(result.release.system, "fasta:GRCh38");
    assert_int_equal(result.release.n_terms, 1);
    assert_true(reference_read(b.db, ASSEMBLY_GRCH38, &first, &found, &b.err));
    assert_true(found);
    assert_true(reference_path(b.dir, &first, false, path, sizeof(path)));
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(before.st_size, first.bytes);
    assert_true(load(&b, &result));
    assert_true(result.known);
    bench_gzip(&b, text);
    assert_true(load(&b, &result)); /* another file with the same bases */
    assert_false(result.known);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(count_files(&b), 2);
    free(text);
    text = make_fasta('C');
    bench_text(&b, text);
    assert_true(load(&b, &result));
    assert_true(reference_read(b.db, ASSEMBLY_GRCH38, &second, &found, &b.err));
    assert_memory_not_equal(first.hash, second.hash, sizeof(first.hash));
    assert_int_equal(stat(path, &after), -1);
    assert_int_equal(count_files(&b), 2);
    assert_true(reference_read(b.db, ASSEMBLY_GRCH37, &second, &found, &b.err));
    assert_false(found);
    free(text);
    remove_files(&b);
    bench_down(&b);
}

/* What cannot be noted leaves neither a row nor an open transaction. */
static void test_a_reference_that_cannot_be_noted_leaves_nothing(void **state)
{
    char *text = make_fasta('a');
    struct terms_load_result result;
    struct reference reference;
    struct bench b;
    bool found;

    (void)state;
    bench_up(&b);
    bench_text(&b, text);
    assert_true(terms_prepare(b.db, &b.err));
    assert_int_equal(sqlite3_exec(b.db,
                                  "CREATE TRIGGER refuse BEFORE INSERT ON term_release"
                                  " BEGIN SELECT raise(ABORT, 'no'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_refused(load(&b, &result), &b.err, ERR_INTERNAL);
    assert_true(sqlite3_get_autocommit(b.db));
    assert_true(reference_read(b.db, ASSEMBLY_GRCH38, &reference, &found, &b.err));
    assert_false(found);
    free(text);
    remove_files(&b);
    bench_down(&b);
}

static void test_an_index_beside_the_file_must_fit(void **state)
{
    char *text = make_fasta('A'), index[256], row[128];
    uint32_t n = place_chromosome_length(ASSEMBLY_GRCH38, 21);
    struct terms_load_result result;
    struct bench b;

    (void)state;
    bench_up(&b);
    text[100] = 'G';
    bench_text(&b, text);
    (void)snprintf(index, sizeof(index), "%s.fai", b.path);
    for (int good = 0; good < 2; good++) {
        int size = snprintf(row, sizeof(row), "chr21\t%u\t%d\t%u\t%u\n", n - !good, 7, 1u << 20,
                            (1u << 20) + 1);

        assert_true(file_write(index, row, (size_t)size, 0600, &b.err));
        assert_refused(load(&b, &result), &b.err, ERR_INVALID);
        assert_non_null(strstr(b.err.text, "samtools faidx"));
        assert_int_equal(count_files(&b), 0);
    }
    (void)unlink(index);
    assert_true(load(&b, &result));
    free(text);
    remove_files(&b);
    bench_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_loaded_once_and_replaced),
        cmocka_unit_test(test_a_reference_that_cannot_be_noted_leaves_nothing),
        cmocka_unit_test(test_an_index_beside_the_file_must_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
