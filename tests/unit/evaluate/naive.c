/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/evaluate/naive.h"

#include <assert.h>
#include <string.h>

#include "proto/base/number.h"
#include "proto/query/ast.h"
#include "proto/query/vocabulary.h"

static enum value least(enum value a, enum value b)
{
    return a < b ? a : b;
}

static enum value most(enum value a, enum value b)
{
    return a > b ? a : b;
}

static enum value opposite(enum value a)
{
    return (enum value)(YES - a);
}

static enum value counted(uint32_t yes, uint32_t possible, uint32_t n)
{
    return yes >= n ? YES : possible >= n ? CANNOT_TELL : NO;
}

/* ---- tests on a person -------------------------------------------------------------------------
 */

static enum value number(const struct ast_node *test, int is, bool known)
{
    if (!known)
        return CANNOT_TELL;
    return is * NUMBER_NANO >= test->low_nano && is * NUMBER_NANO <= test->high_nano ? YES : NO;
}

static enum value of_person(const struct world *world, const struct world_person *p,
                            const struct ast_node *test)
{
    static const char *const sexes[] = {"unknown", "female", "male", "other"};
    enum value value = NO;

    if (test->field == FIELD_AGE)
        return number(test, p->age, p->age >= 0);
    if (test->field == FIELD_BIRTH_YEAR)
        return number(test, p->birth_year, p->birth_year > 0);
    for (uint32_t i = 0; i < test->n_values; i++) {
        const struct ast_value *v = &test->values[i];

        if (test->field == FIELD_SEX)
            value = most(value, strcmp(v->text, sexes[p->sex]) == 0 ? YES
                                : p->sex == 0                       ? CANNOT_TELL
                                                                    : NO);
        else if (test->field == FIELD_REGION)
            value = most(value, strcmp(v->text, WORLD_REGION) == 0 ? YES : NO);
        else
            value = most(value, naive_coded(world, p, test, v));
    }
    return value;
}

/* ---- who was tested ----------------------------------------------------------------------------
 */

static bool has_file(const struct world *world, size_t person, size_t file)
{
    return world->files[file].has_person[person];
}

static uint32_t bases_covered(int assay, uint8_t assembly, uint32_t start, uint32_t end)
{
    const struct world_assay *a = &world_assays[assay];
    uint32_t n = 0;

    for (uint32_t at = start; at <= end; at++)
        n += a->assembly == assembly && (a->whole || (at >= a->start && at <= a->end));
    return n;
}

/* One assay of the person covers 95 % of start..end, and of another stretch (0: none), together. */
static bool covered_both(const struct world *world, size_t person, uint8_t assembly,
                         const uint32_t spans[static WORLD_SPANS][2])
{
    for (size_t f = 0; f < world->n_files; f++) {
        uint32_t covered = 0, bases = 0;

        if (!has_file(world, person, f) || world->files[f].assay[person] < 0)
            continue;
        for (int i = 0; i < WORLD_SPANS && spans[i][0] > 0; i++) {
            covered +=
                bases_covered(world->files[f].assay[person], assembly, spans[i][0], spans[i][1]);
            bases += spans[i][1] - spans[i][0] + 1;
        }
        if (covered * 100 >= bases * 95)
            return true;
    }
    return false;
}

static bool covered(const struct world *world, size_t person, uint8_t assembly, uint32_t start,
                    uint32_t end)
{
    const uint32_t spans[WORLD_SPANS][2] = {{start, end}};

    return covered_both(world, person, assembly, spans);
}

static bool whole_genome(const struct world *world, size_t person)
{
    for (size_t f = 0; f < world->n_files; f++)
        if (has_file(world, person, f) && world->files[f].assay[person] >= 0 &&
            world_assays[world->files[f].assay[person]].whole)
            return true;
    return false;
}

static bool called(const struct world *world, size_t person, size_t file, int variant)
{
    const struct world_file *f = &world->files[file];

    return f->has_person[person] && f->sites >> variant & 1 && !(f->no_call[person] >> variant & 1);
}

static bool is_value(const struct ast_value *value, const struct variant *name)
{
    return name->chromosome == value->locus.chromosome &&
           name->assembly == (uint8_t)value->locus.assembly &&
           name->position == value->locus.start && strcmp(name->ref, value->ref) == 0 &&
           strcmp(name->alt, value->alt) == 0;
}

