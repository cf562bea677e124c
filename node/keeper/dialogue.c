/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the frames that link sends and writes the keeper's frames. Each request gets one answer. A
 * frame that makes no sense is logged and dropped; the stream itself is still intact.
 */
#include <assert.h>
#include <string.h>

#include "node/keeper/announce.h"
#include "node/keeper/keeper_inside.h"
#include "node/keeper/masked_sum.h"
#include "node/keeper/request.h"
#include "node/keeper/response.h"
#include "node/privacy/identity_guard.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/date.h"
#include "proto/base/log.h"
#include "proto/base/version.h"
#include "proto/tlog/watch.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/wire/framed.h"

#define TIME_MAX_MS 30000 /* longest wait for a question, whatever the coordinator says */

/* One frame that is being handled. */
struct dialogue {
    struct keeper *keeper;
    int fd;
    struct arena *arena;
    uint64_t correlation;
};

static bool pack(struct dialogue *d, Rikstal__V1__Frame *frame, uint8_t **data, size_t *size,
                 struct err *err)
{
    frame->correlation = d->correlation;
    return message_pack(&frame->base, d->arena, data, size, err);
}

static bool send_frame(struct dialogue *d, Rikstal__V1__Frame *frame, struct err *err)
{
    uint8_t *data;
    size_t size;

    if (!pack(d, frame, &data, &size, err))
        return false;
    if (framed_write_within(d->fd, data, size, d->keeper->patience_ms, err))
        return true;
    if (err->code != ERR_UNAVAILABLE) /* when the stream is closed, the next read reports it */
        d->keeper->unheard = *err;
    return false;
}

/* ---- hello ----------------------------------------------------------------------------------- */

static bool fill_terms(struct dialogue *d, Rikstal__V1__Hello *hello, struct err *err)
{
    struct snapshot *snapshot = d->keeper->current_snapshot.snapshot;
    size_t n = snapshot_info(snapshot)->n_systems;
    Rikstal__V1__TermRelease **terms = arena_array(d->arena, n + 1, sizeof(*terms));
    Rikstal__V1__TermRelease *each = arena_array(d->arena, n + 1, sizeof(*each));

    if (!terms || !each)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        const struct snapshot_system *system = snapshot_system(snapshot, i);

        rikstal__v1__term_release__init(&each[i]);
        each[i].system = (char *)system->system;
        each[i].release = (char *)system->release;
        terms[i] = &each[i];
    }
    hello->n_terms = n;
    hello->terms = terms;
    return true;
}

/*
 * Lists the deliveries that the operator declared. The texts are the operator's own: none of them
 * is taken from a file about patients.
 */
static bool fill_deliveries(struct dialogue *d, Rikstal__V1__Hello *hello, struct err *err)
{
    struct snapshot *snapshot = d->keeper->current_snapshot.snapshot;
    size_t n = snapshot_info(snapshot)->n_deliveries;
    Rikstal__V1__Delivery **all = arena_array(d->arena, n + 1, sizeof(*all));
    Rikstal__V1__Delivery *each = arena_array(d->arena, n + 1, sizeof(*each));
    char *days = arena_array(d->arena, n + 1, DATE_TEXT_BYTES);

    if (!all || !each || !days)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        struct snapshot_delivery delivery = snapshot_delivery(snapshot, i);

        rikstal__v1__delivery__init(&each[i]);
        each[i].kind = (char *)delivery.kind;
        each[i].system = (char *)delivery.system;
        if (delivery.since != PERSON_NO_DATE) {
            date_text(delivery.since, days + i * DATE_TEXT_BYTES);
            each[i].since = days + i * DATE_TEXT_BYTES;
        }
        all[i] = &each[i];
    }
    hello->n_delivers = n;
    hello->delivers = all;
    return true;
}

/*
 * Lists the assays that the operator declared, without those whose name may hold a personal
 * identity number.
 */
