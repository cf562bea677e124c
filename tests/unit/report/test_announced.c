/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node's term releases count with its own signature, for its own network and name, and within
 * limits; what could not be shown or fetched is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "coordinator/report/announced.h"
#include "proto/base/clock.h"
#include "proto/trust/message.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

struct bench {
    struct country c;
    struct roster *roster;
    Rikstal__V1__Releases releases;
    Rikstal__V1__Release one[ANNOUNCED_MAX + 1];
    Rikstal__V1__Release *all[ANNOUNCED_MAX + 1];
    char names[ANNOUNCED_MAX + 1][8];
    uint8_t hash[32];
    struct announced announced;
    struct err err;
};

static void up(struct bench *b)
{
    memset(b, 0, sizeof(*b));
    country_up(&b->c, 2);
    assert_true(
        roster_read(country_path(&b->c, "roster"), &b->c.roots, NULL, 0, &b->roster, &b->err));
    rikstal__v1__releases__init(&b->releases);
    b->releases.network = "test";
    b->releases.node = "01";
    b->releases.releases = b->all;
    b->releases.n_releases = 2;
    for (size_t i = 0; i <= ANNOUNCED_MAX; i++) {
        rikstal__v1__release__init(&b->one[i]);
        snprintf(b->names[i], sizeof(b->names[i]), "s%zu", i);
        b->one[i].system = b->names[i];
        b->one[i].release = "2026";
        b->all[i] = &b->one[i];
    }
    b->one[0].hash = (ProtobufCBinaryData){32, b->hash};
    b->one[0].size = RELEASE_FILE_BYTES_MAX;
}

static void down(struct bench *b)
{
    roster_free(b->roster);
    country_down(&b->c);
}

static bool opens(struct bench *b, struct secret_key *key, const char *node)
{
    Rikstal__V1__Envelope *envelope;

    assert_true(envelope_sign_message(DOMAIN_RELEASES, &b->releases.base, key, b->c.arena,
                                      &envelope, &b->err));
    return announced_open((struct roster_view){b->roster, node, clock_wall_s()}, envelope,
                          b->c.arena, &b->announced, &b->err);
}

static bool opens_as_is(struct bench *b)
{
    return opens(b, b->c.node[0].key, "01");
}

static void test_a_list_is_read_as_its_node_signed_it(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_true(opens_as_is(&b));
    assert_string_equal(b.announced.node, "01");
    assert_int_equal(b.announced.n, 2);
    assert_string_equal(b.announced.release[0].system, "s0");
    assert_true(b.announced.release[0].has_file);
    assert_false(b.announced.release[1].has_file);
    b.releases.n_releases = 0;
    assert_true(opens_as_is(&b));
    down(&b);
}

static void test_another_key_node_or_network_is_refused(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    assert_refused(opens(&b, b.c.node[1].key, "01"), &b.err, ERR_DENIED);
    assert_refused(opens(&b, b.c.stranger, "01"), &b.err, ERR_DENIED);
    assert_refused(opens(&b, b.c.node[1].key, "03"), &b.err, ERR_DENIED);
    b.releases.network = "other";
    assert_refused(opens_as_is(&b), &b.err, ERR_DENIED);
    down(&b);
}

static void test_releases_at_the_limit_and_one_past(void **state)
{
    struct bench b;

    (void)state;
    up(&b);
    b.releases.n_releases = ANNOUNCED_MAX;
    assert_true(opens_as_is(&b));
    b.releases.n_releases = ANNOUNCED_MAX + 1;
    assert_refused_for(opens_as_is(&b), &b.err, ERR_INVALID, "more than");
    down(&b);
}

static void test_what_cannot_be_shown_or_fetched_is_refused(void **state)
{
    char longest[RELEASE_FILE_RELEASE_BYTES + 1];
    struct bench b;

    (void)state;
    up(&b);
    memset(longest, 'x', sizeof(longest) - 1);
    longest[RELEASE_FILE_RELEASE_BYTES - 1] = 0;
    b.one[1].release = longest;
    assert_true(opens_as_is(&b));
    longest[RELEASE_FILE_RELEASE_BYTES - 1] = 'x';
    longest[RELEASE_FILE_RELEASE_BYTES] = 0;
    assert_refused_for(opens_as_is(&b), &b.err, ERR_INVALID, "cannot be shown");
    b.one[1].release = "\033[2J";
    assert_refused_for(opens_as_is(&b), &b.err, ERR_INVALID, "cannot be shown");
    b.one[1].release = "x";
    b.one[1].system = "";
    assert_refused_for(opens_as_is(&b), &b.err, ERR_INVALID, "cannot be shown");
    b.one[1].system = "s0";
    assert_refused_for(opens_as_is(&b), &b.err, ERR_INVALID, "twice");
    b.one[1].system = "s1";
    b.one[0].size = RELEASE_FILE_BYTES_MAX + 1;
    assert_refused_for(opens_as_is(&b), &b.err, ERR_INVALID, "hash or size");
    b.one[0].size = 0;
    assert_refused_for(opens_as_is(&b), &b.err, ERR_INVALID, "hash or size");
    b.one[0].size = 1;
    b.one[0].hash.len = 31;
    assert_refused_for(opens_as_is(&b), &b.err, ERR_INVALID, "hash or size");
    down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_is_read_as_its_node_signed_it),
        cmocka_unit_test(test_another_key_node_or_network_is_refused),
        cmocka_unit_test(test_releases_at_the_limit_and_one_past),
        cmocka_unit_test(test_what_cannot_be_shown_or_fetched_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
