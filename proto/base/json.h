#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict JSON over cJSON: a text that two parsers could read differently is refused.
 *
 * A text has limits on bytes and depth. Duplicate keys, trailing bytes, NaN, infinities and strings
 * with an embedded NUL are errors. Look-ups of members are case-sensitive. A tree belongs to the
 * caller, who frees it with cJSON_Delete(). Any thread, but only one thread per tree.
 */
#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "proto/base/err.h"

struct bytes;

#define JSON_DEPTH_MAX 64

/* Parses these bytes. The error says at which byte and why. */
bool json_parse(const char *text, size_t size, size_t bytes_max, cJSON **tree,
                struct err *err) MUST_CHECK;

/* Look up a member by its exact name; NULL when it is absent or of another type. */
const cJSON *json_member(const cJSON *object, const char *name);
const char *json_text(const cJSON *object, const char *name);
const cJSON *json_array(const cJSON *object, const char *name);
const cJSON *json_object(const cJSON *object, const char *name);
/* The first object of an array whose member `name` is this text. NULL: none, or no array. */
const cJSON *json_find(const cJSON *array, const char *name, const char *text);
/* A whole number with |n| <= 2^53. */
bool json_int(const cJSON *object, const char *name, int64_t *value) MUST_CHECK;
bool json_bool(const cJSON *object, const char *name, bool fallback);

/* Add to an object under construction. When an allocation fails, *ok becomes false and stays so. */
void json_put_text(cJSON *object, const char *name, const char *value, bool *ok);
void json_put_int(cJSON *object, const char *name, int64_t value, bool *ok);
void json_put_number(cJSON *object, const char *name, double value, bool *ok);
void json_put_bool(cJSON *object, const char *name, bool value, bool *ok);
/* Adds the bytes as base64. */
void json_put_base64(cJSON *object, const char *name, const uint8_t *data, size_t size, bool *ok);
void json_put_null(cJSON *object, const char *name, bool *ok);
/* Takes ownership of item, and frees it on failure. Returns item or NULL. */
cJSON *json_put(cJSON *object, const char *name, cJSON *item, bool *ok);
/* Append to an array under construction: a new object, which it returns or NULL, and a text. */
cJSON *json_append(cJSON *array, bool *ok);
void json_append_text(cJSON *array, const char *text, bool *ok);

/*
 * These write JSON directly, for output of many lines: a text with its quotes and escapes, and a
 * whole number with all its digits.
 */
void json_write_text(struct bytes *to, const char *text);
void json_write_int(struct bytes *to, int64_t value);

/*
 * Prints the tree indented, with a newline, for --json. tree may be NULL: then memory ran out while
 * it was made.
 */
bool json_print(const cJSON *tree, FILE *to, struct err *err) MUST_CHECK;
