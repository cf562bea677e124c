#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a person's dates cannot be: a reader rejects it by a code of its own instead of letting a
 * slip of the pen, a stand-in or another program's default become an age. Days are those of
 * person.h; today is a day in Sweden. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "node/store/person.h"

/* Today in Sweden. */
int32_t plausible_today(void);
/* 9999-12-31 means "not given": becomes PERSON_NO_DATE. */
void plausible_open(int32_t *day);
/*
 * Births and deaths lie no later than today, and a death not before the birth. 1900-01-01 is no
 * birth date, because programs write it for an unknown one. 1970-01-01, the computer's zero, is one
 * unless an age beside it contradicts it.
 */
bool plausible_birth(const struct person_facts *facts, int32_t today);
bool plausible_death(const struct person_facts *facts, int32_t today);
/* Of an event on this day: not after today, not before birth, not after death. */
bool plausible_event(const struct person_facts *facts, int32_t day, int32_t today);
