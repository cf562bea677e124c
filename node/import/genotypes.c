/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nearly all of a large file is "0|0\t" and "0/0\t", so eight samples at once are compared with
 * that and passed over where GT alone is to be read. Next come two alleles of a digit each, of
 * which nothing but GT is to be known; everything else goes the slow way.
 */
#include "node/import/genotypes_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/allele_fraction.h"
#include "node/import/stream.h"
#include "proto/base/unzeroed.h"

#define WANTED                                                                                     \
    (1u << FIELD_GT | 1u << FIELD_FT | 1u << FIELD_DP | 1u << FIELD_GQ | 1u << FIELD_LGT |         \
     1u << FIELD_LAA | 1u << FIELD_AD)
#define SHARES (1u << FIELD_READS_AF | 1u << FIELD_FREQ)

/* The alleles that LAA lists: the sample's own 1, 2, ... are these of the line. */
struct local {
    int alleles[GENOTYPES_ALTS_MAX + 1];
    unsigned n;
};

bool genotypes_open(uint32_t n_samples, const struct genotypes_rules *rules, struct genotypes **out,
                    struct err *err)
{
    assert(rules && out);
    struct genotypes *genotypes = calloc(1, sizeof(*genotypes));

    if (genotypes)
        genotypes->doubts = calloc((size_t)n_samples + 1, sizeof(*genotypes->doubts));
    if (!genotypes || !genotypes->doubts) {
        free(genotypes);
        return err_memory(err);
    }
    genotypes->rules = *rules;
    genotypes->n_samples = n_samples;
    *out = genotypes;
    return true;
}

void genotypes_close(struct genotypes *genotypes)
{
    if (!genotypes)
        return;
    for (unsigned i = 0; i < GENOTYPES_ALTS_MAX; i++) {
        free(genotypes->alts[i].data);
        free(genotypes->alts[i].fractions);
    }
    free(genotypes->doubts);
    free(genotypes);
}

bool genotypes_prepare(struct genotypes *genotypes, const struct genotypes_line *line)
{
    genotypes->n_doubts = 0;
    genotypes->carriers = genotypes->carriers_lost = genotypes->unreadable = 0;
    for (unsigned i = 0; !line->lost && i < line->n_alts; i++) {
        struct genotypes_alt *alt = &genotypes->alts[i];

        if (!alt->data)
            alt->data = malloc((size_t)genotypes->n_samples * STREAM_CALL_MAX);
        if (line->fractions && !alt->fractions)
            alt->fractions = malloc((size_t)genotypes->n_samples + 1);
        if (!alt->data || (line->fractions && !alt->fractions))
            return false;
        alt->size = alt->n_fractions = 0;
        alt->previous = -1;
    }
    return true;
}

/* ---- the form of a genotype ---------------------------------------------------------------------
 */

/* A number of at most max at *p, which moves behind it. */
static bool read_allele(const char **p, const char *end, int max, int *allele)
{
    const char *start = *p;

    *allele = 0;
    if (*p < end && **p == '.') {
        *allele = GENOTYPES_MISSING;
        (*p)++;
        return true;
    }
    for (; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
        *allele = *allele * 10 + (**p - '0');
        if (*allele > max)
            return false;
    }
    return *p != start;
}

static bool read_local(struct text_span text, unsigned n_alts, struct local *local)
{
    const char *p = text.text, *end = text.text + text.length;

    local->n = 0;
    if (!text.length || (text.length == 1 && *p == '.'))
        return true;
    for (;; p++) {
        int allele;

        if (local->n == GENOTYPES_ALTS_MAX || !read_allele(&p, end, (int)n_alts, &allele) ||
            allele < 1)
            return false;
        local->alleles[++local->n] = allele;
        if (p == end)
            return true;
        if (*p != ',')
            return false;
    }
}

void genotypes_add_copy(struct genotypes_call *call, int allele)
{
    assert(call->n < GENOTYPES_PLOIDY_MAX);
    call->only_reference &= allele == 0;
    call->half |= allele == GENOTYPES_MISSING;
    call->carries |= allele > 0;
    call->alleles[call->n++] = allele;
}

/* A mark before the first allele is VCF 4.4's phasing of it. */
static bool read_call(struct text_span gt, unsigned n_alts, const struct local *local,
                      struct genotypes_call *call)
{
    const char *p = gt.text, *end = gt.text + gt.length;
    int max = (int)(local ? local->n : n_alts);

