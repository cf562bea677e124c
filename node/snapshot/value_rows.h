#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the events of one code measured or were answered, for the persons of a segment: rows
 * (person, day, value), one for each event, those without a day or a value too, in order of person
 * and day.
 *
 * Format: varint of the number of rows, at least 1; varint of the number of words, each of them
 * varint of its length and its bytes; signed varint of the earliest day; varint of a power of ten
 * that divides all numbers, 0 to 18; signed varint of the least number; then row after row varint
 * (person - the one before), varint of the day (0: none; else 1 + day - the earliest), varint of
 * the form and word (0: no value; 1 + 2 w: a number of unit w, of which 0 is none; 2 + 2 w: answer
 * w), and of a number varint(number - the least). Numbers are divided by the power of ten. Damaged
 * bytes give no person at n_persons or above, no day outside the years 1 to 9999, and no word that
 * is not there. Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/store/person.h"
#include "proto/base/err.h"

struct bytes;

#define VALUE_WORDS_MAX 65535u /* of one code in one segment */

struct value_row {
    int32_t day; /* PERSON_NO_DATE: without one */
    uint16_t person;
    uint16_t word; /* its place in words: a unit, 0 being "no unit", or an answer */
    uint8_t form;  /* enum event_value_form */
    int64_t nano;  /* EVENT_NUMBER */
};

/* Of one code. Zeroed: none. words[0] is "". */
struct value_rows {
    struct value_row *rows;
    size_t n;
    size_t room;
    char **words;
    size_t n_words;
};

void value_rows_clear(struct value_rows *values);
/* Room for so many rows more; rows[n] and on are the caller's to fill. */
bool value_rows_room(struct value_rows *values, size_t n, struct err *err) MUST_CHECK;
/* The place of a word, which is added where it is new. */
bool value_rows_word(struct value_rows *values, const char *text, size_t length, uint16_t *place,
                     struct err *err) MUST_CHECK;
/* Rows in order, at least one. Where memory is out, out->failed is set. */
void value_rows_pack(const struct value_rows *values, struct bytes *out);
/* In place of what *values had. False with err: the bytes are damaged, or memory is out. */
bool value_rows_unpack(const uint8_t *data, size_t size, uint32_t n_persons,
                       struct value_rows *values, struct err *err) MUST_CHECK;
