/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/form.h"

#include <assert.h>
#include <string.h>

#include "coordinator/analyst/asking.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/json.h"
#include "proto/query/measure.h"
#include "proto/query/mode.h"
#include "proto/query/protocol.h"

enum member_type { MEMBER_TEXT, MEMBER_LIST, MEMBER_NUMBER, MEMBER_FLAG };

static const struct member {
    const char *name;
    enum member_type type;
    int64_t most; /* bytes of a text, entries of a list, or the number */
} members[] = {
    {"text", MEMBER_TEXT, AST_TEXT_MAX},
    {"protocol", MEMBER_TEXT, PROTOCOL_BYTES_MAX},
    {"measure", MEMBER_TEXT, 32},
    {"by", MEMBER_LIST, 16},
    {"changes", MEMBER_LIST, MEASURE_CHANGES_MAX},
    {"from", MEMBER_TEXT, AST_TEXT_MAX},
    {"to", MEMBER_TEXT, AST_TEXT_MAX},
    {"exposure", MEMBER_TEXT, AST_TEXT_MAX},
    {"outcome", MEMBER_TEXT, AST_TEXT_MAX},
    {"period", MEMBER_TEXT, 64},
    {"bins", MEMBER_TEXT, 1024},
    {"mode", MEMBER_TEXT, 16},
    {"sigma", MEMBER_NUMBER, 1000},
    {"role", MEMBER_TEXT, 64},
    {"purpose", MEMBER_TEXT, 64},
    {"permit", MEMBER_TEXT, 64},
    {"disease", MEMBER_TEXT, 64},
    {"nodes", MEMBER_LIST, REGIONS_MAX},
    {"blind", MEMBER_FLAG, 0},
    {"adds_up", MEMBER_FLAG, 0},
    {"everybody", MEMBER_FLAG, 0},
    {"wait_s", MEMBER_NUMBER, FORM_WAIT_MOST_S},
};

