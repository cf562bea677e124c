/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a leaf's hashes are found again with the log's own key and by no one without it; one
 * question of one organisation is sealed alike, of two organisations not; what is zero stays zero;
 * the key is made once and stays, and is lost with the transaction that made it.
 */
#include "node/audit/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>
#include <sqlite3.h>

#include "node/audit/audit.h"

static sqlite3 *db;
static struct audit *audit;
static struct err err;

static void sql(const char *text)
{
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
}

static int up(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_true(audit_open(db, &audit, &err));
    sql("BEGIN IMMEDIATE");
    return 0;
}

static int down(void **state)
{
    (void)state;
    audit_close(audit);
    sql("ROLLBACK");
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return 0;
}

static struct leaf leaf_of(uint8_t question, const char *organisation)
{
    struct leaf leaf = {.type = LEAF_CHARGE, .question_hash = {question}, .noise_key = {question}};

    assert_true(leaf_name(leaf.organisation, sizeof(leaf.organisation), organisation, &err));
    return leaf;
}

static struct leaf sealed(uint8_t question, const char *organisation)
{
    struct leaf leaf = leaf_of(question, organisation);

    assert_true(seal_leaf(db, &leaf, &err));
    return leaf;
}

static void test_one_question_of_one_organisation_is_sealed_alike(void **state)
{
    struct leaf a = sealed(1, "gms"), again = sealed(1, "gms");
    struct leaf other = sealed(2, "gms"), theirs = sealed(1, "north");

    (void)state;
    assert_memory_equal(&a, &again, sizeof(a));
    assert_memory_not_equal(a.question_hash, other.question_hash, 32);
    assert_memory_not_equal(a.question_hash, theirs.question_hash, 32);
    assert_memory_not_equal(a.noise_key, theirs.noise_key, 32);
    assert_memory_not_equal(a.question_hash, a.noise_key, 32); /* of one value */
    assert_string_equal(a.organisation, "gms");
}

static void test_what_is_zero_stays_zero(void **state)
{
    struct leaf leaf = sealed(0, "gms");

    (void)state;
    assert_true(sodium_is_zero(leaf.question_hash, 32));
    assert_true(sodium_is_zero(leaf.noise_key, 32));
}

static void test_another_log_seals_otherwise_and_the_key_is_in_its_file(void **state)
{
    struct leaf a = sealed(1, "gms"), b;

    (void)state;
    sql("COMMIT; BEGIN IMMEDIATE");
    b = sealed(1, "gms");
    assert_memory_equal(&a, &b, sizeof(a));
    sql("UPDATE seal SET key = randomblob(32)");
    b = sealed(1, "gms");
    assert_memory_not_equal(a.question_hash, b.question_hash, 32);
    assert_int_not_equal(
        sqlite3_exec(db, "INSERT INTO seal VALUES(2, randomblob(32))", NULL, NULL, NULL),
        SQLITE_OK);
}

static void test_a_key_is_lost_with_its_transaction(void **state)
{
    struct leaf a = sealed(1, "gms"), b;

    (void)state;
    sql("ROLLBACK; BEGIN IMMEDIATE");
    b = sealed(1, "gms");
    assert_memory_not_equal(a.question_hash, b.question_hash, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_question_of_one_organisation_is_sealed_alike, up,
                                        down),
        cmocka_unit_test_setup_teardown(test_what_is_zero_stays_zero, up, down),
        cmocka_unit_test_setup_teardown(test_another_log_seals_otherwise_and_the_key_is_in_its_file,
                                        up, down),
        cmocka_unit_test_setup_teardown(test_a_key_is_lost_with_its_transaction, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
