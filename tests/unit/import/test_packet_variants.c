/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises about a packet's variants: coordinates are trimmed and kept with their assembly;
 * what has none that can be used is kept by gene and description, and told; a variant that was
 * rejected, or that is another's, is not carried; a sample has one assembly.
 */
#include "packet_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/store/variant.h"

#define VD "genomicInterpretations[].variationDescriptor"

/* A packet with these genomicInterpretations. */
static void up(struct packet_bench *b, const char *interpretations)
{
    char text[4096];

    snprintf(text, sizeof(text),
             "{'id':'P','subject':{'id':'S'},'biosamples':[{'id':'B1','individualId':'S'},"
             "{'id':'B2','individualId':'mother'}],'diseases':[{'term':{'id':'OMIM:614959'}}],"
             "'interpretations':[{'id':'1','progressStatus':'SOLVED','diagnosis':{'disease':"
             "{'id':'OMIM:614959'},'genomicInterpretations':[%s]}}]}",
             interpretations);
    packet_bench_up(b, text);
}

/* One interpretation of the subject with this variationDescriptor. */
static void up_one(struct packet_bench *b, const char *descriptor)
{
    char text[2048];

    snprintf(text, sizeof(text),
             "{'subjectOrBiosampleId':'S','interpretationStatus':'CAUSATIVE',"
             "'variantInterpretation':{'acmgPathogenicityClassification':'PATHOGENIC',"
             "'variationDescriptor':{%s}}}",
             descriptor);
    up(b, text);
}

static void test_coordinates_are_trimmed_and_kept(void **state)
{
    struct packet_bench b;
    const struct packet_variant *v = NULL;

    (void)state;
    up_one(&b, "'id':'x','geneContext':{'symbol':'KCNT1'},'allelicState':{'id':'GENO:0000135'},"
               "'vcfRecord':{'genomeAssembly':'hg38','chrom':'chr9','pos':'100','ref':'ctt',"
               "'alt':'cTA'}");
    assert_false(b.rejected);
    assert_int_equal(b.n_told, 0);
    assert_int_equal(b.packet.n_variants, 1);
    v = &b.packet.variants[0];
    assert_int_equal(v->assembly, VARIANT_GRCH38);
    assert_int_equal(v->chromosome, 9);
    assert_int_equal(v->position, 102);
    assert_string_equal(v->ref, "T");
    assert_string_equal(v->alt, "A");
    assert_string_equal(v->gene, "KCNT1");
    assert_int_equal(v->call, CALL_HET);
    packet_bench_down(&b);
}

static void test_states_and_assemblies_have_their_names(void **state)
{
    static const struct {
        const char *state;
        enum call_code call;
    } states[] = {{"'allelicState':{'id':'GENO:0000136'},", CALL_HOM},
                  {"'allelicState':{'id':'GENO:0000134'},", CALL_HEMI},
                  {"'allelicState':{'id':'GENO:0000402'},", CALL_HET},
                  {"'allelicState':{'id':'GENO:0000602'},", CALL_CARRIER},
                  {"", CALL_CARRIER}};
    static const struct {
        const char *name;
        uint8_t assembly;
    } assemblies[] = {{"GRCh38.p13", VARIANT_GRCH38},
                      {"hg19", VARIANT_GRCH37},
                      {"GRCh37", VARIANT_GRCH37},
                      {"grch38", VARIANT_GRCH38},
                      {"hg18", 0}};
    struct packet_bench b;
    char text[512];

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        snprintf(text, sizeof(text),
                 "'id':'x',%s'vcfRecord':{'genomeAssembly':'%s','chrom':'X','pos':9,'ref':'A',"
                 "'alt':'T'}",
                 states[i].state, assemblies[i].name);
        up_one(&b, text);
        assert_false(b.rejected);
        assert_int_equal(b.packet.variants[0].call, states[i].call);
        assert_int_equal(b.packet.variants[0].assembly, assemblies[i].assembly);
        packet_bench_down(&b);
    }
}

