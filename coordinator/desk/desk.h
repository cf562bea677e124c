#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A desk: an asking person's or organisation's own server. It holds the key, never the
 * coordinator's; parses, explains, prices, signs, asks, verifies and adds up with the functions of
 * coordinator/analyst, and gives that to a page, to scripts and to doors over HTTP
 * (schemas/desk.json). It believes the coordinator only about which regions could not be reached.
 *
 * The HTTP side is a function (desk_answer()); listener.h connects it. Any thread may call it.
 */
#include "coordinator/analyst/session.h"
#include "coordinator/desk/bearer.h"
#include "coordinator/http/exchange.h"
#include "proto/base/err.h"

#define DESK_BODY_BYTES ((size_t)1 << 20)

struct desk;
struct shelf;
struct ticket_office;

struct desk_options {
    struct session_options session; /* whose desk it is; the texts must outlive the desk */
    const char *state;              /* the file of history and saved questions */
    const char *language;           /* in which the page opens: "sv" or "en" */
    const char *permits; /* a file of those that may be named, a line each; NULL: the roster's */
    struct shelf *shelf; /* shared with other desks, and outlives this one; NULL: its own */
};

/* ERR_INVALID when the configuration or the state file cannot be read. */
bool desk_open(const struct desk_options *options, struct desk **out, struct err *err) MUST_CHECK;
/* Withdraws what is being asked, and waits for it. Accepts NULL. */
void desk_close(struct desk *desk);
/* Wakes all that wait for a change, before the listener closes. */
void desk_stop(struct desk *desk);

/* Who may use it: the owner prints tokens there. */
struct ticket_office *desk_tickets(struct desk *desk);
/* An exchange_function; owner: the desk. */
void desk_answer(void *owner, const struct exchange_request *request,
                 struct exchange_response *response);
/*
 * For a server of many desks, which has guard and sessions of its own, and adds the headers: a path
 * of the API, for somebody with this right.
 */
void desk_answer_as(struct desk *desk, const struct exchange_request *request,
                    enum bearer_scope right, struct exchange_response *response);
/* What a script's header Authorization opens at this desk. */
bool desk_right_of(struct desk *desk, const char *authorization, enum bearer_scope *out,
                   struct err *err) MUST_CHECK;
/* Makes the problem of this code (schemas/desk.json, x-problems). */
void desk_refuse(struct exchange_response *response, const char *code, const char *detail);
