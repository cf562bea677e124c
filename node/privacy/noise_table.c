/* SPDX-License-Identifier: Apache-2.0 */
#include "node/privacy/noise_table.h"

const struct noise_table *noise_table_find(uint32_t sigma, uint32_t shares)
{
    for (size_t i = 0; i < noise_tables_count; i++)
        if (noise_tables[i].sigma == sigma && noise_tables[i].shares == shares)
            return &noise_tables[i];
    return NULL;
}

/* The borrow of a - b - in, as 0 or 1, without a comparison that a compiler could branch on. */
static uint64_t borrow(uint64_t a, uint64_t b, uint64_t in)
{
    uint64_t difference = a - b - in;

    return ((~a & b) | (~(a ^ b) & difference)) >> 63;
}

int32_t noise_table_sample(const struct noise_table *table, uint64_t high, uint64_t low)
{
    uint32_t reached = 0;

    for (uint32_t i = 0; i < table->n; i++) {
        const struct threshold *t = &table->threshold[i];
        uint64_t below = borrow(high, t->high, borrow(low, t->low, 0));

        reached += 1 - (uint32_t)below; /* u >= threshold */
    }
    return (int32_t)reached - (int32_t)table->tail;
}