static void test_without_coordinates_it_is_known_by_gene_and_name(void **state)
{
    struct packet_bench b;

    (void)state;
    up_one(&b, "'id':'x','label':'deletion of exon 4','geneContext':{'symbol':'CNTNAP2'}");
    assert_int_equal(b.n_told, 0);
    assert_int_equal(b.packet.variants[0].assembly, 0);
    assert_string_equal(b.packet.variants[0].gene, "CNTNAP2");
    assert_string_equal(b.packet.variants[0].description, "deletion of exon 4");
    packet_bench_down(&b);
    up_one(&b, "'id':'x','label':'l','expressions':[{'syntax':'hgvs.p','value':'NP:p.A'},"
               "{'syntax':'hgvs.c','value':'NM:c.1\\u0007A>G'}]");
    assert_null(b.packet.variants[0].gene);
    assert_string_equal(b.packet.variants[0].description, "NM:c.1 A>G");
    packet_bench_down(&b);
}

static void test_coordinates_that_cannot_be_used_are_told(void **state)
{
    static const char *const records[] = {
        "'genomeAssembly':'hg38','chrom':'chr9','pos':1,'ref':'N','alt':'<DEL>'",
        "'genomeAssembly':'hg38','chrom':'chr9','pos':1,'ref':'A','alt':'DEL'",
        "'genomeAssembly':'hg38','chrom':'chr9','pos':1,'ref':'A','alt':'A'",
        "'genomeAssembly':'hg38','chrom':'chrUn','pos':1,'ref':'A','alt':'T'",
        "'genomeAssembly':'hg38','chrom':'chr9','pos':0,'ref':'A','alt':'T'",
        "'genomeAssembly':'hg38','chrom':'chr9','pos':'1x','ref':'A','alt':'T'",
        "'genomeAssembly':'hg38','chrom':'chr21','pos':99999999,'ref':'A','alt':'T'",
        "'genomeAssembly':'NCBI36','chrom':'chr9','pos':1,'ref':'A','alt':'T'",
        "'chrom':'chr9','pos':1,'ref':'A','alt':'T'",
        "",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        struct packet_bench b;
        char text[512];

        snprintf(text, sizeof(text), "'id':'x','vcfRecord':{%s}", records[i]);
        up_one(&b, text);
        assert_false(b.rejected);
        assert_true(packet_bench_told(&b, REJECT_VARIANT_NO_PLACE, VD ".vcfRecord"));
        assert_int_equal(b.packet.n_variants, 1);
        assert_int_equal(b.packet.variants[0].assembly, 0);
        packet_bench_down(&b);
    }
}

static void test_what_is_rejected_or_anothers_is_not_carried(void **state)
{
    static const struct {
        const char *head;
        size_t carried;
        enum reject_code code;
    } rows[] = {
        {"'subjectOrBiosampleId':'S','interpretationStatus':'REJECTED'", 0, REJECT_VARIANT_REFUTED},
        {"'subjectOrBiosampleId':'mother','interpretationStatus':'CAUSATIVE'", 0,
         REJECT_VARIANT_OF_OTHER},
        {"'subjectOrBiosampleId':'B2','interpretationStatus':'CAUSATIVE'", 0,
         REJECT_VARIANT_OF_OTHER},
        {"'subjectOrBiosampleId':'B1','interpretationStatus':'CANDIDATE'", 1, REJECT_CODES},
        {"'subjectOrBiosampleId':'P','interpretationStatus':'UNKNOWN_STATUS'", 1, REJECT_CODES},
        {"'interpretationStatus':'CONTRIBUTORY'", 1, REJECT_CODES},
        {"'subjectOrBiosampleId':'S'", 1, REJECT_CODES},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct packet_bench b;
        char text[512];

        snprintf(text, sizeof(text),
                 "{%s,'variantInterpretation':{'variationDescriptor':{'id':'x'}}}", rows[i].head);
        up(&b, text);
        assert_false(b.rejected);
        assert_int_equal(b.packet.n_variants, rows[i].carried);
        assert_int_equal(b.n_told ? b.codes[0] : REJECT_CODES, rows[i].code);
        packet_bench_down(&b);
    }
}

