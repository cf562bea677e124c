#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units and answers of events as numbers: each text is stored once. Inside node/store; one thread.
 */
#include <stdint.h>

#include "node/store/person.h"
#include "proto/base/err.h"

struct store;

/*
 * The id of a value's word, which is made when it is new; 0: it has none. ERR_INVALID where it is
 * too long, or an answer is empty. Call it inside an open import.
 */
bool event_word(struct store *store, const struct event_value *value, int64_t *id,
                struct err *err) MUST_CHECK;
