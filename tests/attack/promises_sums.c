/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P4: a sum is asked again, after one region has published and another can pay for nothing new. A
 * coordinator that does not look at who can pay makes the list of all, and then, when somebody
 * refuses, the second list without them: nobody may be charged twice for one question.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "tests/attack/promises.h"
#include "tests/attack/report.h"

#define SIGMA 50
#define SHORT 0     /* the node that cannot pay for a second sum */
#define PUBLISHES 1 /* the node that publishes in between */

struct attempt {
    unsigned who; /* a bit a node: who attested, then who is in the list */
    bool is_short[NET_NODES];
    Rikstal__V1__Envelope *attestation[NET_NODES];
    Rikstal__V1__Answer *answer[NET_NODES];
    size_t values;
};

static bool says_it_is_short(struct net *net, const Rikstal__V1__Envelope *envelope)
{
    ProtobufCMessage *message;
    struct err err;

    if (!message_unpack(&rikstal__v1__attestation__descriptor, envelope->payload.data,
                        envelope->payload.len, net->arena, &message, &err))
        broken("an attestation", err.text);
    return ((Rikstal__V1__Attestation *)message)->n_only > 0;
}

static void attend(struct net *net, Rikstal__V1__Envelope *question, uint32_t attempt, unsigned who,
                   struct attempt *out)
{
    *out = (struct attempt){0};
    for (size_t i = 0; i < NET_NODES; i++) {
        if (!(who >> i & 1))
            continue;
        out->attestation[i] = net_attend(net, i, question, attempt);
        if (!out->attestation[i])
            continue;
        out->who |= 1u << i;
        out->is_short[i] = says_it_is_short(net, out->attestation[i]);
    }
}

/* Sends the list of out->who to them; out->who becomes those that gave a value. */
static void list(struct net *net, const uint8_t *hash, uint32_t attempt, struct attempt *out)
{
    Rikstal__V1__MaskList message = RIKSTAL__V1__MASK_LIST__INIT;
    Rikstal__V1__Envelope *listed[NET_NODES];
    unsigned who = out->who;

    message.question_hash = (ProtobufCBinaryData){32, (uint8_t *)hash};
    message.attempt = attempt;
    message.attestations = listed;
    for (size_t i = 0; i < NET_NODES; i++)
        if (who >> i & 1)
            listed[message.n_attestations++] = out->attestation[i];
    net_list(net, who, &message, out->answer);
    out->who = 0;
    for (size_t i = 0; i < NET_NODES; i++)
        if (who >> i & 1 && out->answer[i]->n_cells > 0) {
            out->who |= 1u << i;
            out->values++;
        }
}

/* Charges of one question, at each node and in all. */
struct paid {
    size_t all;
    size_t twice; /* nodes that charged it more than once */
    size_t values;
};

/* heeds: the coordinator leaves out who says that it is short. */
static struct paid sum(struct net *net, uint64_t number, bool heeds)
{
    struct attempt one, two;
    struct paid paid = {0};
    Rikstal__V1__Question q;
    Rikstal__V1__Envelope *question;
    uint8_t hash[32];
    char hex[65];

    net_fill(net, &q, true, SIGMA, number);
    question = net_sign(net, &q);
    envelope_hash(question, hash);
    bytes_to_hex(hash, 32, hex);
    attend(net, question, 1, NET_ALL, &one);
    for (size_t i = 0; heeds && i < NET_NODES; i++)
        if (one.is_short[i])
            one.who &= ~(1u << i);
    list(net, hash, 1, &one);
    paid.values = one.values;
    if (!heeds && one.values < NET_NODES) {
        attend(net, question, 2, NET_ALL & ~(1u << SHORT), &two);
        list(net, hash, 2, &two);
        paid.values = two.values;
    }
    for (size_t i = 0; i < NET_NODES; i++) {
        int64_t n = promises_look(
            net, i, say("SELECT count(*) FROM charge WHERE question_hash = x'%s'", hex));

        paid.all += (size_t)n;
        paid.twice += n > 1;
    }
    return paid;
}

static void write_to(const struct net *net, size_t i, const char *name, const char *text)
{
    struct err err;

    if (!file_write(say("%s/%s", net->node[i].dir, name), text, strlen(text), 0600, &err))
        broken("a node's folder", err.text);
}

static void start(struct net *net)
{
    const char *poor = promises_policy("\"organisation_year_nrho\": 500000000",
                                       "\"organisation_year_nrho\": 200000");

    net->policy = promises_policy("", "");
    net_up(net);
    write_to(net, SHORT, "policy.json", promises_policy_version(poor, 2));
    if (sum(net, 1, false).values != NET_NODES)
        broken("a sum", net->refusal);
}

void promises_sums(void)
{
    static struct net net;
    struct paid repeat, after, heeded;

    start(&net);
    repeat = sum(&net, 1, false);
    write_to(&net, PUBLISHES, "snapshot/current", "second");
    after = sum(&net, 1, false);
    promises_judge(
        "P4", after.twice, NET_NODES - 1,
        "nodes charged twice for one sum in which another cannot pay, which nobody left out");
    if (after.values != NET_NODES - 1)
        broken("a sum", say("the second attempt has %zu values: %s", after.values, net.refusal));
    if (!PROMISES_ARE_OLD) {
        write_to(&net, PUBLISHES, "snapshot/current", "third");
        heeded = sum(&net, 1, true);
        row("P4", repeat.values == NET_NODES && repeat.all == 0,
            say("%zu values, %zu charges", repeat.values, repeat.all), "5 values, 0 charges",
            "the same sum again: who can pay for nothing new repeats it, and nobody pays");
        row("P4", heeded.values == NET_NODES - 1 && heeded.all == NET_NODES - 1,
            say("%zu values, %zu charges", heeded.values, heeded.all), "4 values, 4 charges",
            "and after a publication: who says in round one that it cannot pay is left out");
    }
    net_down(&net);
}
