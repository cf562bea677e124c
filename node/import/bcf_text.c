/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GT in a record (VCF specification, 6.3.3): for each copy (allele + 1) << 1 | phased, 0 or 1 where
 * it is missing.
 */
#include "node/import/bcf_text.h"

#include <stdint.h>
#include <string.h>

#define GROUP 8          /* samples that are compared at once */
#define SAMPLE_TEXT 4    /* bytes of "0|1" and the tab behind it */
#define SAMPLE_MAX 16    /* of two copies as int8, whatever they are */
#define ONE_DIGIT_MAX 21 /* the last value of an allele of one digit: 9, phased */

/* The fields that vcf.c and genotypes.c read. */
static const char *const fields_read[] = {"GT",  "FT",     "DP",  "GQ", "LGT",
                                          "LAA", "MIN_DP", "GQX", "SQ", "RGQ"};

static bool is_read(const bcf_hdr_t *header, const bcf_fmt_t *field)
{
    const char *name = bcf_hdr_int2id(header, BCF_DT_ID, field->id);

    for (size_t i = 0; i < sizeof(fields_read) / sizeof(*fields_read); i++)
        if (strcmp(name, fields_read[i]) == 0)
            return true;
    return false;
}

static void drop_unread(const bcf_hdr_t *header, bcf1_t *record)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < record->n_fmt; i++)
        if (is_read(header, &record->d.fmt[i]))
            record->d.fmt[kept++] = record->d.fmt[i];
    record->n_fmt = (uint8_t)kept;
}

static bool is_genotype_alone(const bcf_hdr_t *header, const bcf1_t *record)
{
    const bcf_fmt_t *field = record->d.fmt;

    return record->n_sample && record->n_fmt == 1 && field->type == BCF_BT_INT8 && field->n == 2 &&
           field->size == 2 && strcmp(bcf_hdr_int2id(header, BCF_DT_ID, field->id), "GT") == 0;
}

static char allele_letter(uint8_t value)
{
    return value < 2 ? '.' : (char)('0' + (value >> 1) - 1);
}

/* A sample of two copies with one digit each, or missing; else htslib writes it. */
static bool add_sample(bcf_fmt_t *field, uint32_t sample, kstring_t *line)
{
    const uint8_t *value = field->p + (size_t)2 * sample;
    char *to = line->s + line->l;

    if (value[0] > ONE_DIGIT_MAX || value[1] > ONE_DIGIT_MAX)
        return bcf_format_gt(field, (int)sample, line) == 0 && kputc('\t', line) >= 0;
    to[0] = allele_letter(value[0]);
    to[1] = value[1] & 1 ? '|' : '/';
    to[2] = allele_letter(value[1]);
    to[3] = '\t';
    line->l += SAMPLE_TEXT;
    return true;
}

/*
 * The separator, where all samples of the group at values have two copies of the reference, else 0.
 * Of the first copy the phase says nothing: both spellings of it are the same.
 */
static char group_of(const uint8_t *values)
{
    const uint64_t first = UINT64_C(0x0001000100010001);
    const uint64_t bars = UINT64_C(0x0303030303030303), slashes = UINT64_C(0x0203020302030203);
    uint64_t a, b;

    memcpy(&a, values, sizeof(a)); /* little endian, as x86-64 is */
    memcpy(&b, values + sizeof(a), sizeof(b));
    a |= first;
    b |= first;
    if (a != b)
        return 0;
    return a == bars ? '|' : a == slashes ? '/' : 0;
}

static bool add_samples(bcf_fmt_t *field, uint32_t n, kstring_t *line)
{
    static const char slashes[] = "0/0\t0/0\t0/0\t0/0\t0/0\t0/0\t0/0\t0/0\t";
    static const char bars[] = "0|0\t0|0\t0|0\t0|0\t0|0\t0|0\t0|0\t0|0\t";
    uint32_t i = 0;

    if (ks_resize(line, line->l + (size_t)n * SAMPLE_MAX + 1) < 0)
        return false;
    while (i < n) {
        bool whole = n - i >= GROUP;
        char all = whole ? group_of(field->p + (size_t)2 * i) : 0;

        if (all) {
            memcpy(line->s + line->l, all == '|' ? bars : slashes, (size_t)GROUP * SAMPLE_TEXT);
            line->l += (size_t)GROUP * SAMPLE_TEXT;
            i += GROUP;
            continue;
        }
        for (uint32_t end = whole ? i + GROUP : n; i < end; i++)
            if (!add_sample(field, i, line))
                return false;
    }
    return true;
}

static bool add_genotypes(const bcf_hdr_t *header, bcf1_t *record, kstring_t *line)
{
    uint32_t n = record->n_sample;
    int failed;

    record->n_sample = 0; /* the columns before FORMAT */
    failed = vcf_format(header, record, line);
    record->n_sample = n & 0xffffff;
    if (failed || !line->l)
        return false;
    line->l--; /* its line feed */
    if (kputs("\tGT\t", line) < 0 || !add_samples(record->d.fmt, n, line))
        return false;
    line->s[line->l - 1] = '\n'; /* in place of the last tab */
    line->s[line->l] = 0;
    return true;
}

bool bcf_text_add(const bcf_hdr_t *header, bcf1_t *record, kstring_t *line)
{
    if (bcf_unpack(record, BCF_UN_ALL) < 0)
        return false;
    drop_unread(header, record);
    return is_genotype_alone(header, record) ? add_genotypes(header, record, line)
                                             : vcf_format(header, record, line) == 0;
}
