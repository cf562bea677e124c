/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tarball's promises: JSON files come one after the other, packed how it may; whatever leads out
 * of the archive, links, devices and depth refuse it whole; a file too long is told and the next
 * one comes; a cut archive is an error at every length; a decompression bomb ends early.
 */
#include "tests/unit/import/bench.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/import/tarball.h"
#include "tests/unit/refused.h"

#define PACKED_MAX ((size_t)32 << 20)
#define RATIO_BLANKS ((size_t)TARBALL_RATIO_FREE + ((size_t)4 << 20))
#define RATIO_NEAR 4096

enum packing { PLAIN, GZIP, XZ };

/* An archive under construction, in memory. */
struct pack {
    struct archive *archive;
    char *data;
    size_t size;
};

static void pack_start(struct pack *pack, enum packing packing)
{
    pack->archive = archive_write_new();
    pack->data = malloc(PACKED_MAX);
    assert_non_null(pack->archive);
    assert_non_null(pack->data);
    assert_int_equal(archive_write_set_format_pax_restricted(pack->archive), ARCHIVE_OK);
    if (packing != PLAIN)
        assert_int_equal(packing == GZIP ? archive_write_add_filter_gzip(pack->archive)
                                         : archive_write_add_filter_xz(pack->archive),
                         ARCHIVE_OK);
    if (packing == XZ) /* its fastest: most of these bytes are blanks */
        assert_int_equal(
            archive_write_set_filter_option(pack->archive, "xz", "compression-level", "0"),
            ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(pack->archive, pack->data, PACKED_MAX, &pack->size),
                     ARCHIVE_OK);
}

/* A file of size bytes; text NULL: of blanks. */
static void pack_file(struct pack *pack, const char *name, const char *text, size_t size)
{
    struct archive_entry *entry = archive_entry_new();
    char blanks[4096];

    memset(blanks, ' ', sizeof(blanks));
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (la_int64_t)size);
    assert_int_equal(archive_write_header(pack->archive, entry), ARCHIVE_OK);
    for (size_t at = 0; at < size;) {
        size_t n = text ? size : size - at < sizeof(blanks) ? size - at : sizeof(blanks);

        assert_int_equal(archive_write_data(pack->archive, text ? text : blanks, n), n);
        at += n;
    }
    archive_entry_free(entry);
}

static void pack_other(struct pack *pack, const char *name, unsigned type, const char *target)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    if (type == AE_IFLNK)
        archive_entry_set_symlink(entry, target);
    else if (target)
        archive_entry_set_hardlink(entry, target);
    assert_int_equal(archive_write_header(pack->archive, entry), ARCHIVE_OK);
    archive_entry_free(entry);
}

/* The archive as a descriptor, cut to the first size bytes. */
static int pack_end(struct pack *pack, size_t size)
{
    int fd;

    if (pack->archive)
        assert_int_equal(archive_write_free(pack->archive), ARCHIVE_OK);
    pack->archive = NULL;
    fd = bench_file(pack->data, size < pack->size ? size : pack->size);
    if (size >= pack->size)
        free(pack->data);
    return fd;
}

/* Reads all; false with err when it is refused. */
static bool walk(int fd, size_t *files, size_t *too_long, struct err *err)
{
    struct tarball *tarball = NULL;
    struct tarball_file file;
    bool end = false, ok;

    *files = *too_long = 0;
    ok = tarball_open(fd, &tarball, err);
    while (ok && !end) {
        ok = tarball_next(tarball, &file, &end, err);
        *files += ok && !end;
        *too_long += ok && !end && !file.text;
    }
    tarball_close(tarball);
    (void)close(fd);
    return ok;
}

