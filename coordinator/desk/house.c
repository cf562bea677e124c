/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/house.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/assets.h"
#include "coordinator/desk/colleague.h"
#include "coordinator/desk/desk_inside.h"
#include "coordinator/desk/guard.h"
#include "coordinator/desk/screen.h"
#include "coordinator/desk/seat.h"
#include "coordinator/http/cookie.h"
#include "coordinator/login/provider.h"
#include "coordinator/login/visit.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"
#include "proto/base/log.h"

#define LOGIN_PATH "/login"
#define RETURN_PATH "/login/return"
#define LEFT_PATH "/login/left"
#define SESSION_PATH "/api/v1/session"
#define LOGIN_ARENA_BYTES ((size_t)256 << 10)

/* With TLS a name that no other host and no plain HTTP can set (RFC 6265bis, section 4.1.3). */
struct cookie_names {
    const char *seat, *mark, *secure;
};
static const struct cookie_names of_tls = {"__Host-rikstal-desk", "__Host-rikstal-login",
                                           "; Secure"};
static const struct cookie_names of_loopback = {"rikstal-desk", "rikstal-login", ""};

struct house {
    const struct house_conf *conf;
    const struct cookie_names *cookies;
    char redirect[256];
    struct provider *provider;
    struct visit_book *visits;
    struct seat_office *seats;
    struct colleague_table *persons;
};

/* One request: who makes it, and what its page may load. */
struct call {
    struct house *house;
    const struct exchange_request *request;
    struct exchange_response *response;
    char nonce[ASSETS_NONCE_BYTES];
    char seat[SEAT_TEXT_BYTES]; /* the cookie; "": none */
    struct colleague *person;   /* NULL: nobody */
    struct seat_look look;      /* of a seat; idle_ms 0: none */
    enum bearer_scope right;
};

static void show(struct call *call, enum screen screen, const struct err *why)
{
    screen_show(screen, call->house->conf->language, why, call->nonce, call->response);
}

/* ---- log-in ---------------------------------------------------------------------------------- */

static void refuse(struct call *call, const struct err *why)
{
    log_event(LOG_WARN_LEVEL, "login_refused", "code", err_code_name(why->code), "why", why->text,
              NULL);
    show(call, SCREEN_REFUSED, why);
    call->response->status = why->code == ERR_UNAVAILABLE ? 503 : 403;
}

static void login_begin(struct call *call)
{
    struct house *house = call->house;
    char to[PROVIDER_ADDRESS_BYTES];
    struct visit visit;
    struct err err;

    visit_begin(house->visits, &visit);
    if (!provider_address(house->provider, &visit, to, &err)) {
        refuse(call, &err);
        return;
    }
    /* Lax: the browser comes back from another site, by a link */
    exchange_add(call->response, "Set-Cookie",
                 "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s", house->cookies->mark,
                 visit.mark, (int)(VISIT_LIFE_MS / 1000), house->cookies->secure);
    exchange_text(call->response, 303, "text/plain", "");
    snprintf(call->response->location, sizeof(call->response->location), "%s", to);
}

/* Who comes back: the provider's word, verified, and what the mapping makes of it. */
static bool admit(struct call *call, const struct visit *visit, struct arena *arena,
                  struct colleague **out, struct err *err)
{
    struct house *house = call->house;
    struct provider_return back = {.code = exchange_argument(call->request, "code"),
                                   .issuer = exchange_argument(call->request, "iss")};
    struct mapping_person mapped;
    cJSON *claims = NULL;
    bool ok = provider_redeem(house->provider, visit, &back, &claims, err) &&
              mapping_apply(house->conf->mapping, claims, arena, &mapped, err) &&
              colleague_admit(house->persons, json_text(claims, "sub"), &mapped, out, err);

    cJSON_Delete(claims);
    return ok;
}

