/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/cells.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "node/privacy/account.h"
#include "node/privacy/cells_inside.h"

struct cells *cells_new(size_t n)
{
    assert(n > 0 && n <= CELLS_MAX);
    /*
     * sodium_malloc() puts the end of the block at a guard page, so the size must be a multiple of
     * 16 for the block to be aligned.
     */
    size_t bytes = (sizeof(struct cells) + n * sizeof(int64_t) + 15) & ~(size_t)15;
    struct cells *cells = sodium_malloc(bytes);

    if (!cells)
        return NULL;
    memset(cells, 0, bytes);
    cells->n = n;
    return cells;
}

void cells_free(struct cells *cells)
{
    sodium_free(cells); /* wipes first; accepts NULL */
}

void cells_put(struct cells *cells, size_t i, int64_t value)
{
    assert(i < cells->n);
    cells->value[i] = value;
}

void cells_enter(struct cells *cells, size_t i, const struct cells_who *who)
{
    assert(i < cells->n && who && who->words);
    int64_t n = 0;

    if (cells->account) {
        cells->value[i] += account_take(cells->account, i, who->segment, who->words, who->n_words);
        return;
    }
    for (size_t w = 0; w < who->n_words; w++)
        n += __builtin_popcountll(who->words[w]);
    cells->value[i] += n;
}

void cells_enter_one(struct cells *cells, size_t i, const struct cells_person *person, bool is_in)
{
    assert(i < cells->n && person);
    cells->value[i] +=
        cells->account ? account_take_one(cells->account, i, person->segment, person->person, is_in)
                       : is_in;
}

void cells_charge(struct cells *cells, const struct account *account)
{
    assert(cells);
    cells->account = account;
}

size_t cells_count(const struct cells *cells)
{
    assert(cells);
    return cells->n;
}
