/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identity's promises: one person in any notation is one hash; different domains and keys give
 * different ones; a wrong check digit drops nobody; a clear id stands in no error; the guard finds
 * every written form of a valid number and nothing shorter or longer; a key that others can read is
 * refused. All numbers here are made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/import/identity.h"
#include "node/store/person.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "tests/unit/refused.h"

#define NOW_S INT64_C(1795280000) /* November 2026 */

static const uint8_t key[IDENTITY_KEY_BYTES] = {1, 2, 3};

static struct person_id hash_of(const char *domain, const char *id)
{
    struct identity *identity = NULL;
    struct person_id pid = {{0}};
    struct err err = {0};

    assert_true(identity_from_key(key, &identity, &err));
    assert_true(
        identity_person(identity, &(struct identity_who){.domain = domain, .id = id}, &pid, &err));
    identity_close(identity);
    return pid;
}

static bool hash_born(const char *id, int year, struct person_id *pid)
{
    struct identity *identity = NULL;
    struct err err = {0};
    bool ok;

    assert_true(identity_from_key(key, &identity, &err));
    ok = identity_person(identity, &(struct identity_who){.id = id, .birth_year = year}, pid, &err);
    assert_true(ok || err.code == ERR_INVALID);
    identity_close(identity);
    return ok;
}

static bool same(const char *a, const char *b)
{
    struct person_id x = hash_of(NULL, a), y = hash_of(NULL, b);

    return memcmp(x.b, y.b, sizeof(x.b)) == 0;
}

static void test_one_person_in_five_notations_is_one_hash(void **state)
{
    (void)state;
    clock_set(0, NOW_S);
    assert_true(same("121212-1212", "121212\xe2\x80\x93"
                                    "1212"));
    assert_true(same("121212-1212", "201212121212"));
    assert_true(same("121212-1212", "20121212-1212"));
    assert_true(same("121212-1212", "  20121212 1212\t"));
    assert_true(same("121212+1212", "191212121212"));
    assert_false(same("121212+1212", "121212-1212"));
    assert_true(same("991212-1218", "199912121218")); /* 2099 has not come */
    clock_release();
}

static void test_coordination_numbers_are_numbers_and_wrong_check_digits_need_a_reason(void **state)
{
    struct person_id national, born;

    (void)state;
    clock_set(0, NOW_S);
    assert_true(same("121272-1219", "201212721219"));
    assert_false(same("121212-1213", "201212121213"));
    assert_false(same("121212-1213", "121212-1212"));
    national = hash_of("se", "121212-1213");
    assert_memory_equal(national.b, hash_of("se", "201212121213").b, 16);
    assert_true(hash_born("1212121213", 2012, &born));
    assert_memory_equal(national.b, born.b, 16);
    clock_release();
}

static void test_a_century_that_nobody_can_say_is_refused(void **state)
{
    struct person_id old, young;

    (void)state;
    clock_set(0, NOW_S);
    assert_false(hash_born("1212121212", 0, &old)); /* no sign and no birth */
    assert_true(hash_born("1212121212", 1912, &old));
    assert_true(hash_born("1212121212", 2012, &young));
    assert_memory_not_equal(old.b, young.b, 16);
    assert_memory_equal(old.b, hash_of(NULL, "191212121212").b, 16);
    assert_false(hash_born("1212121212", 1913, &old)); /* the record contradicts the number */
    clock_release();
}

static void test_an_id_is_what_one_sees(void **state)
{
    static const char *const rounded[] = {"1.60101E+11", "2E5", "1,6e11", "19121212E0", "7e-3"};
    struct person_id pid;

    /* U+034F, 115F, 1160, 17B4, 180B, 2800, 3164, FE0F, FFA0, E0100 */
    static const char *const unseen[] = {
        "\xcd\x8f",     "\xe1\x85\x9f", "\xe1\x85\xa0", "\xe1\x9e\xb4", "\xe1\xa0\x8b",
        "\xe2\xa0\x80", "\xe3\x85\xa4", "\xef\xb8\x8f", "\xef\xbe\xa0", "\xf3\xa0\x84\x80"};

    (void)state;
    assert_true(same("A1", "A\xe2\x80\x8b"
                           "1")); /* a blank without width */
    assert_true(same("\xef\xbb\xbf"
                     "A1",
                     "A1"));                              /* a mark of byte order */
    assert_true(same("Mal\xc3\xb6 1", "Malo\xcc\x88 1")); /* NFC */
    assert_true(same("A\xc2\xa0"
                     "1",
                     "A 1"));
    assert_false(same("A1", "a1"));
    assert_false(same("001", "1"));
    for (size_t i = 0; i < sizeof(rounded) / sizeof(rounded[0]); i++)
        assert_false(hash_born(rounded[i], 0, &pid));
    assert_true(hash_born("E5", 0, &pid));
    assert_true(hash_born("2E5A", 0, &pid));
    assert_false(hash_born("A\xff", 0, &pid));
    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
        char id[16];

        snprintf(id, sizeof(id), "A%s1", unseen[i]);
        assert_true(same("A1", id));
    }
}

