#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which requests a desk hears at all. Another site's page in the same browser can send requests
 * here, but neither read the answers, nor set our header, nor make the browser send a SameSite
 * cookie; a name that was bound again to this address (DNS rebinding) shows in Host. Pure; any
 * thread.
 */
#include <stdbool.h>

#include "coordinator/http/exchange.h"

#define GUARD_HEADER "X-Rikstal-Desk"

/*
 * address: the only one of the desk, as browsers write it, "https://desk.example.se"; NULL: a desk
 * of one person on loopback. The code of the problem: "host", "csrf", "type", "method"; NULL for a
 * request that may go on. It says nothing about who asks: that is ticket.h.
 */
const char *guard_refusal(const struct exchange_request *request, const char *address);

/* What helps against a request that was refused; for people. */
const char *guard_detail(const char *code);

/* Adds the headers that every response has. nonce: of the page; NULL: the response is no page. */
void guard_headers(struct exchange_response *response, const char *nonce);
