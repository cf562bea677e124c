/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/quote.h"

#include <assert.h>
#include <string.h>

#include "coordinator/analyst/estimate.h"
#include "coordinator/analyst/permitted.h"
#include "coordinator/analyst/roles.h"
#include "coordinator/desk/board.h"
#include "coordinator/desk/permit_list.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"
#include "proto/query/price.h"
#include "proto/query/protocol.h"
#include "proto/query/region.h"
#include "proto/query/vocabulary.h"
#include "proto/query/wire.h"

struct quoting {
    struct desk *desk;
    struct form form;
    struct protocol protocol;
    struct ast ast;
    struct session session;
    struct shape shape;
    struct asking asking;
    bool prepared; /* roster and terms are there */
    struct err why;
};

static struct roles roles_of(const struct form *form)
{
    return (struct roles){.from = form->from,
                          .to = form->to,
                          .exposure = form->exposure,
                          .outcome = form->outcome,
                          .among = form->text};
}

/* A question of measures by bins, or of an association, is made of its parts and of whom it is
 * asked. */
static bool roles_parse(struct form *form, struct arena *arena, struct protocol *protocol,
                        struct ast *ast, struct err *err)
{
    struct roles roles = roles_of(form);

    if (!roles_suit(&roles, form->compose.measure, err) ||
        !roles_compose(&roles, arena, protocol, err))
        return false;
    form->compose.protocol = protocol;
    form->compose.text = protocol->question;
    *ast = protocol->ast;
    return true;
}

bool quote_parse(struct form *form, struct arena *arena, struct protocol *protocol, struct ast *ast,
                 struct diagnostics *found, struct err *err)
{
    assert(form && arena && protocol && ast && found);
    struct roles roles = roles_of(form);

    found->n = 0;
    if (form->protocol) {
        if (!compose_protocol_diagnose(form->protocol, strlen(form->protocol), arena, protocol,
                                       found))
            return err_set(err, ERR_INVALID, "the protocol has mistakes");
        form->compose.protocol = protocol;
        form->compose.text = protocol->question;
        *ast = protocol->ast;
        return true;
    }
    form->compose.text = form->text;
    if (roles_given(&roles))
        return roles_parse(form, arena, protocol, ast, err);
    return compose_diagnose(form->text, arena, ast, found) ||
           err_set(err, ERR_INVALID, "the question has mistakes");
}

void quote_refuse(struct exchange_response *response, const struct diagnostics *found,
                  const struct err *err)
{
    if (found->n)
        desk_mistakes(response, found);
    else
        desk_failed(response, err);
}

/* ---- who may answer -------------------------------------------------------------------------- */

/* Codes and genes that this node's releases lack; term_echo_put() lists the nodes of each. */
static void put_lacking(cJSON *to, const cJSON *echo, const char *node, bool *ok)
{
    static const char *const kinds[] = {"codes", "genes"};
    cJSON *list = json_put(to, "cannot_tell", cJSON_CreateArray(), ok);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const cJSON *one, *id;

        cJSON_ArrayForEach(one, json_array(echo, kinds[i]))
        {
            cJSON_ArrayForEach(id, json_array(one, "cannot_tell"))
            {
                if (cJSON_IsString(id) && strcmp(id->valuestring, node) == 0 &&
                    json_text(one, "asked"))
                    json_append_text(list, json_text(one, "asked"), ok);
            }
        }
    }
}

/* What a field's records are called where a region declares what it delivers: as the field itself;
 * NULL: no kind of record. */
static const char *kind_of(enum ast_field field)
{
    const struct field *of = &vocabulary_fields[field];

    return of->form == FORM_CODE && field != FIELD_CODE ? of->name : NULL;
}

static bool delivers(const cJSON *board, const char *kind, const char *system)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, json_array(board, "delivers"))
    {
        const char *k = json_text(one, "kind"), *s = json_text(one, "system");

        if (k && s && strcmp(k, kind) == 0 && strcmp(s, system) == 0)
            return true;
    }
    return false;
}

static bool has_text(const cJSON *list, const char *text)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, list)
    {
        if (cJSON_IsString(one) && strcmp(one->valuestring, text) == 0)
            return true;
    }
    return false;
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static void put_undelivered(cJSON *list, const struct ast_node *node, const cJSON *board,
                            struct arena *arena, bool *ok)
{
    const char *kind = node->kind == AST_TEST ? kind_of(node->field) : NULL;

