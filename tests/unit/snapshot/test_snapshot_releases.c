/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public files of a snapshot's term releases: in pieces and whole the same bytes, under their
 * hash; the same for another region's patients; a terms file of an older program has no pieces, and
 * its releases are read all the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "node/snapshot/snapshot_inside.h"
#include "node/snapshot/snapshot_releases.h"
#include "node/terms/term_writer.h"
#include "proto/terms/release_file.h"
#include "tests/unit/snapshot/synthetic.h"

#define TERMS 3000 /* more than a piece */

static void load(struct synthetic *region)
{
    struct sqlite3 *db = store_db(region->store);
    struct term_release release = {.system = "hp", .release = "2026"};
    struct term_writer *writer;

    assert_true(term_writer_open(db, "hp", &writer, &region->err));
    for (int i = 0; i < TERMS; i++) {
        char code[16];

        snprintf(code, sizeof(code), "HP:%07d", i);
        assert_true(term_writer_add(writer, &(struct term){.code = code, .label = "a label of it"},
                                    NULL, &region->err));
    }
    assert_true(term_writer_commit(writer, &release, &region->err));
    term_writer_close(writer);
}

static struct snapshot *published(struct synthetic *region, uint32_t persons)
{
    synthetic_up(region);
    load(region);
    synthetic_begin(region, 1);
    for (uint32_t i = 0; i < persons; i++)
        synthetic_entry(region, i, "packet", 0);
    synthetic_commit(region, persons);
    synthetic_publish(region);
    return synthetic_open(region);
}

static void join(struct snapshot *snapshot, const struct snapshot_release *release,
                 struct bytes *out, struct err *err)
{
    uint8_t piece[RELEASE_PIECE_BYTES];
    size_t size;

    *out = (struct bytes){0};
    for (uint32_t i = 0; i < release_pieces(release->size); i++) {
        assert_true(snapshot_release_piece(snapshot, release->hash, i, piece, &size, err));
        assert_int_equal(size, release_piece_size(release->size, i));
        bytes_add(out, piece, size);
    }
    assert_true(snapshot_release_piece(snapshot, release->hash, release_pieces(release->size),
                                       piece, &size, err));
    assert_int_equal(size, 0);
}

static void test_a_file_is_its_pieces(void **state)
{
    struct snapshot_release releases[TERM_SYSTEMS_MAX];
    uint8_t hash[32], piece[RELEASE_PIECE_BYTES];
    struct release_file *file = NULL;
    struct synthetic region;
    struct snapshot *snapshot;
    struct bytes out;
    size_t n;

    (void)state;
    snapshot = published(&region, 3);
    assert_true(snapshot_releases(snapshot, releases, &n, &region.err));
    assert_int_equal(n, 1);
    assert_string_equal(releases[0].system, "hp");
    assert_true(releases[0].has_file);
    assert_true(releases[0].size > RELEASE_PIECE_BYTES);
    join(snapshot, &releases[0], &out, &region.err);
    crypto_generichash(hash, sizeof(hash), out.data, out.size, NULL, 0);
    assert_memory_equal(hash, releases[0].hash, 32);
    bytes_clear(&out);
    hash[0] ^= 1;
    assert_true(snapshot_release_piece(snapshot, hash, 0, piece, &n, &region.err));
    assert_int_equal(n, 0);
    assert_true(snapshot_release_open(snapshot, "hp", &file, &region.err));
    assert_int_equal(release_file_n_terms(file), TERMS);
    release_file_free(file);
    assert_true(snapshot_release_open(snapshot, "atc", &file, &region.err));
    assert_null(file);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_no_patient_moves_a_release(void **state)
{
    struct snapshot_release one[TERM_SYSTEMS_MAX], other[TERM_SYSTEMS_MAX];
    struct synthetic few, many;
    struct snapshot *snapshot;
    size_t n, m;

    (void)state;
    snapshot = published(&few, 1);
    assert_true(snapshot_releases(snapshot, one, &n, &few.err));
    assert_int_equal(n, 1);
    assert_true(one[0].has_file);
    snapshot_close(snapshot);
    snapshot = published(&many, 40);
    assert_true(snapshot_releases(snapshot, other, &m, &many.err));
    assert_int_equal(m, 1);
    assert_memory_equal(one[0].hash, other[0].hash, 32);
    snapshot_close(snapshot);
    synthetic_down(&few);
    synthetic_down(&many);
}

static void test_a_terms_file_of_before(void **state)
{
    struct snapshot_release releases[TERM_SYSTEMS_MAX];
    uint8_t hash[32] = {0}, piece[RELEASE_PIECE_BYTES];
    struct release_file *file = NULL;
    struct synthetic region;
    struct snapshot *snapshot;
    size_t n, size = 1;
    sqlite3 *published_terms;

    (void)state;
    snapshot = published(&region, 3);
    published_terms = snapshot->terms;
    snapshot->terms = store_db(region.store); /* it has the tables, and no such files */
    assert_true(
        sql_run(snapshot->terms, "DROP TABLE release_piece; DROP TABLE release_file", &region.err));
    assert_true(snapshot_releases(snapshot, releases, &n, &region.err));
    assert_int_equal(n, 1);
    assert_false(releases[0].has_file);
    assert_true(snapshot_release_piece(snapshot, hash, 0, piece, &size, &region.err));
    assert_int_equal(size, 0);
    assert_true(snapshot_release_open(snapshot, "hp", &file, &region.err));
    assert_int_equal(release_file_n_terms(file), TERMS);
    release_file_free(file);
    snapshot->terms = published_terms;
    snapshot_close(snapshot);
    synthetic_down(&region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_is_its_pieces),
        cmocka_unit_test(test_no_patient_moves_a_release),
        cmocka_unit_test(test_a_terms_file_of_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
