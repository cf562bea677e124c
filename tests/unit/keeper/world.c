/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/keeper/world.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/audit/audit.h"
#include "node/keeper/journal.h"
#include "node/keeper/quantum.h"
#include "node/privacy/policy.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/query/parse.h"
#include "proto/query/wire.h"
#include "proto/trust/message.h"

#define WAIT_MS 60000

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

static const char *in(struct world *w, const char *path)
{
    const char *whole = arena_printf(w->people.arena, "%s/%s", w->dir, path);

    assert_non_null(whole);
    return whole;
}

void world_write(struct world *w, const char *path, const void *data, size_t size)
{
    must(file_write(in(w, path), data, size, 0600, &w->err), &w->err);
}

bool world_has(struct world *w, const char *path)
{
    return file_exists(in(w, path));
}

void world_publish(struct world *w, const char *name)
{
    if (name[0])
        world_write(w, "snapshot/current", name, strlen(name));
    else
        unlink(in(w, "snapshot/current"));
}

void world_write_roster(struct world *w)
{
    uint8_t *data;
    size_t size;

    people_sign(&w->people, 2, &data, &size);
    world_write(w, "roster", data, size);
}

const char *world_policy(struct arena *arena)
{
    const char *rate = strstr(policy_default, "  \"rate\"");

    assert_non_null(rate);
    return arena_printf(arena, "%.*s%s", (int)(rate - policy_default), policy_default,
                        strchr(rate, '\n') + 1);
}

void world_up_in(struct world *w, const char *place)
{
    static const char conf[] = "[node]\nregion = 12\nname = Test\nnetwork = test\n";
    const char *policy;

    *w = (struct world){.fd = -1};
    snprintf(w->dir, sizeof(w->dir), "%s/rikstal-keeper-XXXXXX", place);
    assert_non_null(mkdtemp(w->dir));
    people_up(&w->people);
    w->people.roles[0] = "national-analyst";
    w->people.person.not_after = clock_wall_s() + 86400;
    must(file_make_folder(in(w, "keys"), 0700, &w->err), &w->err);
    must(file_make_folder(in(w, "snapshot"), 0700, &w->err), &w->err);
    world_write(w, "node.conf", conf, strlen(conf));
    must(secret_key_write(w->people.node[1], in(w, "keys/node.key"), &w->err), &w->err);
    must(root_keys_write(&w->people.roots, in(w, "roots"), &w->err), &w->err);
    policy = world_policy(w->people.arena);
    assert_non_null(policy);
    world_write(w, "policy.json", policy, strlen(policy));
    world_write_roster(w);
    world_publish(w, "first");
}

void world_up(struct world *w)
{
    world_up_in(w, "/tmp");
}

struct served {
    struct world *world;
    int fd;
};

static void *serve_end(void *of)
{
    struct served *served = of;

    served->world->fine = keeper_serve(served->world->keeper, served->fd, &served->world->served);
    close(served->fd);
    free(served);
    return NULL;
}

void world_start(struct world *w)
{
    struct served *served = malloc(sizeof(*served));
    int pair[2];

    assert_non_null(served);
    must(keeper_open(w->dir, &w->keeper, &w->err), &w->err);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    w->fd = pair[0];
    *served = (struct served){w, pair[1]};
    framed_init(&w->framed, w->fd);
    assert_int_equal(pthread_create(&w->thread, NULL, serve_end, served), 0);
    w->running = true;
}

void world_stop(struct world *w)
{
    if (!w->running)
        return;
    shutdown(w->fd, SHUT_RDWR);
    pthread_join(w->thread, NULL);
    world_ended(w);
}

void world_ended(struct world *w)
{
    close(w->fd);
    framed_clear(&w->framed);
    keeper_close(w->keeper);
    w->running = false;
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
    (void)stat, (void)flag, (void)ftw;
    return remove(path);
}

