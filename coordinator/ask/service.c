/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/service.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "coordinator/ask/cosigner.h"
#include "coordinator/ask/pacing.h"
#include "coordinator/ask/release_fetch.h"
#include "coordinator/ask/release_store.h"
#include "coordinator/ask/retention.h"
#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service_inside.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/base/wait.h"
#include "proto/trust/envelope.h"
#include "proto/trust/roster.h"

#define QUESTION_ARENA_BYTES ((size_t)8 << 20)
#define COMMIT_MS 100  /* longest time until an answer is committed to disk */
#define RESUME_MS 5000 /* shortest time left for a resumed question */
#define RESUME_MAX 128
#define WAIT_MAX_MS 600000
#define FORGET_EVERY_MS 3600000 /* how often old questions are looked for and deleted */
#define SHED_EVERY 200          /* after so many questions without a figure */

/* ---- waiting -------------------------------------------------------------------------------- */

/* Forgets what is too old, and of the questions without a figure what is too much. */
static void forget(struct service *service, int64_t now_ms)
{
    struct err err;

    service->forget_ms = now_ms + FORGET_EVERY_MS;
    service->refused = 0;
    if (!retention_shed(service->state, RETENTION_REFUSED_KEPT, &err) ||
        (service->retain_s &&
         !retention_forget(service->state, clock_wall_s() - service->retain_s, &err)))
        log_error("not_forgotten", &err);
}

/* The timer's thread: wakes the machine when it is due, and commits what has waited long enough. */
static void *timer_run(void *owner)
{
    struct service *service = owner;

    pthread_mutex_lock(&service->lock);
    while (!service->ending) {
        int64_t now_ms = clock_mono_ms();
        int64_t commit_ms = service->dirty_ms ? service->dirty_ms + COMMIT_MS : INT64_MAX;
        int64_t next_ms = commit_ms < service->timer_ms ? commit_ms : service->timer_ms;
        int64_t until_ms = next_ms < now_ms + WAIT_MAX_MS ? next_ms : now_ms + WAIT_MAX_MS;
        struct err err;

        if (now_ms >= service->forget_ms || service->refused >= SHED_EVERY) {
            forget(service, now_ms);
        } else if (now_ms >= service->timer_ms) {
            struct coord_event event = {.kind = COORD_TIMER, .now_ms = now_ms};

            service_step(service, &event);
        } else if (now_ms >= commit_ms) {
            service->dirty_ms = 0;
            if (!state_commit(service->state, &err))
                log_error("state_not_written", &err);
        } else {
            wait_until(&service->wound, &service->lock, until_ms);
        }
    }
    pthread_mutex_unlock(&service->lock);
    return NULL;
}

/*
 * ---- accepting a question ----------------------------------------------------------------------
 */

static const char *const check_codes[] = {
    [QUESTION_AT_SIGNATURE] = "signature", [QUESTION_AT_RANGES] = "malformed",
    [QUESTION_AT_SPEAKER] = "speaker",     [QUESTION_AT_NETWORK] = "network",
    [QUESTION_AT_ROSTER] = "roster",       [QUESTION_AT_TIME] = "time",
    [QUESTION_AT_AUDIENCE] = "audience",   [QUESTION_AT_PERMIT] = "permit",
    [QUESTION_AT_RELEASE] = "no_release",
};

/* Bytes that are not a question are malformed, whoever signed them. */
static const char *check_code(const struct question *question, const struct err *err)
{
    if (question->at == QUESTION_AT_SIGNATURE && err->code == ERR_INVALID)
        return "malformed";
    return check_codes[question->at];
}

static bool plan_in(struct service *service, struct bytes_view envelope, struct arena *arena,
                    struct plan **plan, const char **code, struct err *err)
{
    const struct roster *roster;
    Rikstal__V1__Envelope *sealed;
    struct question question;
    bool ok;

    *code = "malformed";
    if (!envelope_parse(envelope.data, envelope.size, arena, &sealed, err))
        return false;
    roster = roster_cache_read(service->roster_cache);
    ok = question_check(sealed, (struct roster_view){roster, NULL, clock_wall_s()}, arena,
                        &question, err);
    *code = ok ? "not-served" : check_code(&question, err);
    ok = ok && plan_new(&question, roster, envelope.data, envelope.size, plan, err);
    roster_cache_done(service->roster_cache);
    return ok;
}

static bool plan_make(struct service *service, struct bytes_view envelope, struct plan **plan,
                      const char **code, struct err *err)
{
    struct arena *arena = arena_new(QUESTION_ARENA_BYTES);
    bool ok;

    if (!arena) {
        *code = "busy";
        return err_memory(err);
    }
    ok = plan_in(service, envelope, arena, plan, code, err);
    arena_free(arena);
    return ok;
}

/* Under lock. Every attempt counts, also one that is refused afterwards. */
static bool admit(struct service *service, const struct plan *plan, struct service_reply *reply,
                  struct err *err)
{
    int64_t wait_s;

