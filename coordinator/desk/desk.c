/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/desk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/assets.h"
#include "coordinator/desk/board.h"
#include "coordinator/desk/desk_inside.h"
#include "coordinator/desk/errand.h"
#include "coordinator/desk/guard.h"
#include "coordinator/desk/handover.h"
#include "coordinator/desk/history.h"
#include "coordinator/desk/quote.h"
#include "coordinator/desk/shelf.h"
#include "coordinator/desk/speech.h"
#include "coordinator/desk/ticket.h"
#include "coordinator/desk/till.h"

#define API "/api/v1"
#define OPEN_PATH "/open/"

/* ---- the table ------------------------------------------------------------------------------- */

struct desk_path {
    const char *method;
    const char *path;
    bool more; /* something follows the path */
    enum bearer_scope needs;
    desk_handler *handler;
};

static const struct desk_path paths[] = {
    {"GET", API "/version", false, BEARER_NONE, board_version},
    {"GET", API "/me", false, BEARER_READ, board_me},
    {"GET", API "/language", false, BEARER_READ, speech_language},
    {"POST", API "/parse", false, BEARER_READ, speech_parse},
    {"POST", API "/print", false, BEARER_READ, speech_print},
    {"POST", API "/complete", false, BEARER_READ, speech_complete},
    {"POST", API "/explain", false, BEARER_READ, speech_explain},
    {"POST", API "/price", false, BEARER_READ, quote_post},
    {"GET", API "/questions", false, BEARER_READ, till_history},
    {"POST", API "/questions", false, BEARER_ASK, till_ask},
    {"GET", API "/questions/", true, BEARER_READ, till_look},
    {"DELETE", API "/questions/", true, BEARER_ASK, till_withdraw},
    {"GET", API "/answers/", true, BEARER_READ, till_answer},
    {"GET", API "/receipts/", true, BEARER_READ, till_receipt},
    {"POST", API "/receipts:verify", false, BEARER_READ, board_verify},
    {"GET", API "/terms/search", false, BEARER_READ, shelf_search},
    {"GET", API "/genes", false, BEARER_READ, shelf_genes},
    {"GET", API "/nodes", false, BEARER_READ, board_nodes},
    {"GET", API "/budget", false, BEARER_READ, board_budget},
    {"GET", API "/letters", false, BEARER_READ, handover_list},
    {"POST", API "/letters", false, BEARER_ASK, handover_post},
    {"GET", API "/saved", false, BEARER_READ, till_saved},
    {"POST", API "/saved", false, BEARER_ASK, till_save},
    {"GET", API "/saved/", true, BEARER_READ, till_saved_one},
    {"DELETE", API "/saved/", true, BEARER_ASK, till_forget},
};

static bool fits(const struct desk_path *path, const char *asked)
{
    size_t length = strlen(path->path);

    return path->more ? strncmp(asked, path->path, length) == 0 && asked[length]
                      : strcmp(asked, path->path) == 0;
}

static void refuse_right(enum bearer_scope right, struct exchange_response *response)
{
    if (right == BEARER_NONE)
        desk_refuse(response, "access",
                    "open the address that the desk printed, which begins a session, or send a "
                    "token of `rikstal scripts`");
    else
        desk_refuse(response, "denied",
                    "this token may only read; `rikstal scripts new --scope ask` makes one that "
                    "asks");
}

static void route_api(struct desk *desk, const struct exchange_request *request,
                      enum bearer_scope right, struct exchange_response *response)
{
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    bool there = false;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const struct desk_path *path = &paths[i];

        if (!fits(path, request->path))
            continue;
        there = true;
        if (strcmp(path->method, method) != 0)
            continue;
        if (right < path->needs)
            refuse_right(right, response);
        else
            path->handler(desk, request, request->path + strlen(path->path), response);
        return;
    }
    desk_refuse(response, there ? "method" : "path",
                there ? "not with this method" : "schemas/desk.json has all paths");
}

