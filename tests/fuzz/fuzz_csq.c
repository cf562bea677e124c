/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splitter of CSQ, ANN, EFF and BCSQ on any format and any value: the first line of the input
 * is the Description, the second REF and ALT (comma-separated), the rest the value.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/vep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ALLELES_MAX 8

static size_t split_alleles(const char *text, size_t size, struct text_span *alts)
{
    size_t n = 0, start = 0;

    for (size_t i = 0; i <= size && n < ALLELES_MAX; i++) {
        if (i < size && text[i] != ',')
            continue;
        alts[n++] = (struct text_span){text + start, i - start};
        start = i + 1;
    }
    return n;
}

/* What holds whatever was read: names fit, and what is whole has something to say. */
static void check(const struct vep_allele *allele)
{
    if (allele->n_genes > VEP_ROWS_MAX || (vep_allele_complete(allele) && !allele->n_genes))
        abort();
    for (uint32_t k = 0; k < allele->n_genes; k++)
        if (strlen(allele->genes[k].name) >= NOTE_GENE_BYTES_MAX || !allele->genes[k].consequences)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vep_allele alleles[ALLELES_MAX];
    const char *text = (const char *)data, *end = text + size;
    const char *first = memchr(text, '\n', size);
    const char *second = first ? memchr(first + 1, '\n', (size_t)(end - first - 1)) : NULL;
    const char *blank = second ? memchr(first + 1, ' ', (size_t)(second - first - 1)) : NULL;
    struct text_span alts[ALLELES_MAX];
    struct vep_line line = {.alts = alts};
    struct vep_faults faults = {0};
    struct vep_format format;

    if (!blank || !vep_format_read(&format, text, (size_t)(first - text)))
        return 0;
    line.ref = (struct text_span){first + 1, (size_t)(blank - first - 1)};
    line.n = split_alleles(blank + 1, (size_t)(second - blank - 1), alts);
    for (size_t i = 0; i < line.n; i++)
        vep_allele_init(&alleles[i]);
    vep_read(&format, (struct text_span){second + 1, (size_t)(end - second - 1)}, &line, alleles,
             &faults);
    for (size_t i = 0; i < line.n; i++)
        check(&alleles[i]);
    return 0;
}
