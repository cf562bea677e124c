#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of one entry as bytes in its row. Most rows say a single event, and a table row and an
 * index row for each event would take more room than everything else that is stored of it.
 *
 * Format, event after event: varint of kind (its low 3 bits), excluded (1), has date (1), has age
 * (1), kind (its high bit), lasts (1), has number (1), has answer (1); varint concept; then the
 * date and the age in days where there is one, as signed varints; varint of the days that it lasts;
 * signed varint of the number; varint of the word. Values only; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/store/person.h"
#include "proto/base/bytes.h"

struct event_pack {
    enum event_kind kind;
    bool excluded;
    int64_t concept;  /* id in the table concept */
    int32_t date;     /* PERSON_NO_DATE when unknown */
    int32_t age_days; /* EVENT_NO_AGE when unknown */
    int32_t lasts;    /* as in struct event; not negative */
    enum event_value_form form;
    int64_t nano; /* EVENT_NUMBER */
    int64_t word; /* id in the table event_word; 0: a number without a unit */
};

void event_pack_add(struct bytes *bytes, const struct event_pack *event);
/*
 * Reads the event at *at and moves *at behind it. False when the bytes there are no event; the
 * caller asks only while *at < size.
 */
bool event_pack_next(const uint8_t *data, size_t size, size_t *at,
                     struct event_pack *event) MUST_CHECK;
