#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Under which permits an organisation may ask: data permits and approvals of research ethics, that
 * the root keys have signed into the roster. An id has one entry, of one organisation; it holds
 * from valid_from to before valid_to (unix seconds). Taken out of the roster it is nobody's. Values
 * borrowed from the roster; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct roster;

#define ROSTER_PERMITS_MAX 4096
#define ROSTER_PERMIT_ID_MAX 64                      /* bytes */
#define ROSTER_PERMIT_NRHO_MAX INT64_C(1000000000)   /* at each node: rho 1, 1000 points */
#define ROSTER_PERMIT_TIME_MAX INT64_C(253402300800) /* the end of the year 9999 */

/* For roster_open(): ids differ, organisations are known, times and caps make sense. */
bool roster_permit_check(const struct roster *roster, struct arena *arena,
                         struct err *err) MUST_CHECK;

/* The organisation's permit of this id; NULL when there is none, and likewise when it is another's.
 */
const Rikstal__V1__RosterPermit *roster_permit(const struct roster *roster,
                                               const char *organisation, const char *id);
/* Does it hold at now_s? If not, err says since when or until when (ERR_DENIED). */
bool roster_permit_holds(const Rikstal__V1__RosterPermit *permit, int64_t now_s,
                         struct err *err) MUST_CHECK;
