#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Persons by the bin of a number (proto/query/bins.h): the month of a first event, the days from a
 * first event to the first one that meets the second test on that day or later, or the age.
 *
 * Of whom the number cannot be told, but who may have one, the visitor hears in the class of those
 * whose number is not known, as of whom it cannot be told; an age that is not known is that of a
 * person who is certain. For a curve (MEASURE_SURVIVAL) the visitor's two are those of
 * survival_cell: whose number it is, and who had no second event until the last contact
 * (last_contact.h), in the class of the days until then. The visitor is called exactly once for
 * each person of the snapshot, also for those who are in no cell. The results are true and
 * unprotected; see criterion.h for who may include this. One thread.
 */
#include "node/evaluate/breakdown.h"
#include "proto/query/shape.h"

bool binned_walk(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
                 breakdown_visitor *visitor, void *visitor_of, struct err *err) MUST_CHECK;
