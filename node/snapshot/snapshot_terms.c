/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/snapshot_terms.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/snapshot_inside.h"
#include "node/terms/gene_names.h"

#define GENES "genes:"
#define GENES_37 GENES "GRCh37"
#define GENES_38 GENES "GRCh38"

static bool has_parents(sqlite3 *db, const char *system, bool *parents, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(db, "SELECT 1 FROM term_parent WHERE system = ?1 LIMIT 1", &stmt, err);

    if (ok) {
        sqlite3_bind_text(stmt, 1, system, -1, SQLITE_STATIC);
        ok = sql_next(stmt, parents, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

bool snapshot_terms_open(struct snapshot *snapshot, struct err *err)
{
    assert(snapshot);
    char path[PATH_MAX];
    size_t n = 0, shown = 0;

    if (!snapshot->manifest.has_terms)
        return true;
    if (!manifest_path(snapshot->folder, snapshot->manifest.terms_hash, "terms", path,
                       sizeof(path)))
        return err_set(err, ERR_INVALID, "the path %s is too long", snapshot->folder);
    if (!sql_open(path, SQL_IMMUTABLE, &snapshot->terms, err) ||
        !terms_releases(snapshot->terms, snapshot->releases, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct snapshot_system *system = &snapshot->systems[shown];

        if (strncmp(snapshot->releases[i].system, GENES, strlen(GENES)) == 0) {
            snapshot->info.has_genes = true;
            snapshot->info.has_genes_37 |= strcmp(snapshot->releases[i].system, GENES_37) == 0;
            snapshot->info.has_genes_38 |= strcmp(snapshot->releases[i].system, GENES_38) == 0;
            continue;
        }
        if (strcmp(snapshot->releases[i].system, "hgnc") == 0)
            continue;
        system->system = snapshot->releases[i].system;
        system->release = snapshot->releases[i].release;
        if (!has_parents(snapshot->terms, system->system, &system->has_parents, err))
            return false;
        shown++;
    }
    snapshot->info.n_systems = shown;
    snapshot->n_releases = n;
    return true;
}

void snapshot_terms_close(struct snapshot *snapshot)
{
    assert(snapshot);
    for (int i = 0; i < FOUND_GENE_SLOTS; i++) {
        struct found_gene *next;

        for (struct found_gene *at = snapshot->found_genes[i]; at; at = next) {
            next = at->next;
            free(at->spans);
            free(at);
        }
    }
    gene_names_close(snapshot->gene_names);
    for (int i = 0; i < ASSEMBLIES; i++)
        gene_table_free(snapshot->genes[i]);
    closure_clear(&snapshot->closure);
    sql_close(snapshot->terms);
    free(snapshot->codes);
}

const struct snapshot_system *snapshot_system(const struct snapshot *snapshot, size_t i)
{
    assert(snapshot);
    return &snapshot->systems[i];
}

const struct snapshot_system *snapshot_system_find(const struct snapshot *snapshot,
                                                   const char *system)
{
    assert(snapshot);
    for (size_t i = 0; i < snapshot->info.n_systems; i++)
        if (strcmp(snapshot->systems[i].system, system) == 0)
            return &snapshot->systems[i];
    return NULL;
}

/* The graph of the system's terms; NULL when the system is not loaded. */
static bool need_graph(struct snapshot *snapshot, const char *system,
                       const struct term_graph **graph, struct err *err)
{
    if (!snapshot->has_closure && snapshot->terms) {
        if (!closure_load(snapshot->terms, &snapshot->closure, err))
            return false;
        snapshot->has_closure = true;
    }
    *graph = closure_find(&snapshot->closure, system);
    return true;
}

bool snapshot_term(struct snapshot *snapshot, const char *system, const char *code, bool *known,
                   const char **canonical, struct err *err)
{
    const struct term_graph *graph;
    uint32_t term;

    if (!need_graph(snapshot, system, &graph, err))
        return false;
    term = graph ? term_graph_find(graph, code) : TERM_NONE;
    *known = term != TERM_NONE;
    *canonical = *known ? term_graph_code(graph, term) : NULL;
    return true;
}

/* For an unknown code, the list holds only the code itself. */
static bool copy_codes(struct snapshot *snapshot, const struct term_graph *graph,
                       const uint32_t *terms, const char *code, size_t n)
{
    size_t size = 0, used = 0;

    for (size_t i = 0; i < n; i++)
        size += strlen(terms ? term_graph_code(graph, terms[i]) : code) + 1;
    free(snapshot->codes);
    snapshot->codes = malloc(size);
    for (size_t i = 0; snapshot->codes && i < n; i++) {
        const char *text = terms ? term_graph_code(graph, terms[i]) : code;

        memcpy(snapshot->codes + used, text, strlen(text) + 1);
        used += strlen(text) + 1;
    }
    return snapshot->codes != NULL;
}

bool snapshot_ancestors(struct snapshot *snapshot, const char *system, const char *code,
                        const char **codes, size_t *n, struct err *err)
{
    assert(snapshot);
    const struct term_graph *graph;
    const uint32_t *terms = NULL;
    uint32_t term;
    size_t found = 1;

    if (!need_graph(snapshot, system, &graph, err))
        return false;
    term = graph ? term_graph_find(graph, code) : TERM_NONE;
    if (term != TERM_NONE)
        terms = term_graph_ancestors(graph, term, &found);
    if (!copy_codes(snapshot, graph, terms, code, found))
        return err_memory(err);
    *codes = snapshot->codes;
    *n = found;
    return true;
}

/*** genes ***/

static bool need_genes(struct snapshot *snapshot, uint8_t assembly, struct err *err)
{
    if (snapshot->has_genes[assembly] || !snapshot->info.has_genes)
        return true;
    if (!gene_table_load(snapshot->terms, assembly, &snapshot->genes[assembly], err))
        return false;
    snapshot->has_genes[assembly] = true;
    return true;
}

/* Converts the gene's spans and coding bases to the snapshot's types. */
static struct found_gene *convert(const struct gene *gene)
{
    struct found_gene *found = calloc(1, sizeof(*found));
    size_t n = gene->n_spans + gene->n_coding;

    if (!found)
        return NULL;
    found->gene = gene;
    found->n_spans = gene->n_spans;
    found->n_coding = gene->n_coding;
    found->spans = malloc(n * sizeof(*found->spans));
    if (!found->spans) {
        free(found);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        const struct gene_interval *at =
            i < gene->n_spans ? &gene->spans[i] : &gene->coding[i - gene->n_spans];

        found->spans[i] = (struct snapshot_stretch){at->chromosome, at->start, at->end};
    }
    return found;
}

static struct found_gene *need_found(struct snapshot *snapshot, const struct gene *gene)
{
    size_t slot = ((uintptr_t)gene >> 4) % FOUND_GENE_SLOTS;
    struct found_gene *at = snapshot->found_genes[slot];

    while (at && at->gene != gene)
        at = at->next;
    if (at)
        return at;
    at = convert(gene);
    if (at) {
        at->next = snapshot->found_genes[slot];
        snapshot->found_genes[slot] = at;
    }
    return at;
}

bool snapshot_gene_name(struct snapshot *snapshot, const char *name, struct gene_name *out,
                        struct err *err)
{
    assert(snapshot);
    if (snapshot->terms && !snapshot->gene_names &&
        !gene_names_open(snapshot->terms, &snapshot->gene_names, err))
        return false;
    return gene_names_find(snapshot->gene_names, name, out, err);
}

bool snapshot_gene(struct snapshot *snapshot, uint8_t assembly, const char *symbol, bool *known,
                   struct snapshot_gene *gene, struct err *err)
{
    assert(snapshot);
    char in_table[GENE_KEY_BYTES];
    const struct gene *row;
    struct found_gene *found;
    struct gene_name name;

    *known = false;
    if (assembly != VARIANT_GRCH37 && assembly != VARIANT_GRCH38)
        return err_set(err, ERR_INVALID, "an assembly is GRCh37 or GRCh38");
    if (!need_genes(snapshot, assembly, err))
        return false;
    if (!snapshot->genes[assembly])
        return true;
    if (!snapshot_gene_name(snapshot, symbol, &name, err) ||
        !gene_names_in_table(snapshot->gene_names, &name, assembly, in_table, err))
        return false;
    row = *in_table ? gene_table_find(snapshot->genes[assembly], in_table) : NULL;
    if (!row)
        return true;
    found = need_found(snapshot, row);
    if (!found)
        return err_memory(err);
    *known = true;
    *gene = (struct snapshot_gene){.spans = found->spans,
                                   .n_spans = found->n_spans,
                                   .coding = found->n_coding ? found->spans + found->n_spans : NULL,
                                   .n_coding = found->n_coding};
    return true;
}