static void test_json_files_come_one_after_the_other(void **state)
{
    (void)state;
    for (enum packing packing = PLAIN; packing <= XZ; packing++) {
        struct tarball *tarball = NULL;
        struct tarball_file file;
        struct err err = {0};
        struct pack pack;
        bool end = false, packed = false;
        int fd;

        pack_start(&pack, packing);
        pack_other(&pack, "a", AE_IFDIR, NULL);
        pack_file(&pack, "a/README.md", "hello", 5);
        pack_file(&pack, "a/one.json", "{}", 2);
        pack_file(&pack, "a/two.JSON", "", 0);
        fd = pack_end(&pack, SIZE_MAX);
        assert_true(tarball_is(fd, &packed, &err));
        assert_true(packed);
        assert_true(tarball_open(fd, &tarball, &err));
        assert_true(tarball_next(tarball, &file, &end, &err));
        assert_string_equal(file.name, "a/one.json");
        assert_string_equal(file.text, "{}");
        assert_int_equal(file.entry, 3);
        assert_true(tarball_next(tarball, &file, &end, &err));
        assert_int_equal(file.size, 0);
        assert_true(tarball_next(tarball, &file, &end, &err));
        assert_true(end);
        tarball_close(tarball);
        (void)close(fd);
    }
}

static void test_json_by_itself_is_no_tarball(void **state)
{
    struct err err = {0};
    bool packed = true;
    int fd = bench_text("{\"id\": \"1\"}");

    (void)state;
    assert_true(tarball_is(fd, &packed, &err));
    assert_false(packed);
    (void)close(fd);
}

static bool refused(const char *name, unsigned type, const char *target)
{
    struct err err = {0};
    struct pack pack;
    size_t files, too_long;
    bool ok;

    pack_start(&pack, PLAIN);
    pack_file(&pack, "good.json", "{}", 2);
    if (type == AE_IFREG && !target)
        pack_file(&pack, name, "{}", 2);
    else
        pack_other(&pack, name, type, target);
    ok = walk(pack_end(&pack, SIZE_MAX), &files, &too_long, &err);
    assert_true(ok || (err.code == ERR_INVALID && strstr(err.text, "entry 2 ")));
    return !ok;
}

static void test_what_no_honest_archive_holds_refuses_it(void **state)
{
    char deep[2 * (TARBALL_DEPTH_MAX + 1) + 1] = "";

    (void)state;
    assert_true(refused("../out.json", AE_IFREG, NULL));
    assert_true(refused("a/../../out.json", AE_IFREG, NULL));
    assert_true(refused("a/..", AE_IFDIR, NULL));
    assert_true(refused("/etc/out.json", AE_IFREG, NULL));
    assert_true(refused("link.json", AE_IFLNK, "/etc/passwd"));
    assert_true(refused("link.json", AE_IFREG, "good.json"));
    assert_true(refused("pipe.json", AE_IFIFO, NULL));
    assert_true(refused("device.json", AE_IFCHR, NULL));
    assert_false(refused("a..b/..c.json", AE_IFREG, NULL));
    for (int i = 0; i < TARBALL_DEPTH_MAX - 1; i++)
        strncat(deep, "d/", sizeof(deep) - strlen(deep) - 1);
    strncat(deep, "f", sizeof(deep) - strlen(deep) - 1);
    assert_false(refused(deep, AE_IFREG, NULL));
    memmove(deep + 2, deep, strlen(deep) + 1);
    memcpy(deep, "d/", 2);
    assert_true(refused(deep, AE_IFREG, NULL));
}

static void test_a_file_too_long_is_told_and_the_next_one_comes(void **state)
{
    struct err err = {0};
    struct pack pack;
    size_t files, too_long;

    (void)state;
    pack_start(&pack, GZIP);
    pack_file(&pack, "just.json", NULL, TARBALL_FILE_MAX);
    pack_file(&pack, "more.json", NULL, TARBALL_FILE_MAX + 1);
    pack_file(&pack, "last.json", "{}", 2);
    assert_true(walk(pack_end(&pack, SIZE_MAX), &files, &too_long, &err));
    assert_int_equal(files, 3);
    assert_int_equal(too_long, 1);
}

