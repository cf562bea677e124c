#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which genes the names of a question mean on this node: what the echo shows where a name is not
 * the gene's own ("HER2 -> ERBB2").
 */
#include <cjson/cJSON.h>
#include <stddef.h>

#include "proto/base/err.h"

struct ast;
struct snapshot;

struct count_gene {
    char asked[72];
    char symbol[72]; /* today's */
    long long hgnc;  /* 0: the node has no HGNC table with it */
};

/*
 * The names that are not today's symbol, each once; *out is from malloc, for the caller to free.
 * ERR_INVALID for a name of several genes: the message lists them.
 */
bool count_genes(struct snapshot *snapshot, const struct ast *question, struct count_gene **out,
                 size_t *n, struct err *err) MUST_CHECK;
/* As the member "genes" of the object, where there are any. */
void count_genes_put(const struct count_gene *genes, size_t n, cJSON *object, bool *ok);