    for (uint32_t i = 0; kind && *ok && i < node->n_values; i++) {
        const char *system = node->values[i].system, *pair;

        if (!system || delivers(board, kind, system))
            continue;
        pair = arena_printf(arena, "%s:%s", kind, system);
        if (!pair)
            *ok = false;
        else if (!has_text(list, pair))
            json_append_text(list, pair, ok);
    }
    for (uint32_t i = 0; i < node->n_children; i++)
        put_undelivered(list, node->children[i], board, arena, ok);
}

static void put_budget(cJSON *to, const cJSON *budget, int64_t price, bool *ok)
{
    int64_t left;

    if (!budget || !json_int(budget, "left_nrho", &left)) {
        json_put_text(to, "budget", "unknown", ok);
        return;
    }
    json_put_text(to, "budget", left >= price ? "enough" : "too-little", ok);
    json_put_int(to, "left_nrho", left, ok);
}

/* By the rules that the region announced; needs what would be asked. */
static void put_policy(cJSON *to, const struct quoting *q, const cJSON *board, bool *ok)
{
    const struct plan *plan = q->asking.composed.plan;
    enum permitted permitted;
    struct err why;

    if (!plan)
        return;
    permitted = permitted_at(
        board, plan->role,
        &(struct permission_asked){.purpose = plan->purpose,
                                   .mode = plan->mode,
                                   .sigma = plan->sigma_total && plan->sigma_total < plan->sigma
                                                ? plan->sigma_total
                                                : plan->sigma,
                                   .measure = plan->measure,
                                   .breakdown = &q->shape.breakdown,
                                   .bins = q->shape.bins,
                                   .permit = q->asking.composed.permit != NULL,
                                   .root = q->ast.root},
        &why);
    json_put_text(to, "policy", permitted_word(permitted), ok);
    if (permitted == PERMITTED_NO)
        json_put_text(to, "policy_why", why.text, ok);
}

struct facts {
    const cJSON *nodes;  /* the node board; NULL: not reached */
    const cJSON *budget; /* likewise */
    const cJSON *echo;   /* what the releases say of the question */
    int64_t price;
};

static void put_answerer(cJSON *list, struct quoting *q, const Rikstal__V1__RosterNode *node,
                         const struct facts *facts, bool *ok)
{
    const cJSON *board = json_find(json_array(facts->nodes, "nodes"), "node", node->node);
    const char *state = board ? json_text(board, "state") : NULL;
    const char *date = board ? json_text(board, "snapshot_date") : NULL;
    cJSON *to = json_append(list, ok);

    json_put_text(to, "node", node->node, ok);
    json_put_text(to, "name", node->name, ok);
    json_put_text(to, "state", state ? state : "unknown", ok);
    put_budget(to, json_find(json_array(facts->budget, "nodes"), "node", node->node), facts->price,
               ok);
    put_policy(to, q, board, ok);
    put_lacking(to, facts->echo, node->node, ok);
    if (board)
        put_undelivered(json_put(to, "not_delivered", cJSON_CreateArray(), ok), q->ast.root, board,
                        q->session.arena, ok);
    if (date && *date)
        json_put_text(to, "snapshot_date", date, ok);
}

static bool is_asked(const struct plan *plan, const char *node)
{
    for (size_t i = 0; plan && i < plan->n_regions; i++)
        if (strcmp(plan->region[i], node) == 0)
            return true;
    return !plan;
}

static void put_answerers(cJSON *root, struct quoting *q, int64_t price, bool *ok)
{
    cJSON *list = json_put(root, "may_answer", cJSON_CreateArray(), ok);
    cJSON *nodes = NULL, *budget = NULL, *echo = cJSON_CreateObject();
    const Rikstal__V1__Roster *roster;
    struct facts facts = {.echo = echo, .price = price};
    struct err ignored;

    if (q->prepared) {
        (void)(session_fetch(&q->session, "/api/v1/nodes", false, &nodes, &ignored) &&
               session_fetch(&q->session, "/api/v1/budget", true, &budget, &ignored));
        facts.nodes = nodes;
        facts.budget = budget;
        term_echo_put(&q->asking.known.echo, echo, ok);
        roster = roster_message(q->asking.roster);
        for (size_t i = 0; *ok && i < roster->n_nodes; i++)
            if (is_asked(q->asking.composed.plan, roster->nodes[i]->node))
                put_answerer(list, q, roster->nodes[i], &facts, ok);
    }
    cJSON_Delete(nodes);
    cJSON_Delete(budget);
    cJSON_Delete(echo);
}