    *call = (struct genotypes_call){.only_reference = true};
    if (gt.length > 1 && (*p == '|' || *p == '/'))
        p++;
    for (;; p++) {
        int allele;

        if (call->n == GENOTYPES_PLOIDY_MAX || !read_allele(&p, end, max, &allele))
            return false;
        genotypes_add_copy(call, local && allele > 0 ? local->alleles[allele] : allele);
        if (p == end)
            return true;
        if (*p != '|' && *p != '/')
            return false;
    }
}

/* ---- what is to be thought of it ----------------------------------------------------------------
 */

void genotypes_raise(struct genotypes *genotypes, uint32_t depth, uint32_t quality)
{
    assert(genotypes);
    if (genotypes->rules.depth < depth)
        genotypes->rules.depth = depth;
    if (genotypes->rules.quality < quality)
        genotypes->rules.quality = quality;
}

static bool is_given(struct text_span text)
{
    return text.length && !(text.length == 1 && *text.text == '.');
}

static bool too_low(struct text_span text, uint32_t least)
{
    uint32_t value;

    if (!least || !is_given(text))
        return false;
    return !vcf_column_number(text, &value) || value < least; /* or it is no number */
}

/* AD, the reads of each allele, where DP says nothing: are there too few in all? */
static bool too_few(struct text_span reads, uint32_t least)
{
    uint64_t sum = 0;
    uint32_t value;
    size_t start = 0;

    if (!least || !is_given(reads))
        return false;
    for (size_t i = 0; i <= reads.length; i++) {
        struct text_span one = {reads.text + start, i - start};

        if (i < reads.length && reads.text[i] != ',')
            continue;
        if (!is_given(one))
            return false;
        if (!vcf_column_number(one, &value))
            return true;
        sum += value;
        start = i + 1;
    }
    return sum < least;
}

bool genotypes_passed(const struct genotypes_rules *rules, struct text_span filter)
{
    const struct vcf_line line = {.filter = filter};

    return !filter.length || vcf_line_passed(&line, rules->keep_filters, rules->n_keep_filters);
}

static enum gap_reason doubt_of(const struct genotypes_line *line,
                                const struct genotypes_call *call,
                                const struct genotypes_beside *beside)
{
    if (beside->failed)
        return GAP_FAILED;
    if (call->n > 2)
        return GAP_UNREADABLE;
    if (call->half)
        return GAP_NOT_CALLED;
    if (call->n == 1 && line->two_copies && call->only_reference)
        return GAP_UNREADABLE;
    if (call->only_reference && beside->low)
        return GAP_LOW;
    return GENOTYPES_CLEAN;
}

/* ---- calls --------------------------------------------------------------------------------------
 */

/* Sets *code by the copies of the allele among those called. False when the sample has nothing to
 * say of this allele. */
static bool code_of(const struct genotypes_call *call, int alt, bool two_copies,
                    enum call_code *code)
{
    unsigned copies = 0, missing = 0;

    for (unsigned i = 0; i < call->n; i++) {
        copies += call->alleles[i] == alt;
        missing += call->alleles[i] == GENOTYPES_MISSING;
    }
    if (!copies && !missing)
        return false;
    if (!copies)
        *code = CALL_NONE;
    else if (copies == call->n)
        *code = call->n > 1 ? CALL_HOM : two_copies ? CALL_CARRIER : CALL_HEMI;
    else
        *code = missing ? CALL_CARRIER : CALL_HET;
    return true;
}

static void keep(struct genotypes *genotypes, const struct genotypes_line *line, uint32_t sample,
                 const struct genotypes_call *call)
{
    for (unsigned i = 0; i < line->n_alts; i++) {
        struct genotypes_alt *alt = &genotypes->alts[i];
        enum call_code code;

        if (!code_of(call, (int)i + 1, line->two_copies, &code))
            continue;
        alt->size += stream_call_write(alt->data + alt->size, alt->previous, sample, code);
        alt->previous = sample;
        if (line->fractions && code != CALL_NONE)
            alt->fractions[alt->n_fractions++] =
                allele_fraction(genotypes->share, genotypes->shares, line->n_alts, i);
    }
}

static void doubt(struct genotypes *genotypes, uint32_t sample, enum gap_reason reason,
                  bool carries)
{
    genotypes->doubts[genotypes->n_doubts++] =
        (struct genotypes_doubt){.sample = sample, .reason = reason, .carries = carries};
}

