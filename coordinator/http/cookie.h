#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the header Cookie (RFC 6265). Pure; any thread. */
#include <stdbool.h>
#include <stddef.h>

#include "proto/base/err.h"

/*
 * The value of the first cookie of this name. False when there is none, or it does not fit; cookies
 * may be NULL.
 */
bool cookie_value(const char *cookies, const char *name, char *out, size_t room) MUST_CHECK;
