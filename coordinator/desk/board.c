/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/board.h"

#include <assert.h>
#include <string.h>

#include "coordinator/analyst/output.h"
#include "coordinator/analyst/verify_receipt.h"
#include "coordinator/desk/assets.h"
#include "coordinator/desk/permit_list.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/version.h"
#include "proto/query/vocabulary.h"
#include "proto/trust/role.h"

void board_version(struct desk *desk, const struct exchange_request *request, const char *rest,
                   struct exchange_response *response)
{
    (void)request;
    (void)rest;
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;

    json_put_int(root, "schema_version", 1, &ok);
    json_put_text(root, "software", rikstal_version, &ok);
    json_put_int(root, "vocabulary", VOCABULARY_VERSION, &ok);
    json_put_bool(root, "page", assets_are_there(), &ok);
    json_put_text(root, "language", desk->is.language, &ok);
    desk_json(response, 200, root);
}

/* ---- who asks -------------------------------------------------------------------------------- */

static void put_roles(cJSON *root, const Rikstal__V1__RosterAnalyst *analyst, bool *ok)
{
    cJSON *list = json_put(root, "roles", cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && i < analyst->n_roles; i++) {
        cJSON *to = json_append(list, ok);

        json_put_text(to, "role", analyst->roles[i], ok);
        json_put_text(to, "purpose", role_usual_purpose(analyst->roles[i]), ok);
        json_put_text(to, "mode", mode_name(role_usual_mode(analyst->roles[i], "")), ok);
        json_put_int(to, "sigma", role_usual_sigma(analyst->roles[i]), ok);
    }
}

/* Those that hold now. */
static void put_permits(const struct desk *desk, cJSON *root, const Rikstal__V1__Roster *roster,
                        const char *organisation, bool *ok)
{
    cJSON *list = json_put(root, "permits", cJSON_CreateArray(), ok);
    int64_t now_s = clock_wall_s();
    char until[CLOCK_TEXT_BYTES];
    struct err ignored; /* a permit that may not be named is not told */

    for (size_t i = 0; *ok && i < roster->n_permits; i++) {
        const Rikstal__V1__RosterPermit *permit = roster->permits[i];
        cJSON *to;

        if (strcmp(permit->organisation, organisation) != 0 || permit->valid_from > now_s ||
            permit->valid_to <= now_s || !permit_list_check(desk, permit->id, &ignored))
            continue;
        to = json_append(list, ok);
        clock_text(permit->valid_to - 1, until);
        json_put_text(to, "permit", permit->id, ok);
        json_put_text(to, "until", until, ok);
        if (permit->nrho)
            json_put_int(to, "nrho", permit->nrho, ok);
    }
}

static bool me(const struct desk *desk, const struct session *session, cJSON *root, struct err *err)
{
    struct session_speaker speaker;
    struct secret_key *key = NULL;
    struct roster *roster = NULL;
    bool ok =
        (session->key_path || err_set(err, ERR_INVALID, "no key: name its file with --key")) &&
        secret_key_read(session->key_path, &key, err) && session_roster(session, &roster, err) &&
        session_speaker(session, roster, key, &speaker, err);
    bool made = true;

    if (ok) {
        json_put_text(root, "analyst", speaker.analyst->id, &made);
        json_put_text(root, "organisation", speaker.analyst->organisation, &made);
        json_put_text(root, "network", roster_network(roster), &made);
        json_put_text(root, "coordinator", session->coordinator, &made);
        put_roles(root, speaker.analyst, &made);
        put_permits(desk, root, roster_message(roster), speaker.analyst->organisation, &made);
    }
    secret_key_free(key);
    roster_free(roster);
    return ok && (made || err_memory(err));
}

void board_me(struct desk *desk, const struct exchange_request *request, const char *rest,
              struct exchange_response *response)
{
    (void)request;
    (void)rest;
    cJSON *root = cJSON_CreateObject();
    struct session session;
    struct err err;
    bool ok;

    if (!session_open(&desk->is.session, &session, &err)) {
        cJSON_Delete(root);
        desk_failed(response, &err);
        return;
    }
    ok = root ? me(desk, &session, root, &err) : err_memory(&err);
    session_close(&session);
    if (ok) {
        desk_json(response, 200, root);
    } else {
        cJSON_Delete(root);
        desk_failed(response, &err);
    }
}

/* ---- the network ----------------------------------------------------------------------------- */

static void pass(struct desk *desk, const char *path, bool signed_in,
                 struct exchange_response *response)
{
    struct session session;
    cJSON *root = NULL;
    struct err err;
    bool ok;

    if (!session_open(&desk->is.session, &session, &err)) {
        desk_failed(response, &err);
        return;
    }
    ok = session_fetch(&session, path, signed_in, &root, &err);
    session_close(&session);
    if (ok)
        desk_json(response, 200, root);
    else
        desk_failed(response, &err);
}

void board_nodes(struct desk *desk, const struct exchange_request *request, const char *rest,
                 struct exchange_response *response)
{
    (void)request;
    (void)rest;
    pass(desk, "/api/v1/nodes", false, response);
}

void board_budget(struct desk *desk, const struct exchange_request *request, const char *rest,
                  struct exchange_response *response)
{
    (void)request;
    (void)rest;
    pass(desk, "/api/v1/budget", true, response);
}

/* ---- a receipt ------------------------------------------------------------------------------- */

static bool verify(const struct receipt *receipt, const struct roster *roster, struct arena *arena,
                   struct bytes *out, struct err *err)
{
    struct verified_receipt verified;
    struct output_asked asked;
    bool ok;

    if (!verify_receipt(receipt, roster, arena, &verified, err))
        return false;
    asked =
        (struct output_asked){.question = verified.text, .asked_s = verified.message->not_before};
    ok = (verified.n_bad == 0 || err_set(err, ERR_DENIED,
                                         "%zu answer%s of the receipt do not "
                                         "verify",
                                         verified.n_bad, verified.n_bad == 1 ? "" : "s")) &&
         output_render(verified.report.report, OUTPUT_JSON, &asked, out, err);
    verified_receipt_clear(&verified);
    return ok;
}

void board_verify(struct desk *desk, const struct exchange_request *request, const char *rest,
                  struct exchange_response *response)
{
    (void)rest;
    struct receipt receipt = {0};
    struct roster *roster = NULL;
    struct bytes out = {0};
    struct session session;
    struct root_keys roots;
    struct err err;
    bool ok;

    if (!session_open(&desk->is.session, &session, &err)) {
        desk_failed(response, &err);
        return;
    }
    ok = (session.roots_path || err_set(&err, ERR_INVALID, "name --roots FILE")) &&
         root_keys_read(session.roots_path, &roots, &err) &&
         receipt_parse(request->body, request->body_bytes, session.arena, &receipt, &err) &&
         roster_open((struct bytes_view){receipt.roster, receipt.roster_bytes}, &roots, NULL, 0,
                     &roster, &err) &&
         verify(&receipt, roster, session.arena, &out, &err);
    if (ok) {
        response->status = 200;
        response->type = "application/json";
        response->body = out;
    } else {
        bytes_clear(&out);
        desk_failed(response, &err);
    }
    roster_free(roster);
    cJSON_Delete(receipt.document);
    session_close(&session);
}
