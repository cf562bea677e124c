/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For each sample the end of its last stretch that counts is kept. The next stretch goes on from
 * there, or leaves a gap, which is put on the stream when its end is known.
 */
#include "node/import/blocks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/extent.h"
#include "node/import/stream.h"
#include "node/import/vcf_column.h"

#define CHROMOSOMES 25
#define AUTOSOMES 22
#define WANTED                                                                                     \
    (1u << FIELD_GT | 1u << FIELD_FT | 1u << FIELD_DP | 1u << FIELD_MIN_DP | 1u << FIELD_GQ |      \
     1u << FIELD_GQX | 1u << FIELD_SQ | 1u << FIELD_RGQ | 1u << FIELD_LEN)

struct sample {
    uint32_t covered; /* the last covered position; 0: none on this chromosome */
    uint32_t weak;    /* the last position of a block that did not reach the limits; 0: none */
    bool low;         /* such a block came after `covered` */
};

struct blocks {
    struct loss *loss;
    struct blocks_rules rules;
    uint32_t n_samples;
    struct sample *samples;
    bool seen;          /* a block */
    uint8_t chromosome; /* 0: none yet */
    uint32_t begun;     /* chromosomes, a bit each */
};

enum genotype { GENOTYPE_NONE, GENOTYPE_REFERENCE, GENOTYPE_OTHER };

bool blocks_open(struct loss *loss, uint32_t n_samples, const struct blocks_rules *rules,
                 struct blocks **out, struct err *err)
{
    assert(rules && out);
    struct blocks *blocks = calloc(1, sizeof(*blocks));

    if (blocks)
        blocks->samples = calloc((size_t)n_samples + 1, sizeof(*blocks->samples));
    if (!blocks || !blocks->samples) {
        free(blocks);
        return err_memory(err);
    }
    blocks->loss = loss;
    blocks->rules = *rules;
    blocks->n_samples = n_samples;
    *out = blocks;
    return true;
}

void blocks_close(struct blocks *blocks)
{
    if (!blocks)
        return;
    free(blocks->samples);
    free(blocks);
}

static bool is_word(struct text_span span, const char *word)
{
    return strlen(word) == span.length && memcmp(span.text, word, span.length) == 0;
}

bool blocks_is(const struct blocks *blocks, const struct vcf_line *line)
{
    assert(blocks && line);
    struct text_span end;

    if (is_word(line->alt, "<NON_REF>") || is_word(line->alt, "<*>"))
        return true;
    return is_word(line->alt, ".") && (blocks->seen || extent_info(line, "END", &end));
}

bool blocks_seen(const struct blocks *blocks)
{
    assert(blocks);
    return blocks->seen;
}

/* ---- one sample at one line ---------------------------------------------------------------------
 */

/* A reference of one copy is none on an autosome, nor is one of three anywhere. */
static bool copies_fit(struct text_span gt, uint8_t chromosome)
{
    unsigned copies = 0;

    for (size_t i = 0; i < gt.length; i++)
        copies += gt.text[i] == '0' && (i == 0 || gt.text[i - 1] != '0');
    return copies == 2 || (copies == 1 && chromosome > AUTOSOMES);
}

static enum genotype genotype_of(struct text_span gt)
{
    enum genotype genotype = GENOTYPE_NONE;

    for (size_t i = 0; i < gt.length; i++) {
        if (gt.text[i] == '0' && genotype == GENOTYPE_NONE)
            genotype = GENOTYPE_REFERENCE;
        else if (gt.text[i] >= '1' && gt.text[i] <= '9')
            genotype = GENOTYPE_OTHER;
        else if (gt.text[i] != '0' && gt.text[i] != '/' && gt.text[i] != '|')
            return GENOTYPE_NONE;
    }
    return genotype;
}

/* Reads a text that is given: 0 where it is no number. False when it is empty or ".". */
static bool given(struct text_span text, uint32_t *value)
{
    if (!text.length || is_word(text, "."))
        return false;
    if (!vcf_column_number(text, value))
        *value = 0;
    return true;
}

