/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Performs the machine's actions in an order that keeps the service's promises: first everything is
 * written and committed, then frames are sent and waiting threads woken.
 */
#include <assert.h>
#include <string.h>

#include "coordinator/ask/pacing.h"
#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service_inside.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"

#define FRAME_ARENA_BYTES ((size_t)4 << 20)

struct service_node *service_node_meet(struct service *service, const char *node)
{
    struct service_node *found;
    size_t length = strlen(node);

    for (size_t i = 0; i < service->n_nodes; i++)
        if (strcmp(service->node[i].info.node, node) == 0)
            return &service->node[i];
    if (service->n_nodes == REGIONS_MAX || length >= NODE_BYTES)
        return NULL;
    found = &service->node[service->n_nodes++];
    memcpy(found->info.node, node, length + 1);
    return found;
}

/* ---- sending -------------------------------------------------------------------------------- */

static bool send_in(struct service *service, const char *node, const Rikstal__V1__Frame *frame,
                    enum rpc_stream_urgency urgency, struct arena *arena, struct err *err)
{
    uint8_t *data;
    size_t size;

    return message_pack(&frame->base, arena, &data, &size, err) &&
           links_send(service->links, node, data, size, urgency, err);
}

bool service_send(struct service *service, const char *node, const Rikstal__V1__Frame *frame,
                  enum rpc_stream_urgency urgency, struct err *err)
{
    assert(service && node && frame);
    struct arena *arena = arena_new(FRAME_ARENA_BYTES);
    bool ok = arena ? send_in(service, node, frame, urgency, arena, err) : err_memory(err);

    arena_free(arena);
    return ok;
}

bool service_send_roster(struct service *service, const char *node, struct err *err)
{
    assert(service && node);
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    struct arena *arena = arena_new(FRAME_ARENA_BYTES);
    const uint8_t *data;
    size_t size;
    bool ok;

    if (!arena)
        return err_memory(err);
    data = roster_bytes(roster_cache_read(service->roster_cache), &size);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ROSTER;
    ok = envelope_parse(data, size, arena, &frame.roster, err) &&
         send_in(service, node, &frame, RPC_STREAM_ORDINARY, arena, err);
    roster_cache_done(service->roster_cache);
    arena_free(arena);
    return ok;
}

/* The packed Ask of a question, which is the same for all regions asked in one step. */
struct step_asking {
    const struct coord_question *question;
    struct arena *arena;
    uint8_t *data;
    size_t size;
};

static bool asking_make(struct step_asking *asking, const struct coord_question *question,
                        int64_t now_ms, struct err *err)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;

    if (asking->question == question)
        return true;
    arena_clear(asking->arena);
    asking->question = NULL;
    frame.correlation = question->serial;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    ask.time_left_ms = (uint32_t)(question->deadline_ms - now_ms);
    ask.attempt = question->round.attempt;
    if (!envelope_parse(question->plan->envelope, question->plan->envelope_bytes, asking->arena,
                        &ask.question, err) ||
        !message_pack(&frame.base, asking->arena, &asking->data, &asking->size, err))
        return false;
    asking->question = question;
    return true;
}

/* False when the link's queue has no room for the question, or memory is out. */
static bool send_ask(struct service *service, const struct coord_action *action,
                     struct step_asking *asking, int64_t now_ms)
{
    const char *node = action->question->region[action->region].is.node;
    struct err err;

    if (!asking->arena)
        asking->arena = arena_new(FRAME_ARENA_BYTES);
    if (!asking->arena || !asking_make(asking, action->question, now_ms, &err))
        return false;
    if (links_send(service->links, node, asking->data, asking->size, RPC_STREAM_ORDINARY, &err))
        return true;
    return err.code == ERR_UNAVAILABLE; /* the link has just ended, and its own event will follow */
}

/* False when the link's queue has no room for the list. */
static bool send_list(struct service *service, const struct coord_action *action)
{
    const struct coord_question *question = action->question;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    struct arena *arena = arena_new(FRAME_ARENA_BYTES);
    ProtobufCMessage *list;
    struct err err;
    bool ok;

    frame.correlation = question->serial;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_MASK_LIST;
    ok = arena && message_unpack(&rikstal__v1__mask_list__descriptor, question->round.list->data,
                                 question->round.list->size, arena, &list, &err);
    if (ok) {
        frame.mask_list = (Rikstal__V1__MaskList *)list;
        ok = send_in(service, question->region[action->region].is.node, &frame, RPC_STREAM_ORDINARY,
                     arena, &err) ||
             err.code == ERR_UNAVAILABLE;
    }
    arena_free(arena);
    return ok;
}

static void send_cancel(struct service *service, const char *node, uint64_t serial)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Cancel cancel = RIKSTAL__V1__CANCEL__INIT;
    struct err err;

    frame.correlation = serial;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_CANCEL;
    frame.cancel = &cancel;
    if (!service_send(service, node, &frame, RPC_STREAM_URGENT, &err) &&
        err.code != ERR_UNAVAILABLE)
        log_error("cancel_unsent", &err);
}

/* ---- writing -------------------------------------------------------------------------------- */

static bool write_one(struct service *service, const struct coord_action *action, int64_t now_ms,
                      struct err *err)
{
    const struct coord_question *question = action->question;
    int64_t now_s = clock_wall_s();

    switch (action->kind) {
    case ACTION_SAVE:
        return state_put_question(service->state, question->plan, question->plan->asked_s,
                                  now_s + (question->deadline_ms - now_ms) / 1000, err);
    case ACTION_SAVE_ANSWER:
        service->counts.answers++;
        service->counts.answers_late += action->late;
        return state_put_answer(service->state, question->plan, action->answer, action->late, now_s,
                                err);
    case ACTION_DONE:
        service->counts.completed++;
        return state_put_done(service->state, question, now_s, err);
    default:
        return true;
    }
}

