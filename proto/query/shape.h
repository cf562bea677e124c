#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of an answer: its parts in order, the name of each part, and its cells.
 *
 * Node, coordinator and client read it from the question with the same function, so they agree on
 * the meaning of each cell. A count has one part without a name, a breakdown one part for every
 * combination of classes, a frequency one part for each change, a funnel one for each step. A shape
 * borrows from the arena that it was read into. It does not change once it is read; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"
#include "proto/query/bins.h"
#include "proto/query/dimension.h"
#include "proto/query/measure.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

#define SHAPE_STEP_NAME_MAX 100 /* bytes of a step's name */

/* A step of a funnel. */
struct shape_step {
    const char *name;  /* printable; for people: no part of the question's identity */
    uint32_t operands; /* of the `and` that the criterion is, which follow those of the step before;
                        * a criterion that is no `and` is one */
};

struct shape {
    struct measure measure;
    uint32_t n_parts;
    uint32_t part_cells;              /* of each part; measure.n_cells is n_parts * part_cells, and
                                       * part_cells more where it has a total */
    struct dimension_table breakdown; /* set for a breakdown; else it has no dimensions */
    struct ast_value *changes;        /* set for a frequency: n_parts of them; else NULL */
    struct shape_step *steps;         /* set for a funnel: n_parts of them; else NULL */
    struct bins *bins;                /* set for a timeline and a histogram, which has their
                                       * classes as its only dimension; else NULL */
    struct shape_step *roles;         /* beside bins, what the numbers are of, and of an
                                       * association: n_roles of them; else NULL */
    uint32_t n_roles;
};

/*
 * The roles of a measure by bins: the criterion is the `and` of an event for SHAPE_FROM and one for
 * SHAPE_TO, as many as the unit of the bins has (bins.h), and, with operands of its own, of those
 * among whom it is asked.
 */
#define SHAPE_FROM "from"
#define SHAPE_TO "to"
#define SHAPE_AMONG "among"
/* Those of an association, which may be any criteria. */
#define SHAPE_EXPOSURE "exposure"
#define SHAPE_OUTCOME "outcome"

/* The shape of every count. */
extern const struct shape shape_count;

/*
 * Reads the shape from a question's measure, dimensions, changes, steps and bins. ERR_INVALID for a
 * member that its measure does not use, for an unknown dimension, for steps that are not all
 * operands of the criterion, for roles that are not those of the bins or no events, for a sigma of
 * cells that the measure has not, and beyond the limits of measure.h and bins.h.
 */
bool shape_read(const Rikstal__V1__Question *question, struct arena *arena, struct shape *out,
                struct err *err) MUST_CHECK;

/*
 * Reads dimensions or changes as an analyst writes them: "sex,age_band",
 * "GRCh38:17-43044295-G-A,…". A change that stands twice, in whatever spelling, is taken once: each
 * one has its price. The members of the message live in the arena.
 */
bool shape_dimensions(const char *text, struct arena *arena, Rikstal__V1__Question *question,
                      struct err *err) MUST_CHECK;
bool shape_changes(const char *text, struct arena *arena, Rikstal__V1__Question *question,
                   struct err *err) MUST_CHECK;

/*
 * The criterion of a step as a tree of its own, which borrows the question's: `operands` operands
 * of the root, from number `at` on.
 */
struct ast_node shape_step_node(const struct ast_node *root, uint32_t at, uint32_t operands);

/*
 * How many names identify a part: 0 for a count, the number of dimensions for a breakdown, 1 for a
 * change or a step.
 */
size_t shape_keys(const struct shape *shape);
/* "sex", "change", "step". */
const char *shape_key(const struct shape *shape, size_t key);
/* "female", "GRCh38:17-43044295-G-A", "I3 breast cancer". */
const char *shape_part(const struct shape *shape, uint32_t part, size_t key);
