/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/shared_or.h"

#include <string.h>

#define N SHARED_NODES
#define T SHARED_THRESHOLD
#define P ((UINT64_C(1) << 61) - 1)
#define GOOD (N - T)   /* random values that 21 dealers make of which 6 know their own */
#define CUBICS (N / 3) /* z(s) is a product of seven */

__extension__ typedef unsigned __int128 wide;

/* ---- the field and its polynomials ----------------------------------------------------------- */

static uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum = a + b;

    return sum >= P ? sum - P : sum;
}

static uint64_t minus(uint64_t a)
{
    return a ? P - a : 0;
}

static uint64_t mul(uint64_t a, uint64_t b)
{
    wide product = (wide)a * b;
    uint64_t low = (uint64_t)product & P, high = (uint64_t)(product >> 61);

    return add(low, high);
}

static uint64_t inverse(uint64_t a) /* a^(P - 2) */
{
    uint64_t out = 1;

    for (uint64_t e = P - 2; e; e >>= 1, a = mul(a, a))
        if (e & 1)
            out = mul(out, a);
    return out;
}

static uint64_t number(int64_t value)
{
    return value < 0 ? P - (uint64_t)-value : (uint64_t)value;
}

static uint64_t random_of(struct shared *shared)
{
    return rng_below(&shared->rng, P);
}

/* To node i the value at i + 1 of a random polynomial of that degree through the secret at 0. */
static void deal(struct shared *shared, uint64_t secret, int degree, uint64_t out[static N])
{
    uint64_t coefficient[2 * T + 1] = {secret};

    for (int k = 1; k <= degree; k++)
        coefficient[k] = random_of(shared);
    for (uint64_t i = 0; i < N; i++) {
        uint64_t value = coefficient[degree];

        for (int k = degree - 1; k >= 0; k--)
            value = add(mul(value, i + 1), coefficient[k]);
        out[i] = value;
    }
    shared->sent += N - 1;
}

/* Weights that take values at 1..degree + 1 to the value at x. */
static void weights(int degree, uint64_t x, uint64_t out[static 2 * T + 1])
{
    for (int64_t i = 1; i <= degree + 1; i++) {
        uint64_t above = 1, below = 1;

        for (int64_t j = 1; j <= degree + 1; j++)
            if (j != i) {
                above = mul(above, add(x, minus((uint64_t)j)));
                below = mul(below, number(i - j));
            }
        out[i - 1] = mul(above, inverse(below));
    }
}

/* Opened from 13 shares; the other 8 must lie on the same polynomial of degree 12. */
static bool open_product(const uint64_t share[static N], uint64_t *value)
{
    static uint64_t weight[N + 1][2 * T + 1]; /* at 0, and at the points of the other shares */
    bool consistent = true;

    if (!weight[0][0])
        for (uint64_t x = 0; x <= N; x++)
            weights(2 * T, x, weight[x]);
    for (uint64_t x = 2 * T + 2; x <= N + 1; x++) {
        uint64_t sum = 0, at = x <= N ? x : 0;

        for (int i = 0; i <= 2 * T; i++)
            sum = add(sum, mul(weight[at][i], share[i]));
        consistent = consistent && (at == 0 || sum == share[at - 1]);
        *value = sum;
    }
    return consistent;
}

/* ---- products -------------------------------------------------------------------------------- */

/* Random numbers that nobody knows, each in shares of degree 6 and of degree 12. */
struct pool {
    uint64_t low[GOOD][N];
    uint64_t high[GOOD][N];
    int left;
};

static void fill(struct shared *shared, struct pool *pool)
{
    memset(pool, 0, sizeof(*pool));
    for (uint64_t dealer = 1; dealer <= N; dealer++) {
        uint64_t secret = random_of(shared), low[N], high[N], power = 1;

        deal(shared, secret, T, low);
        deal(shared, secret, 2 * T, high);
        for (int k = 0; k < GOOD; k++, power = mul(power, dealer)) /* Vandermonde */
            for (int i = 0; i < N; i++) {
                pool->low[k][i] = add(pool->low[k][i], mul(power, low[i]));
                pool->high[k][i] = add(pool->high[k][i], mul(power, high[i]));
            }
    }
    pool->left = GOOD;
}

static bool multiply(struct shared *shared, struct pool *pool, const uint64_t *a, const uint64_t *b,
                     uint64_t out[static N])
{
    uint64_t masked[N], opened;
    int k;

    if (pool->left == 0)
        fill(shared, pool);
    k = --pool->left;
    for (int i = 0; i < N; i++)
        masked[i] = add(mul(a[i], b[i]), minus(pool->high[k][i]));
    if (shared->lie == SHARED_BENT_SHARE)
        for (uint32_t i = 0; i < shared->liars; i++)
            masked[i] = random_of(shared);
    shared->sent += 2 * (N - 1); /* each to the one who opens, and back */
    shared->multiplications++;
    if (!open_product(masked, &opened))
        return false;
    for (int i = 0; i < N; i++)
        out[i] = add(opened, pool->low[k][i]);
    return true;
}

