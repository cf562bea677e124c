/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of consistent tables:
 * - fit: on a two-level tree with equal variances it is the closed form of Hay et al. (2010), on
 *   random trees the family sums hold, and the values and variances are those of least squares
 *   solved by another method; unmeasured nodes are the sums of what is below them;
 * - clamp: nothing is negative, families still add up, values without a negative are untouched, and
 *   the result is the nearest point, against which many others are compared;
 * - round: whole multiples, exact sums at every level, each moved by less than base;
 * - over many draws of noise the printed total is without bias, a large part within a bound, while
 *   clamping each part by itself, the positive control, is caught with a bias of 0.4 sigma a part.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/report/consistency.h"

static uint64_t seed = 1;

static double uniform(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 11) / 9007199254740992.0;
}

static double normal(void)
{
    double u = uniform(), v = uniform();

    return sqrt(-2 * log(u > 0 ? u : 1e-300)) * cos(2 * M_PI * v);
}

static void near(double is, double expected, double slack)
{
    if (!(fabs(is - expected) <= slack))
        fail_msg("%.12f, expected %.12f", is, expected);
}

/* A root over n leaves. */
static void flat(struct consistency_node *nodes, size_t n, double root_variance, double variance)
{
    nodes[0] = (struct consistency_node){.first = 1, .n_children = n, .variance = root_variance};
    for (size_t i = 1; i <= n; i++)
        nodes[i] = (struct consistency_node){.variance = variance};
}

static void test_two_levels_are_the_closed_form(void **state)
{
    struct consistency_node nodes[5];

    (void)state;
    flat(nodes, 4, 25, 25);
    nodes[0].measured = 110;
    for (size_t i = 1; i <= 4; i++)
        nodes[i].measured = 10.0 * (double)i; /* 100 in all */
    consistency_fit(nodes, 5);
    /* the root: 4/5 own and 1/5 of the sum; what is lacking is shared alike */
    near(nodes[0].value, 108, 1e-9);
    near(nodes[0].left, 20, 1e-9);
    for (size_t i = 1; i <= 4; i++) {
        near(nodes[i].value, 10.0 * (double)i + 2, 1e-9);
        near(nodes[i].left, 20, 1e-9); /* 25 (1 - 1/5) */
    }
}

static void test_what_is_not_measured_is_the_sum_of_its_parts(void **state)
{
    struct consistency_node nodes[4];

    (void)state;
    flat(nodes, 3, INFINITY, 100);
    nodes[1].measured = -3;
    nodes[2].measured = 8;
    nodes[3].measured = 20;
    consistency_fit(nodes, 4);
    near(nodes[0].value, 25, 1e-9);
    near(nodes[0].left, 300, 1e-9);
    near(nodes[1].value, -3, 1e-12); /* and the parts stay as they are */
    near(nodes[1].left, 100, 1e-9);
}

/* Three levels: a root, 3 children, 2 to 4 leaves each, any of the inner ones measured or not. */
static size_t draw_tree(struct consistency_node *nodes)
{
    size_t n = 4;

    memset(nodes, 0, 32 * sizeof(*nodes));
    nodes[0] = (struct consistency_node){.first = 1, .n_children = 3};
    for (size_t i = 0; i < 4; i++) {
        nodes[i].variance = uniform() < 0.4 ? INFINITY : 1 + 50 * uniform();
        if (i == 0)
            continue;
        nodes[i].first = n;
        nodes[i].n_children = 2 + (size_t)(uniform() * 3);
        n += nodes[i].n_children;
    }
    for (size_t i = 0; i < n; i++) {
        if (i >= 4)
            nodes[i].variance = 1 + 50 * uniform();
        nodes[i].measured = 100 * uniform() - 20;
    }
    return n;
}

static bool is_leaf_of(const struct consistency_node *nodes, size_t leaf, size_t node)
{
    if (node == leaf || node == 0)
        return true;
    return nodes[node].n_children > 0 && leaf >= nodes[node].first &&
           leaf < nodes[node].first + nodes[node].n_children;
}

