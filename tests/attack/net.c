/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/query/parse.h"
#include "proto/query/wire.h"
#include "proto/trust/message.h"
#include "tests/attack/report.h"
#include "tests/unit/keeper/world.h"

#define WAIT_MS 40000 /* longer than the last slot, for a machine that missed the first */

static void must(bool ok, const struct err *err)
{
    if (!ok)
        broken("the network", err->text);
}

static void put(struct net *net, const struct net_node *node, const char *name, const void *data,
                size_t size)
{
    const char *path = arena_printf(net->people.arena, "%s/%s", node->dir, name);

    must(path && file_write(path, data, size, 0600, &net->people.err), &net->people.err);
}

static void make_folder(struct net *net, struct net_node *node, const uint8_t *roster, size_t size)
{
    struct people *p = &net->people;
    const char *conf = say("[node]\nregion = %s\nname = Test\nnetwork = test\n"
                           "[keeper]\nslot_factor = 3\n",
                           node->id);
    const char *policy = net->policy ? net->policy : world_policy(p->arena);

    snprintf(node->dir, sizeof(node->dir), "/tmp/rikstal-attack-XXXXXX");
    if (!mkdtemp(node->dir))
        broken("the network", "no folder");
    must(file_make_folder(arena_printf(p->arena, "%s/keys", node->dir), 0700, &p->err), &p->err);
    must(file_make_folder(arena_printf(p->arena, "%s/snapshot", node->dir), 0700, &p->err),
         &p->err);
    put(net, node, "node.conf", conf, strlen(conf));
    put(net, node, "policy.json", policy, strlen(policy));
    put(net, node, "roster", roster, size);
    put(net, node, "snapshot/current", "first", 5);
    must(secret_key_write(node->key, arena_printf(p->arena, "%s/keys/node.key", node->dir),
                          &p->err) &&
             root_keys_write(&p->roots, arena_printf(p->arena, "%s/roots", node->dir), &p->err),
         &p->err);
}

static void *serve(void *of)
{
    struct net_node *node = of;
    struct err err;

    if (!keeper_serve(node->keeper, node->keeper_fd, &err))
        fprintf(stderr, "keeper %s: %s\n", node->id, err.text);
    close(node->keeper_fd);
    return NULL;
}

static void start(struct net *net, struct net_node *node)
{
    int pair[2];

    must(keeper_open(node->dir, &node->keeper, &net->people.err), &net->people.err);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        broken("the network", "no sockets");
    node->fd = pair[0];
    node->keeper_fd = pair[1];
    framed_init(&node->framed, node->fd);
    if (pthread_create(&node->thread, NULL, serve, node) != 0)
        broken("the network", "no threads");
}

/* A second organisation, with one analyst. */
static void add_rival(struct net *net)
{
    struct people *p = &net->people;

    must(secret_key_new(&net->rival, &p->err), &p->err);
    rikstal__v1__roster_organisation__init(&p->other);
    p->other.id = "north";
    p->organisation_list[1] = &p->other;
    p->roster.n_organisations = 2;
    net->person = p->person;
    net->person.id = "berit";
    net->person.organisation = "north";
    net->person.key = people_key(p, net->rival);
    net->persons[0] = &p->person;
    net->persons[1] = &net->person;
    p->roster.analysts = net->persons;
    p->roster.n_analysts = 2;
}

