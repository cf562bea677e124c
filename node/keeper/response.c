/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stored part of an Answer is the same for every asker of the question: the figures, and the
 * data they were counted on. The parts that differ (question, balance) are added at signing.
 */
#include "node/keeper/response.h"

#include <assert.h>
#include <string.h>

#include "node/evaluate/evaluate.h"
#include "node/keeper/bookkeeping.h"
#include "node/keeper/keeper_inside.h"
#include "node/keeper/padding.h"
#include "node/keeper/quantum.h"
#include "node/privacy/cells.h"
#include "node/privacy/identity_guard.h"
#include "node/privacy/noise.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

#define TESTED_SHARE_PERCENT                                                                       \
    95 /* reference: DESIGN, section 4; part of the vocabulary's version                           \
        */

/* 0 only in the control of tests/attack/promises.c, which must notice it. */
#ifndef RESPONSE_INDEX_OF_CHARGE
#define RESPONSE_INDEX_OF_CHARGE 1
#endif

/* False only in the control of tests/attack/processes_genomes.py, which must notice it. */
#ifndef RESPONSE_FIXED_WORK
#define RESPONSE_FIXED_WORK true
#endif

/* ---- evaluate and noise ---------------------------------------------------------------------- */

/*
 * Data are looked at from here on, a tick of the clock (quantum.h), so that the answer leaves at
 * the slot of its class. Returns the tick.
 */
static int64_t enter_data(const struct request_charged *charged)
{
    struct request *request = request_of(charged)->request;
    int64_t busy_us = quantum_begin();

    request->computed = true;
    request->slot = charged->priced->effort.slot;
    request->began_ms = busy_us / 1000;
    return busy_us;
}

/* Waits for as long as the price says, so that nobody can tell how long the work took. */
static void leave_data(const struct keeper *keeper, const struct request_charged *charged,
                       int64_t busy_us)
{
    const struct request_effort *effort = &charged->priced->effort;
    int64_t slot_us = outbox_slot_ms(effort->slot, 0, keeper->home.slot_factor) * 1000;
    int64_t length_us = quantum_length_us(effort->work_ns, keeper->home.slot_factor);

    /* A slot is not always `factor` times as long (outbox.h). */
    quantum_keep(busy_us, quantum_fit_us(length_us, slot_us));
}

static bool evaluate_cells(struct keeper *keeper, const struct request_verified *verified,
                           struct cells *cells, struct err *err)
{
    struct request *request = verified->request;
    /*
     * The limit is not the asker's deadline: whoever can choose the limit can measure the work with
     * it.
     */
    struct limits limits = {
        .deadline_ms = outbox_slot_ms(request->slot, request->began_ms, keeper->home.slot_factor)};
    struct asked_of of = {.snapshot = request->data->snapshot,
                          .region = keeper->home.node,
                          .limits = &limits,
                          .fixed_work = RESPONSE_FIXED_WORK};
    struct eligibility who = request_eligibility(keeper, verified);
    struct population *population;

    if (!cells) {
        err_set(err, ERR_INTERNAL, "no locked memory for %u cells",
                verified->shape.measure.n_cells);
        return request_refuse(request, REFUSAL_FAILED);
    }
    if (!population_new(request->data->snapshot, &who, request->arena, &population, err))
        return request_refuse(request, REFUSAL_FAILED);
    of.population = population;
    if (evaluate(&of, &verified->ast, &verified->shape, cells, err))
        return true;
    request->overran = err->code == ERR_UNAVAILABLE;
    return request_refuse(request, request->overran ? REFUSAL_TIMED_OUT : REFUSAL_FAILED);
}

bool response_evaluate(struct keeper *keeper, const struct request_charged *charged,
                       struct response_evaluated *out, struct err *err)
{
    assert(charged && !charged->receipt.charge.released);
    assert(charged->receipt.charge.outcome == LEDGER_CHARGED ||
           charged->receipt.charge.outcome == LEDGER_PAID);
    const struct request_verified *verified = request_of(charged);
    struct response_evaluated evaluated = {.charged = charged};
    const struct account *account;
    struct account space;