static void test_near_ids_have_one_mark(void **state)
{
    static const char *const near[] = {"lab-007", "LAB007", "Lab 007", "lab.0-07"};
    struct identity *identity = NULL;
    struct err err = {0};
    uint8_t first[16], mark[16];

    (void)state;
    assert_true(identity_from_key(key, &identity, &err));
    identity_near(identity, &(struct identity_who){.id = near[0]}, first);
    for (size_t i = 1; i < sizeof(near) / sizeof(near[0]); i++) {
        identity_near(identity, &(struct identity_who){.id = near[i]}, mark);
        assert_memory_equal(first, mark, 16);
    }
    identity_near(identity, &(struct identity_who){.id = "lab008"}, mark);
    assert_memory_not_equal(first, mark, 16);
    identity_near(identity, &(struct identity_who){.domain = "x", .id = "lab007"}, mark);
    assert_memory_not_equal(first, mark, 16);
    identity_close(identity);
}

static void test_what_is_no_date_is_an_id_like_any_other(void **state)
{
    (void)state;
    assert_false(same("121312-1218", "201213121218")); /* month 13 */
    assert_false(same("121232-1212", "201212321212")); /* day 32 */
    assert_false(same("HG00096", "HG00097"));
    assert_false(same("Patient 1", "patient 1"));
    assert_true(same("Patient 1", " Patient 1 "));
}

static void test_a_domain_at_the_limit_and_one_past(void **state)
{
    char domain[IDENTITY_DOMAIN_MAX + 2] = "";
    struct identity *identity = NULL;
    struct person_id pid;
    struct err err = {0};

    (void)state;
    assert_true(identity_from_key(key, &identity, &err));
    memset(domain, 'd', IDENTITY_DOMAIN_MAX);
    hash_of(domain, "lab007");
    domain[IDENTITY_DOMAIN_MAX] = 'd';
    assert_refused_for(identity_person(identity,
                                       &(struct identity_who){.domain = domain, .id = "lab007"},
                                       &pid, &err),
                       &err, ERR_INVALID, "domain");
    identity_close(identity);
}

static void test_domains_keys_and_marks_are_kept_apart(void **state)
{
    static const uint8_t other[IDENTITY_KEY_BYTES] = {9};
    struct person_id here = hash_of("local", "A1"), there = hash_of("skane", "A1");
    struct person_id number = hash_of("skane", "121212-1212");
    struct person_id again = hash_of("local", "121212-1212");
    struct identity *identity = NULL;
    struct person_id pid;
    struct err err = {0};
    uint8_t mark[16];

    (void)state;
    assert_memory_not_equal(here.b, there.b, 16);
    assert_memory_equal(number.b, again.b, 16); /* a national number has its own domain */
    assert_true(identity_from_key(other, &identity, &err));
    assert_true(
        identity_person(identity, &(struct identity_who){.domain = NULL, .id = "A1"}, &pid, &err));
    assert_memory_not_equal(here.b, pid.b, 16);
    identity_mark(identity, "local", "A1", 2, mark);
    assert_memory_not_equal(mark, pid.b, 16);
    identity_close(identity);
}

