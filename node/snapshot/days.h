#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The days on which one code was recorded for the persons of a segment, as bytes: rows (person,
 * day), each once, in order of person and then of day.
 *
 * Format: varint of the number of rows, at least 1; signed varint of the earliest day; then row
 * after row varint(person - the one before, the first one's being 0) and, for the first row of a
 * person, varint(day - the earliest), for each other varint(day - the one before). Damaged bytes
 * give no person at n_persons or above, and no day outside the years 1 to 9999. Values; any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

struct bytes;

/* Of one event. */
struct day_row {
    int32_t day; /* since 1970-01-01 */
    uint16_t person;
    bool doubt; /* of what it measured: not in the bytes */
};

/* Rows of several codes, one after the other. Zeroed: none. */
struct days {
    struct day_row *rows;
    size_t n;
    size_t room;
};

void days_clear(struct days *days);
/* Room for so many rows more. */
bool days_room(struct days *days, size_t n, struct err *err) MUST_CHECK;

/* Puts rows in order, where they are not sorted yet, and leaves each once: how many are left. */
size_t days_settle(struct day_row *rows, size_t n, bool sorted);
/* Rows in order, n of them, at least one. Where memory is out, out->failed is set. */
void days_pack(const struct day_row *rows, size_t n, struct bytes *out);

/* The number of rows; 0: the bytes are no such list. */
size_t days_count(const uint8_t *data, size_t size);
/* Reads days_count() rows. False: the bytes are damaged. */
bool days_unpack(const uint8_t *data, size_t size, uint32_t n_persons,
                 struct day_row *rows) MUST_CHECK;
