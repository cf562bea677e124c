/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/hearing.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/keeper/dialogue.h"
#include "node/keeper/keeper_inside.h"
#include "node/keeper/masked_sum.h"
#include "node/keeper/request.h"
#include "node/keeper/response.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

#define TIME_MAX_MS 30000 /* longest wait for a question, whatever the coordinator says */

/* ---- ask ------------------------------------------------------------------------------------- */

static bool note_refusal(struct keeper *keeper, const struct request *request, struct err *err)
{
    const Rikstal__V1__Question *q = request->question.message;
    struct leaf leaf = {.type = LEAF_DENY, .time_s = request->now_s, .nrho = request->nrho};

    if (!request->authentic || !q)
        return true; /* a sender who is not in the roster must not be able to fill our log */
    memcpy(leaf.question_hash, request->hash, sizeof(leaf.question_hash));
    return leaf_name(leaf.organisation, sizeof(leaf.organisation), q->organisation, err) &&
           leaf_name(leaf.analyst, sizeof(leaf.analyst), q->analyst, err) &&
           leaf_name(leaf.purpose, sizeof(leaf.purpose), q->purpose, err) &&
           leaf_name(leaf.note, sizeof(leaf.note), refusal_code(request->refusal), err) &&
           denials_note(&keeper->denials, keeper->journal, &leaf, request->refusal, clock_mono_ms(),
                        err);
}

static const char *outcome_of(const struct request *request)
{
    if (request->refusal != REFUSAL_NONE)
        return refusal_code(request->refusal);
    return request->answer ? "answered" : "takes part";
}

static void log_asked(const struct request *request)
{
    const Rikstal__V1__Question *q = request->question.message;
    char hash[65];

    bytes_to_hex(request->hash, 32, hash);
    log_event(LOG_INFO_LEVEL, "question", "hash", hash, "organisation", q ? q->organisation : "-",
              "analyst", q ? q->analyst : "-", "purpose", q ? q->purpose : "-", "outcome",
              outcome_of(request), NULL);
}

/*
 * When the answer may leave. A refusal before data or a repeat that was paid before leaves at once:
 * its time tells nothing about the data.
 */
static int64_t leave_at(const struct request *request, uint32_t slot_factor)
{
    int64_t now = clock_mono_ms();

    if (request->overran)
        return outbox_failed_slot_ms(request->began_ms, now);
    return request->computed ? outbox_slot_ms(request->slot, request->began_ms, slot_factor) : now;
}

/* keeper_answer(), masked_sum_attend() or masked_sum_answer(). */
typedef bool request_function(struct keeper *, struct request *, struct err *);

/*
 * Refuses when the operator has stopped the node, when the roster may be out of date, when the
 * audit log lacks its witnesses, and when there is no whole overlay or policy; else calls act.
 */
static bool act_unless_stopped(request_function *act, struct keeper *keeper,
                               struct request *request, struct err *err)
{
    struct witness_of of;

    if (!keeper_refresh(keeper, err))
        return request_refuse(request, keeper->stopped ? REFUSAL_STOPPED : REFUSAL_FAILED);
    if (keeper->stopped) {
        err_set(err, ERR_UNAVAILABLE,
                "stopped by the operator: `rikstal-node policy start` ends it");
        return request_refuse(request, REFUSAL_STOPPED);
    }
    if (!consent_file_is_whole(&keeper->consent, err))
        return request_refuse(request, REFUSAL_FAILED);
    if (!keeper->policy) {
        err_set(err, ERR_UNAVAILABLE,
                "no signed policy is in force: `rikstal-node policy check` says why");
        return request_refuse(request, REFUSAL_NO_POLICY);
    }
    if (!freshness_allows(&keeper->freshness, err)) {
        freshness_hurry(&keeper->freshness);
        return request_refuse(request, REFUSAL_ROSTER_STALE);
    }
    of = keeper_witness_of(keeper);
    if (!witness_allows(keeper->witness, &of, clock_mono_ms(), err))
        return request_refuse(request, REFUSAL_WITNESSES);
    return act(keeper, request, err);
}

/*
 * The question was made with a newer roster than ours, so the coordinator's push of it was lost or
 * held back.
 */
static void note_newer_roster(struct keeper *keeper, const struct request *request)
{
    uint64_t version;
    struct key_id by;

    if (request->refusal != REFUSAL_ROSTER || !request->authentic ||
        !envelope_key_id(request->envelope, &by))
        return;
    version = request->question.message->roster_version;
    if (version > roster_version(keeper->roster))
        freshness_claim(&keeper->freshness, version, &by);
}

/* Sends what act() made (a signed answer, attestation or refusal) in a frame, at its time. */
static bool answer_by(request_function *act, struct dialogue *d, struct request *request,
                      struct err *err)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    struct waiting one = {0};
    struct err why;

    bool answered = act_unless_stopped(act, d->keeper, request, &why);

    if (response_is_late(d->keeper, request, &why)) {
        log_event(LOG_WARN_LEVEL, "slot_missed", NULL);
        answered = false;
    }
    if (!answered) {
        log_error("question_refused", &why);
        note_newer_roster(d->keeper, request);
        if (!note_refusal(d->keeper, request, &why))
            log_error("refusal_not_recorded", &why);
    }
    if (!answered && !response_decline(d->keeper, request, err))
        return false;
    log_asked(request);
    if (request->answer) {
        frame.body_case = RIKSTAL__V1__FRAME__BODY_ANSWER;
        frame.answer = request->answer;
    } else {
        frame.body_case = RIKSTAL__V1__FRAME__BODY_ATTEST;
        frame.attest = request->attestation;
    }
    one.figures = answered && request->answer;
    one.due_ms = leave_at(request, d->keeper->home.slot_factor);
    return dialogue_pack(d, &frame, &one.frame, &one.size, err) &&
           outbox_put(&d->keeper->outbox, &one, err);
}

