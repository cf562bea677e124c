/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nearly all of a large file is "0|0\t" and "0/0\t", so eight samples at once are compared with
 * that and passed over; everything else goes the slow way.
 */
#include "node/import/genotypes.h"

#include <stdlib.h>
#include <string.h>

#include "node/import/stream.h"

#define MISSING (-1)

struct allele_calls {
    uint8_t *data; /* room for a call of every sample; NULL until wanted */
    size_t size;
    int64_t previous;
};

struct genotypes {
    uint32_t n_samples;
    struct allele_calls alts[GENOTYPES_ALTS_MAX];
};

/* One sample's GT. */
struct call {
    int alleles[GENOTYPES_PLOIDY_MAX];
    unsigned n;
    bool only_reference;
};

bool genotypes_open(uint32_t n_samples, struct genotypes **out, struct err *err)
{
    struct genotypes *genotypes = calloc(1, sizeof(*genotypes));

    if (!genotypes)
        return err_memory(err);
    genotypes->n_samples = n_samples;
    *out = genotypes;
    return true;
}

void genotypes_close(struct genotypes *genotypes)
{
    if (!genotypes)
        return;
    for (unsigned i = 0; i < GENOTYPES_ALTS_MAX; i++)
        free(genotypes->alts[i].data);
    free(genotypes);
}

static bool prepare(struct genotypes *genotypes, unsigned n_alts)
{
    for (unsigned i = 0; i < n_alts; i++) {
        struct allele_calls *alt = &genotypes->alts[i];

        if (!alt->data)
            alt->data = malloc((size_t)genotypes->n_samples * STREAM_CALL_MAX);
        if (!alt->data)
            return false;
        alt->size = 0;
        alt->previous = -1;
    }
    return true;
}

/* Which of FORMAT's fields is GT; -1 when none is. */
static int gt_field(const char *format, size_t length)
{
    int field = 0;
    size_t start = 0;

    for (size_t i = 0; i <= length; i++) {
        if (i < length && format[i] != ':')
            continue;
        if (i - start == 2 && memcmp(format + start, "GT", 2) == 0)
            return field;
        start = i + 1;
        field++;
    }
    return -1;
}

/* Reads the alleles at *text, moving it behind them; false when it has not the form of a GT. */
static bool read_call(const char **text, const char *end, unsigned n_alts, struct call *call)
{
    const char *p = *text;

    call->n = 0;
    call->only_reference = true;
    for (;;) {
        int allele = 0;

        if (p == end || call->n == GENOTYPES_PLOIDY_MAX)
            return false;
        if (*p == '.') {
            allele = MISSING;
            p++;
        } else if (*p < '0' || *p > '9') {
            return false;
        }
        for (; p < end && *p >= '0' && *p <= '9'; p++) {
            if (allele == MISSING || allele > (int)n_alts)
                return false;
            allele = allele * 10 + (*p - '0');
        }
        if (allele > (int)n_alts)
            return false;
        call->only_reference &= allele == 0;
        call->alleles[call->n++] = allele;
        if (p == end || (*p != '|' && *p != '/'))
            break;
        p++;
    }
    *text = p;
    return p == end || *p == '\t' || *p == ':';
}

/* Copies of the allele among the called ones; true when there is anything to say. */
static bool code_of(const struct call *call, int alt, enum call_code *code)
{
    unsigned copies = 0, missing = 0;

    for (unsigned i = 0; i < call->n; i++) {
        copies += call->alleles[i] == alt;
        missing += call->alleles[i] == MISSING;
    }
    if (!copies && !missing)
        return false;
    if (!copies)
        *code = CALL_NONE;
    else if (copies == call->n)
        *code = call->n == 1 ? CALL_HEMI : CALL_HOM;
    else
        *code = call->n == 2 && !missing ? CALL_HET : CALL_CARRIER;
    return true;
}

static void keep(struct genotypes *genotypes, uint32_t sample, const struct call *call,
                 unsigned n_alts)
{
    for (unsigned i = 0; i < n_alts; i++) {
        struct allele_calls *alt = &genotypes->alts[i];
        enum call_code code;

        if (!code_of(call, (int)i + 1, &code))
            continue;
        alt->size += stream_call_write(alt->data + alt->size, alt->previous, sample, code);
        alt->previous = sample;
    }
}

/* To the field'th of a column's fields; NULL when the column ends before (dropped: missing). */
static const char *seek_field(const char *p, const char *end, int field)
{
    for (; field > 0; field--) {
        while (p < end && *p != ':' && *p != '\t')
            p++;
        if (p == end || *p == '\t')
            return NULL;
        p++;
    }
    return p;
}

#define SAMPLE_BYTES 4u /* "0|0" and its tab */
#define RUN 32          /* bytes of eight samples */

/* Behind the samples from p on that are all "0|0", or all "0/0", with their tabs. */
static const char *pass_references(const char *p, const char *end)
{
    uint64_t pair, next[RUN / sizeof(pair)];

    if (end - p < (ptrdiff_t)sizeof(pair) ||
        (memcmp(p, "0|0\t0|0\t", sizeof(pair)) != 0 && memcmp(p, "0/0\t0/0\t", sizeof(pair)) != 0))
        return p;
    memcpy(&pair, p, sizeof(pair));
    for (; end - p >= RUN; p += RUN) {
        memcpy(next, p, RUN);
        if ((next[0] ^ pair) | (next[1] ^ pair) | (next[2] ^ pair) | (next[3] ^ pair))
            break;
    }
    while (end - p >= (ptrdiff_t)sizeof(pair) && memcmp(p, &pair, sizeof(pair)) == 0)
        p += sizeof(pair);
    return p;
}

static enum genotypes_fault read_samples(struct genotypes *genotypes, const char *p,
                                         const char *end, unsigned n_alts, int field)
{
    static const struct call missing = {.alleles = {MISSING}, .n = 1};
    uint32_t sample = 0;

    for (;;) {
        const char *gt, *tab;
        struct call call;

        const char *other = pass_references(p, end);

        sample += (uint32_t)(other - p) / SAMPLE_BYTES;
        p = other;
        if (sample >= genotypes->n_samples)
            return GENOTYPES_COLUMNS;
        gt = seek_field(p, end, field);
        if (!gt) {
            keep(genotypes, sample, &missing, n_alts);
        } else if (!read_call(&gt, end, n_alts, &call)) {
            return GENOTYPES_FORM;
        } else if (!call.only_reference) {
            keep(genotypes, sample, &call, n_alts);
        }
        sample++;
        tab = memchr(gt ? gt : p, '\t', (size_t)(end - (gt ? gt : p)));
        if (!tab)
            return sample == genotypes->n_samples ? GENOTYPES_OK : GENOTYPES_COLUMNS;
        p = tab + 1;
    }
}

enum genotypes_fault genotypes_read(struct genotypes *genotypes, const char *format,
                                    size_t format_length, const char *text, size_t size,
                                    unsigned n_alts)
{
    int field = gt_field(format, format_length);

    if (field < 0)
        return GENOTYPES_NO_GT;
    if (n_alts > GENOTYPES_ALTS_MAX)
        return GENOTYPES_FORM;
    if (!prepare(genotypes, n_alts))
        return GENOTYPES_MEMORY;
    return read_samples(genotypes, text, text + size, n_alts, field);
}

const uint8_t *genotypes_calls(const struct genotypes *genotypes, unsigned alt, size_t *size)
{
    *size = genotypes->alts[alt].size;
    return genotypes->alts[alt].data;
}
