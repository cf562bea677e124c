/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the phenopacket reader: a packet is a unit, offered whole or rejected with its
 * place while the others go on; the same id twice is one packet or a contradiction; who is known by
 * which id is the operator's word; a term that the loaded release lacks is kept and told; and the
 * closing arithmetic comes out.
 */
#include "records_bench.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/phenopacket.h"
#include "node/terms/graph.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"

static const struct phenopacket_options plain;

#define PACKET(id, subject, code)                                                                  \
    "{\"id\":\"" id "\",\"subject\":{\"id\":\"" subject "\"},\"phenotypicFeatures\":[{\"type\":"   \
    "{\"id\":\"" code "\"}}]}"

static void test_a_packet_is_stored_whole_and_the_others_go_on(void **state)
{
    static const char *const texts[] = {PACKET("P1", "S", "HP:0001250"), "{\"id\":\n\n nonsense",
                                        PACKET("P3", "S", "HP:12"),
                                        PACKET("P4", "S", "OMIM:614959"), NULL};
    const struct stream_closing *closing;
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &plain));
    (void)bench_stream_next(&b.stream, STREAM_UNIT);
    assert_string_equal(bench_stream_next(&b.stream, STREAM_EVENT)->event.code, "HP:0001250");
    records_bench_reject(&b, REJECT_JSON_BROKEN, "", 3);
    assert_int_equal(b.stream.item.reject.input, 1);
    records_bench_reject(&b, REJECT_EVENT_CODE, "phenotypicFeatures[].type.id", 0);
    assert_true(b.stream.item.reject.item);
    closing = records_bench_closing(&b);
    assert_int_equal(closing->read, 4);
    assert_int_equal(closing->offered, 3);
    assert_int_equal(closing->rejected, 1);
    records_bench_down(&b);
}

static void test_the_same_id_twice_is_one_packet_or_a_contradiction(void **state)
{
    static const char *const texts[] = {
        PACKET("P1", "S", "HP:0001250"),
        " " PACKET("P1", "S", "HP:0001250"),
        PACKET("P1", "S", "HP:0001251"),
        "{\"id\":\"P2\",\"subject\":{\"id\":\"T\",\"sex\":\"MALE\"}}",
        "{\"id\":\"P2\",\"subject\":{\"id\":\"T\",\"sex\":\"FEMALE\"}}",
        NULL};
    const struct stream_closing *closing;
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &plain));
    records_bench_reject(&b, REJECT_ID_TWICE, "id", 0);
    records_bench_reject(&b, REJECT_ID_TWICE, "id", 0); /* facts are content too */
    closing = records_bench_closing(&b);
    assert_int_equal(closing->offered, 2);
    assert_int_equal(closing->filtered[FILTER_DUPLICATE], 1);
    assert_int_equal(closing->rejected, 2);
    records_bench_down(&b);
}

/* Are the persons of two packets one? */
static bool one_person(const struct phenopacket_options *options, const char *const *texts)
{
    struct records_bench b;
    struct person_id first;
    bool same;

    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, options));
    first = bench_stream_next(&b.stream, STREAM_UNIT)->unit.person;
    same = memcmp(first.b, bench_stream_next(&b.stream, STREAM_UNIT)->unit.person.b, 16) == 0;
    records_bench_down(&b);
    return same;
}

static void test_the_person_is_the_packet_or_the_subject(void **state)
{
    static const char *const texts[] = {PACKET("P1", "S", "HP:0001250"),
                                        PACKET("P2", "S", "HP:0001251"), NULL};
    static const char *const numbers[] = {PACKET("121212-1212", "A", "HP:0001250"),
                                          PACKET("201212121212", "B", "HP:0001251"), NULL};
    static const struct phenopacket_options by_subject = {.by_subject = true};

    (void)state;
    assert_false(one_person(&plain, texts));
    assert_true(one_person(&by_subject, texts));
    assert_true(one_person(&plain, numbers));
}

static void test_a_subject_without_an_id_is_rejected_where_it_is_the_person(void **state)
{
    static const char *const texts[] = {"{\"id\":\"P\",\"subject\":{}}", NULL};
    static const struct phenopacket_options by_subject = {.by_subject = true};
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &by_subject));
    records_bench_reject(&b, REJECT_PERSON_ID, "subject.id", 0);
    records_bench_down(&b);
}

