/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of a BCF record. GT holds for each copy (allele + 1) << 1 | phased, 0 or 1 where it
 * is missing (VCF specification, 6.3.3).
 *
 * Nearly all of a large file is two copies of the reference in a byte each, so 256 bytes at once
 * are compared with that where GT alone is to be known. What a carrier of one of two alleles needs
 * is done on the spot; everything else goes the slow way, which is that of the text.
 */
#include <assert.h>

#include "node/import/bcf_columns.h"
#include "node/import/genotypes_inside.h"
#include "node/import/stream.h"

#define WORDS 32       /* compared at once, so that the compiler can use vector instructions */
#define WORD_SAMPLES 4 /* of two copies in a byte each */
#define SAMPLE_BITS 16
#define ALLELES UINT64_C(0xfefefefefefefefe) /* without the phase */
#define REFERENCES UINT64_C(0x0202020202020202)
#define ONE_ALT 0x0006u /* the first copy is allele 1, and not 0: (2 << 1) ^ (1 << 1) */
#define OTHER_ALT 0x0600u

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
    int32_t value = numbers->data ? bcf_columns_number(numbers, sample) : -1;

    return value >= 0 && (uint32_t)value < least;
}

static bool is_low(const struct genotypes *genotypes, const struct bcf_columns *columns,
                   uint32_t sample)
{
    return is_too_low(&columns->depth, sample, genotypes->rules.depth) ||
           is_too_low(&columns->quality, sample, genotypes->rules.quality);
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

/* The bits in which four samples differ from two copies of the reference. */
static uint64_t difference(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word)); /* little endian, as x86-64 is */
    return (word & ALLELES) ^ REFERENCES;
}

static bool are_references(const uint8_t *at)
{
    uint64_t words[WORDS], any = 0;

    memcpy(words, at, sizeof(words));
    for (unsigned i = 0; i < WORDS; i++)
        any |= (words[i] & ALLELES) ^ REFERENCES;
    return !any;
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

/* The samples of a word that differ from two copies of the reference. */
static inline void take_word(struct genotypes *genotypes, const struct genotypes_line *line,
                             uint32_t sample, uint64_t differs, struct writer *writer)
{
    while (differs) {
        uint32_t i = (uint32_t)__builtin_ctzll(differs) / SAMPLE_BITS;
        uint32_t pair = (uint32_t)(differs >> (SAMPLE_BITS * i)) & UINT16_MAX;

        differs &= ~((uint64_t)UINT16_MAX << (SAMPLE_BITS * i));
        if (writer->at && (pair == ONE_ALT || pair == OTHER_ALT || pair == (ONE_ALT | OTHER_ALT))) {
            writer->at += stream_call_write(writer->at, writer->previous, sample + i,
                                            pair == (ONE_ALT | OTHER_ALT) ? CALL_HOM : CALL_HET);
            writer->previous = sample + i;
            writer->carriers++;
            continue;
        }
        if (writer->at)
            end(genotypes, writer);
        take_sample(genotypes, line, sample + i);
        if (writer->at)
            begin(genotypes, writer);
    }
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
    while (n - sample >= WORD_SAMPLES) {
        const uint8_t *at = data + (size_t)2 * sample;

        if (n - sample >= WORDS * WORD_SAMPLES && are_references(at)) {
            sample += WORDS * WORD_SAMPLES;
            continue;
        }
        for (unsigned i = 0; i < WORDS && n - sample >= WORD_SAMPLES; i++) {
            take_word(genotypes, line, sample, difference(at + i * sizeof(uint64_t)), &writer);
            sample += WORD_SAMPLES;
        }
    }
    if (quick)
        end(genotypes, &writer);
    for (; sample < n; sample++)
        take_sample(genotypes, line, sample);
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
    if (pairs && !columns->filter && !columns->depth.data && !columns->quality.data) {
        take_pairs(genotypes, line);
        return;
    }
    for (uint32_t sample = 0; sample < columns->n_samples; sample++)
        if (!pairs || !is_plain_reference(genotypes, columns, sample))
            take_sample(genotypes, line, sample);
}
