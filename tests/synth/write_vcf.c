/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One multi-sample VCF an assay, bgzipped, with the annotation that VEP writes. Chromosomes are in
 * genome order, as callers write them; a person's haploid chromosome X is called haploid.
 */
#include <errno.h>
#include <htslib/bgzf.h>
#include <htslib/kstring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synth/files.h"

static const char *const names[] = {"none", "wgs", "panel"};

static const char *const contigs[] = {"1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                      "9",  "10", "11", "12", "13", "14", "15", "16",
                                      "17", "18", "19", "20", "21", "22", "X"};
static const uint32_t lengths[] = {248956422, 242193529, 198295559, 190214555, 181538259, 170805979,
                                   159345973, 145138636, 138394717, 133797422, 135086622, 133275309,
                                   114364328, 107043718, 101991189, 90338345,  83257441,  80373285,
                                   58617616,  64444167,  46709983,  50818468,  156040895};
#define CONTIGS (sizeof(contigs) / sizeof(contigs[0]))

static void put_header(kstring_t *text, enum assay assay, const struct person *people, uint32_t n)
{
    kputs("##fileformat=VCFv4.2\n##source=rikstal-synth\n##reference=GRCh38\n"
          "##FILTER=<ID=PASS,Description=\"All filters passed\">\n"
          "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Consequence annotations from "
          "invention. Format: Allele|Consequence|SYMBOL|Gene|Feature|CANONICAL|MANE_SELECT|"
          "gnomADg_AF|CLIN_SIG\">\n"
          "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n",
          text);
    for (size_t c = 0; c < CONTIGS; c++)
        ksprintf(text, "##contig=<ID=chr%s,length=%u>\n", contigs[c], lengths[c]);
    kputs("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT", text);
    for (uint32_t i = 0; i < n; i++)
        if (people[i].assay == assay)
            ksprintf(text, "\t%s", people[i].id);
    kputc('\n', text);
}

/* VEP's allele: what is left of ALT when the common first base is taken away. */
static const char *vep_allele(const struct variant *variant)
{
    return variant->ref[1] ? "-" : variant->alt;
}

static void put_call(kstring_t *text, const struct variant *variant, const struct person *person,
                     uint8_t call)
{
    bool haploid = variant->gene->chromosome[0] == 'X' && person->sex == SEX_MALE;
    static const char *const diploid[] = {"0/0", "0/1", "1/1", "1", "./."};

    if (haploid)
        kputs(call == CALL_HEMI ? "\t1" : call == CALL_MISSING ? "\t." : "\t0", text);
    else
        ksprintf(text, "\t%s", diploid[call]);
}

static void put_record(kstring_t *text, int v, const struct variant *variant, enum assay assay,
                       const struct person *people, uint32_t n)
{
    ksprintf(text, "chr%s\t%u\t.\t%s\t%s\t50\tPASS\tCSQ=%s|%s|%s|ENSG%08d|NM_%06d.1|YES|NM_%06d.1|",
             variant->gene->chromosome, variant->position, variant->ref, variant->alt,
             vep_allele(variant), variant->consequence, variant->gene->symbol,
             gene_index(variant->gene->symbol), gene_index(variant->gene->symbol),
             gene_index(variant->gene->symbol));
    ksprintf(text, "0.%06u|%s\tGT", variant->per_million, variant->clinical);
    for (uint32_t i = 0; i < n; i++)
        if (people[i].assay == assay)
            put_call(text, variant, &people[i], people[i].calls[v]);
    kputc('\n', text);
}

static const struct variant *sorting; /* qsort has no argument to pass */

static int contig_rank(const char *name)
{
    size_t c = 0;

    while (c < CONTIGS && strcmp(contigs[c], name) != 0)
        c++;
    return (int)c;
}

static int in_genome_order(const void *a, const void *b)
{
    const struct variant *one = &sorting[*(const int *)a], *two = &sorting[*(const int *)b];
    int ranks = contig_rank(one->gene->chromosome) - contig_rank(two->gene->chromosome);

    if (ranks)
        return ranks;
    return one->position < two->position ? -1 : one->position > two->position;
}

static bool flush(BGZF *out, kstring_t *text)
{
    bool ok = bgzf_write(out, text->s, text->l) == (ssize_t)text->l;

    text->l = 0;
    return ok;
}

bool write_vcf(const char *folder, const struct plan *plan, enum assay assay,
               const struct person *people, uint32_t n, struct err *err)
{
    int count = assay == ASSAY_PANEL ? PANEL_GENES * VARIANTS_PER_GENE : VARIANTS;
    kstring_t text = KS_INITIALIZE;
    int order[VARIANTS];
    char path[4096];
    bool ok;
    BGZF *out;

    snprintf(path, sizeof(path), "%s/%s.vcf.gz", folder, names[assay]);
    out = bgzf_open(path, "w6");
    if (!out)
        return err_set(err, ERR_INTERNAL, "cannot create %s: %s", path, strerror(errno));
    for (int v = 0; v < count; v++)
        order[v] = v;
    sorting = plan->variants;
    qsort(order, (size_t)count, sizeof(order[0]), in_genome_order);
    put_header(&text, assay, people, n);
    ok = flush(out, &text);
    for (int i = 0; ok && i < count; i++) {
        put_record(&text, order[i], &plan->variants[order[i]], assay, people, n);
        ok = flush(out, &text);
    }
    free(text.s);
    if (bgzf_close(out) != 0 || !ok)
        return err_set(err, ERR_INTERNAL, "cannot write %s", path);
    return true;
}

bool write_bed(const char *folder, enum assay assay, struct err *err)
{
    int count = assay == ASSAY_PANEL ? PANEL_GENES : GENES;
    char path[4096];
    FILE *out;

    snprintf(path, sizeof(path), "%s/%s.bed", folder, names[assay]);
    out = fopen(path, "w");
    if (!out)
        return err_set(err, ERR_INTERNAL, "cannot create %s: %s", path, strerror(errno));
    for (int g = 0; g < count; g++) /* BED starts at 0 and ends outside */
        fprintf(out, "chr%s\t%u\t%u\t%s\n", genes[g].chromosome, genes[g].start - 1, genes[g].end,
                genes[g].symbol);
    if (fclose(out) != 0)
        return err_set(err, ERR_INTERNAL, "cannot write %s: %s", path, strerror(errno));
    return true;
}
