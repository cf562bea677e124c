/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/base64.h"
#include "proto/base/bytes.h"
#include "proto/base/err.h"

/*
 * libjansson, which libcjose loads, has json_object() and json_array() too: without this a program
 * would export ours, and libcjose would call them.
 */
#pragma GCC visibility push(hidden)
#include "proto/base/json.h"
#pragma GCC visibility pop

/*
 * cJSON accepts some texts that RFC 8259 leaves open, so the text is scanned before it is parsed:
 * for nesting (cJSON's own limit of 1,000 is fixed when the library is compiled) and for \u0000 in
 * strings, which would end a C string too early.
 */
static bool scan(const char *text, size_t size, struct err *err)
{
    bool in_string = false;
    int depth = 0;

    for (size_t i = 0; i < size; i++) {
        char c = text[i];

        if (c == 0)
            return err_set(err, ERR_INVALID, "byte %zu: a NUL byte", i);
        if (in_string) {
            if (c == '\\' && size - i > 5 && memcmp(text + i, "\\u0000", 6) == 0)
                return err_set(err, ERR_INVALID, "byte %zu: a NUL in a string", i);
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
            continue;
        }
        if (c == '"')
            in_string = true;
        else if ((c == '{' || c == '[') && ++depth > JSON_DEPTH_MAX)
            return err_set(err, ERR_INVALID, "byte %zu: nested deeper than %d", i, JSON_DEPTH_MAX);
        else if (c == '}' || c == ']')
            depth--;
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * No name may occur twice in an object. Small objects are compared pairwise, large ones are sorted.
 */
static bool names_differ(const cJSON *object, struct err *err)
{
    const cJSON *item;
    const char **names;
    size_t n = 0;
    bool same = false;

    cJSON_ArrayForEach(item, object) n++;
    names = calloc(n ? n : 1, sizeof(*names));
    if (!names)
        return err_memory(err);
    n = 0;
    cJSON_ArrayForEach(item, object) names[n++] = item->string;
    qsort(names, n, sizeof(*names), by_name);
    for (size_t i = 1; i < n && !same; i++)
        same = strcmp(names[i - 1], names[i]) == 0;
    free(names);
    return !same || err_set(err, ERR_INVALID, "a key stands twice in one object");
}

static bool check(const cJSON *item, struct err *err)
{
    const cJSON *child;

    if (cJSON_IsNumber(item) && !isfinite(item->valuedouble))
        return err_set(err, ERR_INVALID, "a number is not finite");
    if (cJSON_IsObject(item) && !names_differ(item, err))
        return false;
    cJSON_ArrayForEach(child, item) if (!check(child, err)) return false; /* depth was limited by
                                                                           * scan() */
    return true;
}

static bool only_space(const char *text, const char *end)
{
    while (text < end && strchr(" \t\r\n", *text))
        text++;
    return text == end;
}

bool json_parse(const char *text, size_t size, size_t bytes_max, cJSON **tree, struct err *err)
{
    assert(tree && (text || !size));
    const char *end = NULL;
    cJSON *found;

    if (size > bytes_max)
        return err_set(err, ERR_INVALID, "the JSON text is longer than %zu bytes", bytes_max);
    if (!scan(text, size, err))
        return false;
    found = cJSON_ParseWithLengthOpts(text, size, &end, false);
    if (!found)
        return err_set(err, ERR_INVALID, "byte %td: not JSON", end ? end - text : 0);
    if (!only_space(end, text + size)) {
        err_set(err, ERR_INVALID, "byte %td: something behind the JSON value", end - text);
        cJSON_Delete(found);
        return false;
    }
    if (!check(found, err)) {
        cJSON_Delete(found);
        return false;
    }
    *tree = found;
    return true;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const char *json_text(const cJSON *object, const char *name)
{
    const cJSON *item = json_member(object, name);

    return cJSON_IsString(item) ? item->valuestring : NULL;
}

const cJSON *json_array(const cJSON *object, const char *name)
{
    const cJSON *item = json_member(object, name);

    return cJSON_IsArray(item) ? item : NULL;
}

const cJSON *json_object(const cJSON *object, const char *name)
{
    const cJSON *item = json_member(object, name);

    return cJSON_IsObject(item) ? item : NULL;
}

const cJSON *json_find(const cJSON *array, const char *name, const char *text)
{
    assert(name && text);
    const cJSON *one;

    cJSON_ArrayForEach(one, array)
    {
        const char *said = json_text(one, name);

        if (said && strcmp(said, text) == 0)
            return one;
    }
    return NULL;
}

bool json_int(const cJSON *object, const char *name, int64_t *value)
{
    assert(value);
    const cJSON *item = json_member(object, name);

    if (!cJSON_IsNumber(item) || fabs(item->valuedouble) > 9007199254740992.0 ||
        item->valuedouble != floor(item->valuedouble))
        return false;
    *value = (int64_t)item->valuedouble;
    return true;
}

bool json_bool(const cJSON *object, const char *name, bool fallback)
{
    const cJSON *item = json_member(object, name);

    return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

cJSON *json_put(cJSON *object, const char *name, cJSON *item, bool *ok)
{
    assert(ok);
    if (object && item && cJSON_AddItemToObject(object, name, item))
        return item;
    cJSON_Delete(item);
    *ok = false;
    return NULL;
}

/* Takes over the item. */
static cJSON *append_item(cJSON *array, cJSON *item, bool *ok)
{
    if (*ok && array && item && cJSON_AddItemToArray(array, item))
        return item;
    cJSON_Delete(item);
    *ok = false;
    return NULL;
}

cJSON *json_append(cJSON *array, bool *ok)
{
    assert(ok);
    return append_item(array, cJSON_CreateObject(), ok);
}

void json_append_text(cJSON *array, const char *text, bool *ok)
{
    assert(text && ok);
    (void)append_item(array, cJSON_CreateString(text), ok);
}

void json_put_text(cJSON *object, const char *name, const char *value, bool *ok)
{
    json_put(object, name, value ? cJSON_CreateString(value) : cJSON_CreateNull(), ok);
}

void json_put_int(cJSON *object, const char *name, int64_t value, bool *ok)
{
    json_put(object, name, cJSON_CreateNumber((double)value), ok);
}

void json_put_number(cJSON *object, const char *name, double value, bool *ok)
{
    json_put(object, name, cJSON_CreateNumber(value), ok);
}

void json_put_bool(cJSON *object, const char *name, bool value, bool *ok)
{
    json_put(object, name, cJSON_CreateBool(value), ok);
}

void json_put_base64(cJSON *object, const char *name, const uint8_t *data, size_t size, bool *ok)
{
    char *text = malloc(BASE64_TEXT_BYTES(size));

    if (!text) {
        *ok = false;
        return;
    }
    json_put_text(object, name, base64_write(data, size, text), ok);
    free(text);
}

void json_put_null(cJSON *object, const char *name, bool *ok)
{
    json_put(object, name, cJSON_CreateNull(), ok);
}

void json_write_text(struct bytes *to, const char *text)
{
    const char *plain = text;
    char escaped[8];

    bytes_add_u8(to, '"');
    for (;; text++) {
        unsigned char c = (unsigned char)*text;

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        bytes_add(to, plain, (size_t)(text - plain));
        if (!c)
            break;
        if (c >= 0x20)
            snprintf(escaped, sizeof(escaped), "\\%c", c);
        else
            snprintf(escaped, sizeof(escaped), "\\u%04x", c);
        bytes_add_text(to, escaped);
        plain = text + 1;
    }
    bytes_add_u8(to, '"');
}

void json_write_int(struct bytes *to, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do
        digits[--at] = (char)('0' + left % 10);
    while (left /= 10);
    if (value < 0)
        digits[--at] = '-';
    bytes_add(to, digits + at, sizeof(digits) - at);
}

bool json_print(const cJSON *tree, FILE *to, struct err *err)
{
    assert(to);
    char *text = tree ? cJSON_Print(tree) : NULL;
    bool written;

    if (!text)
        return err_memory(err);
    written = fputs(text, to) >= 0 && fputc('\n', to) != EOF && fflush(to) == 0;
    cJSON_free(text);
    return written || err_set(err, ERR_INTERNAL, "the JSON could not be written");
}