/* ---- the price ------------------------------------------------------------------------------- */

static bool shape_of(struct quoting *q, struct err *err)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    struct compose_parts parts = {.by = q->form.compose.by,
                                  .changes = q->form.compose.changes,
                                  .protocol = q->form.compose.protocol,
                                  .bins = q->form.compose.bins,
                                  .period = q->form.compose.period};
    struct wire_list list;

    if (!wire_encode(&q->ast, q->session.arena, &list, err))
        return false;
    question.criterion = list.ops;
    question.n_criterion = list.n;
    return compose_shape(q->form.compose.measure, &parts, q->session.arena, &question, &q->shape,
                         err);
}

/* What would be asked is composed and thrown away; why not, when it cannot be, is part of it. */
static void put_quoted(cJSON *root, struct quoting *q, bool *ok)
{
    struct shape graded = q->shape;
    struct estimate_plan of = {
        .shape = &graded, .question = q->form.compose.text, .echo = &q->asking.known.echo};

    if (!q->prepared || !asking_compose(&q->asking, &q->why)) {
        json_put_text(root, "not_composed", q->why.text, ok);
        return;
    }
    of.plan = q->asking.composed.plan;
    if (!measure_grade(&graded.measure, of.plan->sigma_undetermined, of.plan->sigma_total,
                       &q->why)) {
        json_put_text(root, "not_composed", q->why.text, ok);
        return;
    }
    of.disease = q->asking.composed.disease;
    of.permit = q->asking.composed.permit;
    of.release = q->asking.composed.release;
    json_put(root, "quoted", estimate_json(&of), ok);
}

static cJSON *quote_json(struct quoting *q)
{
    bool ok = true;
    size_t n = REGION_COUNT;
    cJSON *root, *rest = cJSON_CreateObject();
    uint32_t sigma = q->form.compose.sigma;
    struct measure usual;

    put_quoted(rest, q, &ok);
    if (q->asking.composed.plan) {
        n = q->asking.composed.plan->n_regions;
        sigma = q->asking.composed.plan->sigma;
    }
    if (!price_sigma_known(sigma))
        sigma = price_sigma_menu[0];
    root = estimate_menu(&q->shape.measure, n);
    while (root && rest && rest->child) {
        cJSON *one = cJSON_DetachItemViaPointer(rest, rest->child);

        if (!cJSON_AddItemToObject(root, one->string, one))
            ok = false;
    }
    usual = price_usual(&q->shape.measure, sigma);
    put_answerers(root, q, price_nrho(&usual, sigma), &ok);
    cJSON_Delete(rest);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

static void quote(struct quoting *q, struct exchange_response *response)
{
    struct diagnostics found;
    struct err err;

    if (!quote_parse(&q->form, q->session.arena, &q->protocol, &q->ast, &found, &err)) {
        quote_refuse(response, &found, &err);
        return;
    }
    if (!shape_of(q, &err)) {
        desk_failed(response, &err);
        return;
    }
    q->session.patience_ms = 0;
    q->session.role = q->form.role ? q->form.role : q->session.role;
    q->session.purpose = q->form.purpose ? q->form.purpose : q->session.purpose;
    q->asking = (struct asking){.session = &q->session,
                                .compose = &q->form.compose,
                                .wait_s = q->form.wait_s,
                                .adds_up = q->form.adds_up};
    q->prepared = asking_prepare(&q->asking, &q->ast, &q->why);
    desk_json(response, 200, quote_json(q));
    asking_close(&q->asking);
}

void quote_post(struct desk *desk, const struct exchange_request *request, const char *rest,
                struct exchange_response *response)
{
    (void)rest;
    struct quoting q = {.desk = desk};
    struct err err;
    cJSON *body;

    if (!desk_body(request, &body, response))
        return;
    if (!session_open(&desk->is.session, &q.session, &err)) {
        desk_failed(response, &err);
    } else {
        if (form_read(body, q.session.arena, &q.form, &err) &&
            permit_list_check(desk, q.form.compose.permit, &err))
            quote(&q, response);
        else
            desk_failed(response, &err);
        session_close(&q.session);
    }
    cJSON_Delete(body);
}