static const struct member *member_named(const char *name)
{
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static bool is_list(const cJSON *item, int64_t most)
{
    const cJSON *one;

    if (!cJSON_IsArray(item) || cJSON_GetArraySize(item) > most)
        return false;
    cJSON_ArrayForEach(one, item)
    {
        if (!cJSON_IsString(one) || !*one->valuestring || strlen(one->valuestring) > 128 ||
            strchr(one->valuestring, ','))
            return false;
    }
    return true;
}

static bool member_check(const cJSON *body, const cJSON *item, struct err *err)
{
    const struct member *member = member_named(item->string);
    int64_t number;

    if (!member)
        return err_set(err, ERR_INVALID,
                       "a question has no member \"%.40s\"; schemas/desk.json has all",
                       item->string);
    switch (member->type) {
    case MEMBER_TEXT:
        return (cJSON_IsString(item) && (int64_t)strlen(item->valuestring) <= member->most) ||
               err_set(err, ERR_INVALID, "%s must be a text of at most %lld bytes", member->name,
                       (long long)member->most);
    case MEMBER_LIST:
        return is_list(item, member->most) ||
               err_set(err, ERR_INVALID, "%s must be a list of at most %lld texts without commas",
                       member->name, (long long)member->most);
    case MEMBER_NUMBER:
        return (json_int(body, member->name, &number) && number >= 1 && number <= member->most) ||
               err_set(err, ERR_INVALID, "%s must be a whole number from 1 to %lld", member->name,
                       (long long)member->most);
    default:
        return cJSON_IsBool(item) ||
               err_set(err, ERR_INVALID, "%s must be true or false", member->name);
    }
}

/* The entries with commas between them; NULL when the member is absent or empty. */
static bool list_join(const cJSON *body, const char *name, struct arena *arena, const char **out,
                      struct err *err)
{
    const cJSON *list = json_array(body, name), *one;
    struct bytes text = {0};
    bool ok = true;

    *out = NULL;
    if (cJSON_GetArraySize(list) == 0)
        return true;
    cJSON_ArrayForEach(one, list)
    {
        bytes_add_text(&text, text.size ? "," : "");
        bytes_add_text(&text, one->valuestring);
    }
    bytes_add_u8(&text, 0);
    if (!text.failed)
        *out = arena_strdup(arena, (const char *)text.data);
    ok = *out != NULL;
    bytes_clear(&text);
    return ok || err_memory(err);
}

/* A copy of a text; `absent` when there is none. */
static bool text_take(const cJSON *body, const char *name, struct arena *arena, const char *absent,
                      const char **out, struct err *err)
{
    const char *text = json_text(body, name);

    *out = text && *text ? arena_strdup(arena, text) : absent;
    return !text || !*text || *out || err_memory(err);
}

static bool words_read(const cJSON *body, struct compose_options *compose, struct err *err)
{
    const char *measure = json_text(body, "measure"), *mode = json_text(body, "mode");

    compose->measure = MEASURE_COUNT;
    return (!measure || measure_read(measure, &compose->measure, err)) &&
           (!mode || mode_read(mode, &compose->mode, err));
}

bool form_read(const cJSON *body, struct arena *arena, struct form *out, struct err *err)
{
    assert(arena && out);
    struct form form = {.wait_s = FORM_WAIT_DEFAULT_S};
    int64_t sigma = 0;
    const cJSON *item;

    if (!cJSON_IsObject(body))
        return err_set(err, ERR_INVALID, "the question must be a JSON object");
    cJSON_ArrayForEach(item, body)
    {
        if (!member_check(body, item, err))
            return false;
    }
    if (json_member(body, "sigma") && !json_int(body, "sigma", &sigma))
        return err_set(err, ERR_INVALID, "sigma must be a whole number");
    if (json_member(body, "wait_s") && !json_int(body, "wait_s", &form.wait_s))
        return err_set(err, ERR_INVALID, "wait_s must be a whole number");
    form.compose.sigma = (uint32_t)sigma;
    form.compose.blind = json_bool(body, "blind", false);
    form.adds_up = json_bool(body, "adds_up", false);
    form.everybody = json_bool(body, "everybody", false);
    form.compose.life_s = asking_life_s(form.wait_s);
    if (!words_read(body, &form.compose, err) ||
        !text_take(body, "text", arena, "", &form.text, err) ||
        !text_take(body, "protocol", arena, NULL, &form.protocol, err) ||
        !text_take(body, "from", arena, NULL, &form.from, err) ||
        !text_take(body, "to", arena, NULL, &form.to, err) ||
        !text_take(body, "exposure", arena, NULL, &form.exposure, err) ||
        !text_take(body, "outcome", arena, NULL, &form.outcome, err) ||
        !text_take(body, "period", arena, NULL, &form.compose.period, err) ||
        !text_take(body, "bins", arena, NULL, &form.compose.bins, err) ||
        !text_take(body, "role", arena, NULL, &form.role, err) ||
        !text_take(body, "purpose", arena, NULL, &form.purpose, err) ||
        !text_take(body, "permit", arena, "", &form.compose.permit, err) ||
        !text_take(body, "disease", arena, NULL, &form.compose.disease, err) ||
        !list_join(body, "by", arena, &form.compose.by, err) ||
        !list_join(body, "changes", arena, &form.compose.changes, err) ||
        !list_join(body, "nodes", arena, &form.compose.nodes, err))
        return false;
    if (form.protocol && (*form.text || form.from || form.to || form.exposure || form.outcome))
        return err_set(
            err, ERR_INVALID,
            "give text or protocol, not both; nor from, to, exposure or outcome with it");
    if (form.adds_up && form.compose.measure != MEASURE_COUNT)
        return err_set(err, ERR_INVALID, "adds_up is for a count; a table always adds up");
    *out = form;
    return true;
}