static void test_depth_duplicate_keys_and_encoding_reject_the_packet(void **state)
{
    static const char twice[] = "{\"id\":\"P\",\"id\":\"Q\"}";
    static const char latin[] = "{\"id\":\"Sk\xe5ne\"}";
    char deep[600] = "{\"id\":\"P\",\"metaData\":";
    const char *const texts[] = {deep, twice, latin, NULL};
    struct records_bench b;

    (void)state;
    memset(deep + strlen(deep), '[', 500);
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &plain));
    records_bench_reject(&b, REJECT_JSON_BROKEN, "", 1);
    records_bench_reject(&b, REJECT_JSON_BROKEN, "", 0);
    records_bench_reject(&b, REJECT_TEXT_ENCODING, "", 0);
    assert_int_equal(records_bench_closing(&b)->rejected, 3);
    records_bench_down(&b);
}

static void test_a_variant_comes_behind_all_packets(void **state)
{
    static const char *const texts[] = {
        "{\"id\":\"P\",\"interpretations\":[{\"diagnosis\":{\"genomicInterpretations\":[{"
        "\"variantInterpretation\":{\"variationDescriptor\":{\"id\":\"x\",\"geneContext\":{"
        "\"symbol\":\"KCNT1\"},\"vcfRecord\":{\"genomeAssembly\":\"hg38\",\"chrom\":\"chr9\","
        "\"pos\":100,\"ref\":\"A\",\"alt\":\"T\"}}}}]}}]}",
        PACKET("P2", "S", "HP:0001250"), NULL};
    struct records_bench b;
    char text[128];

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &plain));
    (void)bench_stream_next(&b.stream, STREAM_EVENT);
    assert_int_equal(bench_stream_next(&b.stream, STREAM_SAMPLE)->sample.unit, 0);
    bench_site_text(&bench_stream_next(&b.stream, STREAM_SITE)->site, text, sizeof(text));
    assert_string_equal(text, "9:100 A>T 0=carrier");
    records_bench_down(&b);
}

static void load_one_term(sqlite3 **db, struct term_graph **hp)
{
    struct term_release release = {.release = "x"};
    struct term term = {.code = "HP:0001250"};
    struct term_writer *writer = NULL;
    struct err err = {0};

    assert_int_equal(sqlite3_open(":memory:", db), SQLITE_OK);
    assert_true(term_writer_open(*db, "hp", &writer, &err));
    assert_true(term_writer_add(writer, &term, NULL, &err));
    assert_true(term_writer_commit(writer, &release, &err));
    term_writer_close(writer);
    assert_true(term_graph_load(*db, "hp", hp, &err));
}

static void test_a_term_that_the_release_lacks_is_kept_and_told(void **state)
{
    static const char *const texts[] = {PACKET("P1", "S", "HP:0001250"),
                                        PACKET("P2", "S", "HP:9999999"), NULL};
    struct phenopacket_options options = {0};
    struct term_graph *hp = NULL;
    struct records_bench b;
    sqlite3 *db = NULL;

    (void)state;
    load_one_term(&db, &hp);
    options.hp = hp;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &options));
    records_bench_reject(&b, REJECT_TERM_UNKNOWN, "phenotypicFeatures[].type.id", 0);
    assert_int_equal(b.stream.item.reject.input, 1);
    assert_string_equal(bench_stream_next(&b.stream, STREAM_EVENT)->event.code, "HP:9999999");
    assert_int_equal(records_bench_closing(&b)->offered, 2);
    records_bench_down(&b);
    term_graph_free(hp);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_a_file_too_long_is_rejected_and_the_next_one_comes(void **state)
{
    static const size_t max = (size_t)4 << 20;
    char *text = malloc(max + 2);
    struct records_bench b;

    (void)state;
    assert_non_null(text);
    for (size_t more = 0; more < 2; more++) {
        const char *const texts[] = {text, PACKET("P2", "S", "HP:0001250"), NULL};

        memset(text, ' ', max + more);
        memcpy(text, "{\"id\":\"P1\",\"diseases\":[]}", 25);
        text[max + more] = 0;
        records_bench_up(&b, texts);
        assert_true(records_bench_run(&b, phenopacket_read, &plain));
        if (more)
            records_bench_reject(&b, REJECT_TOO_LONG, "", 0);
        assert_int_equal(records_bench_closing(&b)->offered, 2 - more);
        records_bench_down(&b);
    }
    free(text);
}

