#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question is asked for, and on what ground of law persons may be counted for that.
 *
 * The one table of the purposes that have a name here. The list is open: a policy may name others,
 * and whatever is not named here is treated as research. Constants; any thread.
 */
#include <stddef.h>

#define PURPOSE_DEFAULT "research" /* of a question that names none */

enum purpose_ground {
    PURPOSE_HEALTH_RESEARCH,
    PURPOSE_PUBLIC_TASK, /* statistics, planning and preparedness of public bodies */
    PURPOSE_QUALITY,     /* of care, by whoever gives it */
};

enum purpose_ground purpose_ground(const char *purpose);
/* The names as a list (proto/base/words.h). */
const char *purpose_word(size_t i);
