#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The release modes: whether each region's own noised figure is shown, or the sum of all alone.
 *
 * The one table of their names. A mode that is not offered is refused here, in the same words by
 * every program. Constants; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

/* The numbers are those of Mode in proto/rikstal.proto. */
enum mode { MODE_REGIONS = 1, MODE_SUM = 2 };

/*
 * The mode that is not offered. Its name and number are kept, so that they never mean anything
 * else. Why it is not offered: node/privacy/distinct.md.
 */
#define MODE_DISTINCT_NAME "distinct"
#define MODE_DISTINCT_NUMBER 3 /* MODE_DISTINCT of proto/rikstal.proto */
#define MODE_DISTINCT_REFUSED                                                                      \
    "mode distinct is not offered: its answer would show one node, without noise, which of its "   \
    "patients other regions matched (node/privacy/distinct.md); ask in mode sum, where "           \
    "count_here keeps one region a person"

/* "regions", "sum"; "unknown" when there is none of that number. */
const char *mode_name(enum mode mode);
/* The names as a closed list (proto/base/words.h). */
const char *mode_word(size_t i);
/* ERR_INVALID with the modes there are, and for `distinct` why it is not one. */
bool mode_read(const char *name, enum mode *mode, struct err *err) MUST_CHECK;
/* Why a question with a mode of this number is refused; NULL: the mode is offered. */
const char *mode_refusal(uint32_t number);
