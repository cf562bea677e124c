/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/evaluate/naive.h"

#include <assert.h>
#include <string.h>

#include "proto/base/number.h"
#include "proto/query/ast.h"
#include "proto/query/two_hits.h"
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

/* An age in whole years, in the unit of the test: of months and days a year has many. */
static enum value age(const struct ast_node *test, const struct world_person *p)
{
    int64_t each = test->time == TIME_MONTHS ? 12 : test->time == TIME_DAYS ? 366 : 1;
    int64_t first = test->time == TIME_DAYS ? 365 * p->age : each * p->age;
    bool all = true, any = false;

    if (p->age < 0)
        return CANNOT_TELL;
    for (int64_t is = first; is < each * (p->age + 1); is++) {
        bool in = is * NUMBER_NANO >= test->low_nano && is * NUMBER_NANO <= test->high_nano;

        all &= in;
        any |= in;
    }
    return all ? YES : any ? CANNOT_TELL : NO;
}

static bool is_recorded(const struct world *world, const struct world_person *p,
                        enum ast_field field)
{
    switch (field) {
    case FIELD_AGE:
        return p->age >= 0;
    case FIELD_BIRTH_YEAR:
        return p->birth_year > 0;
    case FIELD_SEX:
        return p->sex > 0;
    case FIELD_DIAGNOSIS:
        return p->icd > 0;
    case FIELD_PHENOTYPE:
        return naive_believed(world, p) > 0;
    default:
        return p->icd > 0 || naive_believed(world, p) > 0 || p->group > 0 || p->atc > 0;
    }
}

