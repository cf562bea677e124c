#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the two rounds of a sum: the questions that this node has said it takes part in, each
 * with its ephemeral key.
 *
 * Nothing here is on disk: a keeper that ends forgets its keys, and the round is then asked again.
 * A session ends, its key wiped, when its list came, whatever became of it, when a newer attempt of
 * its question begins, when the asker has gone, or by its time. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define SESSIONS_MAX 64
#define SESSIONS_BYTES_MAX ((size_t)128 << 10) /* of a question's envelope */

struct mask;

struct session {
    uint8_t question_hash[32];
    uint32_t attempt; /* 0: this place is free */
    uint64_t correlation;
    uint8_t population[32]; /* that was attested */
    int64_t deadline_ms;    /* clock_mono_ms(): the question's */
    int64_t until_ms;       /* clock_mono_ms(): the attestation's */
    struct mask *mask;      /* owned, like the bytes; stays, wiped, when the session ends */
    uint8_t *question;      /* its packed Envelope, as it came */
    size_t question_bytes;
    uint8_t *attestation; /* ours, packed Envelope */
    size_t attestation_bytes;
};

struct sessions {
    struct session session[SESSIONS_MAX];
};

/* The open session of this attempt, or NULL. */
struct session *sessions_find(struct sessions *sessions, const uint8_t question_hash[static 32],
                              uint32_t attempt, int64_t now_ms);
/*
 * A new session, with its key, in place of what is over and of other attempts of the question.
 * ERR_EXHAUSTED when all places are taken.
 */
bool sessions_open(struct sessions *sessions, const struct session *like, int64_t now_ms,
                   struct session **out, struct err *err) MUST_CHECK;
/* Copies for the session to own. ERR_EXHAUSTED for too many bytes. */
bool session_keep(struct session *session, const uint8_t *question, size_t question_bytes,
                  const uint8_t *attestation, size_t attestation_bytes, struct err *err) MUST_CHECK;
/* Wipes. Accepts NULL. */
void session_end(struct session *session);
/* The asker has gone. */
void sessions_cancel(struct sessions *sessions, uint64_t correlation);
/* Ends all, and gives the memory back. */
void sessions_clear(struct sessions *sessions);