/* Reads the first of these fields that is given. False when none is. */
static bool first_of(const struct text_span values[static VCF_FIELDS], const enum vcf_field *fields,
                     size_t n, uint32_t *value)
{
    for (size_t i = 0; i < n; i++)
        if (given(values[fields[i]], value))
            return true;
    return false;
}

/* The depth of the block: the sample's, or the line's where no other sample can have a share of it.
 * False when none is given. */
static bool depth_of(const struct blocks *blocks, const struct vcf_line *line,
                     const struct text_span values[static VCF_FIELDS], uint32_t *depth)
{
    struct text_span text;

    if (given(values[FIELD_MIN_DP], depth) ||
        (extent_info(line, "MinDP", &text) && given(text, depth)) ||
        (extent_info(line, "MIN_DP", &text) && given(text, depth)) ||
        given(values[FIELD_DP], depth))
        return true;
    return extent_info(line, "DP", &text) && given(text, depth) &&
           (blocks->n_samples == 1 || *depth == 0);
}

static bool is_enough(const struct blocks *blocks, const struct vcf_line *line,
                      const struct text_span values[static VCF_FIELDS])
{
    static const enum vcf_field qualities[] = {FIELD_GQX, FIELD_GQ, FIELD_RGQ, FIELD_SQ};
    const struct blocks_rules *rules = &blocks->rules;
    const struct vcf_line of_sample = {.filter = values[FIELD_FT]};
    uint32_t depth, quality;
    bool has_quality =
        first_of(values, qualities, sizeof(qualities) / sizeof(*qualities), &quality);
    bool has_depth = depth_of(blocks, line, values, &depth);

    if (values[FIELD_FT].length &&
        !vcf_line_passed(&of_sample, rules->keep_filters, rules->n_keep_filters))
        return false;
    if (has_depth && depth < rules->depth)
        return false;
    if (has_quality)
        return quality >= rules->quality;
    return has_depth &&
           depth >= (rules->depth < BLOCKS_DEPTH_ALONE ? BLOCKS_DEPTH_ALONE : rules->depth);
}

/* The stretch between two that count, or behind the last one. */
static bool put_gap(struct blocks *blocks, uint32_t sample, uint32_t end, struct err *err)
{
    struct sample *of = &blocks->samples[sample];
    struct loss_place place = {blocks->chromosome, of->covered + 1, end};
    enum gap_reason reason = of->low ? GAP_LOW : GAP_UNCOVERED;

    of->low = false;
    return place.start > end || loss_sample(blocks->loss, &place, reason, sample, err);
}

static bool cover(struct blocks *blocks, uint32_t sample, const struct loss_place *place,
                  struct err *err)
{
    struct sample *of = &blocks->samples[sample];

    if (place->start > of->covered && !put_gap(blocks, sample, place->start - 1, err))
        return false;
    if (place->end > of->covered)
        of->covered = place->end;
    return true;
}

/* Where two blocks of a sample overlap and one of them is too weak, the overlap is not covered. */
static bool overlap(struct blocks *blocks, uint32_t sample, const struct loss_place *place,
                    uint32_t before, struct err *err)
{
    struct loss_place both = *place;

    if (place->start > before)
        return true;
    both.end = place->end < before ? place->end : before;
    return loss_sample(blocks->loss, &both, GAP_LOW, sample, err);
}

static bool fall_short(struct blocks *blocks, uint32_t sample, const struct loss_place *place,
                       struct err *err)
{
    struct sample *of = &blocks->samples[sample];

    of->low = true;
    return overlap(blocks, sample, place, of->covered, err);
}

/* What a sample's column says of its stretch; `counts`: it is good enough. */
static bool judge(struct blocks *blocks, uint32_t sample, const struct loss_place *own, bool counts,
                  bool block, struct err *err)
{
    struct sample *of = &blocks->samples[sample];

    if (counts)
        return cover(blocks, sample, own, err) &&
               (!block || overlap(blocks, sample, own, of->weak, err));
    if (block && own->end > of->weak)
        of->weak = own->end;
    return fall_short(blocks, sample, own, err);
}

/* ---- lines and chromosomes ----------------------------------------------------------------------
 */

