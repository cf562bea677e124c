/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splitter's promises: columns are found by the header's names in any order; of a gene's
 * transcripts MANE Select decides, then MANE Plus Clinical, canonical, the most severe; each entry
 * goes to the allele that it names, in each of VEP's spellings; an allele to which an entry may be
 * lost (ambiguous, unmatched, without its columns, of unknown terms) is not complete, and what
 * another transcript might have decided is not said; nothing unknown is dropped silently.
 */
#include "tests/unit/import/bench.h"

#include <stdio.h>
#include <string.h>

#include "node/import/vep.h"
#include "proto/query/vocabulary.h"

struct bench {
    struct vep_format format;
    struct vep_allele alleles[4];
    struct text_span alts[4];
    size_t n;
    struct vep_faults faults;
};

static void read_format(struct bench *b, const char *description)
{
    *b = (struct bench){0};
    assert_true(vep_format_read(&b->format, description, strlen(description)));
}

static void read_line(struct bench *b, const char *ref, const char *alts, const char *value)
{
    b->n = 0;
    b->faults = (struct vep_faults){0};
    for (const char *p = alts; *p;) {
        size_t length = strcspn(p, ",");

        vep_allele_init(&b->alleles[b->n]);
        b->alts[b->n++] = (struct text_span){p, length};
        p += length + (p[length] == ',');
    }
    vep_read(&b->format, (struct text_span){value, strlen(value)},
             &(struct vep_line){{ref, strlen(ref)}, b->alts, b->n}, b->alleles, &b->faults);
}

static uint64_t bit(const char *term)
{
    int n = consequence_bit(term, strlen(term));

    assert_true(n >= 0);
    return UINT64_C(1) << n;
}

static void check_gene(const struct vep_allele *allele, uint32_t at, const char *name,
                       uint64_t consequences, enum note_picked_by picked_by)
{
    assert_true(at < allele->n_genes);
    assert_string_equal(allele->genes[at].name, name);
    assert_true(allele->genes[at].consequences == consequences);
    assert_int_equal(allele->genes[at].picked_by, picked_by);
}

#define VEP                                                                                        \
    "Consequence annotations from Ensembl VEP. Format: "                                           \
    "Allele|Consequence|SYMBOL|Gene|CANONICAL|MANE_SELECT|MANE_PLUS_CLINICAL|gnomAD_AF|CLIN_SIG"

static void test_columns_are_found_by_name_in_any_order(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, "... Format: SYMBOL|X|Consequence|Allele");
    read_line(&b, "A", "C", "TP53|x|stop_gained|C");
    check_gene(&b.alleles[0], 0, "TP53", bit("stop_gained"), NOTE_WORST);
    read_format(&b,
                "Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name'");
    assert_int_equal(b.format.form, VEP_FORM_ANN);
    read_line(&b, "A", "C", "C|missense_variant&splice_region_variant|MODERATE|KRAS");
    check_gene(&b.alleles[0], 0, "KRAS", bit("missense_variant") | bit("splice_region_variant"),
               NOTE_WORST);
}

static void test_a_format_without_consequence_or_form_is_refused(void **state)
{
    struct vep_format format;

    (void)state;
    assert_false(vep_format_read(&format, "Format: Allele|SYMBOL", 21));
    assert_false(vep_format_read(&format, "some text", 9));
    assert_false(vep_format_read(&format, "", 0));
}

static void test_the_transcript_is_chosen_by_the_documented_rule(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    read_line(&b, "A", "C",
              "C|stop_gained|G1|||||||,C|intron_variant|G1||||NM_9|||,"
              "C|missense_variant|G1||YES||||");
    assert_int_equal(b.faults.columns, 2); /* the first two have a column too many */
    check_gene(&b.alleles[0], 0, "G1", CONSEQUENCE_UNREAD, NOTE_CANONICAL);
    assert_false(vep_allele_complete(&b.alleles[0]));
    read_line(&b, "A", "C",
              "C|stop_gained|G1||YES||||,C|intron_variant|G1||||NM_9||,"
              "C|synonymous_variant|G1|||NM_1|||");
    check_gene(&b.alleles[0], 0, "G1", bit("synonymous_variant"), NOTE_MANE);
    read_line(&b, "A", "C", "C|stop_gained|G1||YES||||,C|intron_variant|G1||||NM_9||");
    check_gene(&b.alleles[0], 0, "G1", bit("intron_variant"), NOTE_MANE);
    read_line(&b, "A", "C", "C|intron_variant|G1||||||,C|stop_gained|G1||||||");
    check_gene(&b.alleles[0], 0, "G1", bit("stop_gained"), NOTE_WORST);
}

