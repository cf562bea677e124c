/*
 * Frames in, frames out. Every frame that asks for something gets one answer; one that makes no
 * sense is logged and dropped, since the stream itself is still whole.
 */
#include <string.h>

#include "node/keeper/answer.h"
#include "node/keeper/asked.h"
#include "node/keeper/keeper_inside.h"
#include "node/keeper/reply.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/wire/framed.h"

#define TIME_MAX_MS 30000 /* of one evaluation, whatever the coordinator would wait */

/* One frame under way. */
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

    return pack(d, frame, &data, &size, err) && framed_write(d->fd, data, size, err);
}

/* ---- hello ----------------------------------------------------------------------------------- */

static bool fill_terms(struct dialogue *d, Rikstal__V1__Hello *hello, struct err *err)
{
    struct snapshot *snapshot = d->keeper->published.snapshot;
    size_t n = snapshot_info(snapshot)->n_systems;
    Rikstal__V1__TermRelease **terms = arena_array(d->arena, n + 1, sizeof(*terms));
    Rikstal__V1__TermRelease *each = arena_array(d->arena, n + 1, sizeof(*each));

    if (!terms || !each)
        return err_set(err, ERR_INTERNAL, "out of memory for a hello");
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
    hello.software = (char *)RIKSTAL_VERSION;
    hello.roster_version = roster_version(keeper->roster);
    hello.snapshot_date = keeper->published.date;
    if (keeper->published.snapshot) {
        const struct snapshot_info *info = snapshot_info(keeper->published.snapshot);

        hello.snapshot = (ProtobufCBinaryData){32, (uint8_t *)info->id};
        if (!fill_terms(d, &hello, err))
            return false;
    }
    frame.body_case = RIKSTAL__V1__FRAME__BODY_HELLO;
    return envelope_sign_message(DOMAIN_HELLO, &hello.base, keeper->key, d->arena, &frame.hello,
                                 err) &&
           send_frame(d, &frame, err);
}

/* ---- ask ------------------------------------------------------------------------------------- */

static bool note_refusal(struct keeper *keeper, const struct asked *asked, struct err *err)
{
    const Rikstal__V1__Question *q = asked->question.message;
    struct leaf leaf = {.type = LEAF_DENY, .time_s = asked->now_s, .nrho = asked->nrho};

    if (!asked->authentic || !q)
        return true; /* whoever is not in the roster does not get to fill our log */
    memcpy(leaf.question_hash, asked->hash, sizeof(leaf.question_hash));
    return leaf_name(leaf.organisation, sizeof(leaf.organisation), q->organisation, err) &&
           leaf_name(leaf.analyst, sizeof(leaf.analyst), q->analyst, err) &&
           leaf_name(leaf.purpose, sizeof(leaf.purpose), q->purpose, err) &&
           leaf_name(leaf.note, sizeof(leaf.note), refusal_code(asked->refusal), err) &&
           books_note(keeper->books, &leaf, err);
}

static void log_asked(const struct asked *asked)
{
    const Rikstal__V1__Question *q = asked->question.message;
    char hash[65];

    hex_write(asked->hash, 32, hash);
    log_event(LOG_INFO_LEVEL, "question", "hash", hash, "organisation", q ? q->organisation : "-",
              "analyst", q ? q->analyst : "-", "purpose", q ? q->purpose : "-", "outcome",
              asked->refusal == REFUSAL_NONE ? "answered" : refusal_code(asked->refusal), NULL);
}

/* When the answer may go. What was stored, or never computed, tells nothing by its time. */
static int64_t leave_at(const struct asked *asked)
{
    int64_t now = clock_mono_ms();
    bool missed = false;
    int64_t due = asked->computed ? slot_due_ms(asked->slot, asked->arrived_ms, now, &missed) : now;

    if (missed)
        log_event(LOG_WARN_LEVEL, "slot_missed", NULL);
    return due;
}

