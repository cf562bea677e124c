/*
 * Sequence Ontology terms in VEP's order of severity (Ensembl release 113), which is the order of
 * the bits; a term that is added later takes the next bit and says its rank. Terms of other
 * annotators and former names stand for today's name or, where they are finer, for the SO term
 * above them: a statement that stays true.
 */
#include "proto/query/vocabulary.h"

#include <string.h>
#include <strings.h>

struct term {
    const char *name;
    int rank;
};

static const struct term terms[CONSEQUENCE_BITS] = {
    {"transcript_ablation", 0},
    {"splice_acceptor_variant", 2},
    {"splice_donor_variant", 3},
    {"stop_gained", 4},
    {"frameshift_variant", 5},
    {"stop_lost", 6},
    {"start_lost", 7},
    {"transcript_amplification", 8},
    {"feature_elongation", 9},
    {"feature_truncation", 10},
    {"inframe_insertion", 11},
    {"inframe_deletion", 12},
    {"missense_variant", 13},
    {"protein_altering_variant", 14},
    {"splice_donor_5th_base_variant", 15},
    {"splice_region_variant", 16},
    {"splice_donor_region_variant", 17},
    {"splice_polypyrimidine_tract_variant", 18},
    {"incomplete_terminal_codon_variant", 19},
    {"start_retained_variant", 20},
    {"stop_retained_variant", 21},
    {"synonymous_variant", 22},
    {"coding_sequence_variant", 23},
    {"mature_miRNA_variant", 24},
    {"5_prime_UTR_variant", 25},
    {"3_prime_UTR_variant", 26},
    {"non_coding_transcript_exon_variant", 27},
    {"intron_variant", 28},
    {"NMD_transcript_variant", 29},
    {"non_coding_transcript_variant", 30},
    {"coding_transcript_variant", 31},
    {"upstream_gene_variant", 32},
    {"downstream_gene_variant", 33},
    {"TFBS_ablation", 34},
    {"TFBS_amplification", 35},
    {"TF_binding_site_variant", 36},
    {"regulatory_region_ablation", 37},
    {"regulatory_region_amplification", 38},
    {"regulatory_region_variant", 39},
    {"intergenic_variant", 40},
    {"sequence_variant", 41},
    {"exon_loss_variant", 1},
};

static const struct {
    const char *name;
    const char *stands_for;
} synonyms[] = {
    {"5_prime_UTR_premature_start_codon_gain_variant", "5_prime_UTR_variant"},
    {"5_prime_UTR_truncation", "5_prime_UTR_variant"},
    {"3_prime_UTR_truncation", "3_prime_UTR_variant"},
    {"complex_change_in_transcript", "coding_sequence_variant"},
    {"conserved_intergenic_variant", "intergenic_variant"},
    {"conserved_intron_variant", "intron_variant"},
    {"conservative_inframe_deletion", "inframe_deletion"},
    {"conservative_inframe_insertion", "inframe_insertion"},
    {"conservative_missense_variant", "missense_variant"},
    {"disruptive_inframe_deletion", "inframe_deletion"},
    {"disruptive_inframe_insertion", "inframe_insertion"},
    {"frameshift_elongation", "frameshift_variant"},
    {"frameshift_truncation", "frameshift_variant"},
    {"gene_variant", "sequence_variant"},
    {"inframe_codon_gain", "inframe_insertion"},
    {"inframe_codon_loss", "inframe_deletion"},
    {"initiator_codon_variant", "start_lost"},
    {"intragenic_variant", "sequence_variant"},
    {"miRNA", "mature_miRNA_variant"},
    {"nc_transcript_variant", "non_coding_transcript_variant"},
    {"nmd_transcript", "NMD_transcript_variant"},
    {"non_canonical_start_codon", "start_retained_variant"},
    {"non_coding_exon_variant", "non_coding_transcript_exon_variant"},
    {"non_conservative_missense_variant", "missense_variant"},
    {"rare_amino_acid_variant", "missense_variant"},
};

static bool same(const char *name, const char *text, size_t length)
{
    return strlen(name) == length && strncasecmp(name, text, length) == 0;
}

static int bit_of_name(const char *text, size_t length)
{
    for (int bit = 0; bit < CONSEQUENCE_BITS; bit++)
        if (same(terms[bit].name, text, length))
            return bit;
    return -1;
}

int consequence_bit(const char *term, size_t length)
{
    int bit = bit_of_name(term, length);

    if (bit >= 0)
        return bit;
    for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
        if (same(synonyms[i].name, term, length))
            return bit_of_name(synonyms[i].stands_for, strlen(synonyms[i].stands_for));
    return -1;
}

uint64_t consequence_mask(const char *list, size_t length, size_t *unknown)
{
    uint64_t mask = 0;
    size_t start = 0;

    for (size_t i = 0; i <= length; i++) {
        int bit;

        if (i < length && list[i] && !strchr("&,| ", list[i]))
            continue;
        bit = i > start ? consequence_bit(list + start, i - start) : -1;
        if (bit >= 0)
            mask |= UINT64_C(1) << bit;
        else if (i > start && unknown)
            ++*unknown;
        start = i + 1;
    }
    return mask;
}

int consequence_rank(uint64_t mask)
{
    int rank = CONSEQUENCE_BITS;

    for (int bit = 0; bit < CONSEQUENCE_BITS; bit++)
        if (mask >> bit & 1 && terms[bit].rank < rank)
            rank = terms[bit].rank;
    return rank;
}
