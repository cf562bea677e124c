/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of a BCF record. GT holds for each copy (allele + 1) << 1 | phased, 0 or 1 where it
 * is missing (VCF specification, 6.3.3).
 *
 * Nearly all of a large file is two copies of the reference in a byte each, so 64 samples at once
 * are compared with that where GT alone is to be known. What a carrier of one of two alleles needs
 * is done on the spot; everything else goes the slow way, which is that of the text.
 */
#include <assert.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "node/import/bcf_columns.h"
#include "node/import/genotypes_inside.h"
#include "node/import/stream.h"

#define HALF 32u     /* samples: of twice as many one number says who differs */
#define ALTS 0x0606u /* both copies are allele 1, and not 0: (2 << 1) ^ (1 << 1) */
#define ALTS_HIGH 0x0404u

_Static_assert(CALL_HET == 1 && CALL_HOM == 2, "a call is the number of its copies");

static bool read_copies(const struct bcf_columns *columns, uint32_t sample, unsigned n_alts,
                        struct genotypes_call *call)
{
    *call = (struct genotypes_call){.only_reference = true};
    for (unsigned i = 0; i < columns->copies; i++) {
        int32_t value = bcf_columns_number(&columns->gt, (size_t)sample * columns->copies + i);

        if (bcf_columns_is_end(&columns->gt, value))
            break;
        if (call->n == GENOTYPES_PLOIDY_MAX || value < 0 || value >> 1 > (int32_t)n_alts + 1)
            return false;
        genotypes_add_copy(call, (value >> 1) - 1);
    }
    if (!call->n)
        genotypes_add_copy(call, GENOTYPES_MISSING);
    return true;
}

static bool is_too_low(const struct bcf_columns_numbers *numbers, uint32_t sample, uint32_t least)
{
    int32_t value = numbers->data ? bcf_columns_number(numbers, sample) : 0;

    return least && numbers->data && !bcf_columns_is_missing(numbers, value) &&
           (value < 0 || (uint32_t)value < least);
}

static bool is_said(const struct bcf_columns_numbers *numbers, uint32_t sample)
{
    return numbers->data && !bcf_columns_is_missing(numbers, bcf_columns_number(numbers, sample));
}

/* AD: has the sample too few reads in all? */
static bool has_too_few(const struct bcf_columns *columns, uint32_t sample, uint32_t least)
{
    int64_t sum = 0;

    if (!columns->reads.data || !least)
        return false;
    for (unsigned i = 0; i < columns->alleles; i++) {
        int32_t value = bcf_columns_number(&columns->reads, (size_t)sample * columns->alleles + i);

        if (i > 0 && bcf_columns_is_end(&columns->reads, value))
            break;
        if (bcf_columns_is_missing(&columns->reads, value))
            return false;
        if (value < 0)
            return true; /* no number of reads */
        sum += value;
    }
    return sum < least;
}

static bool is_low(const struct genotypes *genotypes, const struct bcf_columns *columns,
                   uint32_t sample)
{
    uint32_t depth = genotypes->rules.depth;

    return is_too_low(&columns->depth, sample, depth) ||
           is_too_low(&columns->quality, sample, genotypes->rules.quality) ||
           (!is_said(&columns->depth, sample) && has_too_few(columns, sample, depth));
}

static void take_sample(struct genotypes *genotypes, const struct genotypes_line *line,
                        uint32_t sample)
{
    const struct bcf_columns *columns = line->columns;
    struct genotypes_beside beside = {
        .failed = !genotypes_passed(&genotypes->rules, bcf_columns_filter(columns, sample)),
        .low = is_low(genotypes, columns, sample)};
    struct genotypes_call call;
    bool readable = read_copies(columns, sample, line->n_alts, &call);

    genotypes_judge(genotypes, line, sample, &call, readable, &beside);
}

/* ---- the quick ways -----------------------------------------------------------------------------
 */

/* The bits in which a sample differs from two copies of the reference. */
static uint32_t difference(const uint8_t *at)
{
    return ((uint32_t)(at[0] | at[1] << 8) & 0xfefeu) ^ 0x0202u;
}

/*
 * A bit for each of HALF samples that differs. There is no branch in it, because which samples
 * carry a variant follows no rule that a processor could foresee.
 */
