/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/count_terms.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "node/terms/gene_names.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/diagnostic.h"

bool count_terms_open(struct snapshot *snapshot, struct count_terms *out, struct err *err)
{
    assert(snapshot && out);
    *out = (struct count_terms){.snapshot = snapshot};
    out->sources.source = out->source;
    if (!snapshot_releases(snapshot, out->release, &out->sources.n, err))
        return false;
    for (size_t i = 0; i < out->sources.n; i++)
        out->source[i] = (struct term_source){
            .system = out->release[i].system, .release = out->release[i].release, .nodes = 1};
    return true;
}

void count_terms_close(struct count_terms *terms)
{
    assert(terms && terms->sources.n <= TERM_SYSTEMS_MAX);
    for (size_t i = 0; i < terms->sources.n; i++)
        release_file_free(terms->file[i]);
}

/* Opens the releases that the question needs and that no question before it has needed. */
static bool open_needed(struct count_terms *terms, const struct ast *question, struct err *err)
{
    for (size_t i = 0; i < terms->sources.n; i++) {
        if (terms->file[i] || !term_check_needs(question, terms->source[i].system))
            continue;
        if (!snapshot_release_open(terms->snapshot, terms->source[i].system, &terms->file[i], err))
            return false;
        terms->source[i].file = terms->file[i];
    }
    return true;
}

/* Has anybody here this very code, present or absent? */
static bool code_recorded(struct snapshot *snapshot, const struct ast_value *value, bool *recorded,
                          struct err *err)
{
    static const enum concept_form forms[] = {CONCEPT_EXACT, CONCEPT_EXCLUDED};

    *recorded = false;
    for (size_t s = 0; !*recorded && s < snapshot_info(snapshot)->n_segments; s++)
        for (size_t f = 0; !*recorded && f < 2; f++) {
            uint64_t words[SEGMENT_WORDS_MAX] = {0};

            if (!segment_concept(
                    snapshot_segment(snapshot, s),
                    (struct concept){CONCEPT_ANY_KIND, value->system, value->code, forms[f]}, words,
                    err))
                return false;
            for (size_t i = 0; i < SEGMENT_WORDS_MAX; i++)
                *recorded |= words[i] != 0;
        }
    return true;
}

/* Has an annotation here this name of a gene? */
static bool gene_recorded(struct snapshot *snapshot, const char *name, bool *recorded,
                          struct err *err)
{
    struct gene_name gene;

    *recorded = false;
    if (!snapshot_gene_name(snapshot, name, &gene, err))
        return false;
    for (size_t s = 0; !*recorded && s < snapshot_info(snapshot)->n_segments; s++) {
        struct gene_sites sites;

        if (!segment_gene(snapshot_segment(snapshot, s), gene.key, &sites, err))
            return false;
        *recorded = sites.n > 0;
    }
    return true;
}

static bool allow_recorded(struct count_terms *terms, struct term_findings *findings,
                           struct err *err)
{
    for (size_t i = 0; i < findings->n; i++) {
        struct term_finding *finding = &findings->finding[i];
        bool recorded = false;

        if (finding->state != TERM_UNKNOWN)
            continue;
        if (!(finding->gene ? gene_recorded(terms->snapshot, finding->value->text, &recorded, err)
                            : code_recorded(terms->snapshot, finding->value, &recorded, err)))
            return false;
        if (recorded || terms->allow_unknown)
            finding->state = TERM_UNCHECKED;
    }
    return true;
}

bool count_terms_check(struct count_terms *terms, const struct ast *question, const char *text,
                       struct arena *arena, struct term_findings *out, struct err *err)
{
    struct diagnostics found;

    assert(terms && terms->snapshot && question && text && out);
    if (!open_needed(terms, question, err) ||
        !term_check(question, &terms->sources, arena, out, err) || !allow_recorded(terms, out, err))
        return false;
    diagnostics_init(&found, text, strlen(text));
    term_check_tell(out, "no record here and no", &found);
    if (!found.n)
        return true;
    diagnostics_tell(&found);
    return err_set(err, ERR_INVALID, "nothing was counted: the question has %u mistake%s", found.n,
                   found.n == 1 ? "" : "s");
}
