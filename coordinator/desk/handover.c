/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/handover.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/desk/history.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/base/printable.h"
#include "proto/trust/question.h"

#define LIST_MOST 500
#define REFERENCE_BYTES 19

/* What the form says, checked. */
struct handover {
    uint8_t id[QUESTION_ID_BYTES];
    const char *id_text;
    const char *person, *purpose, *protocol;
    bool with_question, swedish;
    size_t n_nodes;
    const Rikstal__V1__RosterNode *node[ROSTER_NODES_MAX];
};

static void reference_of(const uint8_t id[static QUESTION_ID_BYTES],
                         char out[static REFERENCE_BYTES])
{
    snprintf(out, REFERENCE_BYTES, "RIK-%02X%02X-%02X%02X-%02X%02X", id[0], id[1], id[2], id[3],
             id[4], id[5]);
}

/* ---- the form -------------------------------------------------------------------------------- */

static bool members_known(const cJSON *form, struct err *err)
{
    static const char *const names[] = {"id",    "person",   "purpose", "protocol",
                                        "nodes", "question", "lang"};
    const cJSON *one;

    cJSON_ArrayForEach(one, form)
    {
        bool known = false;

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !known; i++)
            known = strcmp(one->string, names[i]) == 0;
        if (!known)
            return err_set(err, ERR_INVALID, "a request has no member \"%.40s\"", one->string);
    }
    return true;
}

/* One line, so that nothing in it can pose as another part of the letter. */
static bool line_take(const cJSON *form, const char *name, size_t most, const char **out,
                      struct err *err)
{
    const char *text = json_text(form, name);

    if (!text || !*text || strlen(text) > most || !printable(text))
        return err_set(err, ERR_INVALID, "%s must be one line of 1 to %zu bytes", name, most);
    *out = text;
    return true;
}

static bool node_take(struct handover *to, const struct roster *roster, const cJSON *item,
                      struct err *err)
{
    const char *id = cJSON_IsString(item) ? item->valuestring : "";
    const Rikstal__V1__RosterNode *node = roster_node(roster, id);

    if (!node || to->n_nodes == ROSTER_NODES_MAX)
        return err_set(err, ERR_INVALID, "nodes must be a list of regions' codes");
    for (size_t i = 0; i < to->n_nodes; i++)
        if (to->node[i] == node)
            return err_set(err, ERR_INVALID, "region %.64s stands twice in nodes", id);
    if (!*node->contact)
        return err_set(err, ERR_INVALID,
                       "region %.64s has no contact in the roster; `rikstal nodes` shows who has",
                       id);
    to->node[to->n_nodes++] = node;
    return true;
}

static bool handover_read(const cJSON *form, const struct roster *roster, struct handover *to,
                          struct err *err)
{
    const cJSON *nodes = json_array(form, "nodes"), *one;
    const char *lang = json_text(form, "lang");

    *to = (struct handover){.id_text = json_text(form, "id"),
                            .protocol = "",
                            .with_question = json_bool(form, "question", false),
                            .swedish = lang && strcmp(lang, "sv") == 0};
    if (!members_known(form, err))
        return false;
    if (!to->id_text || strlen(to->id_text) != 2 * (size_t)QUESTION_ID_BYTES ||
        !bytes_from_hex(to->id_text, to->id, QUESTION_ID_BYTES))
        return err_set(err, ERR_INVALID, "id must be an answer's: 32 hexadecimal digits");
    if (lang && !to->swedish && strcmp(lang, "en") != 0)
        return err_set(err, ERR_INVALID, "lang must be sv or en");
    if (!line_take(form, "person", HANDOVER_LINE_MAX, &to->person, err) ||
        !line_take(form, "purpose", HANDOVER_PURPOSE_MAX, &to->purpose, err) ||
        (json_member(form, "protocol") &&
         !line_take(form, "protocol", HANDOVER_LINE_MAX, &to->protocol, err)))
        return false;
    cJSON_ArrayForEach(one, nodes) if (!node_take(to, roster, one, err)) return false;
    return to->n_nodes > 0 || err_set(err, ERR_INVALID, "nodes names no region");
}

/* ---- the letter ------------------------------------------------------------------------------ */

static void add_line(struct bytes *to, const char *name, const char *text)
{
    bytes_add_text(to, name);
    bytes_add_text(to, ": ");
    bytes_add_text(to, text);
    bytes_add_text(to, "\n");
}

static void add_regions(struct bytes *to, const struct handover *from)
{
    bytes_add_text(to, from->swedish ? "Till: " : "To: ");
    for (size_t i = 0; i < from->n_nodes; i++) {
        bytes_add_text(to, i ? ", " : "");
        bytes_add_text(to, from->node[i]->name);
    }
    bytes_add_text(to, "\n");
}

