/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/keeper.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/audit/audit.h"
#include "node/keeper/bookkeeping.h"
#include "node/keeper/effort.h"
#include "node/keeper/hold.h"
#include "node/keeper/keeper_inside.h"
#include "node/keeper/request.h"
#include "node/keeper/response.h"
#include "node/privacy/policy.h"
#include "node/store/overlay.h"
#include "proto/base/buckets.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/lock.h"
#include "proto/base/log.h"

/*
 * The order of these lines is the privacy argument. Nothing is computed before it is allowed and
 * paid for, and nothing leaves before noise_open() has added noise. A question that was answered
 * before gets the answer that was recorded then.
 */
bool keeper_answer(struct keeper *k, struct request *r, struct err *err)
{
    const struct request_verified *verified = NULL;
    const struct request_admitted *admitted = NULL;
    const struct request_priced *priced = NULL;
    const struct request_charged *charged = NULL;
    struct response_evaluated evaluated = {0};
    struct response_noised noised = {0};
    struct response_recorded recorded = {0};

    return request_verify(k, r, &verified, err) &&       /* an analyst's, fresh, for us */
           request_admit(k, verified, &admitted, err) && /* policy: role, purpose, mode, field */
           request_price(k, admitted, &priced, err) &&   /* question and public sizes, never data */
           request_charge(k, priced, NULL, &charged, err) &&   /* durable before all computing */
           (response_is_stored(k, charged, &recorded) ||       /* if not: */
            (response_evaluate(k, charged, &evaluated, err) && /* who is in which cell; they pay */
             response_noise(k, &evaluated, &noised, err) &&    /* alone can open a true cell */
             response_record(k, &noised, &recorded, err))) &&  /* with its leaf, durable */
           response_sign(k, &recorded, err);                   /* and hand to link */
}

/* ---- what changes on disk -------------------------------------------------------------------- */

static bool refresh_policy(struct keeper *keeper, struct err *err)
{
    struct policy_state_by by = {&keeper->home, keeper->roster, keeper->journal};
    bool looked = policy_state_refresh(&keeper->policy_state, &by, err);

    keeper->policy = policy_state_policy(&keeper->policy_state);
    return looked;
}

/* id: NULL when nothing is published any more. note: the snapshot's day, or the release. */
static bool note_snapshot(struct keeper *keeper, const uint8_t *id, const char *note,
                          struct err *err)
{
    struct leaf leaf = {.type = LEAF_SNAPSHOT, .time_s = clock_wall_s()};

    if (id)
        memcpy(leaf.answer_hash, id, sizeof(leaf.answer_hash));
    return leaf_name(leaf.note, sizeof(leaf.note), note, err) &&
           journal_note(keeper->journal, &leaf, err);
}

static bool refresh_pinned(struct keeper *keeper, struct err *err)
{
    const struct pinned_snapshots_by by = {&keeper->home, keeper->roster, &keeper->current_snapshot,
                                           clock_wall_s()};
    char note[sizeof("release ") + PIN_NAME_BYTES];
    const struct pin *pinned;

    do {
        if (!pinned_snapshots_refresh(&keeper->pinned_snapshots, &by, &pinned, err))
            return false;
        if (pinned)
            snprintf(note, sizeof(note), "release %s", pinned->release);
        if (pinned && !note_snapshot(keeper, pinned->snapshot, note, err))
            return false;
    } while (pinned);
    return true;
}

static bool refresh_current(struct keeper *keeper, struct err *err)
{
    const struct current_snapshot *newest = &keeper->current_snapshot;
    struct err bad;
    bool changed;

    if (current_snapshot_refresh(&keeper->current_snapshot, &keeper->home, &changed, &bad))
        return !changed ||
               note_snapshot(keeper, newest->snapshot ? snapshot_info(newest->snapshot)->id : NULL,
                             newest->date, err);
    if (keeper->running)
        log_error("snapshot_refused", &bad);
    else
        *err = bad;
    return keeper->running;
}

/* Writes an audit leaf about an act of the operator: a text and a number. */
static bool note_admin(struct keeper *keeper, const char *what, uint64_t number, struct err *err)
{
    struct leaf leaf = {.type = LEAF_ADMIN, .time_s = clock_wall_s(), .nrho = (int64_t)number};

    return leaf_name(leaf.note, sizeof(leaf.note), what, err) &&
           journal_note(keeper->journal, &leaf, err);
}

