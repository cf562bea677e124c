/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "proto/query/ast.h"
#include "tests/unit/evaluate/naive.h"

static bool has_file(const struct world *world, size_t person, size_t file)
{
    return world->files[file].has_person[person];
}

bool naive_sampled(const struct world *world, size_t person)
{
    for (size_t f = 0; f < world->n_files; f++)
        if (has_file(world, person, f))
            return true;
    return false;
}

uint32_t naive_end(const struct variant *name)
{
    return name->position + (uint32_t)strlen(name->ref) - 1;
}

/* The gap of a person's sample in a file, when it meets the stretch. */
static const struct world_gap *gap_at(const struct world *world, size_t person, size_t file,
                                      uint8_t assembly, uint32_t start, uint32_t end)
{
    const struct world_gap *gap = &world->files[file].gap[person];

    return has_file(world, person, file) && gap->start && world->files[file].assembly == assembly &&
                   gap->start <= end && gap->end >= start
               ? gap
               : NULL;
}

/* Something of the person's was seen there, in whatever file, and lost. */
static bool lost(const struct world *world, size_t person, uint8_t assembly, uint32_t start,
                 uint32_t end)
{
    for (size_t f = 0; f < world->n_files; f++) {
        const struct world_gap *gap = gap_at(world, person, f, assembly, start, end);

        if (gap && gap_is_loss(gap->reason))
            return true;
    }
    return false;
}

/* Bases of the stretch that samples of this assay of the person did not look at. */
static uint32_t bases_missed(const struct world *world, size_t person, int assay, uint8_t assembly,
                             uint32_t start, uint32_t end)
{
    const struct world_assay *a = &world_assays[assay];
    uint32_t n = 0;

    for (size_t f = 0; f < world->n_files; f++) {
        const struct world_gap *gap = gap_at(world, person, f, assembly, start, end);

        if (!gap || gap_is_loss(gap->reason) || world->files[f].assay[person] != assay)
            continue;
        for (uint32_t at = start; at <= end; at++)
            n += at >= gap->start && at <= gap->end &&
                 (a->whole || (at >= a->start && at <= a->end));
    }
    return n;
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
        uint32_t covered = 0, bases = 0, missed = 0;

        if (!has_file(world, person, f) || world->files[f].assay[person] < 0)
            continue;
        for (int i = 0; i < WORLD_SPANS && spans[i][0] > 0; i++) {
            covered +=
                bases_covered(world->files[f].assay[person], assembly, spans[i][0], spans[i][1]);
            bases += spans[i][1] - spans[i][0] + 1;
            missed += bases_missed(world, person, world->files[f].assay[person], assembly,
                                   spans[i][0], spans[i][1]);
        }
        if (covered >= missed && (covered - missed) * 100 >= bases * 95)
            return true;
    }
    return false;
}

static bool lost_both(const struct world *world, size_t person, uint8_t assembly,
                      const uint32_t spans[static WORLD_SPANS][2])
{
    for (int i = 0; i < WORLD_SPANS && spans[i][0] > 0; i++)
        if (lost(world, person, assembly, spans[i][0], spans[i][1]))
            return true;
    return false;
}

static bool covered(const struct world *world, size_t person, uint8_t assembly, uint32_t start,
                    uint32_t end)
{
    const uint32_t spans[WORLD_SPANS][2] = {{start, end}};

    return covered_both(world, person, assembly, spans) &&
           !lost(world, person, assembly, start, end);
}

/* An assay covers the first base of a change, and nothing of its extent is in a gap or not called.
 */
static bool change_covered(const struct world *world, size_t person, uint8_t assembly,
                           uint32_t start, uint32_t end)
{
    if (lost(world, person, assembly, start, end))
        return false;
    for (int v = 0; v < WORLD_VARIANTS; v++) {
        const struct variant *name = &world->variants[v].name;

        if (name->chromosome != CHROMOSOME_NONE && name->assembly == assembly &&
            name->position <= end && naive_end(name) >= start && naive_not_called(world, person, v))
            return false;
    }
    for (size_t f = 0; f < world->n_files; f++) {
        int assay = has_file(world, person, f) ? world->files[f].assay[person] : -1;
        bool missed = false;

        if (assay < 0 || !bases_covered(assay, assembly, start, start))
            continue;
        for (size_t g = 0; g < world->n_files; g++) {
            const struct world_gap *gap = gap_at(world, person, g, assembly, start, end);

            missed |= gap && !gap_is_loss(gap->reason) && world->files[g].assay[person] == assay;
        }
        if (!missed)
            return true;
    }
    return false;
}

static bool whole_genome(const struct world *world, size_t person)
{
    if (lost(world, person, VARIANT_GRCH37, 1, UINT32_MAX) ||
        lost(world, person, VARIANT_GRCH38, 1, UINT32_MAX))
        return false;
    for (size_t f = 0; f < world->n_files; f++)
        if (has_file(world, person, f) && world->files[f].assay[person] >= 0 &&
            world_assays[world->files[f].assay[person]].whole)
            return true;
    return false;
}

