/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/synth/genome.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct gene genes[GENES] = {
    /* on the panel */
    {"BRCA1", "17", 43044295, 43125364},
    {"BRCA2", "13", 32315086, 32400268},
    {"TP53", "17", 7661779, 7687550},
    {"ATM", "11", 108222484, 108369102},
    {"PALB2", "16", 23603160, 23641310},
    {"CHEK2", "22", 28687743, 28742422},
    {"PTEN", "10", 87862638, 87971930},
    {"CDH1", "16", 68737290, 68835537},
    {"MUTYH", "1", 45329163, 45340893},
    {"APC", "5", 112707498, 112846239},
    {"MLH1", "3", 36993226, 37050896},
    {"MSH2", "2", 47402969, 47663146},
    {"RB1", "13", 48303744, 48599436},
    {"WT1", "11", 32387775, 32435564},
    {"ALK", "2", 29190992, 29921589},
    {"EGFR", "7", 55019017, 55211628},
    {"KRAS", "12", 25204789, 25250936},
    {"BRAF", "7", 140719327, 140924929},
    {"PIK3CA", "3", 179148114, 179240093},
    {"FLT3", "13", 28003274, 28100592},
    /* read by whole-genome sequencing only */
    {"SCN1A", "2", 165984641, 166149214},
    {"SCN2A", "2", 165239402, 165392304},
    {"KCNQ2", "20", 63400208, 63472655},
    {"STXBP1", "9", 127611912, 127696029},
    {"TSC1", "9", 132891348, 132946874},
    {"TSC2", "16", 2047985, 2089491},
    {"NF1", "17", 31094927, 31382116},
    {"CFTR", "7", 117287120, 117715971},
    {"PAH", "12", 102836889, 102958441},
    {"GBA1", "1", 155234452, 155244699},
    {"HBB", "11", 5225464, 5229395},
    {"COL1A1", "17", 50183289, 50201632},
    {"FBN1", "15", 48408313, 48645709},
    {"LDLR", "19", 11089463, 11133820},
    {"RET", "10", 43077069, 43130351},
    {"PKD1", "16", 2088708, 2135898},
    {"MYH7", "14", 23412740, 23435677},
    {"SMN1", "5", 70924941, 70953015},
    {"DMD", "X", 31097677, 33339388},
    {"MECP2", "X", 154021573, 154137103},
    {"GLA", "X", 101397803, 101407925},
    {"OTC", "X", 38327598, 38422928},
};

/* The pattern that each gene repeats. */
static const struct shape {
    const char *consequence;
    const char *clinical;
    uint32_t per_million;
    uint8_t truncating;
    uint8_t missense_or_worse;
} shapes[VARIANTS_PER_GENE] = {
    {"5_prime_UTR_variant", "", 20000, 0, 0},
    {"missense_variant", "Benign", 30000, 0, 1},
    {"intron_variant", "", 150000, 0, 0},
    {"stop_gained", "Pathogenic", 600, 1, 1},
    {"synonymous_variant", "Benign", 60000, 0, 0},
    {"missense_variant", "Uncertain_significance", 2000, 0, 1},
    {"intron_variant", "", 240000, 0, 0},
    {"frameshift_variant", "Pathogenic", 500, 1, 1},
    {"missense_variant", "Likely_pathogenic", 300, 0, 1},
    {"intron_variant", "", 5000, 0, 0},
    {"splice_donor_variant", "Likely_pathogenic", 300, 1, 1},
    {"synonymous_variant", "", 1500, 0, 0},
    {"missense_variant", "Uncertain_significance", 800, 0, 1},
    {"intron_variant", "", 90000, 0, 0},
    {"inframe_deletion", "Uncertain_significance", 400, 0, 1},
    {"missense_variant", "Likely_benign", 9000, 0, 1},
    {"intron_variant", "", 40000, 0, 0},
    {"frameshift_variant", "Pathogenic", 200, 1, 1},
    {"synonymous_variant", "Likely_benign", 12000, 0, 0},
    {"missense_variant", "Pathogenic", 250, 0, 1},
    {"intron_variant", "", 310000, 0, 0},
    {"stop_gained", "Likely_pathogenic", 150, 1, 1},
    {"missense_variant", "", 5000, 0, 1},
    {"3_prime_UTR_variant", "", 70000, 0, 0},
};

static void make_alleles(struct dice *dice, struct variant *variant)
{
    static const char bases[] = "ACGT";
    uint32_t ref = dice_below(dice, 4);
    uint32_t alt = (ref + 1 + dice_below(dice, 3)) % 4;

    if (strcmp(variant->consequence, "frameshift_variant") == 0)
        snprintf(variant->ref, sizeof(variant->ref), "%c%c", bases[ref], bases[alt]);
    else if (strcmp(variant->consequence, "inframe_deletion") == 0)
        snprintf(variant->ref, sizeof(variant->ref), "%c%c%c%c", bases[ref], bases[alt], bases[ref],
                 bases[alt]);
    else
        snprintf(variant->ref, sizeof(variant->ref), "%c", bases[ref]);
    snprintf(variant->alt, sizeof(variant->alt), "%c", variant->ref[1] ? bases[ref] : bases[alt]);
}

void genome_make(struct dice *dice, struct variant variants[VARIANTS])
{
    for (int g = 0; g < GENES; g++) {
        uint32_t step = (genes[g].end - genes[g].start) / (VARIANTS_PER_GENE + 1);

        for (int j = 0; j < VARIANTS_PER_GENE; j++) {
            struct variant *variant = &variants[g * VARIANTS_PER_GENE + j];

            *variant = (struct variant){
                .gene = &genes[g],
                .position = genes[g].start + step * (uint32_t)(j + 1) + dice_below(dice, step / 2),
                .consequence = shapes[j].consequence,
                .clinical = shapes[j].clinical,
                .per_million = shapes[j].per_million,
                .truncating = shapes[j].truncating,
                .missense_or_worse = shapes[j].missense_or_worse,
            };
            make_alleles(dice, variant);
        }
    }
}

int gene_index(const char *symbol)
{
    for (int g = 0; g < GENES; g++)
        if (strcmp(genes[g].symbol, symbol) == 0)
            return g;
    assert(false && "a gene of the table");
    return 0;
}