static void add_body(struct bytes *to, const struct handover *from, const char *reference,
                     const cJSON *answer)
{
    const char *asked = json_text(answer, "asked"), *question = json_text(answer, "question");
    bool sv = from->swedish;

    add_line(to, sv ? "Referens" : "Reference", reference);
    add_regions(to, from);
    add_line(to, sv ? "Frågan i er granskningslogg" : "The question in your audit log",
             from->id_text);
    if (asked)
        add_line(to, sv ? "Ställd" : "Asked", asked);
    add_line(to, sv ? "Vem som ber" : "Who asks", from->person);
    add_line(to, sv ? "Syfte" : "Purpose", from->purpose);
    if (*from->protocol)
        add_line(to, sv ? "Protokoll eller tillstånd" : "Protocol or permit", from->protocol);
    if (from->with_question && question)
        add_line(to, sv ? "Fråga" : "Question", *question ? question : "-");
    bytes_add_text(
        to, sv ? "\nBrevet har inga siffror och inga uppgifter om någon patient. Skicka inga "
                 "patientuppgifter som svar:\nberätta om regionen kan gå vidare, och vilken "
                 "prövning det kräver hos er.\n"
               : "\nThis letter has no figures and no data of any patient. Do not send any "
                 "patient's data in reply:\ntell whether the region can go further, and which "
                 "review that needs with you.\n");
}

static bool put_letter(const struct handover *from, const cJSON *answer, cJSON *root,
                       struct err *err)
{
    char reference[REFERENCE_BYTES], subject[64];
    struct bytes body = {0};
    bool ok = true;
    cJSON *to;

    reference_of(from->id, reference);
    snprintf(subject, sizeof(subject), "%s, %s",
             from->swedish ? "Begäran till regionen" : "Request to the region", reference);
    add_body(&body, from, reference, answer);
    bytes_add_u8(&body, 0);
    json_put_text(root, "reference", reference, &ok);
    json_put_text(root, "id", from->id_text, &ok);
    to = json_put(root, "to", cJSON_CreateArray(), &ok);
    for (size_t i = 0; ok && i < from->n_nodes; i++) {
        cJSON *one = json_append(to, &ok);

        json_put_text(one, "node", from->node[i]->node, &ok);
        json_put_text(one, "name", from->node[i]->name, &ok);
        json_put_text(one, "contact", from->node[i]->contact, &ok);
    }
    json_put_text(root, "subject", subject, &ok);
    json_put_text(root, "body", body.failed ? "" : (const char *)body.data, &ok);
    ok = ok && !body.failed;
    bytes_clear(&body);
    return ok || err_memory(err);
}

/* The verified answer of this history. */
static bool answer_of(struct history *history, const struct handover *from, cJSON **out,
                      struct err *err)
{
    struct bytes text = {0};
    bool found = false;
    bool ok = history_read(history, from->id, HISTORY_DOCUMENT, &text, &found, err) &&
              (found || err_set(err, ERR_INVALID,
                                "this desk has no answer of that id; the history has those that "
                                "it has")) &&
              json_parse((const char *)text.data, text.size, text.size, out, err);

    bytes_clear(&text);
    return ok;
}

static bool log_it(struct history *history, const struct handover *from, struct err *err)
{
    char reference[REFERENCE_BYTES];
    struct bytes nodes = {0};
    bool ok;

    reference_of(from->id, reference);
    for (size_t i = 0; i < from->n_nodes; i++) {
        bytes_add_text(&nodes, i ? "," : "");
        bytes_add_text(&nodes, from->node[i]->node);
    }
    bytes_add_u8(&nodes, 0);
    ok = (!nodes.failed || err_memory(err)) &&
         history_letter_add(history,
                            &(struct history_letter){from->id, clock_wall_s(), from->person,
                                                     (const char *)nodes.data, reference},
                            err);
    bytes_clear(&nodes);
    return ok;
}

bool handover_prepare(struct history *history, const struct roster *roster, const cJSON *form,
                      cJSON **out, struct err *err)
{
    assert(history && roster && form && out);
    struct handover from;
    cJSON *answer = NULL, *root = NULL;
    bool ok = handover_read(form, roster, &from, err) && answer_of(history, &from, &answer, err) &&
              ((root = cJSON_CreateObject()) || err_memory(err)) &&
              put_letter(&from, answer, root, err) && log_it(history, &from, err);

    cJSON_Delete(answer);
    if (ok)
        *out = root;
    else
        cJSON_Delete(root);
    return ok;
}

/* ---- the paths ------------------------------------------------------------------------------- */

void handover_post(struct desk *desk, const struct exchange_request *request, const char *rest,
                   struct exchange_response *response)
{
    (void)rest;
    struct roster *roster = NULL;
    struct session session;
    cJSON *form, *letter = NULL;
    struct err err;
    bool ok;

    if (!desk_body(request, &form, response))
        return;
    ok = session_open(&desk->is.session, &session, &err);
    if (ok) {
        ok = session_roster(&session, &roster, &err) &&
             handover_prepare(desk->history, roster, form, &letter, &err);
        session_close(&session);
    }
    if (ok)
        desk_json(response, 201, letter);
    else
        desk_failed(response, &err);
    roster_free(roster);
    cJSON_Delete(form);
}

void handover_list(struct desk *desk, const struct exchange_request *request, const char *rest,
                   struct exchange_response *response)
{
    (void)request;
    (void)rest;
    struct bytes body = {0};
    struct err err;

    bytes_add_text(&body, "{\"letters\":");
    if (history_letters(desk->history, LIST_MOST, &body, &err)) {
        bytes_add_text(&body, "}");
        bytes_add_u8(&body, 0);
        if (body.failed)
            desk_refuse(response, "internal", "no memory for the response");
        else
            exchange_text(response, 200, "application/json", (const char *)body.data);
    } else {
        desk_failed(response, &err);
    }
    bytes_clear(&body);
}
