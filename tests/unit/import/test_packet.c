/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A packet's promises: who, facts and events are read as written, in both versions of the schema;
 * what is not known to the year is unknown; an item that breaks a rule is left out with a trace and
 * its place, never its value, and the rest of the packet is kept; a packet without form or id is
 * rejected.
 */
#include "packet_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/date.h"

static void test_a_whole_packet_is_read(void **state)
{
    struct packet_bench b;
    const struct packet *p = &b.packet;

    (void)state;
    packet_bench_up(
        &b, "{'id':'P1','subject':{'id':'S1','sex':'FEMALE','dateOfBirth':'1990-05-17T00:00:00Z',"
            "'timeAtLastEncounter':{'age':{'iso8601duration':'P4Y3M'}},"
            "'vitalStatus':{'status':'DECEASED','timeOfDeath':{'timestamp':'2001-01-02'}}},"
            "'phenotypicFeatures':[{'type':{'id':'HP:0001250','label':'Seizure'},"
            "'onset':{'age':{'iso8601duration':'P2W'}}},"
            "{'type':{'id':'HP:0000252'},'excluded':true}],"
            "'diseases':[{'term':{'id':'OMIM:614959'},'onset':{'timestamp':'1999-12-31'}},"
            "{'term':{'id':'ICD10:C50.1'},'excluded':true}],'metaData':{'created':'x'}}");
    assert_false(b.rejected);
    assert_int_equal(b.n_told, 0);
    assert_string_equal(p->id, "P1");
    assert_string_equal(p->subject, "S1");
    assert_int_equal(p->facts.sex, PERSON_FEMALE);
    assert_int_equal(p->facts.birth_year, 1990);
    assert_int_equal(p->facts.birth_date, date_from_civil(1990, 5, 17));
    assert_int_equal(p->facts.age_fixed, 4);
    assert_true(p->facts.deceased);
    assert_int_equal(p->facts.death_date, date_from_civil(2001, 1, 2));
    assert_int_equal(p->n_events, 4);
    assert_int_equal(p->events[0].event.kind, EVENT_PHENOTYPE);
    assert_string_equal(p->events[0].event.code, "HP:0001250");
    assert_int_equal(p->events[0].event.age_days, 14);
    assert_false(p->events[0].event.excluded);
    assert_true(p->events[1].event.excluded);
    assert_int_equal(p->events[1].event.age_days, EVENT_NO_AGE);
    assert_int_equal(p->events[2].event.kind, EVENT_DIAGNOSIS);
    assert_string_equal(p->events[2].event.system, "omim");
    assert_string_equal(p->events[2].event.code, "614959");
    assert_int_equal(p->events[2].event.date, date_from_civil(1999, 12, 31));
    assert_string_equal(p->events[3].event.code, "C501");
    assert_true(p->events[3].event.excluded);
    packet_bench_down(&b);
}

static void test_an_age_that_is_not_in_years_is_unknown(void **state)
{
    static const char *const times[] = {
        "{'gestationalAge':{'weeks':22}}", "{'ontologyClass':{'id':'HP:0003577'}}",
        "{'ageRange':{'start':{'iso8601duration':'P1Y'}}}", "null", "{}"};

    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct packet_bench b;
        char text[256];

        snprintf(text, sizeof(text), "{'id':'P','subject':{'timeAtLastEncounter':%s}}", times[i]);
        packet_bench_up(&b, text);
        assert_false(b.rejected);
        assert_int_equal(b.packet.facts.age_fixed, PERSON_NO_AGE);
        assert_int_equal(b.packet.facts.sex, PERSON_SEX_UNKNOWN);
        packet_bench_down(&b);
    }
}

static void test_the_age_at_death_is_the_last_one_known(void **state)
{
    struct packet_bench b;

    (void)state;
    packet_bench_up(&b, "{'id':'P','subject':{'vitalStatus':{'status':'DECEASED','timeOfDeath':"
                        "{'age':{'iso8601duration':'P3M'}}}}}");
    assert_int_equal(b.packet.facts.age_fixed, 0);
    assert_true(b.packet.facts.deceased);
    packet_bench_down(&b);
}

struct row {
    const char *text;
    enum reject_code code;
    const char *field;
};