static void test_each_gene_has_its_own_row_and_no_gene_one_too(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    read_line(&b, "A", "C",
              "C|missense_variant|G1||||||,C|upstream_gene_variant|G2||||||,"
              "C|intron_variant||ENSG3|||||,C|regulatory_region_variant|||||||");
    assert_int_equal(b.alleles[0].n_genes, 3);
    check_gene(&b.alleles[0], 1, "ENSG3", bit("intron_variant"), NOTE_WORST);
    check_gene(&b.alleles[0], 2, "",
               bit("regulatory_region_variant") | bit("upstream_gene_variant"), NOTE_WORST);
    assert_true(vep_allele_complete(&b.alleles[0]));
}

/* A transcript of the gene must overlap the variant; which one decides is another matter. */
static void test_upstream_downstream_and_between_are_in_no_gene(void **state)
{
    static const char *const outside[] = {
        "C|upstream_gene_variant|G1||YES||||",   "C|downstream_gene_variant|G1||||||",
        "C|intergenic_variant|||||||",           "C|TF_binding_site_variant|||||||",
        "C|regulatory_region_ablation|G1||||||", "C|UPSTREAM_GENE_VARIANT|G1||||||",
    };
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        read_line(&b, "A", "C", outside[i]);
        assert_int_equal(b.alleles[0].n_genes, 1);
        assert_string_equal(b.alleles[0].genes[0].name, "");
        assert_true(vep_allele_complete(&b.alleles[0]));
    }
    read_line(&b, "A", "C", "C|upstream_gene_variant|G1|||NM_1|||,C|intron_variant|G1||||||");
    check_gene(&b.alleles[0], 0, "G1", bit("upstream_gene_variant"), NOTE_MANE);
}

static void test_columns_of_mane_are_read_by_name_and_by_value(void **state)
{
    static const struct {
        const char *format;
        const char *value;
        const char *decides;
    } cases[] = {
        {"Format: Allele|Consequence|SYMBOL|MANE_SELECT|MANE_PLUS_CLINICAL|MANE",
         "C|missense_variant|G|NM_1||MANE_Select,C|stop_gained|G||NM_2|MANE_Plus_Clinical",
         "missense_variant"},
        {"Format: Allele|Consequence|SYMBOL|MANE|MANE_PLUS_CLINICAL|MANE_SELECT",
         "C|stop_gained|G|MANE_Plus_Clinical|NM_2|,C|missense_variant|G|MANE_Select||NM_1",
         "missense_variant"},
        {"Format: Allele|Consequence|SYMBOL|MANE", /* VEP 95 to 103 */
         "C|stop_gained|G|,C|missense_variant|G|NM_001.2", "missense_variant"},
        {"Format: Allele|Consequence|SYMBOL|MANE",
         "C|stop_gained|G|MANE_Plus_Clinical,C|missense_variant|G|MANE_Select", "missense_variant"},
        {"Format: Allele|Consequence|SYMBOL|CANONICAL|mane_select",
         "C|stop_gained|G|YES|,C|missense_variant|G||ENST9", "missense_variant"},
        {"Format: Allele|Consequence|SYMBOL|MANE|CANONICAL",
         "C|stop_gained|G|MANE_Plus_Clinical|,C|missense_variant|G||YES", "stop_gained"},
    };
    struct bench b;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        read_format(&b, cases[i].format);
        read_line(&b, "A", "C", cases[i].value);
        check_gene(&b.alleles[0], 0, "G", bit(cases[i].decides), NOTE_MANE);
    }
}