/* The normal equations of the leaves, solved by elimination; inverse too, for the variances. */
static size_t solve(const struct consistency_node *nodes, size_t n, double *x,
                    double inverse[16][16])
{
    size_t leaves = n - 4;
    double a[16][33] = {{0}};

    for (size_t node = 0; node < n; node++) {
        double weight = isfinite(nodes[node].variance) ? 1 / nodes[node].variance : 0;

        for (size_t i = 0; i < leaves; i++) {
            if (!is_leaf_of(nodes, 4 + i, node))
                continue;
            for (size_t j = 0; j < leaves; j++)
                a[i][j] += is_leaf_of(nodes, 4 + j, node) ? weight : 0;
            a[i][32] += weight * nodes[node].measured;
        }
    }
    for (size_t i = 0; i < leaves; i++)
        a[i][16 + i] = 1;
    for (size_t p = 0; p < leaves; p++) {
        double pivot = a[p][p];

        for (size_t j = 0; j < 33; j++)
            a[p][j] /= pivot;
        for (size_t i = 0; i < leaves; i++) {
            double factor = i == p ? 0 : a[i][p];

            for (size_t j = 0; j < 33; j++)
                a[i][j] -= factor * a[p][j];
        }
    }
    for (size_t i = 0; i < leaves; i++) {
        x[i] = a[i][32];
        for (size_t j = 0; j < leaves; j++)
            inverse[i][j] = a[i][16 + j];
    }
    return leaves;
}

static void adds_up(const struct consistency_node *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t c = 0; c < nodes[i].n_children; c++)
            sum += nodes[nodes[i].first + c].value;
        if (nodes[i].n_children > 0)
            near(sum, nodes[i].value, 1e-7);
    }
}

static void test_two_passes_are_least_squares(void **state)
{
    (void)state;
    seed = 77;
    for (int round = 0; round < 2000; round++) {
        struct consistency_node nodes[32];
        double x[16], inverse[16][16], root = 0, root_variance = 0;
        size_t n = draw_tree(nodes), leaves = solve(nodes, n, x, inverse);

        consistency_fit(nodes, n);
        adds_up(nodes, n);
        for (size_t i = 0; i < leaves; i++) {
            near(nodes[4 + i].value, x[i], 1e-7);
            near(nodes[4 + i].left, inverse[i][i], 1e-7);
            root += x[i];
            for (size_t j = 0; j < leaves; j++)
                root_variance += inverse[i][j];
        }
        near(nodes[0].value, root, 1e-6);
        near(nodes[0].left, root_variance, 1e-6);
    }
}

static void test_nothing_is_negative_and_families_still_add_up(void **state)
{
    (void)state;
    seed = 78;
    for (int round = 0; round < 5000; round++) {
        struct consistency_node nodes[32], before[32];
        size_t n = draw_tree(nodes);
        bool negative = false;

        for (size_t i = 0; i < n; i++)
            nodes[i].measured -= 10;
        consistency_fit(nodes, n);
        memcpy(before, nodes, sizeof(nodes));
        consistency_clamp(nodes, n);
        adds_up(nodes, n);
        for (size_t i = 0; i < n; i++) {
            negative = negative || before[i].value < 0;
            assert_true(nodes[i].value >= 0);
        }
        for (size_t i = 0; i < n && !negative; i++)
            assert_true(nodes[i].value == before[i].value);
    }
}

