/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/peer.h"

#include <math.h>

#include "tests/attack/stats.h"

#define SHRINE_SIGMA 1.33
#define SHRINE_CLAMP 3
#define I2B2_SIGMA 1.323
#define SAMPLY_SCALE (1 / 0.28)
#define MEDCO_SCALE 5.0

static double laplace(struct rng *rng, double scale)
{
    double u = rng_unit(rng) - 0.5;

    return (u < 0 ? scale : -scale) * log1p(-2 * fabs(u));
}

static int64_t shrine(struct rng *rng, int64_t count)
{
    int64_t noise = (int64_t)lround(SHRINE_SIGMA * rng_normal(rng));

    noise = noise > SHRINE_CLAMP ? SHRINE_CLAMP : noise < -SHRINE_CLAMP ? -SHRINE_CLAMP : noise;
    return count + noise <= 10 ? 0 : count + noise;
}

static int64_t i2b2(struct rng *rng, int64_t count)
{
    int64_t noised = count + (int64_t)lround(I2B2_SIGMA * rng_normal(rng));

    return count <= 3 || noised <= 3 ? 0 : noised;
}

int64_t peer_leaf_noise(uint64_t concepts)
{
    struct rng seeded = rng_of(concepts); /* theirs: 32 bits of MD5; what counts: no secret */
    int64_t noise = (int64_t)rng_below(&seeded, 19) - 10;

    return noise >= 0 ? noise + 1 : noise;
}

/* The stored value of this true count, the same for every question that has it. */
static int64_t samply(const struct peer *peer, int64_t count, bool raw)
{
    struct rng cached = rng_of(peer->instance * UINT64_C(1000003) + (uint64_t)count);
    double noised = (double)count + laplace(&cached, SAMPLY_SCALE);
    int64_t tens = 10 * (int64_t)lround(noised / 10);

    if (raw)
        return (int64_t)lround(noised);
    return count == 0 ? 0 : tens < 10 ? 10 : tens;
}

static int64_t at_least(int64_t value, int64_t least, int64_t otherwise)
{
    return value < least ? otherwise : value;
}

int64_t peer_answer(struct peer *peer, const struct peer_question *question)
{
    int64_t count = question->count;

    switch (peer->system) {
    case PEER_SHRINE:
        return shrine(&peer->rng, count);
    case PEER_I2B2:
        return i2b2(&peer->rng, count);
    case PEER_LEAF:
        return at_least(count + peer_leaf_noise(question->concepts), 10, 10);
    case PEER_SAMPLY:
        return samply(peer, count, false);
    case PEER_SAMPLY_RAW:
        return samply(peer, count, true);
    case PEER_FDPG:
        return at_least(count + (int64_t)rng_below(&peer->rng, 11) - 5, 5, 0);
    case PEER_MEDCO:
        return count + (int64_t)laplace(&peer->rng, MEDCO_SCALE);
    default:
        return at_least(count, 5, 0);
    }
}

static double rounded_gauss(double sigma, double k)
{
    return normal_cdf((k + 0.5) / sigma) - normal_cdf((k - 0.5) / sigma);
}

/* int64_t of a Laplace variable: 0 takes -1..1. */
static double cut_laplace(double scale, double k)
{
    double near = exp(-fabs(k) / scale), far = exp(-(fabs(k) + 1) / scale);

    return k == 0 ? 1 - far : (near - far) / 2;
}

double peer_noise_p(enum peer_system system, int64_t k)
{
    switch (system) {
    case PEER_SHRINE:
        if (k < -SHRINE_CLAMP || k > SHRINE_CLAMP)
            return 0;
        return k == SHRINE_CLAMP || k == -SHRINE_CLAMP
                   ? 1 - normal_cdf((SHRINE_CLAMP - 0.5) / SHRINE_SIGMA)
                   : rounded_gauss(SHRINE_SIGMA, (double)k);
    case PEER_I2B2:
        return rounded_gauss(I2B2_SIGMA, (double)k);
    case PEER_FDPG:
        return k >= -5 && k <= 5 ? 1.0 / 11 : 0;
    case PEER_MEDCO:
        return cut_laplace(MEDCO_SCALE, (double)k);
    default:
        return 0;
    }
}
