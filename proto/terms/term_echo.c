/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/terms/term_echo.h"

#include <assert.h>

#include "proto/base/json.h"

#define ARROW " \u2192 "

static uint64_t lacking(const struct term_echo *echo, const struct term_finding *finding)
{
    return finding->state == TERM_KNOWN ? finding->lacking & echo->nodes : 0;
}

static void add_lacking(const struct term_echo *echo, uint64_t nodes, struct bytes *out)
{
    const char *before = "; cannot tell in ";

    for (size_t i = 0; i < TERM_CHECK_NODES_MAX; i++)
        if (nodes >> i & 1) {
            bytes_add_text(out, before);
            bytes_add_text(out, echo->names[i]);
            before = ", ";
        }
    bytes_add_text(out, ": the release there lacks it");
}

static void add_unchecked(const struct term_echo *echo, const struct term_finding *finding,
                          struct bytes *out)
{
    bytes_add_text(out, echo->names ? "; not checked: no region has a release of "
                                    : "; not checked: there is no release of ");
    bytes_add_text(out, finding->gene ? "genes" : finding->system);
    bytes_add_text(out, echo->names ? " that could be read" : " here");
}

static bool says_something(const struct term_echo *echo, const struct term_finding *finding)
{
    return finding->today || *finding->label || finding->obsolete || finding->hint_under ||
           lacking(echo, finding) || (finding->state == TERM_UNCHECKED && echo->names);
}

static void add_line(const struct term_echo *echo, const struct term_finding *finding,
                     struct bytes *out)
{
    const char *asked = finding->value->text;

    bytes_add_text(out, asked);
    if (finding->today) {
        bytes_add_text(out, ARROW);
        bytes_add_text(out, finding->today);
    }
    if (*finding->label) {
        bytes_add_text(out, " ");
        bytes_add_text(out, finding->label);
    }
    if (finding->obsolete)
        bytes_add_text(out, "; obsolete, and nothing replaced it");
    if (finding->hint_under) {
        bytes_add_text(out, "; it has codes below it, and \"=\" is this very code alone: \"under ");
        bytes_add_text(out, asked);
        bytes_add_text(out, "\" takes them too");
    }
    if (finding->state == TERM_UNCHECKED)
        add_unchecked(echo, finding, out);
    if (lacking(echo, finding))
        add_lacking(echo, lacking(echo, finding), out);
    bytes_add_u8(out, '\n');
}

void term_echo_lines(const struct term_echo *echo, const char *before, struct bytes *out)
{
    assert(echo && echo->findings && before && out);
    for (size_t i = 0; i < echo->findings->n; i++) {
        const struct term_finding *finding = &echo->findings->finding[i];

        if (!says_something(echo, finding))
            continue;
        bytes_add_text(out, before);
        add_line(echo, finding, out);
    }
}

static void put_lacking(const struct term_echo *echo, const struct term_finding *finding,
                        cJSON *object, bool *ok)
{
    uint64_t nodes = lacking(echo, finding);
    cJSON *list =
        nodes && echo->ids ? json_put(object, "cannot_tell", cJSON_CreateArray(), ok) : NULL;

    for (size_t i = 0; list && i < TERM_CHECK_NODES_MAX; i++)
        if (nodes >> i & 1)
            *ok &= cJSON_AddItemToArray(list, cJSON_CreateString(echo->ids[i])) != 0;
}

static void put_one(const struct term_echo *echo, const struct term_finding *finding, cJSON *object,
                    bool *ok)
{
    json_put_text(object, "asked", finding->value->text, ok);
    json_put_bool(object, "checked", finding->state != TERM_UNCHECKED, ok);
    if (*finding->label)
        json_put_text(object, "label", finding->label, ok);
    if (finding->gene && finding->state == TERM_KNOWN)
        json_put_text(object, "symbol", finding->today ? finding->today : finding->value->text, ok);
    else if (finding->today)
        json_put_text(object, "today", finding->today, ok);
    if (finding->hgnc)
        json_put_int(object, "hgnc", finding->hgnc, ok);
    if (finding->obsolete)
        json_put_bool(object, "obsolete", true, ok);
    if (finding->hint_under)
        json_put_bool(object, "has_below", true, ok);
    put_lacking(echo, finding, object, ok);
}

void term_echo_put(const struct term_echo *echo, cJSON *object, bool *ok)
{
    assert(echo && echo->findings && ok);
    cJSON *lists[2] = {NULL, NULL};

    for (size_t i = 0; *ok && i < echo->findings->n; i++) {
        const struct term_finding *finding = &echo->findings->finding[i];
        cJSON **list = &lists[finding->gene];
        cJSON *one = cJSON_CreateObject();

        if (!*list)
            *list = json_put(object, finding->gene ? "genes" : "codes", cJSON_CreateArray(), ok);
        if (!one || !*list || !cJSON_AddItemToArray(*list, one)) {
            cJSON_Delete(one);
            *ok = false;
            return;
        }
        put_one(echo, finding, one, ok);
    }
}