    reply->code = "stopping";
    if (service->stopping)
        return err_set(err, ERR_UNAVAILABLE, "the coordinator is stopping; try again");
    reply->code = "rate";
    wait_s = pacing_take(service->pacing, plan->organisation, clock_mono_ms());
    return wait_s == 0 || err_set(err, ERR_EXHAUSTED,
                                  "organisation %s may hand in %u questions a minute; try again in "
                                  "%lld s",
                                  plan->organisation, service->rate_per_minute, (long long)wait_s);
}

bool service_ask(struct service *service, const uint8_t *envelope, size_t size, int64_t wish_ms,
                 struct service_reply *reply, struct err *err)
{
    assert(service && reply && (envelope || !size));
    struct coord_event event = {.kind = COORD_QUESTION};
    struct plan *plan = NULL;
    bool ok = plan_make(service, (struct bytes_view){envelope, size}, &plan, &reply->code, err);

    pthread_mutex_lock(&service->lock);
    if (ok && !admit(service, plan, reply, err)) {
        plan_free(plan);
        ok = false;
    } else if (ok) {
        memcpy(reply->id, plan->id, sizeof(reply->id));
        plan->asked_s = clock_wall_s();
        event.plan = plan;
        event.now_ms = clock_mono_ms();
        event.deadline_ms = event.now_ms + plan_deadline_ms(plan, wish_ms, plan->asked_s);
        ok = service_take(service, &event, reply, err);
    }
    service->counts.asked++;
    service->counts.refused += !ok;
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool service_outcome(struct service *service, const uint8_t id[static QUESTION_ID_BYTES],
                     int64_t wait_ms, struct outcome **out, struct err *err)
{
    assert(service && out);
    int64_t until_ms = clock_mono_ms() + (wait_ms < WAIT_MAX_MS ? wait_ms : WAIT_MAX_MS);
    const struct coord_question *question;
    bool ok = true;

    pthread_mutex_lock(&service->lock);
    while ((question = coord_find(service->coord, id)) && question->open && !service->stopping &&
           clock_mono_ms() < until_ms)
        wait_until(&service->done, &service->lock, until_ms);
    if (question) {
        *out = outcome_new(question, question->plan->asked_s);
        ok = *out || err_memory(err);
    } else {
        ok = state_outcome(service->state, id, out, err);
    }
    pthread_mutex_unlock(&service->lock);
    return ok;
}

void service_cancel(struct service *service, const uint8_t id[static QUESTION_ID_BYTES])
{
    struct coord_event event = {.kind = COORD_CANCEL, .id = id};

    pthread_mutex_lock(&service->lock);
    event.now_ms = clock_mono_ms();
    service_step(service, &event);
    pthread_mutex_unlock(&service->lock);
}

/*
 * ---- questions that were open at the last stop ------------------------------------------------
 */

struct resumed {
    struct service *service;
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
        return true; /* the rest stays open in the store, and is resumed at the next start */
    copy = malloc(question->envelope_bytes);
    if (!copy)
        return err_memory(err);
    memcpy(copy, question->envelope, question->envelope_bytes);
    to = &resumed->question[resumed->n++];
    memcpy(to->id, question->id, sizeof(to->id)); /* the store has a CHECK on its length */
    to->envelope = copy;
    to->size = question->envelope_bytes;
    to->asked_s = question->asked_s;
    to->deadline_s = question->deadline_s;
    return true;
}

/* Counts again the stored answers that were counted before the stop. */
static bool resume_answers(struct service *service, const uint8_t *id, struct err *err)
{
    const struct coord_question *question = coord_find(service->coord, id);
    struct outcome *outcome = NULL;
    uint64_t serial = question ? question->serial : 0;

    if (!question || !state_outcome(service->state, id, &outcome, err) || !outcome)
        return question == NULL;
    for (size_t i = 0; i < outcome->n_regions; i++) {
        struct coord_event event = {.kind = COORD_ANSWER,
                                    .now_ms = clock_mono_ms(),
                                    .node = outcome->region[i].node,
                                    .serial = serial,
                                    .answer = outcome->region[i].answer};

        outcome->region[i].answer = NULL; /* the event has taken it */
        if (event.answer)
            service_step(service, &event);
    }
    outcome_free(outcome);
    return true;
}

static bool resume_plan(struct service *service, struct plan *plan, int64_t deadline_s,
                        struct err *err)
{
    struct coord_event event = {.kind = COORD_QUESTION, .plan = plan, .now_ms = clock_mono_ms()};
    int64_t left_ms = (deadline_s - clock_wall_s()) * 1000;
    struct service_reply reply = {0};
    uint8_t id[QUESTION_ID_BYTES];

    memcpy(id, plan->id, sizeof(id));
    left_ms = left_ms < RESUME_MS ? RESUME_MS : left_ms;
    left_ms = left_ms < PLAN_DEADLINE_MAX_MS ? left_ms : PLAN_DEADLINE_MAX_MS;
    event.deadline_ms = event.now_ms + left_ms;
    return service_take(service, &event, &reply, err) && resume_answers(service, id, err);
}

/*
 * Resumes a question if it is still valid: not expired, and its analyst and regions still in the
 * roster.
 */
static bool resume_one(struct service *service, const struct resumed_question *question,
                       struct err *err)
{
    struct plan *plan;
    const char *code;
    struct err why;

