#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a desk of many shows before somebody has logged in: one heading, one sentence, one link, in
 * Swedish or English, without any script. Pure but for the nonce; any thread.
 */
#include "coordinator/desk/assets.h"
#include "coordinator/http/exchange.h"
#include "proto/base/err.h"

enum screen { SCREEN_WELCOME, SCREEN_REFUSED, SCREEN_LEFT, SCREEN_IN };

/*
 * why: of SCREEN_REFUSED, else NULL; its text is shown, escaped. nonce is drawn, for
 * guard_headers().
 */
void screen_show(enum screen screen, const char *language, const struct err *why,
                 char nonce[static ASSETS_NONCE_BYTES], struct exchange_response *response);
