/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a snapshot promises of persons: facts of several records come together, ages are taken at
 * the snapshot's day, at death, or are the fixed ones; concepts are exact, excluded, by prefix, and
 * closed over a loaded ontology under the current name of a code; assays and genes cover what they
 * cover; the disease of a consent is kept, and who permits two different ones permits none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/snapshot/bits.h"
#include "node/snapshot/segment_schema.h"
#include "node/snapshot/tested.h"
#include "node/terms/genes.h"
#include "node/terms/term_writer.h"
#include "node/terms/terms.h"
#include "proto/base/date.h"
#include "tests/unit/snapshot/synthetic.h"

#define TODAY 20000 /* 2024-10-04 */

static void add_event(struct synthetic *region, uint32_t person, const char *system,
                      const char *code, bool excluded)
{
    struct event event = {.kind = strcmp(system, "hp") ? EVENT_DIAGNOSIS : EVENT_PHENOTYPE,
                          .system = system,
                          .code = code,
                          .excluded = excluded,
                          .date = PERSON_NO_DATE,
                          .age_days = EVENT_NO_AGE};

    assert_true(
        entry_event(region->store, synthetic_entry(region, person, code, 0), &event, &region->err));
}

static int16_t age_of(struct snapshot *snapshot, uint32_t person)
{
    uint32_t ordinal;
    size_t segment;

    assert_true(synthetic_find(snapshot, person, &segment, &ordinal));
    return segment_persons(snapshot_segment(snapshot, segment))->age[ordinal];
}

static int most_of(struct snapshot *snapshot, uint32_t person)
{
    uint32_t ordinal;
    size_t segment;

    assert_true(synthetic_find(snapshot, person, &segment, &ordinal));
    return segment_persons(snapshot_segment(snapshot, segment))->age_most[ordinal];
}

static int year_of(struct snapshot *snapshot, uint32_t person)
{
    uint32_t ordinal;
    size_t segment;

    assert_true(synthetic_find(snapshot, person, &segment, &ordinal));
    return segment_persons(snapshot_segment(snapshot, segment))->birth_year[ordinal];
}

static int deceased_of(struct snapshot *snapshot, uint32_t person)
{
    uint32_t ordinal;
    size_t segment;

    assert_true(synthetic_find(snapshot, person, &segment, &ordinal));
    return segment_persons(snapshot_segment(snapshot, segment))->deceased[ordinal];
}

