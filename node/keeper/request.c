#include "node/keeper/request.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/keeper/hold.h"
#include "node/keeper/keeper_inside.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/query/canon.h"
#include "proto/query/disease.h"
#include "proto/query/price.h"
#include "proto/query/wire.h"
#include "proto/trust/envelope.h"

#define ANSWER_ROOM 4096 /* of an answer's payload: all but its cells */
#define SLOT_C_NODES 24  /* tests and operators above which a question is of class C */

bool request_refuse(struct request *request, enum refusal refusal)
{
    request->refusal = refusal;
    snprintf(request->reason, sizeof(request->reason), "%s", refusal_text(refusal));
    return false;
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
    case QUESTION_AT_SIGNATURE:
    case QUESTION_AT_SPEAKER:
        break;
    }
    return REFUSAL_NOT_AUTHORISED;
}

static struct canon_measure canon_measure_of(const struct request *request)
{
    const Rikstal__V1__Question *q = request->question.message;

    return (struct canon_measure){.measure = q->measure,
                                  .dimensions = (const char *const *)q->dimensions,
                                  .n_dimensions = q->n_dimensions,
                                  .changes = request->shape.changes,
                                  .n_changes = q->n_changes};
}

static bool parse(struct request *request, struct err *err)
{
    const Rikstal__V1__Question *q = request->question.message;
    struct canon_measure measure;

    if (!price_sigma_known(q->sigma))
        return err_set(err, ERR_INVALID, "sigma %u is not on the menu", q->sigma);
    if (!wire_decode(q->criterion, q->n_criterion, request->arena, &request->ast, err) ||
        !shape_read(q, request->arena, &request->shape, err))
        return false;
    measure = canon_measure_of(request);
    if (!disease_check(q->disease, err))
        return false;
    request->has_identity = canon_identity(&request->ast, &measure, request->identity, err);
    return request->has_identity;
}

bool request_verify(const struct keeper *keeper, struct request *request, struct err *err)
{
    if (!question_check(request->envelope, keeper->roster, keeper->home.node, request->now_s,
                        request->arena, &request->question, err)) {
        enum question_check_at at = request->question.at;

        request->authentic = at > QUESTION_AT_SPEAKER;
        request_refuse(request, refusal_at(at, err->code));
        if (request->refusal == REFUSAL_PERMIT) /* of the asker's own entry of the roster alone */
            snprintf(request->reason, sizeof(request->reason), "%s", err->text);
        return false;
    }
    request->authentic = true;
    if (!parse(request, err))
        return request_refuse(request,
                              err->code == ERR_INTERNAL ? REFUSAL_FAILED : REFUSAL_MALFORMED);
    return true;
}

/* ---- admit ----------------------------------------------------------------------------------- */

/* What this version cannot do is said before anything is paid for. */
static bool supported(struct request *request, struct err *err)
{
    const Rikstal__V1__Question *q = request->question.message;

    if ((q->mode == RIKSTAL__V1__MODE__MODE_SUM) != (request->attempt > 0))
        return err_set(err, ERR_INVALID, "mode sum, and it alone, is asked in two rounds");
    if (q->disease[0] && !consent_takes_disease(q->purpose))
        return err_set(err, ERR_INVALID,
                       "a disease is named for research; purpose %.40s has no use of it",
                       q->purpose);
    if (request->shape.measure.n_cells * sizeof(int64_t) + ANSWER_ROOM > ENVELOPE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a table of %u figures does not fit an answer",
                       request->shape.measure.n_cells);
    return true;
}

/* Whether a person of this region has allowed it; if not, it waits for one. No data is looked at.
 */
static bool pass_hold(const struct keeper *keeper, struct request *request, struct err *err)
{
    struct hold_question held = {.question = request->question.message,
                                 .ast = &request->ast,
                                 .identity = request->identity,
                                 .now_s = request->now_s};
    enum hold_state state;

    if (!hold_ask(&keeper->home, &held, request->arena, &state, err))
        return request_refuse(request, REFUSAL_FAILED);
    if (state == HOLD_APPROVED)
        return true;
    request_refuse(request, state == HOLD_DENIED ? REFUSAL_POLICY : REFUSAL_HELD);
    if (state == HOLD_DENIED)
        snprintf(request->reason, sizeof(request->reason),
                 "a person of this region looked at the question and declined it");
    return err_set(err, ERR_DENIED, "the question %s",
                   state == HOLD_DENIED ? "was declined by the operator"
                                        : "waits for the operator: rikstal-node hold list");
}

/* A permit's own cap binds where it is the smaller one. */
static void cap_permit(struct request *request)
{
    const Rikstal__V1__RosterPermit *permit = request->question.permit;

    if (permit && permit->nrho > 0 && permit->nrho < request->grant.permit_nrho)
        request->grant.permit_nrho = permit->nrho;
}