    if (!bookkeeping_account(keeper, charged, &space, &account, err))
        return request_refuse(verified->request, REFUSAL_FAILED);
    evaluated.busy_us = enter_data(charged);
    evaluated.cells = cells_new(verified->shape.measure.n_cells);
    if (evaluated.cells)
        cells_charge(evaluated.cells, account);
    if (!evaluate_cells(keeper, verified, evaluated.cells, err)) {
        cells_free(evaluated.cells);
        leave_data(keeper, charged, evaluated.busy_us);
        return false;
    }
    cells_charge(evaluated.cells, NULL);
    *out = evaluated;
    return true;
}

bool response_noise(struct keeper *keeper, struct response_evaluated *evaluated,
                    struct response_noised *out, struct err *err)
{
    assert(evaluated->charged && evaluated->cells);
    const struct request_charged *charged = evaluated->charged;
    const struct request_verified *verified = request_of(charged);
    struct noise_draw draw = {.sigma = verified->question->sigma,
                              .shares = charged->joint ? charged->joint->shares : 1};
    int64_t *released =
        arena_array(verified->request->arena, verified->shape.measure.n_cells, sizeof(*released));

    memcpy(draw.noise_key, charged->charge.claim.noise_key, sizeof(draw.noise_key));
    bool opened = released ? noise_open(verified->request->data->noise, &draw,
                                        &verified->shape.measure, evaluated->cells, released, err)
                           : err_memory(err);

    cells_free(evaluated->cells);
    evaluated->cells = NULL;
    leave_data(keeper, charged, evaluated->busy_us);
    if (!opened)
        return request_refuse(verified->request, REFUSAL_FAILED);
    *out = (struct response_noised){charged, released};
    return true;
}

/* ---- record ---------------------------------------------------------------------------------- */

static bool put_terms(const struct snapshot *snapshot, Rikstal__V1__Answer *answer,
                      struct arena *arena, struct err *err)
{
    size_t n = snapshot_info(snapshot)->n_systems;
    Rikstal__V1__TermRelease **terms = arena_array(arena, n + 1, sizeof(*terms));
    Rikstal__V1__TermRelease *each = arena_array(arena, n + 1, sizeof(*each));

    if (!terms || !each)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        const struct snapshot_system *system = snapshot_system(snapshot, i);

        rikstal__v1__term_release__init(&each[i]);
        each[i].system = arena_strdup(arena, system->system);
        each[i].release = arena_strdup(arena, system->release);
        if (!each[i].system || !each[i].release)
            return err_memory(err);
        terms[i] = &each[i];
    }
    answer->n_terms = n;
    answer->terms = terms;
    return true;
}

/*
 * True when no text of the answer holds a personal identity number, whatever term releases and
 * files say.
 */
static bool texts_are_clean(const Rikstal__V1__Answer *answer)
{
    for (size_t i = 0; i < answer->n_terms; i++)
        if (!identity_guard_clean(answer->terms[i]->system) ||
            !identity_guard_clean(answer->terms[i]->release))
            return false;
    return identity_guard_clean(answer->reason) && identity_guard_clean(answer->node) &&
           identity_guard_clean(answer->snapshot_date) && identity_guard_clean(answer->assembly);
}