static enum value of_person(const struct world *world, const struct world_person *p,
                            const struct ast_node *test)
{
    static const char *const sexes[] = {"unknown", "female", "male", "other"};
    enum value value = NO;

    if (test->op == OP_EXISTS)
        return is_recorded(world, p, test->field) ? YES : CANNOT_TELL;
    if (test->field == FIELD_AGE)
        return age(test, p);
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

/* ---- tests on a variant ------------------------------------------------------------------------
 */

/* A call of a person, seen in one gene of its annotation (or in none). */
struct seen {
    size_t person;
    int variant;
    enum genotype genotype;
    const struct world_note *note; /* NULL: none names a gene here */
    int in;                        /* seen in this gene because its span meets it; -1: no */
    unsigned met;                  /* not in these genes, where it is seen as another call */
    bool full;                     /* the note says consequence and ClinVar */
    bool all;                      /* it lies in no gene that the notes do not name */
    bool af_known;
    int64_t share; /* of reads; -1: not known */
};

/* A place that cannot be compared: no for those who were tested there, but not under "not". */
static enum value incomparable(const struct world *world, const struct seen *call,
                               const struct ast_node *test, const struct ast_value *value,
                               bool negated)
{
    return !negated && naive_value_tested(world, call->person, test, value) ? NO : CANNOT_TELL;
}

/* By its whole extent. */
static bool in_gene(int gene, const struct variant *name)
{
    for (int i = 0; i < WORLD_SPANS; i++)
        if (naive_end(name) >= world_gene_spans[gene][i][0] &&
            name->position <= world_gene_spans[gene][i][1])
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
        int gene = naive_gene(test->values[i].text);

        if ((call->note && call->in < 0 && call->note->gene == gene) || call->in == gene)
            return YES;
        if (call->in >= 0)
            continue;
        /* a name that no table knows may be that of another gene */
        if (call->note && (!world->has_genes || naive_gene_known(world, call->note->gene)))
            continue;
        all_tested &= naive_value_tested(world, call->person, test, &test->values[i]);
        if (call->met >> gene & 1 || names_gene(&world->variants[call->variant], gene)) {
            named = true; /* seen there with that note */
            continue;
        }
        if (!naive_gene_known(world, gene) || name->assembly != VARIANT_GRCH38 ||
            name->chromosome == CHROMOSOME_NONE)
            unknown = true;
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
    if (test->field == FIELD_CHANGE) {
        struct variant of = {(uint8_t)value->locus.assembly, value->locus.chromosome,
                             value->locus.start, value->ref, value->alt};

        if (negated && call->variant < WORLD_VARIANTS &&
            naive_may_be_part(world, call->person, name, &of))
            return CANNOT_TELL;
        return naive_is_value(value, name) ? YES : NO;
    }
    return name->chromosome == value->locus.chromosome && naive_end(name) >= value->locus.start &&
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
        if (test->op == OP_EXISTS)
            return v->af_nano > 0 ? YES : NO;
        return v->af_nano >= test->low_nano && v->af_nano <= test->high_nano ? YES : NO;
    }
    if (test->field == FIELD_VAF) {
        if (call->share < 0)
            return CANNOT_TELL;
        return call->share >= test->low_nano && call->share <= test->high_nano ? YES : NO;
    }
    if (test->op == OP_EXISTS) {
        bool said = call->full && v->n_notes > 0;

        return said && v->notes[0].clinvar & ~CLINVAR_READ ? YES
               : said && !v->part_clinvar                  ? NO
                                                           : CANNOT_TELL;
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
    return counted(yes, possible, naive_needed(node, negated));
}

/* A frequency is the variant's own: it stays when those whose file said it withdraw. */
static bool af_known(const struct world *world, int variant)
{
    bool said = false;

    for (size_t f = 0; f < world->n_files; f++)
        said |= world->files[f].sites >> variant & 1 && world->files[f].has_af;
    return said && world->variants[variant].af_nano >= 0;
}

/* Genes of the question whose spans meet the variant, and that no note of it names. */
static unsigned met_genes(const struct world *world, const struct variant *name,
                          const struct world_variant *v, const struct ast_node *node)
{
    bool placed = name->assembly == VARIANT_GRCH38 && name->chromosome != CHROMOSOME_NONE;
    unsigned met = 0;

    for (uint32_t i = 0; i < node->n_children; i++)
        met |= met_genes(world, name, v, node->children[i]);
    if (node->kind != AST_TEST || node->field != FIELD_GENE)
        return met;
    for (uint32_t i = 0; i < node->n_values; i++) {
        int gene = naive_gene(node->values[i].text);

        if (placed && naive_gene_known(world, gene) && !names_gene(v, gene) && in_gene(gene, name))
            met |= 1u << gene;
    }
    return met;
}

/* A note without a gene that a table knows is seen in each gene that may be it, and in none. */
static enum value open_satisfies(const struct world *world, struct seen *call,
                                 const struct ast_node *inner)
{
    const struct world_variant *v = &world->variants[call->variant];
    enum value value = NO;

    call->met = met_genes(world, &v->name, v, inner);
    for (int gene = 0; call->met >> gene; gene++) {
        call->in = call->met >> gene & 1 ? gene : -1;
        if (call->in >= 0)
            value = most(value, satisfies(world, call, inner, false));
    }
    call->in = -1;
    value = most(value, satisfies(world, call, inner, false));
    call->met = 0;
    return value;
}

static enum value genotype_satisfies(const struct world *world, size_t person, int variant,
                                     enum genotype genotype, int64_t share,
                                     const struct ast_node *inner)
{
    const struct world_variant *v = &world->variants[variant];
    size_t n_notes = v->has_notes ? v->n_notes : 0;
    enum value value = NO;
    struct seen call = {.person = person,
                        .variant = variant,
                        .genotype = genotype,
                        .in = -1,
                        .full = v->full_notes,
                        .all = n_notes && v->full_notes && !v->incomplete,
                        .af_known = af_known(world, variant),
                        .share = share};

    for (size_t n = 0; n < n_notes; n++) {
        bool closed = !world->has_genes || naive_gene_known(world, v->notes[n].gene);

        call.note = &v->notes[n];
        value = most(value, closed ? satisfies(world, &call, inner, false)
                                   : open_satisfies(world, &call, inner));
    }
    call.note = NULL;
    if (!call.all)
        value = most(value, open_satisfies(world, &call, inner));
    return value;
}

enum value naive_call(const struct world *world, size_t person, int variant,
                      const struct ast_node *inner)
{
    enum genotype genotype = (enum genotype)world->persons[person].genotype[variant];
    enum value value = NO;

    for (size_t f = 0; f < world->n_files; f++)
        if (naive_called(world, person, f, variant))
            value = most(value, genotype_satisfies(world, person, variant, genotype,
                                                   world->files[f].somatic
                                                       ? world_share(world, f, person, variant)
                                                       : -1,
                                                   inner));
    return value;
}

/* Who was not called may carry it in any way. */
bool naive_may_call(const struct world *world, size_t person, int variant,
                    const struct ast_node *inner)
{
    for (enum genotype genotype = GENO_HET; genotype <= GENO_CARRIER; genotype++)
        if (genotype_satisfies(world, person, variant, genotype, -1, inner) != NO)
            return true;
    return false;
}

bool naive_carries(const struct world *world, size_t person, int variant)
{
    for (size_t f = 0; f < world->n_files; f++)
        if (naive_called(world, person, f, variant))
            return world->persons[person].genotype[variant] != GENO_REF;
    return false;
}

/* Every change that must be there, not one under "not": as a variant of which nothing is known. */
static bool may_have_asked(const struct world *world, size_t person, const struct ast_node *node,
                           bool negated, const struct ast_node *inner)
{
    static struct world with;

    if (node->kind == AST_NOT)
        return may_have_asked(world, person, node->children[0], !negated, inner);
    for (uint32_t i = 0; i < node->n_children; i++)
        if (may_have_asked(world, person, node->children[i], negated, inner))
            return true;
    if (node->kind != AST_TEST || node->field != FIELD_CHANGE || negated)
        return false;
    for (uint32_t i = 0; i < node->n_values; i++) {
        const struct ast_value *asked = &node->values[i];
        struct variant name = {(uint8_t)asked->locus.assembly, asked->locus.chromosome,
                               asked->locus.start, asked->ref, asked->alt};

        if (!naive_doubted(world, person, &name))
            continue;
        with = *world;
        with.variants[WORLD_VARIANTS] = (struct world_variant){.name = name, .af_nano = -1};
        for (int genotype = GENO_HET; genotype <= GENO_CARRIER; genotype++) {
            struct seen call = {.person = person,
                                .variant = WORLD_VARIANTS,
                                .genotype = (enum genotype)genotype,
                                .in = -1,
                                .share = -1};

            if (open_satisfies(&with, &call, inner) != NO)
                return true;
        }
    }
    return false;
}

enum value naive_variant(const struct world *world, size_t person, const struct ast_node *inner)
{
    enum value value = NO;

    for (int v = 0; v < WORLD_VARIANTS; v++) {
        if (naive_carries(world, person, v))
            value = most(value, naive_call(world, person, v, inner));
        else if (naive_not_called(world, person, v) && naive_may_call(world, person, v, inner))
            value = most(value, CANNOT_TELL);
    }
    if (value == NO && (!naive_question_tested(world, person, inner, false) ||
                        may_have_asked(world, person, inner, false, inner)))
        value = CANNOT_TELL;
    return value;
}

/* Of the calls of this world, whatever their origin. */
static enum value of_calls(const struct world *world, size_t person, const struct ast_node *node)
{
    return two_hits_is(node) ? naive_hits(world, person, node)
                             : naive_variant(world, person, node->children[0]);
}

/*
 * A variant( ) of an origin: the other origin's files are not there. Of either: the germline is
 * asked of everybody, and the tumour of who has a sample of one.
 */
static enum value of_origin(const struct world *world, size_t person, const struct ast_node *node)
{
    static struct world germline, somatic;
    enum value value = NO;

    if (!world->has_tumours)
        return node->origin == ORIGIN_SOMATIC ? CANNOT_TELL : of_calls(world, person, node);
    world_view(world, false, &germline);
    world_view(world, true, &somatic);
    if (node->origin != ORIGIN_SOMATIC)
        value = of_calls(&germline, person, node);
    if (node->origin == ORIGIN_SOMATIC ||
        (node->origin == ORIGIN_ANY && naive_sampled(&somatic, person)))
        value = most(value, of_calls(&somatic, person, node));
    return value;
}

/* Has the person a sample of what the variant( ) inside tested( ) is of? */
static bool sampled_for(const struct world *world, size_t person, const struct ast_node *node)
{
    static struct world view;

    while (node->kind != AST_VARIANT)
        node = node->children[0];
    if (node->origin == ORIGIN_ANY)
        return naive_sampled(world, person);
    world_view(world, node->origin == ORIGIN_SOMATIC, &view);
    return naive_sampled(&view, person);
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
        return of_origin(world, person, node);
    case AST_EVENT:
    case AST_RELATION:
    case AST_SEQUENCE:
    case AST_TIMES:
        return naive_events(world, person, node);
    case AST_NOT:
        return opposite(naive(world, person, node->children[0]));
    case AST_SET:
        return naive(world, person, node->children[0]);
    case AST_TESTED:
        value = naive(world, person, node->children[0]);
        return value != CANNOT_TELL                            ? YES
               : sampled_for(world, person, node->children[0]) ? CANNOT_TELL
                                                               : NO;
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
