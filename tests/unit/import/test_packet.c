/*
 * A packet's promises: who, facts and events are read as written; what is not known to the year is
 * unknown; whatever breaks a rule rejects the packet as a whole and names the place, never the
 * value.
 */
#include "packet_bench.h"

#include <stdio.h>
#include <string.h>

#include "proto/base/clock.h"

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

static void test_a_broken_rule_rejects_the_packet_and_names_the_place(void **state)
{
    static const struct {
        const char *text;
        enum reject_code code;
        const char *field;
    } rows[] = {
        {"[]", REJECT_JSON_BROKEN, ""},
        {"{}", REJECT_PERSON_ID, "id"},
        {"{'id':''}", REJECT_PERSON_ID, "id"},
        {"{'id':7}", REJECT_JSON_BROKEN, "id"},
        {"{'id':'P','subject':[]}", REJECT_JSON_BROKEN, "subject"},
        {"{'id':'P','subject':{'sex':'male'}}", REJECT_PERSON_FIELD, "subject.sex"},
        {"{'id':'P','subject':{'dateOfBirth':'1990'}}", REJECT_PERSON_FIELD, "subject.dateOfBirth"},
        {"{'id':'P','subject':{'timeAtLastEncounter':{'age':{'iso8601duration':'4'}}}}",
         REJECT_PERSON_FIELD, "subject.timeAtLastEncounter"},
        {"{'id':'P','subject':{'timeAtLastEncounter':{'age':{'iso8601duration':'P131Y'}}}}",
         REJECT_PERSON_FIELD, "subject.timeAtLastEncounter"},
        {"{'id':'P','subject':{'vitalStatus':{'status':'GONE'}}}", REJECT_PERSON_FIELD,
         "subject.vitalStatus"},
        {"{'id':'P','phenotypicFeatures':{}}", REJECT_JSON_BROKEN, "phenotypicFeatures"},
        {"{'id':'P','phenotypicFeatures':[7]}", REJECT_JSON_BROKEN, "phenotypicFeatures"},
        {"{'id':'P','phenotypicFeatures':[{}]}", REJECT_EVENT_CODE, "phenotypicFeatures[].type.id"},
        {"{'id':'P','phenotypicFeatures':[{'type':{'id':'HP:12'}}]}", REJECT_EVENT_CODE,
         "phenotypicFeatures[].type.id"},
        {"{'id':'P','phenotypicFeatures':[{'type':{'id':'HP:0001250'},'excluded':'yes'}]}",
         REJECT_JSON_BROKEN, "phenotypicFeatures"},
        {"{'id':'P','diseases':[{'term':{'id':'C50'}}]}", REJECT_EVENT_CODE, "diseases[].term.id"},
        {"{'id':'P','diseases':[{'term':{'id':'local:121212-1212'}}]}",
         REJECT_PERSON_ID_LOOKS_PERSONAL, "diseases[].term.id"},
        {"{'id':'P','diseases':[{'term':{'id':'OMIM:614959'},'onset':{'timestamp':'soon'}}]}",
         REJECT_EVENT_DATE, "diseases[].onset"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct packet_bench b;

        packet_bench_up(&b, rows[i].text);
        if (!b.rejected || !packet_bench_told(&b, rows[i].code, rows[i].field))
            fail_msg("%s", rows[i].text);
        assert_int_equal(b.n_told, 1);
        packet_bench_down(&b);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_packet_is_read),
        cmocka_unit_test(test_an_age_that_is_not_in_years_is_unknown),
        cmocka_unit_test(test_the_age_at_death_is_the_last_one_known),
        cmocka_unit_test(test_a_broken_rule_rejects_the_packet_and_names_the_place),
        cmocka_unit_test(test_an_id_may_have_256_bytes_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
