#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named sets: gene panels, lists of codes and sub-questions that a question refers to by name and
 * version, as in `gene in @epilepsy@3` and `@ecog_0_1`.
 *
 * A question has a set's name, version and hash in its canonical bytes, and its whole expansion in
 * its tree, where it is evaluated and counted for limits. The hash is BLAKE2b-256 over what the
 * parser made of the expansion: the values sorted, each once, or the canonical text of the
 * sub-question. So a comment in a set's file, or the order of its lines, changes nothing, and who
 * receives a question computes the hash again from what they received. A set is found by a source:
 * a folder of files (set_folder.h), or a library of the sets that a tree has.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"

struct arena;
struct bytes;

#define NAMED_SET_NAME_MAX 64
#define NAMED_SET_VERSION_MAX 999999
#define NAMED_SET_TEXT_MAX ((size_t)64 << 10)

/* A name, and a version or 0: the newest that the source has. */
struct named_set_wanted {
    const char *name;
    uint32_t version;
};

struct named_set_text {
    uint32_t version;
    const char *text; /* lives as long as the source */
    size_t length;
};

struct named_sets {
    /* ERR_INVALID, with why and how to mend it, when there is no such set. */
    bool (*find)(void *of, const struct named_set_wanted *wanted, struct named_set_text *out,
                 struct err *err);
    void *of;
};

/* "epilepsy", "epilepsy@3": a letter, then letters, digits, _ and -. Without the first @. */
bool named_set_read(const char *text, size_t length, char name[static NAMED_SET_NAME_MAX + 1],
                    uint32_t *version) __attribute__((warn_unused_result));
/* Of a test: over the values first .. first + n - 1. */
bool named_set_hash_values(const struct ast_node *test, uint32_t first, uint32_t n,
                           uint8_t hash[static AST_SET_HASH_BYTES], struct err *err) MUST_CHECK;
bool named_set_hash_question(const struct ast_node *question,
                             uint8_t hash[static AST_SET_HASH_BYTES], struct err *err) MUST_CHECK;

/* The sets that a tree has, as a source. */
struct named_library;
/* ERR_INVALID when one name and version stand for two expansions. All of it lives in the arena. */
bool named_library_of(const struct ast_node *root, struct arena *arena, struct named_sets *out,
                      struct err *err) MUST_CHECK;