static void seat_give(struct call *call, struct colleague *person)
{
    struct house *house = call->house;
    char name[SEAT_TEXT_BYTES];

    seat_begin(house->seats, person, house->conf->life_s * 1000, call->seat[0] ? call->seat : NULL,
               name);
    log_event(LOG_INFO_LEVEL, "login", "person", person->id, "key", person->key, NULL);
    /* Strict: so the page is then fetched by a request of its own site */
    exchange_add(call->response, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Strict%s",
                 house->cookies->seat, name, house->cookies->secure);
    exchange_add(call->response, "Set-Cookie", "%s=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax%s",
                 house->cookies->mark, house->cookies->secure);
    exchange_add(call->response, "Refresh", "0; url=/");
    show(call, SCREEN_IN, NULL);
}

static void login_end(struct call *call)
{
    struct house *house = call->house;
    struct arena *arena = arena_new(LOGIN_ARENA_BYTES);
    char text[VISIT_TEXT_BYTES];
    struct colleague *person;
    struct visit visit;
    struct err err;
    const char *mark = cookie_value(exchange_header(call->request, "Cookie"), house->cookies->mark,
                                    text, sizeof(text))
                           ? text
                           : NULL;
    bool ok = arena || err_memory(&err);

    if (ok && !visit_end(house->visits, exchange_argument(call->request, "state"), mark, &visit))
        ok = err_set(&err, ERR_DENIED,
                     "no log-in of this browser is on its way: it was too long ago, it has ended, "
                     "or another site began it");
    ok = ok && admit(call, &visit, arena, &person, &err);
    if (ok)
        seat_give(call, person);
    else
        refuse(call, &err);
    arena_free(arena);
}

static void login_leave(struct call *call)
{
    struct house *house = call->house;

    seat_end(house->seats, call->seat);
    exchange_add(call->response, "Set-Cookie",
                 "%s=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict%s", house->cookies->seat,
                 house->cookies->secure);
    desk_json(call->response, 200, cJSON_CreateObject());
}

/* ---- paths ----------------------------------------------------------------------------------- */

static void session_tell(struct call *call)
{
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;

    json_put_text(root, "person", call->person->id, &ok);
    json_put_text(root, "name", call->person->name, &ok);
    json_put_int(root, "idle_seconds", call->look.idle_ms / 1000, &ok);
    json_put_int(root, "left_seconds", call->look.left_ms / 1000, &ok);
    if (!ok) {
        cJSON_Delete(root);
        root = NULL;
    }
    desk_json(call->response, 200, root);
}

static void route_session(struct call *call)
{
    bool seated = call->look.left_ms > 0;

    if (!seated)
        desk_refuse(call->response, "access", "log in at " LOGIN_PATH);
    else if (strcmp(call->request->method, "DELETE") == 0)
        login_leave(call);
    else if (strcmp(call->request->method, "GET") == 0)
        session_tell(call);
    else
        desk_refuse(call->response, "method", "a session takes GET and DELETE");
}

/* The id of a question that has just been taken, from the response. */
static void log_call(const struct call *call)
{
    const struct bytes *body = &call->response->body;
    cJSON *root = NULL;
    char status[16];
    struct err ignored;
    const char *id;

    if (strcmp(call->request->method, "GET") == 0 || strcmp(call->request->method, "HEAD") == 0)
        return;
    if (call->response->status == 202 &&
        !json_parse((const char *)body->data, body->size, DESK_BODY_BYTES, &root, &ignored))
        root = NULL;
    id = json_text(root, "id");
    snprintf(status, sizeof(status), "%u", call->response->status);
    log_event(LOG_INFO_LEVEL, "call", "person", call->person->id, "key", call->person->key,
              "method", call->request->method, "path", call->request->path, "status", status,
              "question", id ? id : "", NULL);
    cJSON_Delete(root);
}

