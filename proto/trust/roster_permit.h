#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The permits under which an organisation may ask: data permits and approvals of research ethics,
 * which the root keys sign as part of the roster. An id has one entry, of one organisation. It is
 * valid from valid_from until just before valid_to (unix seconds). An entry that is removed from
 * the roster is no longer valid. Values are borrowed from the roster; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct roster;

#define ROSTER_PERMITS_MAX 4096
#define ROSTER_PERMIT_ID_MAX 64                      /* bytes */
#define ROSTER_PERMIT_NRHO_MAX INT64_C(1000000000)   /* cap at each node: rho 1, 1000 points */
#define ROSTER_PERMIT_TIME_MAX INT64_C(253402300800) /* the end of the year 9999 */

/*
 * For roster_open(): checks that ids differ, organisations are known, and times and caps are in
 * range.
 */
bool roster_permit_check(const struct roster *roster, struct arena *arena,
                         struct err *err) MUST_CHECK;

/*
 * The organisation's permit with this id. NULL when there is none, or it belongs to another
 * organisation.
 */
const Rikstal__V1__RosterPermit *roster_permit(const struct roster *roster,
                                               const char *organisation, const char *id);
/* Checks that the permit is valid at now_s. ERR_DENIED says from when or until when it is. */
bool roster_permit_holds(const Rikstal__V1__RosterPermit *permit, int64_t now_s,
                         struct err *err) MUST_CHECK;
