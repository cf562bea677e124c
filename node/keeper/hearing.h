#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions in frames: an ask, or the list of a sum's second round, waits for its organisation's
 * turn (turns.h); at its turn it is answered or refused, and what leaves waits in the outbox for
 * its slot. One thread.
 */
#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct dialogue;

/* frame: an Ask or a MaskList. */
bool hearing_take(struct dialogue *d, const Rikstal__V1__Frame *frame, struct err *err) MUST_CHECK;
