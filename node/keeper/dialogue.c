/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the frames that link sends and writes the keeper's frames. Each request gets one answer. A
 * frame that makes no sense is logged and dropped; the stream itself is still intact.
 */
#include "node/keeper/dialogue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/keeper/announce.h"
#include "node/keeper/bookkeeping.h"
#include "node/keeper/hearing.h"
#include "node/keeper/hello.h"
#include "node/keeper/keeper_inside.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/version.h"
#include "proto/tlog/watch.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/wire/framed.h"

/* How many frames are read, at most, before the next turn is taken. */
#define FRAMES_BETWEEN 64

static bool send_frame(struct dialogue *d, Rikstal__V1__Frame *frame, struct err *err)
{
    uint8_t *data;
    size_t size;

    if (!dialogue_pack(d, frame, &data, &size, err))
        return false;
    if (framed_write_within(d->fd, data, size, d->keeper->patience_ms, err))
        return true;
    if (err->code != ERR_UNAVAILABLE) /* when the stream is closed, the next read reports it */
        d->keeper->unheard = *err;
    return false;
}

/* ---- hello ----------------------------------------------------------------------------------- */

static bool say_hello(struct dialogue *d, const Rikstal__V1__Challenge *challenge, struct err *err)
{
    struct keeper *keeper = d->keeper;
    const struct current_snapshot *told = keeper_told(keeper);
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
    if (told)
        hello.snapshot_date = (char *)told->date;
    if (told && !hello_fill(told->snapshot, d->arena, &hello, err))
        return false;
    if (keeper->policy && !hello_fill_rules(keeper->policy, d->arena, &hello, err))
        return false;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_HELLO;
    keeper->greeted = envelope_sign_message(DOMAIN_HELLO, &hello.base, keeper->key, d->arena,
                                            &frame.hello, err) &&
                      send_frame(d, &frame, err);
    witness_hurry(keeper->witness);
    freshness_hurry(&keeper->freshness);
    return keeper->greeted;
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* Takes up what the operator changed on disk, so that it is noted soon even if nobody asks. */
static void look_around(struct keeper *keeper)
{
    struct err err;

    if (!keeper_refresh(keeper, &err))
        log_error("refresh_failed", &err);
}

/* A release of its calendar may open at once. */
static bool hear_roster(struct dialogue *d, const Rikstal__V1__Envelope *envelope, struct err *err)
{
    uint8_t *data;
    size_t size;

    if (!message_pack(&envelope->base, d->arena, &data, &size, err) ||
        !keeper_take_roster(d->keeper, data, size, err))
        return false;
    look_around(d->keeper);
    return true;
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

static bool echo(struct dialogue *d, Rikstal__V1__Ping *ping, struct err *err)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = ping;
    return send_frame(d, &frame, err);
}

/* The echo says that all before it is answered or waits for its slot, so it waits for their turns.
 */
static bool hear_ping(struct dialogue *d, Rikstal__V1__Ping *ping, struct err *err)
{
    const struct turns_frame frame = {.data = d->data, .size = d->size};
    struct err full;

    look_around(d->keeper);
    if (d->turn || d->keeper->turns.n == 0 || !turns_put(&d->keeper->turns, &frame, &full))
        return echo(d, ping, err);
    return true;
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
    case RIKSTAL__V1__FRAME__BODY_MASK_LIST:
        return hearing_take(d, frame, err);
    case RIKSTAL__V1__FRAME__BODY_ROSTER:
        return hear_roster(d, frame->roster, err);
    case RIKSTAL__V1__FRAME__BODY_ROSTER_PULL:
        return hear_no_newer_roster(d, frame->roster_pull, err);
    case RIKSTAL__V1__FRAME__BODY_PING:
        return hear_ping(d, frame->ping, err);
    case RIKSTAL__V1__FRAME__BODY_CANCEL: /* a charged question is still answered */
        turns_cancel(&d->keeper->turns, frame->correlation);
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

static void hear_bytes(struct dialogue *d)
{
    ProtobufCMessage *message;
    struct err err;

    d->arena = arena_new(KEEPER_ARENA_BYTES);
    if (!d->arena) {
        err_memory(&err);
        log_error("frame_dropped", &err);
        return;
    }
    if (!message_unpack(&rikstal__v1__frame__descriptor, d->data, d->size, d->arena, &message,
                        &err) ||
        !hear(d, (const Rikstal__V1__Frame *)message, &err))
        log_error("frame_dropped", &err);
    arena_free(d->arena);
}

static void take_turn(struct keeper *keeper, int fd)
{
    struct turn *turn = turns_take(&keeper->turns);
    struct dialogue d = {.keeper = keeper, .fd = fd, .turn = turn};

    if (!turn)
        return;
    d.data = turn->frame;
    d.size = turn->size;
    hear_bytes(&d);
    free(turn);
}

/* What goes into the log without a question: the staff's counts, and refusals that were counted. */
static void keep_books(struct keeper *keeper)
{
    struct err err;

    keeper_take_counts(keeper);
    if (denials_wait_ms(&keeper->denials, clock_mono_ms()) == 0 &&
        !denials_end(&keeper->denials, keeper->journal, clock_mono_ms(), &err))
        log_error("refusals_not_counted", &err);
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
    own = denials_wait_ms(&keeper->denials, now);
    wait = own < 0 ? wait : sooner(wait, own);
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

/*
 * Reads one frame that is there, or takes the next turn when none is: so that all who have asked
 * are known before it is decided whose turn it is.
 */
static bool read_or_turn(struct keeper *keeper, struct framed *framed, size_t *heard,
                         enum framed_state *state, struct err *err)
{
    struct dialogue d = {.keeper = keeper, .fd = framed->fd};

    framed->patience_ms = keeper->patience_ms;
    if (!framed_read(framed, keeper->turns.n > 0 ? 0 : wait_ms(keeper), state, &d.data, &d.size,
                     err))
        return false;
    if (*state == FRAMED_FRAME)
        hear_bytes(&d);
    if (*state == FRAMED_FRAME && ++*heard < FRAMES_BETWEEN)
        return true;
    *heard = 0;
    if (*state != FRAMED_CLOSED)
        take_turn(keeper, framed->fd);
    return true;
}

bool keeper_serve(struct keeper *keeper, int fd, struct err *err)
{
    assert(keeper);
    enum framed_state state = FRAMED_TIMEOUT;
    struct framed framed;
    size_t heard = 0;
    bool fine = framed_unblock(fd, err);

    framed_init(&framed, fd);
    while (fine && state != FRAMED_CLOSED) {
        fine = read_or_turn(keeper, &framed, &heard, &state, err);
        if (fine)
            keep_books(keeper);
        if (fine && keeper->greeted)
            tick(keeper, fd);
        if (fine && keeper->unheard.code != ERR_NONE) {
            *err = keeper->unheard;
            fine = false;
        }
        fine = fine && flush(keeper, fd, err);
        if (fine)
            bookkeeping_save(keeper);
        if (fine && journal_broken(keeper->journal))
            fine =
                err_set(err, ERR_INTERNAL, "the journal cannot be trusted any more; start again");
    }
    framed_clear(&framed);
    return fine;
}
