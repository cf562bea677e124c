/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/query/disease.h"
#include "proto/query/price.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/participants.h"
#include "proto/trust/roster.h"

#define SHAPE_ARENA_BYTES ((size_t)4 << 20)

/* Copies the whole text or fails: a shortened name could be another's. */
static bool name_copy(char *out, size_t room, const char *text, const char *what, struct err *err)
{
    size_t length = strlen(text);

    if (length == 0 || length >= room)
        return err_set(err, ERR_INVALID, "%s must have 1 to %zu bytes", what, room - 1);
    memcpy(out, text, length + 1);
    return true;
}

static bool names_copy(struct plan *plan, const Rikstal__V1__Question *from, struct err *err)
{
    return name_copy(plan->analyst, sizeof(plan->analyst), from->analyst, "analyst", err) &&
           name_copy(plan->organisation, sizeof(plan->organisation), from->organisation,
                     "organisation", err) &&
           name_copy(plan->role, sizeof(plan->role), from->role, "role", err) &&
           name_copy(plan->purpose, sizeof(plan->purpose), from->purpose, "purpose", err);
}

/*
 * Copies the audience, which must be sorted, distinct and in the roster, so that no region is left
 * out silently.
 */
static bool regions_copy(struct plan *plan, const Rikstal__V1__Question *from,
                         const struct roster *roster, struct err *err)
{
    if (from->n_audience == 0 || from->n_audience > REGIONS_MAX)
        return err_set(err, ERR_INVALID, "the audience must have 1 to %d nodes", REGIONS_MAX);
    for (size_t i = 0; i < from->n_audience; i++) {
        if (!name_copy(plan->region[i], NODE_BYTES, from->audience[i], "a node of the audience",
                       err))
            return false;
        if (i > 0 && strcmp(plan->region[i - 1], plan->region[i]) >= 0)
            return err_set(err, ERR_INVALID, "the audience must be sorted, each node once");
        if (!roster_node(roster, plan->region[i]))
            return err_set(err, ERR_INVALID,
                           "node %s of the audience is not in roster version %llu", plan->region[i],
                           (unsigned long long)roster_version(roster));
    }
    plan->n_regions = from->n_audience;
    return true;
}

static bool cells_copy(struct plan *plan, const Rikstal__V1__Question *from, struct err *err)
{
    struct arena *arena = arena_new(SHAPE_ARENA_BYTES);
    struct shape shape;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = shape_read(from, arena, &shape, err);
    arena_free(arena);
    if (!ok || !price_check(&shape.measure, from->sigma, err))
        return false;
    plan->n_cells = shape.measure.n_cells;
    plan->sigma_undetermined = shape.measure.sigma_undetermined;
    plan->sigma_total = shape.measure.sigma_total;
    return true;
}

static bool shape_copy(struct plan *plan, const Rikstal__V1__Question *from, struct err *err)
{
    plan->measure = (enum measure_kind)from->measure;
    plan->mode = (enum mode)from->mode;
    plan->sigma = from->sigma;
    plan->expires = from->expires;
    plan->blind = from->blind_key.len == sizeof(plan->blind_key); /* question_check() allows no
                                                                   * other length */
    if (plan->blind)
        memcpy(plan->blind_key, from->blind_key.data, sizeof(plan->blind_key));
    if (mode_refusal(from->mode))
        return err_set(err, ERR_INVALID, "%s", mode_refusal(from->mode));
    return disease_check(from->disease, err) && cells_copy(plan, from, err);
}

/* A sum of few regions would reveal something about each. */
static bool enough_regions(struct plan *plan, const struct roster *roster, struct err *err)
{
    plan->participants_min = participants_min(roster);
    return plan->mode != MODE_SUM || plan->n_regions >= plan->participants_min ||
           err_set(err, ERR_INVALID,
                   "mode sum needs at least %u regions, %zu are asked; fewer are asked in mode "
                   "regions",
                   plan->participants_min, plan->n_regions);
}

bool plan_new(const struct question *question, const struct roster *roster, const uint8_t *envelope,
              size_t envelope_bytes, struct plan **out, struct err *err)
{
    assert(question && question->message && roster && envelope && out);
    const Rikstal__V1__Question *from = question->message;
    struct plan *plan = calloc(1, sizeof(*plan) + envelope_bytes);

    if (!plan)
        return err_memory(err);
    memcpy(plan->id, from->question_id.data, QUESTION_ID_BYTES); /* question_check() has checked the
                                                                  * length */
    memcpy(plan->hash, question->hash, QUESTION_HASH_BYTES);
    plan->envelope = (uint8_t *)(plan + 1);
    plan->envelope_bytes = envelope_bytes;
    memcpy(plan->envelope, envelope, envelope_bytes);
    if (!names_copy(plan, from, err) || !regions_copy(plan, from, roster, err) ||
        !shape_copy(plan, from, err) || !enough_regions(plan, roster, err)) {
        plan_free(plan);
        return false;
    }
    *out = plan;
    return true;
}

bool plan_question(const uint8_t *envelope, size_t envelope_bytes, struct arena *arena,
                   const Rikstal__V1__Question **out, struct err *err)
{
    assert(envelope && arena && out);
    Rikstal__V1__Envelope *outer;
    ProtobufCMessage *message;

    if (!envelope_parse(envelope, envelope_bytes, arena, &outer, err) ||
        !message_unpack(&rikstal__v1__question__descriptor, outer->payload.data, outer->payload.len,
                        arena, &message, err))
        return false;
    *out = (const Rikstal__V1__Question *)message;
    return true;
}

bool plan_shape(const uint8_t *envelope, size_t envelope_bytes, struct arena *arena,
                struct shape *out, struct err *err)
{
    const Rikstal__V1__Question *question;

    return plan_question(envelope, envelope_bytes, arena, &question, err) &&
           shape_read(question, arena, out, err);
}

void plan_free(struct plan *plan)
{
    free(plan);
}

int64_t plan_deadline_ms(const struct plan *plan, int64_t wish_ms, int64_t now_s)
{
    assert(plan);
    int64_t wanted = wish_ms > 0 ? wish_ms : PLAN_DEADLINE_MS;
    int64_t left_s = plan->expires - now_s;
    int64_t left_ms = left_s > 0 ? left_s * 1000 : 0;

    wanted = wanted < PLAN_DEADLINE_MAX_MS ? wanted : PLAN_DEADLINE_MAX_MS;
    return wanted < left_ms ? wanted : left_ms;
}
