/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/ask/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/rpc/channel.h"
#include "proto/rpc/rpc_stream.h"
#include "proto/trust/message.h"

#define DIALS_MAX 5

/* The country's arena is the main thread's, so a node has its own. */
struct session {
    struct test_node *node;
    struct country own; /* the country with this thread's arena */
    struct rpc_stream *stream;
};

static bool send_frame(struct session *s, const Rikstal__V1__Frame *frame)
{
    uint8_t *data;
    size_t size;
    struct err err;

    return message_pack(&frame->base, s->own.arena, &data, &size, &err) &&
           rpc_stream_send(s->stream, data, size, RPC_STREAM_ORDINARY, &err);
}

static bool say_hello(struct session *s, const Rikstal__V1__Challenge *challenge)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Hello hello = RIKSTAL__V1__HELLO__INIT;
    Rikstal__V1__TermRelease term = RIKSTAL__V1__TERM_RELEASE__INIT, *terms[] = {&term};
    Rikstal__V1__Delivery delivery = RIKSTAL__V1__DELIVERY__INIT, *delivers[] = {&delivery};
    Rikstal__V1__PublicSizes sizes = RIKSTAL__V1__PUBLIC_SIZES__INIT;
    Rikstal__V1__PolicyRule rule = RIKSTAL__V1__POLICY_RULE__INIT, *rules = &rule;
    char *purpose = "research";
    uint32_t sigma = 10;
    Rikstal__V1__AssayKind assay = RIKSTAL__V1__ASSAY_KIND__INIT, *assays[] = {&assay};
    uint8_t snapshot[32] = {7};
    struct err err;

    hello.network = challenge->network;
    hello.node = s->own.node[s->node->index].id;
    hello.nonce = challenge->nonce;
    hello.protocol = 1;
    hello.software = "test";
    hello.roster_version = 1;
    hello.snapshot = (ProtobufCBinaryData){sizeof(snapshot), snapshot};
    hello.snapshot_date = "2026-11-20";
    term.system = "hp";
    term.release = "2026-10-01";
    hello.terms = terms;
    hello.n_terms = 1;
    delivery.kind = "diagnosis";
    delivery.system = "icd10";
    delivery.since = "2015-01-01";
    hello.delivers = delivers;
    hello.n_delivers = 1;
    assay.name = "wgs";
    assay.assembly = "GRCh38";
    assay.whole_genome = true;
    hello.assays = assays;
    hello.n_assays = 1;
    sizes.persons = 1024;
    sizes.segments = 1;
    hello.sizes = &sizes;
    rule.role = "national-analyst";
    rule.purposes = &purpose;
    rule.sigmas = &sigma;
    rule.n_purposes = rule.n_sigmas = 1;
    rule.modes = rule.measures = rule.fields = rule.age_band = 1;
    hello.rules = &rules;
    hello.n_rules = 1;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_HELLO;
    return envelope_sign_message(DOMAIN_HELLO, &hello.base,
                                 s->node->manner == NODE_STRANGER ? s->own.stranger
                                                                  : s->own.node[s->node->index].key,
                                 s->own.arena, &frame.hello, &err) &&
           send_frame(s, &frame);
}

static bool answer(struct session *s, uint64_t correlation, const Rikstal__V1__Ask *ask)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    uint8_t hash[32];
    struct country_answer a = {
        .node = s->node->index, .matched = s->node->matched, .question_hash = hash};
    const uint8_t *data;
    size_t size;

    if (s->node->manner == NODE_SILENT)
        return true;
    if (s->node->manner == NODE_FORGES)
        a.key = s->own.stranger;
    if (s->node->manner == NODE_DECLINES) {
        a.state = RIKSTAL__V1__STATE__STATE_DECLINED;
        a.code = "policy";
    }
    envelope_hash(ask->question, hash);
    country_answer(&s->own, &a, &frame.answer, &data, &size);
    frame.correlation = correlation;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ANSWER;
    return send_frame(s, &frame);
}

static bool pull(struct session *s)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__RosterPull ours = RIKSTAL__V1__ROSTER_PULL__INIT;

    ours.version = 1;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ROSTER_PULL;
    frame.roster_pull = &ours;
    return send_frame(s, &frame);
}

static bool has_list(enum node_manner manner)
{
    return manner == NODE_LISTS || manner == NODE_LIES || manner == NODE_FORGES_LIST;
}

