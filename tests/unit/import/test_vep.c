/*
 * The splitter's promises: columns are found by the header's names in any order; of a gene's
 * transcripts MANE Select decides, then MANE Plus Clinical, canonical, the most severe; each entry
 * goes to the allele that it names, in each of VEP's spellings; an entry that has not the header's
 * columns is believed only where it can be; nothing unknown is dropped silently.
 */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/vep.h"
#include "proto/query/vocabulary.h"

struct bench {
    struct vep_format format;
    struct vep_allele alleles[3];
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

        vep_allele_init(&b->alleles[b->n++], p, length);
        p += length + (p[length] == ',');
    }
    vep_read(&b->format, value, strlen(value), ref, strlen(ref), b->alleles, b->n, &b->faults);
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
    assert_int_equal(allele->genes[at].length, strlen(name));
    assert_memory_equal(allele->genes[at].name ? allele->genes[at].name : "", name, strlen(name));
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
    assert_true(b.format.snpeff);
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
    check_gene(&b.alleles[0], 0, "G1", bit("missense_variant"), NOTE_CANONICAL);
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
    assert_int_equal(b.alleles[0].n_genes, 4);
    check_gene(&b.alleles[0], 1, "G2", bit("upstream_gene_variant"), NOTE_WORST);
    check_gene(&b.alleles[0], 2, "ENSG3", bit("intron_variant"), NOTE_WORST);
    check_gene(&b.alleles[0], 3, "", bit("regulatory_region_variant"), NOTE_WORST);
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
    assert_true(b.alleles[0].annotated);
}

static void test_allele_number_decides_where_there_is_one(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, "Format: Consequence|SYMBOL|ALLELE_NUM");
    read_line(&b, "A", "C,T", "stop_gained|G1|2,missense_variant|G1|1,intron_variant|G1|3");
    check_gene(&b.alleles[0], 0, "G1", bit("missense_variant"), NOTE_WORST);
    check_gene(&b.alleles[1], 0, "G1", bit("stop_gained"), NOTE_WORST);
    assert_int_equal(b.faults.unmatched, 1);
    read_format(&b, "Format: Consequence|SYMBOL"); /* names no allele: of all of them */
    read_line(&b, "A", "C,T", "stop_gained|G1");
    assert_true(b.alleles[0].annotated && b.alleles[1].annotated);
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
    read_line(&b, "A", "C", "C|stop_gained|G1|||||probably_damaging(1)|");
    assert_int_equal(b.alleles[0].af_nano, -1);
    assert_int_equal(b.faults.frequencies, 1);
}

/* Columns missing in the middle put a score where a frequency should stand. */
static void test_an_entry_of_other_columns_is_not_believed_in_its_figures(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, VEP);
    read_line(&b, "A", "C", "C|stop_gained|G1||YES|0.9|1|pathogenic");
    assert_int_equal(b.faults.columns, 1);
    check_gene(&b.alleles[0], 0, "G1", bit("stop_gained"), NOTE_CANONICAL);
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
    check_gene(&b.alleles[0], 0, "G1", bit("stop_gained"), NOTE_WORST);
    memset(value + strlen(value), 'G', NOTE_GENE_BYTES_MAX);
    memcpy(value + strlen(value), "||||||", 7);
    read_line(&b, "A", "C", value);
    assert_int_equal(b.faults.gene_names, 1);
    read_line(&b, "A", "C", "");
    assert_int_equal(b.faults.unmatched + b.alleles[0].annotated, 1);
}

static void test_snpeff_names_no_gene_between_genes(void **state)
{
    struct bench b;

    (void)state;
    read_format(&b, "Functional annotations: 'Allele | Annotation | Impact | Gene_Name | Gene_ID'");
    read_line(&b, "A", "C", "C|intergenic_region|MODIFIER|G1-G2|G1-G2");
    assert_int_equal(b.alleles[0].n_genes, 1);
    assert_int_equal(b.alleles[0].genes[0].length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_are_found_by_name_in_any_order),
        cmocka_unit_test(test_a_format_without_consequence_or_form_is_refused),
        cmocka_unit_test(test_the_transcript_is_chosen_by_the_documented_rule),
        cmocka_unit_test(test_each_gene_has_its_own_row_and_no_gene_one_too),
        cmocka_unit_test(test_entries_go_to_the_allele_that_they_name),
        cmocka_unit_test(test_allele_number_decides_where_there_is_one),
        cmocka_unit_test(test_frequencies_and_clinvar_come_along),
        cmocka_unit_test(test_an_entry_of_other_columns_is_not_believed_in_its_figures),
        cmocka_unit_test(test_unknown_terms_and_bad_names_are_counted),
        cmocka_unit_test(test_snpeff_names_no_gene_between_genes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
