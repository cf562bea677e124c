#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person as the node knows them: a keyed hash, and a few facts.
 *
 * It never holds the identity number itself: import turns that into a person_id when it first reads
 * it. Dates are days since 1970-01-01 (proto/base/date.h). Values only; any thread.
 */
#include <stdbool.h>
#include <stdint.h>

/* BLAKE2b-128(key = K_pid; 0x00 id). */
struct person_id {
    uint8_t b[16];
};

enum person_sex { PERSON_SEX_UNKNOWN, PERSON_FEMALE, PERSON_MALE, PERSON_SEX_OTHER };

#define PERSON_NO_DATE INT32_MIN
#define PERSON_NO_AGE 255
#define PERSON_AGE_MAX 130

/*
 * What one entry says. What it does not say is unknown and does not hide what another entry says.
 */
struct person_facts {
    enum person_sex sex;
    int32_t birth_date; /* PERSON_NO_DATE when not known to the day */
    int32_t birth_year; /* 0 when unknown; set also when birth_date is known */
    uint8_t age_fixed;  /* years at the last encounter or at death, or PERSON_NO_AGE */
    bool deceased;
    bool alive;         /* recorded as alive; neither alive nor deceased: not known */
    bool vital_lost;    /* what was said of it could not be read: the person may be dead */
    int32_t death_date; /* PERSON_NO_DATE when alive or not known to the day */
};

/* Facts of which none is known. */
static inline struct person_facts person_facts_none(void)
{
    return (struct person_facts){
        .birth_date = PERSON_NO_DATE, .age_fixed = PERSON_NO_AGE, .death_date = PERSON_NO_DATE};
}

/* These numbers are stored. */
enum event_kind {
    EVENT_NO_KIND = 0,
    EVENT_DIAGNOSIS = 1,
    EVENT_PHENOTYPE = 2,
    EVENT_TREATMENT = 3,
    EVENT_PROCEDURE = 4,
    EVENT_OTHER = 5,
    EVENT_LAB = 6,
    EVENT_OBSERVATION = 7,
    EVENT_SPECIMEN = 8,
    EVENT_REPORT = 9,
    EVENT_DEATH = 10,
    EVENT_PATHOGEN = 11,
    EVENT_CLASSIFICATION = 12,
};
#define EVENT_KIND_LAST EVENT_CLASSIFICATION
#define EVENT_KINDS_ALL (((UINT32_C(1) << EVENT_KIND_LAST) - 1) << 1) /* a bit each */

#define EVENT_NO_AGE INT32_MIN

enum event_value_form { EVENT_NO_VALUE, EVENT_NUMBER, EVENT_ANSWER };

/* What an event measured, or was answered. Zeroed: nothing. */
struct event_value {
    enum event_value_form form;
    int64_t nano;     /* EVENT_NUMBER: in units of 1e-9 (proto/base/number.h) */
    const char *word; /* EVENT_NUMBER: its unit (proto/query/unit.h), "" where none was given.
                         EVENT_ANSWER: the answer */
};

/*
 * One coded event. system is lower case ("hp", "icd10", "omim", "orpha", "mondo", "atc"); code is
 * as in proto/query/ast.h, but icd10 is in upper case without the dot ("C501").
 */
struct event {
    enum event_kind kind;
    bool excluded; /* explicitly recorded absent */
    const char *system;
    const char *code;
    int32_t date;     /* PERSON_NO_DATE when unknown */
    int32_t age_days; /* age at the event; EVENT_NO_AGE when unknown */
    int32_t lasts;    /* days from date to the last one of its span; 0 also when not known */
    struct event_value value;
};

#define EVENT_WORD_BYTES_MAX 64 /* of a unit and of an answer */
#define EVENT_SYSTEM_BYTES_MAX 32
#define EVENT_CODE_BYTES_MAX 128

/*
 * A trace says what a missing record of this one person means. It is an event of this system, which
 * no question can name. Codes:
 *
 * "stated:icd10": the sources say everything about this kind and system of the person, although no
 * feed declares it. "lost:icd10": something of this kind and system could not be read. "lost":
 * something of this kind could not be read, and its system is not known.
 *
 * An event of the system ".icd10" is one of icd10 that was refused although its code was read:
 * questions that would find it get "not known" for this person.
 */
#define EVENT_TRACE_SYSTEM "."
#define EVENT_TRACE_STATED "stated:"
#define EVENT_TRACE_UNPLACED "unplaced:" /* made by publish: the release lacks the code */
#define EVENT_TRACE_LOST "lost"
#define EVENT_TRACE_LOST_IN "lost:"