static void test_a_cut_archive_is_an_error_at_every_length(void **state)
{
    struct err err = {0};
    struct pack pack;
    size_t files, too_long;

    (void)state;
    pack_start(&pack, GZIP);
    pack_file(&pack, "one.json", "{\"id\":\"1\"}", 10);
    pack_file(&pack, "two.json", "{\"id\":\"2\"}", 10);
    assert_int_equal(archive_write_close(pack.archive), ARCHIVE_OK);
    assert_true(pack.size > 64);
    for (size_t size = 20; size + 8 < pack.size; size += 7) {
        assert_refused(walk(pack_end(&pack, size), &files, &too_long, &err), &err, ERR_INVALID);
    }
    assert_true(walk(pack_end(&pack, SIZE_MAX), &files, &too_long, &err));
    assert_int_equal(files, 2);
}

static void test_a_decompression_bomb_ends_early(void **state)
{
    struct err err = {0};
    struct pack pack;
    size_t files, too_long;

    (void)state;
    pack_start(&pack, XZ);
    pack_file(&pack, "bomb.json", NULL, (size_t)300 << 20);
    pack_file(&pack, "next.json", "{}", 2);
    assert_refused(walk(pack_end(&pack, SIZE_MAX), &files, &too_long, &err), &err, ERR_INVALID);
    assert_non_null(strstr(err.text, "bomb"));
}

static void test_a_name_at_the_limit_and_one_past(void **state)
{
    char name[TARBALL_NAME_MAX + 2] = "";

    (void)state;
    memset(name, 'n', TARBALL_NAME_MAX);
    assert_false(refused(name, AE_IFREG, NULL));
    name[TARBALL_NAME_MAX] = 'n';
    assert_true(refused(name, AE_IFREG, NULL));
}

/* Blanks beyond TARBALL_RATIO_FREE, and before them as many bytes that cannot be packed. */
static size_t pack_ratio(struct pack *pack, size_t solid)
{
    char *bytes = malloc(solid + 1);
    uint64_t random = 88172645463325252u;

    assert_non_null(bytes);
    for (size_t i = 0; i < solid; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        bytes[i] = (char)(random >> 56);
    }
    pack_start(pack, XZ);
    pack_file(pack, "solid.json", bytes, solid);
    pack_file(pack, "blanks.json", NULL, RATIO_BLANKS);
    free(bytes);
    assert_int_equal(archive_write_close(pack->archive), ARCHIVE_OK);
    return pack->size;
}

/* The decoder counts what it has taken in, which is its last blocks more or less exact. */
static void test_a_ratio_close_to_the_limit_and_close_past_it(void **state)
{
    size_t files, too_long, most = RATIO_BLANKS / TARBALL_RATIO_MAX;
    struct err err = {0};
    struct pack pack;
    size_t empty = pack_ratio(&pack, 0);

    (void)state;
    (void)close(pack_end(&pack, SIZE_MAX));
    assert_true(empty < most);
    assert_true(pack_ratio(&pack, most - empty + RATIO_NEAR) > most);
    assert_true(walk(pack_end(&pack, SIZE_MAX), &files, &too_long, &err));
    assert_int_equal(files, 2);
    assert_true(pack_ratio(&pack, most - empty - RATIO_NEAR) < most);
    assert_refused_for(walk(pack_end(&pack, SIZE_MAX), &files, &too_long, &err), &err, ERR_INVALID,
                       "bomb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_files_come_one_after_the_other),
        cmocka_unit_test(test_json_by_itself_is_no_tarball),
        cmocka_unit_test(test_what_no_honest_archive_holds_refuses_it),
        cmocka_unit_test(test_a_file_too_long_is_told_and_the_next_one_comes),
        cmocka_unit_test(test_a_cut_archive_is_an_error_at_every_length),
        cmocka_unit_test(test_a_decompression_bomb_ends_early),
        cmocka_unit_test(test_a_name_at_the_limit_and_one_past),
        cmocka_unit_test(test_a_ratio_close_to_the_limit_and_close_past_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
