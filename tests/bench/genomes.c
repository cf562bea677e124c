/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench-genomes: many genomes from few, for measuring (reference: performance, section 4).
 *
 * Usage: bench-genomes IN.vcf.gz SITES PERSONS SEED OUT.bcf PERSONS.csv
 *
 * Each haplotype is a mosaic of the real ones of IN (a switch of source every 2,000 sites), so that
 * frequencies and linkage are as in life; behind each real site stand three rare ones whose number
 * of carriers k is drawn with weight 1/k, k <= 60. PERSONS.csv gives four persons in ten an age
 * over 50 and one in twenty the feature HP:0001250. The same seed gives the same bytes.
 */
#include <errno.h>
#include <htslib/vcf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/synth/dice.h"

#define SWITCH_SITES 2000
#define RARE_PER_SITE 3
#define RARE_CARRIERS_MAX 60

struct founders {
    int n_haplotypes;
    int n_sites;
    uint8_t *bits; /* n_sites rows of n_haplotypes bytes: 0 or 1 */
    hts_pos_t *positions;
    char (*alleles)[8]; /* "A,G" */
};

struct maker {
    const struct founders *founders;
    struct dice dice;
    int n_haplotypes;
    int *source; /* of each haplotype: which founder */
    int *leaves; /* at which site it takes another */
    int32_t *genotypes;
    htsFile *out;
    bcf_hdr_t *header;
    bcf1_t *record;
};

static void die(const char *what)
{
    fprintf(stderr, "bench-genomes: %s\n", what);
    exit(1);
}

static void *must(void *memory)
{
    if (!memory)
        die("no memory");
    return memory;
}

static bool is_snv(const bcf1_t *record)
{
    return record->n_allele == 2 && strlen(record->d.allele[0]) == 1 &&
           strlen(record->d.allele[1]) == 1;
}

static void take_site(struct founders *founders, const bcf_hdr_t *header, bcf1_t *record)
{
    static int32_t *genotypes;
    static int room;
    int n = bcf_get_genotypes(header, record, &genotypes, &room);
    int s = founders->n_sites++;

    if (n != founders->n_haplotypes)
        die("not every genotype of the input is diploid");
    for (int h = 0; h < n; h++)
        founders->bits[(size_t)s * (size_t)n + (size_t)h] = bcf_gt_allele(genotypes[h]) == 1;
    founders->positions[s] = record->pos;
    snprintf(founders->alleles[s], sizeof(founders->alleles[s]), "%s,%s", record->d.allele[0],
             record->d.allele[1]);
}

static void read_founders(struct founders *founders, const char *path, int sites)
{
    htsFile *in = must(hts_open(path, "r"));
    bcf_hdr_t *header = must(bcf_hdr_read(in));
    bcf1_t *record = must(bcf_init());
    hts_pos_t last = -1;

    founders->n_haplotypes = 2 * bcf_hdr_nsamples(header);
    founders->bits = must(malloc((size_t)sites * (size_t)founders->n_haplotypes));
    founders->positions = must(calloc((size_t)sites, sizeof(hts_pos_t)));
    founders->alleles = must(calloc((size_t)sites, 8));
    while (founders->n_sites < sites && bcf_read(in, header, record) == 0) {
        bcf_unpack(record, BCF_UN_ALL);
        if (!is_snv(record) || record->pos <= last + RARE_PER_SITE)
            continue; /* room for the rare ones behind each */
        last = record->pos;
        take_site(founders, header, record);
    }
    bcf_destroy(record);
    bcf_hdr_destroy(header);
    hts_close(in);
}

