#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The genes that one variant( ) asks for, by their keys (snapshot_gene_name): sorted, each once.
 * Lives in the arena; made once for all segments. One thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/base/err.h"

struct arena;
struct ast_node;
struct snapshot;
struct target;

struct question_genes {
    const char **keys;
    struct target *targets; /* one a key */
    size_t n;
};

/* inner: what stands inside variant( ). */
bool question_genes_gather(struct snapshot *snapshot, const struct ast_node *inner,
                           struct arena *arena, struct question_genes *genes,
                           struct err *err) MUST_CHECK;
/* Index of a key, or GENE_OTHER. */
int question_genes_find(const struct question_genes *genes, const char *key);
