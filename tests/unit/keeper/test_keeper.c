/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the keeper's house-keeping: it says what an unenrolled folder lacks, two keepers
 * never serve one folder, a changed policy is taken up and a wrong one is not, and a policy's
 * version and the overlay's sequence are remembered across a restart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/privacy/policy.h"
#include "proto/base/random.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"
#include "tests/unit/refused.h"

static void test_a_folder_that_is_not_enrolled_is_refused_by_name(void **state)
{
    struct keeper *keeper;
    struct world w;

    (void)state;
    world_up(&w);
    world_write(&w, "roster", "x", 1);
    assert_refused(keeper_open(w.dir, &keeper, &w.err), &w.err, ERR_INVALID);
    assert_non_null(strstr(w.err.text, "enrol"));
    world_write(&w, "node.conf", "[node]\nregion = 12\n", 19);
    assert_refused(keeper_open(w.dir, &keeper, &w.err), &w.err, ERR_INVALID);
    assert_non_null(strstr(w.err.text, "network"));
    assert_refused(keeper_open("/nonexistent", &keeper, &w.err), &w.err, ERR_INVALID);
    world_down(&w);
}

static const char *ask(struct world *w)
{
    return world_ask_text(w, "age >= 18")->code;
}

/* The log remembers that there were refusals, so a start without them counts nobody. */
static void test_an_overlay_that_was_in_force_is_missed_after_a_restart(void **state)
{
    static const char third[] = "rikstal-overlay-v1 3\n00000000000000000000000000000001 block\n";
    static const char second[] = "rikstal-overlay-v1 2\n", fourth[] = "rikstal-overlay-v1 4\n";
    struct world w;
    char path[128];

    (void)state;
    world_up(&w);
    snprintf(path, sizeof(path), "%s/overlay", w.dir);
    world_write(&w, "overlay", third, strlen(third));
    world_start(&w);
    assert_string_equal(ask(&w), "");
    unlink(path); /* a running keeper keeps what it knows */
    assert_string_equal(ask(&w), "");
    world_stop(&w);
    world_start(&w);
    assert_string_equal(ask(&w), "failed"); /* repeats too */
    world_write(&w, "overlay", second, strlen(second));
    assert_string_equal(ask(&w), "failed");
    world_stop(&w);
    world_start(&w); /* with the older one there from the start */
    assert_string_equal(ask(&w), "failed");
    world_write(&w, "overlay", third, strlen(third));
    assert_string_equal(ask(&w), "");
    world_write(&w, "overlay", fourth, strlen(fourth));
    assert_string_equal(ask(&w), "");
    world_stop(&w);
    world_write(&w, "overlay", third, strlen(third));
    world_start(&w);
    assert_string_equal(ask(&w), "failed");
    world_down(&w);
}

static void test_a_second_keeper_is_refused(void **state)
{
    struct keeper *second;
    struct world w;

    (void)state;
    world_up(&w);
    world_start(&w);
    assert_refused(keeper_open(w.dir, &second, &w.err), &w.err, ERR_UNAVAILABLE);
    world_stop(&w);
    world_start(&w);
    world_down(&w);
}

/* The default policy, its first `from` replaced. */
static void write_policy(struct world *w, const char *version, const char *from, const char *to)
{
    size_t size = strlen(policy_default) + 200;
    char *text = calloc(1, size), *next = calloc(1, size);
    const char *at = strstr(policy_default, "\"version\": 1");

    assert_non_null(text);
    assert_non_null(next);
    snprintf(text, size, "%.*s\"version\": %s%s", (int)(at - policy_default), policy_default,
             version, at + strlen("\"version\": 1"));
    at = strstr(text, from);
    assert_non_null(at);
    snprintf(next, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    world_write(w, "policy.json", next, strlen(next));
    free(text);
    free(next);
}

static const char *code(struct world *w)
{
    return world_ask_text(w, "age >= 18")->code;
}

static void test_a_changed_policy_is_taken_up_and_a_wrong_one_is_not(void **state)
{
    struct keeper *keeper;
    struct world w;
    char path[96];

    (void)state;
    world_up(&w);
    snprintf(path, sizeof(path), "%s/policy.json", w.dir);
    assert_int_equal(unlink(path), 0);
    world_start(&w);
    assert_true(world_has(&w, "policy.json")); /* the default was written */
    assert_string_equal(code(&w), "");
    world_write(&w, "policy.json", "{", 1);
    assert_string_equal(code(&w), "");
    write_policy(&w, "1", "\"national-analyst\"", "\"somebody-else\"");
    assert_string_equal(code(&w), ""); /* a change without a new version */
    write_policy(&w, "2", "\"national-analyst\"", "\"somebody-else\"");
    assert_string_equal(code(&w), "policy");
    write_policy(&w, "1", "\"window\"", "\"window\"");
    assert_string_equal(code(&w), "policy"); /* no way back */
    world_stop(&w);
    assert_refused(keeper_open(w.dir, &keeper, &w.err), &w.err, ERR_DENIED);
    assert_non_null(strstr(w.err.text, "version"));
    write_policy(&w, "3", "\"window\"", "\"window\"");
    world_start(&w);
    assert_string_equal(code(&w), "");
    world_down(&w);
}

static void test_a_bad_snapshot_leaves_the_old_one_in_use(void **state)
{
    struct keeper *keeper;
    struct world w;

    (void)state;
    world_up(&w);
    world_start(&w);
    world_publish(&w, "bad");
    assert_string_equal(code(&w), "");
    world_stop(&w);
    assert_refused(keeper_open(w.dir, &keeper, &w.err), &w.err,
                   ERR_INTERNAL); /* none to fall back on */
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_folder_that_is_not_enrolled_is_refused_by_name),
        cmocka_unit_test(test_an_overlay_that_was_in_force_is_missed_after_a_restart),
        cmocka_unit_test(test_a_second_keeper_is_refused),
        cmocka_unit_test(test_a_changed_policy_is_taken_up_and_a_wrong_one_is_not),
        cmocka_unit_test(test_a_bad_snapshot_leaves_the_old_one_in_use),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