static bool list(struct session *s)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Releases releases = RIKSTAL__V1__RELEASES__INIT;
    Rikstal__V1__Release one = RIKSTAL__V1__RELEASE__INIT, *all[] = {&one};
    uint8_t hash[32];
    struct err err;

    crypto_generichash(hash, sizeof(hash), (const uint8_t *)NODE_FILE, sizeof(NODE_FILE) - 1, NULL,
                       0);
    one.system = "hp";
    one.release = "2026";
    one.hash = (ProtobufCBinaryData){sizeof(hash), hash};
    one.size = sizeof(NODE_FILE) - 1;
    releases.network = "test";
    releases.node = s->own.node[s->node->index].id;
    releases.releases = all;
    releases.n_releases = 1;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_RELEASES;
    return envelope_sign_message(DOMAIN_RELEASES, &releases.base,
                                 s->node->manner == NODE_FORGES_LIST
                                     ? s->own.stranger
                                     : s->own.node[s->node->index].key,
                                 s->own.arena, &frame.releases, &err) &&
           send_frame(s, &frame);
}

/* Asked for the list, the node gives it; asked for a piece, the whole file, which is one. */
static bool give(struct session *s, const Rikstal__V1__ReleasePull *pulled)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__ReleasePiece piece = RIKSTAL__V1__RELEASE_PIECE__INIT;
    char file[] = NODE_FILE;

    pthread_mutex_lock(&s->node->lock);
    s->node->listed += pulled->hash.len == 0;
    s->node->pieces += pulled->hash.len != 0;
    pthread_mutex_unlock(&s->node->lock);
    if (pulled->hash.len == 0)
        return list(s);
    if (s->node->manner == NODE_LIES)
        memcpy(strstr(file, "Seizure"), "Nothing", strlen("Nothing"));
    piece.hash = pulled->hash;
    piece.piece = pulled->piece;
    piece.data = (ProtobufCBinaryData){sizeof(file) - 1, (uint8_t *)file};
    frame.body_case = RIKSTAL__V1__FRAME__BODY_RELEASE_PIECE;
    frame.release_piece = &piece;
    return send_frame(s, &frame);
}

static bool take(struct session *s, const uint8_t *data, size_t size)
{
    struct test_node *node = s->node;
    const Rikstal__V1__Frame *frame;
    ProtobufCMessage *message;
    struct err err;

    if (!message_unpack(&rikstal__v1__frame__descriptor, data, size, s->own.arena, &message, &err))
        return false;
    frame = (const Rikstal__V1__Frame *)message;
    pthread_mutex_lock(&node->lock);
    node->asked += frame->body_case == RIKSTAL__V1__FRAME__BODY_ASK;
    node->cancelled += frame->body_case == RIKSTAL__V1__FRAME__BODY_CANCEL;
    if (frame->body_case == RIKSTAL__V1__FRAME__BODY_WELCOME)
        node->refused = 0;
    if (frame->body_case == RIKSTAL__V1__FRAME__BODY_ROSTER)
        node->roster++;
    if (frame->body_case == RIKSTAL__V1__FRAME__BODY_ROSTER_PULL)
        node->newest = frame->roster_pull->version;
    if (frame->body_case == RIKSTAL__V1__FRAME__BODY_NEWEST)
        node->brought += strcmp(frame->newest->domain, DOMAIN_ANSWER) == 0 && node->asked == 0;
    pthread_mutex_unlock(&node->lock);
    switch (frame->body_case) {
    case RIKSTAL__V1__FRAME__BODY_CHALLENGE:
        return say_hello(s, frame->challenge);
    case RIKSTAL__V1__FRAME__BODY_WELCOME:
        return (node->manner != NODE_PULLS && !has_list(node->manner)) || pull(s);
    case RIKSTAL__V1__FRAME__BODY_RELEASE_PULL:
        return give(s, frame->release_pull);
    case RIKSTAL__V1__FRAME__BODY_ASK:
        return answer(s, frame->correlation, frame->ask);
    case RIKSTAL__V1__FRAME__BODY_PING:
        return send_frame(s, frame);
    case RIKSTAL__V1__FRAME__BODY_DRAIN:
        channel_finish(node->channel);
        return true;
    default:
        return true;
    }
}

