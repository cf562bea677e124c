/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/sum_session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/mask.h"

void sum_session_end(struct sum_session *session)
{
    struct mask *mask;

    if (!session)
        return;
    mask = session->mask;
    if (mask)
        mask_wipe(mask);
    free(session->question);
    free(session->attestation);
    *session =
        (struct sum_session){.mask = mask}; /* keep the guarded memory for the next session */
}

static bool is_of(const struct sum_session *session, const uint8_t question_hash[static 32])
{
    return session->attempt != 0 && memcmp(session->question_hash, question_hash, 32) == 0;
}

struct sum_session *sum_sessions_find(struct sum_sessions *sessions,
                                      const uint8_t question_hash[static 32], uint32_t attempt,
                                      int64_t now_ms)
{
    assert(sessions);
    for (size_t i = 0; i < SUM_SESSIONS_MAX; i++) {
        struct sum_session *session = &sessions->session[i];

        if (is_of(session, question_hash) && session->attempt == attempt &&
            now_ms < session->until_ms)
            return session;
    }
    return NULL;
}

bool sum_sessions_open(struct sum_sessions *sessions, const struct sum_session *like,
                       int64_t now_ms, struct sum_session **out, struct err *err)
{
    assert(sessions && like);
    struct sum_session *place = NULL;
    struct mask *mask;

    for (size_t i = 0; i < SUM_SESSIONS_MAX; i++) {
        struct sum_session *session = &sessions->session[i];

        if (session->until_ms <= now_ms || is_of(session, like->question_hash))
            sum_session_end(session);
        if (!place && session->attempt == 0)
            place = session;
    }
    if (!place)
        return err_set(err, ERR_EXHAUSTED, "%d sums are between their rounds", SUM_SESSIONS_MAX);
    mask = place->mask;
    if (mask)
        mask_renew(mask);
    else
        mask = mask_new();
    if (!mask)
        return err_set(err, ERR_INTERNAL, "no locked memory for an ephemeral key");
    *place = *like;
    place->mask = mask;
    *out = place;
    return true;
}

static uint8_t *copy(const uint8_t *data, size_t size)
{
    uint8_t *out = malloc(size ? size : 1);

    if (out)
        memcpy(out, data, size);
    return out;
}

bool sum_session_keep(struct sum_session *session, const uint8_t *question, size_t question_bytes,
                      const uint8_t *attestation, size_t attestation_bytes, struct err *err)
{
    assert(session);
    if (question_bytes > SUM_SESSIONS_BYTES_MAX || attestation_bytes > SUM_SESSIONS_BYTES_MAX)
        return err_set(err, ERR_EXHAUSTED, "a question of %zu bytes is not kept", question_bytes);
    session->question = copy(question, question_bytes);
    session->question_bytes = question_bytes;
    session->attestation = copy(attestation, attestation_bytes);
    session->attestation_bytes = attestation_bytes;
    return (session->question && session->attestation) || err_memory(err);
}

void sum_sessions_cancel(struct sum_sessions *sessions, uint64_t correlation)
{
    assert(sessions);
    for (size_t i = 0; i < SUM_SESSIONS_MAX; i++)
        if (sessions->session[i].attempt != 0 && sessions->session[i].correlation == correlation)
            sum_session_end(&sessions->session[i]);
}

void sum_sessions_clear(struct sum_sessions *sessions)
{
    assert(sessions);
    for (size_t i = 0; i < SUM_SESSIONS_MAX; i++) {
        sum_session_end(&sessions->session[i]);
        mask_free(sessions->session[i].mask);
        sessions->session[i].mask = NULL;
    }
}
