#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As whom an analyst asks: the roles that have a name here, whether they act for profit, and in
 * which mode they ask when they name none.
 *
 * The one table of them. The list is open: a roster and a policy may name others. A role that is
 * not named here counts as commercial, so that nobody is counted against a wish. Constants; any
 * thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "proto/query/mode.h"

/* May the role count persons who permitted no use for profit? False for those. */
bool role_is_commercial(const char *role);
/* The mode that the default policy (schemas/policy.json) allows the role; permit "": without one.
 */
enum mode role_usual_mode(const char *role, const char *permit);
/* The names as a list (proto/base/words.h). */
const char *role_word(size_t i);
