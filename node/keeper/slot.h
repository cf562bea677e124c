#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which slot the answer to a question leaves: by its shape, its work and public sizes, none of
 * which a question or a person chooses. Values; any thread.
 */
#include "node/keeper/outbox.h"
#include "node/privacy/work.h"
#include "node/snapshot/sizes.h"

struct ast;
struct shape;

struct slot {
    enum slot_class class; /* where it fits one */
    bool fits;
    struct work work;
};

/* What the price in work is computed from, of a snapshot of these classes and segments. */
struct work_sizes slot_sizes(const struct sizes *sizes, uint64_t segments);
struct slot slot_of(const struct ast *ast, const struct shape *shape, uint32_t sigma,
                    const struct work_sizes *sizes);
/* Why a question that fits no slot is refused, and what to narrow, for its asker. */
#define SLOT_REASON_BYTES 256
void slot_reason(const struct slot *slot, char reason[static SLOT_REASON_BYTES]);
