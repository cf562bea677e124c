/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tumours.vcf.gz: a column for each tumour and one for its normal, called together by a somatic
 * caller. tumours.csv says whose each is, because a tumour's name is not its person's.
 */
#include <errno.h>
#include <htslib/bgzf.h>
#include <htslib/kstring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synth/files.h"

static void put_columns(kstring_t *text, const struct person *people, uint32_t n)
{
    kputs("##fileformat=VCFv4.2\n##source=rikstal-synth\n##reference=GRCh38\n"
          "##FILTER=<ID=PASS,Description=\"All filters passed\">\n"
          "##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description=\"In the tumour alone\">\n"
          "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Consequence annotations from "
          "invention. Format: Allele|Consequence|SYMBOL\">\n"
          "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
          "##contig=<ID=chr7,length=159345973>\n##contig=<ID=chr12,length=133275309>\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT",
          text);
    for (uint32_t i = 0; i < n; i++)
        if (people[i].course.has_tumour)
            ksprintf(text, "\t%s-T\t%s-N", people[i].id, people[i].id);
    kputc('\n', text);
}

static void put_change(kstring_t *text, int c, const struct person *people, uint32_t n)
{
    static const char *const calls[] = {
        [CALL_REF] = "0/0", [CALL_HET] = "0/1", [CALL_MISSING] = "./."};
    const struct change *change = &changes[c];

    ksprintf(text, "chr%s\t%u\t.\t%c\t%c\t50\tPASS\tSOMATIC;CSQ=%c|missense_variant|%s\tGT",
             change->chromosome, change->position, change->ref, change->alt, change->alt,
             change->gene);
    for (uint32_t i = 0; i < n; i++)
        if (people[i].course.has_tumour)
            ksprintf(text, "\t%s\t0/0", calls[people[i].course.tumour[c]]);
    kputc('\n', text);
}

static bool write_calls(const char *folder, const struct person *people, uint32_t n,
                        struct err *err)
{
    kstring_t text = KS_INITIALIZE;
    char path[4096];
    BGZF *out;
    bool ok;

    snprintf(path, sizeof(path), "%s/tumours.vcf.gz", folder);
    out = bgzf_open(path, "w6");
    if (!out)
        return err_set(err, ERR_INTERNAL, "cannot create %s: %s", path, strerror(errno));
    put_columns(&text, people, n);
    for (int c = 0; c < CHANGES; c++)
        put_change(&text, c, people, n);
    ok = bgzf_write(out, text.s, text.l) == (ssize_t)text.l;
    free(text.s);
    if (bgzf_close(out) != 0 || !ok)
        return err_set(err, ERR_INTERNAL, "cannot write %s", path);
    return true;
}

static bool write_owners(const char *folder, const struct person *people, uint32_t n,
                         struct err *err)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof(path), "%s/tumours.csv", folder);
    out = fopen(path, "w");
    if (!out)
        return err_set(err, ERR_INTERNAL, "cannot create %s: %s", path, strerror(errno));
    fputs("sample,person,type,tissue\n", out);
    for (uint32_t i = 0; i < n; i++)
        if (people[i].course.has_tumour)
            fprintf(out, "%s-T,%s,tumour,icdo3:C34.9\n%s-N,%s,normal,\n", people[i].id,
                    people[i].id, people[i].id, people[i].id);
    if (fclose(out) != 0)
        return err_set(err, ERR_INTERNAL, "cannot write %s: %s", path, strerror(errno));
    return true;
}

static bool write_assay(const char *folder, struct err *err)
{
    char path[4096];
    FILE *out;

    snprintf(path, sizeof(path), "%s/tumours.bed", folder);
    out = fopen(path, "w");
    if (!out)
        return err_set(err, ERR_INTERNAL, "cannot create %s: %s", path, strerror(errno));
    for (int g = 0; g < TUMOUR_GENES; g++) { /* BED starts at 0 and ends outside */
        const struct gene *gene = &genes[gene_index(tumour_genes[g])];

        fprintf(out, "chr%s\t%u\t%u\t%s\n", gene->chromosome, gene->start - 1, gene->end,
                gene->symbol);
    }
    if (fclose(out) != 0)
        return err_set(err, ERR_INTERNAL, "cannot write %s: %s", path, strerror(errno));
    return true;
}

bool write_tumours(const char *folder, const struct person *people, uint32_t n, struct err *err)
{
    bool any = false;

    for (uint32_t i = 0; i < n; i++)
        any |= people[i].course.has_tumour;
    return !any || (write_calls(folder, people, n, err) && write_owners(folder, people, n, err) &&
                    write_assay(folder, err));
}