static void open_out(struct maker *maker, const char *path, int persons)
{
    char name[32];

    maker->out = must(hts_open(path, "wb1"));
    maker->header = must(bcf_hdr_init("w"));
    bcf_hdr_append(maker->header, "##reference=GRCh38");
    bcf_hdr_append(maker->header, "##contig=<ID=chr22,length=50818468>");
    bcf_hdr_append(maker->header, "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">");
    for (int p = 0; p < persons; p++) {
        snprintf(name, sizeof(name), "bench-%06d", p);
        bcf_hdr_add_sample(maker->header, name);
    }
    if (bcf_hdr_sync(maker->header) || bcf_hdr_write(maker->out, maker->header))
        die("cannot write the header");
    maker->record = must(bcf_init());
}

static void write_record(struct maker *maker, hts_pos_t position, const char *alleles)
{
    bcf_clear(maker->record);
    maker->record->rid = 0;
    maker->record->pos = position;
    bcf_update_alleles_str(maker->header, maker->record, alleles);
    bcf_update_genotypes(maker->header, maker->record, maker->genotypes, maker->n_haplotypes);
    if (bcf_write(maker->out, maker->header, maker->record))
        die("cannot write a record");
}

static void write_real(struct maker *maker, int site)
{
    const struct founders *founders = maker->founders;
    const uint8_t *row = founders->bits + (size_t)site * (size_t)founders->n_haplotypes;

    for (int h = 0; h < maker->n_haplotypes; h++) {
        if (maker->leaves[h] == site) {
            maker->source[h] = (int)dice_below(&maker->dice, (uint32_t)founders->n_haplotypes);
            maker->leaves[h] = site + 1 + (int)dice_below(&maker->dice, 2 * SWITCH_SITES);
        }
        maker->genotypes[h] = bcf_gt_phased(row[maker->source[h]]);
    }
    write_record(maker, founders->positions[site], founders->alleles[site]);
}

/* k with weight 1/k, by a table of whole numbers. */
static int draw_carriers(struct dice *dice)
{
    uint32_t total = 0, at;
    int k = 0;

    for (int i = 1; i <= RARE_CARRIERS_MAX; i++)
        total += 1000000u / (uint32_t)i;
    at = dice_below(dice, total);
    do {
        k++;
        if (at < 1000000u / (uint32_t)k)
            break;
        at -= 1000000u / (uint32_t)k;
    } while (k < RARE_CARRIERS_MAX);
    return k;
}

static void write_rare(struct maker *maker, hts_pos_t position)
{
    int k = draw_carriers(&maker->dice);

    for (int h = 0; h < maker->n_haplotypes; h++)
        maker->genotypes[h] = bcf_gt_phased(0);
    for (int i = 0; i < k; i++)
        maker->genotypes[dice_below(&maker->dice, (uint32_t)maker->n_haplotypes)] =
            bcf_gt_phased(1);
    write_record(maker, position, "A,T");
}

static void write_persons(const char *path, int persons, struct dice *dice)
{
    FILE *out = must(fopen(path, "w"));

    fprintf(out, "person,sex,age,kind,system,code\n");
    for (int p = 0; p < persons; p++) {
        int age =
            dice_chance(dice, 409000) ? 51 + (int)dice_below(dice, 40) : (int)dice_below(dice, 51);

        fprintf(out, "bench-%06d,%s,%d,,,\n", p, dice_chance(dice, 500000) ? "female" : "male",
                age);
        if (dice_chance(dice, 48500))
            fprintf(out, "bench-%06d,,,phenotype,hp,HP:0001250\n", p);
    }
    if (fclose(out))
        die("cannot write the persons");
}

int main(int argc, char **argv)
{
    struct founders founders = {0};
    struct maker maker = {.founders = &founders};
    int sites, persons;

    if (argc != 7)
        die("usage: bench-genomes IN.vcf.gz SITES PERSONS SEED OUT.bcf PERSONS.csv");
    sites = (int)strtol(argv[2], NULL, 10);
    persons = (int)strtol(argv[3], NULL, 10);
    if (sites < 1 || persons < 1 || persons > 1000000)
        die("SITES and PERSONS are whole numbers from 1");
    dice_seed(&maker.dice, strtoull(argv[4], NULL, 10));
    read_founders(&founders, argv[1], sites);
    maker.n_haplotypes = 2 * persons;
    maker.source = must(calloc((size_t)maker.n_haplotypes, sizeof(int)));
    maker.leaves = must(calloc((size_t)maker.n_haplotypes, sizeof(int)));
    maker.genotypes = must(calloc((size_t)maker.n_haplotypes, sizeof(int32_t)));
    open_out(&maker, argv[5], persons);
    for (int s = 0; s < founders.n_sites; s++) {
        write_real(&maker, s);
        for (int r = 1; r <= RARE_PER_SITE; r++)
            write_rare(&maker, founders.positions[s] + r);
    }
    if (hts_close(maker.out))
        die("cannot write the file");
    write_persons(argv[6], persons, &maker.dice);
    fprintf(stderr, "%d persons, %d sites\n", persons, founders.n_sites * (1 + RARE_PER_SITE));
    return 0;
}