/* Writes what must be written, and commits it before anything that depends on it can be seen. */
static bool write_all(struct service *service, int64_t now_ms, struct err *err)
{
    bool commit = false;

    for (size_t i = 0; i < service->actions->n; i++) {
        const struct coord_action *action = &service->actions->action[i];

        commit = commit || action->kind == ACTION_SAVE || action->kind == ACTION_DONE;
        if (!write_one(service, action, now_ms, err))
            return false;
    }
    if (commit) {
        service->dirty_ms = 0;
        return state_commit(service->state, err);
    }
    if (state_is_dirty(service->state) && !service->dirty_ms) {
        service->dirty_ms = now_ms;
        pthread_cond_signal(&service->wound);
    }
    return true;
}

/* ---- other actions --------------------------------------------------------------------------- */

/* A question that is refused everywhere is stored like others, so it costs its asker more. */
static void done_tell(struct service *service, const struct coord_question *question)
{
    size_t values = 0, declined = 0, took_part = 0;

    for (size_t i = 0; i < question->n_regions; i++) {
        values += question->region[i].is.state == REGION_VALUE;
        took_part += question->region[i].is.state == REGION_TOOK_PART;
        declined += question->region[i].is.state == REGION_DECLINED;
    }
    service->counts.partial += values < question->n_regions;
    service->refused += values + took_part == 0;
    if (declined > 0 && declined == question->n_regions)
        pacing_refused(service->pacing, question->plan->organisation, clock_mono_ms());
    pthread_cond_broadcast(&service->done);
}

/* Performs one action after the writing. True with *unsent filled: an event to run next. */
static bool act_on(struct service *service, const struct coord_action *action,
                   struct step_asking *asking, int64_t now_ms, struct coord_event *unsent)
{
    switch (action->kind) {
    case ACTION_SEND:
        if (send_ask(service, action, asking, now_ms))
            return false;
        *unsent = (struct coord_event){
            .kind = COORD_UNSENT, .now_ms = now_ms, .link = action->link, .serial = action->serial};
        return true;
    case ACTION_SEND_LIST:
        if (send_list(service, action))
            return false;
        *unsent = (struct coord_event){
            .kind = COORD_UNSENT, .now_ms = now_ms, .link = action->link, .serial = action->serial};
        return true;
    case ACTION_SEND_CANCEL:
        for (size_t i = 0; i < service->n_nodes; i++)
            if (coord_link_of(service->coord, service->node[i].info.node) == action->link)
                send_cancel(service, service->node[i].info.node, action->serial);
        return false;
    case ACTION_DONE:
        done_tell(service, action->question);
        return false;
    case ACTION_TIMER:
        service->timer_ms = action->at_ms;
        pthread_cond_signal(&service->wound);
        return false;
    default: /* links_put() has ended the older link */
        return false;
    }
}

static bool taken(struct service *service, struct service_reply *reply, struct err *err)
{
    const struct coord_action *first = &service->actions->action[0];
    const char *code = NULL;

    for (size_t i = 0; i < service->actions->n; i++) {
        if (first[i].kind == ACTION_REFUSE)
            code = first[i].code;
        reply->known = reply->known || first[i].kind == ACTION_KNOWN;
    }
    reply->code = code;
    if (!code)
        return true;
    if (strcmp(code, "id-taken") == 0)
        return err_set(err, ERR_INVALID, "another question has this id; an id is used once");
    if (strcmp(code, "too-many-open") == 0)
        return err_set(err, ERR_EXHAUSTED,
                       "this analyst has too many open questions; wait for one");
    return err_set(err, ERR_UNAVAILABLE, "the coordinator has too many open questions; try again");
}

/* Runs the machine, writes, then sends. Returns whether everything that had to be written was. */
static bool perform(struct service *service, const struct coord_event *event, struct err *err)
{
    struct step_asking asking = {0};
    struct coord_event unsent[REGIONS_MAX];
    size_t n_unsent = 0;
    bool written = write_all(service, event->now_ms, err);

    if (!written)
        log_error("state_not_written", err);
    for (size_t i = 0; i < service->actions->n; i++) {
        const struct coord_action *action = &service->actions->action[i];
        bool unsaved = !written && (action->kind == ACTION_SEND ||
                                    action->kind == ACTION_SEND_LIST); /* a frame that must not be
                                                                        * sent */

        if (n_unsent < REGIONS_MAX && !unsaved &&
            act_on(service, action, &asking, event->now_ms, &unsent[n_unsent]))
            n_unsent++;
    }
    arena_free(asking.arena);
    for (size_t i = 0; i < n_unsent; i++)
        service_step(service, &unsent[i]); /* ends: each event gives up a region */
    return written;
}

void service_step(struct service *service, const struct coord_event *event)
{
    struct err logged;

    coord_step(service->coord, event, service->actions);
    perform(service, event, &logged);
}

bool service_take(struct service *service, const struct coord_event *event,
                  struct service_reply *reply, struct err *err)
{
    assert(event->kind == COORD_QUESTION && reply);
    struct err unwritten;
    bool ok;

    coord_step(service->coord, event, service->actions);
    ok = taken(service, reply, err); /* read before perform(), which may run the machine again */
    if (perform(service, event, &unwritten) || !ok)
        return ok;
    service_step(service, &(struct coord_event){
                              .kind = COORD_CANCEL, .now_ms = event->now_ms, .id = reply->id});
    reply->code = "storage";
    return err_set(err, ERR_UNAVAILABLE, "the question could not be stored: %s", unwritten.text);
}
