/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a release that opens is pinned to the newest snapshot and stays there whatever is
 * published since, also over a restart; its noise key stays beside the newest one's; without data
 * nothing is pinned, and later what comes is; a pin whose files are gone is told once and its
 * release has no data; when a release has closed, or another replaces it, its pin and its key are
 * gone; PINNED_SNAPSHOTS_MAX are answered from at a time and not one more.
 */
#include "node/keeper/pinned_snapshots.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/keeper/world.h"
#include "tests/unit/refused.h"

#define DAY_S 86400
#define RELEASES (PINNED_SNAPSHOTS_MAX + 1)

struct bench {
    struct world world;
    struct home home;
    struct current_snapshot newest;
    struct pinned_snapshots pinned;
    struct roster *roster;
    Rikstal__V1__RosterRelease release[RELEASES], *list[RELEASES];
    char name[RELEASES][PIN_NAME_BYTES];
    struct err err;
};

/* All open for a week from PEOPLE_NOW on; the roster lists n of them. */
static void roster_of(struct bench *b, size_t n)
{
    roster_free(b->roster);
    b->world.people.roster.releases = b->list;
    b->world.people.roster.n_releases = n;
    b->roster = people_roster(&b->world.people);
}

static void up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    world_up(&b->world);
    assert_true(home_read(b->world.dir, &b->home, &b->err));
    for (size_t i = 0; i < RELEASES; i++) {
        snprintf(b->name[i], sizeof(b->name[i]), "2027-W%02zu", i + 1);
        rikstal__v1__roster_release__init(&b->release[i]);
        b->release[i].name = b->name[i];
        b->release[i].opens = PEOPLE_NOW;
        b->release[i].closes = PEOPLE_NOW + 7 * DAY_S;
        b->list[i] = &b->release[i];
    }
    roster_of(b, 1);
}

static void down(struct bench *b)
{
    roster_free(b->roster);
    pinned_snapshots_close(&b->pinned);
    current_snapshot_close(&b->newest);
    world_down(&b->world);
}

/* What the keeper does at each look; returns how many releases were pinned. */
static size_t look(struct bench *b, int64_t now_s)
{
    struct pinned_snapshots_by by = {&b->home, b->roster, &b->newest, now_s};
    const struct pin *pinned;
    size_t n = 0;
    bool changed;

    assert_true(current_snapshot_refresh(&b->newest, &b->home, &changed, &b->err));
    do {
        if (!pinned_snapshots_refresh(&b->pinned, &by, &pinned, &b->err))
            fail_msg("%s", b->err.text);
        n += pinned != NULL;
    } while (pinned);
    return n;
}

static size_t keys(struct bench *b)
{
    char pattern[128];
    glob_t found;
    size_t n;

    snprintf(pattern, sizeof(pattern), "%s/keys/noise.*.key", b->world.dir);
    if (glob(pattern, 0, NULL, &found) != 0)
        return 0;
    n = found.gl_pathc;
    globfree(&found);
    return n;
}

static const uint8_t *id_of(struct bench *b, const char *release)
{
    const struct current_snapshot *data = pinned_snapshots_find(&b->pinned, release);

    return data ? snapshot_info(data->snapshot)->id : NULL;
}

static void test_what_opens_is_pinned_and_stays(void **state)
{
    uint8_t first[32];
    struct bench b;

    (void)state;
    up(&b);
    assert_int_equal(look(&b, PEOPLE_NOW - 1), 0);
    assert_null(pinned_snapshots_find(&b.pinned, b.name[0]));
    assert_int_equal(look(&b, PEOPLE_NOW), 1);
    memcpy(first, snapshot_info(b.newest.snapshot)->id, sizeof(first));
    assert_memory_equal(id_of(&b, b.name[0]), first, 32);
    assert_int_equal(keys(&b), 1);
    for (int night = 0; night < 3; night++) {
        world_publish(&b.world, night % 2 ? "odd" : "even");
        assert_int_equal(look(&b, PEOPLE_NOW + night * DAY_S), 0);
        assert_memory_equal(id_of(&b, b.name[0]), first, 32);
        assert_memory_not_equal(snapshot_info(b.newest.snapshot)->id, first, 32);
        assert_int_equal(keys(&b), 2); /* the pinned one's and the newest one's */
    }
    pinned_snapshots_close(&b.pinned); /* a restart */
    assert_int_equal(look(&b, PEOPLE_NOW + 3 * DAY_S), 1);
    assert_memory_equal(id_of(&b, b.name[0]), first, 32);
    down(&b);
}

