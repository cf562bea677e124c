/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/request.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/evaluate/target.h"
#include "node/keeper/bookkeeping.h"
#include "node/keeper/effort.h"
#include "node/keeper/hold.h"
#include "node/keeper/keeper_inside.h"
#include "node/keeper/masked_sum.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/query/audience.h"
#include "proto/query/canon.h"
#include "proto/query/disease.h"
#include "proto/query/price.h"
#include "proto/query/vocabulary.h"
#include "proto/query/wire.h"
#include "proto/trust/envelope.h"

#define ANSWER_ROOM 4096 /* bytes of an answer's payload, except its cells */

void *request_step(struct request *request, size_t size, struct err *err)
{
    assert(request);
    void *step = arena_alloc(request->arena, size);

    if (!step) {
        err_memory(err);
        request_refuse(request, REFUSAL_FAILED);
    }
    return step;
}

const struct request_verified *request_of(const struct request_charged *charged)
{
    assert(charged);
    return charged->priced->admitted->verified;
}

/* ---- verify ---------------------------------------------------------------------------------- */

static enum refusal refusal_at(enum question_check_at at, enum err_code code)
{
    if (code == ERR_INTERNAL)
        return REFUSAL_FAILED;
    if (code == ERR_INVALID)
        return REFUSAL_MALFORMED;
    switch (at) {
    case QUESTION_AT_RANGES:
        return REFUSAL_MALFORMED;
    case QUESTION_AT_NETWORK:
    case QUESTION_AT_AUDIENCE:
        return REFUSAL_NOT_FOR_US;
    case QUESTION_AT_ROSTER:
        return REFUSAL_ROSTER;
    case QUESTION_AT_TIME:
        return REFUSAL_NOT_CURRENT;
    case QUESTION_AT_PERMIT:
        return REFUSAL_PERMIT;
    case QUESTION_AT_RELEASE:
        return REFUSAL_NO_RELEASE;
    case QUESTION_AT_SIGNATURE:
    case QUESTION_AT_SPEAKER:
        break;
    }
    return REFUSAL_NOT_AUTHORISED;
}

static struct canon_measure canon_measure_of(const struct request_verified *verified)
{
    const Rikstal__V1__Question *q = verified->question;

    return (struct canon_measure){.measure = q->measure,
                                  .dimensions = (const char *const *)q->dimensions,
                                  .n_dimensions = q->n_dimensions,
                                  .changes = verified->shape.changes,
                                  .n_changes = q->n_changes,
                                  .steps = verified->shape.roles ? verified->shape.roles
                                                                 : verified->shape.steps,
                                  .n_steps = q->n_steps,
                                  .bins = verified->shape.bins};
}

static bool parse(struct request_verified *verified, struct err *err)
{
    const Rikstal__V1__Question *q = verified->question;
    struct request *request = verified->request;
    struct canon_measure measure;

    if (!wire_decode(q->criterion, q->n_criterion, request->arena, &verified->ast, err) ||
        !shape_read(q, request->arena, &verified->shape, err) ||
        !price_check(&verified->shape.measure, q->sigma, err))
        return false;
    request->n_cells = verified->shape.measure.n_cells;
    measure = canon_measure_of(verified);
    if (!disease_check(q->disease, err))
        return false;
    return canon_identity(&verified->ast, &measure, verified->identity, err);
}

/* Checks signature, time and audience, and that the asker may ask at all. */
static bool check(const struct keeper *keeper, struct request *request, struct err *err)
{
    if (question_check(request->envelope,
                       (struct roster_view){keeper->roster, keeper->home.node, request->now_s},
                       request->arena, &request->question, err))
        return request->authentic = true;
    request->authentic = request->question.at > QUESTION_AT_SPEAKER;
    request_refuse(request, refusal_at(request->question.at, err->code));
    if (request->refusal == REFUSAL_PERMIT ||
        request->refusal == REFUSAL_NO_RELEASE) /* by the roster and the asker's own entry alone */
        snprintf(request->reason, sizeof(request->reason), "%s", err->text);
    return false;
}