void world_down(struct world *w)
{
    world_stop(w);
    people_down(&w->people);
    assert_int_equal(nftw(w->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void world_send_bytes(struct world *w, const void *data, size_t size)
{
    must(framed_write(w->fd, data, size, &w->err), &w->err);
}

void world_send(struct world *w, Rikstal__V1__Frame *frame)
{
    uint8_t *data;
    size_t size;

    frame->correlation = ++w->correlation;
    must(message_pack(&frame->base, w->people.arena, &data, &size, &w->err), &w->err);
    world_send_bytes(w, data, size);
}

Rikstal__V1__Frame *world_receive(struct world *w)
{
    enum framed_state state;
    Rikstal__V1__Frame *frame;
    ProtobufCMessage *message;
    const uint8_t *data;
    size_t size;

    must(framed_read(&w->framed, WAIT_MS, &state, &data, &size, &w->err), &w->err);
    assert_int_equal(state, FRAMED_FRAME);
    must(message_unpack(&rikstal__v1__frame__descriptor, data, size, w->people.arena, &message,
                        &w->err),
         &w->err);
    frame = (Rikstal__V1__Frame *)message;
    if (frame->body_case != RIKSTAL__V1__FRAME__BODY_ROSTER_PULL)
        return frame;
    w->pulls++;
    w->pulled = frame->roster_pull->version;
    return world_receive(w);
}

void world_question(struct world *w, const char *text, Rikstal__V1__Question *q)
{
    uint8_t *id = arena_alloc(w->people.arena, 16);
    struct wire_list list;
    struct ast *ast = arena_alloc(w->people.arena, sizeof(*ast));

    assert_non_null(id);
    assert_non_null(ast);
    people_question(&w->people, q);
    w->id[0]++;
    memcpy(id, w->id, 16);
    q->question_id = (ProtobufCBinaryData){16, id};
    q->role = "national-analyst";
    q->sigma = 5;
    q->roster_version = w->people.roster.version;
    q->not_before = clock_wall_s();
    q->expires = q->not_before + 600;
    must(parse_text(text, w->people.arena, ast, &w->err), &w->err);
    must(wire_encode(ast, w->people.arena, &list, &w->err), &w->err);
    q->n_criterion = list.n;
    q->criterion = list.ops;
}

Rikstal__V1__Envelope *world_ask_envelope(struct world *w, Rikstal__V1__Envelope *question,
                                          uint32_t time_left_ms)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT, *got;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;

    ask.question = question;
    ask.time_left_ms = time_left_ms;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    world_send(w, &frame);
    got = world_receive(w);
    assert_int_equal(got->body_case, RIKSTAL__V1__FRAME__BODY_ANSWER);
    assert_int_equal(got->correlation, w->correlation);
    return got->answer;
}

static void ping(struct world *w)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping ping = RIKSTAL__V1__PING__INIT;
    uint64_t correlation = w->correlation;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &ping;
    world_send(w, &frame);
    w->correlation = correlation;
}

static void echo(struct world *w)
{
    ping(w);
    assert_int_equal(world_receive(w)->body_case, RIKSTAL__V1__FRAME__BODY_PING);
}

Rikstal__V1__Envelope *world_last_slot(struct world *w, void (*send)(void *of), void *of)
{
    /* from a tick on, at which work with data begins */
    const int64_t last_ms = 30000, now_ms = quantum_tick_us(clock_mono_us()) / 1000;
    const int64_t now_s = clock_wall_s();
    Rikstal__V1__Envelope *answer = NULL;

    clock_set(now_ms, now_s);
    send(of);
    echo(w);
    clock_set(now_ms + last_ms - 1, now_s);
    echo(w); /* what is due leaves after an echo, */
    echo(w); /* so this one would come after it */
    clock_set(now_ms + last_ms, now_s);
    ping(w); /* which wakes the keeper, if it had not seen that the answer is due */
    for (int i = 0; i < 2; i++) {
        Rikstal__V1__Frame *got = world_receive(w);

        if (got->body_case == RIKSTAL__V1__FRAME__BODY_ANSWER)
            answer = got->answer;
    }
    clock_release();
    assert_non_null(answer);
    return answer;
}

struct asked {
    struct world *w;
    Rikstal__V1__Envelope *question;
};

static void send_question(void *of)
{
    const struct asked *asked = of;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;

    ask.question = asked->question;
    ask.time_left_ms = 60000;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    world_send(asked->w, &frame);
}

Rikstal__V1__Envelope *world_ask_late(struct world *w, Rikstal__V1__Envelope *question)
{
    struct asked asked = {w, question};

    return world_last_slot(w, send_question, &asked);
}

Rikstal__V1__Answer *world_open(struct world *w, Rikstal__V1__Envelope *answer)
{
    ProtobufCMessage *message;

    must(envelope_open(answer,
                       (struct envelope_kind){DOMAIN_ANSWER, &rikstal__v1__answer__descriptor},
                       secret_key_public(w->people.node[1]), w->people.arena, &message, &w->err),
         &w->err);
    return (Rikstal__V1__Answer *)message;
}

Rikstal__V1__Answer *world_ask(struct world *w, const Rikstal__V1__Question *q)
{
    return world_open(w, world_ask_envelope(w, people_ask(&w->people, q), 20000));
}

Rikstal__V1__Answer *world_ask_text(struct world *w, const char *text)
{
    Rikstal__V1__Question q;

    world_question(w, text, &q);
    return world_ask(w, &q);
}

struct world_books world_books(struct world *w)
{
    struct world_books out;
    struct journal *journal;

    assert_false(w->running);
    must(journal_open(in(w, "ledger.db"), &journal, &w->err), &w->err);
    must(audit_verify(journal_audit(journal), &w->err), &w->err);
    must(ledger_spent(journal_ledger(journal), &out.spent_nrho, &out.charges, &w->err), &w->err);
    out.leaves = audit_size(journal_audit(journal));
    journal_close(journal);
    return out;
}
