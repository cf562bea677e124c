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

#define SUM_SESSIONS_MAX 64
#define SUM_SESSIONS_BYTES_MAX ((size_t)128 << 10) /* most bytes of a question's envelope */

struct mask;

struct sum_session {
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

struct sum_sessions {
    struct sum_session session[SUM_SESSIONS_MAX];
};

/* The open session of this attempt, or NULL. */
struct sum_session *sum_sessions_find(struct sum_sessions *sessions,
                                      const uint8_t question_hash[static 32], uint32_t attempt,
                                      int64_t now_ms);
/*
 * Opens a session with a new key, in a place that is free, whose time is over, or that holds
 * another attempt of the question. ERR_EXHAUSTED when all places are taken.
 */
bool sum_sessions_open(struct sum_sessions *sessions, const struct sum_session *like,
                       int64_t now_ms, struct sum_session **out, struct err *err) MUST_CHECK;
/* Copies the bytes into the session. ERR_EXHAUSTED when there are too many. */
bool sum_session_keep(struct sum_session *session, const uint8_t *question, size_t question_bytes,
                      const uint8_t *attestation, size_t attestation_bytes,
                      struct err *err) MUST_CHECK;
/* Wipes. Accepts NULL. */
void sum_session_end(struct sum_session *session);
/* Ends the sessions of a question that the asker cancelled. */
void sum_sessions_cancel(struct sum_sessions *sessions, uint64_t correlation);
/* Ends all sessions and frees their memory. */
void sum_sessions_clear(struct sum_sessions *sessions);