/* Exactly one thing is told of each; does it reject the packet, or cost an item? */
static void expect(const struct row *rows, size_t n, bool rejected)
{
    for (size_t i = 0; i < n; i++) {
        struct packet_bench b;

        packet_bench_up(&b, rows[i].text);
        if (b.rejected != rejected || !packet_bench_told(&b, rows[i].code, rows[i].field))
            fail_msg("%s", rows[i].text);
        assert_int_equal(b.n_told, 1);
        assert_int_equal(b.items, !rejected);
        packet_bench_down(&b);
    }
}

#define ROWS(rows) rows, sizeof(rows) / sizeof((rows)[0])

static void test_a_packet_without_form_or_id_is_rejected(void **state)
{
    static const struct row rows[] = {
        {"[]", REJECT_JSON_BROKEN, ""},
        {"{}", REJECT_PERSON_ID, "id"},
        {"{'id':''}", REJECT_PERSON_ID, "id"},
        {"{'id':7}", REJECT_JSON_BROKEN, "id"},
        {"{'id':'P','subject':[]}", REJECT_JSON_BROKEN, "subject"},
        {"{'id':'P','phenotypicFeatures':{}}", REJECT_JSON_BROKEN, "phenotypicFeatures"},
    };

    (void)state;
    expect(ROWS(rows), true);
}

static void test_a_fact_that_cannot_be_read_is_unknown(void **state)
{
    static const struct row rows[] = {
        {"{'id':'P','subject':{'sex':'male'}}", REJECT_PERSON_FIELD, "subject.sex"},
        {"{'id':'P','subject':{'sex':1}}", REJECT_JSON_BROKEN, "subject.sex"},
        {"{'id':'P','subject':{'dateOfBirth':'1990'}}", REJECT_PERSON_FIELD, "subject.dateOfBirth"},
        {"{'id':'P','subject':{'dateOfBirth':'1900-01-01'}}", REJECT_PERSON_IMPLAUSIBLE,
         "subject.dateOfBirth"},
        {"{'id':'P','subject':{'dateOfBirth':'2150-01-01'}}", REJECT_PERSON_IMPLAUSIBLE,
         "subject.dateOfBirth"},
        {"{'id':'P','subject':{'dateOfBirth':'1970-01-01T00:00:00Z','timeAtLastEncounter':"
         "{'age':{'iso8601duration':'P3Y'}}}}",
         REJECT_PERSON_IMPLAUSIBLE, "subject.dateOfBirth"},
        {"{'id':'P','subject':{'timeAtLastEncounter':{'age':{'iso8601duration':'4'}}}}",
         REJECT_PERSON_FIELD, "subject.timeAtLastEncounter"},
        {"{'id':'P','subject':{'timeAtLastEncounter':{'age':{'iso8601duration':'P131Y'}}}}",
         REJECT_PERSON_FIELD, "subject.timeAtLastEncounter"},
        {"{'id':'P','subject':{'vitalStatus':{'status':'GONE'}}}", REJECT_PERSON_FIELD,
         "subject.vitalStatus"},
        {"{'id':'P','subject':{'dateOfBirth':'2001-01-01','vitalStatus':{'status':'DECEASED',"
         "'timeOfDeath':{'timestamp':'2000-12-31'}}}}",
         REJECT_PERSON_IMPLAUSIBLE, "subject.vitalStatus.timeOfDeath"},
        {"{'id':'P','subject':{'vitalStatus':{'status':'ALIVE',"
         "'timeOfDeath':{'timestamp':'2000-12-31'}}}}",
         REJECT_PERSON_IMPLAUSIBLE, "subject.vitalStatus.timeOfDeath"},
    };

    (void)state;
    expect(ROWS(rows), false);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct packet_bench b;

        packet_bench_up(&b, rows[i].text);
        assert_int_equal(b.packet.facts.age_fixed, PERSON_NO_AGE);
        assert_int_equal(b.packet.facts.birth_date, PERSON_NO_DATE);
        assert_int_equal(b.packet.facts.sex, PERSON_SEX_UNKNOWN);
        assert_false(b.packet.facts.deceased);
        assert_int_equal(b.packet.facts.vital_lost, strstr(rows[i].text, "vitalStatus") != NULL);
        packet_bench_down(&b);
    }
}