/* Packs the part that is the same for every asker. */
static bool pack_common(const struct keeper *keeper, const struct response_noised *noised,
                        uint8_t **packed, size_t *size, struct err *err)
{
    const struct request_verified *verified = request_of(noised->charged);
    struct arena *arena = verified->request->arena;
    const struct current_snapshot *data = verified->request->data;
    const uint8_t *id = snapshot_info(data->snapshot)->id;
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;

    answer.version = 1;
    answer.node = (char *)keeper->home.node;
    answer.question_identity = (ProtobufCBinaryData){32, (uint8_t *)verified->identity};
    answer.state = RIKSTAL__V1__STATE__STATE_VALUE;
    answer.mode = verified->question->mode;
    answer.sigma = verified->question->sigma;
    answer.sigma_undetermined = verified->question->sigma_undetermined;
    answer.sigma_total = verified->question->sigma_total;
    answer.n_cells = verified->shape.measure.n_cells;
    answer.cells = noised->cells;
    answer.price_nrho = noised->charged->priced->nrho;
    answer.snapshot = (ProtobufCBinaryData){32, (uint8_t *)id};
    answer.snapshot_date = (char *)data->date;
    answer.assembly = (char *)data->assembly;
    answer.tested_share_percent = TESTED_SHARE_PERCENT;
    if (!put_terms(data->snapshot, &answer, arena, err))
        return false;
    if (!texts_are_clean(&answer))
        return err_set(err, ERR_INTERNAL, "a text of the answer looks like an identity number");
    return message_pack(&answer.base, arena, packed, size, err);
}

bool response_record(struct keeper *keeper, const struct response_noised *noised,
                     struct response_recorded *out, struct err *err)
{
    assert(noised->charged && noised->cells);
    uint8_t *data;
    size_t size;

    if (!pack_common(keeper, noised, &data, &size, err) ||
        !journal_release(keeper->journal, &noised->charged->charge, data, size, err))
        return request_refuse(request_of(noised->charged)->request, REFUSAL_FAILED);
    *out = (struct response_recorded){.charged = noised->charged};
    return true;
}

bool response_is_stored(const struct keeper *keeper, const struct request_charged *charged,
                        struct response_recorded *out)
{
    assert(charged);
    if (!charged->receipt.charge.released)
        return false;
    if (charged->receipt.charge.outcome == LEDGER_CHARGED)
        leave_data(keeper, charged, enter_data(charged));
    *out = (struct response_recorded){.charged = charged};
    return true;
}

/* ---- sign ------------------------------------------------------------------------------------ */

bool response_find(struct keeper *keeper, struct response_recorded *recorded, struct err *err)
{
    assert(recorded->charged && !recorded->answer);
    struct request *request = request_of(recorded->charged)->request;
    struct ledger_answer stored;
    ProtobufCMessage *message;

    if (!journal_find(keeper->journal, &recorded->charged->receipt, request->arena, &stored, err) ||
        !message_unpack(&rikstal__v1__answer__descriptor, stored.data, stored.size, request->arena,
                        &message, err))
        return request_refuse(request, REFUSAL_FAILED);
    recorded->answer = (Rikstal__V1__Answer *)message;
    /* not the release's: its index would tell whether somebody asked before */
    recorded->answer->log_index =
        RESPONSE_INDEX_OF_CHARGE ? recorded->charged->receipt.charge.log_index : stored.log_index;
    return true;
}

/* What the asker's organisation has left. It depends only on that organisation's own questions. */
static void put_balance(const struct request_charged *charged, Rikstal__V1__Balance *balance,
                        Rikstal__V1__Answer *answer)
{
    const struct policy_grant *granted = &charged->priced->admitted->grant;

    rikstal__v1__balance__init(balance);
    balance->dataset = (char *)request_of(charged)->question->dataset;
    balance->window = (char *)charged->receipt.charge.window;
    balance->year_left_nrho = charged->receipt.charge.left_nrho;
    balance->year_cap_nrho = granted->organisation_year_nrho;
    balance->lifetime_left_nrho = charged->receipt.charge.lifetime_left_nrho;
    balance->lifetime_cap_nrho = granted->organisation_lifetime_nrho;
    if (granted->individual) {
        balance->person_year_nrho = granted->individual->person_year_nrho;
        balance->person_lifetime_nrho = granted->individual->person_lifetime_nrho;
    }
    answer->balance = balance;
}

