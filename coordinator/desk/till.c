/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/till.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/workbook.h"
#include "coordinator/desk/errand.h"
#include "coordinator/desk/form.h"
#include "coordinator/desk/history.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/number.h"

#define EVENTS "/events"
#define EVENTS_WAIT_MS 15000 /* then the browser is told that nothing is new, and asks again */
#define HISTORY_DEFAULT 50
#define HISTORY_MOST 500
#define FORM_ARENA_BYTES ((size_t)1 << 20)

/* Takes over the bytes. */
static void respond(struct exchange_response *response, unsigned status, const char *type,
                    struct bytes *body)
{
    bytes_clear(&response->body);
    response->body = *body;
    response->status = status;
    response->type = type;
    *body = (struct bytes){0};
}

static bool id_of(const char *text, uint8_t id[static QUESTION_ID_BYTES],
                  struct exchange_response *response)
{
    if (strlen(text) == 2 * (size_t)QUESTION_ID_BYTES &&
        bytes_from_hex(text, id, QUESTION_ID_BYTES))
        return true;
    desk_refuse(response, "not-found", "a question's id is 32 hexadecimal digits");
    return false;
}

/* ---- asking and following ---------------------------------------------------------------------
 */

void till_ask(struct desk *desk, const struct exchange_request *request, const char *rest,
              struct exchange_response *response)
{
    (void)rest;
    uint8_t id[QUESTION_ID_BYTES];
    struct errand_look look = {.since = 0};
    struct bytes state = {0};
    struct err err;
    cJSON *form;

    if (!desk_body(request, &form, response))
        return;
    if (errand_begin(desk->errands, form, id, response)) {
        if (errand_state(desk->errands, id, &look, &state, &err))
            respond(response, 202, "application/json", &state);
        else
            desk_failed(response, &err);
    }
    cJSON_Delete(form);
    bytes_clear(&state);
}

static void look_as_json(struct desk *desk, const struct exchange_request *request,
                         const uint8_t *id, struct exchange_response *response)
{
    struct errand_look look = {0};
    struct bytes state = {0};
    struct err err;

    if (!desk_number(request, "since", 0, INT64_C(1) << 52, &look.since, response) ||
        !desk_number(request, "wait_ms", 0, TILL_WAIT_MOST_MS, &look.wait_ms, response))
        return;
    if (!errand_state(desk->errands, id, &look, &state, &err))
        desk_failed(response, &err);
    else if (!look.seq)
        desk_refuse(response, "not-found", "no question with this id was asked here");
    else
        respond(response, 200, "application/json", &state);
    bytes_clear(&state);
}

/* What the browser has seen: it says so by itself when it connects again. */
static int64_t last_event(const struct exchange_request *request)
{
    const char *text = exchange_header(request, "Last-Event-ID");
    uint64_t value;

    return text && number_whole(text, strlen(text), UINT64_C(1) << 52, &value) ? (int64_t)value : 0;
}

static void look_as_events(struct desk *desk, const struct exchange_request *request,
                           const uint8_t *id, struct exchange_response *response)
{
    struct errand_look look = {.since = last_event(request), .wait_ms = EVENTS_WAIT_MS};
    struct bytes state = {0}, events = {0};
    char head[64];
    struct err err;

    if (!errand_state(desk->errands, id, &look, &state, &err)) {
        desk_failed(response, &err);
    } else if (!look.seq) {
        desk_refuse(response, "not-found", "no question with this id was asked here");
    } else {
        snprintf(head, sizeof(head), "retry: 100\nid: %lld\n", (long long)look.seq);
        bytes_add_text(&events, head);
        if (look.seq > look.since) {
            bytes_add_text(&events, "event: state\ndata: ");
            bytes_add(&events, state.data, state.size);
            bytes_add_text(&events, "\n\n");
        } else {
            bytes_add_text(&events, ": nothing new\n\n");
        }
        bytes_add_text(&events, look.open ? "" : "event: end\ndata: {}\n\n");
        respond(response, 200, "text/event-stream", &events);
    }
    bytes_clear(&state);
    bytes_clear(&events);
}

