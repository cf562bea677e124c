#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds a document against one of schemas/, both ways: nothing in it is undescribed, and nothing is
 * described that is in no document. It knows as much of JSON Schema as those files use. Included by
 * one program each, which finds the folder in RIKSTAL_SCHEMAS.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/base/json.h"

#define SCHEMA_BYTES_MAX (1 << 20)

static cJSON *schema; /* the whole file */
static bool mark;     /* members that were met get a mark, "met" */

static bool fits(const cJSON *rule, const cJSON *item, const char *name);

static bool wrong(const char *name, const char *why)
{
    if (mark)
        print_message("%s: %s\n", name, why);
    return false;
}

static cJSON *schema_read(const char *name)
{
    struct arena *arena = arena_new(SCHEMA_BYTES_MAX);
    const char *folder = getenv("RIKSTAL_SCHEMAS");
    cJSON *read = NULL;
    char path[4096];
    struct err err;
    uint8_t *data;
    size_t size;

    assert_non_null(folder);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    assert_true(file_read(path, SCHEMA_BYTES_MAX / 2, arena, &data, &size, &err));
    assert_true(json_parse((const char *)data, size, SCHEMA_BYTES_MAX, &read, &err));
    arena_free(arena);
    return read;
}

/* What stands in the schema of answers for others too. */
static const cJSON *of_answers(const char *member)
{
    static cJSON *answers;

    if (!answers)
        answers = schema_read("answer.json");
    return json_member(json_object(answers, "properties"), member);
}

static const cJSON *followed(const cJSON *rule)
{
    const char *to = json_text(rule, "$ref");

    if (!to)
        return rule;
    if (strncmp(to, "answer.json#/properties/", 24) == 0) {
        assert_non_null(of_answers(to + 24));
        return of_answers(to + 24);
    }
    assert_int_equal(strncmp(to, "#/$defs/", 8), 0);
    rule = json_member(json_object(schema, "$defs"), to + 8);
    assert_non_null(rule);
    return rule;
}

static bool is_type(const char *type, const cJSON *item)
{
    return (strcmp(type, "object") == 0 && cJSON_IsObject(item)) ||
           (strcmp(type, "array") == 0 && cJSON_IsArray(item)) ||
           (strcmp(type, "string") == 0 && cJSON_IsString(item)) ||
           (strcmp(type, "boolean") == 0 && cJSON_IsBool(item)) ||
           (strcmp(type, "null") == 0 && cJSON_IsNull(item)) ||
           (strcmp(type, "number") == 0 && cJSON_IsNumber(item)) ||
           (strcmp(type, "integer") == 0 && cJSON_IsNumber(item) &&
            item->valuedouble == (double)(int64_t)item->valuedouble);
}

static bool type_fits(const cJSON *rule, const cJSON *item)
{
    const cJSON *type = json_member(rule, "type"), *one;

    if (!type || cJSON_IsString(type))
        return !type || is_type(type->valuestring, item);
    cJSON_ArrayForEach(one, type) if (is_type(one->valuestring, item)) return true;
    return false;
}

static bool value_fits(const cJSON *rule, const cJSON *item)
{
    const cJSON *list = json_array(rule, "enum"), *one;

    cJSON_ArrayForEach(one, list) if (strcmp(one->valuestring, item->valuestring) == 0) return true;
    return !list;
}

static bool any_fits(const cJSON *rule, const cJSON *item, const char *name)
{
    const cJSON *list = json_array(rule, "anyOf"), *one;

    cJSON_ArrayForEach(one, list) if (type_fits(followed(one), item)) return fits(one, item, name);
    return !list;
}

static bool members_fit(const cJSON *rule, const cJSON *item)
{
    const cJSON *known = json_object(rule, "properties"), *required = json_array(rule, "required");
    const cJSON *more = json_member(rule, "additionalProperties"), *one;

    cJSON_ArrayForEach(one, required) if (!json_member(item, one->valuestring)) return wrong(
        one->valuestring, "is required");
    cJSON_ArrayForEach(one, item)
    {
        cJSON *of = cJSON_GetObjectItemCaseSensitive(known, one->string);

        if (!of && !cJSON_IsObject(more))
            return wrong(one->string, "is not described");
        if (of && !json_text(of, "description"))
            return wrong(one->string, "has no words");
        if (mark && of && !json_member(of, "met"))
            cJSON_AddTrueToObject(of, "met");
        if (!fits(of ? of : more, one, one->string))
            return false;
    }
    return true;
}

static bool fits(const cJSON *rule, const cJSON *item, const char *name)
{
    const cJSON *one;

    rule = followed(rule);
    if (!type_fits(rule, item) || !value_fits(rule, item) || !any_fits(rule, item, name))
        return wrong(name, "has another type or value");
    if (cJSON_IsObject(item) && !json_member(rule, "anyOf"))
        return members_fit(rule, item);
    cJSON_ArrayForEach(one, item) if (cJSON_IsArray(item) &&
                                      !fits(json_member(rule, "items"), one, name)) return false;
    return true;
}

/* Every member that the schema describes was met in some answer. */
static void all_met(const cJSON *rule, const char *name)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, json_object(rule, "properties"))
    {
        if (!json_member(one, "met"))
            fail_msg("%s of %s is described and never there", one->string, name);
        all_met(one, one->string);
    }
}

static __attribute__((unused)) void all_of_it_met(void)
{
    const cJSON *one;

    all_met(schema, "the document");
    cJSON_ArrayForEach(one, json_object(schema, "$defs")) all_met(one, one->string);
}

/* "price.json". The caller deletes `schema`. */
static void schema_open(const char *name)
{
    schema = schema_read(name);
}
