#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict JSON over cJSON: what several readers would understand differently is refused.
 *
 * A text has limits on bytes and depth; duplicate keys, trailing bytes, NaN, infinities and strings
 * with an embedded NUL are errors. Member look-ups are case-sensitive. A tree belongs to the caller
 * (cJSON_Delete). Any thread, one tree a thread.
 */
#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "proto/base/err.h"

struct bytes;

#define JSON_DEPTH_MAX 64

/* The tree of these bytes. The error says at which byte and why. */
bool json_parse(const char *text, size_t size, size_t bytes_max, cJSON **tree,
                struct err *err) MUST_CHECK;

/* Members by exact name; NULL when absent or of another type. */
const cJSON *json_member(const cJSON *object, const char *name);
const char *json_text(const cJSON *object, const char *name);
const cJSON *json_array(const cJSON *object, const char *name);
const cJSON *json_object(const cJSON *object, const char *name);
/* A whole number with |n| <= 2^53. */
bool json_int(const cJSON *object, const char *name, int64_t *value) MUST_CHECK;
bool json_bool(const cJSON *object, const char *name, bool fallback);

/* Add to an object under construction; a failure to allocate is kept in *ok = false. */
void json_put_text(cJSON *object, const char *name, const char *value, bool *ok);
void json_put_int(cJSON *object, const char *name, int64_t value, bool *ok);
void json_put_number(cJSON *object, const char *name, double value, bool *ok);
void json_put_bool(cJSON *object, const char *name, bool value, bool *ok);
/* The bytes as a text in base64. */
void json_put_base64(cJSON *object, const char *name, const uint8_t *data, size_t size, bool *ok);
void json_put_null(cJSON *object, const char *name, bool *ok);
/* Takes item (frees it on failure); returns it, or NULL. */
cJSON *json_put(cJSON *object, const char *name, cJSON *item, bool *ok);

/*
 * A line of JSON written straight, for output of many lines: a text with its quotes and escapes,
 * and a whole number with all of its digits.
 */
void json_write_text(struct bytes *to, const char *text);
void json_write_int(struct bytes *to, int64_t value);

/* Indented, with a newline, for whoever asked for --json; a tree that is NULL could not be made. */
bool json_print(const cJSON *tree, FILE *to, struct err *err) MUST_CHECK;