bool request_verify(const struct keeper *keeper, struct request *request,
                    const struct request_verified **out, struct err *err)
{
    struct request_verified *verified = request_step(request, sizeof(*verified), err);

    assert(request->refusal == REFUSAL_NONE && !request->answer && !request->attestation);
    if (!verified || !check(keeper, request, err))
        return false;
    verified->request = request;
    verified->question = request->question.message;
    verified->permit = request->question.permit;
    if (verified->question->vocabulary != VOCABULARY_VERSION)
        return request_refuse(request, REFUSAL_VOCABULARY);
    if (!parse(verified, err))
        return request_refuse(request,
                              err->code == ERR_INTERNAL ? REFUSAL_FAILED : REFUSAL_MALFORMED);
    request->has_identity = true;
    memcpy(request->identity, verified->identity, sizeof(request->identity));
    *out = verified;
    return true;
}

/* ---- admit ----------------------------------------------------------------------------------- */

/* Refuses what this version cannot do, before anything is paid for. */
static bool supported(const struct request_verified *verified, struct err *err)
{
    const Rikstal__V1__Question *q = verified->question;
    uint32_t n_cells = verified->shape.measure.n_cells;

    if ((q->mode == RIKSTAL__V1__MODE__MODE_SUM) != (verified->request->attempt > 0))
        return err_set(err, ERR_INVALID, "mode sum, and it alone, is asked in two rounds");
    if (q->disease[0] && !consent_rules_takes_disease(q->purpose))
        return err_set(err, ERR_INVALID,
                       "a disease is named for research; purpose %.40s has no use of it",
                       q->purpose);
    if (q->n_steps > 0 && audience_names_region(verified->ast.root))
        return err_set(err, ERR_INVALID, "%s", AUDIENCE_REGION_IN_STEPS);
    if (n_cells * sizeof(int64_t) + ANSWER_ROOM > ENVELOPE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a table of %u figures does not fit an answer", n_cells);
    return true;
}

/* Refuses with the text of err, which must consist of public names only. */
static bool refuse_with_text(struct request *request, enum refusal refusal, const struct err *err)
{
    request_refuse(request, refusal);
    snprintf(request->reason, sizeof(request->reason), "%s", err->text);
    return false;
}

/*
 * Has a person of this region approved the question? If not, the question waits for a decision.
 * Looks at no data.
 */
static bool pass_hold(const struct keeper *keeper, const struct request_verified *verified,
                      struct err *err)
{
    struct request *request = verified->request;
    struct hold_question held = {.question = verified->question,
                                 .ast = &verified->ast,
                                 .identity = verified->identity,
                                 .now_s = request->now_s};
    enum hold_state state;

    if (!hold_ask(&keeper->home, &held, request->arena, &state, err))
        return request_refuse(request, REFUSAL_FAILED);
    if (state == HOLD_APPROVED)
        return true;
    if (state == HOLD_FULL) {
        err_set(err, ERR_EXHAUSTED,
                "the list of questions that wait for a person of this region has no place for "
                "another of your organisation (%d) or of anybody (%d); ask again when some are "
                "decided",
                HOLD_WAITING_ONE_MAX, HOLD_WAITING_MAX);
        return refuse_with_text(request, REFUSAL_RATE, err);
    }
    request_refuse(request, state == HOLD_DENIED ? REFUSAL_POLICY : REFUSAL_HELD);
    if (state == HOLD_DENIED)
        snprintf(request->reason, sizeof(request->reason),
                 "a person of this region looked at the question and declined it");
    return err_set(err, ERR_DENIED, "the question %s",
                   state == HOLD_DENIED ? "was declined by the operator"
                                        : "waits for the operator: rikstal-node hold list");
}

static bool grant(const struct keeper *keeper, const struct request_verified *verified,
                  struct policy_grant *out, struct err *err)
{
    const Rikstal__V1__Question *q = verified->question;
    const Rikstal__V1__RosterPermit *permit = verified->permit;
    struct policy_request wanted = {.role = q->role,
                                    .organisation = q->organisation,
                                    .purpose = q->purpose,
                                    .permit = q->permit,
                                    .dataset = q->dataset,
                                    .mode = (enum mode)q->mode,
                                    .sigma = q->sigma,
                                    .measure = verified->shape.measure,
                                    .breakdown = &verified->shape.breakdown,
                                    .bins = verified->shape.bins,
                                    .ast = &verified->ast};

    if (!policy_admit(keeper->policy, &wanted, out, err))
        return refuse_with_text(verified->request, REFUSAL_POLICY, err);
    /* the smaller of the permit's own cap and the policy's holds */
    if (permit && permit->nrho > 0 && permit->nrho < out->permit_nrho)
        out->permit_nrho = permit->nrho;
    return true;
}

/* Finds what the question is about; which data there are is public. */
static bool find_data(const struct keeper *keeper, const struct request_verified *verified,
                      struct err *err)
{
    const char *release = verified->question->release;

    verified->request->data =
        pinned_snapshots_data(&keeper->pinned_snapshots, &keeper->current_snapshot, release);
    if (verified->request->data)
        return true;
    if (*release) {
        err_set(err, ERR_UNAVAILABLE, "no data are pinned for release %.16s", release);
        return request_refuse(verified->request, REFUSAL_NO_RELEASE);
    }
    err_set(err, ERR_UNAVAILABLE, "nothing is published; run `rikstal-node publish`");
    return request_refuse(verified->request, REFUSAL_NO_DATA);
}

bool request_admit(const struct keeper *keeper, const struct request_verified *verified,
                   const struct request_admitted **out, struct err *err)
{
    assert(verified && verified->question && verified->request->authentic);
    struct request *request = verified->request;
    struct request_admitted *admitted = request_step(request, sizeof(*admitted), err);

    if (!effort_attempt(keeper, verified, err))
        return false;
    if (!admitted || !grant(keeper, verified, &admitted->grant, err))
        return false;
    admitted->verified = verified;
    if (!supported(verified, err))
        return refuse_with_text(request, REFUSAL_UNSUPPORTED, err);
    if (!audience_can_meet(verified->ast.root, keeper->home.node)) {
        err_set(err, ERR_DENIED, "the question's tests on region leave nobody here");
        return request_refuse(request, REFUSAL_NOT_FOR_US);
    }
    if (!find_data(keeper, verified, err))
        return false;
    if (admitted->grant.decision == POLICY_HOLD && !pass_hold(keeper, verified, err))
        return false;
    if (outbox_full(&keeper->outbox) || clock_mono_ms() >= request->deadline_ms) {
        err_set(err, ERR_UNAVAILABLE, "no time or no room left for the question; not charged");
        return request_refuse(request, REFUSAL_TIMED_OUT);
    }
    *out = admitted;
    return true;
}

/* ---- price ----------------------------------------------------------------------------------- */

/* Before it is charged. The reason names a base of the reference, which is public. */
static bool check_changes(const struct request_verified *verified, struct err *err)
{
    struct request *request = verified->request;
    struct target_changes changes = {verified->shape.changes,
                                     verified->shape.changes ? verified->shape.n_parts : 0};
    struct err found;

    if (target_check_changes(request->data->snapshot, &verified->ast, &changes, request->arena,
                             &found))
        return true;
    if (found.code != ERR_INVALID) {
        *err = found;
        return request_refuse(request, REFUSAL_FAILED);
    }
    request_refuse(request, REFUSAL_MALFORMED);
    snprintf(request->reason, sizeof(request->reason), "%s", found.text);
    return err_set(err, ERR_INVALID, "REF of a change is not what the reference has");
}

bool request_price(const struct keeper *keeper, const struct request_admitted *admitted,
                   const struct request_priced **out, struct err *err)
{
    assert(admitted && admitted->verified && admitted->grant.decision != POLICY_DENY);
    const struct request_verified *verified = admitted->verified;
    struct request_priced *priced = request_step(verified->request, sizeof(*priced), err);

    if (!priced)
        return false;
    if (!price_of(&verified->shape.measure, verified->question->sigma, &priced->nrho, err))
        return request_refuse(verified->request, REFUSAL_MALFORMED);
    if (!check_changes(verified, err))
        return false;
    if (!effort_of(keeper, verified, &priced->effort, err))
        return false;
    priced->admitted = admitted;
    verified->request->nrho = priced->nrho;
    *out = priced;
    return true;
}

/* ---- charge ---------------------------------------------------------------------------------- */

struct eligibility request_eligibility(const struct keeper *keeper,
                                       const struct request_verified *verified)
{
    assert(keeper && verified);
    const Rikstal__V1__Question *q = verified->question;
    struct consent_rules_asker asker = {.purpose = q->purpose,
                                        .role = q->role,
                                        .permit = q->permit,
                                        .unrecorded =
                                            policy_counts_unrecorded(keeper->policy, q->purpose),
                                        .disease = q->disease};
    struct eligibility who = consent_rules_eligibility(&asker, verified->request->now_s);

    who.overlay = keeper->consent.overlay;
    return who;
}

bool request_stand(const struct keeper *keeper, const struct request_verified *verified,
                   struct question_key_member *self, struct err *err)
{
    assert(keeper && verified && self);
    struct eligibility who = request_eligibility(keeper, verified);
    const char *population =
        consent_rules_population(policy_population(keeper->policy), &who, verified->request->arena);

    self->node = keeper->home.node;
    if (!population)
        return err_memory(err);
    return question_key_population(snapshot_info(verified->request->data->snapshot)->id, population,
                                   self->population, err);
}

static bool derive_keys(const struct keeper *keeper, struct request_charged *charged,
                        struct err *err)
{
    const struct request_verified *verified = request_of(charged);
    const struct request_joint *joint = charged->joint;
    const Rikstal__V1__Question *q = verified->question;
    struct ledger_claim *claim = &charged->charge.claim;
    struct canon_measure measure = canon_measure_of(verified);
    struct eligibility who = request_eligibility(keeper, verified);
    struct question_key_member self;
    struct bytes canon = {0};
    struct question_key key = {.purpose = q->purpose,
                               .mode = q->mode,
                               .sigma = q->sigma,
                               .sigma_undetermined = q->sigma_undetermined,
                               .sigma_total = q->sigma_total,
                               .book = charged->priced->admitted->grant.individual ? q->organisation
                                                                                   : NULL,
                               .overlay = consent_rules_overlay(&who),
                               .member = &self,
                               .n_members = 1};
    bool derived = request_stand(keeper, verified, &self, err) &&
                   canon_question(&verified->ast, &measure, &canon, err);

    if (derived && canon.failed)
        derived = err_memory(err);
    key.canon = canon.data;
    key.canon_size = canon.size;
    derived = derived && question_key_derive(&key, claim->base_key, claim->noise_key, err);
    memcpy(claim->family, claim->base_key, sizeof(claim->family));
    if (derived && joint) {
        key.member = joint->member;
        key.n_members = joint->n_members;
        derived = question_key_derive(&key, claim->base_key, claim->noise_key, err);
    }
    bytes_clear(&canon);
    if (key.book) /* a second draw may be over other persons: it has noise of its own */
        random_bytes(claim->noise_key, sizeof(claim->noise_key));
    return derived;
}

static void fill_charge(const struct keeper *keeper, uint32_t sets_max,
                        struct request_charged *charged)
{
    const struct request_priced *priced = charged->priced;
    const struct policy_grant *granted = &priced->admitted->grant;
    const struct request *request = request_of(charged)->request;
    const Rikstal__V1__Question *q = request_of(charged)->question;
    struct ledger_claim *claim = &charged->charge.claim;

    memcpy(claim->snapshot, snapshot_info(request->data->snapshot)->id, LEDGER_HASH_BYTES);
    memcpy(claim->question_hash, request->hash, LEDGER_HASH_BYTES);
    claim->mode = q->mode;
    claim->sigma = q->sigma;
    claim->organisation = q->organisation;
    claim->dataset = q->dataset;
    claim->purpose = q->purpose;
    claim->permit = q->permit;
    claim->nrho = priced->nrho;
    claim->now_s = request->now_s;
    if (charged->joint) {
        claim->participants = charged->joint->participants_names;
        claim->participants_id = charged->joint->participants_id;
    }
    charged->charge.caps =
        (struct ledger_caps){granted->organisation_year_nrho, granted->organisation_lifetime_nrho,
                             granted->node_year_nrho, granted->permit_nrho};
    assert(q->question_id.len == LEDGER_ID_BYTES); /* question_check() has checked the length */
    memcpy(charged->charge.question_id, q->question_id.data, LEDGER_ID_BYTES);
    charged->charge.analyst = q->analyst;
    charged->charge.rate = granted->rate;
    /* In round two the others are charged already: what it takes here is owed (buckets_take). */
    charged->charge.work_wait_s =
        charged->joint ? 0 : effort_wait_s(keeper, request_of(charged), &priced->effort);
    memcpy(charged->charge.identity, request_of(charged)->identity, LEDGER_HASH_BYTES);
    charged->charge.sets_max = sets_max;
    charged->charge.gist = (struct gist){
        .mode = (enum mode)q->mode,
        .sigma = q->sigma,
        .measure = request_of(charged)->shape.measure.kind,
        .release = q->release,
        .fields = granted->fields,
        .role = q->role,
    };
}

/* The rate depends only on the asker's own questions, so its numbers may be told. */
static bool refuse_rate(const struct request_charged *charged, struct err *err)
{
    const struct rate_limits *rate = &charged->priced->admitted->grant.rate;
    struct request *request = request_of(charged)->request;
    long long wait_s = charged->receipt.wait_s;

    request_refuse(request, REFUSAL_RATE);
    snprintf(request->reason, sizeof(request->reason),
             "one person may ask %u new questions a minute and %u a day here; the next in %lld "
             "seconds, repeats at any time",
             rate->per_minute, rate->per_day, wait_s);
    return err_set(err, ERR_EXHAUSTED, "the person's rate is used up for %lld seconds", wait_s);
}

static bool receipt_allows(const struct keeper *keeper, const struct request_charged *charged,
                           struct err *err)
{
    const struct journal_receipt *receipt = &charged->receipt;
    struct request *request = request_of(charged)->request;

    if (receipt->seen == LEDGER_OTHER) {
        err_set(err, ERR_DENIED, "the question's id was used for other bytes");
        return request_refuse(request, REFUSAL_REPLAYED);
    }
    if (receipt->too_many) {
        err_set(err, ERR_DENIED, "the question was charged for %u sets of nodes",
                charged->charge.sets_max);
        return request_refuse(request, REFUSAL_PARTICIPANTS);
    }
    if (receipt->charge.outcome != LEDGER_CHARGED && receipt->charge.outcome != LEDGER_PAID)
        return bookkeeping_refuse(keeper, charged, err);
    if (receipt->overran)
        return effort_refuse_overrun(request, err);
    if (receipt->wait_s > 0 && receipt->is_work)
        return effort_refuse_wait(keeper, request, receipt->wait_s, err);
    if (receipt->wait_s > 0)
        return refuse_rate(charged, err);
    if (receipt->elsewhere && !receipt->charge.released) {
        err_set(err, ERR_UNAVAILABLE, "charged on a snapshot that is closed, never answered");
        return request_refuse(request, REFUSAL_FAILED);
    }
    return true;
}

/* journal_take() or journal_look(), which have the same arguments. */
typedef bool journal_function(struct journal *, const struct journal_charge *,
                              struct journal_receipt *, struct err *);

static bool charge_by(journal_function *act, struct keeper *keeper, uint32_t sets_max,
                      struct request_charged *charged, struct err *err)
{
    assert(charged->priced && charged->priced->nrho > 0);
    if (!derive_keys(keeper, charged, err))
        return request_refuse(request_of(charged)->request, REFUSAL_FAILED);
    fill_charge(keeper, sets_max, charged);
    if (!bookkeeping_limit(keeper, charged, err) ||
        !act(keeper->journal, &charged->charge, &charged->receipt, err))
        return request_refuse(request_of(charged)->request, REFUSAL_FAILED);
    return receipt_allows(keeper, charged, err);
}

bool request_charge(struct keeper *keeper, const struct request_priced *priced,
                    const struct request_joint *joint, const struct request_charged **out,
                    struct err *err)
{
    assert(priced && priced->admitted);
    struct request *request = priced->admitted->verified->request;
    struct request_charged *charged = request_step(request, sizeof(*charged), err);

    assert((joint != NULL) == (request->list != NULL));
    if (!charged)
        return false;
    charged->priced = priced;
    charged->joint = joint;
    if (!charge_by(journal_take, keeper, joint ? MASKED_SUM_SETS_MAX : 0, charged, err))
        return false;
    request->charged = charged;
    if (!charged->receipt.charge.released)
        effort_take(keeper, request_of(charged), &priced->effort);
    *out = charged;
    return true;
}

bool request_cover(struct keeper *keeper, const struct request_priced *priced,
                   struct request_cover *out, struct err *err)
{
    assert(priced && priced->admitted);
    struct request *request = priced->admitted->verified->request;
    struct request_charged *charged = request_step(request, sizeof(*charged), err);

    if (!charged)
        return false;
    *out = (struct request_cover){0};
    charged->priced = priced;
    if (!charge_by(journal_look, keeper, MASKED_SUM_SETS_MAX, charged, err))
        return false;
    if (!MASKED_SUM_SETTLES_EARLY || !charged->receipt.repeats_only)
        return true;
    return journal_sets(keeper->journal, &charged->charge, out->only, PARTICIPANTS_SETS_MAX,
                        &out->n_only, err) ||
           request_refuse(request, REFUSAL_FAILED);
}