bool naive_tested(const struct world *world, size_t person, int variant)
{
    const struct variant *name = &world->variants[variant].name;
    bool seen = false;

    for (size_t f = 0; f < world->n_files; f++) {
        bool judged = world->files[f].judges && world->files[f].sites >> variant & 1;

        if (called(world, person, f, variant) &&
            (judged || world->persons[person].genotype[variant] != GENO_REF))
            return true;
        seen |= judged && has_file(world, person, f);
    }
    return !seen && name->chromosome != CHROMOSOME_NONE &&
           covered(world, person, name->assembly, name->position, name->position);
}

static bool change_tested(const struct world *world, size_t person, const struct ast_value *value)
{
    for (int v = 0; v < WORLD_VARIANTS; v++)
        if (is_value(value, &world->variants[v].name))
            return naive_tested(world, person, v);
    return covered(world, person, (uint8_t)value->locus.assembly, value->locus.start,
                   value->locus.start);
}

static int gene_of(const char *symbol)
{
    for (int g = 0; g < WORLD_GENES; g++)
        if (strcmp(world_genes[g], symbol) == 0)
            return g;
    return -1;
}

static bool gene_known(const struct world *world, int gene)
{
    return world->has_genes && world_gene_spans[gene][0][0] > 0;
}

static bool value_tested(const struct world *world, size_t person, const struct ast_node *test,
                         const struct ast_value *value)
{
    int gene;

    if (test->field == FIELD_CHANGE)
        return change_tested(world, person, value);
    if (test->field == FIELD_LOCUS)
        return covered(world, person, (uint8_t)value->locus.assembly, value->locus.start,
                       value->locus.end);
    gene = gene_of(value->text);
    return gene_known(world, gene) &&
           covered_both(world, person, VARIANT_GRCH38, world_gene_spans[gene]);
}

static bool names_place(const struct ast_node *node)
{
    return node->field == FIELD_GENE || node->field == FIELD_LOCUS || node->field == FIELD_CHANGE;
}

/* n, as "at least n of the children", once "not" stands at the tests only. */
static uint32_t needed(const struct ast_node *node, bool negated)
{
    uint32_t n = node->kind == AST_AND  ? node->n_children
                 : node->kind == AST_OR ? 1
                                        : node->at_least;

    return negated ? node->n_children - n + 1 : n;
}

static bool every_way_names_a_place(const struct ast_node *node, bool negated)
{
    uint32_t without = 0;

    if (node->kind == AST_NOT)
        return every_way_names_a_place(node->children[0], !negated);
    if (node->kind == AST_TEST)
        return !negated && names_place(node);
    for (uint32_t i = 0; i < node->n_children; i++)
        without += !every_way_names_a_place(node->children[i], negated);
    return without < needed(node, negated);
}

/*
 * Would a variant that nobody looked for go unnoticed? For every n of the children that it could
 * satisfy together, one that names a place must have been tested; where none of them names one, the
 * whole genome.
 */
static bool tested(const struct world *world, size_t person, const struct ast_node *node,
                   bool negated)
{
    if (node->kind == AST_NOT)
        return tested(world, person, node->children[0], !negated);
    if (node->kind == AST_TEST) {
        if (negated || !names_place(node))
            return whole_genome(world, person);
        for (uint32_t i = 0; i < node->n_values; i++)
            if (!value_tested(world, person, node, &node->values[i]))
                return false;
        return true;
    }
    for (uint32_t some = 1; some < 1u << node->n_children; some++) {
        bool safe = false, places = false;

        if ((uint32_t)__builtin_popcount(some) != needed(node, negated))
            continue;
        for (uint32_t i = 0; i < node->n_children; i++) {
            if (!(some >> i & 1) || !every_way_names_a_place(node->children[i], negated))
                continue;
            places = true;
            safe |= tested(world, person, node->children[i], negated);
        }
        if (!(places ? safe : whole_genome(world, person)))
            return false;
    }
    return true;
}

/* ---- tests on a variant ------------------------------------------------------------------------
 */

/* A call of a person, seen in one gene of its annotation (or in none). */
struct seen {
    size_t person;
    int variant;
    enum genotype genotype;
    const struct world_note *note; /* NULL: none names a gene here */
    bool full;                     /* the note says consequence and ClinVar */
    bool all;                      /* it lies in no gene that the notes do not name */
    bool af_known;
};

