/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/account.h"

#include <assert.h>

#include "proto/query/price.h"

uint32_t account_units(int64_t nrho)
{
    assert(nrho >= 0);
    int64_t units = nrho / ACCOUNT_UNIT_NRHO + (nrho % ACCOUNT_UNIT_NRHO > 0);

    return units > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)units;
}

void account_set_price(struct account *account, const struct measure *measure, uint32_t sigma)
{
    assert(account && measure);
    const struct measure one = {
        .kind = MEASURE_COUNT, .n_cells = COUNT_CELLS, .sensitivity_squared = 1};

    account->measure = *measure;
    for (int grade = 0; grade < MEASURE_GRADES; grade++) {
        uint32_t of_grade = measure_sigma(measure, sigma, (enum measure_grade)grade);

        account->price[grade] = of_grade ? account_units(price_nrho(&one, of_grade)) : 0;
    }
}

/*
 * What a price leaves of the four accounts: who has spent no more than that can pay. -1, which is
 * less than anybody has spent, where the price alone is above the cap.
 */
struct room {
    int32_t own_year;
    int32_t own_life;
    int32_t all_year;
    int32_t all_life;
};

static int32_t room_of(uint32_t cap, uint32_t price)
{
    assert(cap <= INT32_MAX);
    return price <= cap ? (int32_t)(cap - price) : -1;
}

static struct room room_for(const struct account *account, uint32_t price)
{
    return (struct room){
        room_of(account->own.year_cap, price), room_of(account->own.life_cap, price),
        room_of(account->all.year_cap, price), room_of(account->all.life_cap, price)};
}

/* All ones or zero. */
static inline uint32_t at_most(uint32_t spent, int32_t room)
{
    return -(uint32_t)((int32_t)spent <= room);
}

/* is_in: 0 or 1. Returns 1 when the person is counted. */
static uint32_t take(const struct account *account, const struct room *room, uint32_t price,
                     uint32_t row, uint32_t is_in)
{
    const struct account_rows *own = &account->own, *all = &account->all;
    uint32_t takes =
        -is_in & at_most(own->year[row], room->own_year) & at_most(own->life[row], room->own_life) &
        at_most(all->year[row], room->all_year) & at_most(all->life[row], room->all_life);

    own->year[row] += price & takes;
    own->life[row] += price & takes;
    all->year[row] += price & takes;
    all->life[row] += price & takes;
    return takes & 1;
}

#define BITS 8

static const uint32_t bit_of[BITS] = {1, 2, 4, 8, 16, 32, 64, 128};

/* As take(), of the persons in BITS rows that follow each other, in a form that is vectorised. */
static inline uint32_t take_few(const struct account_rows *own, const struct account_rows *all,
                                const struct room *room, uint32_t price, uint32_t in)
{
    uint32_t takes[BITS], counted = 0;

    for (size_t i = 0; i < BITS; i++)
        takes[i] = -(uint32_t)((in & bit_of[i]) != 0) & at_most(own->year[i], room->own_year) &
                   at_most(own->life[i], room->own_life) & at_most(all->year[i], room->all_year) &
                   at_most(all->life[i], room->all_life);
    for (size_t i = 0; i < BITS; i++)
        own->year[i] += price & takes[i];
    for (size_t i = 0; i < BITS; i++)
        own->life[i] += price & takes[i];
    for (size_t i = 0; i < BITS; i++)
        all->year[i] += price & takes[i];
    for (size_t i = 0; i < BITS; i++)
        all->life[i] += price & takes[i];
    for (size_t i = 0; i < BITS; i++)
        counted += takes[i] & 1;
    return counted;
}

static struct account_rows from_row(const struct account_rows *rows, uint32_t row)
{
    return (struct account_rows){rows->year + row, rows->life + row, rows->year_cap,
                                 rows->life_cap};
}

/* Of the 64 persons of a word whose rows follow each other from this one on. */
static uint32_t take_word(const struct account *account, const struct room *room, uint32_t price,
                          uint32_t row, uint64_t word)
{
    const struct room left = *room;
    uint32_t counted = 0;

    for (uint32_t bit = 0; bit < 64; bit += BITS) {
        const struct account_rows own = from_row(&account->own, row + bit),
                                  all = from_row(&account->all, row + bit);

        counted += take_few(&own, &all, &left, price, (uint32_t)(word >> bit) & 0xff);
    }
    return counted;
}

int64_t account_take(const struct account *account, size_t cell, size_t segment,
                     const uint64_t *words, size_t n_words)
{
    assert(account && words && segment < account->n_segments);
    const struct account_segment *of = &account->segments[segment];
    uint32_t price = account->price[measure_cell_grade(&account->measure, (uint32_t)cell)];
    const struct room room = room_for(account, price);
    int64_t counted = 0;

    assert(of->n <= 64 * n_words);
    for (uint32_t w = 0; 64 * w < of->n; w++) {
        const uint32_t *row = of->row + 64 * (size_t)w;
        uint32_t n = of->n - 64 * w < 64 ? of->n - 64 * w : 64;

        if (of->in_a_row && (of->in_a_row[w / 64] >> (w % 64) & 1)) {
            counted += take_word(account, &room, price, row[0], words[w]);
            continue;
        }
        for (uint32_t p = 0; p < n; p++)
            counted += take(account, &room, price, row[p], words[w] >> p & 1);
    }
    return counted;
}

int64_t account_take_one(const struct account *account, size_t cell, size_t segment,
                         uint32_t person, bool is_in)
{
    assert(account && segment < account->n_segments);
    const struct account_segment *of = &account->segments[segment];
    uint32_t price = account->price[measure_cell_grade(&account->measure, (uint32_t)cell)];
    const struct room room = room_for(account, price);

    assert(person < of->n);
    return take(account, &room, price, of->row[person], is_in);
}