/* (s - j)(s - j - 1)(s - j - 2) from s, s^2 and s^3: no multiplication of shares. */
static void cubic(uint64_t j, uint64_t power[3][N], uint64_t out[static N])
{
    uint64_t a = j, b = j + 1, c = j + 2;

    for (int i = 0; i < N; i++) {
        uint64_t value = add(power[2][i], minus(mul(a + b + c, power[1][i])));

        value = add(value, mul(a * b + b * c + a * c, power[0][i]));
        out[i] = add(value, minus(a * b * c));
    }
}

/* Shares of degree 12 of z(s). */
static bool empty(struct shared *shared, struct pool *pool, const uint64_t s[static N],
                  uint64_t out[static N])
{
    uint64_t power[3][N], factor[CUBICS][N], scale = 1;
    int n = CUBICS;

    memcpy(power[0], s, sizeof(power[0]));
    if (!multiply(shared, pool, power[0], power[0], power[1]) ||
        !multiply(shared, pool, power[1], power[0], power[2]))
        return false;
    for (int k = 0; k < CUBICS; k++)
        cubic((uint64_t)(3 * k + 1), power, factor[k]);
    for (; n > 2; n = (n + 1) / 2) /* 7, 4, 2: a tree, so four rounds in all */
        for (int k = 0; k < n / 2; k++) {
            if (!multiply(shared, pool, factor[k], factor[n - 1 - k], factor[k]))
                return false;
        }
    for (uint64_t j = 1; j <= N; j++)
        scale = mul(scale, minus(j));
    scale = inverse(scale);
    for (int i = 0; i < N; i++)
        out[i] = mul(scale, mul(factor[0][i], factor[1][i]));
    return true;
}

/* ---- the count ------------------------------------------------------------------------------- */

/* What is known of the sum so far; shares of degree 12. */
struct tally {
    uint64_t filled[N];
    uint64_t check[N][N]; /* by dealer: random combination of x^2 - x, which is 0 for bits */
    uint64_t random;      /* of the combination, drawn when all was dealt */
    struct pool pool;
};

static bool take_bin(struct shared *shared, struct tally *tally, uint32_t bits)
{
    uint64_t s[N] = {0}, z[N], x[N];

    for (int dealer = 0; dealer < N; dealer++) {
        uint64_t bit = bits >> dealer & 1;

        if (shared->lie == SHARED_NO_BIT && dealer == 0)
            bit = 1000000;
        deal(shared, bit, T, x);
        for (int i = 0; i < N; i++) {
            uint64_t square = add(mul(x[i], x[i]), minus(x[i]));

            s[i] = add(s[i], x[i]);
            tally->check[dealer][i] =
                add(mul(tally->check[dealer][i], tally->random), square); /* Horner */
        }
    }
    if (!empty(shared, &tally->pool, s, z))
        return false;
    for (int i = 0; i < N; i++)
        tally->filled[i] = add(tally->filled[i], add(1, minus(z[i])));
    return true;
}

/* Opens under a mask of degree 12 that is 0, so that it shows its value alone. */
static bool open_sum(struct shared *shared, uint64_t share[static N], uint64_t *value)
{
    for (int dealer = 0; dealer < N; dealer++) {
        uint64_t zero[N];

        deal(shared, 0, 2 * T, zero);
        for (int i = 0; i < N; i++)
            share[i] = add(share[i], zero[i]);
    }
    shared->sent += N * (N - 1);
    return open_product(share, value);
}

bool shared_count(struct shared *shared, const uint32_t *bits, size_t bins,
                  const int64_t noise[static SHARED_NODES], int64_t *opened)
{
    static struct tally tally;
    uint64_t value;

    tally = (struct tally){.random = random_of(shared)};
    for (size_t b = 0; b < bins; b++)
        if (!take_bin(shared, &tally, bits[b]))
            return false;
    for (int dealer = 0; dealer < N; dealer++) {
        uint64_t x[N];

        if (!open_sum(shared, tally.check[dealer], &value) || value != 0)
            return false;
        deal(shared, number(noise[dealer]), T, x);
        for (int i = 0; i < N; i++)
            tally.filled[i] = add(tally.filled[i], x[i]);
    }
    if (!open_sum(shared, tally.filled, &value))
        return false;
    *opened = value > P / 2 ? -(int64_t)(P - value) : (int64_t)value;
    return true;
}