static void test_an_item_that_cannot_be_read_leaves_a_trace(void **state)
{
    static const struct row rows[] = {
        {"{'id':'P','phenotypicFeatures':[7]}", REJECT_JSON_BROKEN, "phenotypicFeatures"},
        {"{'id':'P','phenotypicFeatures':[{}]}", REJECT_EVENT_CODE, "phenotypicFeatures[].type.id"},
        {"{'id':'P','phenotypicFeatures':[{'type':{'id':'HP:12'}}]}", REJECT_EVENT_CODE,
         "phenotypicFeatures[].type.id"},
        {"{'id':'P','phenotypicFeatures':[{'type':{'id':'HPX:0001250'}}]}", REJECT_EVENT_SYSTEM,
         "phenotypicFeatures[].type.id"},
        {"{'id':'P','phenotypicFeatures':[{'type':{'id':'HP:0001250'},'excluded':'yes'}]}",
         REJECT_JSON_BROKEN, "phenotypicFeatures"},
        {"{'id':'P','metaData':{'phenopacketSchemaVersion':'2.0'},'phenotypicFeatures':[{'type':"
         "{'id':'HP:0001250'},'negated':true}]}",
         REJECT_MEMBER_MEANING, "phenotypicFeatures[].negated"},
        {"{'id':'P','metaData':{'phenopacketSchemaVersion':'1.0.0'},'phenotypicFeatures':[{'type':"
         "{'id':'HP:0001250'},'excluded':true}]}",
         REJECT_MEMBER_MEANING, "phenotypicFeatures[].excluded"},
        {"{'id':'P','phenotypicFeatures':[{'type':{'id':'HP:0001250'},'absent':true}]}",
         REJECT_MEMBER_MEANING, "phenotypicFeatures[].absent"},
        {"{'id':'P','diseases':[{'term':{'id':'C50'}}]}", REJECT_EVENT_CODE, "diseases[].term.id"},
        {"{'id':'P','diseases':[{'term':{'id':'local:121212-1212'}}]}",
         REJECT_PERSON_ID_LOOKS_PERSONAL, "diseases[].term.id"},
        {"{'id':'P','diseases':[{'term':{'id':'OMIM:614959'},'onset':{'timestamp':'soon'}}]}",
         REJECT_EVENT_DATE, "diseases[].onset"},
        {"{'id':'P','subject':{'dateOfBirth':'2001-01-01'},'diseases':[{'term':"
         "{'id':'OMIM:614959'},'onset':{'timestamp':'2000-12-01'}}]}",
         REJECT_EVENT_IMPLAUSIBLE, "diseases[].onset"},
    };

    (void)state;
    expect(ROWS(rows), false);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct packet_bench b;

        packet_bench_up(&b, rows[i].text);
        assert_int_equal(b.packet.n_events, 1);
        assert_string_equal(b.packet.events[0].event.system, EVENT_TRACE_SYSTEM);
        packet_bench_down(&b);
    }
}

static void test_the_items_beside_a_broken_one_are_kept(void **state)
{
    struct packet_bench b;

    (void)state;
    packet_bench_up(&b, "{'id':'P','phenotypicFeatures':[{'type':{'id':'HP:1'}},{'type':{'id':"
                        "'HP:0001250'}}],'diseases':[{'term':{'id':'OMIM:12'}},{'term':{'id':"
                        "'OMIM:614959'}}]}");
    assert_false(b.rejected);
    assert_int_equal(b.items, 2);
    assert_int_equal(b.packet.n_events, 4);
    assert_string_equal(b.packet.events[0].event.code, "lost:hp");
    assert_string_equal(b.packet.events[1].event.code, "HP:0001250");
    assert_string_equal(b.packet.events[2].event.code, "lost:omim");
    assert_string_equal(b.packet.events[3].event.code, "614959");
    packet_bench_down(&b);
}

static void test_a_code_without_a_system_may_be_of_any(void **state)
{
    static const char *const ids[] = {"", ":", "HPO 1", "X:0000001"};

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct packet_bench b;
        char text[128];

        snprintf(text, sizeof(text),
                 "{'id':'P','phenotypicFeatures':[{'type':{'id':'%s'},'excluded':true}]}", ids[i]);
        packet_bench_up(&b, text);
        assert_int_equal(b.packet.n_events, 1);
        assert_string_equal(b.packet.events[0].event.code, EVENT_TRACE_LOST);
        packet_bench_down(&b);
    }
}