static const struct genotypes_call missing = {.alleles = {GENOTYPES_MISSING}, .n = 1, .half = true};

static void take_call(struct genotypes *genotypes, const struct genotypes_line *line,
                      uint32_t sample, const struct genotypes_call *call, enum gap_reason reason)
{
    genotypes->carriers += call->carries;
    if (reason != GENOTYPES_CLEAN && reason != GAP_NOT_CALLED) {
        genotypes->carriers_lost += call->carries;
        if (!line->lost)
            keep(genotypes, line, sample, &missing);
    } else if (!call->only_reference && !line->lost) {
        keep(genotypes, line, sample, call);
    }
    if (reason != GENOTYPES_CLEAN || (line->lost && call->carries))
        doubt(genotypes, sample, reason, call->carries);
}

void genotypes_judge(struct genotypes *genotypes, const struct genotypes_line *line,
                     uint32_t sample, const struct genotypes_call *call, bool readable,
                     const struct genotypes_beside *beside)
{
    genotypes->unreadable += !readable;
    take_call(genotypes, line, sample, call,
              readable ? doubt_of(line, call, beside) : GAP_UNREADABLE);
}

/* Of alleles that the sample numbers itself the shares are not read. */
static void find_shares(struct genotypes *genotypes, bool local,
                        const struct text_span values[static VCF_FIELDS])
{
    genotypes->shares = (struct text_span){0};
    if (genotypes->share < VCF_FIELDS && !local)
        genotypes->shares = values[genotypes->share];
}

static bool same_alleles(const struct genotypes_call *a, const struct genotypes_call *b)
{
    unsigned found = 0; /* those of b that are taken, a bit each */

    for (unsigned i = 0; a->n == b->n && i < a->n; i++) {
        unsigned j = 0;

        while (j < b->n && (found >> j & 1 || a->alleles[i] != b->alleles[j]))
            j++;
        if (j == b->n)
            return false;
        found |= 1u << j;
    }
    return a->n == b->n;
}

/* A sample whose LGT says otherwise than its GT: which of the two is right nobody knows. */
static bool contradicts(const struct genotypes_line *line, const struct genotypes_call *call,
                        const struct text_span values[static VCF_FIELDS])
{
    const struct text_span *lgt = &values[FIELD_LGT];
    struct genotypes_call own;
    struct local local;

    if (!lgt->text || !lgt->length || lgt->text[0] == '.')
        return false;
    return !read_local(values[FIELD_LAA], line->n_alts, &local) ||
           !read_call(*lgt, line->n_alts, &local, &own) || !same_alleles(call, &own);
}

static void take_sample(struct genotypes *genotypes, const struct genotypes_line *line,
                        uint32_t sample, const struct text_span values[static VCF_FIELDS])
{
    const struct text_span *gt = &values[values[FIELD_GT].text ? FIELD_GT : FIELD_LGT];
    const struct genotypes_rules *rules = &genotypes->rules;
    struct genotypes_beside beside = {.failed = !genotypes_passed(rules, values[FIELD_FT])};
    struct genotypes_call call = missing;
    struct local local;
    bool readable = true;

    if (gt->text && gt == &values[FIELD_LGT])
        readable = read_local(values[FIELD_LAA], line->n_alts, &local) &&
                   read_call(*gt, line->n_alts, &local, &call);
    else if (gt->text)
        readable = read_call(*gt, line->n_alts, NULL, &call) && !contradicts(line, &call, values);
    find_shares(genotypes, gt == &values[FIELD_LGT], values);
    beside.low =
        call.only_reference &&
        (too_low(values[FIELD_DP], rules->depth) || too_low(values[FIELD_GQ], rules->quality) ||
         (!is_given(values[FIELD_DP]) && too_few(values[FIELD_AD], rules->depth)));
    genotypes_judge(genotypes, line, sample, &call, readable, &beside);
}

/* ---- the quick ways -----------------------------------------------------------------------------
 */

#define SAMPLE_BYTES 4u /* "0|0" and its tab */
#define RUN 32          /* bytes of eight samples */

/* Passes over samples from p on, as long as all are "0|0" or all are "0/0". Returns the place
 * behind them. */
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

/*
 * Takes a column in which GT comes first and has two alleles of one digit each, when no other field
 * can cast doubt on it. Returns its end; NULL when it must be read the slow way.
 */