static bool end_chromosome(struct blocks *blocks, struct err *err)
{
    struct loss_place whole;

    if (!blocks->chromosome)
        return true;
    whole = loss_chromosome(blocks->loss, blocks->chromosome);
    for (uint32_t i = 0; i < blocks->n_samples; i++) {
        if (!put_gap(blocks, i, whole.end, err))
            return false;
        blocks->samples[i] = (struct sample){0};
    }
    blocks->chromosome = 0;
    return true;
}

static bool enter(struct blocks *blocks, uint8_t chromosome, struct err *err)
{
    if (chromosome == blocks->chromosome)
        return true;
    if (!end_chromosome(blocks, err))
        return false;
    blocks->chromosome = chromosome;
    blocks->begun |= 1u << chromosome;
    return true;
}

/* What a call that counts covers: of a block its stretch, of another line the bases of REF. */
static struct loss_place covered_by(const struct vcf_line *line, const struct loss_place *place,
                                    bool block)
{
    struct loss_place bases = *place;

    if (block)
        return bases;
    bases.start = vcf_line_position(line);
    bases.end = bases.start + (uint32_t)(line->ref.length ? line->ref.length : 1) - 1;
    return bases;
}

/*
 * A sample's own stretch of a block, which LEN of VCF 4.5 gives: to there, and not beyond an END
 * that the line has. False for a LEN that is none.
 */
static bool own_stretch(const struct blocks *blocks, const struct vcf_line *line,
                        struct text_span length, struct loss_place *place)
{
    uint32_t start = vcf_line_position(line), value, most;
    struct text_span end;

    if (!given(length, &value))
        return true;
    if (!value)
        return false;
    most = extent_info(line, "END", &end) ? place->end
                                          : loss_chromosome(blocks->loss, place->chromosome).end;
    place->end = start > most || value > most - start ? most : start + value - 1;
    return true;
}

bool blocks_line(struct blocks *blocks, const struct vcf_line *line, const struct loss_place *place,
                 bool block, bool *called, struct err *err)
{
    assert(blocks && line && place);
    bool passed = vcf_line_passed(line, blocks->rules.keep_filters, blocks->rules.n_keep_filters);
    const char *p = line->samples.text, *end = p + line->samples.length;
    struct loss_place covered = covered_by(line, place, block);
    struct vcf_fields fields;

    *called = false;
    blocks->seen |= block;
    if (!enter(blocks, place->chromosome, err))
        return false;
    vcf_fields_find(line->format.text, line->format.length, WANTED, &fields);
    passed &= !fields.twice;
    for (uint32_t sample = 0; sample < blocks->n_samples && p <= end; sample++, p++) {
        struct text_span values[VCF_FIELDS];
        struct loss_place own;
        enum genotype genotype;
        bool readable, counts;

        p = vcf_column_split(&fields, p, end, values);
        genotype = genotype_of(values[FIELD_GT]);
        *called |= genotype != GENOTYPE_NONE;
        own = covered;
        readable = !block || own_stretch(blocks, line, values[FIELD_LEN], &own);
        counts = passed && readable &&
                 ((genotype == GENOTYPE_REFERENCE && is_enough(blocks, line, values) &&
                   copies_fit(values[FIELD_GT], place->chromosome)) ||
                  (genotype == GENOTYPE_OTHER && !block));
        if (!judge(blocks, sample, block || counts ? &own : place, counts, block, err))
            return false;
    }
    return true;
}

bool blocks_finish(struct blocks *blocks, uint32_t *chromosomes, struct err *err)
{
    assert(blocks);
    *chromosomes = blocks->seen ? blocks->begun : 0;
    if (!blocks->seen)
        return true;
    if (!end_chromosome(blocks, err))
        return false;
    for (int chromosome = 1; chromosome <= CHROMOSOMES; chromosome++) {
        struct loss_place whole = loss_chromosome(blocks->loss, chromosome);

        if (stream_blocks_whole(blocks->begun) && !(blocks->begun >> chromosome & 1) &&
            !loss_everybody(blocks->loss, &whole, GAP_UNCOVERED, true, err))
            return false;
    }
    return true;
}