static bool fill_assays(struct dialogue *d, Rikstal__V1__Hello *hello, struct err *err)
{
    struct snapshot *snapshot = d->keeper->current_snapshot.snapshot;
    size_t n = snapshot_info(snapshot)->n_declared_assays;
    Rikstal__V1__AssayKind **all = arena_array(d->arena, n + 1, sizeof(*all));
    Rikstal__V1__AssayKind *each = arena_array(d->arena, n + 1, sizeof(*each));

    if (!all || !each)
        return err_memory(err);
    hello->n_assays = 0;
    hello->assays = all;
    for (size_t i = 0; i < n; i++) {
        struct snapshot_assay assay = snapshot_declared_assay(snapshot, i);

        if (!identity_guard_clean(assay.name))
            continue;
        rikstal__v1__assay_kind__init(&each[i]);
        each[i].name = (char *)assay.name;
        each[i].assembly = assay.assembly == VARIANT_GRCH37 ? "GRCh37" : "GRCh38";
        each[i].whole_genome = assay.whole_genome;
        all[hello->n_assays++] = &each[i];
    }
    return true;
}

static bool say_hello(struct dialogue *d, const Rikstal__V1__Challenge *challenge, struct err *err)
{
    struct keeper *keeper = d->keeper;
    Rikstal__V1__Hello hello = RIKSTAL__V1__HELLO__INIT;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;

    if (strcmp(challenge->network, keeper->home.network) != 0 || challenge->nonce.len != 32)
        return err_set(err, ERR_DENIED, "a challenge of another network or form");
    hello.network = keeper->home.network;
    hello.node = keeper->home.node;
    hello.nonce = challenge->nonce;
    hello.protocol = KEEPER_PROTOCOL;
    hello.software = (char *)rikstal_version;
    hello.roster_version = roster_version(keeper->roster);
    hello.snapshot_date = keeper->current_snapshot.date;
    if (keeper->current_snapshot.snapshot) {
        const struct snapshot_info *info = snapshot_info(keeper->current_snapshot.snapshot);

        hello.snapshot = (ProtobufCBinaryData){32, (uint8_t *)info->id};
        if (!fill_terms(d, &hello, err) || !fill_deliveries(d, &hello, err) ||
            !fill_assays(d, &hello, err))
            return false;
    }
    frame.body_case = RIKSTAL__V1__FRAME__BODY_HELLO;
    keeper->greeted = envelope_sign_message(DOMAIN_HELLO, &hello.base, keeper->key, d->arena,
                                            &frame.hello, err) &&
                      send_frame(d, &frame, err);
    witness_hurry(keeper->witness);
    freshness_hurry(&keeper->freshness);
    return keeper->greeted;
}

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
           journal_note(keeper->journal, &leaf, err);
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
    return pack(d, &frame, &one.frame, &one.size, err) && outbox_put(&d->keeper->outbox, &one, err);
}

static struct request *request_new(struct dialogue *d, const Rikstal__V1__Envelope *question)
{
    struct request *request = arena_alloc(d->arena, sizeof(*request));

    if (!request)
        return NULL;
    request->envelope = question;
    request->arena = d->arena;
    request->correlation = d->correlation;
    request->arrived_ms = clock_mono_ms();
    request->now_s = clock_wall_s();
    envelope_hash(question, request->hash);
    return request;
}

static bool hear_ask(struct dialogue *d, const Rikstal__V1__Ask *ask, struct err *err)
{
    uint32_t left = ask->time_left_ms < TIME_MAX_MS ? ask->time_left_ms : TIME_MAX_MS;
    struct request *request = ask->question ? request_new(d, ask->question) : NULL;

    if (!ask->question)
        return err_set(err, ERR_INVALID, "an Ask without a question");
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

/* ---- the rest -------------------------------------------------------------------------------- */

static bool hear_roster(struct dialogue *d, const Rikstal__V1__Envelope *envelope, struct err *err)
{
    uint8_t *data;
    size_t size;

    return message_pack(&envelope->base, d->arena, &data, &size, err) &&
           keeper_take_roster(d->keeper, data, size, err);
}

/* The coordinator says that it has no newer roster than this version. */
static bool hear_no_newer_roster(struct dialogue *d, const Rikstal__V1__RosterPull *word,
                                 struct err *err)
{
    uint64_t ours = roster_version(d->keeper->roster);

    if (word->version != ours)
        return err_set(err, ERR_INVALID, "the coordinator has roster version %llu, we have %llu",
                       (unsigned long long)word->version, (unsigned long long)ours);
    return freshness_word(&d->keeper->freshness, &d->keeper->home, ours, err);
}

/* Takes up what the operator changed on disk, so that it is noted soon even if nobody asks. */
static void look_around(struct keeper *keeper)
{
    struct err err;

    if (!keeper_refresh(keeper, &err))
        log_error("refresh_failed", &err);
}

static bool echo(struct dialogue *d, Rikstal__V1__Ping *ping, struct err *err)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = ping;
    return send_frame(d, &frame, err);
}

