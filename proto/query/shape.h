#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of an answer: its parts, in order, what each is called, and which cells each has.
 *
 * It is read from the question alone, by the same function at node, coordinator and client, so all
 * of them agree on which cell is which; a count has one part without a name, a breakdown one for
 * every combination of classes, a frequency one a change. A shape borrows the arena that it was
 * read into. Read-only once read; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/ast.h"
#include "proto/query/dimension.h"
#include "proto/query/measure.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;

struct shape {
    struct measure measure;
    uint32_t n_parts;
    uint32_t part_cells;        /* of each part; n_parts * part_cells = measure.n_cells */
    struct breakdown breakdown; /* breakdown; else without dimensions */
    struct ast_value *changes;  /* frequency: n_parts of them; else NULL */
};

/* That of every count. */
extern const struct shape shape_count;

/* From a question's measure, dimensions and changes. ERR_INVALID for a member that its measure does
 * not use, for an unknown dimension and beyond the limits of measure.h. */
bool shape_read(const Rikstal__V1__Question *question, struct arena *arena, struct shape *out,
                struct err *err) MUST_CHECK;

/* A question's dimensions from "sex,age_band", its changes from "GRCh38:17-43044295-G-A,…": as an
 * analyst writes them. The message's members live in the arena. */
bool shape_dimensions(const char *text, struct arena *arena, Rikstal__V1__Question *question,
                      struct err *err) MUST_CHECK;
bool shape_changes(const char *text, struct arena *arena, Rikstal__V1__Question *question,
                   struct err *err) MUST_CHECK;

/* By how many names a part is told: 0 for a count, the dimensions, 1 for a change. */
size_t shape_keys(const struct shape *shape);
/* "sex", "change". */
const char *shape_key(const struct shape *shape, size_t key);
/* "female", "GRCh38:17-43044295-G-A". */
const char *shape_part(const struct shape *shape, uint32_t part, size_t key);
