#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application/x-www-form-urlencoded: names and values, each byte that is no letter, digit or one of
 * -._~ as %XX (RFC 3986). Any thread.
 */
#include "proto/base/bytes.h"

void query_string_escape(struct bytes *to, const char *text);
/* Adds name=value, with & before it when something without a separator stands there. */
void query_string_add(struct bytes *to, const char *name, const char *value);
