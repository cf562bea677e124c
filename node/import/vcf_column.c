/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/vcf_column.h"

#include <string.h>

#define NUMBER_MAX 1000000000u

static const char *const names[VCF_FIELDS] = {
    [FIELD_GT] = "GT",   [FIELD_FT] = "FT",   [FIELD_DP] = "DP",         [FIELD_GQ] = "GQ",
    [FIELD_LGT] = "LGT", [FIELD_LAA] = "LAA", [FIELD_MIN_DP] = "MIN_DP", [FIELD_GQX] = "GQX",
    [FIELD_SQ] = "SQ",   [FIELD_RGQ] = "RGQ", [FIELD_READS_AF] = "AF",   [FIELD_FREQ] = "FREQ",
    [FIELD_AD] = "AD",   [FIELD_LEN] = "LEN", [FIELD_CN] = "CN",
};

static unsigned field_of(const char *text, size_t length, unsigned wanted)
{
    for (unsigned field = 0; field < VCF_FIELDS; field++)
        if (wanted >> field & 1 && strlen(names[field]) == length &&
            memcmp(names[field], text, length) == 0)
            return field;
    return VCF_FIELDS;
}

void vcf_fields_find(const char *format, size_t length, unsigned wanted, struct vcf_fields *fields)
{
    size_t start = 0;
    int place = 0;

    *fields = (struct vcf_fields){.last = -1};
    for (size_t i = 0; i <= length && place < VCF_FIELD_PLACES; i++) {
        unsigned field;

        if (i < length && format[i] != ':')
            continue;
        field = field_of(format + start, i - start, wanted);
        if (field < VCF_FIELDS && fields->has[field]) {
            fields->twice = true;
            field = VCF_FIELDS;
        }
        fields->at[place] = (uint8_t)field;
        if (field < VCF_FIELDS) {
            fields->has[field] = true;
            fields->last = place;
        }
        place++;
        start = i + 1;
    }
}

const char *vcf_column_split(const struct vcf_fields *fields, const char *p, const char *end,
                             struct text_span values[static VCF_FIELDS])
{
    const char *tab;

    memset(values, 0, VCF_FIELDS * sizeof(*values));
    for (int place = 0; place <= fields->last; place++) {
        const char *start = p;

        while (p < end && *p != ':' && *p != '\t')
            p++;
        if (fields->at[place] < VCF_FIELDS)
            values[fields->at[place]] = (struct text_span){start, (size_t)(p - start)};
        if (p == end || *p == '\t')
            return p;
        p++;
    }
    tab = memchr(p, '\t', (size_t)(end - p));
    return tab ? tab : end;
}

bool vcf_column_number(struct text_span span, uint32_t *value)
{
    size_t i = 0;

    *value = 0;
    for (; i < span.length && span.text[i] >= '0' && span.text[i] <= '9'; i++)
        *value = *value < NUMBER_MAX ? *value * 10 + (uint32_t)(span.text[i] - '0') : *value;
    if (!i || (i < span.length && span.text[i] != '.'))
        return false;
    for (i = i < span.length ? i + 1 : i; i < span.length; i++)
        if (span.text[i] < '0' || span.text[i] > '9')
            return false;
    return true;
}
