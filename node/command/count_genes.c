/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/count_genes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "node/terms/gene_names.h"
#include "proto/base/json.h"
#include "proto/query/ast.h"

struct found {
    struct snapshot *snapshot;
    struct count_gene *genes;
    size_t n;
    struct err *err;
};

static bool add(struct found *found, const char *asked, const struct gene_name *name)
{
    struct count_gene *more;

    for (size_t i = 0; i < found->n; i++)
        if (strcmp(found->genes[i].asked, asked) == 0)
            return true;
    more = realloc(found->genes, (found->n + 1) * sizeof(*more));
    if (!more)
        return err_memory(found->err);
    found->genes = more;
    more[found->n] = (struct count_gene){.hgnc = name->hgnc};
    snprintf(more[found->n].asked, sizeof(more->asked), "%s", asked);
    snprintf(more[found->n].symbol, sizeof(more->symbol), "%s", name->symbol);
    found->n++;
    return true;
}

static bool look_at(struct found *found, const char *asked)
{
    struct gene_name name;

    if (!snapshot_gene_name(found->snapshot, asked, &name, found->err))
        return false;
    if (name.state == GENE_NAME_AMBIGUOUS)
        return err_set(
            found->err, ERR_INVALID,
            "%s is a former symbol or an alias of several genes, %s: ask for the one that "
            "is meant",
            asked, name.others);
    return name.state != GENE_NAME_KNOWN || strcmp(name.symbol, asked) == 0 ||
           add(found, asked, &name);
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static bool walk(struct found *found, const struct ast_node *node)
{
    if (node->kind == AST_TEST && node->field == FIELD_GENE)
        for (uint32_t i = 0; i < node->n_values; i++)
            if (!look_at(found, node->values[i].text))
                return false;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!walk(found, node->children[i]))
            return false;
    return true;
}

bool count_genes(struct snapshot *snapshot, const struct ast *question, struct count_gene **out,
                 size_t *n, struct err *err)
{
    struct found found = {.snapshot = snapshot, .err = err};

    if (!walk(&found, question->root)) {
        free(found.genes);
        return false;
    }
    *out = found.genes;
    *n = found.n;
    return true;
}

void count_genes_put(const struct count_gene *genes, size_t n, cJSON *object, bool *ok)
{
    cJSON *list = n ? json_put(object, "genes", cJSON_CreateArray(), ok) : NULL;

    for (size_t i = 0; list && i < n; i++) {
        cJSON *row = cJSON_CreateObject();

        *ok &= row && cJSON_AddItemToArray(list, row);
        json_put_text(row, "asked", genes[i].asked, ok);
        json_put_text(row, "symbol", genes[i].symbol, ok);
        if (genes[i].hgnc)
            json_put_int(row, "hgnc", genes[i].hgnc, ok);
    }
}