static void test_entries_go_to_the_allele_that_they_name(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    read_line(&b, "A", "C,T", "T|stop_gained|G1||||||,C|missense_variant|G1||||||");
    check_gene(&b.alleles[0], 0, "G1", bit("missense_variant"), NOTE_WORST);
    check_gene(&b.alleles[1], 0, "G1", bit("stop_gained"), NOTE_WORST);
    /* all begin with A, and one differs in length: VEP takes the first base off */
    read_line(&b, "AT", "A,ATT", "-|frameshift_variant|G1||||||,TT|inframe_insertion|G1||||||");
    check_gene(&b.alleles[0], 0, "G1", bit("frameshift_variant"), NOTE_WORST);
    check_gene(&b.alleles[1], 0, "G1", bit("inframe_insertion"), NOTE_WORST);
    /* not all begin alike: nothing is taken off */
    read_line(&b, "AT", "A,GT", "A|frameshift_variant|G1||||||,GT|missense_variant|G1||||||");
    check_gene(&b.alleles[0], 0, "G1", bit("frameshift_variant"), NOTE_WORST);
    check_gene(&b.alleles[1], 0, "G1", bit("missense_variant"), NOTE_WORST);
    /* vep --minimal trims each by itself */
    read_line(&b, "CAT", "CGT,C", "G|missense_variant|G1||||||,-|frameshift_variant|G1||||||");
    check_gene(&b.alleles[0], 0, "G1", bit("missense_variant"), NOTE_WORST);
    check_gene(&b.alleles[1], 0, "G1", bit("frameshift_variant"), NOTE_WORST);
    read_line(&b, "A", "C", "G|stop_gained|G1||||||");
    assert_int_equal(b.faults.unmatched, 1);
    assert_false(b.alleles[0].annotated);
    read_line(&b, "A", "ACCC", "insertion|stop_gained|G1||||||");
    assert_true(vep_allele_complete(&b.alleles[0]));
}

/* Each line: entries that may be of more than one allele; '?' lost, 'Y' complete, 'N' not said. */
static void test_an_ambiguous_entry_is_lost_to_each_allele_that_it_may_be_of(void **state)
{
    static const struct {
        const char *ref;
        const char *alts;
        const char *words; /* an entry each */
        const char *want;
    } cases[] = {
        {"G", "T,A,GT", "T T A", "?Y?"},  /* SNV and insertion by vep --minimal */
        {"G", "T,A,GT", "T A GT", "YYY"}, /* the line is spelled out */
        {"CA", "C,CT", "- T", "YY"},
        {"AT", "A,G", "A G", "YY"},
        {"A", "C,T", "C", "YN"},
        {"CA", "TA,T", "T", "??"},
        {"GA", "TA,GAT", "T", "??"},
        {"TGG", "T,TG", "deletion", "??"},
        {"TGG", "T,TG", "", "??"},
        {"A", "C,T", "C G", "??"},
        {"A", "C", "G", "?"},
        {"A", "C", "C G", "?"},
    };
    struct bench b;

    (void)state;
    read_format(&b, "Format: Allele|Consequence|SYMBOL");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char value[256] = "", got[4] = "";
        const char *word = cases[i].words;

        do {
            size_t length = strcspn(word, " ");

            (void)snprintf(value + strlen(value), sizeof(value) - strlen(value),
                           "%s%.*s|stop_gained|G1", *value ? "," : "", (int)length, word);
            word += length + (word[length] == ' ');
        } while (*word);
        read_line(&b, cases[i].ref, cases[i].alts, value);
        for (size_t k = 0; k < b.n; k++)
            got[k] = b.alleles[k].lost ? '?' : vep_allele_complete(&b.alleles[k]) ? 'Y' : 'N';
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s>%s %s: %s, not %s", cases[i].ref, cases[i].alts, cases[i].words, got,
                     cases[i].want);
    }
}

