/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/question.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/trust/calendar.h"
#include "proto/trust/certificate.h"
#include "proto/trust/envelope.h"
#include "proto/trust/keys.h"
#include "proto/trust/keystream.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"
#include "proto/trust/roster_permit.h"

/* The time of the check and the arena for its results. */
struct question_moment {
    int64_t now_s;
    struct arena *arena;
};

/*
 * Finds the analyst in the question's own certificate. The payload is read before its signature can
 * be checked, because only the certificate has the key. Until then only the certificate is used,
 * and that is signed by the organisation.
 */
static bool analyst_certified(const Rikstal__V1__Envelope *envelope, const struct roster *roster,
                              const struct question_moment *moment,
                              const Rikstal__V1__RosterAnalyst **analyst, struct err *err)
{
    const Rikstal__V1__Question *q;
    ProtobufCMessage *message;
    struct public_key key;
    struct key_id claimed, certified;
    struct err ignored;

    if (!message_unpack(&rikstal__v1__question__descriptor, envelope->payload.data,
                        envelope->payload.len, moment->arena, &message, &ignored) ||
        (q = (const Rikstal__V1__Question *)message)->certificate.len == 0)
        return err_set(err, ERR_DENIED, "no analyst of roster version %llu has this key",
                       (unsigned long long)roster_version(roster));
    if (!certificate_open((struct bytes_view){q->certificate.data, q->certificate.len}, roster,
                          moment->now_s, moment->arena, analyst, err))
        return false;
    memcpy(key.b, (*analyst)->key.data, KEY_BYTES);
    public_key_id(&key, &certified);
    return (envelope_key_id(envelope, &claimed) &&
            memcmp(claimed.b, certified.b, KEY_ID_BYTES) == 0) ||
           err_set(err, ERR_DENIED, "the certificate is for another key than signed the question");
}

/* Finds the analyst whose key the envelope names, in the roster or in the certificate. */
static bool analyst_find(const Rikstal__V1__Envelope *envelope, const struct roster *roster,
                         const struct question_moment *moment,
                         const Rikstal__V1__RosterAnalyst **analyst, struct err *err)
{
    struct key_id id;

    if (!envelope_key_id(envelope, &id))
        return err_set(err, ERR_INVALID, "the question names no key");
    *analyst = roster_analyst(roster, &id);
    if (!*analyst)
        return analyst_certified(envelope, roster, moment, analyst, err);
    return moment->now_s <= (*analyst)->not_after ||
           err_set(err, ERR_DENIED,
                   "the analyst's key has expired; ask for a new entry in the roster");
}

static bool text_short(const char *text)
{
    return strlen(text) <= QUESTION_STRING_MAX;
}

static bool value_short(const Rikstal__V1__Value *value)
{
    return text_short(value->text) && text_short(value->system) && text_short(value->code) &&
           text_short(value->ref) && text_short(value->alt);
}

static bool strings_check(const Rikstal__V1__Question *q, struct err *err)
{
    bool ok = text_short(q->network) && text_short(q->organisation) && text_short(q->analyst) &&
              text_short(q->role) && text_short(q->purpose) && text_short(q->permit) &&
              text_short(q->dataset) && text_short(q->disease) && text_short(q->release);

    for (size_t i = 0; ok && i < q->n_audience; i++)
        ok = text_short(q->audience[i]);
    for (size_t i = 0; ok && i < q->n_dimensions; i++)
        ok = text_short(q->dimensions[i]);
    for (size_t i = 0; ok && i < q->n_changes; i++)
        ok = value_short(q->changes[i]);
    for (size_t i = 0; ok && i < q->n_steps; i++)
        ok = text_short(q->steps[i]->name);
    for (size_t i = 0; ok && i < q->n_criterion; i++)
        for (size_t k = 0; ok && k < q->criterion[i]->n_values; k++)
            ok = value_short(q->criterion[i]->values[k]);
    return ok || err_set(err, ERR_INVALID, "a text of the question is longer than %d bytes",
                         QUESTION_STRING_MAX);
}