/* A place that cannot be compared: no for those who were tested there, but not under "not". */
static enum value incomparable(const struct world *world, const struct seen *call,
                               const struct ast_node *test, const struct ast_value *value,
                               bool negated)
{
    return !negated && value_tested(world, call->person, test, value) ? NO : CANNOT_TELL;
}

static bool in_gene(int gene, uint32_t position)
{
    for (int i = 0; i < WORLD_SPANS; i++)
        if (position >= world_gene_spans[gene][i][0] && position <= world_gene_spans[gene][i][1])
            return true;
    return false;
}

static bool names_gene(const struct world_variant *v, int gene)
{
    for (size_t n = 0; v->has_notes && n < v->n_notes; n++)
        if (v->notes[n].gene == gene)
            return true;
    return false;
}

static enum value gene_value(const struct world *world, const struct seen *call,
                             const struct ast_node *test, bool negated)
{
    const struct variant *name = &world->variants[call->variant].name;
    bool all_tested = true, unknown = false, named = false;

    for (uint32_t i = 0; i < test->n_values; i++) {
        int gene = gene_of(test->values[i].text);

        if (call->note && call->note->gene == gene)
            return YES;
        /* a name that no table knows may be that of another gene */
        if (call->note && (!world->has_genes || gene_known(world, call->note->gene)))
            continue;
        all_tested &= value_tested(world, call->person, test, &test->values[i]);
        if (names_gene(&world->variants[call->variant], gene)) {
            named = true; /* seen there with that note */
            continue;
        }
        if (!gene_known(world, gene) || name->assembly != VARIANT_GRCH38 ||
            name->chromosome == CHROMOSOME_NONE)
            unknown = true;
        else if (in_gene(gene, name->position))
            return YES;
    }
    if (!unknown)
        return named && negated ? CANNOT_TELL : NO;
    return !negated && all_tested ? NO : CANNOT_TELL;
}

static enum value place_value(const struct world *world, const struct seen *call,
                              const struct ast_node *test, const struct ast_value *value,
                              bool negated)
{
    const struct variant *name = &world->variants[call->variant].name;

    if (name->chromosome == CHROMOSOME_NONE || name->assembly != (uint8_t)value->locus.assembly)
        return incomparable(world, call, test, value, negated);
    if (test->field == FIELD_CHANGE)
        return is_value(value, name) ? YES : NO;
    return name->chromosome == value->locus.chromosome && name->position >= value->locus.start &&
                   name->position <= value->locus.end
               ? YES
               : NO;
}

static enum value consequence_value(const struct seen *call, const char *word)
{
    /* The bits of Ensembl's order of severity. */
    static const struct {
        const char *word;
        uint64_t mask;
    } words[] = {{"lof", 0x1f},
                 {"missense_or_worse", 0x3fff},
                 {"stop_gained", 1 << 3},
                 {"synonymous_variant", 1 << 21},
                 {"intron_variant", 1 << 27}};
    uint64_t says = call->note && call->full ? call->note->consequences : 0;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(words[i].word, word) == 0) {
            if (says & words[i].mask)
                return YES;
            return !says || says & CONSEQUENCE_UNREAD ? CANNOT_TELL : NO;
        }
    assert(false);
    return NO;
}

static enum value clinvar_value(const struct world_variant *v, const struct seen *call,
                                const char *word)
{
    static const char *const words[] = {"pathogenic", "likely_pathogenic", "uncertain_significance",
                                        "likely_benign", "benign"};
    bool said = call->full && v->n_notes > 0;

    for (int i = 0; i < 5; i++)
        if (strcmp(words[i], word) == 0) {
            if (said && v->notes[0].clinvar >> i & 1)
                return YES;
            return said && !v->part_clinvar ? NO : CANNOT_TELL;
        }
    assert(false);
    return NO;
}

static enum value zygosity_value(const struct seen *call, const struct ast_node *test)
{
    static const char *const words[] = {"het", "hom", "hemi"};
    unsigned asked = 0;

    for (uint32_t i = 0; i < test->n_values; i++)
        for (unsigned w = 0; w < 3; w++)
            asked |= (strcmp(test->values[i].text, words[w]) == 0) << w;
    if (call->genotype == GENO_CARRIER)
        return asked == 7 ? YES : CANNOT_TELL;
    return asked >> (call->genotype - GENO_HET) & 1 ? YES : NO;
}

