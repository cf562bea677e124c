/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/speech.h"

#include <assert.h>
#include <string.h>

#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/known_terms.h"
#include "coordinator/desk/lexicon.h"
#include "coordinator/desk/tree.h"
#include "coordinator/desk/utf16.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"
#include "proto/query/complete.h"
#include "proto/query/explain.h"
#include "proto/query/print.h"
#include "proto/query/protocol.h"
#include "proto/terms/term_echo.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define TEXT_BYTES 8192 /* of an unfinished text; the parser says when a question is too long */

/* Puts the canonical text as this member. */
static void put_canonical(cJSON *root, const char *name, const struct ast *ast, bool *ok)
{
    struct bytes text = {0};

    print(ast, &text);
    bytes_add_u8(&text, 0);
    if (text.failed)
        *ok = false;
    else
        json_put_text(root, name, (const char *)text.data, ok);
    bytes_clear(&text);
}

static void put_steps(cJSON *root, const struct protocol *protocol, bool *ok)
{
    cJSON *list = json_put(root, "steps", cJSON_CreateArray(), ok);
    uint32_t at = 0;

    for (uint32_t i = 0; *ok && i < protocol->n_steps; i++) {
        struct ast_node node = shape_step_node(protocol->ast.root, at, protocol->step[i].operands);
        struct ast step = {.root = &node};
        cJSON *to = json_append(list, ok);

        json_put_text(to, "name", protocol->step[i].name, ok);
        put_canonical(to, "criterion", &step, ok);
        at += protocol->step[i].operands;
    }
}

