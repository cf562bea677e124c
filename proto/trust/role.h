#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roles in which analysts ask: whether a role acts for profit, and the mode, purpose and sigma
 * that a question gets when it names none: those that the default policy (schemas/policy.json)
 * allows.
 *
 * This is the one table of named roles. The list is open: a roster and a policy may name others. A
 * role that is not in the table counts as commercial, so that no person is counted against their
 * wish. Constants; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/query/mode.h"

/*
 * True when the role may count persons who did not permit use for profit. False for a role that is
 * not named.
 */
bool role_is_commercial(const char *role);
/* permit "": without one. */
enum mode role_usual_mode(const char *role, const char *permit);
const char *role_usual_purpose(const char *role);
uint32_t role_usual_sigma(const char *role);
/* The names as a list (proto/base/words.h). */
const char *role_word(size_t i);