static void test_a_packet_of_version_1_is_read_as_such(void **state)
{
    static const char *const texts[] = {
        "{'id':'P','subject':{'ageAtCollection':{'age':'P3Y'}},'phenotypicFeatures':[{'type':"
        "{'id':'HP:0001250'},'negated':true,'ageOfOnset':{'age':'P1Y'}}],'metaData':"
        "{'phenopacketSchemaVersion':'1.0.0-RC3'},'variants':[{'vcfAllele':{'genomeAssembly':"
        "'GRCh38','chr':'9','pos':100,'ref':'A','alt':'T'},'zygosity':{'id':'GENO:0000135'}}]}",
        /* the sender does not say, the members do */
        "{'id':'P','subject':{'ageAtCollection':{'age':'P3Y'}},'phenotypicFeatures':[{'type':"
        "{'id':'HP:0001250'},'negated':true,'ageOfOnset':{'age':'P1Y'}}],'variants':[{'vcfAllele':"
        "{'genomeAssembly':'GRCh38','chr':'9','pos':100,'ref':'A','alt':'T'},'zygosity':{'id':"
        "'GENO:0000135'}}]}",
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct packet_bench b;

        packet_bench_up(&b, texts[i]);
        assert_int_equal(b.n_told, 0);
        assert_int_equal(b.packet.facts.age_fixed, 3);
        assert_int_equal(b.packet.n_events, 1);
        assert_true(b.packet.events[0].event.excluded);
        assert_int_equal(b.packet.events[0].event.age_days, 365);
        assert_int_equal(b.packet.n_variants, 1);
        assert_int_equal(b.packet.variants[0].position, 100);
        assert_int_equal(b.packet.variants[0].call, CALL_HET);
        packet_bench_down(&b);
    }
}

static void test_present_and_absent_is_told(void **state)
{
    struct packet_bench b;

    (void)state;
    packet_bench_up(&b, "{'id':'P','phenotypicFeatures':[{'type':{'id':'HP:0001250'}},{'type':"
                        "{'id':'HP:0001250'},'excluded':true}]}");
    assert_int_equal(b.packet.n_events, 2);
    assert_true(packet_bench_told(&b, REJECT_EVENT_CONTRADICTS, "phenotypicFeatures"));
    assert_int_equal(b.items, 0);
    packet_bench_down(&b);
}

static void test_an_id_may_have_256_bytes_and_no_more(void **state)
{
    char text[300];

    (void)state;
    for (int n = 256; n <= 257; n++) {
        struct packet_bench b;

        snprintf(text, sizeof(text), "{'id':'%0*d'}", n, 1);
        packet_bench_up(&b, text);
        assert_int_equal(b.rejected, n > 256);
        packet_bench_down(&b);
    }
}

static void test_events_at_the_limit_and_one_past(void **state)
{
    static const char form[] = "%s{'type':{'id':'HP:%07d'}}";
    size_t room = (PACKET_EVENTS_MAX + 4) * (sizeof(form) + 8), at;
    char *text = malloc(room);

    (void)state;
    assert_non_null(text);
    for (int more = 0; more < 2; more++) {
        struct packet_bench b;

        at = (size_t)snprintf(text, room, "{'id':'P','phenotypicFeatures':[");
        for (int i = 0; i < PACKET_EVENTS_MAX - 1 + more; i++)
            at += (size_t)snprintf(text + at, room - at, form, i ? "," : "", i);
        snprintf(text + at, room - at, "],'diseases':[{'term':{'id':'OMIM:614959'}}]}");
        packet_bench_up(&b, text);
        assert_int_equal(b.rejected, more);
        assert_int_equal(b.n_told, more);
        if (more)
            assert_true(packet_bench_told(&b, REJECT_TOO_LONG, "phenotypicFeatures"));
        else
            assert_int_equal(b.packet.n_events, PACKET_EVENTS_MAX);
        packet_bench_down(&b);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_packet_is_read),
        cmocka_unit_test(test_an_age_that_is_not_in_years_is_unknown),
        cmocka_unit_test(test_the_age_at_death_is_the_last_one_known),
        cmocka_unit_test(test_a_packet_without_form_or_id_is_rejected),
        cmocka_unit_test(test_a_fact_that_cannot_be_read_is_unknown),
        cmocka_unit_test(test_an_item_that_cannot_be_read_leaves_a_trace),
        cmocka_unit_test(test_the_items_beside_a_broken_one_are_kept),
        cmocka_unit_test(test_a_code_without_a_system_may_be_of_any),
        cmocka_unit_test(test_a_packet_of_version_1_is_read_as_such),
        cmocka_unit_test(test_present_and_absent_is_told),
        cmocka_unit_test(test_an_id_may_have_256_bytes_and_no_more),
        cmocka_unit_test(test_events_at_the_limit_and_one_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