/* bcftools norm -m- leaves the entries of a line's neighbours where they are. */
static void test_entries_of_a_split_lines_neighbours_are_told_by_their_transcripts(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, "Format: Allele|Consequence|SYMBOL|Feature");
    read_line(&b, "A", "C", "C|stop_gained|G1|T1,G|missense_variant|G1|T1");
    assert_true(vep_allele_complete(&b.alleles[0]));
    check_gene(&b.alleles[0], 0, "G1", bit("stop_gained"), NOTE_WORST);
    read_line(&b, "A", "C", "C|stop_gained|G1|T1,G|missense_variant|G2|T2");
    assert_false(vep_allele_complete(&b.alleles[0]));
    read_line(&b, "A", "C", "C|stop_gained|G1|,G|missense_variant|G1|");
    assert_false(vep_allele_complete(&b.alleles[0]));
    read_format(&b, "Format: Allele|Consequence|SYMBOL|Feature|ALLELE_NUM");
    read_line(&b, "A", "C", "C|stop_gained|G1|T1|2,G|missense_variant|G1|T1|1");
    assert_false(b.alleles[0].annotated); /* the numbers are of the line before it was split */
    assert_true(b.alleles[0].lost);
}

static void test_a_lost_transcript_may_have_decided(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    /* MANE Select is one of a gene, so that no other can have decided */
    read_line(&b, "A", "C", "C|stop_gained|G1|||NM_1|||,G|intron_variant|G2||||||");
    check_gene(&b.alleles[0], 0, "G1", bit("stop_gained"), NOTE_MANE);
    read_line(&b, "A", "C", "C|stop_gained|G1||YES||||,G|intron_variant|G2||||||");
    check_gene(&b.alleles[0], 0, "G1", CONSEQUENCE_UNREAD, NOTE_CANONICAL);
    /* of transcripts with terms that are not known, what all say is said */
    read_line(&b, "A", "C", "C|stop_gained&new_term|G1||||||,C|stop_gained|G1||||||");
    check_gene(&b.alleles[0], 0, "G1", bit("stop_gained") | CONSEQUENCE_UNREAD, NOTE_WORST);
    read_line(&b, "A", "C", "C|new_term|G1||||||,C|stop_gained|G1||||||");
    check_gene(&b.alleles[0], 0, "G1", CONSEQUENCE_UNREAD, NOTE_WORST);
    read_line(&b, "A", "C", "C|new_term|G1||||||,C|stop_gained|G1||YES||||");
    check_gene(&b.alleles[0], 0, "G1", bit("stop_gained"), NOTE_CANONICAL);
    read_line(&b, "A", "C", "C|new_term|G1||||||");
    assert_false(vep_allele_complete(&b.alleles[0]));
    assert_int_equal(b.alleles[0].n_genes, 1);
    assert_string_equal(b.alleles[0].genes[0].name, "");
    read_line(&b, "A", "C", "C||G1||||||");
    assert_false(vep_allele_complete(&b.alleles[0]));
    read_line(&b, "A", "C", "C|intron_variant|||||||"); /* in a gene that is not named */
    assert_false(vep_allele_complete(&b.alleles[0]));
}

static void test_allele_number_decides_where_there_is_one(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, "Format: Consequence|SYMBOL|ALLELE_NUM");
    read_line(&b, "A", "C,T", "stop_gained|G1|2,missense_variant|G1|1");
    check_gene(&b.alleles[0], 0, "G1", bit("missense_variant"), NOTE_WORST);
    check_gene(&b.alleles[1], 0, "G1", bit("stop_gained"), NOTE_WORST);
    read_line(&b, "A", "C,T", "stop_gained|G1|2,missense_variant|G1|1,intron_variant|G1|3");
    assert_int_equal(b.faults.unmatched, 1);
    assert_true(b.alleles[0].lost && b.alleles[1].lost);
    read_format(&b, "Format: Consequence|SYMBOL"); /* names no allele: of all of them */
    read_line(&b, "A", "C,T", "stop_gained|G1");
    assert_true(b.alleles[0].lost && b.alleles[1].lost);
    read_line(&b, "A", "C", "stop_gained|G1");
    assert_true(vep_allele_complete(&b.alleles[0]));
    read_format(&b, "Format: Allele|Consequence|SYMBOL|ALLELE_NUM");
    read_line(&b, "G", "T,GT", "T|stop_gained|G1|2,T|intron_variant|G1|1");
    check_gene(&b.alleles[0], 0, "G1", bit("intron_variant"), NOTE_WORST);
    check_gene(&b.alleles[1], 0, "G1", bit("stop_gained"), NOTE_WORST);
}

