/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VCFs and gVCFs of a draft: each lists what its samples truly carry where it looks, and some sites
 * that nobody carries.
 */
#include <stdio.h>
#include <string.h>

#include "tests/order/draft.h"

#define SPOIL(variable, what, ...)                                                                 \
    static const char *const variable##_words[] = {__VA_ARGS__, NULL};                             \
    static const struct sheet_spoil variable = {what, variable##_words}

SPOIL(chrom_spoil, "CHROM", "");
SPOIL(pos_spoil, "POS", "abc", "-5", "1e4", "", "99999999999");
SPOIL(ref_spoil, "REF", "A!", "", "Q");
SPOIL(alt_spoil, "ALT", "C!", "", "<");
SPOIL(filter_spoil, "FILTER", "LowQual", "q10;s50");
SPOIL(format_spoil, "FORMAT", "XX:FT:DP:GQ", "", "FT:GT:DP:GQ", sheet_drop);
SPOIL(reference_spoil, "genotype, reference", "./.", ".", "./0", "abc", "0/9", "0/0/0/0/0", "");
SPOIL(het_spoil, "genotype, het", "./.", ".", "./1", "./0", "abc", "0/9", "0/1/0/0/1", "0/");
SPOIL(hom_spoil, "genotype, hom", "./.", ".", "./1", "abc", "9/1", "1/1/1/1/1");
SPOIL(second_spoil, "genotype, second allele", "./.", "./2", "abc", "0/9");
SPOIL(both_spoil, "genotype, both alleles", "./.", "./2", "1/.", "abc");
SPOIL(haploid_spoil, "genotype, one copy", ".", "abc", "9");
SPOIL(ft_spoil, "FT", "LowGQ", "q10;dp");
SPOIL(dp_spoil, "DP", "0", "x");
SPOIL(gq_spoil, "GQ", "0", "x");
SPOIL(shares_spoil, "FORMAT, shares", "GT:FT:DP:GQ:XF", "GT:FT:DP:GQ", "");
SPOIL(share_spoil, "share of reads", ".", "", "0.5x", "-1", "1.5", "0.1,0.2", "1e9");
SPOIL(block_depth_spoil, "block depth", "0", "2", "x");
SPOIL(block_quality_spoil, "block GQ", "0", "3", "x");
SPOIL(block_end_spoil, "block END", "x", "-1", "");
SPOIL(end_spoil, "END", "x", "-7", "", "5");
SPOIL(csq_key_spoil, "annotation missing", "XCSQ=", "CSQ=C|intron_variant|AAA1|T;CSQ=");
SPOIL(csq_allele_spoil, "annotation, allele", "TTTTT", "", "deletion");
SPOIL(csq_term_spoil, "annotation, term", "st0p_gained", "", "new_variant");
SPOIL(csq_gene_spoil, "annotation, gene", "");
SPOIL(csq_name_spoil, "annotation, name of a gene", "", "NEVERHEARD1");
SPOIL(csq_last_spoil, "annotation, columns", "T1|", sheet_drop);
SPOIL(af_key_spoil, "frequency missing", "XAF=", "SWEGENAF=0.9;SWEGENAF=");
SPOIL(af_spoil, "frequency", "-1", "nan", "0.0x1", "1.7", "");
SPOIL(clinvar_key_spoil, "ClinVar missing", "XSIG=", "CLNSIG=Benign;CLNSIG=");
SPOIL(clinvar_spoil, "ClinVar", "Path0genic", "unheard_of");
SPOIL(block_cut, "block", "");
SPOIL(bed_cut, "stretch of an assay", "");
SPOIL(assay_cut, "assay", "");
SPOIL(parts_cut, "an exchange, in parts", "");
SPOIL(type_spoil, "type of a sample", "tumuor", "");
SPOIL(taken_spoil, "day of a sample", "");

static const char *const consequences[] = {"stop_gained", "missense_variant", "synonymous_variant",
                                           "intron_variant"};
static const char *const frequencies[] = {"0.001", "0.2", "."};
static const char *const classes[] = {"Pathogenic", "Benign", "Likely_pathogenic", "."};

/* A file in hand. */
struct file {
    struct draft *draft;
    char name[16];
    bool is_37;
    bool blocks;
    bool whole;
    bool panel;          /* else, without whole: no assay */
    uint32_t start, end; /* of the panel, on chromosome 1, of GRCh38 */
    bool csq, af, clinvar;
    bool one_copy; /* a man's X with one copy */
    bool tumour;
    bool has[DRAFT_PERSONS_MAX];
};

static uint32_t place(const struct file *file, uint32_t position)
{
    return file->is_37 ? position - DRAFT_SHIFT : position;
}

static void header(struct file *file, const char *text)
{
    sheet_line(&file->draft->sheets, -1, NULL);
    sheet_put(&file->draft->sheets, "", text, NULL);
}

static void head(struct file *file)
{
    struct sheets *sheets = &file->draft->sheets;

    header(file, "##fileformat=VCFv4.2");
    header(file, file->is_37 ? "##contig=<ID=chr1,length=249250621>"
                             : "##contig=<ID=chr1,length=248956422>");
    header(file, file->is_37 ? "##contig=<ID=chrX,length=155270560>"
                             : "##contig=<ID=chrX,length=156040895>");
    header(file, "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">");
    if (file->draft->on_mt)
        header(file, "##contig=<ID=chrM,length=16569>");
    if (file->csq)
        header(file, "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"from VEP. Format: "
                     "Allele|Consequence|SYMBOL|Feature\">");
    if (file->af)
        header(file, "##INFO=<ID=SWEGENAF,Number=A,Type=Float,Description=\"f\">");
    if (file->tumour)
        header(file, "##INFO=<ID=SOMATIC,Number=0,Type=Flag,Description=\"s\">");
    if (file->clinvar)
        header(file, "##INFO=<ID=CLNSIG,Number=A,Type=String,Description=\"c\">");
    sheet_line(sheets, -1, NULL);
    sheet_put(sheets, "", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT", NULL);
    for (size_t p = 0; p < file->draft->n_persons; p++)
        if (file->has[p])
            sheet_number(sheets, "\tP", (long)p, NULL);
}

/* ---- annotation ------------------------------------------------------------------------------ */

static void csq_entry(struct file *file, const struct draft_variant *v, unsigned k,
                      const char *gene, bool first)
{
    struct sheets *sheets = &file->draft->sheets;
    const char *term = gene ? consequences[v->consequence[k]] : "intergenic_variant";
    /* VEP leaves out the base that both begin with. */
    const char *allele = v->ref[0] != v->alt[k][0] || strlen(v->ref) == strlen(v->alt[k])
                             ? v->alt[k]
                         : v->alt[k][1] ? v->alt[k] + 1
                                        : "-";

    sheet_put(sheets, first ? "" : ",", allele, &csq_allele_spoil);
    sheet_put(sheets, "|", term, &csq_term_spoil);
    sheet_put(sheets, "|", gene ? gene : "",
              !gene                      ? NULL
              : file->draft->keeps_genes ? &csq_name_spoil
                                         : &csq_gene_spoil);
    sheet_put(sheets, "|", gene ? gene : "T1", &csq_last_spoil);
}

/* An entry for every gene whose span meets the variant; between genes, one that says so. */
static void csq(struct file *file, const struct draft_variant *v)
{
    bool first = true;

    sheet_put(&file->draft->sheets, ";", "CSQ=", &csq_key_spoil);
    for (unsigned k = 0; k < 2 && v->alt[k]; k++) {
        bool named = false;

        for (unsigned g = 0; g + 1 < DRAFT_GENES; g++)
            if (draft_spans[g].chromosome == v->chromosome && draft_spans[g].start <= v->position &&
                v->position <= draft_spans[g].end) {
                csq_entry(file, v, k, draft_genes[g], first);
                named = true;
                first = false;
            }
        if (!named)
            csq_entry(file, v, k, v->stray ? draft_genes[DRAFT_GENES - 1] : NULL, first);
        first = false;
    }
}

static void info(struct file *file, const struct draft_variant *v)
{
    struct sheets *sheets = &file->draft->sheets;

    sheet_put(sheets, "\t", "NS=1", NULL);
    if (v->length) {
        sheet_number(sheets, ";END=", place(file, v->position) + v->length, &end_spoil);
        return;
    }
    if (file->csq)
        csq(file, v);
    if (file->af) {
        sheet_put(sheets, ";", "SWEGENAF=", &af_key_spoil);
        for (unsigned k = 0; k < 2 && v->alt[k]; k++)
            sheet_put(sheets, k ? "," : "", frequencies[v->frequency[k]], &af_spoil);
    }
    if (file->clinvar) {
        sheet_put(sheets, ";", "CLNSIG=", &clinvar_key_spoil);
        for (unsigned k = 0; k < 2 && v->alt[k]; k++)
            sheet_put(sheets, k ? "," : "", classes[v->clinvar[k]], &clinvar_spoil);
    }
}

/* ---- genotypes ------------------------------------------------------------------------------- */

static void genotype(struct file *file, size_t p, const struct draft_variant *v, unsigned is)
{
    static const char *const two[] = {"0/0", "0/1", "1/1", "0/2", "1/2"};
    static const char *const one[] = {"0", "1", "1", "2", "1"};
    static const struct sheet_spoil *const spoils[] = {&reference_spoil, &het_spoil, &hom_spoil,
                                                       &second_spoil, &both_spoil};
    struct sheets *sheets = &file->draft->sheets;
    bool man = v->chromosome == 23 && file->draft->persons[p].sex == 2;

    if (man && file->one_copy)
        sheet_put(sheets, "\t", one[is], &haploid_spoil);
    else
        sheet_put(sheets, "\t", man && is == DRAFT_HET ? "1/1" : two[is],
                  man && is == DRAFT_HET ? &hom_spoil : spoils[is]);
    sheet_put(sheets, ":", "PASS", &ft_spoil);
    sheet_put(sheets, ":", "30", &dp_spoil);
    sheet_put(sheets, ":", "60", &gq_spoil);
}

static unsigned seen(const struct file *file, size_t p, size_t v)
{
    bool there = file->has[p] && (file->tumour || !file->draft->variants[v].somatic);

    return there ? file->draft->persons[p].genotype[v] : DRAFT_REF;
}

static bool carried(const struct file *file, size_t v)
{
    for (size_t p = 0; p < file->draft->n_persons; p++)
        if (seen(file, p, v) != DRAFT_REF)
            return true;
    return false;
}

static void begin_record(struct file *file, const struct draft_variant *v, int group, bool in_parts)
{
    struct sheets *sheets = &file->draft->sheets;

    sheet_line(sheets, group, in_parts ? &parts_cut : NULL);
    sheet_put(sheets, "", v->chromosome == 23 ? "chrX" : "chr1", &chrom_spoil);
    sheet_number(sheets, "\t", place(file, v->position), &pos_spoil);
    sheet_put(sheets, "\t.\t", v->ref, &ref_spoil);
}

static void end_record(struct file *file)
{
    sheet_put(&file->draft->sheets, "\t", "GT:FT:DP:GQ", &format_spoil);
}

/* Base k of an exchange of as many, in whose place it may stand: unannotated, all calls as there.
 */
static void part(struct file *file, size_t at, size_t instead_of, size_t k)
{
    static const char *const two[] = {"0/0", "0/1", "1/1"};
    static const char *const one[] = {"0", "1", "1"};
    const struct draft_variant *v = &file->draft->variants[at];
    struct sheets *sheets = &file->draft->sheets;
    char text[64];

    sheet_line(sheets, (int)at, NULL);
    sheet_instead_of(sheets, instead_of);
    snprintf(text, sizeof(text), "%s\t%u\t.\t%c\t%c%s\t.\tPASS\tNS=1\tGT:FT:DP:GQ",
             v->chromosome == 23 ? "chrX" : "chr1", place(file, v->position) + (unsigned)k,
             v->ref[k], v->alt[0][k], file->blocks ? ",<NON_REF>" : "");
    sheet_put(sheets, "", text, NULL);
    for (size_t p = 0; p < file->draft->n_persons; p++) {
        bool man = v->chromosome == 23 && file->draft->persons[p].sex == 2;
        unsigned is = seen(file, p, at);

        if (!file->has[p])
            continue;
        snprintf(text, sizeof(text), "%s:PASS:30:60",
                 man && file->one_copy    ? one[is]
                 : man && is == DRAFT_HET ? "1/1"
                                          : two[is]);
        sheet_put(sheets, "\t", text, NULL);
    }
}

static void record(struct file *file, size_t at)
{
    const struct draft_variant *v = &file->draft->variants[at];
    struct sheets *sheets = &file->draft->sheets;
    const char *filter = draft_chance(file->draft, 3) ? "LowQual" : "PASS";
    bool in_parts = v->in_parts && strcmp(filter, "PASS") == 0;
    char alt[32];

    snprintf(alt, sizeof(alt), "%s%s%s%s", v->alt[0], v->alt[1] ? "," : "",
             v->alt[1] ? v->alt[1] : "", file->blocks ? ",<NON_REF>" : "");
    begin_record(file, v, (int)at, in_parts);
    sheet_put(sheets, "\t", alt, &alt_spoil);
    sheet_put(sheets, "\t.\t", filter, &filter_spoil);
    info(file, v);
    end_record(file);
    for (size_t p = 0; p < file->draft->n_persons; p++)
        if (file->has[p])
            genotype(file, p, v, seen(file, p, at));
    for (size_t k = 0, line = sheets->n_lines - 1; in_parts && k < 2; k++)
        part(file, at, line, k);
}

/* The variant on MT, which every file lists that looks at all of the genome. */
static void record_on_mt(struct file *file)
{
    struct sheets *sheets = &file->draft->sheets;

    sheet_line(sheets, -1, NULL);
    sheet_put(sheets, "", "chrM", &chrom_spoil);
    sheet_number(sheets, "\t", place(file, DRAFT_MT_POSITION), &pos_spoil);
    sheet_put(sheets, "\t.\t", "A", &ref_spoil);
    sheet_put(sheets, "\t", "G", &alt_spoil);
    sheet_put(sheets, "\t.\t", "PASS", &filter_spoil);
    sheet_put(sheets, "\t", "NS=1", NULL);
    sheet_put(sheets, "\t", "GT:FT:DP:GQ:AF", &shares_spoil);
    for (size_t p = 0; p < file->draft->n_persons; p++) {
        unsigned share = file->draft->persons[p].share;

        if (!file->has[p])
            continue;
        sheet_put(sheets, "\t", share ? "0/1" : "0/0", share ? &het_spoil : &reference_spoil);
        sheet_put(sheets, ":", "PASS", &ft_spoil);
        sheet_put(sheets, ":", "30", &dp_spoil);
        sheet_put(sheets, ":", "60", &gq_spoil);
        sheet_put(sheets, ":", share ? draft_shares[share] : "0", share ? &share_spoil : NULL);
    }
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void block(struct file *file, unsigned chromosome, uint32_t start, uint32_t end)
{
    struct sheets *sheets = &file->draft->sheets;
    const struct draft_variant v = {.chromosome = chromosome, .position = start, .ref = "A"};

    sheet_line(sheets, -1, &block_cut);
    sheet_put(sheets, "", v.chromosome == 23 ? "chrX" : "chr1", &chrom_spoil);
    sheet_number(sheets, "\t", place(file, start), &pos_spoil);
    sheet_put(sheets, "\t.\tA\t<NON_REF>\t.\t", ".", &filter_spoil);
    sheet_number(sheets, "\tEND=", place(file, end), &block_end_spoil);
    sheet_put(sheets, "\t", "GT:DP:GQ:MIN_DP", &format_spoil);
    sheet_put(sheets, "\t", "0/0", &reference_spoil);
    sheet_put(sheets, ":30:", "60", &block_quality_spoil);
    sheet_put(sheets, ":", "25", &block_depth_spoil);
}

/* Blocks from start up to end, a stretch of no block now and then. */
static void blocks(struct file *file, unsigned chromosome, uint32_t start, uint32_t end)
{
    while (start < end) {
        uint32_t stop = start + 400 + draft_draw(file->draft, 5000);

        if (stop > end)
            stop = end;
        if (!draft_chance(file->draft, 10))
            block(file, chromosome, start, stop - 1);
        start = stop;
    }
}

/* All of a chromosome that anything is asked about. */
static void chromosome(struct file *file, unsigned chromosome, uint32_t start, uint32_t end)
{
    struct draft *draft = file->draft;

    for (size_t i = 0; i < draft->n_variants; i++) {
        const struct draft_variant *v = &draft->variants[i];

        if (v->chromosome != chromosome || v->length ||
            (!carried(file, i) && draft_chance(draft, 70)))
            continue;
        blocks(file, chromosome, start, v->position);
        record(file, i);
        start = v->position + (uint32_t)strlen(v->ref);
    }
    blocks(file, chromosome, start, end);
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool looks_at(const struct file *file, const struct draft_variant *v)
{
    return !file->panel || (v->chromosome == 1 && file->start <= v->position &&
                            v->position + 4 + v->length <= file->end);
}

static void records(struct file *file)
{
    struct draft *draft = file->draft;

    for (size_t i = 0; i < draft->n_variants; i++)
        if (looks_at(file, &draft->variants[i]) && (carried(file, i) || draft_chance(draft, 30)))
            record(file, i);
}

static void put_assay(struct file *file)
{
    struct sheets *sheets = &file->draft->sheets;
    char name[32];

    snprintf(name, sizeof(name), "%s.assay", file->name);
    sheet_begin(sheets, SHEET_ASSAY, name);
    if (file->whole || file->panel) {
        sheet_line(sheets, -1, &assay_cut);
        sheet_put(sheets, "", file->whole ? "whole" : "panel", NULL);
    }
    snprintf(name, sizeof(name), "%s.bed", file->name);
    sheet_begin(sheets, SHEET_BED, name);
    for (uint32_t at = file->start; file->panel && at < file->end; at += 1000) {
        char text[64];

        snprintf(text, sizeof(text), "chr1\t%u\t%u", place(file, at) - 1, place(file, at) + 999);
        sheet_line(sheets, -1, &bed_cut);
        sheet_put(sheets, "", text, NULL);
    }
}

/* Of what its samples are. A somatic file says so in its header as well. */
static void put_samples(struct file *file)
{
    static const char *const days[] = {"2020-04-20", "2019-06-10", "2020-03-05", ""};
    struct sheets *sheets = &file->draft->sheets;
    char name[32];

    snprintf(name, sizeof(name), "%s.samples", file->name);
    sheet_begin(sheets, SHEET_SAMPLES, name);
    sheet_line(sheets, -1, NULL);
    sheet_put(sheets, "", "sample,person,type,taken", NULL);
    for (size_t p = 0; p < file->draft->n_persons; p++)
        if (file->has[p]) {
            const char *day = file->tumour ? days[(file->start / 1000 + p) % 4] : "";

            sheet_line(sheets, -1, NULL);
            sheet_number(sheets, "P", (long)p, NULL);
            sheet_number(sheets, ",P", (long)p, NULL);
            sheet_put(sheets, ",", file->tumour ? "tumour" : "germline",
                      file->tumour ? &type_spoil : NULL);
            sheet_put(sheets, ",", day, *day ? &taken_spoil : NULL);
        }
}

static void choose(struct draft *draft, struct file *file)
{
    unsigned kind = draft_draw(draft, 10), chosen = draft_draw(draft, (uint32_t)draft->n_persons);

    file->is_37 = draft_chance(draft, 15);
    file->blocks = kind < 3;
    file->whole = kind >= 3 && kind < 7;
    file->panel = kind >= 7 && kind < 9;
    file->start = 9000 + 1000 * draft_draw(draft, 3);
    file->end = file->start + 2000 + 1000 * draft_draw(draft, 10);
    file->csq = !file->blocks && draft_chance(draft, 65);
    file->af = !file->blocks && draft_chance(draft, 50);
    file->clinvar = !file->blocks && draft_chance(draft, 50);
    file->one_copy = draft_chance(draft, 50);
    for (size_t p = 0; p < draft->n_persons; p++)
        file->has[p] = file->blocks ? p == chosen : draft_chance(draft, 65);
    file->has[chosen] = true;
    file->tumour = draft->is_rich && !file->blocks && draft_chance(draft, 20);
    for (size_t p = 0; p < draft->n_persons; p++)
        file->has[p] &= !file->tumour || p == chosen;
}

void draft_genomes(struct draft *draft)
{
    unsigned n = 1 + draft_draw(draft, 2);
    bool one_copy = false; /* as the first file: 1/1 and 1 of one man contradict each other */

    for (unsigned i = 0; i < n; i++) {
        struct file file = {.draft = draft};

        snprintf(file.name, sizeof(file.name), "v%u.vcf", i);
        choose(draft, &file);
        one_copy = i ? one_copy : file.one_copy;
        file.one_copy = one_copy;
        put_assay(&file);
        if (draft->is_rich)
            put_samples(&file);
        sheet_begin(&draft->sheets, SHEET_VCF, file.name);
        head(&file);
        if (!file.blocks) {
            records(&file);
            if (draft->on_mt && !file.panel)
                record_on_mt(&file);
            continue;
        }
        chromosome(&file, 1, 9000, 22000);
        chromosome(&file, 23, 49999000, 50003000);
    }
}