void till_look(struct desk *desk, const struct exchange_request *request, const char *rest,
               struct exchange_response *response)
{
    char text[2 * QUESTION_ID_BYTES + 1] = "";
    size_t length = strcspn(rest, "/");
    bool events = strcmp(rest + length, EVENTS) == 0;
    uint8_t id[QUESTION_ID_BYTES];

    if (length < sizeof(text))
        memcpy(text, rest, length);
    if ((rest[length] && !events) || !id_of(text, id, response)) {
        desk_refuse(response, "not-found", "a question's id is 32 hexadecimal digits");
        return;
    }
    if (events)
        look_as_events(desk, request, id, response);
    else
        look_as_json(desk, request, id, response);
}

void till_withdraw(struct desk *desk, const struct exchange_request *request, const char *rest,
                   struct exchange_response *response)
{
    uint8_t id[QUESTION_ID_BYTES];

    if (!id_of(rest, id, response))
        return;
    if (errand_withdraw(desk->errands, id))
        look_as_json(desk, request, id, response);
    else
        desk_refuse(response, "not-found", "no open question has this id");
}

/* ---- answers ----------------------------------------------------------------------------------
 */

static const struct answer_form {
    const char *name;
    enum history_text text;
    const char *type;
    bool workbook; /* made of the text */
} forms[] = {{"json", HISTORY_DOCUMENT, "application/json", false},
             {"csv", HISTORY_CSV, "text/csv; charset=utf-8", false},
             {"tsv", HISTORY_TSV, "text/tab-separated-values; charset=utf-8", false},
             {"xlsx", HISTORY_TSV,
              "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true}};

static const struct answer_form *form_of(const struct exchange_request *request)
{
    const char *name = exchange_argument(request, "form");

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (!name || strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

static void not_there(bool open, struct exchange_response *response)
{
    if (open)
        desk_refuse(response, "not-yet", "the question is open; follow its events");
    else
        desk_refuse(response, "not-found", "there is no such answer here");
}

static void respond_workbook(const struct answer_form *form, const struct bytes *text,
                             struct exchange_response *response)
{
    struct bytes book = {0};
    struct err err;

    if (workbook_add((const char *)text->data, text->size, clock_wall_s(), &book, &err))
        respond(response, 200, form->type, &book);
    else
        desk_failed(response, &err);
    bytes_clear(&book);
}

void till_answer(struct desk *desk, const struct exchange_request *request, const char *rest,
                 struct exchange_response *response)
{
    const struct answer_form *form = form_of(request);
    uint8_t id[QUESTION_ID_BYTES];
    struct bytes text = {0};
    bool open = false, found = false;
    struct err err;

    if (!form) {
        desk_refuse(response, "body", "form is json, csv, tsv or xlsx");
        return;
    }
    if (!id_of(rest, id, response))
        return;
    if (form->text == HISTORY_DOCUMENT)
        errand_partial(desk->errands, id, &text, &open);
    if (!text.size && !history_read(desk->history, id, form->text, &text, &found, &err))
        desk_failed(response, &err);
    else if (!text.size)
        not_there(open, response);
    else if (form->workbook)
        respond_workbook(form, &text, response);
    else
        respond(response, 200, form->type, &text);
    bytes_clear(&text);
}

void till_receipt(struct desk *desk, const struct exchange_request *request, const char *rest,
                  struct exchange_response *response)
{
    (void)request;
    uint8_t id[QUESTION_ID_BYTES];
    struct bytes text = {0};
    bool found = false;
    struct err err;

    if (!id_of(rest, id, response))
        return;
    if (!history_read(desk->history, id, HISTORY_RECEIPT, &text, &found, &err)) {
        desk_failed(response, &err);
    } else if (!found) {
        not_there(false, response);
    } else {
        exchange_add(response, "Content-Disposition",
                     "attachment; filename=\"rikstal-%.32s.receipt\"", rest);
        respond(response, 200, "application/json", &text);
    }
    bytes_clear(&text);
}

/* {"NAME": [...]} */
static void respond_list(struct exchange_response *response, const char *name, bool ok,
                         struct bytes *list, const struct err *err)
{
    struct bytes body = {0};

    bytes_add_text(&body, "{");
    json_write_text(&body, name);
    bytes_add_text(&body, ":");
    if (list->size)
        bytes_add(&body, list->data, list->size);
    bytes_add_text(&body, "}");
    if (ok && !body.failed)
        respond(response, 200, "application/json", &body);
    else if (ok)
        desk_refuse(response, "internal", "no memory");
    else
        desk_failed(response, err);
    bytes_clear(&body);
    bytes_clear(list);
}

void till_history(struct desk *desk, const struct exchange_request *request, const char *rest,
                  struct exchange_response *response)
{
    (void)rest;
    struct bytes list = {0};
    int64_t most;
    struct err err;
    bool ok;

    if (!desk_number(request, "most", HISTORY_DEFAULT, HISTORY_MOST, &most, response))
        return;
    ok = history_list(desk->history, most, &list, &err);
    respond_list(response, "questions", ok, &list, &err);
}

/* ---- saved questions --------------------------------------------------------------------------
 */

static void respond_saved(struct desk *desk, unsigned status, int64_t id,
                          struct exchange_response *response)
{
    struct bytes one = {0};
    bool found = false;
    struct err err;

    if (!history_saved(desk->history, id, &one, &found, &err))
        desk_failed(response, &err);
    else if (!found)
        desk_refuse(response, "not-found", "no saved question has this number");
    else
        respond(response, status, "application/json", &one);
    bytes_clear(&one);
}

/* A form is kept only if it can be read again. */
static bool is_form(const cJSON *question, struct err *err)
{
    struct arena *arena = arena_new(FORM_ARENA_BYTES);
    struct form ignored;
    bool ok = arena ? form_read(question, arena, &ignored, err) : err_memory(err);

    arena_free(arena);
    return ok;
}

void till_save(struct desk *desk, const struct exchange_request *request, const char *rest,
               struct exchange_response *response)
{
    (void)rest;
    const cJSON *question;
    const char *name;
    char *text = NULL;
    int64_t id;
    struct err err;
    cJSON *body;
    bool ok;

    if (!desk_body(request, &body, response))
        return;
    name = json_text(body, "name");
    question = json_member(body, "question");
    ok = ((name && *name && strlen(name) <= TILL_NAME_BYTES) ||
          err_set(&err, ERR_INVALID, "name must be a text of 1 to %d bytes", TILL_NAME_BYTES)) &&
         is_form(question, &err);
    if (ok) {
        text = cJSON_PrintUnformatted(question);
        ok = text ? history_save(desk->history, name, text, &id, &err) : err_memory(&err);
    }
    if (ok)
        respond_saved(desk, 201, id, response);
    else
        desk_failed(response, &err);
    cJSON_free(text);
    cJSON_Delete(body);
}

void till_saved(struct desk *desk, const struct exchange_request *request, const char *rest,
                struct exchange_response *response)
{
    (void)request;
    (void)rest;
    struct bytes list = {0};
    struct err err;
    bool found, ok = history_saved(desk->history, 0, &list, &found, &err);

    respond_list(response, "saved", ok, &list, &err);
}

static bool number_of(const char *text, int64_t *id, struct exchange_response *response)
{
    uint64_t value;

    if (number_whole(text, strlen(text), INT64_MAX, &value) && value > 0) {
        *id = (int64_t)value;
        return true;
    }
    desk_refuse(response, "not-found", "a saved question has a number");
    return false;
}

void till_saved_one(struct desk *desk, const struct exchange_request *request, const char *rest,
                    struct exchange_response *response)
{
    (void)request;
    int64_t id;

    if (number_of(rest, &id, response))
        respond_saved(desk, 200, id, response);
}

void till_forget(struct desk *desk, const struct exchange_request *request, const char *rest,
                 struct exchange_response *response)
{
    (void)request;
    bool found;
    struct err err;
    int64_t id;

    if (!number_of(rest, &id, response))
        return;
    if (!history_forget(desk->history, id, &found, &err))
        desk_failed(response, &err);
    else if (!found)
        desk_refuse(response, "not-found", "no saved question has this number");
    else
        exchange_text(response, 204, "application/json", "");
}