static struct request *request_new(struct dialogue *d, const Rikstal__V1__Envelope *question)
{
    struct request *request = arena_alloc(d->arena, sizeof(*request));

    if (!request)
        return NULL;
    request->envelope = question;
    request->arena = d->arena;
    request->correlation = d->correlation;
    request->arrived_ms = d->turn ? d->turn->arrived_ms : clock_mono_ms();
    request->now_s = clock_wall_s();
    envelope_hash(question, request->hash);
    return request;
}

static bool hear_ask(struct dialogue *d, const Rikstal__V1__Ask *ask, struct err *err)
{
    uint32_t left = ask->time_left_ms < TIME_MAX_MS ? ask->time_left_ms : TIME_MAX_MS;
    struct request *request = request_new(d, ask->question);

    if (!request)
        return err_memory(err);
    request->deadline_ms = request->arrived_ms + left;
    request->attempt = ask->attempt;
    return answer_by(ask->attempt ? masked_sum_attend : keeper_answer, d, request, err);
}

/*
 * Handles the list of participants in round two of a sum. Without a session that waits for this
 * list there is no question to answer.
 */
static bool hear_list(struct dialogue *d, const Rikstal__V1__MaskList *list, struct err *err)
{
    Rikstal__V1__Envelope *question;
    struct sum_session *session = NULL;
    struct request *request;
    bool heard;

    if (list->question_hash.len == 32)
        session = sum_sessions_find(&d->keeper->sessions, list->question_hash.data, list->attempt,
                                    clock_mono_ms());
    if (!session)
        return err_set(err, ERR_DENIED, "a list of participants of no open session");
    heard = envelope_parse(session->question, session->question_bytes, d->arena, &question, err) &&
            ((request = request_new(d, question)) || err_memory(err)) &&
            participants_session(list, d->arena, request->session_id, err);
    if (heard) {
        request->attempt = session->attempt;
        request->deadline_ms = session->deadline_ms;
        request->session = session;
        request->list = list;
        heard = answer_by(masked_sum_answer, d, request, err);
    }
    sum_session_end(
        session); /* the session's key is used only once, also when the list was wrong */
    return heard;
}

/* ---- turns ----------------------------------------------------------------------------------- */

/* The organisation that the question names; "" when it is no question. */
static const char *organisation_of(struct dialogue *d, const Rikstal__V1__Envelope *question)
{
    ProtobufCMessage *message;
    struct err ignored;

    if (!message_unpack(&rikstal__v1__question__descriptor, question->payload.data,
                        question->payload.len, d->arena, &message, &ignored))
        return "";
    return ((const Rikstal__V1__Question *)message)->organisation;
}

/* Refuses a question for which there is no room. Nothing is verified yet, so there is no leaf. */
static bool turn_away(struct dialogue *d, const Rikstal__V1__Envelope *question,
                      const Rikstal__V1__MaskList *list, const struct err *why, struct err *err)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    struct request *request = request_new(d, question);
    struct waiting one = {.due_ms = clock_mono_ms()};

    if (!request || (list && !participants_session(list, d->arena, request->session_id, err)))
        return request ? false : err_memory(err);
    request->list = list;
    log_error("question_turned_away", why);
    request_refuse(request, REFUSAL_RATE);
    snprintf(request->reason, sizeof(request->reason), "%s", why->text);
    if (!response_decline(d->keeper, request, err))
        return false;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ANSWER;
    frame.answer = request->answer;
    return dialogue_pack(d, &frame, &one.frame, &one.size, err) &&
           outbox_put(&d->keeper->outbox, &one, err);
}

static bool wait_for_turn(struct dialogue *d, const Rikstal__V1__Envelope *question,
                          const Rikstal__V1__MaskList *list, struct err *err)
{
    const struct turns_frame frame = {.organisation = organisation_of(d, question),
                                      .correlation = d->correlation,
                                      .arrived_ms = clock_mono_ms(),
                                      .data = d->data,
                                      .size = d->size};
    struct err why;

    if (turns_put(&d->keeper->turns, &frame, &why))
        return true;
    if (why.code == ERR_EXHAUSTED)
        return turn_away(d, question, list, &why, err);
    *err = why;
    return false;
}

/* A list waits among the questions of the organisation whose sum it is for. */
static bool list_waits(struct dialogue *d, const Rikstal__V1__MaskList *list, struct err *err)
{
    struct sum_session *session = NULL;
    Rikstal__V1__Envelope *question;

    if (list->question_hash.len == 32)
        session = sum_sessions_find(&d->keeper->sessions, list->question_hash.data, list->attempt,
                                    clock_mono_ms());
    if (!session)
        return err_set(err, ERR_DENIED, "a list of participants of no open session");
    return envelope_parse(session->question, session->question_bytes, d->arena, &question, err) &&
           wait_for_turn(d, question, list, err);
}

/* An ask or a list: it waits first, and is handled when it is its turn. */
bool hearing_take(struct dialogue *d, const Rikstal__V1__Frame *frame, struct err *err)
{
    assert(d && frame);
    bool is_ask = frame->body_case == RIKSTAL__V1__FRAME__BODY_ASK;

    if (is_ask && !frame->ask->question)
        return err_set(err, ERR_INVALID, "an Ask without a question");
    if (d->turn)
        return is_ask ? hear_ask(d, frame->ask, err) : hear_list(d, frame->mask_list, err);
    return is_ask ? wait_for_turn(d, frame->ask->question, NULL, err)
                  : list_waits(d, frame->mask_list, err);
}