static void test_families_and_cohorts_are_their_packets(void **state)
{
    static const char *const texts[] = {
        "{\"id\":\"F\",\"proband\":" PACKET("P1", "S1", "HP:0001250") ",\"relatives\":[" PACKET(
            "P2", "S2", "HP:0001251") "],\"pedigree\":{},\"metaData\":{"
                                      "\"phenopacketSchemaVersion\":\"2.0\"}}",
        "{\"id\":\"C\",\"members\":[" PACKET("P3", "S3", "HP:0001250") "," PACKET(
            "P4", "S4", "HP:0001251") ",7]}",
        "{\"id\":\"C\",\"members\":[]}", NULL};
    const struct stream_closing *closing;
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &plain));
    closing = records_bench_closing(&b);
    assert_int_equal(closing->read, 6);
    assert_int_equal(closing->offered, 4);
    assert_int_equal(closing->rejected, 2);
    records_bench_down(&b);
}

static void test_what_is_no_packet_is_refused_by_its_kind(void **state)
{
    static const char *const texts[] = {
        "{\"resourceType\":\"Patient\",\"id\":\"P\",\"subject\":{}}",
        "{\"id\":\"P\",\"sex\":\"FEMALE\"}", "{\"id\":\"SAMN05324082\",\"characteristics\":{}}",
        NULL};
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &plain));
    records_bench_reject(&b, REJECT_FHIR_RESOURCE, "resourceType", 0);
    records_bench_reject(&b, REJECT_NO_PACKET, "", 0);
    records_bench_reject(&b, REJECT_NO_PACKET, "", 0);
    assert_int_equal(records_bench_closing(&b)->rejected, 3);
    records_bench_down(&b);
}

static void test_names_of_protobuf_are_those_of_json(void **state)
{
    static const char *const texts[] = {
        "{\"id\":\"P\",\"subject\":{\"id\":\"S\",\"date_of_birth\":\"2000-01-01\"},"
        "\"phenotypic_features\":[{\"type\":{\"id\":\"HP:0001250\"}}]}",
        "{\"id\":\"Q\",\"subject\":{\"date_of_birth\":\"2000-01-01\","
        "\"dateOfBirth\":\"2001-01-01\"}}",
        NULL};
    struct records_bench b;

    (void)state;
    records_bench_up(&b, texts);
    assert_true(records_bench_run(&b, phenopacket_read, &plain));
    assert_int_equal(bench_stream_next(&b.stream, STREAM_UNIT)->unit.facts.birth_year, 2000);
    assert_string_equal(bench_stream_next(&b.stream, STREAM_EVENT)->event.code, "HP:0001250");
    records_bench_reject(&b, REJECT_JSON_BROKEN, "", 0);
    records_bench_down(&b);
}

static void test_a_subject_with_a_swedish_number_is_that_person(void **state)
{
    static const char *const texts[] = {PACKET("P1", "20121212-1212", "HP:0001250"),
                                        PACKET("P2", "201212121212", "HP:0001251"), NULL};

    (void)state;
    assert_true(one_person(&plain, texts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_packet_is_stored_whole_and_the_others_go_on),
        cmocka_unit_test(test_the_same_id_twice_is_one_packet_or_a_contradiction),
        cmocka_unit_test(test_the_person_is_the_packet_or_the_subject),
        cmocka_unit_test(test_a_subject_without_an_id_is_rejected_where_it_is_the_person),
        cmocka_unit_test(test_depth_duplicate_keys_and_encoding_reject_the_packet),
        cmocka_unit_test(test_a_variant_comes_behind_all_packets),
        cmocka_unit_test(test_a_term_that_the_release_lacks_is_kept_and_told),
        cmocka_unit_test(test_families_and_cohorts_are_their_packets),
        cmocka_unit_test(test_what_is_no_packet_is_refused_by_its_kind),
        cmocka_unit_test(test_names_of_protobuf_are_those_of_json),
        cmocka_unit_test(test_a_subject_with_a_swedish_number_is_that_person),
        cmocka_unit_test(test_a_file_too_long_is_rejected_and_the_next_one_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