static void route_api(struct call *call)
{
    if (strcmp(call->request->path, SESSION_PATH) == 0) {
        route_session(call);
    } else if (!call->person) {
        desk_refuse(call->response, "access",
                    "log in at " LOGIN_PATH "; a token opens as long as its person's log-in holds");
    } else {
        desk_answer_as(call->person->desk, call->request, call->right, call->response);
        log_call(call);
    }
}

static void route_site(struct call *call)
{
    const char *path = call->request->path;

    if (strcmp(call->request->method, "GET") != 0)
        desk_refuse(call->response, "method", "a page takes GET");
    else if (strcmp(path, LOGIN_PATH) == 0)
        login_begin(call);
    else if (strcmp(path, RETURN_PATH) == 0)
        login_end(call);
    else if (strcmp(path, LEFT_PATH) == 0)
        show(call, SCREEN_LEFT, NULL);
    else if (strcmp(path, "/") == 0 && !call->person)
        show(call, SCREEN_WELCOME, NULL);
    else
        assets_answer(call->house->conf->language, call->request, call->nonce, call->response);
}

/* By the cookie, or by a script's token. Telling how long a session holds is no use of it. */
static bool identify(struct call *call, struct err *err)
{
    struct house *house = call->house;
    const char *cookies = exchange_header(call->request, "Cookie");
    bool use = strcmp(call->request->path, SESSION_PATH) != 0;

    if (!cookie_value(cookies, house->cookies->seat, call->seat, sizeof(call->seat)))
        call->seat[0] = 0;
    if (!seat_find(house->seats, call->seat, use, &call->look))
        return colleague_of_token(house->persons, call->request->authorization, &call->person,
                                  &call->right, err);
    call->person = call->look.colleague;
    call->right = BEARER_ASK;
    return true;
}

void house_answer(void *owner, const struct exchange_request *request,
                  struct exchange_response *response)
{
    assert(owner && request && response);
    struct call call = {.house = owner, .request = request, .response = response};
    const char *refusal = guard_refusal(request, call.house->conf->address);
    struct err err;

    if (refusal)
        desk_refuse(response, refusal, guard_detail(refusal));
    else if (!identify(&call, &err))
        desk_failed(response, &err);
    else if (strncmp(request->path, "/api/", 5) == 0)
        route_api(&call);
    else
        route_site(&call);
    if (call.look.left_ms > 0)
        exchange_add(response, "X-Rikstal-Session", "idle=%lld left=%lld",
                     (long long)call.look.idle_ms / 1000, (long long)call.look.left_ms / 1000);
    guard_headers(response, call.nonce[0] ? call.nonce : NULL);
}

/* ---- opening and closing --------------------------------------------------------------------- */

bool house_open(const struct house_conf *conf, fetch_function *fetch, struct house **out,
                struct err *err)
{
    assert(conf && fetch && out);
    struct house *house = calloc(1, sizeof(*house));
    struct provider_options provider = {.issuer = conf->issuer,
                                        .client = conf->client,
                                        .secret = conf->secret,
                                        .scopes = conf->scopes,
                                        .ca = conf->ca,
                                        .fetch = fetch};
    bool ok;

    if (!house)
        return err_memory(err);
    house->conf = conf;
    house->cookies = conf->tls ? &of_tls : &of_loopback;
    snprintf(house->redirect, sizeof(house->redirect), "%s" RETURN_PATH, conf->address);
    provider.redirect = house->redirect;
    house->visits = visit_book_new();
    house->seats = seat_office_new(conf->idle_ms);
    ok = ((house->visits && house->seats) || err_memory(err)) &&
         provider_open(&provider, &house->provider, err) &&
         colleague_table_open(conf, &house->persons, err);
    if (ok)
        *out = house;
    else
        house_close(house);
    return ok;
}

void house_stop(struct house *house)
{
    assert(house);
    colleague_table_stop(house->persons);
}

void house_close(struct house *house)
{
    if (!house)
        return;
    colleague_table_close(house->persons);
    provider_close(house->provider);
    seat_office_free(house->seats);
    visit_book_free(house->visits);
    free(house);
}
