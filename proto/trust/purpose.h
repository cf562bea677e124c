#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The purpose of a question, and the legal ground on which persons may be counted for it.
 *
 * This is the one table of named purposes. The list is open: a policy may name others, and a
 * purpose that is not in the table is treated as research. Constants; any thread.
 */
#include <stddef.h>

#define PURPOSE_DEFAULT "research" /* for a question that names no purpose */

enum purpose_ground {
    PURPOSE_HEALTH_RESEARCH,
    PURPOSE_PUBLIC_TASK, /* statistics, planning and preparedness of public bodies */
    PURPOSE_QUALITY,     /* quality of care, by any care provider */
};

enum purpose_ground purpose_ground(const char *purpose);
/* The names as a list (proto/base/words.h). */
const char *purpose_word(size_t i);
