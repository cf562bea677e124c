/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/monotone.h"

#include <assert.h>

/* Figures next to each other that have one value. */
struct pool {
    double value;
    double weight;
    size_t n;
};

static struct pool pooled(const struct pool *a, const struct pool *b)
{
    double weight = a->weight + b->weight;

    return (struct pool){(a->value * a->weight + b->value * b->weight) / weight, weight,
                         a->n + b->n};
}

void monotone_falling(double *value, const double *weight, size_t n)
{
    struct pool pool[MONOTONE_FIGURES_MAX];
    size_t pools = 0, at = 0;

    assert(n <= MONOTONE_FIGURES_MAX && (n == 0 || (value && weight)));
    for (size_t i = 0; i < n; i++) {
        assert(weight[i] > 0);
        pool[pools++] = (struct pool){value[i], weight[i], 1};
        while (pools > 1 && pool[pools - 2].value < pool[pools - 1].value) {
            pool[pools - 2] = pooled(&pool[pools - 2], &pool[pools - 1]);
            pools--;
        }
    }
    for (size_t p = 0; p < pools; p++)
        for (size_t i = 0; i < pool[p].n; i++)
            value[at++] = pool[p].value;
}
