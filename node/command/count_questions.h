#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The questions of `rikstal-node count`: one of the command line, or a file of them, one a line;
 * empty lines and lines of # are left out. All lives in the caller's arena. One thread.
 */
#include <stddef.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"

struct arena;

struct count_question {
    struct ast ast;
    const char *typed;
    unsigned long line; /* of the file; 0: of the command line */
    const char *text;   /* canonical */
    const char *explain;
};

struct count_questions {
    struct count_question *question;
    size_t n;
};

/* Does the line ask something? An empty one and one of # do not. */
bool count_questions_asks(const char *line, size_t length);
/*
 * file NULL: text is the question. ERR_INVALID, with every mistake and its place on stderr, when a
 * question cannot be read, or a file holds none or too many.
 */
bool count_questions_read(const char *file, const char *text, struct arena *arena,
                          struct count_questions *out, struct err *err) MUST_CHECK;