static void test_snpeffs_older_form_and_bcftools_csq_are_read(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, "Predicted effects for this variant.Format: 'Effect ( Effect_Impact | "
                    "Functional_Class | Codon_Change | Gene_Name | Transcript [ | ERRORS | "
                    "WARNINGS ] )' ");
    assert_int_equal(b.format.form, VEP_FORM_EFF);
    read_line(&b, "T", "C",
              "DOWNSTREAM(MODIFIER||||T1),STOP_LOST(HIGH|MISSENSE|Tga/Cga|WDR37|T2),"
              "UPSTREAM(MODIFIER|||G9|T3|error)");
    assert_true(vep_allele_complete(&b.alleles[0]));
    assert_int_equal(b.alleles[0].n_genes, 2);
    check_gene(&b.alleles[0], 0, "WDR37", bit("stop_lost"), NOTE_WORST);
    read_line(&b, "T", "C", "missense_variant+splice_region_variant(MODERATE|||G1|T1)");
    check_gene(&b.alleles[0], 0, "G1", bit("missense_variant") | bit("splice_region_variant"),
               NOTE_WORST);
    read_line(&b, "T", "C,G", "STOP_LOST(HIGH|MISSENSE|Tga/Cga|WDR37|T2)");
    assert_true(b.alleles[0].lost && b.alleles[1].lost);
    read_line(&b, "T", "C", "STOP_LOST(HIGH|MISSENSE|Tga/Cga|WDR37)"); /* errors alone may lack */
    assert_int_equal(b.faults.columns, 1);
    assert_true(b.alleles[0].lost && !b.alleles[0].n_genes);

    read_format(&b, "Local consequence annotation from BCFtools/csq. Format: "
                    "'[*]consequence|gene|transcript|biotype[|strand|amino_acid_change|dna_change]"
                    "' or, for consequences of variants split across multiple sites, a pointer to "
                    "the record storing the consequences '@position'.");
    assert_int_equal(b.format.form, VEP_FORM_BCSQ);
    read_line(&b, "C", "T", "5_prime_utr|EFNA4|E1|protein_coding,missense|EFNA3|E2|x|+|1A|1C>T");
    assert_true(vep_allele_complete(&b.alleles[0]));
    check_gene(&b.alleles[0], 0, "EFNA4", bit("5_prime_UTR_variant"), NOTE_WORST);
    check_gene(&b.alleles[0], 1, "EFNA3", bit("missense_variant"), NOTE_WORST);
    read_line(&b, "C", "T", "*missense|EFNA3|E2|protein_coding");
    check_gene(&b.alleles[0], 0, "EFNA3", bit("missense_variant"), NOTE_WORST);
    read_line(&b, "C", "T", "@155036260"); /* said at another record */
    assert_true(b.alleles[0].lost && !b.alleles[0].n_genes);
    read_line(&b, "C", "T,A", "intron|EFNA3|E2|protein_coding");
    assert_true(b.alleles[0].lost && b.alleles[1].lost);
}

static void test_percent_encoded_values_are_decoded(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    read_line(&b, "A", "C",
              "C|splice_region_variant%26intron_variant|HLA%2DA||||||Pathogenic%2C_low_penetrance");
    check_gene(&b.alleles[0], 0, "HLA-A", bit("splice_region_variant") | bit("intron_variant"),
               NOTE_WORST);
    assert_int_equal(b.alleles[0].clinvar, 1u << CLINVAR_PATHOGENIC);
    assert_false(b.alleles[0].clinvar_faulty);
}

static void test_frequencies_and_clinvar_come_along(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    assert_true(b.format.has_frequency);
    read_line(&b, "A", "C", "C|stop_gained|G1|||||0.01|pathogenic,C|intron_variant|G2|||||0.5|");
    assert_int_equal(b.alleles[0].af_nano, 500000000);
    assert_int_equal(b.alleles[0].clinvar, 1u << CLINVAR_PATHOGENIC);
    assert_false(b.alleles[0].af_faulty || b.alleles[0].clinvar_faulty);
    read_line(&b, "A", "C", "C|stop_gained|G1|||||probably_damaging(1)|path0genic");
    assert_int_equal(b.alleles[0].af_nano, -1);
    assert_int_equal(b.faults.frequencies, 1);
    assert_true(b.alleles[0].af_faulty && b.alleles[0].clinvar_faulty);
}