static void test_an_error_never_repeats_the_id(void **state)
{
    struct identity *identity = NULL;
    char id[IDENTITY_ID_MAX + 2];
    struct person_id pid;
    struct err err = {0};

    (void)state;
    memset(id, '7', sizeof(id) - 1);
    id[sizeof(id) - 1] = 0;
    assert_true(identity_from_key(key, &identity, &err));
    assert_refused(
        identity_person(identity, &(struct identity_who){.domain = NULL, .id = id}, &pid, &err),
        &err, ERR_INVALID); /* one past the limit */
    assert_null(strstr(err.text, "777"));
    id[IDENTITY_ID_MAX] = 0;
    assert_true(
        identity_person(identity, &(struct identity_who){.domain = NULL, .id = id}, &pid, &err));
    assert_refused(
        identity_person(identity, &(struct identity_who){.domain = NULL, .id = "  "}, &pid, &err),
        &err, ERR_INVALID);
    assert_refused(
        identity_person(identity, &(struct identity_who){.domain = "a b", .id = "A1"}, &pid, &err),
        &err, ERR_INVALID);
    identity_close(identity);
}

static void test_the_guard_finds_every_written_form(void **state)
{
    static const char *const found[] = {
        "1212121212",
        "121212-1212",
        "121212+1212",
        "121212 1212",
        "201212121212",
        "20121212-1212",
        "a201212121212.vcf",
        "x_121212-1212_T",
        "c.1A>G 121212-1212",
        "run7/1212121212_N",
        "19121212_1212",
        "121212_1212",
        "1912-12-12-1212",
        "121212\xe2\x80\x93"
        "1212",
        "20121212.1212",
        "12 12 12 1212",
        "2012 1212 1212",
        "121212\xc2\xa0"
        "1212",
        "\xef\xbc\x91\xef\xbc\x92"
        "1212-1212",
        "a/20121212/1212",
    };
    static const char *const clean[] = {
        "",
        "121212-1213",
        "12121212121",
        "121212121",
        "2012121212129",
        "HG00096",
        "121212-12121",
        "121212--1212",
        "NC_000009.12:g.135765706G>A",
        "121212-121",
        "12121-1212",
        "121312_1212", /* month 13 */
        "PMID_28369533_9812",
    };
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
        assert_true(identity_seen(found[i], strlen(found[i])));
        assert_refused(identity_is_absent("a file name", found[i], &err), &err, ERR_DENIED);
        assert_null(strstr(err.text, "1212"));
    }
    for (size_t i = 0; i < sizeof(clean) / sizeof(clean[0]); i++)
        assert_true(identity_is_absent("a file name", clean[i], &err));
}

static void test_a_key_file_is_made_once_and_kept_from_others(void **state)
{
    char dir[] = "/tmp/rikstal-identity-XXXXXX";
    char path[64];
    struct identity *identity = NULL;
    struct stat info;
    struct err err = {0};

    (void)state;
    assert_true(random_start());
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/keys", dir);
    assert_true(file_make_folder(path, 0700, &err));
    assert_refused(identity_open(dir, &identity, &err), &err, ERR_INVALID); /* missing */
    assert_non_null(strstr(err.text, "rikstal-node init"));
    assert_true(identity_create(dir, &err));
    assert_refused(identity_create(dir, &err), &err, ERR_INVALID);
    snprintf(path, sizeof(path), "%s/keys/pid.key", dir);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0400);
    assert_true(identity_open(dir, &identity, &err));
    identity_close(identity);
    assert_int_equal(chmod(path, 0440), 0);
    assert_refused(identity_open(dir, &identity, &err), &err, ERR_DENIED);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 20), 0);
    assert_refused(identity_open(dir, &identity, &err), &err, ERR_INVALID);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof(path), "%s/keys", dir);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_person_in_five_notations_is_one_hash),
        cmocka_unit_test(
            test_coordination_numbers_are_numbers_and_wrong_check_digits_need_a_reason),
        cmocka_unit_test(test_a_century_that_nobody_can_say_is_refused),
        cmocka_unit_test(test_an_id_is_what_one_sees),
        cmocka_unit_test(test_near_ids_have_one_mark),
        cmocka_unit_test(test_what_is_no_date_is_an_id_like_any_other),
        cmocka_unit_test(test_a_domain_at_the_limit_and_one_past),
        cmocka_unit_test(test_domains_keys_and_marks_are_kept_apart),
        cmocka_unit_test(test_an_error_never_repeats_the_id),
        cmocka_unit_test(test_the_guard_finds_every_written_form),
        cmocka_unit_test(test_a_key_file_is_made_once_and_kept_from_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
