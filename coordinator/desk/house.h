#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A house: the desks of many persons of one organisation behind one address (`rikstal desk serve`).
 * Each person logs in at the organisation's identity provider (coordinator/login), has a session
 * (seat.h) and a desk (colleague.h); what a desk answers is desk.h's. Every post and deletion is
 * logged with the person who made it. Any thread.
 */
#include "coordinator/desk/house_conf.h"
#include "coordinator/http/exchange.h"
#include "coordinator/login/fetch.h"
#include "proto/base/err.h"

struct house;

/* conf must outlive the house. fetch: fetch_run() of coordinator/login/fetch.h. */
bool house_open(const struct house_conf *conf, fetch_function *fetch, struct house **out,
                struct err *err) MUST_CHECK;
/* Wakes all that wait, before the listener closes. */
void house_stop(struct house *house);
void house_close(struct house *house); /* accepts NULL */

/* An exchange_function; owner: the house. */
void house_answer(void *owner, const struct exchange_request *request,
                  struct exchange_response *response);