/* Signs an answer of the size that this question's answers have. */
static bool sign(const struct keeper *keeper, struct request *request, Rikstal__V1__Answer *answer,
                 struct err *err)
{
    return padding_fill(answer, request->n_cells, request->arena, err) &&
           envelope_sign_message(DOMAIN_ANSWER, &answer->base, keeper->key, request->arena,
                                 &request->answer, err);
}

/*
 * Both a new answer and a repeat are read back from the ledger, so what is signed is what is
 * stored.
 */
bool response_sign(struct keeper *keeper, struct response_recorded *recorded, struct err *err)
{
    assert(recorded->charged);
    const struct request_charged *charged = recorded->charged;
    const struct policy_grant *granted = &charged->priced->admitted->grant;
    struct request *request = request_of(charged)->request;
    Rikstal__V1__Balance balance;
    Rikstal__V1__Answer *answer;

    assert(request->refusal == REFUSAL_NONE && !request->answer);
    if (!recorded->answer && !response_find(keeper, recorded, err))
        return false;
    answer = recorded->answer;
    if (answer->mode != RIKSTAL__V1__MODE__MODE_REGIONS && !recorded->masked) {
        err_set(err, ERR_INTERNAL, "a share of a sum has no masks");
        return request_refuse(request, REFUSAL_FAILED);
    }
    if (recorded->masked)
        answer->session = (ProtobufCBinaryData){PARTICIPANTS_SESSION_BYTES,
                                                (uint8_t *)charged->joint->participants.session};
    answer->question_hash = (ProtobufCBinaryData){32, request->hash};
    answer->charged = charged->receipt.charge.paid_by_this;
    answer->budget_left_nrho = charged->receipt.charge.left_nrho;
    put_balance(charged, &balance, answer);
    answer->display_below = granted->display_below;
    answer->display_base = granted->display_base;
    return sign(keeper, request, answer, err) || request_refuse(request, REFUSAL_FAILED);
}

/*
 * Gives the charge back: nothing was sent, so the asker's accounts must be as if it had not asked.
 * What took so long for nothing is not begun again on this snapshot.
 */
static void give_back(struct keeper *keeper, const struct request *request)
{
    const struct request_charged *charged = request->charged;
    struct err err;

    if (!charged)
        return;
    if (journal_overran(keeper->journal, &charged->charge, &charged->receipt, &err))
        bookkeeping_given_back(keeper, charged);
    else
        log_error("charge_not_given_back", &err);
}

bool response_is_late(struct keeper *keeper, struct request *request, struct err *err)
{
    assert(keeper && request);
    if (!request->computed ||
        (!request->overran && clock_mono_ms() <= outbox_slot_ms(request->slot, request->began_ms,
                                                                keeper->home.slot_factor)))
        return false;
    request->overran = true;
    request->answer = NULL;
    request_refuse(request, REFUSAL_TIMED_OUT);
    give_back(keeper, request);
    (void)err_set(err, ERR_INTERNAL, "the answer was not ready at the slot of its class");
    return true;
}

bool response_decline(struct keeper *keeper, struct request *request, struct err *err)
{
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;
    Rikstal__V1__Balance balance;

    assert(request->refusal != REFUSAL_NONE);
    answer.version = 1;
    answer.node = keeper->home.node;
    answer.question_hash = (ProtobufCBinaryData){32, request->hash};
    if (request->has_identity)
        answer.question_identity = (ProtobufCBinaryData){32, request->identity};
    answer.state = (Rikstal__V1__State)refusal_state(request->refusal);
    answer.code = (char *)refusal_code(request->refusal);
    if (request->over_budget)
        put_balance(request->over_budget, &balance, &answer);
    if (request->list) /* tells in which round the question was refused */
        answer.session = (ProtobufCBinaryData){PARTICIPANTS_SESSION_BYTES, request->session_id};
    answer.reason = identity_guard_clean(request->reason) ? request->reason
                                                          : (char *)refusal_text(request->refusal);
    return sign(keeper, request, &answer, err);
}
