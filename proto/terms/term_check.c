/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/terms/term_check.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/suggest.h"
#include "proto/query/code.h"
#include "proto/query/code_system.h"
#include "proto/query/diagnostic.h"

#define CATEGORY_BYTES 3 /* of ICD, ICD-O-3, ATC and KVÅ */

struct checking {
    const struct term_sources *sources;
    struct arena *arena;
    struct term_findings *found;
    struct err *err;
};

static const char *code_text(struct arena *arena, const char *system, const char *code)
{
    struct code parts = {{0}, {0}};
    char text[CODE_TEXT_MAX];

    snprintf(parts.system, sizeof(parts.system), "%s", system);
    snprintf(parts.code, sizeof(parts.code), "%s", code);
    code_print(&parts, text);
    return arena_strdup(arena, text);
}

/* ---- codes ----------------------------------------------------------------------------------- */

/*
 * Offers the codes of the system whose first `same` bytes are those of the value's code. Returns
 * the file that has the best of them; NULL when there is none.
 */
static const struct release_file *offer_codes(const struct term_sources *sources,
                                              const struct ast_value *value, size_t same,
                                              struct suggest *suggest)
{
    const struct release_file *file = NULL;

    suggest_start(suggest, value->code, strlen(value->code));
    for (size_t s = 0; s < sources->n; s++) {
        const struct term_source *source = &sources->source[s];
        const char *before = suggest->best;

        if (!source->file || strcmp(source->system, value->system) != 0)
            continue;
        for (size_t i = 0; i < release_file_n_terms(source->file); i++) {
            struct release_term term = release_file_nth(source->file, i);

            if (!term.obsolete && strncmp(term.code, value->code, same) == 0)
                suggest_offer(suggest, term.code);
        }
        if (suggest->best != before)
            file = source->file;
    }
    return file;
}

/*
 * The code of the releases that is nearest to an unknown one, with its label; first among those of
 * its category, because the end of a code is mistyped more often than its beginning.
 */
static const char *near_code(const struct term_sources *sources, const struct ast_value *value,
                             struct arena *arena)
{
    struct suggest suggest;
    const struct release_file *file = offer_codes(sources, value, CATEGORY_BYTES, &suggest);
    struct release_term term;
    const char *text;

    if (!file)
        file = offer_codes(sources, value, 0, &suggest);
    if (!file || !release_file_find(file, suggest.best, &term))
        return "";
    text = code_text(arena, value->system, suggest.best);
    return text && *term.label ? arena_printf(arena, "%s %s", text, term.label) : text;
}

static bool describe(const struct release_file *file, const struct ast_value *value,
                     struct arena *arena, struct term_finding *out)
{
    const struct code_system *system = code_system_named(value->system);
    struct release_term term;

    if (!release_file_find(file, value->code, &term))
        return false;
    out->state = TERM_KNOWN;
    out->release = release_file_release(file);
    out->label = term.label;
    out->obsolete = term.obsolete;
    out->hint_under =
        release_file_has_below(file, value->code, system && system->hierarchy == HIERARCHY_SPELLED);
    if (strcmp(term.code, value->code) != 0)
        out->today = code_text(arena, value->system, term.code);
    return true;
}

bool term_check_code(const struct ast_value *code, const struct term_sources *sources,
                     struct arena *arena, struct term_finding *out, struct err *err)
{
    assert(code && code->kind == VALUE_CODE && sources && out);
    struct term_finding finding = {.value = code, .system = code->system, .label = "", .near = ""};
    uint64_t unread = 0;

    for (size_t i = 0; i < sources->n; i++) {
        const struct term_source *source = &sources->source[i];
        struct release_term term;

        if (strcmp(source->system, code->system) != 0)
            continue;
        if (!source->file) {
            unread |= source->nodes;
        } else if (finding.state == TERM_KNOWN ? !release_file_find(source->file, code->code, &term)
                                               : !describe(source->file, code, arena, &finding)) {
            finding.lacking |= source->nodes;
            finding.release = finding.release ? finding.release : source->release;
        }
    }
    if (finding.state == TERM_UNCHECKED && finding.lacking && !unread) {
        finding.state = TERM_UNKNOWN;
        finding.near = near_code(sources, code, arena);
    }
    *out = finding;
    return finding.near || err_memory(err);
}

/* ---- genes ----------------------------------------------------------------------------------- */

static const char *near_gene(const struct term_sources *sources, const char *name,
                             struct arena *arena)
{
    struct suggest suggest;

    suggest_start(&suggest, name, strlen(name));
    for (size_t s = 0; s < sources->n; s++)
        for (size_t i = 0;
             sources->source[s].file && i < release_file_n_symbols(sources->source[s].file); i++)
            suggest_offer(&suggest, release_file_symbol(sources->source[s].file, i));
    return suggest.best ? arena_strdup(arena, suggest.best) : "";
}

static bool has_genes(const char *system)
{
    return strcmp(system, RELEASE_FILE_HGNC) == 0 ||
           strncmp(system, RELEASE_FILE_GENES, strlen(RELEASE_FILE_GENES)) == 0;
}

static void know_gene(const struct release_gene *gene, const struct term_source *source,
                      struct term_finding *out)
{
    if (out->state == TERM_KNOWN && (out->hgnc || !gene->hgnc))
        return;
    out->state = TERM_KNOWN;
    out->release = source->release;
    out->hgnc = gene->hgnc;
    out->today = strcmp(gene->symbol, out->value->text) != 0 ? gene->symbol : NULL;
}