static bool refresh_consent(struct keeper *keeper, struct err *err)
{
    struct consent_file *consent = &keeper->consent;
    uint64_t sequence;

    if (!consent_file_refresh(consent, &keeper->home, err))
        return false;
    sequence = overlay_sequence(consent->overlay);
    if (sequence <= consent->noted)
        return true;
    if (!note_admin(keeper, CONSENT_NOTE, sequence, err))
        return false;
    consent->noted = sequence;
    return true;
}

/* The node stops even if the leaf cannot be written; it starts again only after its leaf is. */
static bool refresh_stopped(struct keeper *keeper, struct err *err)
{
    char path[HOME_PATH_BYTES];

    if (!home_path(&keeper->home, "stopped", path, err))
        return false;
    bool stopped = file_exists(path);

    if (stopped == keeper->stopped)
        return true;
    keeper->stopped = true;
    if (!note_admin(keeper, stopped ? "stopped by the operator" : "started by the operator", 0,
                    err))
        return false;
    keeper->stopped = stopped;
    return true;
}

bool keeper_stopped(struct keeper *keeper)
{
    assert(keeper);
    struct err err;

    if (!refresh_stopped(keeper, &err))
        log_error("stop_not_recorded", &err);
    return keeper->stopped;
}

/*
 * What is wrong with the log of counts is told, in the witnessed log too, and stops no answer: no
 * question of others depends on it.
 */
void keeper_take_counts(struct keeper *keeper)
{
    struct err err;

    if (count_intake_wait_ms(&keeper->counts, clock_mono_ms()) > 0 ||
        count_intake_refresh(&keeper->counts, &keeper->home, keeper->journal, &err))
        return;
    log_error("counts_not_taken", &err);
    if (!journal_broken(keeper->journal) && !note_admin(keeper, COUNT_INTAKE_NOTE, 0, &err))
        log_error("refused_counts_not_noted", &err);
}

bool keeper_refresh(struct keeper *keeper, struct err *err)
{
    assert(keeper);
    return refresh_stopped(keeper, err) && refresh_policy(keeper, err) &&
           refresh_consent(keeper, err) &&
           hold_take_decisions(&keeper->home, keeper->journal, clock_wall_s(), err) &&
           refresh_current(keeper, err) && refresh_pinned(keeper, err);
}

/* ---- which data ------------------------------------------------------------------------------ */

const struct current_snapshot *keeper_told(const struct keeper *keeper)
{
    assert(keeper);
    const Rikstal__V1__Roster *roster = roster_message(keeper->roster);
    const struct current_snapshot *told = NULL;
    int64_t opened = 0;

    if (roster->n_releases == 0)
        return pinned_snapshots_data(&keeper->pinned_snapshots, &keeper->current_snapshot, "");
    for (size_t i = 0; i < roster->n_releases; i++) {
        const Rikstal__V1__RosterRelease *release = roster->releases[i];
        const struct current_snapshot *data =
            pinned_snapshots_find(&keeper->pinned_snapshots, release->name);

        if (data && (!told || release->opens > opened)) {
            told = data;
            opened = release->opens;
        }
    }
    return told;
}

static bool note_roster(struct keeper *keeper, const struct roster *roster, struct err *err)
{
    struct leaf leaf = {
        .type = LEAF_ROSTER, .time_s = clock_wall_s(), .nrho = (int64_t)roster_version(roster)};

    return leaf_name(leaf.note, sizeof(leaf.note), roster_network(roster), err) &&
           journal_note(keeper->journal, &leaf, err);
}

static void replace_roster(struct keeper *keeper, struct roster *roster)
{
    freshness_replace_roster(&keeper->freshness, keeper->roster, roster);
    roster_free(keeper->roster);
    keeper->roster = roster;
    witness_hurry(keeper->witness);
}

bool keeper_take_roster(struct keeper *keeper, const uint8_t *envelope, size_t size,
                        struct err *err)
{
    assert(keeper);
    uint64_t version = roster_version(keeper->roster);
    char path[HOME_PATH_BYTES];
    struct roster *roster;

    if (!home_path(&keeper->home, "roster", path, err) ||
        !roster_open((struct bytes_view){envelope, size}, &keeper->roots, keeper->home.network,
                     version, &roster, err))
        return false;
    bool newer = roster_version(roster) > version;

    if (newer &&
        (!file_write(path, envelope, size, 0644, err) || !note_roster(keeper, roster, err))) {
        roster_free(roster);
        return false;
    }
    if (newer)
        replace_roster(keeper, roster);
    else
        roster_free(roster);
    return freshness_word(&keeper->freshness, &keeper->home, roster_version(keeper->roster), err);
}

/* ---- open and close -------------------------------------------------------------------------- */

