#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of terms as a stream of bytes or lines. Its first bytes tell whether it is plain, gzip or
 * xz.
 *
 * The file comes from outside: it must be a regular local file, the sizes of a line and of the
 * whole are limited, and a damaged or truncated compressed file is an error, never a shorter file.
 * Memory use is constant except for the line. One thread.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/base/err.h"

#define TERM_FILE_BYTES_MAX ((uint64_t)512 << 20) /* size when unpacked */
#define TERM_LINE_BYTES_MAX ((size_t)4 << 20)

struct term_file;

bool term_file_open(const char *path, struct term_file **out, struct err *err) MUST_CHECK;
void term_file_close(struct term_file *file);
/* Another limit than TERM_FILE_BYTES_MAX on the size when unpacked. */
void term_file_allow(struct term_file *file, uint64_t bytes);
/* Bytes of the file on disk, and those of them that are used up. */
uint64_t term_file_bytes(const struct term_file *file);
uint64_t term_file_consumed(const struct term_file *file);

/*
 * Like read(2), as a csv_source whose context is the term_file. After -1, term_file_error() gives
 * the reason.
 */
ssize_t term_file_read(void *context, void *buffer, size_t room);
/* The error of term_file_read(); ERR_NONE when it did not fail. */
const struct err *term_file_error(const struct term_file *file);

/*
 * Reads the next line without its line end, NUL-terminated, valid until the next call; *line is
 * NULL at the end of the file. A NUL byte in a line is an error.
 */
bool term_file_line(struct term_file *file, char **line, struct err *err) MUST_CHECK;
/* Splits a line at its tabs, in place, into at most `most` fields; 0 when it has more. */
size_t term_file_split(char *line, char **fields, size_t most);
/* The number of the line read last, from 1. */
uint64_t term_file_line_number(const struct term_file *file);
/* Reads the rest of the file, NUL-terminated, into memory from malloc. */
bool term_file_rest(struct term_file *file, size_t bytes_max, char **text, size_t *size,
                    struct err *err) MUST_CHECK;