/* What of a node's several gene releases counts: HGNC's word before a table's. */
struct gene_nodes {
    uint64_t loaded;
    uint64_t unread;
    uint64_t known;
    uint64_t several;
};

static bool look_gene(const struct term_source *source, struct gene_nodes *nodes,
                      struct arena *arena, struct term_finding *out)
{
    bool hgnc = strcmp(source->system, RELEASE_FILE_HGNC) == 0;
    struct release_gene gene;

    nodes->loaded |= source->nodes;
    if (!source->file) {
        nodes->unread |= source->nodes;
        return true;
    }
    release_file_gene(source->file, out->value->text, &gene);
    if (gene.state == RELEASE_GENE_KNOWN) {
        nodes->known |= hgnc ? source->nodes : source->nodes & ~nodes->several;
        know_gene(&gene, source, out);
    } else if (gene.state == RELEASE_GENE_AMBIGUOUS) {
        nodes->several |= source->nodes;
        out->near = *out->near ? out->near : arena_strdup(arena, gene.others);
    }
    return out->near != NULL;
}

static bool check_gene(struct checking *of, const struct ast_value *value, struct term_finding *out)
{
    struct term_finding finding = {
        .value = value, .gene = true, .system = RELEASE_FILE_HGNC, .label = "", .near = ""};
    struct gene_nodes nodes = {0};

    for (int tables = 0; tables < 2; tables++)
        for (size_t i = 0; i < of->sources->n; i++) {
            const struct term_source *source = &of->sources->source[i];

            if (has_genes(source->system) &&
                (strcmp(source->system, RELEASE_FILE_HGNC) != 0) == (tables == 1) &&
                !look_gene(source, &nodes, of->arena, &finding))
                return err_memory(of->err);
        }
    finding.lacking = nodes.loaded & ~nodes.known & ~nodes.unread;
    if (!nodes.known && nodes.loaded && !nodes.unread) {
        finding.state = nodes.several ? TERM_AMBIGUOUS : TERM_UNKNOWN;
        if (!nodes.several)
            finding.near = near_gene(of->sources, value->text, of->arena);
    } else if (!nodes.known) {
        finding.state = TERM_UNCHECKED;
    }
    *out = finding;
    return finding.near || err_memory(of->err);
}

/* ---- the question ---------------------------------------------------------------------------- */

static struct term_finding *already(const struct checking *of, const struct ast_value *value,
                                    bool gene)
{
    for (size_t i = 0; i < of->found->n; i++)
        if (of->found->finding[i].gene == gene &&
            strcmp(of->found->finding[i].value->text, value->text) == 0)
            return &of->found->finding[i];
    return NULL;
}

static bool check_value(struct checking *of, const struct ast_node *test,
                        const struct ast_value *value)
{
    bool gene = test->field == FIELD_GENE;
    struct term_finding *at = already(of, value, gene);

    if (at) {
        at->hint_under &= test->op == OP_IN;
        return true;
    }
    at = &of->found->finding[of->found->n++];
    if (!(gene ? check_gene(of, value, at)
               : term_check_code(value, of->sources, of->arena, at, of->err)))
        return false;
    at->hint_under &= test->op == OP_IN;
    return true;
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static bool walk(struct checking *of, const struct ast_node *node)
{
    for (uint32_t i = 0; node->kind == AST_TEST && i < node->n_values; i++)
        if ((node->values[i].kind == VALUE_CODE || node->field == FIELD_GENE) &&
            !check_value(of, node, &node->values[i]))
            return false;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!walk(of, node->children[i]))
            return false;
    return true;
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static bool node_needs(const struct ast_node *node, const char *system, bool genes)
{
    for (uint32_t i = 0; node->kind == AST_TEST && i < node->n_values; i++)
        if (node->field == FIELD_GENE
                ? genes
                : node->values[i].kind == VALUE_CODE && strcmp(node->values[i].system, system) == 0)
            return true;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (node_needs(node->children[i], system, genes))
            return true;
    return false;
}

bool term_check_needs(const struct ast *question, const char *system)
{
    return node_needs(question->root, system, has_genes(system));
}

bool term_check(const struct ast *question, const struct term_sources *sources, struct arena *arena,
                struct term_findings *out, struct err *err)
{
    assert(question && sources && arena && out);
    struct checking of = {.sources = sources, .arena = arena, .found = out, .err = err};

    *out = (struct term_findings){
        .finding = arena_array(arena, AST_VALUES_MAX, sizeof(struct term_finding))};
    return out->finding ? walk(&of, question->root) : err_memory(err);
}

static void tell_one(const struct term_finding *finding, const char *who, struct diagnostics *found)
{
    const struct ast_value *value = finding->value;
    struct diagnostic *one;

    if (finding->state == TERM_AMBIGUOUS) {
        one = diagnostic_add(found, FAULT_UNKNOWN, value->from, value->to,
                             "%.70s is a former symbol or an alias of several genes", value->text);
        diagnostic_expect(one, "the one that is meant: %.120s", finding->near);
        return;
    }
    one = diagnostic_add(found, FAULT_UNKNOWN, value->from, value->to, "%s release of %s has %.70s",
                         who, finding->gene ? "genes" : finding->system, value->text);
    diagnostic_suggest(one, *finding->near ? finding->near : NULL);
}

void term_check_tell(const struct term_findings *findings, const char *who,
                     struct diagnostics *found)
{
    for (size_t i = 0; i < findings->n; i++)
        if (findings->finding[i].state == TERM_UNKNOWN ||
            findings->finding[i].state == TERM_AMBIGUOUS)
            tell_one(&findings->finding[i], who, found);
}
