#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address to which a region's node wants requests sent that go further than a figure: one mail
 * address, or "" for none. It is signed with the roster, so no coordinator can put another in its
 * place. Pure functions; any thread.
 */
#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

#define ROSTER_CONTACT_MAX 254 /* bytes of an address (RFC 5321, 4.5.3.1.3, without "<>") */

/*
 * Is it an address of letters, digits and "._+-" before the "@" (at most 64 of them, no dot at an
 * end or beside another), and a host name with a dot behind it? So it needs no quoting in a header,
 * a URI or a terminal. RFC 5322 allows more, which this refuses.
 */
bool roster_contact_is_valid(const char *address);
/* ERR_INVALID names the node whose address is none. */
bool roster_contact_check(const Rikstal__V1__Roster *m, struct err *err) MUST_CHECK;
