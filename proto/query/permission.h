#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One rule of a region's policy: what a role may ask, and for what. Regions announce their rules,
 * and the same test tells an asker beforehand what the node will say. What it does not hold (caps,
 * rates, work, whether a permit is of the roster) the node alone decides. Values that borrow; any
 * thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/bins.h"
#include "proto/query/dimension.h"
#include "proto/query/measure.h"
#include "proto/query/mode.h"

struct ast_node;

/* What becomes of a question that meets the rule, the strictest last. */
enum permission_decision { PERMISSION_AUTO, PERMISSION_HOLD, PERMISSION_DENY };

struct permission {
    const char *role;
    const char *const *purposes;
    size_t n_purposes;
    uint32_t modes;    /* bit i: mode_word(i) */
    uint32_t measures; /* bit i: measure_word(i) */
    uint32_t sigmas;   /* bit i: price_sigma_menu[i] */
    uint32_t fields;   /* bit i: enum ast_field i */
    uint32_t age_band; /* bounds of ages and years must be multiples of it; 1: any */
    bool permit;       /* the question must name a permit */
    enum permission_decision decision;
};

/* The parts of a question that a rule looks at. */
struct permission_asked {
    const char *purpose;
    enum mode mode;
    uint32_t sigma;
    enum measure_kind measure;
    const struct dimension_table *breakdown; /* of a table; else NULL */
    const struct bins *bins;                 /* of a measure by bins; else NULL */
    bool permit;                             /* it names one */
    const struct ast_node *root;
};

/* The fields of a question, those that its measure reveals with them: bit i: enum ast_field i. */
uint32_t permission_fields(const struct permission_asked *asked);

/*
 * The fields that a rule allows in this mode. In mode sum `region` is none of them, whatever the
 * policy says: a sum over one region's persons is that region's own figure, for which mode regions
 * has its price and may want a permit.
 */
uint32_t permission_fields_in(const struct permission *rule, enum mode mode);
/*
 * How many conditions of the rule the question meets before the first that it does not, of
 * PERMISSION_MET; err says which that is (ERR_DENIED). They come in the order that explains a
 * refusal best. The role is not among them.
 */
#define PERMISSION_MET 7
int permission_meets(const struct permission *rule, const struct permission_asked *asked,
                     struct err *err);
/* "auto", "hold", "deny", as a closed list (proto/base/words.h). */
const char *permission_decision_word(size_t i);