static bool answer(struct dialogue *d, struct asked *asked, struct err *err)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    struct err why;
    uint8_t *data;
    size_t size;

    bool answered = keeper_refresh(d->keeper, &why) ? keeper_answer(d->keeper, asked, &why)
                                                    : asked_refuse(asked, REFUSAL_FAILED);

    cells_free(asked->cells);
    asked->cells = NULL;
    if (!answered) {
        log_error("question_refused", &why);
        if (!note_refusal(d->keeper, asked, &why))
            log_error("refusal_not_recorded", &why);
    }
    if (!answered && !reply_decline(d->keeper, asked, err))
        return false;
    log_asked(asked);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ANSWER;
    frame.answer = asked->answer;
    return pack(d, &frame, &data, &size, err) &&
           outbox_put(&d->keeper->outbox, leave_at(asked), data, size, err);
}

static bool hear_ask(struct dialogue *d, const Rikstal__V1__Ask *ask, struct err *err)
{
    int64_t now = clock_mono_ms();
    uint32_t left = ask->time_left_ms < TIME_MAX_MS ? ask->time_left_ms : TIME_MAX_MS;
    struct asked *asked = arena_alloc(d->arena, sizeof(*asked));

    if (!ask->question)
        return err_set(err, ERR_INVALID, "an Ask without a question");
    if (!asked)
        return err_set(err, ERR_INTERNAL, "out of memory for a question");
    asked->envelope = ask->question;
    asked->arena = d->arena;
    asked->arrived_ms = now;
    asked->deadline_ms = now + left;
    asked->now_s = clock_wall_s();
    envelope_hash(ask->question, asked->hash);
    return answer(d, asked, err);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static bool hear_roster(struct dialogue *d, const Rikstal__V1__Envelope *envelope, struct err *err)
{
    uint8_t *data;
    size_t size;

    return message_pack(&envelope->base, d->arena, &data, &size, err) &&
           keeper_take_roster(d->keeper, data, size, err);
}

static bool echo(struct dialogue *d, Rikstal__V1__Ping *ping, struct err *err)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = ping;
    return send_frame(d, &frame, err);
}

static bool hear(struct dialogue *d, const Rikstal__V1__Frame *frame, struct err *err)
{
    d->correlation = frame->correlation;
    switch (frame->body_case) {
    case RIKSTAL__V1__FRAME__BODY_CHALLENGE:
        return keeper_refresh(d->keeper, err) && say_hello(d, frame->challenge, err);
    case RIKSTAL__V1__FRAME__BODY_ASK:
        return hear_ask(d, frame->ask, err);
    case RIKSTAL__V1__FRAME__BODY_ROSTER:
        return hear_roster(d, frame->roster, err);
    case RIKSTAL__V1__FRAME__BODY_PING:
        return echo(d, frame->ping, err);
    case RIKSTAL__V1__FRAME__BODY_CANCEL: /* what was charged is answered, and kept for a repeat */
        return true;
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
        err_set(&err, ERR_INTERNAL, "out of memory for a frame");
        log_error("frame_dropped", &err);
        return;
    }
    if (!message_unpack(&rikstal__v1__frame__descriptor, data, size, d.arena, &message, &err) ||
        !hear(&d, (const Rikstal__V1__Frame *)message, &err))
        log_error("frame_dropped", &err);
    arena_free(d.arena);
}

bool keeper_serve(struct keeper *keeper, int fd, struct err *err)
{
    enum framed_state state = FRAMED_TIMEOUT;
    struct framed framed;
    const uint8_t *data;
    size_t size;
    bool fine = true;

    framed_init(&framed, fd);
    while (fine && state != FRAMED_CLOSED) {
        int64_t wait = outbox_wait_ms(&keeper->outbox, clock_mono_ms());

        fine = framed_read(&framed, wait, &state, &data, &size, err);
        if (fine && state == FRAMED_FRAME)
            hear_bytes(keeper, fd, data, size);
        fine = fine && outbox_flush(&keeper->outbox, fd, clock_mono_ms(), err);
        if (fine && books_broken(keeper->books))
            fine = err_set(err, ERR_INTERNAL, "the books cannot be trusted any more; start again");
    }
    framed_clear(&framed);
    return fine;
}