static void test_ages_are_taken_today_at_death_or_as_recorded(void **state)
{
    struct person_facts none = person_facts_none(), facts;
    struct synthetic region;
    struct snapshot *snapshot;

    (void)state;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    facts = none, facts.birth_date = date_from_civil(2000, 10, 4);
    synthetic_facts(&region, 0, &facts);
    facts.birth_date = date_from_civil(2000, 10, 5);
    synthetic_facts(&region, 1, &facts);
    facts.deceased = true, facts.death_date = date_from_civil(2010, 1, 1);
    synthetic_facts(&region, 2, &facts);
    facts = none, facts.birth_year = 1950;
    synthetic_facts(&region, 3, &facts);
    facts = none, facts.age_fixed = 33;
    synthetic_facts(&region, 4, &facts);
    synthetic_facts(&region, 5, &none);
    facts = none, facts.birth_year = 1950, facts.deceased = true;
    synthetic_facts(&region, 6, &facts);
    facts = none, facts.alive = true;
    synthetic_facts(&region, 7, &facts);
    facts = none, facts.birth_year = 1950, facts.vital_lost = true; /* may be dead */
    synthetic_facts(&region, 8, &facts);
    synthetic_commit(&region, 9);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_int_equal(snapshot_info(snapshot)->date, TODAY);
    assert_int_equal(most_of(snapshot, 0), 24);
    assert_int_equal(most_of(snapshot, 3), 74); /* the year alone: the birthday decides */
    assert_int_equal(most_of(snapshot, 5), -1);
    assert_int_equal(year_of(snapshot, 0), 2000); /* of the day */
    assert_int_equal(year_of(snapshot, 3), 1950);
    assert_int_equal(year_of(snapshot, 5), 0);
    assert_int_equal(deceased_of(snapshot, 2), SEGMENT_DECEASED);
    assert_int_equal(deceased_of(snapshot, 7), SEGMENT_ALIVE);
    assert_int_equal(deceased_of(snapshot, 0), 0);
    assert_int_equal(age_of(snapshot, 0), 24);
    assert_int_equal(age_of(snapshot, 1), 23);
    assert_int_equal(age_of(snapshot, 2), 9);
    assert_int_equal(age_of(snapshot, 3), 73);
    assert_int_equal(age_of(snapshot, 4), 33);
    assert_int_equal(age_of(snapshot, 5), -1);
    assert_int_equal(age_of(snapshot, 6), -1);
    assert_int_equal(age_of(snapshot, 8), -1);
    assert_int_equal(deceased_of(snapshot, 8), SEGMENT_VITAL_LOST);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

/* What another source says of the person. */
static void source_says(struct synthetic *region, uint32_t person, const char *source,
                        const struct person_facts *facts)
{
    struct person_id pid = synthetic_pid(person);
    struct entry_key key = synthetic_key(source, person);
    uint8_t content[32] = {(uint8_t)person, (uint8_t)source[0]};
    enum entry_outcome outcome;
    int64_t entry;

    assert_true(entry_put(region->store, &pid,
                          &(struct entry_said){.key = &key, .content = content, .facts = facts},
                          &outcome, &entry, &region->err));
}

static void sources_say_sexes(struct synthetic *region, uint32_t person,
                              const enum person_sex sexes[3])
{
    static const char *const sources[] = {"one", "two", "three"};
    struct person_facts facts = person_facts_none();

    for (size_t i = 0; i < 3; i++) {
        facts.sex = sexes[i];
        source_says(region, person, sources[i], &facts);
    }
}

static unsigned sex_of(struct snapshot *snapshot, uint32_t person)
{
    uint32_t ordinal;
    size_t segment;

    assert_true(synthetic_find(snapshot, person, &segment, &ordinal));
    return segment_persons(snapshot_segment(snapshot, segment))->sex[ordinal];
}

static void test_of_sexes_that_differ_none_is_believed_in_whatever_order(void **state)
{
    static const struct {
        enum person_sex said[3];
        unsigned is;
    } cases[] = {
        {{PERSON_FEMALE, PERSON_MALE, PERSON_SEX_UNKNOWN}, PERSON_SEX_UNKNOWN},
        {{PERSON_MALE, PERSON_SEX_UNKNOWN, PERSON_FEMALE}, PERSON_SEX_UNKNOWN},
        {{PERSON_FEMALE, PERSON_MALE, PERSON_FEMALE}, PERSON_SEX_UNKNOWN},
        {{PERSON_MALE, PERSON_MALE, PERSON_SEX_OTHER}, PERSON_SEX_UNKNOWN},
        {{PERSON_FEMALE, PERSON_FEMALE, PERSON_FEMALE}, PERSON_FEMALE},
        {{PERSON_SEX_UNKNOWN, PERSON_MALE, PERSON_SEX_UNKNOWN}, PERSON_MALE},
        {{PERSON_SEX_UNKNOWN, PERSON_SEX_UNKNOWN, PERSON_SEX_OTHER}, PERSON_SEX_OTHER},
    };
    uint32_t n = sizeof(cases) / sizeof(*cases);
    struct synthetic region;
    struct snapshot *snapshot;

    (void)state;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    for (uint32_t i = 0; i < n; i++)
        sources_say_sexes(&region, i, cases[i].said);
    synthetic_commit(&region, n);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(sex_of(snapshot, i), cases[i].is);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_of_births_that_differ_what_all_say_is_left(void **state)
{
    int32_t january = date_from_civil(1950, 1, 2), march = date_from_civil(1950, 3, 4);
    struct person_facts none = person_facts_none();
    const struct {
        int32_t date[2];
        int32_t year[2];
        uint8_t age; /* the first one's */
        int year_is, age_is, most_is;
    } cases[] = {
        {{none.birth_date, none.birth_date}, {1950, 2020}, PERSON_NO_AGE, 0, -1, -1},
        {{none.birth_date, none.birth_date}, {2020, 1950}, 4, 0, -1, -1},
        {{january, none.birth_date}, {0, 1951}, PERSON_NO_AGE, 0, -1, -1},
        {{none.birth_date, january}, {1951, 0}, PERSON_NO_AGE, 0, -1, -1},
        {{january, march}, {1950, 1950}, PERSON_NO_AGE, 1950, 73, 74},
        {{march, january}, {0, 0}, PERSON_NO_AGE, 1950, 73, 74},
        {{january, none.birth_date}, {0, 1950}, PERSON_NO_AGE, 1950, 74, 74},
        {{january, january}, {1950, 1950}, PERSON_NO_AGE, 1950, 74, 74},
        {{none.birth_date, none.birth_date}, {1950, 0}, PERSON_NO_AGE, 1950, 73, 74},
    };
    uint32_t n = sizeof(cases) / sizeof(*cases);
    struct synthetic region;
    struct snapshot *snapshot;

    (void)state;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    for (uint32_t i = 0; i < n; i++)
        for (size_t j = 0; j < 2; j++) {
            struct person_facts facts = none;

            facts.birth_date = cases[i].date[j];
            facts.birth_year = cases[i].year[j];
            facts.age_fixed = j ? PERSON_NO_AGE : cases[i].age;
            source_says(&region, i, j ? "two" : "one", &facts);
        }
    synthetic_commit(&region, n);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(year_of(snapshot, i), cases[i].year_is);
        assert_int_equal(age_of(snapshot, i), cases[i].age_is);
        assert_int_equal(most_of(snapshot, i), cases[i].most_is);
    }
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static uint64_t bits_of(struct segment *segment, const char *system, const char *code,
                        enum concept_form form)
{
    uint64_t words[SEGMENT_WORDS_MAX] = {0};
    struct err err;

    assert_true(segment_concept(segment, (struct concept){CONCEPT_ANY_KIND, system, code, form},
                                words, &err));
    return words[0];
}

static void add_consent(struct synthetic *region, uint32_t person, const char *kind,
                        const char *disease)
{
    struct consent consent = {.mask = CONSENT_BIT(CONSENT_SAID) | CONSENT_BIT(CONSENT_PERMIT),
                              .valid_from = PERSON_NO_DATE,
                              .valid_to = PERSON_NO_DATE};
    bool kept;

    if (*disease)
        consent.mask |= CONSENT_BIT(CONSENT_DISEASE);
    strncpy(consent.disease, disease, sizeof(consent.disease) - 1);
    assert_true(entry_consent(region->store, synthetic_entry(region, person, kind, 0), &consent,
                              &kept, &region->err));
}

static const char *disease_of(struct snapshot *snapshot, uint32_t person, bool *permits)
{
    const struct segment_persons *persons;
    uint32_t ordinal;
    size_t segment;

    assert_true(synthetic_find(snapshot, person, &segment, &ordinal));
    persons = segment_persons(snapshot_segment(snapshot, segment));
    *permits = persons->consent[ordinal] & CONSENT_BIT(CONSENT_DISEASE);
    if (!persons->consent_disease || !persons->consent_disease[ordinal])
        return "";
    return persons->diseases[persons->consent_disease[ordinal] - 1];
}

static void test_the_disease_of_a_consent_is_kept_and_of_two_none_is_permitted(void **state)
{
    struct synthetic region;
    struct snapshot *snapshot;
    bool permits;

    (void)state;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    add_consent(&region, 0, "a", "icd10:C50");
    add_consent(&region, 1, "a", "");
    add_consent(&region, 2, "a", "orpha:558");
    add_consent(&region, 3, "a", "icd10:C50");
    add_consent(&region, 4, "a", "icd10:C50"); /* two deliveries, the same */
    add_consent(&region, 4, "b", "icd10:C50");
    add_consent(&region, 5, "a", "icd10:C50"); /* two that differ */
    add_consent(&region, 5, "b", "orpha:558");
    add_consent(&region, 5, "c", "icd10:C50");
    add_consent(&region, 6, "a", "icd10:C50"); /* the second permits nothing */
    add_consent(&region, 6, "b", "");
    for (uint32_t person = 0; person < 7; person++)
        synthetic_entry(&region, person, "facts", 0);
    synthetic_commit(&region, 18);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_int_equal(segment_persons(snapshot_segment(snapshot, 0))->n_diseases, 2);
    assert_string_equal(disease_of(snapshot, 0, &permits), "icd10:C50");
    assert_true(permits);
    assert_string_equal(disease_of(snapshot, 1, &permits), "");
    assert_false(permits);
    assert_string_equal(disease_of(snapshot, 2, &permits), "orpha:558");
    assert_string_equal(disease_of(snapshot, 3, &permits), "icd10:C50");
    disease_of(snapshot, 4, &permits);
    assert_true(permits);
    disease_of(snapshot, 5, &permits);
    assert_false(permits);
    disease_of(snapshot, 6, &permits);
    assert_false(permits);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_without_diseases_there_is_no_column_of_them(void **state)
{
    struct synthetic region;
    struct snapshot *snapshot;

    (void)state;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    add_consent(&region, 0, "a", "");
    synthetic_entry(&region, 0, "facts", 0);
    synthetic_commit(&region, 2);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_null(segment_persons(snapshot_segment(snapshot, 0))->consent_disease);
    assert_int_equal(segment_persons(snapshot_segment(snapshot, 0))->n_diseases, 0);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

/* HP:3 is below HP:2 is below HP:1; HP:9 was merged into HP:3. */
static void load_terms(struct synthetic *region)
{
    struct sqlite3 *db = store_db(region->store);
    struct term_release release = {.system = "hp", .release = "2024"};
    struct term_writer *writer;

    assert_true(term_writer_open(db, "hp", &writer, &region->err));
    for (int i = 1; i <= 3; i++) {
        char code[8] = {'H', 'P', ':', (char)('0' + i), 0};

        assert_true(term_writer_add(writer, &(struct term){.code = code}, NULL, &region->err));
    }
    assert_true(term_writer_parent(writer, "HP:2", "HP:1", &region->err));
    assert_true(term_writer_parent(writer, "HP:3", "HP:2", &region->err));
    assert_true(term_writer_alias(writer, "HP:9", "HP:3", &region->err));
    assert_true(term_writer_commit(writer, &release, &region->err));
    term_writer_close(writer);
}

static void add_concepts(struct synthetic *region)
{
    synthetic_begin(region, 1);
    add_event(region, 0, "hp", "HP:1", false);
    add_event(region, 1, "hp", "HP:2", false);
    add_event(region, 2, "hp", "HP:9", false);
    add_event(region, 3, "hp", "HP:2", true);
    add_event(region, 4, "icd10", "C501", false);
    add_event(region, 5, "icd10", "C50", false);
    add_event(region, 6, "icd10", "C51", false);
    add_event(region, 7, "hp", "HP:7", false); /* not in the release */
    synthetic_commit(region, 8);
}

static void test_concepts_are_closed_over_the_ontology(void **state)
{
    uint64_t words[SEGMENT_WORDS_MAX] = {0};
    struct synthetic region;
    struct snapshot *snapshot;
    struct segment *segment;
    const char *canonical, *codes;
    size_t n;
    bool known;

    (void)state;
    synthetic_up(&region);
    load_terms(&region);
    add_concepts(&region);
    assert_true(synthetic_publish(&region).has_hp);
    snapshot = synthetic_open(&region);
    segment = snapshot_segment(snapshot, 0);
    assert_int_equal(bits_of(segment, "hp", "HP:1", CONCEPT_CLOSED), 1 | 2 | 4);
    assert_int_equal(bits_of(segment, "hp", "HP:2", CONCEPT_CLOSED), 2 | 4);
    assert_int_equal(bits_of(segment, "hp", "HP:2", CONCEPT_EXACT), 2);
    assert_int_equal(bits_of(segment, "hp", "HP:3", CONCEPT_CLOSED), 4);
    assert_int_equal(bits_of(segment, "hp", "HP:2", CONCEPT_EXCLUDED), 8);
    assert_int_equal(bits_of(segment, "hp", "HP:7", CONCEPT_CLOSED), 128);
    assert_true(
        segment_concept_prefix(segment, EVENT_DIAGNOSIS, "icd10", "C50", words, &region.err));
    assert_int_equal(words[0], 16 | 32);
    words[0] = 0;
    assert_true(segment_concept_prefix(segment, EVENT_TREATMENT, "icd10", "", words, &region.err));
    assert_int_equal(words[0], 0);
    assert_true(snapshot_term(snapshot, "hp", "HP:9", &known, &canonical, &region.err));
    assert_true(known);
    assert_string_equal(canonical, "HP:3");
    assert_true(snapshot_term(snapshot, "hp", "HP:7", &known, &canonical, &region.err));
    assert_false(known);
    assert_true(snapshot_ancestors(snapshot, "hp", "HP:3", &codes, &n, &region.err));
    assert_int_equal(n, 3);
    assert_string_equal(codes, "HP:3");
    assert_true(snapshot_system_find(snapshot, "hp")->has_parents);
    assert_null(snapshot_system_find(snapshot, "icd10"));
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_without_the_ontology_a_code_is_itself_and_loading_it_rebuilds(void **state)
{
    struct synthetic region;
    struct publish_result result;
    struct snapshot *snapshot;

    (void)state;
    synthetic_up(&region);
    add_concepts(&region);
    assert_false(synthetic_publish(&region).has_hp);
    snapshot = synthetic_open(&region);
    assert_int_equal(bits_of(snapshot_segment(snapshot, 0), "hp", "HP:1", CONCEPT_CLOSED), 1);
    snapshot_close(snapshot);
    load_terms(&region);
    result = synthetic_publish(&region);
    assert_true(result.changed);
    assert_int_equal(result.segments_written, 1);
    snapshot = synthetic_open(&region);
    assert_int_equal(bits_of(snapshot_segment(snapshot, 0), "hp", "HP:1", CONCEPT_CLOSED),
                     1 | 2 | 4);
    snapshot_close(snapshot);
    assert_false(synthetic_publish(&region).changed);
    synthetic_down(&region);
}

static void test_an_assay_covers_its_intervals_and_no_more(void **state)
{
    struct assay_interval intervals[] = {{22, 100, 199}, {22, 300, 300}};
    struct assay assay = {"panel", VARIANT_GRCH38, false, intervals, 2, 0};
    struct callset callset = {.assembly = VARIANT_GRCH38};
    uint64_t words[SEGMENT_WORDS_MAX] = {0};
    struct synthetic region;
    struct snapshot *snapshot;
    int64_t assay_id, callset_id;

    (void)state;
    synthetic_up(&region);
    synthetic_begin(&region, 1);
    assert_true(assay_put(region.store, &assay, &assay_id, &region.err));
    assert_true(callset_put(region.store, &callset, &callset_id, &region.err));
    for (uint32_t i = 0; i < 3; i++)
        assert_true(callset_add_sample(region.store, callset_id,
                                       synthetic_entry(&region, i, "vcf", 0), i == 1 ? assay_id : 0,
                                       &region.err));
    synthetic_commit(&region, 3);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_int_equal(snapshot_info(snapshot)->n_assays, 1);
    assert_string_equal(snapshot_assay(snapshot, 0)->name, "panel");
    for (uint32_t at = 95; at < 305; at++)
        assert_int_equal(snapshot_assay_covers(snapshot, 0, VARIANT_GRCH38, 22, at),
                         (at >= 100 && at <= 199) || at == 300);
    assert_false(snapshot_assay_covers(snapshot, 0, VARIANT_GRCH37, 22, 150));
    assert_false(snapshot_assay_covers(snapshot, 0, VARIANT_GRCH38, 21, 150));
    assert_int_equal(snapshot_assay_bases(snapshot, 0, VARIANT_GRCH38, 22,
                                          (struct snapshot_interval){150, 1000}),
                     51);
    assert_true(tested_at_place(snapshot_segment(snapshot, 0),
                                &(struct tested_place){VARIANT_GRCH38, 22, 150, 150}, words,
                                &region.err));
    assert_int_equal(words[0], 2);
    assert_int_equal(segment_sampled(snapshot_segment(snapshot, 0))[0], 7);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

static void test_genes_come_with_the_snapshot(void **state)
{
    struct gene_interval span = {22, 1000, 2000}, first = {22, 1100, 1199},
                         second = {22, 1500, 1549};
    struct term_release release = {.release = "113"};
    struct gene_writer *writer;
    struct snapshot_gene gene;
    struct synthetic region;
    struct snapshot *snapshot;
    bool known;

    (void)state;
    synthetic_up(&region);
    assert_true(gene_writer_open(store_db(region.store), VARIANT_GRCH38, &writer, &region.err));
    assert_true(gene_writer_span(writer, "SHANK3", &span, &region.err) &&
                gene_writer_coding(writer, "SHANK3", &first, &region.err) &&
                gene_writer_coding(writer, "SHANK3", &second, &region.err));
    assert_true(gene_writer_commit(writer, &release, &region.err));
    gene_writer_close(writer);
    synthetic_publish(&region);
    snapshot = synthetic_open(&region);
    assert_true(snapshot_info(snapshot)->has_genes);
    assert_true(snapshot_gene(snapshot, VARIANT_GRCH38, "SHANK3", &known, &gene, &region.err));
    assert_true(known);
    assert_int_equal(gene.n_spans, 1);
    assert_int_equal(gene.spans[0].end, 2000);
    assert_int_equal(gene.n_coding, 2);
    assert_int_equal(gene.coding[1].start, 1500);
    assert_true(snapshot_gene(snapshot, VARIANT_GRCH37, "SHANK3", &known, &gene, &region.err));
    assert_false(known);
    assert_true(snapshot_gene(snapshot, VARIANT_GRCH38, "NOSUCH", &known, &gene, &region.err));
    assert_false(known);
    snapshot_close(snapshot);
    synthetic_down(&region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ages_are_taken_today_at_death_or_as_recorded),
        cmocka_unit_test(test_of_sexes_that_differ_none_is_believed_in_whatever_order),
        cmocka_unit_test(test_of_births_that_differ_what_all_say_is_left),
        cmocka_unit_test(test_the_disease_of_a_consent_is_kept_and_of_two_none_is_permitted),
        cmocka_unit_test(test_without_diseases_there_is_no_column_of_them),
        cmocka_unit_test(test_concepts_are_closed_over_the_ontology),
        cmocka_unit_test(test_without_the_ontology_a_code_is_itself_and_loading_it_rebuilds),
        cmocka_unit_test(test_an_assay_covers_its_intervals_and_no_more),
        cmocka_unit_test(test_genes_come_with_the_snapshot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
