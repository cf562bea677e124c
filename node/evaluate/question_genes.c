/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/question_genes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/candidate.h"
#include "node/evaluate/target.h"
#include "node/snapshot/snapshot.h"
#include "node/terms/gene_names.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"

/* keys NULL: how many gene names the tests have. Recursion is bounded by AST_DEPTH_MAX. */
static bool add_keys(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                     const char **keys, size_t *n, struct err *err)
{
    bool gene = node->kind == AST_TEST && node->field == FIELD_GENE;

    for (uint32_t i = 0; gene && i < node->n_values; i++, ++*n) {
        struct gene_name name;

        if (!keys)
            continue;
        if (!snapshot_gene_name(snapshot, node->values[i].text, &name, err))
            return false;
        keys[*n] = arena_strndup(arena, name.key, strlen(name.key));
        if (!keys[*n])
            return err_memory(err);
    }
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!add_keys(snapshot, node->children[i], arena, keys, n, err))
            return false;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool question_genes_gather(struct snapshot *snapshot, const struct ast_node *inner,
                           struct arena *arena, struct question_genes *genes, struct err *err)
{
    assert(snapshot && inner && arena && genes);
    size_t n = 0, room = 0;

    *genes = (struct question_genes){0};
    if (!add_keys(snapshot, inner, arena, NULL, &room, err))
        return false;
    genes->keys = arena_array(arena, room + 1, sizeof(*genes->keys));
    genes->targets = arena_array(arena, room + 1, sizeof(*genes->targets));
    if (!genes->keys || !genes->targets)
        return err_memory(err);
    if (!add_keys(snapshot, inner, arena, genes->keys, &n, err))
        return false;
    qsort(genes->keys, n, sizeof(*genes->keys), by_name);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(genes->keys[i], genes->keys[genes->n - 1]) != 0)
            genes->keys[genes->n++] = genes->keys[i];
    for (size_t i = 0; i < genes->n; i++)
        if (!target_of_gene(snapshot, genes->keys[i], arena, &genes->targets[i], err))
            return false;
    return true;
}

int question_genes_find(const struct question_genes *genes, const char *key)
{
    const char **found = bsearch(&key, genes->keys, genes->n, sizeof(*genes->keys), by_name);

    return found ? (int)(found - genes->keys) : GENE_OTHER;
}
