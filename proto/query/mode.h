#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The release modes: whether the answer shows each region's own noised figure, or only the sum.
 *
 * This is the one table of their names. A mode that is not offered is refused here, so that every
 * program uses the same words. Constants; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

/* The numbers are those of Mode in proto/rikstal.proto. */
enum mode { MODE_REGIONS = 1, MODE_SUM = 2 };

/*
 * A mode that is not offered (node/privacy/distinct.md has the reason). Its name and number are
 * reserved, so that they never get another meaning.
 */
#define MODE_DISTINCT_NAME "distinct"
#define MODE_DISTINCT_NUMBER 3 /* MODE_DISTINCT of proto/rikstal.proto */
#define MODE_DISTINCT_REFUSED                                                                      \
    "mode distinct is not offered: its answer would show one node, without noise, which of its "   \
    "patients other regions matched (node/privacy/distinct.md); ask in mode sum, where "           \
    "count_here keeps one region a person"

/* "regions", "sum"; "unknown" for another number. */
const char *mode_name(enum mode mode);
/* The names as a closed list (proto/base/words.h). */
const char *mode_word(size_t i);
/*
 * Finds a mode by its name. ERR_INVALID, with a list of the modes, when there is none; for
 * `distinct` the text says why it is not offered.
 */
bool mode_read(const char *name, enum mode *mode, struct err *err) MUST_CHECK;
/* Why a question with this mode is refused. NULL when the mode is offered. */
const char *mode_refusal(uint32_t number);
