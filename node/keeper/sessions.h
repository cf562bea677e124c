#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sums that wait between their two rounds: each session is a question that this node has agreed
 * to take part in, with an ephemeral key.
 *
 * Nothing here is on disk. A keeper that ends loses its keys, and the coordinator asks the round
 * again. A session ends, and its key is wiped, when its list of participants came (good or not),
 * when a newer attempt of its question begins, when the asker cancels, or when its time is over.
 * One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define SESSIONS_MAX 64
#define SESSIONS_BYTES_MAX ((size_t)128 << 10) /* most bytes of a question's envelope */

struct mask;

struct session {
    uint8_t question_hash[32];
    uint32_t attempt; /* 0: this place is free */
    uint64_t correlation;
    uint8_t population[32]; /* the population that was attested */
    int64_t deadline_ms;    /* clock_mono_ms(): the question's deadline */
    int64_t until_ms;       /* clock_mono_ms(): until when the attestation is valid */
    struct mask *mask;      /* owned, like the bytes; wiped at the end and reused */
    uint8_t *question;      /* the packed Envelope as it came */
    size_t question_bytes;
    uint8_t *attestation; /* our attestation, as a packed Envelope */
    size_t attestation_bytes;
};

struct sessions {
    struct session session[SESSIONS_MAX];
};

/* The open session of this attempt, or NULL. */
struct session *sessions_find(struct sessions *sessions, const uint8_t question_hash[static 32],
                              uint32_t attempt, int64_t now_ms);
/*
 * Opens a session with a new key, in a place that is free, whose time is over, or that holds
 * another attempt of the question. ERR_EXHAUSTED when all places are taken.
 */
bool sessions_open(struct sessions *sessions, const struct session *like, int64_t now_ms,
                   struct session **out, struct err *err) MUST_CHECK;
/* Copies the bytes into the session. ERR_EXHAUSTED when there are too many. */
bool session_keep(struct session *session, const uint8_t *question, size_t question_bytes,
                  const uint8_t *attestation, size_t attestation_bytes, struct err *err) MUST_CHECK;
/* Wipes. Accepts NULL. */
void session_end(struct session *session);
/* Ends the sessions of a question that the asker cancelled. */
void sessions_cancel(struct sessions *sessions, uint64_t correlation);
/* Ends all sessions and frees their memory. */
void sessions_clear(struct sessions *sessions);
