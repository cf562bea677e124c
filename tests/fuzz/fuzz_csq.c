/*
 * The CSQ and ANN splitter on any format and any value: the first line of the input is the
 * Description, the second REF and ALT (comma-separated), the rest the value.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/vep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ALLELES_MAX 8

static size_t split_alleles(const char *text, size_t size, struct vep_allele *alleles)
{
    size_t n = 0, start = 0;

    for (size_t i = 0; i <= size && n < ALLELES_MAX; i++) {
        if (i < size && text[i] != ',')
            continue;
        vep_allele_init(&alleles[n++], text + start, i - start);
        start = i + 1;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vep_allele alleles[ALLELES_MAX];
    const char *text = (const char *)data, *end = text + size;
    const char *first = memchr(text, '\n', size);
    const char *second = first ? memchr(first + 1, '\n', (size_t)(end - first - 1)) : NULL;
    const char *blank = second ? memchr(first + 1, ' ', (size_t)(second - first - 1)) : NULL;
    struct vep_faults faults = {0};
    struct vep_format format;
    size_t n;

    if (!blank || !vep_format_read(&format, text, (size_t)(first - text)))
        return 0;
    n = split_alleles(blank + 1, (size_t)(second - blank - 1), alleles);
    vep_read(&format, second + 1, (size_t)(end - second - 1), first + 1,
             (size_t)(blank - first - 1), alleles, n, &faults);
    for (size_t i = 0; i < n; i++) {
        if (alleles[i].n_genes > VEP_GENES_MAX)
            abort();
        for (uint32_t k = 0; k < alleles[i].n_genes; k++)
            if (alleles[i].genes[k].length >= NOTE_GENE_BYTES_MAX)
                abort();
    }
    return 0;
}
