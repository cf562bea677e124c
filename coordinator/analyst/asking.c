/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/asking.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/analyst/blind.h"
#include "coordinator/analyst/http.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/query/disease.h"

#define MARGIN_MS 5000    /* time for HTTP beyond the wait that the coordinator was asked for */
#define PATIENCE_MS 15000 /* how long the coordinator may be unreachable during a question */

#define LIFE_LEAST_S 60
#define LIFE_BEYOND_S 30 /* what is late is answered still, and repeated for nothing */

#define REPORT_ARENA_BYTES ((size_t)128 << 20)

int64_t asking_life_s(int64_t wait_s)
{
    assert(wait_s >= 0);
    return wait_s + LIFE_BEYOND_S < LIFE_LEAST_S ? LIFE_LEAST_S : wait_s + LIFE_BEYOND_S;
}

bool asking_prepare(struct asking *asking, const struct ast *ast, struct err *err)
{
    assert(asking && asking->session && asking->compose && ast);
    const struct session *session = asking->session;

    asking->arena = arena_new(REPORT_ARENA_BYTES);
    return (asking->arena || err_memory(err)) &&
           (session->key_path || err_set(err, ERR_INVALID, "no key: name its file with --key")) &&
           secret_key_read(session->key_path, &asking->key, err) &&
           session_roster(session, &asking->roster, err) &&
           known_terms_fetch(session, asking->roster, ast, &asking->known, err);
}

/* Sets the echo to the nodes that are asked. */
static void echo_of_asked(struct known_terms *known, const struct plan *plan)
{
    known->echo.nodes = 0;
    for (size_t i = 0; i < plan->n_regions; i++)
        for (size_t k = 0; k < known->n_nodes; k++)
            if (strcmp(known->ids[k], plan->region[i]) == 0)
                known->echo.nodes |= UINT64_C(1) << k;
}

bool asking_compose(struct asking *asking, struct err *err)
{
    assert(asking && asking->roster && asking->key);
    const char *text = asking->compose->disease;
    struct code disease;

    if (text && disease_parse(text, &disease, err) &&
        !known_terms_disease(asking->session, asking->roster, &disease, err))
        return false;
    plan_free(asking->composed.plan);
    blind_free(asking->composed.blind);
    asking->composed = (struct composed){0};
    if (!compose(asking->session, asking->compose, asking->roster, asking->key, &asking->composed,
                 err))
        return false;
    echo_of_asked(&asking->known, asking->composed.plan);
    return true;
}

/* ---- talking to the coordinator -------------------------------------------------------------- */

static char *body_make(const struct asking *asking, int64_t wait_ms)
{
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;
    char *text;

    if (ok) {
        json_put_base64(root, "envelope", asking->composed.envelope,
                        asking->composed.envelope_bytes, &ok);
        json_put_int(root, "deadline_ms", asking->wait_s * 1000, &ok);
        json_put_int(root, "wait_ms", wait_ms, &ok);
    }
    text = ok ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    return text;
}

bool asking_hand_in(const struct asking *asking, int64_t wait_ms, cJSON **document, struct err *err)
{
    assert(asking && asking->composed.plan && wait_ms >= 0 && document);
    char *body = body_make(asking, wait_ms);
    struct http_call call = {.method = "POST",
                             .base = asking->session->coordinator,
                             .path = "/api/v1/questions",
                             .body = body,
                             .timeout_ms = wait_ms + MARGIN_MS};
    bool ok;

    if (!body)
        return err_memory(err);
    ok = http_run_patiently(&call, PATIENCE_MS, document, err);
    cJSON_free(body);
    return ok;
}

bool asking_look(const struct asking *asking, int64_t wait_ms, cJSON **document, struct err *err)
{
    assert(asking && asking->composed.plan && wait_ms >= 0 && document);
    const struct plan *plan = asking->composed.plan;
    char id[2 * QUESTION_ID_BYTES + 1], path[128];
    struct http_call call = {.method = "GET",
                             .base = asking->session->coordinator,
                             .path = path,
                             .timeout_ms = wait_ms + MARGIN_MS};

    bytes_to_hex(plan->id, sizeof(plan->id), id);
    snprintf(path, sizeof(path), "/api/v1/questions/%s?wait_ms=%lld", id, (long long)wait_ms);
    return session_token(asking->session, &call.token, err) &&
           http_run_patiently(&call, PATIENCE_MS, document, err);
}

bool asking_withdraw(const struct asking *asking)
{
    assert(asking && asking->composed.plan);
    const struct plan *plan = asking->composed.plan;
    char id[2 * QUESTION_ID_BYTES + 1], path[128], code[48];
    struct http_call call = {.method = "DELETE",
                             .base = asking->session->coordinator,
                             .path = path,
                             .timeout_ms = MARGIN_MS};
    cJSON *none = NULL;
    struct err ignored;
    long status;
    bool ok;

    bytes_to_hex(plan->id, sizeof(plan->id), id);
    snprintf(path, sizeof(path), "/api/v1/questions/%s", id);
    ok = session_token(asking->session, &call.token, &ignored) &&
         http_run(&call, &none, &status, code, &ignored);
    cJSON_Delete(none);
    return ok;
}

/* ---- the report ------------------------------------------------------------------------------ */

bool asking_verify(const struct asking *asking, const cJSON *document, struct verified_report *out,
                   struct err *err)
{
    assert(asking && asking->composed.plan && document && out);
    struct verify_report_options options = {.plan = asking->composed.plan,
                                            .roster = asking->roster,
                                            .blind = asking->composed.blind,
                                            .now_s = clock_wall_s(),
                                            .adds_up = asking->adds_up};

    arena_clear(asking->arena);
    return verify_report(&options, document, asking->arena, out, err);
}

struct receipt asking_receipt(const struct asking *asking, const cJSON *document, int64_t asked_s)
{
    assert(asking && asking->composed.plan && document);
    struct receipt receipt = {.question = asking->compose->text,
                              .asked_s = asked_s,
                              .envelope = asking->composed.envelope,
                              .envelope_bytes = asking->composed.envelope_bytes,
                              .document = (cJSON *)document};

    receipt.roster = roster_bytes(asking->roster, &receipt.roster_bytes);
    if (asking->composed.blind)
        receipt.blind = blind_secret_key(asking->composed.blind);
    return receipt;
}

void asking_close(struct asking *asking)
{
    assert(asking);
    arena_free(asking->arena);
    known_terms_clear(&asking->known);
    plan_free(asking->composed.plan);
    blind_free(asking->composed.blind);
    secret_key_free(asking->key);
    roster_free(asking->roster);
    asking->arena = NULL;
    asking->key = NULL;
    asking->roster = NULL;
    asking->composed = (struct composed){0};
}
