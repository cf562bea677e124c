/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/bcf_text.h"

#include <assert.h>
#include <string.h>

/* The fields that the reader of VCF looks at: genotypes, shares of reads, copies, tiers, blocks. */
static const char *const fields_read[] = {"GT",   "FT",  "DP",  "GQ",  "LGT", "LAA", "MIN_DP",
                                          "GQX",  "SQ",  "RGQ", "LEN", "CN",  "AD",  "AF",
                                          "FREQ", "TAR", "TIR", "AU",  "CU",  "GU",  "TU"};

static const char *name_of(const bcf_hdr_t *header, const bcf_fmt_t *field)
{
    return bcf_hdr_int2id(header, BCF_DT_ID, field->id);
}

static bool is_read(const bcf_hdr_t *header, const bcf_fmt_t *field)
{
    for (size_t i = 0; i < sizeof(fields_read) / sizeof(*fields_read); i++)
        if (strcmp(name_of(header, field), fields_read[i]) == 0)
            return true;
    return false;
}

bool bcf_text_unpack(const bcf_hdr_t *header, bcf1_t *record)
{
    assert(record);
    unsigned kept = 0;

    if (bcf_unpack(record, BCF_UN_ALL) < 0)
        return false;
    for (unsigned i = 0; i < record->n_fmt; i++)
        if (is_read(header, &record->d.fmt[i]))
            record->d.fmt[kept++] = record->d.fmt[i];
    record->n_fmt = (uint8_t)kept;
    return true;
}

bool bcf_text_add(const bcf_hdr_t *header, bcf1_t *record, kstring_t *line)
{
    return vcf_format(header, record, line) == 0;
}

bool bcf_text_add_fixed(const bcf_hdr_t *header, bcf1_t *record, kstring_t *line)
{
    assert(record && line);
    uint32_t n = record->n_sample;
    size_t before = line->l;
    int failed;

    record->n_sample = 0; /* the columns before FORMAT */
    failed = vcf_format(header, record, line);
    record->n_sample = n & 0xffffff;
    if (failed || line->l == before)
        return false;
    line->l--; /* its line feed */
    for (unsigned i = 0; i < record->n_fmt; i++)
        if (kputc(i ? ':' : '\t', line) < 0 || kputs(name_of(header, &record->d.fmt[i]), line) < 0)
            return false;
    return kputs("\t\n", line) >= 0;
}