/* The token becomes a session; the page is then fetched by a request of its own site. */
static void open_session(struct desk *desk, const char *token, bool known,
                         struct exchange_response *response)
{
    char session[TICKET_TEXT_BYTES];

    if (ticket_take(desk->tickets, token, session)) {
        exchange_add(response, "Set-Cookie", TICKET_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict",
                     session);
    } else if (!known) {
        desk_refuse(response, "access",
                    "this address worked once; start the desk again for another");
        return;
    }
    exchange_add(response, "Refresh", "0; url=/");
    exchange_text(response, 200, "text/html; charset=utf-8",
                  "<!doctype html><html lang=\"sv\"><title>rikstal</title>"
                  "<p><a href=\"/\">rikstal</a></html>\n");
}

static void route_site(struct desk *desk, const struct exchange_request *request, bool known,
                       char nonce[static ASSETS_NONCE_BYTES], struct exchange_response *response)
{
    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0)
        desk_refuse(response, "method", "a page takes GET");
    else if (strncmp(request->path, OPEN_PATH, strlen(OPEN_PATH)) == 0)
        open_session(desk, request->path + strlen(OPEN_PATH), known, response);
    else
        assets_answer(desk->is.language, request, nonce, response);
}

void desk_answer(void *owner, const struct exchange_request *request,
                 struct exchange_response *response)
{
    assert(owner && request && response);
    struct desk *desk = owner;
    const char *refusal = guard_refusal(request, NULL);
    char nonce[ASSETS_NONCE_BYTES] = "";
    enum bearer_scope right = BEARER_NONE;
    struct err err;
    bool known;

    if (refusal) {
        desk_refuse(response, refusal, guard_detail(refusal));
        guard_headers(response, NULL);
        return;
    }
    known = ticket_is_valid(desk->tickets, exchange_header(request, "Cookie"));
    if (!known && !bearer_scope_of(desk->history, request->authorization, &right, &err))
        desk_failed(response, &err);
    else if (strncmp(request->path, "/api/", 5) == 0)
        route_api(desk, request, known ? BEARER_ASK : right, response);
    else
        route_site(desk, request, known, nonce, response);
    guard_headers(response, nonce[0] ? nonce : NULL);
}

void desk_answer_as(struct desk *desk, const struct exchange_request *request,
                    enum bearer_scope right, struct exchange_response *response)
{
    assert(desk && request && response);
    route_api(desk, request, right, response);
}

bool desk_right_of(struct desk *desk, const char *authorization, enum bearer_scope *out,
                   struct err *err)
{
    assert(desk && out);
    return bearer_scope_of(desk->history, authorization, out, err);
}

/* ---- opening and closing --------------------------------------------------------------------- */

bool desk_open(const struct desk_options *options, struct desk **out, struct err *err)
{
    assert(options && options->state && options->language && out);
    struct desk *desk = calloc(1, sizeof(*desk));
    bool ok;

    if (!desk)
        return err_memory(err);
    desk->is = *options;
    desk->shelf = options->shelf;
    desk->tickets = ticket_office_new();
    ok = (desk->tickets || err_memory(err)) && history_open(options->state, &desk->history, err) &&
         errand_board_open(desk, &desk->errands, err) &&
         (desk->shelf || shelf_open(&desk->is.session, &desk->shelf, err));
    if (ok)
        *out = desk;
    else
        desk_close(desk);
    return ok;
}

void desk_stop(struct desk *desk)
{
    assert(desk);
    errand_board_stop(desk->errands);
}

void desk_close(struct desk *desk)
{
    if (!desk)
        return;
    errand_board_close(desk->errands);
    if (!desk->is.shelf)
        shelf_close(desk->shelf);
    history_close(desk->history);
    ticket_office_free(desk->tickets);
    free(desk);
}

struct ticket_office *desk_tickets(struct desk *desk)
{
    assert(desk);
    return desk->tickets;
}
