/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a roster that is older than one that was seen is refused, the same and a newer one
 * pass; it is remembered for each network of its own; the file is 0600 and goes forward only, and
 * one that is not as it was written is an error, never a blank; what could not be written leaves
 * what was there.
 */
#include "coordinator/analyst/roster_pin.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/file.h"
#include "tests/unit/ask/country.h"
#include "tests/unit/refused.h"

struct place {
    struct country country;
    char *path;
    struct err err;
};

static void place_up(struct place *p)
{
    country_up(&p->country, 1);
    p->path = country_path(&p->country, ROSTER_PIN_FILE);
}

static void place_down(struct place *p)
{
    unlink(p->path);
    unlink(country_path(&p->country, ROSTER_PIN_FILE ".lock"));
    country_down(&p->country);
}

static struct roster *roster_of(struct place *p, uint64_t version)
{
    struct roster *roster;

    p->country.version = version;
    country_roster(&p->country, 1);
    if (!roster_read(country_path(&p->country, "roster"), &p->country.roots, NULL, 0, &roster,
                     &p->err))
        fail_msg("%s", p->err.text);
    return roster;
}

static bool admitted(struct place *p, const struct root_keys *roots, uint64_t version)
{
    struct roster *roster = roster_of(p, version);
    bool admitted = roster_pin_admit(p->path, roots, roster, &p->err);

    roster_free(roster);
    return admitted;
}

static bool remembered(struct place *p, const struct root_keys *roots, uint64_t version)
{
    struct roster *roster = roster_of(p, version);
    bool remembered = roster_pin_remember(p->path, roots, roster, &p->err);

    roster_free(roster);
    return remembered;
}

static void test_an_older_roster_than_one_that_was_seen_is_refused(void **state)
{
    struct place p;
    struct stat stat_of;
    const struct root_keys *roots = &p.country.roots;

    (void)state;
    place_up(&p);
    assert_true(admitted(&p, roots, 7)); /* nothing was seen */
    assert_false(file_exists(p.path));   /* and looking remembers nothing */
    assert_true(remembered(&p, roots, 7));
    assert_int_equal(stat(p.path, &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 0777, 0600);
    assert_true(admitted(&p, roots, 7));
    assert_true(admitted(&p, roots, 8));
    assert_refused(admitted(&p, roots, 6), &p.err, ERR_DENIED);
    assert_int_equal(err_exit_code(&p.err), EXIT_REFUSED);
    assert_ptr_equal(strstr(p.err.text, "the coordinator's roster is version 6, and version 7 was "
                                        "verified here before ("),
                     p.err.text);
    assert_true(remembered(&p, roots, 9));
    assert_refused(remembered(&p, roots, 8), &p.err, ERR_DENIED); /* another process was quicker */
    assert_refused(admitted(&p, roots, 8), &p.err, ERR_DENIED);
    assert_true(admitted(&p, roots, 9));
    place_down(&p);
}

static void test_each_network_has_a_memory_of_its_own(void **state)
{
    struct root_keys other, turned;
    struct place p;

    (void)state;
    place_up(&p);
    other = p.country.roots;
    other.n = 2;
    memset(other.keys[1].b, 1, KEY_BYTES);
    turned = other;
    turned.keys[0] = other.keys[1];
    turned.keys[1] = other.keys[0];
    assert_true(remembered(&p, &p.country.roots, 9));
    assert_true(admitted(&p, &other, 3));
    assert_true(remembered(&p, &other, 3));
    assert_refused(admitted(&p, &turned, 2), &p.err,
                   ERR_DENIED); /* the same keys in another order */
    assert_refused(admitted(&p, &p.country.roots, 8), &p.err, ERR_DENIED);
    for (uint8_t i = 2; i < ROSTER_PIN_NETWORKS_MAX; i++) {
        other.keys[1].b[0] = i;
        assert_true(remembered(&p, &other, UINT64_MAX));
    }
    assert_refused(admitted(&p, &other, 4), &p.err, ERR_DENIED);
    other.keys[1].b[0] = 0xff;
    assert_true(admitted(&p, &other, 4));
    assert_refused(remembered(&p, &other, 4), &p.err, ERR_EXHAUSTED); /* one past the most */
    assert_refused(admitted(&p, &p.country.roots, 8), &p.err, ERR_DENIED);
    place_down(&p);
}

static void test_a_file_that_is_not_as_it_was_written_is_no_blank(void **state)
{
#define HEAD "rikstal-rosters-seen-v1\n"
#define ID "0123456789abcdef0123456789abcdef"
    static const char *const odd[] = {
        "",
        "rikstal-rosters-seen-v2\n",
        "rikstal-rosters-seen-v1",
        HEAD "\n",
        HEAD ID " 7",
        HEAD ID " 07\n",
        HEAD ID " -7\n",
        HEAD ID "  7\n",
        HEAD ID " 18446744073709551616\n",
        HEAD ID " 7\n" ID " 6\n",
        HEAD ID "0 7\n",
        HEAD "0123456789ABCDEF0123456789abcdef 7\n",
        HEAD ID " 7 \n",
    };
    struct place p;

    (void)state;
    place_up(&p);
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        assert_true(file_write(p.path, odd[i], strlen(odd[i]), 0600, &p.err));
        if (admitted(&p, &p.country.roots, 9) || p.err.code != ERR_INVALID)
            fail_msg("taken: \"%s\"", odd[i]);
        assert_refused(remembered(&p, &p.country.roots, 9), &p.err, ERR_INVALID);
    }
    assert_true(file_write(p.path, HEAD ID " 7\n", sizeof(HEAD ID " 7\n") - 1, 0600, &p.err));
    assert_true(admitted(&p, &p.country.roots, 1)); /* another network's */
    assert_true(remembered(&p, &p.country.roots, 1));
    place_down(&p);
}

static void test_what_could_not_be_written_leaves_what_was_there(void **state)
{
    struct roster *roster;
    struct place p;
    bool done = false;

    (void)state;
    place_up(&p);
    assert_true(remembered(&p, &p.country.roots, 5));
    roster = roster_of(&p, 6);
    for (int n = 0; !done && n < 50; n++) {
        file_fault(n, ENOSPC);
        done = roster_pin_remember(p.path, &p.country.roots, roster, &p.err);
        file_fault(-1, 0);
        if (!done)
            assert_int_not_equal(p.err.code, ERR_DENIED);
        assert_refused(admitted(&p, &p.country.roots, 4), &p.err, ERR_DENIED);
    }
    assert_true(done);
    roster_free(roster);
    assert_refused(admitted(&p, &p.country.roots, 5), &p.err, ERR_DENIED);
    place_down(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_older_roster_than_one_that_was_seen_is_refused),
        cmocka_unit_test(test_each_network_has_a_memory_of_its_own),
        cmocka_unit_test(test_a_file_that_is_not_as_it_was_written_is_no_blank),
        cmocka_unit_test(test_what_could_not_be_written_leaves_what_was_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