static bool dial(struct session *s, struct err *err)
{
    struct test_node *node = s->node;
    const char *id = s->own.node[node->index].id;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Announce announce = RIKSTAL__V1__ANNOUNCE__INIT;
    struct channel_options options = {
        .target = arena_printf(s->own.arena, "127.0.0.1:%u", node->port),
        .tls = {.key = country_path(&s->own, arena_printf(s->own.arena, "%s.key", id)),
                .cert = country_path(&s->own, arena_printf(s->own.arena, "%s.crt", id)),
                .ca = country_path(&s->own, "ca.crt")}};
    uint8_t packed[128];
    bool ok;

    announce.node = (char *)id;
    announce.protocol_min = 1;
    announce.protocol_max = has_list(node->manner) ? 2 : 1;
    announce.software = "test";
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ANNOUNCE;
    frame.announce = &announce;
    pthread_mutex_lock(&node->lock);
    ok = !node->leaving && channel_open(&options, &node->channel, err) &&
         channel_link(node->channel, packed, rikstal__v1__frame__pack(&frame, packed), &s->stream,
                      err);
    pthread_mutex_unlock(&node->lock);
    return ok;
}

static bool leaving(struct test_node *node)
{
    bool is;

    pthread_mutex_lock(&node->lock);
    is = node->leaving;
    pthread_mutex_unlock(&node->lock);
    return is;
}

/* One link to its end; whether the other side said anything on it. */
static bool link_once(struct session *s)
{
    struct err err = {0};
    const uint8_t *data;
    bool heard = false;
    size_t size;

    if (dial(s, &err))
        while (channel_read(s->node->channel, &data, &size, &err)) {
            heard = true;
            if (!take(s, data, size))
                break;
        }
    if (!heard)
        fprintf(stderr, "node %zu was not linked: %s\n", s->node->index, err.text);
    pthread_mutex_lock(&s->node->lock);
    channel_close(s->node->channel);
    s->node->channel = NULL;
    pthread_mutex_unlock(&s->node->lock);
    return heard;
}

/* A connection that fails is dialled again, as the real link does; one that was refused is not. */
static void *run(void *owner)
{
    struct session s = {.node = owner, .own = *((struct test_node *)owner)->c};

    s.own.arena = arena_new((size_t)64 << 20);
    for (int i = 0; s.own.arena && i < DIALS_MAX && !link_once(&s) && !leaving(s.node); i++)
        clock_sleep_ms(100);
    arena_free(s.own.arena);
    return NULL;
}

void node_up(struct test_node *node, struct country *c, size_t index, uint16_t port,
             enum node_manner manner)
{
    memset(node, 0, sizeof(*node));
    node->c = c;
    node->index = index;
    node->port = port;
    node->manner = manner;
    node->matched = (int64_t)(100 * (index + 1));
    node->refused = 1; /* until it is welcomed */
    pthread_mutex_init(&node->lock, NULL);
    assert_int_equal(pthread_create(&node->thread, NULL, run, node), 0);
}

void node_down(struct test_node *node)
{
    pthread_mutex_lock(&node->lock);
    node->leaving = true;
    if (node->channel)
        channel_finish(node->channel);
    pthread_mutex_unlock(&node->lock);
    pthread_join(node->thread, NULL);
    pthread_mutex_destroy(&node->lock);
}

static uint64_t told(struct test_node *node, const uint64_t *what)
{
    uint64_t n;

    pthread_mutex_lock(&node->lock);
    n = *what;
    pthread_mutex_unlock(&node->lock);
    return n;
}

uint64_t node_listed(struct test_node *node)
{
    return told(node, &node->listed);
}

uint64_t node_pieces(struct test_node *node)
{
    return told(node, &node->pieces);
}

uint64_t node_asked(struct test_node *node)
{
    return told(node, &node->asked);
}

uint64_t node_cancelled(struct test_node *node)
{
    return told(node, &node->cancelled);
}

bool node_refused(struct test_node *node)
{
    return told(node, &node->refused) != 0;
}

uint64_t node_roster(struct test_node *node)
{
    return told(node, &node->roster);
}

uint64_t node_newest(struct test_node *node)
{
    return told(node, &node->newest);
}

uint64_t node_brought(struct test_node *node)
{
    return told(node, &node->brought);
}
