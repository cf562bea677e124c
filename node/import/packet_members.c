/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members of a packet's objects, by type, and the telling of those that are not read. A member's
 * name is text of the file: it is named in a report only when it is letters and nothing else.
 */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "node/import/identity.h"
#include "node/import/packet_inside.h"
#include "proto/base/json.h"

#define NAME_MAX_TOLD 40

bool packet_reject(struct packet_reading *reading, enum reject_code code, const char *field)
{
    assert(reading);
    if (reading->in_item)
        reading->lost = true;
    else
        reading->rejected = true;
    if (!reading->reader->report(reading->reader->context, code, field, reading->in_item,
                                 reading->err))
        reading->failed = true;
    return false;
}

bool packet_warn(struct packet_reading *reading, enum reject_code code, const char *field)
{
    assert(reading);
    if (!reading->reader->report(reading->reader->context, code, field, false, reading->err))
        reading->failed = true;
    return !reading->failed;
}

bool packet_fail(struct packet_reading *reading, const char *why)
{
    assert(reading);
    reading->failed = true;
    return err_set(reading->err, ERR_INTERNAL, "%s", why);
}

static const cJSON *present(const cJSON *parent, const char *name)
{
    const cJSON *item = json_member(parent, name);

    return cJSON_IsNull(item) ? NULL : item;
}

bool packet_object(struct packet_reading *reading, const cJSON *parent, const char *name,
                   const char *path, const cJSON **out)
{
    *out = present(parent, name);
    return !*out || cJSON_IsObject(*out) || packet_reject(reading, REJECT_JSON_BROKEN, path);
}

bool packet_array(struct packet_reading *reading, const cJSON *parent, const char *name,
                  const char *path, const cJSON **out)
{
    *out = present(parent, name);
    return !*out || cJSON_IsArray(*out) || packet_reject(reading, REJECT_JSON_BROKEN, path);
}

bool packet_text(struct packet_reading *reading, const cJSON *parent, const char *name,
                 const char *path, const char **out)
{
    const cJSON *item = present(parent, name);

    *out = cJSON_IsString(item) ? item->valuestring : NULL;
    return !item || *out || packet_reject(reading, REJECT_JSON_BROKEN, path);
}

static bool is_known(const char *name, const char *const *known)
{
    for (; *known; known++)
        if (strcmp(name, *known) == 0)
            return true;
    return false;
}

static bool is_word(const char *name)
{
    size_t n = 0;

    for (; name[n]; n++)
        if (n == NAME_MAX_TOLD || !isalpha((unsigned char)name[n]))
            return false;
    return n > 0;
}

/* Was this path told before in this packet? Beyond PACKET_PATHS_MAX, none is remembered. */
static bool is_told(struct packet_reading *reading, const char *path)
{
    for (size_t i = 0; i < reading->n_paths; i++)
        if (strcmp(reading->paths[i], path) == 0)
            return true;
    if (reading->n_paths < PACKET_PATHS_MAX)
        snprintf(reading->paths[reading->n_paths++], sizeof(reading->paths[0]), "%s", path);
    return false;
}

bool packet_members(struct packet_reading *reading, const cJSON *object, const char *path,
                    const char *const *known)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, object)
    {
        char field[REJECTS_FIELD_MAX + 1];
        bool word;

        if (!item->string || is_known(item->string, known))
            continue;
        word = is_word(item->string);
        snprintf(field, sizeof(field), "%s%s%s", path, *path && word ? "." : "",
                 word ? item->string : "");
        if (!is_told(reading, field) && !packet_warn(reading, REJECT_FIELD_UNKNOWN, field))
            return false;
    }
    return true;
}

bool packet_each(struct packet_reading *reading, const cJSON *list, packet_item *read)
{
    assert(reading);
    bool outer = reading->in_item;
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        bool ok;

        reading->in_item = true;
        reading->lost = false;
        ok = read(reading, item);
        reading->in_item = outer;
        if (!ok && (reading->failed || !reading->lost))
            return false;
    }
    return true;
}

/* In whatever capitals: those of a member are its own, and others say no less what was meant. */
static bool is_turning(const char *name, bool v1)
{
    static const char *const turning[] = {"absent",
                                          "assertion",
                                          "certainty",
                                          "clinicalStatus",
                                          "isExcluded",
                                          "isNegated",
                                          "isPresent",
                                          "modifierExtension",
                                          "negative",
                                          "notObserved",
                                          "observed",
                                          "polarity",
                                          "present",
                                          "refuted",
                                          "ruledOut",
                                          "status",
                                          "verificationStatus",
                                          NULL};
    const char *own = v1 ? "negated" : "excluded";

    for (size_t i = 0; turning[i]; i++)
        if (strcasecmp(name, turning[i]) == 0)
            return true;
    if (strcasecmp(name, v1 ? "excluded" : "negated") == 0)
        return true;
    return strcasecmp(name, own) == 0 && strcmp(name, own) != 0;
}

#define HP_EXCLUDED "HP:0040285" /* the frequency "Excluded": seen in 0 % */

/* A modifier that says that there was nothing, where the item itself says that there was. */
static bool modified_away(const cJSON *object)
{
    const cJSON *modifier;

    cJSON_ArrayForEach(modifier, json_array(object, "modifiers"))
    {
        const char *id = json_text(modifier, "id");

        if (id && strcasecmp(id, HP_EXCLUDED) == 0)
            return true;
    }
    return false;
}

bool packet_meaning(struct packet_reading *reading, const cJSON *object, const char *path)
{
    assert(reading);
    const cJSON *item;

    cJSON_ArrayForEach(item, object)
    {
        const char *name = item->string ? item->string : "";
        char field[REJECTS_FIELD_MAX + 1];

        if (cJSON_IsNull(item) || !is_turning(name, reading->v1))
            continue;
        snprintf(field, sizeof(field), "%s.%s", path, name);
        return packet_reject(reading, REJECT_MEMBER_MEANING, field);
    }
    if (modified_away(object)) {
        char field[REJECTS_FIELD_MAX + 1];

        snprintf(field, sizeof(field), "%s.modifiers[].id", path);
        return packet_reject(reading, REJECT_MEMBER_MEANING, field);
    }
    return true;
}

bool packet_guard(struct packet_reading *reading, const char *text, const char *path)
{
    return !identity_seen(text, strlen(text)) ||
           packet_reject(reading, REJECT_PERSON_ID_LOOKS_PERSONAL, path);
}
