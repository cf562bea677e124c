/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/door.h"

#include <string.h>

#include "proto/query/price.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"

void door_make(struct door *door, enum measure_kind kind, uint32_t parts, uint32_t sigma,
               uint64_t seed)
{
    struct rng rng = rng_of(report_seed(seed));
    uint64_t key[NOISE_KEY_BYTES / 8];
    struct err err;

    *door = (struct door){.draw = {.sigma = sigma, .shares = 1}};
    for (size_t i = 0; i < NOISE_KEY_BYTES / 8; i++)
        key[i] = rng_u64(&rng);
    if (!measure_declare(kind, parts, &door->measure, &err) ||
        !noise_new((const uint8_t *)key, &door->noise, &err))
        broken("a door", err.text);
    door->cells = cells_new(door->measure.n_cells);
    if (!door->cells)
        broken("a door", "no memory");
}

void door_grade(struct door *door, uint32_t sigma_undetermined, uint32_t sigma_total)
{
    struct err err;

    if (!measure_grade(&door->measure, sigma_undetermined, sigma_total, &err))
        broken("a door", err.text);
    cells_free(door->cells);
    door->cells = cells_new(door->measure.n_cells);
    if (!door->cells)
        broken("a door", "no memory");
}

void door_clear(struct door *door)
{
    cells_free(door->cells);
    noise_free(door->noise);
}

void door_ask_again(struct door *door, const int64_t *cells, int64_t *out)
{
    struct err err;

    for (size_t i = 0; i < door->measure.n_cells; i++)
        cells_put(door->cells, i, cells[i]);
    if (!noise_open(door->noise, &door->draw, &door->measure, door->cells, out, &err))
        broken("a release", err.text);
}

void door_ask(struct door *door, const int64_t *cells, int64_t *out)
{
    door->request++;
    memcpy(door->draw.noise_key, &door->request, sizeof(door->request));
    door_ask_again(door, cells, out);
}

int64_t door_count(struct door *door, int64_t count)
{
    int64_t cells[2] = {count, 0}, out[2];

    door_ask(door, cells, out);
    return out[0];
}

double door_rho(const struct door *door)
{
    int64_t nrho;
    struct err err;

    if (!price_of(&door->measure, door->draw.sigma, &nrho, &err))
        broken("a price", err.text);
    return (double)nrho / (double)PRICE_NRHO;
}
