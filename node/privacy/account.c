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

/* All ones when this price can be taken of the row, else zero. */
static uint32_t can_pay(const struct account_rows *rows, uint32_t row, uint32_t price)
{
    return -((uint32_t)(rows->year[row] + price <= rows->year_cap) &
             (uint32_t)(rows->life[row] + price <= rows->life_cap));
}

static void pay(const struct account_rows *rows, uint32_t row, uint32_t amount)
{
    rows->year[row] += amount;
    rows->life[row] += amount;
}

/* is_in: 0 or 1. Returns 1 when the person is counted. */
static uint32_t take(const struct account *account, uint32_t price, uint32_t row, uint32_t is_in)
{
    uint32_t takes =
        -is_in & can_pay(&account->own, row, price) & can_pay(&account->all, row, price);

    pay(&account->own, row, price & takes);
    pay(&account->all, row, price & takes);
    return takes & 1;
}

int64_t account_take(const struct account *account, size_t cell, size_t segment,
                     const uint64_t *words, size_t n_words)
{
    assert(account && words && segment < account->n_segments);
    const struct account_segment *of = &account->segments[segment];
    uint32_t price = account->price[measure_cell_grade(&account->measure, (uint32_t)cell)];
    int64_t counted = 0;

    assert(of->n <= 64 * n_words);
    for (uint32_t p = 0; p < of->n; p++)
        counted += take(account, price, of->row[p], words[p / 64] >> (p % 64) & 1);
    return counted;
}

int64_t account_take_one(const struct account *account, size_t cell, size_t segment,
                         uint32_t person, bool is_in)
{
    assert(account && segment < account->n_segments);
    const struct account_segment *of = &account->segments[segment];
    uint32_t price = account->price[measure_cell_grade(&account->measure, (uint32_t)cell)];

    assert(person < of->n);
    return take(account, price, of->row[person], is_in);
}
