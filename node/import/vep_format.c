/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "node/import/population_af.h"
#include "node/import/vep.h"

static const struct {
    const char *name;
    enum vep_column column;
} names[] = {
    {"Allele", VEP_ALLELE},
    {"ALLELE_NUM", VEP_ALLELE_NUMBER},
    {"Genotype_Number", VEP_ALLELE_NUMBER},
    {"Genotype", VEP_ALLELE_NUMBER},
    {"Consequence", VEP_CONSEQUENCE},
    {"Annotation", VEP_CONSEQUENCE},
    {"Effect", VEP_CONSEQUENCE},
    {"SYMBOL", VEP_SYMBOL},
    {"Gene_Name", VEP_SYMBOL},
    {"Gene", VEP_GENE},
    {"Gene_ID", VEP_GENE},
    {"HGNC_ID", VEP_HGNC_ID},
    {"Feature", VEP_FEATURE},
    {"Feature_ID", VEP_FEATURE},
    {"CANONICAL", VEP_CANONICAL},
    {"MANE_SELECT", VEP_MANE_SELECT},
    {"MANE_PLUS_CLINICAL", VEP_MANE_PLUS_CLINICAL},
    {"MANE", VEP_MANE},
    {"CLIN_SIG", VEP_CLINVAR},
    {"CLNSIG", VEP_CLINVAR},
    {"CLINVAR_CLNSIG", VEP_CLINVAR},
};

static enum vep_column column_of(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i].name) == length && strncasecmp(names[i].name, name, length) == 0)
            return names[i].column;
    return population_af_is_field(name, length, true) ? VEP_FREQUENCY : VEP_IGNORED;
}

/* Blanks, quotes and brackets around a name, and bcftools csq's "[*]" before its first. */
static bool is_edge(char c)
{
    return memchr(" '\"()[]*", c, 8) != NULL;
}

static bool add_column(struct vep_format *format, const char *name, size_t length,
                       struct text_span columns[static VEP_COLUMNS_MAX])
{
    enum vep_column column;

    while (length && is_edge(*name)) {
        name++;
        length--;
    }
    while (length && is_edge(name[length - 1]))
        length--;
    if (format->n_columns == VEP_COLUMNS_MAX)
        return false;
    column = column_of(name, length);
    columns[format->n_columns] = (struct text_span){name, length};
    format->columns[format->n_columns] = (uint8_t)column;
    format->has_frequency |= column == VEP_FREQUENCY;
    format->has_clinvar |= column == VEP_CLINVAR;
    format->n_columns++;
    return true;
}

static bool stands_once(uint8_t column)
{
    return column != VEP_IGNORED && column != VEP_FREQUENCY && column != VEP_CLINVAR;
}

/*
 * Does a column that is read come twice under one name? Which of them holds is not known. Of
 * frequencies and of ClinVar all count.
 */
static bool named_twice(const struct vep_format *format, const struct text_span *columns)
{
    for (unsigned i = 0; i < format->n_columns; i++)
        for (unsigned k = 0; k < i && stands_once(format->columns[i]); k++)
            if (columns[i].length == columns[k].length &&
                strncasecmp(columns[i].text, columns[k].text, columns[i].length) == 0)
                return true;
    return false;
}

static const char *behind(const char *text, size_t length, const char *word)
{
    const char *found = memmem(text, length, word, strlen(word));

    return found ? found + strlen(word) : NULL;
}

static bool begins(const char *text, const char *end, const char *word)
{
    while (text < end && (*text == ' ' || *text == '\''))
        text++;
    return (size_t)(end - text) >= strlen(word) && memcmp(text, word, strlen(word)) == 0;
}

bool vep_format_read(struct vep_format *format, const char *description, size_t length)
{
    assert(format);
    const char *start = length ? behind(description, length, "Format:") : NULL;
    struct text_span columns[VEP_COLUMNS_MAX];
    const char *end;
    bool named = false;

    *format = (struct vep_format){0};
    if (!length)
        return false;
    end = description + length;
    if (start && begins(start, end, "Effect ("))
        format->form = VEP_FORM_EFF;
    else if (start && begins(start, end, "[*]"))
        format->form = VEP_FORM_BCSQ;
    if (!start) {
        start = behind(description, length, "annotations:");
        format->form = VEP_FORM_ANN;
    }
    if (!start)
        return false;
    for (const char *p = start; p <= end; p++) {
        if (p < end && *p != '|' && !(*p == '(' && format->form == VEP_FORM_EFF))
            continue;
        if (!add_column(format, start, (size_t)(p - start), columns))
            return false;
        start = p + 1;
    }
    for (unsigned i = 0; i < format->n_columns; i++)
        named |= format->columns[i] == VEP_CONSEQUENCE;
    return named && !named_twice(format, columns);
}
