/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/terms/bench.h"

#include <archive.h>
#include <archive_entry.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void bench_up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    snprintf(b->dir, sizeof(b->dir), "/tmp/rikstal-terms-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    snprintf(b->path, sizeof(b->path), "%s/file", b->dir);
    assert_int_equal(sqlite3_open(":memory:", &b->db), SQLITE_OK);
}

void bench_down(struct bench *b)
{
    (void)unlink(b->path);
    assert_int_equal(rmdir(b->dir), 0);
    assert_int_equal(sqlite3_close(b->db), SQLITE_OK); /* busy if a statement leaked */
}

void bench_bytes(struct bench *b, const void *data, size_t size)
{
    FILE *file = fopen(b->path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

void bench_text(struct bench *b, const char *text)
{
    bench_bytes(b, text, strlen(text));
}

void bench_gzip(struct bench *b, const char *text)
{
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();

    assert_non_null(archive);
    assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_add_filter_gzip(archive), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(archive, b->path), ARCHIVE_OK);
    archive_entry_set_pathname(entry, "x");
    archive_entry_set_filetype(entry, AE_IFREG);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    assert_int_equal(archive_write_data(archive, text, strlen(text)), strlen(text));
    archive_entry_free(entry);
    assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
}

int64_t bench_number(struct bench *b, const char *sql)
{
    sqlite3_stmt *row = NULL;
    int64_t number;

    assert_int_equal(sqlite3_prepare_v2(b->db, sql, -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    number = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return number;
}

const char *bench_string(struct bench *b, const char *sql)
{
    const unsigned char *text;
    sqlite3_stmt *row = NULL;

    assert_int_equal(sqlite3_prepare_v2(b->db, sql, -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    text = sqlite3_column_text(row, 0);
    snprintf(b->text, sizeof(b->text), "%s", text ? (const char *)text : "");
    sqlite3_finalize(row);
    return b->text;
}
