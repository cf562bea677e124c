#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VCF as lines of text, whatever it comes as: plain, gzip, BGZF, or BCF.
 *
 * htslib is used for two things only, unpacking BGZF and gzip, and taking BCF records apart; it is
 * handed an open descriptor and never a path, and the magic bytes are checked here first, so that
 * CRAM, BAM and the rest never reach it. Text lines are split here and parsed by ours alone.
 *
 * A line has at most LINE_BYTES_MAX bytes. A file that ends within a block, or inflates beyond all
 * proportion, is an error; a last line without its line feed is given out and told. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define LINE_BYTES_MAX (64u * 1024 * 1024)
#define LINES_INFLATION_FREE                                                                       \
    (64u * 1024 * 1024)          /* a file may inflate to so many bytes whatever its proportion */
#define LINES_INFLATION_MAX 200u /* beyond that: output bytes for each input byte, by default */

struct lines;
struct bcf_columns;

/* Takes fd, at its beginning; bytes is the size of the file. */
bool lines_open(int fd, uint64_t bytes, uint64_t inflation_max, struct lines **out,
                struct err *err) MUST_CHECK;
void lines_close(struct lines *lines);

/*
 * The next line without its end, with a NUL behind it; it may be written to and lives until the
 * next call. NULL at the end of the file.
 */
bool lines_next(struct lines *lines, char **line, size_t *size, struct err *err) MUST_CHECK;
/*
 * The samples of the line given last, where they are read from a BCF record and not from the line,
 * which then ends with the tab behind FORMAT; NULL: they are in the line. Lives until the next
 * line.
 */
const struct bcf_columns *lines_columns(const struct lines *lines);
/* When lines_columns() gives columns: the same line with its samples as text. It lives until the
 * next line. */
bool lines_spell(struct lines *lines, char **line, size_t *size, struct err *err) MUST_CHECK;
/* The line given last ended with the file, without a line feed: it may have been cut off. */
bool lines_unfinished(const struct lines *lines);
/* The text began with a UTF-8 byte order mark, which was passed over. */
bool lines_marked(const struct lines *lines);
/* Of the line given last, from 1. */
uint64_t lines_number(const struct lines *lines);
/* Bytes of the file used up so far. */
uint64_t lines_consumed(const struct lines *lines);
