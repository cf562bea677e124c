/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/effort.h"

#include <assert.h>
#include <stdio.h>

#include "node/keeper/keeper_inside.h"
#include "node/keeper/quantum.h"
#include "node/keeper/request.h"
#include "node/keeper/slot.h"
#include "node/privacy/policy.h"
#include "proto/base/buckets.h"
#include "proto/base/clock.h"

#define MINUTE_US INT64_C(60000000)

/* Refuses, and says to the asker and to the local log what err says. */
static bool refuse_as(struct request *request, enum refusal refusal, const struct err *err)
{
    request_refuse(request, refusal);
    snprintf(request->reason, sizeof(request->reason), "%s", err->text);
    return false;
}

/* ---- one question ---------------------------------------------------------------------------- */

static bool refuse_work(struct request *request, const struct slot *slot, uint32_t most_ms,
                        struct err *err)
{
    char reason[SLOT_REASON_BYTES];

    request_refuse(request, REFUSAL_WORK);
    slot_reason(slot, reason);
    snprintf(request->reason, sizeof(request->reason), "%s", reason);
    return err_set(err, ERR_DENIED,
                   "the question's work is %llu ms at most, more than the %u ms of one question",
                   (unsigned long long)(slot->work.ns / 1000000), most_ms);
}

bool effort_of(const struct keeper *keeper, const struct request_verified *verified,
               struct request_effort *out, struct err *err)
{
    assert(keeper && verified && out);
    const struct policy_limits *limits = policy_limits(keeper->policy);
    struct request *request = verified->request;
    const struct snapshot_info *info = snapshot_info(request->data->snapshot);
    struct work_sizes sizes = slot_sizes(&info->sizes, info->n_segments);
    uint32_t criteria = policy_criteria(&verified->ast);

    sizes.accounts = policy_individual(keeper->policy) != NULL;
    if (criteria > limits->criteria) {
        err_set(err, ERR_DENIED,
                "the question has %u criteria, and one may have %u here: name several codes or "
                "genes in one test (`in`), or ask in parts; nothing is paid for this",
                criteria, limits->criteria);
        return refuse_as(request, REFUSAL_WORK, err);
    }
    struct slot slot = slot_of(&verified->ast, &verified->shape, verified->question->sigma, &sizes);

    if (slot.work.ns > (uint64_t)limits->work_ms * 1000000)
        slot.fits = false;
    if (!slot.fits)
        return refuse_work(request, &slot, limits->work_ms, err);
    *out = (struct request_effort){slot.class, slot.work.ns};
    return true;
}

bool effort_refuse_overrun(struct request *request, struct err *err)
{
    err_set(err, ERR_DENIED,
            "it was not ready in time here before, at no cost, and is refused until the region "
            "publishes anew; ask with fewer tests or changes");
    return refuse_as(request, REFUSAL_WORK, err);
}

/* ---- one organisation in a minute ------------------------------------------------------------ */

bool effort_attempt(const struct keeper *keeper, const struct request_verified *verified,
                    struct err *err)
{
    assert(keeper && verified);
    const uint32_t most = policy_limits(keeper->policy)->attempts_per_minute;
    const char *organisation = verified->question->organisation;
    int64_t now_ms = clock_mono_ms(), cost_us = most ? MINUTE_US / most : 0;
    int64_t wait_ms;

    if (!most || verified->request->list)
        return true;
    wait_ms = buckets_wait_ms(keeper->attempts, organisation, cost_us, now_ms);
    if (wait_ms == 0) {
        buckets_take(keeper->attempts, organisation, cost_us, now_ms);
        return true;
    }
    err_set(err, ERR_EXHAUSTED,
            "one organisation may ask %u times a minute here, refused questions too; the next in "
            "%lld seconds",
            most, (long long)(wait_ms + 999) / 1000);
    return refuse_as(verified->request, REFUSAL_RATE, err);
}

/* The part of a minute in which the organisation gains so long a time of the node: the question's
 * quantum, which is up to twice its price in work (on a machine without a slot_factor). */
static int64_t cost_us(const struct keeper *keeper, const struct request_effort *effort)
{
    uint32_t most = policy_limits(keeper->policy)->work_ms_per_minute;

    return most ? quantum_length_us(effort->work_ns, 1) * (MINUTE_US / 1000) / most : 0;
}

int64_t effort_wait_s(const struct keeper *keeper, const struct request_verified *verified,
                      const struct request_effort *effort)
{
    assert(keeper && verified && effort);
    int64_t wait_ms = buckets_wait_ms(keeper->works, verified->question->organisation,
                                      cost_us(keeper, effort), clock_mono_ms());

    return (wait_ms + 999) / 1000;
}

void effort_take(const struct keeper *keeper, const struct request_verified *verified,
                 const struct request_effort *effort)
{
    assert(keeper && verified && effort);
    buckets_take(keeper->works, verified->question->organisation, cost_us(keeper, effort),
                 clock_mono_ms());
}

bool effort_refuse_wait(const struct keeper *keeper, struct request *request, int64_t wait_s,
                        struct err *err)
{
    err_set(err, ERR_EXHAUSTED,
            "one organisation may have %.3f s of work done a minute here, by public sizes; this "
            "question in %lld seconds, repeats at any time",
            policy_limits(keeper->policy)->work_ms_per_minute / 1000.0, (long long)wait_s);
    return refuse_as(request, REFUSAL_RATE, err);
}
