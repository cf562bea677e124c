/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: every purpose needs its permission, refusals are forbidden to all, commercial and other
 * restrictions follow from role and permit, the disease is for research; what the test looks at is
 * in the keys; the overlay never goes back while the keeper runs, and one that cannot be read is an
 * error.
 */
#include "node/keeper/consent_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/keeper/home.h"
#include "node/store/consent.h"
#include "node/store/overlay.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "tests/unit/refused.h"

#define NOW INT64_C(1795000000)

static struct eligibility of(const char *purpose, const char *role, const char *permit)
{
    struct consent_rules_asker asker = {
        .purpose = purpose, .role = role, .permit = permit, .unrecorded = true};

    return consent_rules_eligibility(&asker, NOW);
}

static void test_every_purpose_needs_its_permission(void **state)
{
    (void)state;
    assert_true(of("research", "national-analyst", "").need == CONSENT_BIT(CONSENT_HEALTH));
    assert_true(of("trial-feasibility", "sponsor", "").need == CONSENT_BIT(CONSENT_HEALTH));
    assert_true(of("anything else", "public", "").need == CONSENT_BIT(CONSENT_HEALTH));
    assert_true(of("care-quality", "care-quality", "").need == CONSENT_BIT(CONSENT_QUALITY));
    assert_true(of("statistics", "public", "").need == CONSENT_BIT(CONSENT_STATISTICS));
    assert_true(of("preparedness", "public", "").need == CONSENT_BIT(CONSENT_STATISTICS));
}

static void test_refusals_and_restrictions_are_forbidden(void **state)
{
    static const char *const roles[] = {"public", "sponsor", "national-analyst", "care-quality"};
    const uint64_t commercial =
        CONSENT_BIT(CONSENT_NOT_COMMERCIAL) | CONSENT_BIT(CONSENT_NOT_FOR_PROFIT);

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        uint64_t forbid = of("research", roles[i], "").forbid;

        assert_true((forbid & CONSENT_REFUSALS) == CONSENT_REFUSALS);
        assert_true(forbid & CONSENT_BIT(CONSENT_SPECIFIC));
        assert_true(forbid & CONSENT_BIT(CONSENT_ETHICS_APPROVAL));
        assert_true((forbid & commercial) == (i < 2 ? commercial : 0));
    }
    assert_false(of("research", "sponsor", "2026-1").forbid & CONSENT_BIT(CONSENT_ETHICS_APPROVAL));
    assert_true(consent_rules_own_staff().forbid ==
                (CONSENT_BIT(CONSENT_BLOCKED) | CONSENT_BIT(CONSENT_OPTED_OUT) |
                 CONSENT_BIT(CONSENT_UNREAD)));
}

static void test_other_persons_have_other_keys(void **state)
{
    struct arena *arena = arena_new(4096);
    struct eligibility a = of("research", "sponsor", ""),
                       b = of("research", "national-analyst", ""), c = a, later = a,
                       statistics = of("statistics", "sponsor", "");

    (void)state;
    c.unrecorded = false;
    later.today++;
    assert_string_not_equal(consent_rules_population("all-v1", &a, arena),
                            consent_rules_population("all-v1", &b, arena));
    assert_string_not_equal(consent_rules_population("all-v1", &a, arena),
                            consent_rules_population("all-v1", &c, arena));
    assert_true(statistics.forbid == a.forbid);
    assert_string_not_equal(consent_rules_population("all-v1", &a, arena),
                            consent_rules_population("all-v1", &statistics, arena));
    assert_string_not_equal(consent_rules_population("all-v1", &a, arena),
                            consent_rules_population("all-v2", &a, arena));
    assert_true(consent_rules_overlay(&a) != consent_rules_overlay(&later));
    /* What the first ledgers have: a refusal that came later must not make a repeat a new question.
     */
    assert_true(a.forbid & CONSENT_BIT(CONSENT_UNREAD));
    b = a;
    b.forbid &= ~CONSENT_BIT(CONSENT_UNREAD);
    assert_string_equal(consent_rules_population("all-v1", &a, arena),
                        consent_rules_population("all-v1", &b, arena));
    arena_free(arena);
}

