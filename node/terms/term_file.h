#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of terms as a stream of bytes or lines: plain, gzip or xz, told by its first bytes.
 *
 * A term file is foreign: it must be a regular local file, a line and the whole have limits, and a
 * damaged or cut compressed file is an error, never a shorter file. Memory is constant but for the
 * line. One thread.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/base/err.h"

#define TERM_FILE_BYTES_MAX ((uint64_t)512 << 20) /* unpacked */
#define TERM_LINE_BYTES_MAX ((size_t)4 << 20)

struct term_file;

bool term_file_open(const char *path, struct term_file **out, struct err *err) MUST_CHECK;
void term_file_close(struct term_file *file);

/* As read(2), a csv_source: context is the term_file. The reason of -1 is in term_file_error(). */
ssize_t term_file_read(void *context, void *buffer, size_t room);
/* What went wrong in term_file_read(); ERR_NONE when nothing did. */
const struct err *term_file_error(const struct term_file *file);

/*
 * The next line without its end, NUL-terminated, valid until the next call; *line is NULL at the
 * end of the file. A NUL byte in a line is an error.
 */
bool term_file_line(struct term_file *file, char **line, struct err *err) MUST_CHECK;
/* The number of the last line, from 1. */
uint64_t term_file_line_number(const struct term_file *file);
/* All that is left, NUL-terminated, from malloc. */
bool term_file_rest(struct term_file *file, size_t bytes_max, char **text, size_t *size,
                    struct err *err) MUST_CHECK;