static bool lists_check(const Rikstal__V1__Question *q, struct err *err)
{
    size_t values = 0;

    if (q->n_criterion > QUESTION_OPS_MAX)
        return err_set(err, ERR_INVALID, "the criterion has %zu steps; %d are allowed",
                       q->n_criterion, QUESTION_OPS_MAX);
    for (size_t i = 0; i < q->n_criterion; i++)
        values += q->criterion[i]->n_values;
    if (values > QUESTION_VALUES_MAX)
        return err_set(err, ERR_INVALID, "the criterion lists %zu values; %d are allowed", values,
                       QUESTION_VALUES_MAX);
    if (q->n_dimensions > QUESTION_DIMENSIONS_MAX || q->n_changes > QUESTION_CHANGES_MAX ||
        q->n_steps > QUESTION_STEPS_MAX)
        return err_set(err, ERR_INVALID, "more than %d dimensions, %d changes or %d steps",
                       QUESTION_DIMENSIONS_MAX, QUESTION_CHANGES_MAX, QUESTION_STEPS_MAX);
    return true;
}

/* The asker's key for a blind sum must be a valid point, and only a sum may have one. */
static bool blind_check(const Rikstal__V1__Question *q, struct err *err)
{
    if (q->blind_key.len == 0)
        return true;
    if (q->mode != RIKSTAL__V1__MODE__MODE_SUM)
        return err_set(err, ERR_INVALID, "only a question of mode sum is blind");
    return (q->blind_key.len == KEYSTREAM_KEY_BYTES && keystream_hides(q->blind_key.data)) ||
           err_set(err, ERR_INVALID, "the key of a blind question has %d bytes and hides something",
                   KEYSTREAM_KEY_BYTES);
}

static bool ranges_check(const Rikstal__V1__Question *q, struct err *err)
{
    if (q->version != QUESTION_VERSION)
        return err_set(err, ERR_INVALID, "question version %u is not supported; %d is", q->version,
                       QUESTION_VERSION);
    if (q->question_id.len != QUESTION_ID_BYTES)
        return err_set(err, ERR_INVALID, "a question id has %d bytes", QUESTION_ID_BYTES);
    if (q->measure == RIKSTAL__V1__MEASURE__MEASURE_UNSET ||
        q->mode == RIKSTAL__V1__MODE__MODE_UNSET)
        return err_set(err, ERR_INVALID, "the question names no measure or no mode");
    if (q->certificate.len > CERTIFICATE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a certificate of %zu bytes; %zu are allowed",
                       q->certificate.len, CERTIFICATE_BYTES_MAX);
    return lists_check(q, err) && strings_check(q, err) && blind_check(q, err);
}

/* The organisation and role of the question must be the analyst's own. */
static bool speaker_check(const Rikstal__V1__Question *q, const Rikstal__V1__RosterAnalyst *analyst,
                          struct err *err)
{
    if (strcmp(q->analyst, analyst->id) != 0 || strcmp(q->organisation, analyst->organisation) != 0)
        return err_set(err, ERR_DENIED, "the question names another analyst than its key's");
    if (!roster_analyst_has_role(analyst, q->role))
        return err_set(err, ERR_DENIED,
                       "neither roster nor certificate gives this analyst that role");
    return true;
}

static bool network_check(const Rikstal__V1__Question *q, const struct roster *roster,
                          struct err *err)
{
    return strcmp(q->network, roster_network(roster)) == 0 ||
           err_set(err, ERR_DENIED, "the question is for another network");
}

static bool roster_check(const Rikstal__V1__Question *q, const struct roster *roster,
                         struct err *err)
{
    unsigned long long ours = roster_version(roster);

    if (q->roster_version < ours)
        return err_set(err, ERR_DENIED,
                       "the question was made with roster version %llu, %llu holds; fetch it and "
                       "ask again",
                       (unsigned long long)q->roster_version, ours);
    if (q->roster_version > ours)
        return err_set(err, ERR_UNAVAILABLE, "roster version %llu is not here yet, only %llu",
                       (unsigned long long)q->roster_version, ours);
    return true;
}