static void test_what_cannot_be_kept_costs_the_interpretation(void **state)
{
    static const struct {
        const char *descriptor;
        enum reject_code code;
    } rows[] = {
        {"'moleculeContext':'genomic'", REJECT_VARIANT_FORM}, /* neither place nor name nor gene */
        {"'id':'x','geneContext':{'symbol':'A B'}", REJECT_VARIANT_FORM},
        {"'id':'x','geneContext':{'symbol':'1212121212'}", REJECT_PERSON_ID_LOOKS_PERSONAL},
        {"'label':'of 121212-1212'", REJECT_PERSON_ID_LOOKS_PERSONAL},
        {"'id':7,'vcfRecord':[]", REJECT_JSON_BROKEN},
    };
    struct packet_bench b;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        up_one(&b, rows[i].descriptor);
        assert_false(b.rejected);
        assert_int_equal(b.items, 1);
        assert_int_equal(b.packet.n_variants, 0);
        assert_int_equal(b.codes[0], rows[i].code);
        packet_bench_down(&b);
    }
    up(&b, "{'interpretationStatus':'LIKELY','variantInterpretation':{}}");
    assert_int_equal(b.items, 1);
    packet_bench_down(&b);
    up_one(&b, "'geneContext':{'symbol':'MT-TL1'},'expressions':[{'syntax':'hgvs.m','value':"
               "'NC_012920.1:m.3243A>G'}]");
    assert_int_equal(b.n_told, 0);
    assert_string_equal(b.packet.variants[0].description, "NC_012920.1:m.3243A>G");
    packet_bench_down(&b);
    up_one(&b, "'geneContext':{'symbol':'KCNT1'}"); /* a gene alone */
    assert_int_equal(b.n_told, 0);
    assert_string_equal(b.packet.variants[0].gene, "KCNT1");
    packet_bench_down(&b);
}

#define PLACED(assembly, zygosity)                                                                 \
    "{'variantInterpretation':{'variationDescriptor':{'id':'x','allelicState':{'id':'" zygosity    \
    "'},'vcfRecord':{'genomeAssembly':'" assembly "','chrom':'1','pos':5,'ref':'A','alt':'T'}}}}"

static void test_a_variant_is_carried_once_and_in_one_assembly(void **state)
{
    struct packet_bench b;

    (void)state;
    up(&b, PLACED("hg38", "GENO:0000135") "," PLACED("hg38", "GENO:0000135"));
    assert_int_equal(b.packet.n_variants, 1);
    assert_int_equal(b.packet.variants[0].call, CALL_HET);
    packet_bench_down(&b);
    up(&b, PLACED("hg38", "GENO:0000135") "," PLACED("hg38", "GENO:0000136"));
    assert_int_equal(b.packet.n_variants, 1);
    assert_int_equal(b.packet.variants[0].call, CALL_CARRIER); /* two states: not known */
    packet_bench_down(&b);
    up(&b, PLACED("hg19", "GENO:0000135") "," PLACED("hg38", "GENO:0000135"));
    assert_int_equal(b.packet.n_variants, 2);
    assert_int_equal(b.packet.variants[0].assembly, 0);
    assert_string_equal(b.packet.variants[0].description, "x");
    assert_int_equal(b.packet.variants[1].assembly, VARIANT_GRCH38);
    assert_int_equal(b.codes[0], REJECT_VARIANT_NO_PLACE);
    packet_bench_down(&b);
}

static void test_a_disease_of_a_closed_interpretation_counts(void **state)
{
    static const struct {
        const char *progress;
        const char *system;
    } rows[] = {{"'progressStatus':'SOLVED',", "omim"},
                {"'progressStatus':'COMPLETED',", "omim"},
                {"", EVENT_TRACE_SYSTEM},
                {"'progressStatus':'UNKNOWN_PROGRESS',", EVENT_TRACE_SYSTEM},
                {"'progressStatus':'UNSOLVED',", EVENT_TRACE_SYSTEM},
                {"'progressStatus':'IN_PROGRESS',", EVENT_TRACE_SYSTEM}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct packet_bench b;
        char text[256];

        snprintf(text, sizeof(text),
                 "{'id':'P','interpretations':[{%s'diagnosis':{'disease':{'id':'OMIM:614959'}}}]}",
                 rows[i].progress);
        packet_bench_up(&b, text);
        assert_false(b.rejected);
        assert_int_equal(b.packet.n_events, 1);
        assert_int_equal(b.packet.events[0].event.kind, EVENT_DIAGNOSIS);
        assert_string_equal(b.packet.events[0].event.system, rows[i].system);
        packet_bench_down(&b);
    }
}