/* Columns missing in the middle put a score where a frequency should stand. */
static void test_an_entry_of_other_columns_is_not_believed(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    read_line(&b, "A", "C", "C|stop_gained|G1||YES|0.9|1|pathogenic");
    assert_int_equal(b.faults.columns, 1);
    assert_true(b.alleles[0].lost && !b.alleles[0].n_genes);
    assert_int_equal(b.alleles[0].af_nano, -1);
    assert_int_equal(b.alleles[0].clinvar, 0);
}

static void test_unknown_terms_and_bad_names_are_counted(void **state)
{
    char value[256] = "C|stop_gained|";
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    read_line(&b, "A", "C", "C|stop_gained&frobnicated_variant|G1||||||");
    assert_int_equal(b.faults.unknown_terms, 1);
    check_gene(&b.alleles[0], 0, "G1", bit("stop_gained") | CONSEQUENCE_UNREAD, NOTE_WORST);
    for (size_t more = 0; more < 2; more++) { /* a name has fewer than NOTE_GENE_BYTES_MAX bytes */
        size_t length = NOTE_GENE_BYTES_MAX - 1 + more;

        memset(value + 14, 'G', length);
        memcpy(value + 14 + length, "||||||", 7);
        read_line(&b, "A", "C", value);
        assert_int_equal(b.faults.gene_names, more);
        assert_int_equal(vep_allele_complete(&b.alleles[0]), !more);
    }
    assert_false(vep_allele_complete(&b.alleles[0]));
    read_line(&b, "A", "C", "");
    assert_true(b.alleles[0].lost && !b.alleles[0].annotated);
}

static void check_ids(struct bench *b, const char *value, const char *ids)
{
    read_line(b, "A", "C", value);
    assert_int_equal(b->alleles[0].n_genes, 1);
    assert_string_equal(b->alleles[0].genes[0].ids, ids);
}

static void test_ids_beside_a_symbol_are_kept(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, "Format: Allele|Consequence|SYMBOL|Gene|HGNC_ID");
    check_ids(&b, "C|stop_gained|G1|ENSG00000000011.12|", "ENSG00000000011");
    check_ids(&b, "C|stop_gained|G1|ENSG00000000011_PAR_Y|", "ENSG00000000011");
    check_ids(&b, "C|stop_gained|G1|ENSG00000000011|HGNC:7", "HGNC:7");
    check_ids(&b, "C|stop_gained|G1|4594|HGNC%3AHGNC:7", "HGNC:7");
    check_ids(&b, "C|stop_gained|G1|4594|", "");
    check_ids(&b, "C|stop_gained|G1|ENSG1&ENSG2|HGNC:7x", "");
    check_ids(&b, "C|stop_gained|G1|ENSG1-ENSG2|HGNC:1234567890", "");
    check_ids(&b, "C|stop_gained|G1|ENSG|HGNC:", "");
    check_ids(&b, "C|stop_gained|G1|ENSG1234567890123456|.", "");
    check_ids(&b, "C|stop_gained|G1||HGNC:7,C|intron_variant|G1||,C|intron_variant|G1||HGNC:7",
              "HGNC:7");
    check_ids(&b, "C|stop_gained|G1||HGNC:7,C|intron_variant|G1||HGNC:77", "HGNC:7,HGNC:77");
}

/* NOTE_GENE_IDS_BYTES_MAX: four ids of 15 bytes and three commas fit, and one byte more. */
static void test_ids_at_the_limit_and_one_past(void **state)
{
    static const char value[] = "C|stop_gained|G1|ENSG00000000011,C|stop_gained|G1|ENSG00000000022,"
                                "C|stop_gained|G1|ENSG00000000033,C|stop_gained|G1|ENSG%s";
    char text[256];
    struct bench b;

    (void)state;
    read_format(&b, "Format: Allele|Consequence|SYMBOL|Gene");
    snprintf(text, sizeof(text), value, "000000000044");
    check_ids(&b, text, "ENSG00000000011,ENSG00000000022,ENSG00000000033,ENSG000000000044");
    assert_int_equal(strlen(b.alleles[0].genes[0].ids), NOTE_GENE_IDS_BYTES_MAX);
    snprintf(text, sizeof(text), value, "0000000000044");
    check_ids(&b, text, NOTE_GENE_IDS_MANY);
}