void net_up(struct net *net)
{
    static char *const ids[NET_NODES] = {"01", "12", "13", "14", "17"};
    struct people *p = &net->people;
    uint8_t *roster;
    size_t size;

    *net = (struct net){.policy = net->policy, .log = "/tmp/rikstal-attack-log-XXXXXX"};
    int log = mkstemp(net->log);

    if (log < 0 || dup2(log, STDERR_FILENO) < 0)
        broken("the network", "no log");
    close(log);
    people_up(p);
    p->roles[0] = "national-analyst";
    p->person.not_after = clock_wall_s() + 86400;
    for (size_t i = 0; i < NET_NODES; i++) {
        struct net_node *node = &net->node[i];

        memcpy(node->id, ids[i], 3);
        node->key = i < PEOPLE_NODES ? p->node[i] : NULL;
        must(node->key || secret_key_new(&node->key, &p->err), &p->err);
        rikstal__v1__roster_node__init(&node->entry);
        node->entry.node = node->entry.name = net->ids[i] = ids[i];
        node->entry.key = people_key(p, node->key);
        net->entries[i] = &node->entry;
    }
    add_rival(net);
    p->roster.nodes = net->entries;
    p->roster.n_nodes = NET_NODES;
    p->roster.participants_min = NET_PARTICIPANTS_MIN;
    people_sign(p, 2, &roster, &size);
    net->arena = arena_new((size_t)16 << 20);
    if (!net->arena)
        broken("the network", "no memory");
    for (size_t i = 0; i < NET_NODES; i++) {
        make_folder(net, &net->node[i], roster, size);
        start(net, &net->node[i]);
    }
}

void net_down(struct net *net)
{
    for (size_t i = 0; i < NET_NODES; i++) {
        struct net_node *node = &net->node[i];

        shutdown(node->fd, SHUT_RDWR);
        pthread_join(node->thread, NULL);
        close(node->fd);
        framed_clear(&node->framed);
        keeper_close(node->keeper);
        if (i >= PEOPLE_NODES)
            secret_key_free(node->key);
        if (system(say("rm -r '%s'", node->dir)) != 0)
            broken("the network", "its folders stay");
    }
    unlink(net->log);
    arena_free(net->arena);
    secret_key_free(net->rival);
    people_down(&net->people);
}

void net_word(struct net *net, Rikstal__V1__Question *q, const char *text)
{
    struct ast *ast = arena_alloc(net->arena, sizeof(*ast));
    struct wire_list list;
    struct err err;

    if (!ast || !parse_text(text, net->arena, ast, &err) ||
        !wire_encode(ast, net->arena, &list, &err))
        broken("a question", text);
    q->n_criterion = list.n;
    q->criterion = list.ops;
}

const char *net_text(uint64_t number)
{
    return say("birth_year between %llu and %llu and age <= %llu",
               (unsigned long long)(1900 + number % 100),
               (unsigned long long)(1900 + number % 100 + number / 100 % 20),
               (unsigned long long)(1 + number / 2000 % 120));
}

void net_fill(struct net *net, Rikstal__V1__Question *q, bool sum, uint32_t sigma, uint64_t number)
{
    const char *text = net_text(number);
    uint8_t *id = arena_alloc(net->arena, 16);

    people_question(&net->people, q);
    net->questions++;
    if (!id)
        broken("a question", text);
    memcpy(id, &net->questions, sizeof(net->questions));
    q->question_id = (ProtobufCBinaryData){16, id};
    q->role = "national-analyst";
    q->mode = sum ? RIKSTAL__V1__MODE__MODE_SUM : RIKSTAL__V1__MODE__MODE_REGIONS;
    q->sigma = sigma;
    q->audience = net->ids;
    q->n_audience = NET_NODES;
    q->not_before = clock_wall_s();
    q->expires = q->not_before + 600;
    net_word(net, q, text);
}

void net_as_rival(Rikstal__V1__Question *q)
{
    q->analyst = "berit";
    q->organisation = "north";
}

Rikstal__V1__Envelope *net_sign(struct net *net, Rikstal__V1__Question *q)
{
    Rikstal__V1__Envelope *envelope;
    struct err err;

    must(envelope_sign_message(DOMAIN_QUESTION, &q->base,
                               strcmp(q->analyst, "berit") == 0 ? net->rival : net->people.analyst,
                               net->arena, &envelope, &err),
         &err);
    return envelope;
}

