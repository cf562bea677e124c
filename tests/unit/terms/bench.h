#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of terms share: an empty database in memory and files in a folder of their own,
 * gone again at bench_down(). A failure here ends the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/base/err.h"

struct sqlite3;

struct bench {
    struct sqlite3 *db;
    char dir[64];
    char path[128]; /* of the file written last */
    char text[64];  /* what bench_string() read last */
    struct err err;
};

void bench_up(struct bench *b);
void bench_down(struct bench *b);
/* Write a file of these bytes; its path is b->path. */
void bench_bytes(struct bench *b, const void *data, size_t size);
void bench_text(struct bench *b, const char *text);
/* The same, gzip. */
void bench_gzip(struct bench *b, const char *text);
/* The first column of the first row, as a number. */
int64_t bench_number(struct bench *b, const char *sql);
/* The same as text, valid until the next call; "" for NULL. There must be a row. */
const char *bench_string(struct bench *b, const char *sql);