static void test_what_has_closed_is_forgotten(void **state)
{
    struct pin pin;
    struct bench b;
    bool found;

    (void)state;
    up(&b);
    look(&b, PEOPLE_NOW);
    world_publish(&b.world, "two");
    look(&b, PEOPLE_NOW);
    assert_int_equal(keys(&b), 2);
    look(&b, PEOPLE_NOW + 7 * DAY_S);
    assert_null(pinned_snapshots_find(&b.pinned, b.name[0]));
    assert_true(pin_read(b.world.dir, b.name[0], &pin, &found, &b.err));
    assert_false(found);
    assert_int_equal(keys(&b), 1);
    down(&b);
}

static void test_what_is_replaced_is_forgotten_and_the_other_is_of_newer_data(void **state)
{
    uint8_t first[32];
    struct bench b;

    (void)state;
    up(&b);
    look(&b, PEOPLE_NOW);
    memcpy(first, id_of(&b, b.name[0]), 32);
    world_publish(&b.world, "mended");
    memcpy(b.name[1], "2027-W01b", sizeof("2027-W01b"));
    b.release[1].opens = PEOPLE_NOW + DAY_S;
    roster_of(&b, 2);
    assert_int_equal(look(&b, PEOPLE_NOW), 0);
    assert_int_equal(look(&b, PEOPLE_NOW + DAY_S), 1);
    assert_null(pinned_snapshots_find(&b.pinned, b.name[0]));
    assert_memory_not_equal(id_of(&b, b.name[1]), first, 32);
    assert_int_equal(keys(&b), 1);
    down(&b);
}

static void test_without_data_nothing_is_pinned_until_there_are(void **state)
{
    struct pin gone = {.release = "2027-W02"};
    struct bench b;

    (void)state;
    up(&b);
    world_publish(&b.world, "");
    assert_int_equal(look(&b, PEOPLE_NOW), 0);
    assert_null(pinned_snapshots_find(&b.pinned, b.name[0]));
    world_publish(&b.world, "late");
    assert_int_equal(look(&b, PEOPLE_NOW + DAY_S), 1);
    assert_non_null(pinned_snapshots_find(&b.pinned, b.name[0]));
    assert_true(pin_put(b.world.dir, &gone, &b.err)); /* of files that are not there */
    roster_of(&b, 2);
    assert_int_equal(look(&b, PEOPLE_NOW + DAY_S), 1);
    assert_null(pinned_snapshots_find(&b.pinned, b.name[1]));
    assert_int_equal(look(&b, PEOPLE_NOW + DAY_S), 0);
    down(&b);
}

static void test_so_many_at_a_time(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    roster_of(&b, PINNED_SNAPSHOTS_MAX);
    assert_int_equal(look(&b, PEOPLE_NOW), PINNED_SNAPSHOTS_MAX);
    for (size_t i = 0; i < PINNED_SNAPSHOTS_MAX; i++)
        assert_non_null(pinned_snapshots_find(&b.pinned, b.name[i]));
    assert_int_equal(keys(&b), 1); /* all of one snapshot */
    roster_of(&b, PINNED_SNAPSHOTS_MAX + 1);
    assert_int_equal(look(&b, PEOPLE_NOW), 0);
    assert_null(pinned_snapshots_find(&b.pinned, b.name[PINNED_SNAPSHOTS_MAX]));
    assert_non_null(pinned_snapshots_find(&b.pinned, b.name[0]));
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_opens_is_pinned_and_stays),
        cmocka_unit_test(test_what_has_closed_is_forgotten),
        cmocka_unit_test(test_what_is_replaced_is_forgotten_and_the_other_is_of_newer_data),
        cmocka_unit_test(test_without_data_nothing_is_pinned_until_there_are),
        cmocka_unit_test(test_so_many_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