    if (!plan_make(service, (struct bytes_view){question->envelope, question->size}, &plan, &code,
                   &why)) {
        log_event(LOG_WARN_LEVEL, "question_not_resumed", "code", code, NULL);
        return state_put_interrupted(service->state, question->id, clock_wall_s(), err);
    }
    plan->asked_s = question->asked_s;
    return resume_plan(service, plan, question->deadline_s, err);
}

/* Called under the lock, before any node can connect. */
static bool resume(struct service *service, struct err *err)
{
    struct resumed *resumed = calloc(1, sizeof(*resumed));
    bool ok;

    if (!resumed)
        return err_memory(err);
    ok = state_each_open(service->state, resume_note, resumed, err);
    for (size_t i = 0; i < resumed->n; i++) {
        ok = ok && resume_one(service, &resumed->question[i], err);
        free(resumed->question[i].envelope);
    }
    free(resumed);
    return ok && state_commit(service->state, err);
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool parts_open(struct service *service, const struct service_options *options,
                       struct err *err)
{
    const struct coord_limits *limits =
        options->limits.questions_max ? &options->limits : &coord_limits_default;

    service->timer_ms = INT64_MAX;
    service->coord = coord_new(limits, clock_mono_ms());
    service->actions = coord_actions_new(limits);
    service->links = links_new();
    service->release_fetch = release_fetch_new();
    service->pacing = pacing_new(options->rate_per_minute);
    service->rate_per_minute = options->rate_per_minute;
    service->retain_s = options->retain_s;
    if (options->witness_key)
        service->cosigner = cosigner_new(options->witness_key, options->witness_folder);
    if ((options->witness_key && !service->cosigner) || !service->coord || !service->actions ||
        !service->links || !service->release_fetch || !service->pacing ||
        pthread_mutex_init(&service->lock, NULL))
        return err_memory(err);
    if (options->releases && !release_store_open(options->releases, &service->release_store, err))
        return false;
    return wait_init(&service->done, err) && wait_init(&service->wound, err) &&
           wait_init(&service->echo, err) && state_open(options->state_path, &service->state, err);
}

static void parts_close(struct service *service)
{
    state_close(service->state);
    coord_free(service->coord);
    coord_actions_free(service->actions);
    links_free(service->links);
    pacing_free(service->pacing);
    cosigner_free(service->cosigner);
    release_fetch_free(service->release_fetch);
    release_store_close(service->release_store);
    free(service);
}

bool service_open(const struct service_options *options, struct service **out, struct err *err)
{
    assert(options && options->roster_cache && options->listen && out);
    struct server_options serving = {.listen = options->listen,
                                     .tls = options->tls,
                                     .behind_proxy = options->behind_proxy,
                                     .events = service_link_events};
    struct service *service = calloc(1, sizeof(*service));
    bool ok;

    if (!service)
        return err_memory(err);
    service->roster_cache = options->roster_cache;
    service->behind_proxy = options->behind_proxy;
    ok = parts_open(service, options, err);
    if (ok) {
        pthread_mutex_lock(&service->lock);
        ok = resume(service, err);
        pthread_mutex_unlock(&service->lock);
    }
    serving.events.owner = service;
    serving.links_max = LINKS_MAX + 1;
    ok = ok && server_open(&serving, &service->server, err);
    if (ok && pthread_create(&service->timer, NULL, timer_run, service) != 0) {
        server_close(service->server, 0);
        ok = err_set(err, ERR_INTERNAL, "no thread for the coordinator's timer");
    }
    if (!ok) {
        parts_close(service);
        return false;
    }
    *out = service;
    return true;
}

void service_stop(struct service *service)
{
    pthread_mutex_lock(&service->lock);
    service->stopping = true;
    pthread_cond_broadcast(&service->done);
    pthread_cond_broadcast(&service->echo);
    pthread_mutex_unlock(&service->lock);
}

void service_close(struct service *service, int64_t grace_ms)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Drain drain = RIKSTAL__V1__DRAIN__INIT;
    uint8_t packed[64];
    size_t size;

    if (!service)
        return;
    service_stop(service);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_DRAIN;
    frame.drain = &drain;
    size = rikstal__v1__frame__pack(&frame, packed); /* it fits: the frame's body is empty */
    links_send_all(service->links, packed, size, RPC_STREAM_URGENT);
    server_close(service->server, grace_ms);
    pthread_mutex_lock(&service->lock);
    service->ending = true;
    pthread_cond_signal(&service->wound);
    pthread_mutex_unlock(&service->lock);
    pthread_join(service->timer, NULL);
    pthread_cond_destroy(&service->done);
    pthread_cond_destroy(&service->wound);
    pthread_cond_destroy(&service->echo);
    pthread_mutex_destroy(&service->lock);
    parts_close(service);
}

uint16_t service_port(const struct service *service)
{
    return server_port(service->server);
}
