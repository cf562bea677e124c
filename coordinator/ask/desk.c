#include "coordinator/ask/desk.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "coordinator/ask/book.h"
#include "coordinator/ask/cosigner.h"
#include "coordinator/ask/desk_inside.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/trust/envelope.h"
#include "proto/trust/roster.h"

#define QUESTION_ARENA_BYTES ((size_t)8 << 20)
#define COMMIT_MS 100  /* an answer waits so long, at most, to be on disk */
#define RESUME_MS 5000 /* a resumed question has at least this left */
#define RESUME_MAX 128
#define WAIT_MAX_MS 600000

/* ---- waiting -------------------------------------------------------------------------------- */

static struct timespec moment(int64_t mono_ms)
{
    return (struct timespec){.tv_sec = (time_t)(mono_ms / 1000),
                             .tv_nsec = (long)(mono_ms % 1000) * 1000000};
}

static bool cond_start(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    bool ok = pthread_condattr_init(&attributes) == 0;

    if (!ok)
        return false;
    ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
         pthread_cond_init(cond, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return ok;
}

/* Its own thread: wakes the machine when it wants to be, commits what has waited long enough. */
static void *timer_run(void *owner)
{
    struct desk *desk = owner;

    pthread_mutex_lock(&desk->lock);
    while (!desk->ending) {
        int64_t now_ms = clock_mono_ms();
        int64_t commit_ms = desk->dirty_ms ? desk->dirty_ms + COMMIT_MS : INT64_MAX;
        int64_t next_ms = commit_ms < desk->timer_ms ? commit_ms : desk->timer_ms;
        struct timespec until =
            moment(next_ms < now_ms + WAIT_MAX_MS ? next_ms : now_ms + WAIT_MAX_MS);
        struct err err;

        if (now_ms >= desk->timer_ms) {
            struct event event = {.kind = EVENT_TIMER, .now_ms = now_ms};

            desk_step(desk, &event);
        } else if (now_ms >= commit_ms) {
            desk->dirty_ms = 0;
            if (!state_commit(desk->state, &err))
                log_error("state_not_written", &err);
        } else {
            pthread_cond_timedwait(&desk->wound, &desk->lock, &until);
        }
    }
    pthread_mutex_unlock(&desk->lock);
    return NULL;
}

/* ---- taking a question ---------------------------------------------------------------------- */

static const char *const check_codes[] = {
    [QUESTION_AT_SIGNATURE] = "signature", [QUESTION_AT_RANGES] = "malformed",
    [QUESTION_AT_SPEAKER] = "speaker",     [QUESTION_AT_NETWORK] = "network",
    [QUESTION_AT_ROSTER] = "roster",       [QUESTION_AT_TIME] = "time",
    [QUESTION_AT_AUDIENCE] = "audience",   [QUESTION_AT_PERMIT] = "permit",
};

/* Bytes that are no question are malformed, whoever signed them. */
static const char *check_code(const struct question *question, const struct err *err)
{
    if (question->at == QUESTION_AT_SIGNATURE && err->code == ERR_INVALID)
        return "malformed";
    return check_codes[question->at];
}

static bool plan_in(struct desk *desk, const uint8_t *envelope, size_t size, struct arena *arena,
                    struct plan **plan, const char **code, struct err *err)
{
    const struct roster *roster;
    Rikstal__V1__Envelope *sealed;
    struct question question;
    bool ok;

    *code = "malformed";
    if (!envelope_parse(envelope, size, arena, &sealed, err))
        return false;
    roster = book_read(desk->book);
    ok = question_check(sealed, roster, NULL, clock_wall_s(), arena, &question, err);
    *code = ok ? "not-served" : check_code(&question, err);
    ok = ok && plan_new(&question, roster, envelope, size, plan, err);
    book_done(desk->book);
    return ok;
}

static bool plan_make(struct desk *desk, const uint8_t *envelope, size_t size, struct plan **plan,
                      const char **code, struct err *err)
{
    struct arena *arena = arena_new(QUESTION_ARENA_BYTES);
    bool ok;

    if (!arena) {
        *code = "busy";
        return err_memory(err);
    }
    ok = plan_in(desk, envelope, size, arena, plan, code, err);
    arena_free(arena);
    return ok;
}

bool desk_ask(struct desk *desk, const uint8_t *envelope, size_t size, int64_t wish_ms,
              struct desk_reply *reply, struct err *err)
{
    struct event event = {.kind = EVENT_QUESTION};
    struct plan *plan = NULL;
    bool ok = plan_make(desk, envelope, size, &plan, &reply->code, err);

    pthread_mutex_lock(&desk->lock);
    if (ok && desk->stopping) {
        plan_free(plan);
        reply->code = "stopping";
        ok = err_set(err, ERR_UNAVAILABLE, "the coordinator is stopping; try again");
    } else if (ok) {
        memcpy(reply->id, plan->id, sizeof(reply->id));
        plan->asked_s = clock_wall_s();
        event.plan = plan;
        event.now_ms = clock_mono_ms();
        event.deadline_ms = event.now_ms + plan_deadline_ms(plan, wish_ms, plan->asked_s);
        ok = desk_take(desk, &event, reply, err);
    }
    desk->counts.asked++;
    desk->counts.refused += !ok;
    pthread_mutex_unlock(&desk->lock);
    return ok;
}

bool desk_outcome(struct desk *desk, const uint8_t id[static QUESTION_ID_BYTES], int64_t wait_ms,
                  struct outcome **out, struct err *err)
{
    int64_t until_ms = clock_mono_ms() + (wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS);
    struct timespec until = moment(until_ms);
    const struct coord_question *question;
    bool ok = true;

    pthread_mutex_lock(&desk->lock);
    while ((question = coord_find(desk->coord, id)) && question->open && !desk->stopping &&
           clock_mono_ms() < until_ms)
        pthread_cond_timedwait(&desk->done, &desk->lock, &until);
    if (question) {
        *out = outcome_new(question, question->plan->asked_s);
        ok = *out || err_memory(err);
    } else {
        ok = state_outcome(desk->state, id, out, err);
    }
    pthread_mutex_unlock(&desk->lock);
    return ok;
}

void desk_cancel(struct desk *desk, const uint8_t id[static QUESTION_ID_BYTES])
{
    struct event event = {.kind = EVENT_CANCEL, .id = id};

    pthread_mutex_lock(&desk->lock);
    event.now_ms = clock_mono_ms();
    desk_step(desk, &event);
    pthread_mutex_unlock(&desk->lock);
}

/* ---- what was open when it last stopped ------------------------------------------------------ */

struct resumed {
    struct desk *desk;
    size_t n;
    struct resumed_question {
        uint8_t id[QUESTION_ID_BYTES];
        uint8_t *envelope;
        size_t size;
        int64_t asked_s;
        int64_t deadline_s;
    } question[RESUME_MAX];
};

static bool resume_note(void *owner, const struct state_open_question *question, struct err *err)
{
    struct resumed *resumed = owner;
    struct resumed_question *to;
    uint8_t *copy;

    if (resumed->n == RESUME_MAX)
        return true; /* the rest stays open in the store, and is asked after the next start */
    copy = malloc(question->envelope_bytes);
    if (!copy)
        return err_memory(err);
    memcpy(copy, question->envelope, question->envelope_bytes);
    to = &resumed->question[resumed->n++];
    memcpy(to->id, question->id, sizeof(to->id)); /* the store CHECKs its length */
    to->envelope = copy;
    to->size = question->envelope_bytes;
    to->asked_s = question->asked_s;
    to->deadline_s = question->deadline_s;
    return true;
}

/* What had been counted is counted again, from the store. */
static bool resume_answers(struct desk *desk, const uint8_t *id, struct err *err)
{
    const struct coord_question *question = coord_find(desk->coord, id);
    struct outcome *outcome = NULL;
    uint64_t serial = question ? question->serial : 0;

    if (!question || !state_outcome(desk->state, id, &outcome, err) || !outcome)
        return question == NULL;
    for (size_t i = 0; i < outcome->n_regions; i++) {
        struct event event = {.kind = EVENT_ANSWER,
                              .now_ms = clock_mono_ms(),
                              .node = outcome->region[i].node,
                              .serial = serial,
                              .answer = outcome->region[i].answer};

        outcome->region[i].answer = NULL; /* taken by the event */
        if (event.answer)
            desk_step(desk, &event);
    }
    outcome_free(outcome);
    return true;
}

static bool resume_plan(struct desk *desk, struct plan *plan, int64_t deadline_s, struct err *err)
{
    struct event event = {.kind = EVENT_QUESTION, .plan = plan, .now_ms = clock_mono_ms()};
    int64_t left_ms = (deadline_s - clock_wall_s()) * 1000;
    struct desk_reply reply = {0};
    uint8_t id[QUESTION_ID_BYTES];

    memcpy(id, plan->id, sizeof(id));
    left_ms = left_ms < RESUME_MS ? RESUME_MS : left_ms;
    left_ms = left_ms < PLAN_DEADLINE_MAX_MS ? left_ms : PLAN_DEADLINE_MAX_MS;
    event.deadline_ms = event.now_ms + left_ms;
    return desk_take(desk, &event, &reply, err) && resume_answers(desk, id, err);
}

/* Asked again when it still may be (not expired, its analyst and regions still in the roster). */
static bool resume_one(struct desk *desk, const struct resumed_question *question, struct err *err)
{
    struct plan *plan;
    const char *code;
    struct err why;

    if (!plan_make(desk, question->envelope, question->size, &plan, &code, &why)) {
        log_event(LOG_WARN_LEVEL, "question_not_resumed", "code", code, NULL);
        return state_put_interrupted(desk->state, question->id, clock_wall_s(), err);
    }
    plan->asked_s = question->asked_s;
    return resume_plan(desk, plan, question->deadline_s, err);
}

/* Under lock, before anybody can connect. */
static bool resume(struct desk *desk, struct err *err)
{
    struct resumed *resumed = calloc(1, sizeof(*resumed));
    bool ok;

    if (!resumed)
        return err_memory(err);
    ok = state_each_open(desk->state, resume_note, resumed, err);
    for (size_t i = 0; i < resumed->n; i++) {
        ok = ok && resume_one(desk, &resumed->question[i], err);
        free(resumed->question[i].envelope);
    }
    free(resumed);
    return ok && state_commit(desk->state, err);
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool parts_open(struct desk *desk, const struct desk_options *options, struct err *err)
{
    const struct coord_limits *limits =
        options->limits.questions_max ? &options->limits : &coord_limits_default;

    desk->timer_ms = INT64_MAX;
    desk->coord = coord_new(limits, clock_mono_ms());
    desk->actions = actions_new(limits);
    desk->links = links_new();
    if (options->witness_key)
        desk->cosigner = cosigner_new(options->witness_key, options->witness_folder);
    if ((options->witness_key && !desk->cosigner) || !desk->coord || !desk->actions ||
        !desk->links || pthread_mutex_init(&desk->lock, NULL) || !cond_start(&desk->done) ||
        !cond_start(&desk->wound) || !cond_start(&desk->echo))
        return err_memory(err);
    return state_open(options->state_path, &desk->state, err);
}

static void parts_close(struct desk *desk)
{
    state_close(desk->state);
    coord_free(desk->coord);
    actions_free(desk->actions);
    links_free(desk->links);
    cosigner_free(desk->cosigner);
    free(desk);
}

bool desk_open(const struct desk_options *options, struct desk **out, struct err *err)
{
    struct server_options serving = {
        .listen = options->listen, .tls = options->tls, .events = desk_link_events};
    struct desk *desk = calloc(1, sizeof(*desk));
    bool ok;

    if (!desk)
        return err_memory(err);
    desk->book = options->book;
    ok = parts_open(desk, options, err);
    if (ok) {
        pthread_mutex_lock(&desk->lock);
        ok = resume(desk, err);
        pthread_mutex_unlock(&desk->lock);
    }
    serving.events.owner = desk;
    serving.links_max = LINKS_MAX + 1;
    ok = ok && server_open(&serving, &desk->server, err);
    if (ok && pthread_create(&desk->timer, NULL, timer_run, desk) != 0) {
        server_close(desk->server, 0);
        ok = err_set(err, ERR_INTERNAL, "no thread for the coordinator's timer");
    }
    if (!ok) {
        parts_close(desk);
        return false;
    }
    *out = desk;
    return true;
}

void desk_stop(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    desk->stopping = true;
    pthread_cond_broadcast(&desk->done);
    pthread_cond_broadcast(&desk->echo);
    pthread_mutex_unlock(&desk->lock);
}

void desk_close(struct desk *desk, int64_t grace_ms)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Drain drain = RIKSTAL__V1__DRAIN__INIT;
    uint8_t packed[64];
    size_t size;

    if (!desk)
        return;
    desk_stop(desk);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_DRAIN;
    frame.drain = &drain;
    size = rikstal__v1__frame__pack(&frame, packed); /* a few bytes: an empty body */
    links_send_all(desk->links, packed, size, STREAM_URGENT);
    server_close(desk->server, grace_ms);
    pthread_mutex_lock(&desk->lock);
    desk->ending = true;
    pthread_cond_signal(&desk->wound);
    pthread_mutex_unlock(&desk->lock);
    pthread_join(desk->timer, NULL);
    pthread_cond_destroy(&desk->done);
    pthread_cond_destroy(&desk->wound);
    pthread_cond_destroy(&desk->echo);
    pthread_mutex_destroy(&desk->lock);
    parts_close(desk);
}

uint16_t desk_port(const struct desk *desk)
{
    return server_port(desk->server);
}
