/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/or_sketch.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/mask.h"
#include "tests/attack/report.h"

#define MIDDLE (SKETCH_BLOCK / 2)
#define TWICE 20 /* every so manieth person is of two regions */

struct sketch *sketch_new(uint64_t seed)
{
    struct sketch *sketch = calloc(1, sizeof(*sketch));

    if (!sketch)
        broken("a sketch", "no memory");
    sketch->rng = rng_of(report_seed(seed));
    door_make(&sketch->door, MEASURE_COUNT, 1, SKETCH_SIGMA, seed + 1);
    sketch->door.draw.shares = SKETCH_SHARES;
    return sketch;
}

void sketch_free(struct sketch *sketch)
{
    door_clear(&sketch->door);
    free(sketch);
}

void sketch_people(struct rng *rng, struct sketch_person *people, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct sketch_person *one = &people[i];
        uint64_t half[2] = {rng_u64(rng), rng_u64(rng)};
        uint64_t away = 1 + rng_below(rng, SKETCH_REGIONS - 1);

        memcpy(one->pseudonym, half, sizeof(half));
        one->region[0] = (uint8_t)rng_below(rng, SKETCH_REGIONS);
        one->region[1] = (uint8_t)((one->region[0] + away) % SKETCH_REGIONS);
        one->regions = i % TWICE == 0 ? 2 : 1;
    }
}

/* K_q of a new question, and the permutation that follows from it. */
static void new_key(struct sketch *sketch)
{
    uint64_t part[4];
    struct rng rng;

    for (int i = 0; i < 4; i++)
        part[i] = rng_u64(&sketch->rng);
    memcpy(sketch->key, part, sizeof(part));
    rng = rng_of(part[0]);
    for (uint32_t i = 0; i < SKETCH_CELLS; i++) {
        uint32_t j = (uint32_t)rng_below(&rng, i + 1);

        sketch->place[i] = sketch->place[j];
        sketch->place[j] = i;
    }
}

uint32_t sketch_place(const struct sketch *sketch, const uint8_t pseudonym[static 16])
{
    uint8_t hash[16];
    uint64_t bin;

    crypto_generichash(hash, sizeof(hash), pseudonym, 16, sketch->key, sizeof(sketch->key));
    memcpy(&bin, hash, sizeof(bin));
    return sketch->place[bin % SKETCH_BINS];
}

/* Two random numbers of one node in one cell are as random as one. */
static void put(struct sketch *sketch, uint64_t *vector, uint32_t cell)
{
    vector[cell] += sketch->plain ? 1 : rng_u64(&sketch->rng);
    sketch->members[cell]++;
}

/* What region r sends, added to vector. */
static void put_noise(struct sketch *sketch, uint64_t *vector, uint32_t r)
{
    int64_t set = door_count(&sketch->door, MIDDLE);

    set = set < 0 ? 0 : set > SKETCH_BLOCK ? SKETCH_BLOCK : set;
    for (uint32_t i = 0; i < set; i++)
        put(sketch, vector, sketch->place[SKETCH_BINS + r * SKETCH_BLOCK + i]);
}

static void fresh(struct sketch *sketch)
{
    memset(sketch->cell, 0, sizeof(sketch->cell));
    memset(sketch->members, 0, sizeof(sketch->members));
    new_key(sketch);
}

void sketch_ask(struct sketch *sketch, const struct sketch_person *people, size_t n)
{
    fresh(sketch);
    for (size_t i = 0; i < n; i++) {
        uint32_t cell = sketch_place(sketch, people[i].pseudonym);

        for (int r = 0; r < people[i].regions; r++)
            put(sketch, sketch->cell, cell);
    }
    for (uint32_t r = 0; r < SKETCH_REGIONS; r++)
        put_noise(sketch, sketch->cell, r);
}

size_t sketch_count(const struct sketch *sketch)
{
    size_t count = 0;

    for (uint32_t i = 0; i < SKETCH_CELLS; i++)
        count += sketch->cell[i] != 0;
    return count;
}

size_t sketch_count_data(const struct sketch *sketch)
{
    size_t count = 0;

    for (uint32_t b = 0; b < SKETCH_BINS; b++)
        count += sketch->cell[sketch->place[b]] != 0;
    return count;
}

double sketch_estimate(size_t count)
{
    double z = ((double)count - (double)MIDDLE * SKETCH_REGIONS) / SKETCH_BINS;

    return -(double)SKETCH_BINS * log1p(-z);
}

/* ---- under masks ----------------------------------------------------------------------------- */

struct party {
    struct mask *mask;
    char id[4];
    uint64_t *vector;
};

static void mask_party(const struct party *party, uint32_t self)
{
    struct mask_peer peers[SKETCH_REGIONS];
    struct mask_session session = {.self = party[self].id, .peers = peers};
    struct err err;

    for (uint32_t j = 0; j < SKETCH_REGIONS; j++)
        if (j != self)
            peers[session.n_peers++] =
                (struct mask_peer){party[j].id, mask_public_key(party[j].mask)};
    if (!mask_apply(party[self].mask, &session, (int64_t *)party[self].vector, SKETCH_CELLS, &err))
        broken("masks", err.text);
}

static void fill_party(struct sketch *sketch, struct party *party, uint32_t r,
                       const struct sketch_person *people, size_t n)
{
    party->id[0] = (char)('a' + r);
    party->mask = mask_new();
    party->vector = calloc(SKETCH_CELLS, sizeof(*party->vector));
    if (!party->mask || !party->vector)
        broken("masks", "no memory");
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < people[i].regions; k++)
            if (people[i].region[k] == r)
                put(sketch, party->vector, sketch_place(sketch, people[i].pseudonym));
    put_noise(sketch, party->vector, r);
    for (uint32_t i = 0; i < SKETCH_CELLS; i++)
        sketch->cell[i] += party->vector[i];
}

size_t sketch_masked(struct sketch *sketch, const struct sketch_person *people, size_t n)
{
    static struct party party[SKETCH_REGIONS];
    size_t different = 0;

    memset(party, 0, sizeof(party));
    fresh(sketch);
    for (uint32_t r = 0; r < SKETCH_REGIONS; r++)
        fill_party(sketch, &party[r], r, people, n);
    for (uint32_t r = 0; r < SKETCH_REGIONS; r++)
        mask_party(party, r);
    for (uint32_t i = 0; i < SKETCH_CELLS; i++) {
        uint64_t sum = 0;

        for (uint32_t r = 0; r < SKETCH_REGIONS; r++)
            sum += party[r].vector[i];
        different += sum != sketch->cell[i];
    }
    for (uint32_t r = 0; r < SKETCH_REGIONS; r++) {
        mask_free(party[r].mask);
        free(party[r].vector);
    }
    return different;
}