/* ---- checkpoints and their witnesses --------------------------------------------------------- */

static bool send_linkwide(void *context, Rikstal__V1__Frame *frame, struct err *err)
{
    struct dialogue *d = context;

    d->correlation = 0;
    return send_frame(d, frame, err);
}

static bool hear_checkpoint(struct dialogue *d, const Rikstal__V1__Checkpoint *checkpoint,
                            struct err *err)
{
    struct witness_of of = keeper_witness_of(d->keeper);
    struct witness_out out = {send_linkwide, d, d->arena};

    return witness_hear_checkpoint(&of, checkpoint, clock_wall_s(), &out, err);
}

static bool hear_cosignature(struct dialogue *d, const Rikstal__V1__Cosignature *word,
                             struct err *err)
{
    struct witness_of of = keeper_witness_of(d->keeper);
    struct witness_out out = {send_linkwide, d, d->arena};

    if (word->status == WATCH_OLD_ROSTER) /* not signed: our roster is old, so pull a newer one */
        freshness_hurry(&d->keeper->freshness);
    return witness_hear_cosignature(d->keeper->witness, &of, word, clock_mono_ms(), &out, err);
}

/* Our newest signed answer that the coordinator has. It arrives before the first question. */
static bool hear_newest(struct dialogue *d, const Rikstal__V1__Envelope *answer, struct err *err)
{
    struct witness_of of = keeper_witness_of(d->keeper);

    return witness_hear_answer(d->keeper->witness, &of, answer, d->arena, err);
}

/* ---- frames that the keeper sends without a request ------------------------------------------ */

static bool pull_roster(struct dialogue *d, struct err *err)
{
    Rikstal__V1__RosterPull pull = RIKSTAL__V1__ROSTER_PULL__INIT;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;

    if (freshness_wait_ms(&d->keeper->freshness, clock_mono_ms()) > 0)
        return true;
    freshness_pulled(&d->keeper->freshness, &d->keeper->home);
    pull.version = roster_version(d->keeper->roster);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ROSTER_PULL;
    frame.roster_pull = &pull;
    return send_linkwide(d, &frame, err);
}

/*
 * Sends the checkpoint and the roster pull that are due. One that fails is tried again later;
 * meanwhile the age of the last checkpoint and roster decides whether the node may answer.
 */
static void tick(struct keeper *keeper, int fd)
{
    struct dialogue d = {.keeper = keeper, .fd = fd, .arena = arena_new(KEEPER_ARENA_BYTES)};
    struct witness_of of = keeper_witness_of(keeper);
    struct witness_out out = {send_linkwide, &d, d.arena};
    struct err err;

    if (d.arena && !witness_tick(keeper->witness, &of, clock_mono_ms(), &out, &err))
        log_error("checkpoint_failed", &err);
    if (d.arena && !pull_roster(&d, &err))
        log_error("roster_pull_failed", &err);
    arena_free(d.arena);
}

