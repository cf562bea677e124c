/*
 * What is stored is the part of the Answer that every asker of the same question gets: figures and
 * what they were counted on. What differs (whose question, what is left) is put around it at
 * signing.
 */
#include "node/keeper/response.h"

#include <assert.h>
#include <string.h>

#include "node/evaluate/evaluate.h"
#include "node/keeper/keeper_inside.h"
#include "node/keeper/padding.h"
#include "node/keeper/quantum.h"
#include "node/privacy/identity_guard.h"
#include "node/privacy/noise.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

#define TESTED_SHARE_PERCENT                                                                       \
    95 /* reference: DESIGN, section 4; part of the vocabulary's version                           \
        */

/*
 * Of one evaluation, whatever anybody would wait: a time that the coordinator may choose would let
 * it ask the same bytes again and again, with less time or with more, and so find how long the
 * evaluation takes, which follows from the data and leaves by no slot.
 */
#define EVALUATION_MAX_MS 30000

/* ---- evaluate and noise ---------------------------------------------------------------------- */

static bool evaluate_into(const struct request_of *of, struct request *asked, struct err *err)
{
    switch (asked->measure.kind) {
    case MEASURE_COUNT:
        return evaluate_count(of, &asked->ast, asked->cells, err);
    case MEASURE_BREAKDOWN:
        return evaluate_breakdown(of, &asked->ast, &asked->breakdown, asked->cells, err);
    case MEASURE_FREQUENCY:
        return evaluate_frequency(of, &asked->ast, asked->changes, asked->n_changes, asked->cells,
                                  err);
    }
    return err_set(err, ERR_INTERNAL, "no measure of number %d", (int)asked->measure.kind);
}

/* From here on nobody can tell how long it took (quantum.h). */
static void leave_data(const struct keeper *keeper, const struct request *asked)
{
    quantum_keep(asked->slot, snapshot_info(keeper->published.snapshot)->n_segments,
                 asked->busy_us);
}

static bool evaluate_cells(struct keeper *keeper, struct request *asked, struct err *err)
{
    struct limits limits = {.deadline_ms = clock_mono_ms() + EVALUATION_MAX_MS};
    struct request_of of = {
        .snapshot = keeper->published.snapshot, .region = keeper->home.node, .limits = &limits};
    struct eligibility who = request_eligibility(keeper, asked);
    struct population *population;

    asked->cells = cells_new(asked->measure.n_cells);
    if (!asked->cells) {
        err_set(err, ERR_INTERNAL, "no locked memory for %u cells", asked->measure.n_cells);
        return request_refuse(asked, REFUSAL_FAILED);
    }
    if (!population_new(keeper->published.snapshot, &who, asked->arena, &population, err))
        return request_refuse(asked, REFUSAL_FAILED);
    of.population = population;
    if (evaluate_into(&of, asked, err))
        return true;
    return request_refuse(asked, err->code == ERR_UNAVAILABLE ? REFUSAL_TIMED_OUT : REFUSAL_FAILED);
}

bool response_evaluate(struct keeper *keeper, struct request *asked, struct err *err)
{
    asked->computed = true;
    asked->busy_us = clock_mono_us();
    if (evaluate_cells(keeper, asked, err))
        return true;
    leave_data(keeper, asked);
    return false;
}

bool response_noise(struct keeper *keeper, struct request *asked, struct err *err)
{
    struct noise_draw draw = {.sigma = asked->question.message->sigma,
                              .shares = asked->shares ? asked->shares : 1};

    memcpy(draw.noise_key, asked->charge.claim.noise_key, sizeof(draw.noise_key));
    asked->released = arena_array(asked->arena, asked->measure.n_cells, sizeof(*asked->released));
    bool opened = asked->released ? noise_open(keeper->published.noise, &draw, &asked->measure,
                                               asked->cells, asked->released, err)
                                  : err_memory(err);

    cells_free(asked->cells);
    asked->cells = NULL;
    leave_data(keeper, asked);
    return opened || request_refuse(asked, REFUSAL_FAILED);
}

/* ---- record ---------------------------------------------------------------------------------- */

static bool put_terms(const struct keeper *keeper, Rikstal__V1__Answer *answer, struct arena *arena,
                      struct err *err)
{
    size_t n = snapshot_info(keeper->published.snapshot)->n_systems;
    Rikstal__V1__TermRelease **terms = arena_array(arena, n + 1, sizeof(*terms));
    Rikstal__V1__TermRelease *each = arena_array(arena, n + 1, sizeof(*each));