static bool time_check(const Rikstal__V1__Question *q, int64_t now_s, struct err *err)
{
    int64_t life;

    if (__builtin_sub_overflow(q->expires, q->not_before, &life) || life < 0 ||
        life > QUESTION_LIFE_MAX_S)
        return err_set(err, ERR_INVALID, "a question lives 0 to %d seconds", QUESTION_LIFE_MAX_S);
    if (q->not_before > now_s + QUESTION_SKEW_MAX_S)
        return err_set(err, ERR_DENIED, "the question is not valid yet; compare the clocks");
    if (q->expires < now_s - QUESTION_SKEW_MAX_S)
        return err_set(err, ERR_DENIED, "the question has expired");
    return true;
}

/* Regions must be sorted, so that the same set of regions always has the same bytes. */
static bool audience_check(const Rikstal__V1__Question *q, const char *self, struct err *err)
{
    bool for_us = !self;

    if (q->n_audience == 0 || q->n_audience > QUESTION_AUDIENCE_MAX)
        return err_set(err, ERR_INVALID, "a question is for 1 to %d nodes, not %zu",
                       QUESTION_AUDIENCE_MAX, q->n_audience);
    for (size_t i = 0; i < q->n_audience; i++) {
        if (i && strcmp(q->audience[i - 1], q->audience[i]) >= 0)
            return err_set(err, ERR_INVALID, "the audience is not sorted, or names a node twice");
        for_us = for_us || strcmp(q->audience[i], self) == 0;
    }
    return for_us || err_set(err, ERR_DENIED, "the question is not for node %s", self);
}

/*
 * A permit must be in the roster, belong to the asker's organisation, and be valid now. A permit of
 * another organisation gives the same error as one that does not exist.
 */
static bool permit_check(const Rikstal__V1__Question *q, const struct roster *roster, int64_t now_s,
                         const Rikstal__V1__RosterPermit **out, struct err *err)
{
    if (!q->permit[0])
        return true;
    *out = roster_permit(roster, q->organisation, q->permit);
    if (!*out)
        return err_set(err, ERR_DENIED,
                       "your organisation has no permit of this id in roster version %llu; the "
                       "network's operator enters it (`rikstal-coordinator roster add-permit`)",
                       (unsigned long long)roster_version(roster));
    return roster_permit_holds(*out, now_s, err);
}

/* Records which check comes next. Returns true, so that it can be part of a chain. */
static bool at(struct question *out, enum question_check_at check)
{
    out->at = check;
    return true;
}

bool question_check(const Rikstal__V1__Envelope *envelope, struct roster_view view,
                    struct arena *arena, struct question *out, struct err *err)
{
    assert(envelope && view.roster && arena && out);
    const Rikstal__V1__Question *q;
    struct question_moment moment = {view.now_s, arena};
    struct public_key key;
    ProtobufCMessage *message;

    *out = (struct question){.at = QUESTION_AT_SIGNATURE};
    if (envelope->payload.len > ENVELOPE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "a question of %zu bytes; %zu are allowed",
                       envelope->payload.len, ENVELOPE_BYTES_MAX);
    if (!analyst_find(envelope, view.roster, &moment, &out->analyst, err))
        return false;
    memcpy(key.b, out->analyst->key.data, KEY_BYTES);
    if (!envelope_open(envelope,
                       (struct envelope_kind){DOMAIN_QUESTION, &rikstal__v1__question__descriptor},
                       &key, arena, &message, err))
        return false;
    q = out->message = (const Rikstal__V1__Question *)message;
    envelope_hash(envelope, out->hash);
    return at(out, QUESTION_AT_RANGES) && ranges_check(q, err) && at(out, QUESTION_AT_SPEAKER) &&
           speaker_check(q, out->analyst, err) && at(out, QUESTION_AT_NETWORK) &&
           network_check(q, view.roster, err) && at(out, QUESTION_AT_ROSTER) &&
           roster_check(q, view.roster, err) && at(out, QUESTION_AT_TIME) &&
           time_check(q, view.now_s, err) && at(out, QUESTION_AT_AUDIENCE) &&
           audience_check(q, view.node, err) && at(out, QUESTION_AT_PERMIT) &&
           permit_check(q, view.roster, view.now_s, &out->permit, err) &&
           at(out, QUESTION_AT_RELEASE) &&
           calendar_allows(view.roster, q->release, q->purpose, view.now_s, err);
}
