#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Contact the region": from an answer to a letter that asks regions for what goes further than a
 * figure. Here it is written and its preparation is logged; who asks sends it from a mail program.
 * Nothing is sent from here.
 *
 * The letter has no figure at all, no region's answer and no patient's data: who asks, why, the
 * number of the protocol, the question's id, by which a region finds it in its own log, and the
 * question's text if that is wished. Its reference (RIK-1A2B-3C4D-5E6F) is the first six bytes of
 * the id, so that all letters about one answer have the same. Addresses come from the verified
 * roster (proto/trust/roster_contact.h), never from a coordinator. Any thread.
 */
#include <cjson/cJSON.h>

#include "coordinator/analyst/session.h"
#include "coordinator/desk/desk_inside.h"
#include "proto/base/err.h"
#include "proto/trust/roster.h"

struct history;

#define HANDOVER_LINE_MAX 200     /* bytes of who asks, and of the protocol's number */
#define HANDOVER_PURPOSE_MAX 1000 /* bytes */

/*
 * Writes the letter that a form (Handover of schemas/desk.json) wishes, about an answer of this
 * history, and logs that it was prepared. The caller deletes *out, a Letter. ERR_INVALID names the
 * member that is wrong, or says that there is no such answer or no such contact.
 */
bool handover_prepare(struct history *history, const struct roster *roster, const cJSON *form,
                      cJSON **out, struct err *err) MUST_CHECK;

desk_handler handover_post, handover_list;