/* `ast` is NULL for a text with mistakes. */
static cJSON *parsed_json(const struct ast *ast, const struct protocol *protocol, const char *text,
                          const struct diagnostics *found)
{
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;

    json_put_bool(root, "ok", ast != NULL, &ok);
    if (ast) {
        put_canonical(root, "canonical", ast, &ok);
        json_put(root, "ast", tree_json(ast, text), &ok);
    }
    if (ast && protocol)
        put_steps(root, protocol, &ok);
    desk_put_mistakes(root, found, &ok);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

static void parse_text_to(const char *text, struct arena *arena, struct exchange_response *response)
{
    struct diagnostics found;
    struct ast ast;
    bool ok = compose_diagnose(text, arena, &ast, &found);

    if (ok)
        diagnostics_init(&found, text, strlen(text));
    desk_json(response, 200, parsed_json(ok ? &ast : NULL, NULL, text, &found));
}

static void parse_protocol_to(const char *text, struct arena *arena,
                              struct exchange_response *response)
{
    struct diagnostics found;
    struct protocol protocol;
    bool ok = compose_protocol_diagnose(text, strlen(text), arena, &protocol, &found);

    if (ok)
        diagnostics_init(&found, text, strlen(text));
    desk_json(response, 200, parsed_json(ok ? &protocol.ast : NULL, &protocol, "", &found));
}

/* A text of the body, of at most so many bytes. NULL when the response says what is wrong. */
static const char *text_of(const cJSON *body, const char *name, size_t most,
                           struct exchange_response *response)
{
    const char *text = json_text(body, name);

    if (text && strlen(text) <= most)
        return text;
    desk_refuse(response, "body", "the member text (or protocol) must be a text, and not too long");
    return NULL;
}

void speech_parse(struct desk *desk, const struct exchange_request *request, const char *rest,
                  struct exchange_response *response)
{
    (void)desk;
    (void)rest;
    struct arena *arena = arena_new(ARENA_BYTES);
    bool steps;
    cJSON *body;

    if (arena && desk_body(request, &body, response)) {
        const char *text;

        steps = json_member(body, "protocol") != NULL;
        text = text_of(body, steps ? "protocol" : "text", steps ? PROTOCOL_BYTES_MAX : TEXT_BYTES,
                       response);
        if (text && steps)
            parse_protocol_to(text, arena, response);
        else if (text)
            parse_text_to(text, arena, response);
        cJSON_Delete(body);
    } else if (!arena) {
        desk_refuse(response, "internal", "no memory");
    }
    arena_free(arena);
}

void speech_print(struct desk *desk, const struct exchange_request *request, const char *rest,
                  struct exchange_response *response)
{
    (void)desk;
    (void)rest;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct bytes text = {0};
    struct err err;
    cJSON *body;

    if (arena && desk_body(request, &body, response)) {
        if (!tree_text(json_object(body, "ast"), &text, &err)) {
            desk_failed(response, &err);
        } else {
            bytes_add_u8(&text, 0);
            if (text.failed)
                desk_refuse(response, "internal", "no memory");
            else
                parse_text_to((const char *)text.data, arena, response);
        }
        cJSON_Delete(body);
    } else if (!arena) {
        desk_refuse(response, "internal", "no memory");
    }
    bytes_clear(&text);
    arena_free(arena);
}

static cJSON *completions_json(const char *text, int64_t units)
{
    static const char *const kinds[] = {[COMPLETION_KEYWORD] = "keyword",
                                        [COMPLETION_FIELD] = "field",
                                        [COMPLETION_OPERATOR] = "operator",
                                        [COMPLETION_VALUE] = "value"};
    size_t length = strlen(text);
    size_t offset = units < 0 ? length : utf16_byte(text, length, (size_t)units);
    cJSON *root = cJSON_CreateObject(), *list;
    struct completions found;
    bool ok = root != NULL;

    complete(text, length, (uint32_t)offset, &found);
    json_put_int(root, "from", (int64_t)utf16_units(text, length, found.from), &ok);
    json_put_int(root, "to", (int64_t)utf16_units(text, length, found.to), &ok);
    list = json_put(root, "completions", cJSON_CreateArray(), &ok);
    for (uint32_t i = 0; ok && i < found.n; i++) {
        cJSON *to = json_append(list, &ok);

        json_put_text(to, "kind", kinds[found.list[i].kind], &ok);
        json_put_text(to, "text", found.list[i].text, &ok);
        if (found.list[i].english)
            json_put_text(to, "english", found.list[i].english, &ok);
        if (found.list[i].swedish)
            json_put_text(to, "swedish", found.list[i].swedish, &ok);
    }
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

void speech_complete(struct desk *desk, const struct exchange_request *request, const char *rest,
                     struct exchange_response *response)
{
    (void)desk;
    (void)rest;
    const char *text;
    int64_t offset = -1;
    cJSON *body;

    if (!desk_body(request, &body, response))
        return;
    text = text_of(body, "text", TEXT_BYTES, response);
    if (text && json_member(body, "offset") && (!json_int(body, "offset", &offset) || offset < 0))
        desk_refuse(response, "body", "offset must be a whole number that is not negative");
    else if (text)
        desk_json(response, 200, completions_json(text, offset));
    cJSON_Delete(body);
}

/* ---- in words -------------------------------------------------------------------------------- */

static void put_lines(cJSON *root, const struct ast *ast, enum language language, bool *ok)
{
    cJSON *list = json_put(root, "lines", cJSON_CreateArray(), ok);
    struct bytes text = {0};

    explain(ast, language, &text);
    bytes_add_u8(&text, 0);
    if (text.failed)
        *ok = false;
    for (char *rest = text.failed ? NULL : (char *)text.data, *line;
         *ok && rest && (line = strsep(&rest, "\n"));) {
        cJSON *item = *line ? cJSON_CreateString(line) : NULL;

        if (*line && !(list && item && cJSON_AddItemToArray(list, item))) {
            cJSON_Delete(item);
            *ok = false;
        }
    }
    bytes_clear(&text);
}

static cJSON *explained_json(const struct session *session, const struct ast *ast, const char *text,
                             enum language language)
{
    struct known_terms known = {.n_nodes = 0};
    cJSON *root = cJSON_CreateObject();
    struct roster *roster = NULL;
    struct diagnostics found;
    bool ok = root != NULL;
    struct err err;
    bool checked = session_roster(session, &roster, &err) &&
                   known_terms_fetch(session, roster, ast, &known, &err);

    diagnostics_init(&found, text, strlen(text));
    put_lines(root, ast, language, &ok);
    put_canonical(root, "canonical", ast, &ok);
    json_put_bool(root, "checked", checked, &ok);
    if (checked) {
        term_echo_put(&known.echo, root, &ok);
        term_check_tell(&known.findings, "no region's", &found);
    } else {
        json_put_text(root, "unchecked_why", err.text, &ok);
    }
    desk_put_mistakes(root, &found, &ok);
    known_terms_clear(&known);
    roster_free(roster);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

static void explain_to(struct desk *desk, const char *text, enum language language,
                       struct exchange_response *response)
{
    struct diagnostics found;
    struct session session;
    struct ast ast;
    struct err err;

    if (!session_open(&desk->is.session, &session, &err)) {
        desk_failed(response, &err);
        return;
    }
    session.patience_ms = 0;
    if (compose_diagnose(text, session.arena, &ast, &found))
        desk_json(response, 200, explained_json(&session, &ast, text, language));
    else
        desk_mistakes(response, &found);
    session_close(&session);
}

void speech_explain(struct desk *desk, const struct exchange_request *request, const char *rest,
                    struct exchange_response *response)
{
    (void)rest;
    const char *text, *lang;
    cJSON *body;

    if (!desk_body(request, &body, response))
        return;
    lang = json_text(body, "lang");
    text = text_of(body, "text", AST_TEXT_MAX, response);
    if (text && lang && strcmp(lang, "en") != 0 && strcmp(lang, "sv") != 0)
        desk_refuse(response, "body", "lang is en or sv");
    else if (text)
        explain_to(desk, text,
                   lang && strcmp(lang, "sv") == 0 ? LANGUAGE_SWEDISH : LANGUAGE_ENGLISH, response);
    cJSON_Delete(body);
}

void speech_language(struct desk *desk, const struct exchange_request *request, const char *rest,
                     struct exchange_response *response)
{
    (void)desk;
    (void)request;
    (void)rest;
    desk_json(response, 200, lexicon_json());
}