bool naive_called(const struct world *world, size_t person, size_t file, int variant)
{
    const struct world_file *f = &world->files[file];

    return f->has_person[person] && f->sites >> variant & 1 && !(f->no_call[person] >> variant & 1);
}

bool naive_is_value(const struct ast_value *value, const struct variant *name)
{
    return name->chromosome == value->locus.chromosome &&
           name->assembly == (uint8_t)value->locus.assembly &&
           name->position == value->locus.start && strcmp(name->ref, value->ref) == 0 &&
           strcmp(name->alt, value->alt) == 0;
}

/* In some file that judged the site, and in none is the person a carrier. */
bool naive_not_called(const struct world *world, size_t person, int variant)
{
    if (naive_carries(world, person, variant))
        return false;
    for (size_t f = 0; f < world->n_files; f++)
        if (has_file(world, person, f) && world->files[f].judges &&
            world->files[f].sites >> variant & 1 && world->files[f].no_call[person] >> variant & 1)
            return true;
    return false;
}

/* An indel whose alleles end alike: an assay looks at places, and not at spellings. */
static bool has_other_spellings(const struct variant *name)
{
    size_t ref = strlen(name->ref), alt = strlen(name->alt);

    return ref != alt && name->ref[ref - 1] == name->alt[alt - 1];
}

static bool may_have(const struct world *world, size_t person, int variant)
{
    return naive_carries(world, person, variant) || naive_not_called(world, person, variant);
}

static bool is_other(const struct variant *name, const struct variant *of)
{
    return name->chromosome == of->chromosome && name->assembly == of->assembly &&
           (name->position != of->position || strcmp(name->ref, of->ref) != 0 ||
            strcmp(name->alt, of->alt) != 0);
}

/* Another variant of the person may put this base there. No deletion of a world meets an insertion.
 */
static bool has_base(const struct world *world, size_t person, const struct variant *of, size_t i)
{
    for (int v = 0; v < WORLD_VARIANTS; v++) {
        const struct variant *name = &world->variants[v].name;
        uint32_t at = of->position + (uint32_t)i - name->position;
        bool as_many = strlen(name->ref) == strlen(name->alt);

        if (is_other(name, of) && at < strlen(name->ref) && !has_other_spellings(name) &&
            (as_many ? name->alt[at] == of->alt[i] && name->ref[at] != of->alt[i]
                     : strchr(name->alt, of->alt[i]) != NULL) &&
            may_have(world, person, v))
            return true;
    }
    return false;
}

/* The person may have each base of the exchange by other variants. */
static bool has_bases(const struct world *world, size_t person, const struct variant *name)
{
    for (size_t i = 0; name->ref[i]; i++)
        if (name->ref[i] != name->alt[i] && !has_base(world, person, name, i))
            return false;
    return true;
}

/*
 * Of an exchange of more bases for fewer: the person may have an indel up to 1,000 bases before it,
 * or in it, and another one or an exchange in it. All indels of a world end alike, and the bases of
 * the only such exchange are of every kind.
 */
static bool has_parts(const struct world *world, size_t person, const struct variant *of)
{
    unsigned indels = 0, exchanges = 0;

    for (int v = 0; v < WORLD_VARIANTS; v++) {
        const struct variant *name = &world->variants[v].name;

        if (!is_other(name, of) || name->position > naive_end(of) || !may_have(world, person, v))
            continue;
        indels += has_other_spellings(name) && naive_end(name) + 1000 >= of->position;
        exchanges += strlen(name->ref) == strlen(name->alt) && naive_end(name) >= of->position;
    }
    return indels > 0 && indels + exchanges > 1;
}

/* The person may have it under another spelling than its own. */
static bool has_otherwise(const struct world *world, size_t person, const struct variant *name)
{
    if (name->chromosome == CHROMOSOME_NONE || has_other_spellings(name))
        return false;
    return strlen(name->ref) == strlen(name->alt) ? has_bases(world, person, name)
                                                  : has_parts(world, person, name);
}

/*
 * The person lost more than one base where an indel may stand, or parts of a larger change: up to
 * 1,000 bases before it, and an indel as far behind it. An indel of one base has no parts; where it
 * is not left-aligned it may stand before its place.
 */
static bool lost_beside(const struct world *world, size_t person, const struct variant *name)
{
    size_t ref = strlen(name->ref), alt = strlen(name->alt);
    bool indel = ref != alt && (ref == 1 || alt == 1) &&
                 (*name->ref == *name->alt || name->ref[ref - 1] == name->alt[alt - 1]);
    uint32_t before = indel && ref + alt == 3 && !has_other_spellings(name) ? 0 : 1000;
    uint32_t start = name->position > before ? name->position - before : 1;
    uint32_t end = indel && ref <= 1000 ? name->position + 1000 : naive_end(name);

    if (name->chromosome == CHROMOSOME_NONE || ref + alt == 2)
        return false;
    for (size_t f = 0; f < world->n_files; f++) {
        const struct world_gap *gap = gap_at(world, person, f, name->assembly, start, end);

        if (gap && gap_is_loss(gap->reason) && gap->end > gap->start)
            return true;
    }
    return false;
}