bool request_admit(const struct keeper *keeper, struct request *request, struct err *err)
{
    const Rikstal__V1__Question *q = request->question.message;
    struct policy_request wanted = {.role = q->role,
                                    .organisation = q->organisation,
                                    .purpose = q->purpose,
                                    .permit = q->permit,
                                    .dataset = q->dataset,
                                    .mode = (enum mode)q->mode,
                                    .sigma = q->sigma,
                                    .measure = request->shape.measure,
                                    .breakdown = &request->shape.breakdown,
                                    .ast = &request->ast};

    if (!policy_admit(keeper->policy, &wanted, &request->grant, err)) {
        request_refuse(request, REFUSAL_POLICY);
        snprintf(request->reason, sizeof(request->reason), "%s",
                 err->text); /* public names alone */
        return false;
    }
    cap_permit(request);
    if (!supported(request, err)) {
        request_refuse(request, REFUSAL_UNSUPPORTED);
        snprintf(request->reason, sizeof(request->reason), "%s", err->text);
        return false;
    }
    if (!keeper->published.snapshot) {
        err_set(err, ERR_UNAVAILABLE, "nothing is published; run `rikstal-node publish`");
        return request_refuse(request, REFUSAL_NO_DATA);
    }
    if (request->grant.decision == POLICY_HOLD && !pass_hold(keeper, request, err))
        return false;
    if (outbox_full(&keeper->outbox) || clock_mono_ms() >= request->deadline_ms) {
        err_set(err, ERR_UNAVAILABLE, "no time or no room left for the question; not charged");
        return request_refuse(request, REFUSAL_TIMED_OUT);
    }
    return true;
}

/* ---- price ----------------------------------------------------------------------------------- */

/* By shape alone: a table or a list of changes takes longer than one count, whatever the data. */
static enum slot_class slot_of(const struct request *request)
{
    if (request->shape.measure.kind != MEASURE_COUNT)
        return SLOT_D;
    return request->ast.n_nodes > SLOT_C_NODES ? SLOT_C : SLOT_B;
}

bool request_price(struct request *request, struct err *err)
{
    if (!price_of(&request->shape.measure, request->question.message->sigma, &request->nrho, err))
        return request_refuse(request, REFUSAL_MALFORMED);
    request->slot = slot_of(request);
    return true;
}

/* ---- charge ---------------------------------------------------------------------------------- */

struct eligibility request_eligibility(const struct keeper *keeper, const struct request *request)
{
    const Rikstal__V1__Question *q = request->question.message;
    struct consent_asker asker = {.purpose = q->purpose,
                                  .role = q->role,
                                  .permit = q->permit,
                                  .unrecorded =
                                      policy_counts_unrecorded(keeper->policy, q->purpose),
                                  .disease = q->disease};
    struct eligibility who = consent_eligibility(&asker, request->now_s);

    who.overlay = keeper->consent.overlay;
    return who;
}

bool request_stand(const struct keeper *keeper, struct request *request, struct err *err)
{
    struct eligibility who = request_eligibility(keeper, request);
    const char *population =
        consent_population(policy_population(keeper->policy), &who, request->arena);

    request->self.node = keeper->home.node;
    if (!population)
        return err_memory(err);
    return question_key_population(snapshot_info(keeper->published.snapshot)->id, population,
                                   request->self.population, err);
}

static bool derive_keys(const struct keeper *keeper, struct request *request, struct err *err)
{
    const Rikstal__V1__Question *q = request->question.message;
    struct ledger_claim *claim = &request->charge.claim;
    struct canon_measure measure = canon_measure_of(request);
    struct eligibility who = request_eligibility(keeper, request);
    struct bytes canon = {0};
    struct question_key key = {.purpose = q->purpose,
                               .mode = q->mode,
                               .sigma = q->sigma,
                               .overlay = consent_overlay(&who),
                               .member = &request->self,
                               .n_members = 1};
    bool derived =
        request_stand(keeper, request, err) && canon_question(&request->ast, &measure, &canon, err);

    if (derived && canon.failed)
        derived = err_memory(err);
    key.canon = canon.data;
    key.canon_size = canon.size;
    derived = derived && question_key_derive(&key, claim->base_key, claim->noise_key, err);
    memcpy(claim->family, claim->base_key, sizeof(claim->family));
    if (derived && request->n_members > 0) {
        key.member = request->member;
        key.n_members = request->n_members;
        derived = question_key_derive(&key, claim->base_key, claim->noise_key, err);
    }
    bytes_clear(&canon);
    return derived;
}

static void fill_claim(const struct keeper *keeper, struct request *request)
{
    const Rikstal__V1__Question *q = request->question.message;
    struct ledger_claim *claim = &request->charge.claim;

    memcpy(claim->snapshot, snapshot_info(keeper->published.snapshot)->id, LEDGER_HASH_BYTES);
    memcpy(claim->question_hash, request->hash, LEDGER_HASH_BYTES);
    claim->mode = q->mode;
    claim->sigma = q->sigma;
    claim->organisation = q->organisation;
    claim->dataset = q->dataset;
    claim->purpose = q->purpose;
    claim->permit = q->permit;
    claim->nrho = request->nrho;
    claim->now_s = request->now_s;
    request->charge.caps = (struct ledger_caps){
        request->grant.organisation_year_nrho, request->grant.organisation_lifetime_nrho,
        request->grant.node_year_nrho, request->grant.permit_nrho};
    assert(q->question_id.len == LEDGER_ID_BYTES); /* question_check() */
    memcpy(request->charge.question_id, q->question_id.data, LEDGER_ID_BYTES);
    request->charge.analyst = q->analyst;
    request->charge.rate = request->grant.rate;
    request->charge.sets_max = request->sets_max;
}