static void test_a_description_at_the_limit_and_one_past(void **state)
{
    char name[PACKET_DESCRIPTION_MAX + 2] = "", text[PACKET_DESCRIPTION_MAX + 128];
    struct packet_bench b;

    (void)state;
    memset(name, 'n', PACKET_DESCRIPTION_MAX);
    snprintf(text, sizeof(text), "'id':'x','label':'%s','geneContext':{'symbol':'CNTNAP2'}", name);
    up_one(&b, text);
    assert_int_equal(b.n_told, 0);
    assert_string_equal(b.packet.variants[0].description, name);
    packet_bench_down(&b);
    name[PACKET_DESCRIPTION_MAX] = 'n';
    snprintf(text, sizeof(text), "'id':'x','label':'%s','geneContext':{'symbol':'CNTNAP2'}", name);
    up_one(&b, text);
    assert_int_equal(b.n_told, 1);
    assert_int_equal(b.codes[0], REJECT_TOO_LONG);
    assert_int_equal(b.packet.n_variants, 0);
    packet_bench_down(&b);
}

/* A packet of version 2 or 1 with n variants, each at its own place. */
static void up_many(struct packet_bench *b, bool first_version, unsigned n)
{
    static const char second[] =
        "%s{'subjectOrBiosampleId':'S','interpretationStatus':'CAUSATIVE','variantInterpretation':"
        "{'variationDescriptor':{'id':'x','vcfRecord':{'genomeAssembly':'hg38','chrom':'1','pos':%"
        "u,"
        "'ref':'A','alt':'T'}}}}";
    static const char first[] = "%s{'vcfAllele':{'genomeAssembly':'hg38','chr':'1','pos':%u,"
                                "'ref':'A','alt':'T'}}";
    size_t room = ((size_t)n + 4) * sizeof(second), at;
    char *text = malloc(room);

    assert_non_null(text);
    at = (size_t)snprintf(text, room, "{'id':'P','subject':{'id':'S'},%s",
                          first_version ? "'variants':["
                                        : "'interpretations':[{'id':'1','progressStatus':'SOLVED',"
                                          "'diagnosis':{'genomicInterpretations':[");
    for (unsigned i = 0; i < n; i++)
        at += (size_t)snprintf(text + at, room - at, first_version ? first : second, i ? "," : "",
                               i + 1000);
    snprintf(text + at, room - at,
             first_version ? "],'metaData':{'phenopacketSchemaVersion':'1.0.0'}}" : "]}}]}");
    packet_bench_up(b, text);
    free(text);
}

static void test_variants_at_the_limit_and_one_past(void **state)
{
    struct packet_bench b;

    (void)state;
    for (int first_version = 0; first_version < 2; first_version++) {
        up_many(&b, first_version, PACKET_VARIANTS_MAX);
        assert_int_equal(b.n_told, 0);
        assert_int_equal(b.packet.n_variants, PACKET_VARIANTS_MAX);
        packet_bench_down(&b);
        up_many(&b, first_version, PACKET_VARIANTS_MAX + 1);
        assert_int_equal(b.n_told, 1);
        assert_int_equal(b.codes[0], REJECT_TOO_LONG);
        assert_int_equal(b.packet.n_variants, PACKET_VARIANTS_MAX);
        packet_bench_down(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coordinates_are_trimmed_and_kept),
        cmocka_unit_test(test_states_and_assemblies_have_their_names),
        cmocka_unit_test(test_without_coordinates_it_is_known_by_gene_and_name),
        cmocka_unit_test(test_coordinates_that_cannot_be_used_are_told),
        cmocka_unit_test(test_what_is_rejected_or_anothers_is_not_carried),
        cmocka_unit_test(test_what_cannot_be_kept_costs_the_interpretation),
        cmocka_unit_test(test_a_variant_is_carried_once_and_in_one_assembly),
        cmocka_unit_test(test_a_disease_of_a_closed_interpretation_counts),
        cmocka_unit_test(test_a_description_at_the_limit_and_one_past),
        cmocka_unit_test(test_variants_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