Rikstal__V1__Envelope *net_question(struct net *net, bool sum, uint32_t sigma, uint64_t number)
{
    Rikstal__V1__Question q;

    net_fill(net, &q, sum, sigma, number);
    return net_sign(net, &q);
}

static void send_frame(struct net *net, size_t i, const Rikstal__V1__Frame *frame)
{
    uint8_t *out;
    size_t size;
    struct err err;

    must(message_pack(&frame->base, net->arena, &out, &size, &err) &&
             framed_write(net->node[i].fd, out, size, &err),
         &err);
}

static void tell(struct net *net, size_t i, Rikstal__V1__Frame *frame)
{
    frame->correlation = ++net->correlation;
    send_frame(net, i, frame);
}

static void call_off(struct net *net, size_t i)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Cancel cancel = RIKSTAL__V1__CANCEL__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_CANCEL;
    frame.cancel = &cancel;
    frame.correlation = net->node[i].attended;
    net->node[i].attended = 0;
    send_frame(net, i, &frame);
}

void net_forget(struct net *net)
{
    for (size_t i = 0; i < NET_NODES; i++)
        if (net->node[i].attended)
            call_off(net, i);
    arena_clear(net->arena);
}

static Rikstal__V1__Frame *hear(struct net *net, size_t i)
{
    enum framed_state state;
    ProtobufCMessage *message;
    const uint8_t *data;
    size_t size;
    struct err err;

    must(framed_read(&net->node[i].framed, WAIT_MS, &state, &data, &size, &err), &err);
    if (state != FRAMED_FRAME)
        broken("the network", "a keeper does not answer");
    must(message_unpack(&rikstal__v1__frame__descriptor, data, size, net->arena, &message, &err),
         &err);
    return (Rikstal__V1__Frame *)message;
}

static Rikstal__V1__Frame *call_ask(struct net *net, size_t i, Rikstal__V1__Envelope *question,
                                    uint32_t attempt)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;

    ask.question = question;
    ask.time_left_ms = 20000;
    ask.attempt = attempt;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    tell(net, i, &frame);
    return hear(net, i);
}

static Rikstal__V1__Answer *open_answer(struct net *net, size_t i, const Rikstal__V1__Frame *frame)
{
    ProtobufCMessage *message;
    struct err err;

    if (frame->body_case != RIKSTAL__V1__FRAME__BODY_ANSWER ||
        !envelope_open(frame->answer,
                       (struct envelope_kind){DOMAIN_ANSWER, &rikstal__v1__answer__descriptor},
                       secret_key_public(net->node[i].key), net->arena, &message, &err))
        broken("a keeper", "its answer is not signed");
    return (Rikstal__V1__Answer *)message;
}

Rikstal__V1__Envelope *net_attend(struct net *net, size_t i, Rikstal__V1__Envelope *question,
                                  uint32_t attempt)
{
    const Rikstal__V1__Frame *got = call_ask(net, i, question, attempt);

    net->node[i].attended = net->correlation;
    if (got->body_case == RIKSTAL__V1__FRAME__BODY_ATTEST)
        return got->attest;
    snprintf(net->refusal, sizeof(net->refusal), "%s", open_answer(net, i, got)->code);
    return NULL;
}

void net_list(struct net *net, unsigned nodes, Rikstal__V1__MaskList *list,
              Rikstal__V1__Answer **answer)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_MASK_LIST;
    frame.mask_list = list;
    for (size_t i = 0; i < NET_NODES; i++)
        if (nodes >> i & 1)
            tell(net, i, &frame);
    for (size_t i = 0; i < NET_NODES; i++)
        if (nodes >> i & 1)
            answer[i] = open_answer(net, i, hear(net, i));
}

Rikstal__V1__Answer *net_ask(struct net *net, size_t i, Rikstal__V1__Envelope *question)
{
    return open_answer(net, i, call_ask(net, i, question, 0));
}