/* Only one keeper may run in a folder: each relies on having the only connection to the ledger. */
static bool take_lock(struct keeper *keeper, struct err *err)
{
    char path[HOME_PATH_BYTES];

    return home_path(&keeper->home, "keeper.lock", path, err) &&
           lock_take(path, LOCK_AT_ONCE, "another keeper serves this folder", &keeper->lock, err);
}

static bool read_trust(struct keeper *keeper, struct err *err)
{
    char roots[HOME_PATH_BYTES], roster[HOME_PATH_BYTES], key[HOME_PATH_BYTES];

    if (!home_path(&keeper->home, "roots", roots, err) ||
        !home_path(&keeper->home, "roster", roster, err) ||
        !home_path(&keeper->home, "keys/node.key", key, err))
        return false;
    if (!root_keys_read(roots, &keeper->roots, err) ||
        !roster_read(roster, &keeper->roots, keeper->home.network, 0, &keeper->roster, err))
        return err_wrap(err, "the node is not enrolled (`rikstal-node enrol`): ");
    return secret_key_read(key, &keeper->key, err);
}

/*
 * Writes the default policy into a folder that has none, so that there is a file to read and
 * change.
 */
static bool ensure_policy(struct keeper *keeper, struct err *err)
{
    char path[HOME_PATH_BYTES];

    if (!home_path(&keeper->home, "policy.json", path, err))
        return false;
    return file_exists(path) || file_write(path, policy_default, strlen(policy_default), 0644, err);
}

struct witness_of keeper_witness_of(const struct keeper *keeper)
{
    assert(keeper);
    return (struct witness_of){.home = &keeper->home,
                               .roster = keeper->roster,
                               .key = keeper->key,
                               .audit = journal_audit(keeper->journal)};
}

static bool open_witness(struct keeper *keeper, struct err *err)
{
    struct witness_of of = keeper_witness_of(keeper);

    return witness_open(&of, &keeper->witness, err);
}

static bool open_all(struct keeper *keeper, const char *dir, struct err *err)
{
    char path[HOME_PATH_BYTES];

    return home_read(dir, &keeper->home, err) && take_lock(keeper, err) &&
           read_trust(keeper, err) && home_path(&keeper->home, "ledger.db", path, err) &&
           journal_open(path, &keeper->journal, err) && bookkeeping_start(keeper, err) &&
           ensure_policy(keeper, err) &&
           freshness_open(&keeper->home, keeper->roster, &keeper->freshness, err) &&
           open_witness(keeper, err) &&
           journal_noted(keeper->journal, CONSENT_NOTE, &keeper->consent.noted, err) &&
           keeper_refresh(keeper, err);
}

bool keeper_open(const char *dir, struct keeper **out, struct err *err)
{
    struct keeper *keeper = calloc(1, sizeof(*keeper));

    if (!keeper)
        return err_memory(err);
    keeper->patience_ms = KEEPER_PATIENCE_MS;
    keeper->lock = LOCK_NONE;
    keeper->attempts = buckets_new(EFFORT_ORGANISATIONS_MAX);
    keeper->works = buckets_new(EFFORT_ORGANISATIONS_MAX);
    if (!keeper->attempts || !keeper->works) {
        keeper_close(keeper);
        return err_memory(err);
    }
    if (!open_all(keeper, dir, err)) {
        keeper_close(keeper);
        return false;
    }
    keeper->running = true;
    *out = keeper;
    return true;
}

static void end_denials(struct keeper *keeper)
{
    struct err err;

    if (keeper->journal && !journal_broken(keeper->journal) &&
        !denials_end(&keeper->denials, keeper->journal, INT64_MAX, &err))
        log_error("refusals_not_counted", &err);
}

void keeper_close(struct keeper *keeper)
{
    if (!keeper)
        return;
    end_denials(keeper);
    bookkeeping_end(keeper);
    buckets_free(keeper->attempts);
    buckets_free(keeper->works);
    turns_clear(&keeper->turns);
    outbox_clear(&keeper->outbox);
    sum_sessions_clear(&keeper->sessions);
    witness_close(keeper->witness);
    count_intake_close(&keeper->counts);
    pinned_snapshots_close(&keeper->pinned_snapshots);
    current_snapshot_close(&keeper->current_snapshot);
    consent_file_close(&keeper->consent);
    policy_state_clear(&keeper->policy_state);
    roster_free(keeper->roster);
    secret_key_free(keeper->key);
    journal_close(keeper->journal);
    lock_release(&keeper->lock);
    free(keeper);
}
