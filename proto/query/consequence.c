/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequence Ontology terms in VEP's order of severity (Ensembl release 113), which is also the order
 * of their bits; a term that is added later takes the next bit and states its rank. Former names,
 * and terms of other annotators, are read as today's name; a term that is finer than any here is
 * read as the SO term above it, which is still true of the variant. "initiator_codon_variant" is
 * not known: VEP meant a start that is lost by it, SnpEff one that is kept.
 */
#include "proto/query/consequence.h"

#include <string.h>
#include <strings.h>

struct so_term {
    const char *name;
    int rank;
    bool outside; /* the variant lies outside all transcripts of the gene that is named with the
                   * term */
};

static const struct so_term terms[CONSEQUENCE_BITS] = {
    {"transcript_ablation", 0, false},
    {"splice_acceptor_variant", 2, false},
    {"splice_donor_variant", 3, false},
    {"stop_gained", 4, false},
    {"frameshift_variant", 5, false},
    {"stop_lost", 6, false},
    {"start_lost", 7, false},
    {"transcript_amplification", 8, false},
    {"feature_elongation", 9, false},
    {"feature_truncation", 10, false},
    {"inframe_insertion", 11, false},
    {"inframe_deletion", 12, false},
    {"missense_variant", 13, false},
    {"protein_altering_variant", 14, false},
    {"splice_donor_5th_base_variant", 15, false},
    {"splice_region_variant", 16, false},
    {"splice_donor_region_variant", 17, false},
    {"splice_polypyrimidine_tract_variant", 18, false},
    {"incomplete_terminal_codon_variant", 19, false},
    {"start_retained_variant", 20, false},
    {"stop_retained_variant", 21, false},
    {"synonymous_variant", 22, false},
    {"coding_sequence_variant", 23, false},
    {"mature_miRNA_variant", 24, false},
    {"5_prime_UTR_variant", 25, false},
    {"3_prime_UTR_variant", 26, false},
    {"non_coding_transcript_exon_variant", 27, false},
    {"intron_variant", 28, false},
    {"NMD_transcript_variant", 29, false},
    {"non_coding_transcript_variant", 30, false},
    {"coding_transcript_variant", 31, false},
    {"upstream_gene_variant", 32, true},
    {"downstream_gene_variant", 33, true},
    {"TFBS_ablation", 34, true},
    {"TFBS_amplification", 35, true},
    {"TF_binding_site_variant", 36, true},
    {"regulatory_region_ablation", 37, true},
    {"regulatory_region_amplification", 38, true},
    {"regulatory_region_variant", 39, true},
    {"intergenic_variant", 40, true},
    {"sequence_variant", 41, false},
    {"exon_loss_variant", 1, false},
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
    {"intragenic_variant", "sequence_variant"},
    {"miRNA", "mature_miRNA_variant"},
    {"nc_transcript_variant", "non_coding_transcript_variant"},
    {"nmd_transcript", "NMD_transcript_variant"},
    {"non_canonical_start_codon", "start_retained_variant"},
    {"non_coding_exon_variant", "non_coding_transcript_exon_variant"},
    {"non_conservative_missense_variant", "missense_variant"},
    {"rare_amino_acid_variant", "missense_variant"},
    {"intergenic_region", "intergenic_variant"},
    /* bcftools csq */
    {"3_prime_utr", "3_prime_UTR_variant"},
    {"5_prime_utr", "5_prime_UTR_variant"},
    {"coding_sequence", "coding_sequence_variant"},
    {"frameshift", "frameshift_variant"},
    {"inframe_altering", "protein_altering_variant"},
    {"intergenic", "intergenic_variant"},
    {"intron", "intron_variant"},
    {"missense", "missense_variant"},
    {"non_coding", "non_coding_transcript_variant"},
    {"splice_acceptor", "splice_acceptor_variant"},
    {"splice_donor", "splice_donor_variant"},
    {"splice_region", "splice_region_variant"},
    {"start_retained", "start_retained_variant"},
    {"stop_retained", "stop_retained_variant"},
    {"synonymous", "synonymous_variant"},
    /* SnpEff before its version 4: EFF */
    {"CDS", "coding_sequence_variant"},
    {"CODON_CHANGE", "coding_sequence_variant"},
    {"CODON_CHANGE_PLUS_CODON_DELETION", "inframe_deletion"},
    {"CODON_CHANGE_PLUS_CODON_INSERTION", "inframe_insertion"},
    {"CODON_DELETION", "inframe_deletion"},
    {"CODON_INSERTION", "inframe_insertion"},
    {"DOWNSTREAM", "downstream_gene_variant"},
    {"EXON_DELETED", "exon_loss_variant"},
    {"FRAME_SHIFT", "frameshift_variant"},
    {"INTERGENIC_CONSERVED", "intergenic_variant"},
    {"INTRAGENIC", "sequence_variant"},
    {"INTRON_CONSERVED", "intron_variant"},
    {"NON_SYNONYMOUS_CODING", "missense_variant"},
    {"NON_SYNONYMOUS_START", "start_retained_variant"},
    {"RARE_AMINO_ACID", "missense_variant"},
    {"SPLICE_SITE_ACCEPTOR", "splice_acceptor_variant"},
    {"SPLICE_SITE_DONOR", "splice_donor_variant"},
    {"SPLICE_SITE_REGION", "splice_region_variant"},
    {"START_GAINED", "5_prime_UTR_variant"},
    {"SYNONYMOUS_CODING", "synonymous_variant"},
    {"SYNONYMOUS_START", "start_retained_variant"},
    {"SYNONYMOUS_STOP", "stop_retained_variant"},
    {"UPSTREAM", "upstream_gene_variant"},
    {"UTR_3_DELETED", "3_prime_UTR_variant"},
    {"UTR_3_PRIME", "3_prime_UTR_variant"},
    {"UTR_5_DELETED", "5_prime_UTR_variant"},
    {"UTR_5_PRIME", "5_prime_UTR_variant"},
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

/* True of a word that only says that a gene, or its coding sequence, is changed: how is left open.
 * SnpEff's "intragenic" is none: no transcript is hit. */
static bool leaves_open(const char *term, size_t length, int bit)
{
    return (bit == bit_of_name("sequence_variant", 16) ||
            bit == bit_of_name("coding_sequence_variant", 23)) &&
           (length < 10 || strncasecmp(term, "intragenic", 10) != 0);
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
    bool said = length == 0; /* a word since the last separator that is no blank */

    for (size_t i = 0; i <= length; i++) {
        bool parts = i == length || (list[i] && strchr("&,|+", list[i]));
        int bit;

        if (i < length && list[i] && !strchr("&,|+ ", list[i]))
            continue;
        bit = i > start ? consequence_bit(list + start, i - start) : -1;
        if (bit >= 0)
            mask |= UINT64_C(1) << bit |
                    (leaves_open(list + start, i - start, bit) ? CONSEQUENCE_UNREAD : 0);
        else if ((i > start || (parts && !said)) && unknown)
            ++*unknown;
        said = !parts && (said || i > start);
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

bool consequence_in_gene(uint64_t mask)
{
    for (mask &= (UINT64_C(1) << CONSEQUENCE_BITS) - 1; mask; mask &= mask - 1)
        if (!terms[__builtin_ctzll(mask)].outside)
            return true;
    return false;
}