static void test_snpeff_names_no_gene_between_genes(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, "Functional annotations: 'Allele | Annotation | Impact | Gene_Name | Gene_ID'");
    read_line(&b, "A", "C", "C|intergenic_region|MODIFIER|G1-G2|G1-G2");
    assert_int_equal(b.alleles[0].n_genes, 1);
    assert_string_equal(b.alleles[0].genes[0].name, "");
}

static void test_as_many_genes_as_fit_are_kept_and_one_more_is_told(void **state)
{
    static char value[8192];
    struct bench b;

    (void)state;
    read_format(&b, "Format: Allele|Consequence|SYMBOL");
    for (unsigned n = VEP_GENES_MAX; n <= VEP_GENES_MAX + 1; n++) {
        size_t at = (size_t)snprintf(value, sizeof(value), "C|intergenic_variant|");

        for (unsigned i = 0; i < n; i++)
            at += (size_t)snprintf(value + at, sizeof(value) - at, ",C|intron_variant|G%u", i);
        read_line(&b, "A", "C", value);
        assert_int_equal(b.faults.genes_too_many, n - VEP_GENES_MAX);
        assert_int_equal(vep_allele_complete(&b.alleles[0]), n == VEP_GENES_MAX);
    }
}

/* FREQUENCIES_MAX: an entry of more frequencies than are kept is not readable. */
static void test_frequencies_at_the_limit_and_one_past(void **state)
{
    enum { frequencies_max = 64 };
    struct bench b;

    (void)state;
    for (unsigned n = frequencies_max; n <= frequencies_max + 1; n++) {
        char form[2048] = "Format: Allele|Consequence|SYMBOL", entry[2048] = "C|stop_gained|G1";

        for (unsigned i = 0; i < n; i++) {
            strncat(form, "|gnomAD_AF", sizeof(form) - strlen(form) - 1);
            strncat(entry, i + 1 < n ? "|0.1" : "|0.5", sizeof(entry) - strlen(entry) - 1);
        }
        read_format(&b, form);
        read_line(&b, "A", "C", entry);
        assert_int_equal(b.faults.columns, n > frequencies_max);
        assert_int_equal(vep_allele_complete(&b.alleles[0]), n == frequencies_max);
        if (n == frequencies_max)
            assert_int_equal(b.alleles[0].af_nano, 500000000); /* the last one counts, too */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_are_found_by_name_in_any_order),
        cmocka_unit_test(test_a_format_without_consequence_or_form_is_refused),
        cmocka_unit_test(test_the_transcript_is_chosen_by_the_documented_rule),
        cmocka_unit_test(test_each_gene_has_its_own_row_and_no_gene_one_too),
        cmocka_unit_test(test_upstream_downstream_and_between_are_in_no_gene),
        cmocka_unit_test(test_columns_of_mane_are_read_by_name_and_by_value),
        cmocka_unit_test(test_entries_go_to_the_allele_that_they_name),
        cmocka_unit_test(test_an_ambiguous_entry_is_lost_to_each_allele_that_it_may_be_of),
        cmocka_unit_test(test_entries_of_a_split_lines_neighbours_are_told_by_their_transcripts),
        cmocka_unit_test(test_a_lost_transcript_may_have_decided),
        cmocka_unit_test(test_snpeffs_older_form_and_bcftools_csq_are_read),
        cmocka_unit_test(test_percent_encoded_values_are_decoded),
        cmocka_unit_test(test_as_many_genes_as_fit_are_kept_and_one_more_is_told),
        cmocka_unit_test(test_allele_number_decides_where_there_is_one),
        cmocka_unit_test(test_frequencies_and_clinvar_come_along),
        cmocka_unit_test(test_an_entry_of_other_columns_is_not_believed),
        cmocka_unit_test(test_unknown_terms_and_bad_names_are_counted),
        cmocka_unit_test(test_ids_beside_a_symbol_are_kept),
        cmocka_unit_test(test_ids_at_the_limit_and_one_past),
        cmocka_unit_test(test_snpeff_names_no_gene_between_genes),
        cmocka_unit_test(test_frequencies_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