static struct eligibility on(const char *purpose, const char *disease)
{
    struct consent_rules_asker asker = {.purpose = purpose,
                                        .role = "national-analyst",
                                        .permit = "",
                                        .disease = disease,
                                        .unrecorded = true};

    return consent_rules_eligibility(&asker, NOW);
}

static void test_a_disease_is_in_the_population_of_research_alone(void **state)
{
    struct arena *arena = arena_new(4096);
    struct eligibility none = on("research", ""), null = on("research", NULL),
                       breast = on("research", "icd10:C50"), lung = on("research", "icd10:C34"),
                       quality = on("care-quality", "icd10:C50");

    (void)state;
    assert_string_equal(breast.disease.system, "icd10");
    assert_string_equal(breast.disease.code, "C50");
    assert_true(breast.need == none.need && breast.forbid == none.forbid);
    assert_string_equal(consent_rules_population("all-v1", &none, arena),
                        consent_rules_population("all-v1", &null, arena));
    assert_string_not_equal(consent_rules_population("all-v1", &none, arena),
                            consent_rules_population("all-v1", &breast, arena));
    assert_string_not_equal(consent_rules_population("all-v1", &lung, arena),
                            consent_rules_population("all-v1", &breast, arena));
    assert_string_equal(quality.disease.system, "");
    assert_string_equal(on("research", "nonsense").disease.system, "");
    assert_true(consent_rules_takes_disease("research") &&
                consent_rules_takes_disease("trial-feasibility"));
    assert_false(consent_rules_takes_disease("statistics") ||
                 consent_rules_takes_disease("care-quality"));
    arena_free(arena);
}

static void write_overlay(const struct home *home, const char *text)
{
    char path[HOME_PATH_BYTES];
    struct err err;

    assert_true(home_path(home, "overlay", path, &err));
    assert_true(file_write(path, text, strlen(text), 0600, &err));
}

static uint64_t refresh(struct consent_file *file, const struct home *home)
{
    struct err err;

    assert_true(consent_file_refresh(file, home, &err));
    return overlay_sequence(file->overlay);
}

static void test_the_overlay_never_goes_back(void **state)
{
    static const char one[] = "rikstal-overlay-v1 3\n00000000000000000000000000000001 block\n";
    struct home home = {.dir = "/tmp/rikstal-consent-XXXXXX"};
    struct consent_file file = {0};
    char path[HOME_PATH_BYTES];
    struct err err;

    (void)state;
    assert_non_null(mkdtemp(home.dir));
    assert_true(home_path(&home, "overlay", path, &err));
    assert_int_equal(refresh(&file, &home), 0);
    write_overlay(&home, one);
    assert_int_equal(refresh(&file, &home), 3);
    assert_int_equal(refresh(&file, &home), 3);
    write_overlay(&home, "rikstal-overlay-v1 2\n"); /* out of a backup */
    assert_int_equal(refresh(&file, &home), 3);
    assert_int_equal(overlay_count(file.overlay), 1);
    unlink(path);
    assert_int_equal(refresh(&file, &home), 3);
    write_overlay(&home, "rikstal-overlay-v1 4\nnonsense\n");
    assert_refused(consent_file_refresh(&file, &home, &err), &err, ERR_INVALID);
    assert_refused(consent_file_refresh(&file, &home, &err), &err,
                   ERR_INVALID); /* until it can be read */
    write_overlay(&home, "rikstal-overlay-v1 5\n");
    assert_int_equal(refresh(&file, &home), 5);
    consent_file_close(&file);
    unlink(path);
    rmdir(home.dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_purpose_needs_its_permission),
        cmocka_unit_test(test_refusals_and_restrictions_are_forbidden),
        cmocka_unit_test(test_other_persons_have_other_keys),
        cmocka_unit_test(test_a_disease_is_in_the_population_of_research_alone),
        cmocka_unit_test(test_the_overlay_never_goes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