static uint32_t who_differs(const uint8_t *at)
{
#ifdef __SSE2__
    const __m128i alleles = _mm_set1_epi8((char)0xfe), references = _mm_set1_epi8(2);
    __m128i same[4]; /* of eight samples each */
    uint32_t mask;

    for (unsigned i = 0; i < 4; i++) {
        __m128i copies = _mm_loadu_si128((const __m128i *)(const void *)(at + (size_t)16 * i));

        same[i] = _mm_cmpeq_epi16(_mm_and_si128(copies, alleles), references);
    }
    mask = (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(same[0], same[1])) |
           (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(same[2], same[3])) << 16;
    return ~mask;
#else
    uint32_t mask = 0;

    for (unsigned i = 0; i < HALF; i++)
        mask |= (uint32_t)(difference(at + (size_t)2 * i) != 0) << i;
    return mask;
#endif
}

/* Writes the calls of a line that has one alternative allele. */
struct writer {
    uint8_t *at;
    int64_t previous;
    uint32_t carriers;
};

static void begin(const struct genotypes *genotypes, struct writer *writer)
{
    const struct genotypes_alt *alt = &genotypes->alts[0];

    *writer = (struct writer){alt->data + alt->size, alt->previous, 0};
}

static void end(struct genotypes *genotypes, const struct writer *writer)
{
    struct genotypes_alt *alt = &genotypes->alts[0];

    alt->size = (size_t)(writer->at - alt->data);
    alt->previous = writer->previous;
    genotypes->carriers += writer->carriers;
}

/* As stream_call_write(), without a branch where it takes one byte or two. */
static inline void write_call(struct writer *writer, uint32_t sample, uint32_t code)
{
    uint32_t value = (uint32_t)(sample - writer->previous - 1) << 3 | code;
    uint32_t longer = value > 127;

    if (value >= 1u << 14) {
        writer->at += stream_call_write(writer->at, writer->previous, sample, (enum call_code)code);
    } else {
        writer->at[0] = (uint8_t)(value | longer << 7);
        writer->at[1] =
            (uint8_t)(value >> 7); /* the next call overwrites it where it is too much */
        writer->at += 1 + longer;
    }
    writer->previous = sample;
    writer->carriers++;
}

/* A sample that differs from two copies of the reference; pair: in what. */
static inline void take_pair(struct genotypes *genotypes, const struct genotypes_line *line,
                             uint32_t sample, uint32_t pair, struct writer *writer)
{
    uint32_t other = (pair & ~ALTS) | ((pair ^ pair << 1) & ALTS_HIGH);

    if (writer->at && !other) { /* each copy is allele 0 or 1 */
        write_call(writer, sample, (pair >> 1 & 1) + (pair >> 9 & 1));
        return;
    }
    if (writer->at)
        end(genotypes, writer);
    take_sample(genotypes, line, sample);
    if (writer->at)
        begin(genotypes, writer);
}

/* Two copies in a byte each, and nothing beside them. */
static void take_pairs(struct genotypes *genotypes, const struct genotypes_line *line)
{
    const uint8_t *data = line->columns->gt.data;
    uint32_t n = line->columns->n_samples, sample = 0;
    bool quick = line->n_alts == 1 && !line->lost;
    struct writer writer = {0};

    if (quick)
        begin(genotypes, &writer);
    for (; n - sample >= 2 * HALF; sample += 2 * HALF) {
        const uint8_t *at = data + (size_t)2 * sample;
        uint64_t who = who_differs(at) | (uint64_t)who_differs(at + (size_t)2 * HALF) << HALF;

        for (; who; who &= who - 1) {
            uint32_t i = (uint32_t)__builtin_ctzll(who);

            take_pair(genotypes, line, sample + i, difference(at + (size_t)2 * i), &writer);
        }
    }
    for (; sample < n; sample++) {
        uint32_t pair = difference(data + (size_t)2 * sample);

        if (pair)
            take_pair(genotypes, line, sample, pair, &writer);
    }
    if (quick)
        end(genotypes, &writer);
}

static bool is_plain_reference(const struct genotypes *genotypes, const struct bcf_columns *columns,
                               uint32_t sample)
{
    const uint8_t *pair = columns->gt.data + (size_t)2 * sample;

    return (pair[0] & pair[1]) >> 1 == 1 && (pair[0] | pair[1]) >> 1 == 1 && !columns->filter &&
           !is_low(genotypes, columns, sample);
}

void genotypes_read_columns(struct genotypes *genotypes, const struct genotypes_line *line)
{
    const struct bcf_columns *columns = line->columns;
    bool pairs = columns->copies == 2 && columns->gt.width == 1;

    assert(columns->n_samples == genotypes->n_samples);
    if (pairs && !columns->filter && !columns->depth.data && !columns->quality.data &&
        !columns->reads.data) {
        take_pairs(genotypes, line);
        return;
    }
    for (uint32_t sample = 0; sample < columns->n_samples; sample++)
        if (!pairs || !is_plain_reference(genotypes, columns, sample))
            take_sample(genotypes, line, sample);
}