bool naive_doubted(const struct world *world, size_t person, const struct variant *name)
{
    for (int v = 0; v < WORLD_VARIANTS; v++)
        if (!is_other(&world->variants[v].name, name) && naive_carries(world, person, v) &&
            world->variants[v].name.chromosome == name->chromosome &&
            world->variants[v].name.assembly == name->assembly)
            return false;
    return has_otherwise(world, person, name) || lost_beside(world, person, name) ||
           lost(world, person, name->assembly, name->position, naive_end(name));
}

bool naive_may_be_part(const struct world *world, size_t person, const struct variant *name,
                       const struct variant *of)
{
    bool single = strlen(name->ref) + strlen(name->alt) == 2;
    uint32_t lo = single ? naive_end(name) : naive_end(name) + 1000;
    uint32_t hi = single ? naive_end(of) : of->position + 1000;

    return strlen(of->ref) + strlen(of->alt) > 2 && is_other(name, of) && lo >= of->position &&
           name->position <= hi &&
           (has_otherwise(world, person, of) || lost_beside(world, person, of));
}

bool naive_tested(const struct world *world, size_t person, int variant)
{
    const struct variant *name = &world->variants[variant].name;
    bool judged_once = false;

    if (naive_carries(world, person, variant))
        return true;
    if (has_otherwise(world, person, name) || lost_beside(world, person, name))
        return false;
    if (naive_not_called(world, person, variant) ||
        (name->chromosome != CHROMOSOME_NONE &&
         lost(world, person, name->assembly, name->position, naive_end(name))))
        return false;
    for (size_t f = 0; f < world->n_files; f++)
        judged_once |= world->files[f].judges && naive_called(world, person, f, variant);
    return judged_once ||
           (name->chromosome != CHROMOSOME_NONE && !has_other_spellings(name) &&
            change_covered(world, person, name->assembly, name->position, naive_end(name)));
}

static bool change_tested(const struct world *world, size_t person, const struct ast_value *value)
{
    struct variant name = {(uint8_t)value->locus.assembly, value->locus.chromosome,
                           value->locus.start, value->ref, value->alt};

    for (int v = 0; v < WORLD_VARIANTS; v++)
        if (naive_is_value(value, &world->variants[v].name))
            return naive_tested(world, person, v);
    return !has_otherwise(world, person, &name) && !lost_beside(world, person, &name) &&
           change_covered(world, person, (uint8_t)value->locus.assembly, value->locus.start,
                          value->locus.start + (uint32_t)strlen(value->ref) - 1);
}

int naive_gene(const char *symbol)
{
    for (int g = 0; g < WORLD_GENES; g++)
        if (strcmp(world_genes[g], symbol) == 0)
            return g;
    return -1;
}

bool naive_gene_known(const struct world *world, int gene)
{
    return world->has_genes && world_gene_spans[gene][0][0] > 0;
}

bool naive_value_tested(const struct world *world, size_t person, const struct ast_node *test,
                        const struct ast_value *value)
{
    int gene;

    if (test->field == FIELD_CHANGE)
        return change_tested(world, person, value);
    if (test->field == FIELD_LOCUS)
        return covered(world, person, (uint8_t)value->locus.assembly, value->locus.start,
                       value->locus.end);
    gene = naive_gene(value->text);
    return naive_gene_known(world, gene) &&
           covered_both(world, person, VARIANT_GRCH38, world_gene_spans[gene]) &&
           !lost_both(world, person, VARIANT_GRCH38, world_gene_spans[gene]);
}

static bool names_place(const struct ast_node *node)
{
    return node->field == FIELD_GENE || node->field == FIELD_LOCUS || node->field == FIELD_CHANGE;
}

/* n, as "at least n of the children", once "not" stands at the tests only. */
uint32_t naive_needed(const struct ast_node *node, bool negated)
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
    return without < naive_needed(node, negated);
}

/*
 * Would a variant that nobody looked for go unnoticed? For every n of the children that it could
 * satisfy together, one that names a place must have been tested; where none of them names one, the
 * whole genome.
 */
bool naive_question_tested(const struct world *world, size_t person, const struct ast_node *node,
                           bool negated)
{
    if (node->kind == AST_NOT)
        return naive_question_tested(world, person, node->children[0], !negated);
    if (node->kind == AST_TEST) {
        if (negated || !names_place(node))
            return whole_genome(world, person);
        for (uint32_t i = 0; i < node->n_values; i++)
            if (!naive_value_tested(world, person, node, &node->values[i]))
                return false;
        return true;
    }
    for (uint32_t some = 1; some < 1u << node->n_children; some++) {
        bool safe = false, places = false;

        if ((uint32_t)__builtin_popcount(some) != naive_needed(node, negated))
            continue;
        for (uint32_t i = 0; i < node->n_children; i++) {
            if (!(some >> i & 1) || !every_way_names_a_place(node->children[i], negated))
                continue;
            places = true;
            safe |= naive_question_tested(world, person, node->children[i], negated);
        }
        if (!(places ? safe : whole_genome(world, person)))
            return false;
    }
    return true;
}