static enum value of_variant(const struct world *world, const struct seen *call,
                             const struct ast_node *test, bool negated)
{
    const struct world_variant *v = &world->variants[call->variant];
    enum value value = NO;

    if (test->field == FIELD_GENE)
        return gene_value(world, call, test, negated);
    if (test->field == FIELD_ZYGOSITY)
        return zygosity_value(call, test);
    if (test->field == FIELD_AF) {
        if (!call->af_known)
            return CANNOT_TELL;
        return v->af_nano >= test->low_nano && v->af_nano <= test->high_nano ? YES : NO;
    }
    for (uint32_t i = 0; i < test->n_values; i++) {
        const struct ast_value *asked = &test->values[i];

        if (test->field == FIELD_CONSEQUENCE)
            value = most(value, consequence_value(call, asked->text));
        else if (test->field == FIELD_CLINVAR)
            value = most(value, clinvar_value(v, call, asked->text));
        else
            value = most(value, place_value(world, call, test, asked, negated));
    }
    return value;
}

static enum value satisfies(const struct world *world, const struct seen *call,
                            const struct ast_node *node, bool negated)
{
    uint32_t yes = 0, possible = 0;

    if (node->kind == AST_NOT)
        return satisfies(world, call, node->children[0], !negated);
    if (node->kind == AST_TEST) {
        enum value value = of_variant(world, call, node, negated);

        return negated ? opposite(value) : value;
    }
    for (uint32_t i = 0; i < node->n_children; i++) {
        enum value value = satisfies(world, call, node->children[i], negated);

        yes += value == YES;
        possible += value != NO;
    }
    return counted(yes, possible, needed(node, negated));
}

/* A frequency is the variant's own: it stays when those whose file said it withdraw. */
static bool af_known(const struct world *world, int variant)
{
    bool said = false;

    for (size_t f = 0; f < world->n_files; f++)
        said |= world->files[f].sites >> variant & 1 && world->files[f].has_af;
    return said && world->variants[variant].af_nano >= 0;
}

static enum value call_satisfies(const struct world *world, size_t person, int variant,
                                 const struct ast_node *inner)
{
    const struct world_variant *v = &world->variants[variant];
    size_t n_notes = v->has_notes ? v->n_notes : 0;
    enum value value = NO;
    struct seen call = {.person = person,
                        .variant = variant,
                        .genotype = (enum genotype)world->persons[person].genotype[variant],
                        .full = v->full_notes,
                        .all = n_notes && v->full_notes && !v->incomplete,
                        .af_known = af_known(world, variant)};

    for (size_t n = 0; n < n_notes; n++) {
        call.note = &v->notes[n];
        value = most(value, satisfies(world, &call, inner, false));
    }
    call.note = NULL;
    if (!call.all)
        value = most(value, satisfies(world, &call, inner, false));
    return value;
}

bool naive_carries(const struct world *world, size_t person, int variant)
{
    for (size_t f = 0; f < world->n_files; f++)
        if (called(world, person, f, variant))
            return world->persons[person].genotype[variant] != GENO_REF;
    return false;
}

static enum value carries(const struct world *world, size_t person, const struct ast_node *inner)
{
    enum value value = NO;

    for (int v = 0; v < WORLD_VARIANTS; v++) {
        if (naive_carries(world, person, v))
            value = most(value, call_satisfies(world, person, v, inner));
    }
    return value == NO && !tested(world, person, inner, false) ? CANNOT_TELL : value;
}

enum value naive(const struct world *world, size_t person, const struct ast_node *node)
{
    uint32_t yes = 0, possible = 0;
    enum value value = YES;

    switch (node->kind) {
    case AST_ALL:
        return YES;
    case AST_TEST:
        return of_person(world, &world->persons[person], node);
    case AST_VARIANT:
        return carries(world, person, node->children[0]);
    case AST_NOT:
        return opposite(naive(world, person, node->children[0]));
    case AST_AND:
        for (uint32_t i = 0; i < node->n_children; i++)
            value = least(value, naive(world, person, node->children[i]));
        return value;
    case AST_OR:
    case AST_AT_LEAST:
        for (uint32_t i = 0; i < node->n_children; i++) {
            value = naive(world, person, node->children[i]);
            yes += value == YES;
            possible += value != NO;
        }
        return counted(yes, possible, node->kind == AST_OR ? 1 : node->at_least);
    }
    return NO;
}
