/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/bcf_columns.h"

#include <assert.h>
#include <htslib/vcf.h>

/* Alleles by the sample's own numbers: rare, and read as text. */
static const char *const as_text[] = {"LGT", "LAA"};

static bool is_named(const bcf_hdr_t *header, const bcf_fmt_t *field, const char *name)
{
    return strcmp(bcf_hdr_int2id(header, BCF_DT_ID, field->id), name) == 0;
}

static bool set_numbers(const bcf_fmt_t *field, struct bcf_columns_numbers *numbers)
{
    if (numbers->data) /* twice in FORMAT */
        return false;
    switch (field->type) {
    case BCF_BT_INT8:
        numbers->width = 1;
        break;
    case BCF_BT_INT16:
        numbers->width = 2;
        break;
    case BCF_BT_INT32:
        numbers->width = 4;
        break;
    default:
        return false;
    }
    numbers->data = field->p;
    return true;
}

/* True when the value, as text, would still be one value: it holds no byte that ends a field. A
 * missing value is one byte. */
static bool is_plain(const char *value, size_t bytes)
{
    size_t length = strnlen(value, bytes);

    if (length == 1 && *value == bcf_str_missing)
        return true;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)value[i] < ' ' || value[i] == ':')
            return false;
    return true;
}

static bool set_filter(const bcf_fmt_t *field, struct bcf_columns *columns)
{
    if (columns->filter || field->type != BCF_BT_CHAR || field->n < 1)
        return false;
    columns->filter = (const char *)field->p;
    columns->filter_bytes = (size_t)field->n;
    for (uint32_t i = 0; i < columns->n_samples; i++)
        if (!is_plain(columns->filter + i * columns->filter_bytes, columns->filter_bytes))
            return false;
    return true;
}

static bool set_field(const bcf_hdr_t *header, const bcf_fmt_t *field, struct bcf_columns *columns)
{
    for (size_t i = 0; i < sizeof(as_text) / sizeof(*as_text); i++)
        if (is_named(header, field, as_text[i]))
            return false;
    if (is_named(header, field, "GT")) {
        columns->copies = (unsigned)field->n;
        return field->n > 0 && set_numbers(field, &columns->gt);
    }
    if (is_named(header, field, "DP"))
        return field->n == 1 && set_numbers(field, &columns->depth);
    if (is_named(header, field, "GQ"))
        return field->n == 1 && set_numbers(field, &columns->quality);
    if (is_named(header, field, "AD")) {
        columns->alleles = (unsigned)field->n;
        return field->n > 0 && set_numbers(field, &columns->reads);
    }
    return !is_named(header, field, "FT") || set_filter(field, columns);
}

bool bcf_columns_find(const bcf_hdr_t *header, const bcf1_t *record, struct bcf_columns *columns)
{
    assert(record);
    *columns = (struct bcf_columns){.n_samples = record->n_sample};
    if (!record->n_sample || (int)record->n_sample != bcf_hdr_nsamples(header))
        return false;
    for (unsigned i = 0; i < record->n_fmt; i++)
        if (!set_field(header, &record->d.fmt[i], columns))
            return false;
    return columns->gt.data != NULL;
}

struct text_span bcf_columns_filter(const struct bcf_columns *columns, uint32_t sample)
{
    assert(columns);
    const char *value;

    if (!columns->filter)
        return (struct text_span){0};
    value = columns->filter + sample * columns->filter_bytes;
    if (*value == bcf_str_missing)
        return (struct text_span){".", 1};
    return (struct text_span){value, strnlen(value, columns->filter_bytes)};
}
