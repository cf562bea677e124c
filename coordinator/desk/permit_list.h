#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The permits that a person of a desk may name: those that the log-in gave, in a file of one a
 * line, which is read whenever it is asked, so a new log-in counts at once. A desk of one person
 * has no such file; its person may name every permit of the organisation. Any thread.
 */
#include "coordinator/desk/desk_inside.h"

#define PERMIT_LIST_BYTES_MAX ((size_t)32 << 10)

/* ERR_DENIED when this permit may not be named; "" is none, and always may. */
bool permit_list_check(const struct desk *desk, const char *permit, struct err *err) MUST_CHECK;