static double distance(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

static void test_the_clamped_family_is_the_nearest_one(void **state)
{
    (void)state;
    seed = 79;
    for (int round = 0; round < 500; round++) {
        struct consistency_node nodes[6];
        double raw[5], ours[5], sum = 0;

        flat(nodes, 5, INFINITY, 1);
        for (size_t i = 0; i < 5; i++)
            sum += raw[i] = nodes[i + 1].measured = 20 * uniform() - 8;
        consistency_fit(nodes, 6);
        consistency_clamp(nodes, 6);
        for (size_t i = 0; i < 5; i++)
            ours[i] = nodes[i + 1].value;
        for (int other = 0; other < 200 && sum > 0; other++) {
            double point[5], total = 0;

            for (size_t i = 0; i < 5; i++) /* near ours, or anywhere */
                total += point[i] = fmax(0, other % 2 ? ours[i] + normal() : uniform());
            for (size_t i = 0; i < 5; i++)
                point[i] *= sum / (total > 0 ? total : 1);
            assert_true(distance(raw, ours, 5) <= distance(raw, point, 5) + 1e-9);
        }
    }
}

static void test_printed_parts_add_up_exactly(void **state)
{
    static const uint32_t bases[] = {0, 1, 5, 10, 7};

    (void)state;
    seed = 80;
    for (int round = 0; round < 5000; round++) {
        uint32_t base = bases[round % 5];
        int64_t out[32], b = base ? base : 1;
        struct consistency_node nodes[32];
        size_t n = draw_tree(nodes);

        consistency_fit(nodes, n);
        consistency_clamp(nodes, n);
        consistency_round(nodes, n, base, out);
        for (size_t i = 0; i < n; i++) {
            int64_t sum = 0;

            assert_int_equal(out[i] % b, 0);
            assert_true(out[i] >= 0);
            assert_true(fabs((double)out[i] - nodes[i].value) < (double)b + 1e-6);
            for (size_t c = 0; c < nodes[i].n_children; c++)
                sum += out[nodes[i].first + c];
            if (nodes[i].n_children > 0)
                assert_int_equal(sum, out[i]);
        }
    }
}

static void test_a_table_of_the_largest_size_adds_up(void **state)
{
    static struct consistency_node nodes[4097];
    static int64_t out[4097];
    int64_t sum = 0;

    (void)state;
    seed = 81;
    flat(nodes, 4096, INFINITY, 2500);
    for (size_t i = 1; i <= 4096; i++)
        nodes[i].measured = rint(50 * normal()) + (i % 100 == 0 ? 10000 : 0);
    consistency_fit(nodes, 4097);
    consistency_clamp(nodes, 4097);
    consistency_round(nodes, 4097, 5, out);
    for (size_t i = 1; i <= 4096; i++)
        sum += out[i];
    assert_int_equal(sum, out[0]);
    /* one leaf and none at all */
    flat(nodes, 1, INFINITY, 25);
    nodes[1].measured = -4;
    consistency_fit(nodes, 2);
    consistency_clamp(nodes, 2);
    consistency_round(nodes, 2, 5, out);
    assert_int_equal(out[0], 0);
    assert_int_equal(out[1], 0);
}

/* 44 parts as of sex and age band: one of 1,000, ten of 40, the rest empty; sigma 10. */
static void test_totals_have_no_bias_and_the_control_has(void **state)
{
    enum { PARTS = 44, ROUNDS = 4000 };
    double sigma = 10, total = 0, naive = 0, large = 0, truth = 1000 + 10 * 40;

    (void)state;
    seed = 82;
    for (int round = 0; round < ROUNDS; round++) {
        struct consistency_node nodes[PARTS + 1];
        int64_t out[PARTS + 1];

        flat(nodes, PARTS, INFINITY, sigma * sigma);
        for (size_t i = 1; i <= PARTS; i++) {
            nodes[i].measured = (i == 1 ? 1000 : (i <= 11 ? 40 : 0)) + rint(sigma * normal());
            naive += fmax(0, nodes[i].measured);
        }
        consistency_fit(nodes, PARTS + 1);
        consistency_clamp(nodes, PARTS + 1);
        consistency_round(nodes, PARTS + 1, 1, out);
        total += (double)out[0];
        large += (double)out[1];
    }
    /* 5 standard errors of sigma sqrt(44) over 4,000 rounds: 5.3 */
    near(total / ROUNDS, truth, 5 * sigma * sqrt(PARTS / (double)ROUNDS));
    /* the large part pays its share of what the empty ones may not owe: less than one sigma */
    assert_true(large / ROUNDS < 1000 && large / ROUNDS > 1000 - sigma);
    /* control: 33 empty parts, each 0.4 sigma too high */
    assert_true(naive / ROUNDS - truth > 0.35 * 33 * sigma);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_levels_are_the_closed_form),
        cmocka_unit_test(test_what_is_not_measured_is_the_sum_of_its_parts),
        cmocka_unit_test(test_two_passes_are_least_squares),
        cmocka_unit_test(test_nothing_is_negative_and_families_still_add_up),
        cmocka_unit_test(test_the_clamped_family_is_the_nearest_one),
        cmocka_unit_test(test_printed_parts_add_up_exactly),
        cmocka_unit_test(test_a_table_of_the_largest_size_adds_up),
        cmocka_unit_test(test_totals_have_no_bias_and_the_control_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