/* Points with three decimals, as people write them: 1 point is rho 0.001. */
static void points(char text[static 24], int64_t nrho)
{
    snprintf(text, 24, "%lld.%03lld", (long long)(nrho / PRICE_POINT_NRHO),
             (long long)(nrho % PRICE_POINT_NRHO / 1000));
}

/* Balances follow from the asker's own questions; the node's is others' too, so it is not told. */
static bool refuse_budget(const struct keeper *keeper, struct request *request, struct err *err)
{
    const struct ledger_charge *charge = &request->receipt.charge;
    char price[24], left[24], cap[24];
    const char *which = "";

    request_refuse(request, REFUSAL_BUDGET);
    points(price, request->nrho);
    switch (charge->outcome) {
    case LEDGER_NO_YEAR:
        points(left, charge->left_nrho);
        points(cap, request->grant.organisation_year_nrho);
        snprintf(request->reason, sizeof(request->reason),
                 "the question costs %s points, your organisation has %s left of %s in budget year "
                 "%s; the next year opens with a new policy of the region, not by the calendar",
                 price, left, cap, policy_window(keeper->policy));
        which = "organisation and year";
        break;
    case LEDGER_NO_LIFETIME:
        points(left, charge->lifetime_left_nrho);
        points(cap, request->grant.organisation_lifetime_nrho);
        snprintf(
            request->reason, sizeof(request->reason),
            "the question costs %s points, your organisation has %s left of %s in its "
            "lifetime; no new year opens it, the region's data-protection officer may renew it",
            price, left, cap);
        which = "organisation and lifetime";
        break;
    case LEDGER_NO_PERMIT:
        points(cap, request->grant.permit_nrho);
        snprintf(request->reason, sizeof(request->reason),
                 "the question costs %s points, more than its permit has left of %s here; no new "
                 "year opens it, a new permit does",
                 price, cap);
        which = "permit";
        break;
    default:
        which = "node and year";
        break;
    }
    return err_set(err, ERR_EXHAUSTED, "the budget of %s does not cover %s points", which, price);
}

/* Of the asker's own questions alone, so the numbers may be told. */
static bool refuse_rate(struct request *request, struct err *err)
{
    request_refuse(request, REFUSAL_RATE);
    snprintf(request->reason, sizeof(request->reason),
             "one person may ask %u new questions a minute and %u a day here; the next in %lld "
             "seconds, repeats at any time",
             request->grant.rate.per_minute, request->grant.rate.per_day,
             (long long)request->receipt.wait_s);
    return err_set(err, ERR_EXHAUSTED, "the person's rate is used up for %lld seconds",
                   (long long)request->receipt.wait_s);
}

/* journal_take() or journal_look(). */
typedef bool journal_function(struct journal *, const struct journal_charge *,
                              struct journal_receipt *, struct err *);

static bool charge_by(journal_function *act, struct keeper *keeper, struct request *request,
                      struct err *err)
{
    if (!derive_keys(keeper, request, err))
        return request_refuse(request, REFUSAL_FAILED);
    fill_claim(keeper, request);
    if (!act(keeper->journal, &request->charge, &request->receipt, err))
        return request_refuse(request, REFUSAL_FAILED);
    if (request->receipt.seen == LEDGER_OTHER) {
        err_set(err, ERR_DENIED, "the question's id was used for other bytes");
        return request_refuse(request, REFUSAL_REPLAYED);
    }
    if (request->receipt.too_many) {
        err_set(err, ERR_DENIED, "the question was charged for %u sets of nodes",
                request->sets_max);
        return request_refuse(request, REFUSAL_PARTICIPANTS);
    }
    if (request->receipt.charge.outcome != LEDGER_CHARGED &&
        request->receipt.charge.outcome != LEDGER_PAID)
        return refuse_budget(keeper, request, err);
    if (request->receipt.wait_s > 0)
        return refuse_rate(request, err);
    if (request->receipt.elsewhere && !request->receipt.charge.released) {
        err_set(err, ERR_UNAVAILABLE, "charged on a snapshot that is closed, never answered");
        return request_refuse(request, REFUSAL_FAILED);
    }
    return true;
}

bool request_charge(struct keeper *keeper, struct request *request, struct err *err)
{
    return charge_by(journal_take, keeper, request, err);
}

bool request_cover(struct keeper *keeper, struct request *request, struct err *err)
{
    return charge_by(journal_look, keeper, request, err);
}

bool request_is_stored(const struct request *request)
{
    return request->receipt.charge.released;
}