static const char *take_plain(struct genotypes *genotypes, const struct genotypes_line *line,
                              const struct vcf_fields *fields, uint32_t sample, const char *p,
                              const char *end)
{
    struct genotypes_call call = {.n = 2};
    const char *tab;

    if (end - p < 3 || (p[1] != '|' && p[1] != '/') ||
        (end - p > 3 && p[3] != '\t' && p[3] != ':') || p[0] < '0' || p[0] > '9' || p[2] < '0' ||
        p[2] > '9')
        return NULL;
    call.alleles[0] = p[0] - '0';
    call.alleles[1] = p[2] - '0';
    if (call.alleles[0] > (int)line->n_alts || call.alleles[1] > (int)line->n_alts)
        return NULL;
    call.carries = call.alleles[0] || call.alleles[1];
    call.only_reference = !call.carries;
    if (fields->last > 0 &&
        (call.only_reference || fields->has[FIELD_FT] || fields->has[FIELD_LGT]))
        return NULL;
    if (call.carries)
        take_call(genotypes, line, sample, &call, GENOTYPES_CLEAN);
    p += 3;
    if (p == end || *p == '\t')
        return p;
    tab = memchr(p, '\t', (size_t)(end - p));
    return tab ? tab : end;
}

static enum genotypes_fault read_samples(struct genotypes *genotypes,
                                         const struct genotypes_line *line,
                                         const struct vcf_fields *fields)
{
    const char *p = line->samples.text, *end = p + line->samples.length;
    bool first = fields->at[0] == FIELD_GT && !line->fractions;
    bool bare = first && fields->last == 0;
    uint32_t sample = 0;

    for (;;) {
        UNZEROED struct text_span values[VCF_FIELDS];
        const char *next;
        const char *other = bare ? pass_references(p, end) : p;

        sample += (uint32_t)(other - p) / SAMPLE_BYTES;
        p = other;
        if (sample >= genotypes->n_samples)
            return GENOTYPES_COLUMNS;
        next = first ? take_plain(genotypes, line, fields, sample, p, end) : NULL;
        if (!next) {
            next = vcf_column_split(fields, p, end, values);
            take_sample(genotypes, line, sample, values);
        }
        sample++;
        p = next;
        if (p == end)
            return sample == genotypes->n_samples ? GENOTYPES_OK : GENOTYPES_COLUMNS;
        p++;
    }
}

/* Sets genotypes->fields: those of the line before where it has the same FORMAT. */
static void find_fields(struct genotypes *genotypes, struct text_span format, unsigned wanted)
{
    if (format.length && format.length == genotypes->format_length &&
        wanted == genotypes->format_wanted &&
        memcmp(format.text, genotypes->format, format.length) == 0)
        return;
    vcf_fields_find(format.text, format.length, wanted, &genotypes->fields);
    genotypes->format_length = format.length <= GENOTYPES_FORMAT_KEPT ? format.length : 0;
    genotypes->format_wanted = wanted;
    if (genotypes->format_length)
        memcpy(genotypes->format, format.text, genotypes->format_length);
}

enum genotypes_fault genotypes_read_text(struct genotypes *genotypes,
                                         const struct genotypes_line *line)
{
    const struct vcf_fields *fields = &genotypes->fields;

    find_fields(genotypes, line->format, line->fractions ? WANTED | SHARES : WANTED);
    genotypes->share = line->fractions ? allele_fraction_field(fields) : VCF_FIELDS;
    if (fields->twice ||
        (!fields->has[FIELD_GT] && !(fields->has[FIELD_LGT] && fields->has[FIELD_LAA])))
        return GENOTYPES_NO_GT;
    return read_samples(genotypes, line, fields);
}

const uint8_t *genotypes_calls(const struct genotypes *genotypes, unsigned alt, size_t *size)
{
    *size = genotypes->alts[alt].size;
    return genotypes->alts[alt].data;
}

const uint8_t *genotypes_fractions(const struct genotypes *genotypes, unsigned alt, size_t *size)
{
    *size = genotypes->alts[alt].n_fractions;
    return genotypes->alts[alt].fractions;
}

const struct genotypes_doubt *genotypes_doubts(const struct genotypes *genotypes, size_t *n)
{
    *n = genotypes->n_doubts;
    return genotypes->doubts;
}

uint32_t genotypes_unreadable(const struct genotypes *genotypes)
{
    return genotypes->unreadable;
}

void genotypes_carriers(const struct genotypes *genotypes, uint32_t *seen, uint32_t *lost)
{
    *seen = genotypes->carriers;
    *lost = genotypes->carriers_lost;
}
