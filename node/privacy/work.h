#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The price of a question in work: how long its evaluation may take at most.
 *
 * It follows from the question and public sizes alone, so that the slot that it decides tells
 * nothing of the data, and it is known before anything is paid. The costs were measured on one
 * processor of 2 vCPU and have a margin; figures: decisions/001-price-in-work.md. Values; any
 * thread.
 */
#include <stdbool.h>
#include <stdint.h>

struct ast;
struct shape;

/* The work of a variant as an event: there are so many segments of tumours by day (node/snapshot).
 */
#define WORK_SAMPLE_DAYS 16

/* Of a snapshot; of coarse classes (node/snapshot/sizes.h), what they hold at most. */
struct work_sizes {
    uint64_t segments;
    uint64_t persons;
    uint64_t sites;      /* summed over segments */
    uint64_t gene;       /* sites of the gene that has most */
    uint64_t events;     /* coded events */
    uint64_t structural; /* structural variants, summed over segments */
    uint64_t kinds; /* of sites, summed over segments; 0: not every segment sums its sites up */
    bool accounts;  /* each person pays for the cells that the person is in (account.h) */
};

struct work {
    uint64_t ns;
    uint32_t walks; /* how many times the question looks at every site */
};

struct work work_of(const struct ast *ast, const struct shape *shape, uint32_t sigma,
                    const struct work_sizes *sizes);
