/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: nothing published is no error; a new snapshot is noticed and opened with a noise key of
 * its own, mode 0600, which a second opening finds again; the key of a snapshot that was replaced
 * is overwritten and gone from the disk.
 */
#include "node/keeper/current_snapshot.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/privacy/cells.h"
#include "proto/base/random.h"
#include "tests/unit/keeper/world.h"
#include "tests/unit/refused.h"

struct bench {
    struct world world;
    struct home home;
    struct current_snapshot current_snapshot;
    struct err err;
};

static void bench_up(struct bench *b)
{
    *b = (struct bench){0};
    world_up(&b->world);
    assert_true(home_read(b->world.dir, &b->home, &b->err));
}

static bool refresh(struct bench *b)
{
    bool changed;

    if (!current_snapshot_refresh(&b->current_snapshot, &b->home, &changed, &b->err))
        fail_msg("%s", b->err.text);
    return changed;
}

static size_t noise_keys(struct bench *b, char *first, size_t room)
{
    char pattern[128];
    glob_t found;
    size_t n;

    snprintf(pattern, sizeof(pattern), "%s/keys/noise.*.key", b->world.dir);
    if (glob(pattern, 0, NULL, &found) != 0)
        return 0;
    n = found.gl_pathc;
    snprintf(first, room, "%s", found.gl_pathv[0]);
    globfree(&found);
    return n;
}

static int64_t first_noise(struct bench *b)
{
    struct noise_draw draw = {{1}, 50, 1};
    struct measure measure = {.kind = MEASURE_COUNT, .n_cells = 2, .sensitivity_squared = 1};
    struct cells *cells = cells_new(2);
    int64_t out[2];

    assert_true(noise_open(b->current_snapshot.noise, &draw, &measure, cells, out, &b->err));
    cells_free(cells);
    return out[0] * 1000 + out[1];
}

static void test_nothing_published_is_no_error(void **state)
{
    struct bench b;

    (void)state;
    bench_up(&b);
    world_publish(&b.world, "");
    assert_false(refresh(&b));
    assert_null(b.current_snapshot.snapshot);
    world_publish(&b.world, "one");
    assert_true(refresh(&b));
    assert_non_null(b.current_snapshot.snapshot);
    assert_false(refresh(&b));
    world_publish(&b.world, "");
    assert_true(refresh(&b));
    assert_null(b.current_snapshot.snapshot);
    current_snapshot_close(&b.current_snapshot);
    world_down(&b.world);
}

static void test_a_snapshot_keeps_its_noise_key_until_it_is_replaced(void **state)
{
    char one[256], two[256];
    struct stat info;
    struct bench b;
    int64_t noise;

    (void)state;
    bench_up(&b);
    assert_true(refresh(&b));
    noise = first_noise(&b);
    assert_int_equal(noise_keys(&b, one, sizeof(one)), 1);
    assert_int_equal(stat(one, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    current_snapshot_close(&b.current_snapshot);
    assert_true(refresh(&b));
    assert_int_equal(first_noise(&b), noise);
    world_publish(&b.world, "two");
    assert_true(refresh(&b));
    assert_int_equal(noise_keys(&b, two, sizeof(two)), 1);
    assert_string_not_equal(one, two);
    assert_int_not_equal(first_noise(&b), noise);
    world_publish(&b.world, "first"); /* back again: its old noise is gone for good */
    assert_true(refresh(&b));
    assert_int_not_equal(first_noise(&b), noise);
    current_snapshot_close(&b.current_snapshot);
    world_down(&b.world);
}

/* What a second name still shows of the file whose first one was removed. */
static void test_an_old_noise_key_is_overwritten_and_not_only_removed(void **state)
{
    char name[256], link_to_it[300], bytes[256];
    size_t size = 0;
    struct bench b;
    FILE *file;

    (void)state;
    bench_up(&b);
    assert_true(refresh(&b));
    assert_int_equal(noise_keys(&b, name, sizeof(name)), 1);
    snprintf(link_to_it, sizeof(link_to_it), "%s.linked", name);
    assert_int_equal(link(name, link_to_it), 0);
    world_publish(&b.world, "two");
    assert_true(refresh(&b));
    assert_int_not_equal(access(name, F_OK), 0);
    file = fopen(link_to_it, "rb");
    assert_non_null(file);
    size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    assert_true(size >= 64); /* the key in hex */
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], 0);
    current_snapshot_close(&b.current_snapshot);
    world_down(&b.world);
}

static void test_a_bad_snapshot_is_refused_once_and_the_old_one_stays(void **state)
{
    struct bench b;
    bool changed;
    int64_t noise;

    (void)state;
    bench_up(&b);
    assert_true(refresh(&b));
    noise = first_noise(&b);
    world_publish(&b.world, "bad");
    assert_refused(current_snapshot_refresh(&b.current_snapshot, &b.home, &changed, &b.err), &b.err,
                   ERR_INTERNAL);
    assert_false(changed);
    assert_false(refresh(&b)); /* looked at once, not at every question */
    assert_int_equal(first_noise(&b), noise);
    world_publish(&b.world, "good");
    assert_true(refresh(&b));
    current_snapshot_close(&b.current_snapshot);
    world_down(&b.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_published_is_no_error),
        cmocka_unit_test(test_a_snapshot_keeps_its_noise_key_until_it_is_replaced),
        cmocka_unit_test(test_an_old_noise_key_is_overwritten_and_not_only_removed),
        cmocka_unit_test(test_a_bad_snapshot_is_refused_once_and_the_old_one_stays),
    };

    if (!random_start())
        return 1;
    random_seed(5); /* two keys whose first noises are equal would be bad luck */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