    if (!terms || !each)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        const struct snapshot_system *system = snapshot_system(keeper->published.snapshot, i);

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

/* No personal identity number leaves in any text, whatever a term release or date file held. */
static bool texts_are_clean(const Rikstal__V1__Answer *answer)
{
    for (size_t i = 0; i < answer->n_terms; i++)
        if (!identity_guard_clean(answer->terms[i]->system) ||
            !identity_guard_clean(answer->terms[i]->release))
            return false;
    return identity_guard_clean(answer->reason) && identity_guard_clean(answer->node) &&
           identity_guard_clean(answer->snapshot_date) && identity_guard_clean(answer->assembly);
}

/* The part that is the same for every asker. */
static bool pack_common(const struct keeper *keeper, struct request *asked, uint8_t **data,
                        size_t *size, struct err *err)
{
    const uint8_t *id = snapshot_info(keeper->published.snapshot)->id;
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;

    answer.version = 1;
    answer.node = (char *)keeper->home.node;
    answer.question_identity = (ProtobufCBinaryData){32, asked->identity};
    answer.state = RIKSTAL__V1__STATE__STATE_VALUE;
    answer.mode = asked->question.message->mode;
    answer.sigma = asked->question.message->sigma;
    answer.n_cells = asked->measure.n_cells;
    answer.cells = asked->released;
    answer.price_nrho = asked->nrho;
    answer.snapshot = (ProtobufCBinaryData){32, (uint8_t *)id};
    answer.snapshot_date = (char *)keeper->published.date;
    answer.assembly = (char *)keeper->published.assembly;
    answer.tested_share_percent = TESTED_SHARE_PERCENT;
    if (!put_terms(keeper, &answer, asked->arena, err))
        return false;
    if (!texts_are_clean(&answer))
        return err_set(err, ERR_INTERNAL, "a text of the answer looks like an identity number");
    return message_pack(&answer.base, asked->arena, data, size, err);
}

bool response_record(struct keeper *keeper, struct request *asked, struct err *err)
{
    uint8_t *data;
    size_t size;

    if (!pack_common(keeper, asked, &data, &size, err) ||
        !journal_release(keeper->journal, &asked->charge, data, size, err))
        return request_refuse(asked, REFUSAL_FAILED);
    return true;
}

/* ---- sign ------------------------------------------------------------------------------------ */

bool response_find(struct keeper *keeper, struct request *asked, struct err *err)
{
    struct ledger_answer stored;
    ProtobufCMessage *message;

    if (!journal_find(keeper->journal, &asked->receipt, asked->arena, &stored, err) ||
        !message_unpack(&rikstal__v1__answer__descriptor, stored.data, stored.size, asked->arena,
                        &message, err))
        return request_refuse(asked, REFUSAL_FAILED);
    asked->stored = (Rikstal__V1__Answer *)message;
    asked->stored->log_index = stored.log_index;
    return true;
}

/* What the asker's organisation has left; it follows from its own questions. */
static void put_balance(struct request *asked, Rikstal__V1__Answer *answer)
{
    Rikstal__V1__Balance *balance = &asked->balance;

    rikstal__v1__balance__init(balance);
    balance->dataset = (char *)asked->question.message->dataset;
    balance->window = asked->receipt.charge.window;
    balance->year_left_nrho = asked->receipt.charge.left_nrho;
    balance->year_cap_nrho = asked->grant.organisation_year_nrho;
    balance->lifetime_left_nrho = asked->receipt.charge.lifetime_left_nrho;
    balance->lifetime_cap_nrho = asked->grant.organisation_lifetime_nrho;
    answer->balance = balance;
}

/* An answer of this question's size, whatever it says. */
static bool sign(const struct keeper *keeper, struct request *asked, Rikstal__V1__Answer *answer,
                 struct err *err)
{
    return padding_fill(answer, asked->measure.n_cells, asked->arena, err) &&
           envelope_sign_message(DOMAIN_ANSWER, &answer->base, keeper->key, asked->arena,
                                 &asked->answer, err);
}

/* Both ways lead through the ledger: what is signed is what is stored, the first time too. */
bool response_sign(struct keeper *keeper, struct request *asked, struct err *err)
{
    Rikstal__V1__Answer *answer;

    if (!asked->stored && !response_find(keeper, asked, err))
        return false;
    answer = asked->stored;
    if (answer->mode != RIKSTAL__V1__MODE__MODE_REGIONS && !asked->masked) {
        err_set(err, ERR_INTERNAL, "a share of a sum has no masks");
        return request_refuse(asked, REFUSAL_FAILED);
    }
    if (asked->masked)
        answer->session = (ProtobufCBinaryData){PARTICIPANTS_SESSION_BYTES, asked->roll.session};
    answer->question_hash = (ProtobufCBinaryData){32, asked->hash};
    answer->charged = asked->receipt.charge.paid_by_this;
    answer->budget_left_nrho = asked->receipt.charge.left_nrho;
    put_balance(asked, answer);
    answer->display_below = asked->grant.display_below;
    answer->display_base = asked->grant.display_base;
    return sign(keeper, asked, answer, err) || request_refuse(asked, REFUSAL_FAILED);
}

static Rikstal__V1__State state_of(enum refusal refusal)
{
    switch (refusal) {
    case REFUSAL_UNSUPPORTED:
    case REFUSAL_NO_DATA:
        return RIKSTAL__V1__STATE__STATE_UNSUPPORTED;
    case REFUSAL_TIMED_OUT:
    case REFUSAL_FAILED:
        return RIKSTAL__V1__STATE__STATE_FAILED;
    default:
        return RIKSTAL__V1__STATE__STATE_DECLINED;
    }
}

bool response_decline(struct keeper *keeper, struct request *asked, struct err *err)
{
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;

    assert(asked->refusal != REFUSAL_NONE);
    answer.version = 1;
    answer.node = keeper->home.node;
    answer.question_hash = (ProtobufCBinaryData){32, asked->hash};
    if (asked->has_identity)
        answer.question_identity = (ProtobufCBinaryData){32, asked->identity};
    answer.state = state_of(asked->refusal);
    answer.code = (char *)refusal_code(asked->refusal);
    if (asked->refusal == REFUSAL_BUDGET && asked->receipt.charge.outcome != LEDGER_NO_NODE)
        put_balance(asked, &answer);
    if (asked->list) /* of which round this is the refusal */
        answer.session = (ProtobufCBinaryData){PARTICIPANTS_SESSION_BYTES, asked->session_id};
    answer.reason =
        identity_guard_clean(asked->reason) ? asked->reason : (char *)refusal_text(asked->refusal);
    return sign(keeper, asked, &answer, err);
}