static bool hear(struct dialogue *d, const Rikstal__V1__Frame *frame, struct err *err)
{
    d->correlation = frame->correlation;
    switch (frame->body_case) {
    case RIKSTAL__V1__FRAME__BODY_CHALLENGE:
        return keeper_refresh(d->keeper, err) && say_hello(d, frame->challenge, err);
    case RIKSTAL__V1__FRAME__BODY_ASK:
        return hear_ask(d, frame->ask, err);
    case RIKSTAL__V1__FRAME__BODY_MASK_LIST:
        return hear_list(d, frame->mask_list, err);
    case RIKSTAL__V1__FRAME__BODY_ROSTER:
        return hear_roster(d, frame->roster, err);
    case RIKSTAL__V1__FRAME__BODY_ROSTER_PULL:
        return hear_no_newer_roster(d, frame->roster_pull, err);
    case RIKSTAL__V1__FRAME__BODY_PING:
        look_around(d->keeper);
        return echo(d, frame->ping, err);
    case RIKSTAL__V1__FRAME__BODY_CANCEL: /* a charged question is still answered */
        sum_sessions_cancel(&d->keeper->sessions, frame->correlation);
        return true;
    case RIKSTAL__V1__FRAME__BODY_CHECKPOINT:
        return hear_checkpoint(d, frame->checkpoint, err);
    case RIKSTAL__V1__FRAME__BODY_COSIGNATURE:
        return hear_cosignature(d, frame->cosignature, err);
    case RIKSTAL__V1__FRAME__BODY_NEWEST:
        return hear_newest(d, frame->newest, err);
    case RIKSTAL__V1__FRAME__BODY_RELEASE_PULL:
        return announce_hear(d->keeper, frame->release_pull, d->arena, err);
    default:
        return err_set(err, ERR_INVALID, "a frame of kind %d is not for the keeper",
                       (int)frame->body_case);
    }
}

static void hear_bytes(struct keeper *keeper, int fd, const uint8_t *data, size_t size)
{
    struct dialogue d = {.keeper = keeper, .fd = fd, .arena = arena_new(KEEPER_ARENA_BYTES)};
    ProtobufCMessage *message;
    struct err err;

    if (!d.arena) {
        err_memory(&err);
        log_error("frame_dropped", &err);
        return;
    }
    if (!message_unpack(&rikstal__v1__frame__descriptor, data, size, d.arena, &message, &err) ||
        !hear(&d, (const Rikstal__V1__Frame *)message, &err))
        log_error("frame_dropped", &err);
    arena_free(d.arena);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Milliseconds until something is due that no frame asks for. */
static int64_t wait_ms(const struct keeper *keeper)
{
    int64_t now = clock_mono_ms(), wait = outbox_wait_ms(&keeper->outbox, now), own;
    int64_t counts = count_intake_wait_ms(&keeper->counts, now);

    wait = wait < 0 ? counts : sooner(wait, counts);
    if (!keeper->greeted)
        return wait;
    own = sooner(witness_wait_ms(keeper->witness, now), freshness_wait_ms(&keeper->freshness, now));
    return sooner(wait, own);
}

/*
 * Writes the frames that are due. If the operator has stopped the node since, answers are dropped.
 */
static bool flush(struct keeper *keeper, int fd, struct err *err)
{
    int64_t now = clock_mono_ms();

    if (outbox_wait_ms(&keeper->outbox, now) == 0 && keeper_stopped(keeper) &&
        outbox_withhold(&keeper->outbox) > 0)
        log_event(LOG_INFO_LEVEL, "answers_withheld", "by", "policy stop", NULL);
    return outbox_flush(&keeper->outbox, fd, now, keeper->patience_ms, err);
}

bool keeper_serve(struct keeper *keeper, int fd, struct err *err)
{
    assert(keeper);
    enum framed_state state = FRAMED_TIMEOUT;
    struct framed framed;
    const uint8_t *data;
    size_t size;
    bool fine = framed_unblock(fd, err);

    framed_init(&framed, fd);
    while (fine && state != FRAMED_CLOSED) {
        framed.patience_ms = keeper->patience_ms;
        fine = framed_read(&framed, wait_ms(keeper), &state, &data, &size, err);
        if (fine && state == FRAMED_FRAME)
            hear_bytes(keeper, fd, data, size);
        if (fine)
            keeper_take_counts(keeper);
        if (fine && keeper->greeted)
            tick(keeper, fd);
        if (fine && keeper->unheard.code != ERR_NONE) {
            *err = keeper->unheard;
            fine = false;
        }
        fine = fine && flush(keeper, fd, err);
        if (fine && journal_broken(keeper->journal))
            fine =
                err_set(err, ERR_INTERNAL, "the journal cannot be trusted any more; start again");
    }
    framed_clear(&framed);
    return fine;
}
