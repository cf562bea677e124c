#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trial protocol as text: a criterion on each line, which becomes a step of a funnel.
 *
 *   # comments and empty lines are skipped
 *   I1 adult: age >= 18
 *   I3 breast cancer: diagnosis under icd10:C50
 *   E1 PARP inhibitor: code under atc:L01XK
 *
 * Before the colon: I or E and a number, each once, and a name. I is met by whom the criterion
 * fits, E by whom it does not fit. Each criterion is read alone, so bare variant tests on two lines
 * are of two variants. All lines together are one question, the `and` of its steps in their order.
 * Reading is pure; what it gives lives in the arena; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"
#include "proto/query/shape.h"

struct arena;
struct named_sets;

#define PROTOCOL_BYTES_MAX 16384

struct protocol {
    uint32_t n_steps;
    struct shape_step step[MEASURE_STEPS_MAX];
    const char *question; /* canonical */
    struct ast ast;
};

/*
 * False when it has mistakes, which `found` has, with their places in this text. Named sets are
 * found in `sets`; NULL: a criterion that names one is refused.
 */
bool protocol_read(const char *text, size_t length, const struct named_sets *sets,
                   struct arena *arena, struct protocol *out, struct diagnostics *found)
    __attribute__((warn_unused_result));
