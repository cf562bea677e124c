/* SPDX-License-Identifier: Apache-2.0 */
/*
 * G5 through five real keepers: what their vectors for a blind question add up to is chance, and to
 * its asker, who takes the streams off, the very sum that the same question has when it is asked
 * openly; a key that would hide nothing is refused before any charge. The test is coordinator and
 * asker.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/random.h"
#include "proto/trust/keystream.h"
#include "proto/trust/message.h"
#include "tests/attack/net.h"
#include "tests/attack/report.h"
#include "tests/unit/keeper/fake.h"

#define SIGMA 50
#define FAR 1000000 /* a uniform cell is nearer with probability 1.1e-13 */

struct round {
    Rikstal__V1__Envelope *attestation[NET_NODES];
    Rikstal__V1__MaskList list;
    Rikstal__V1__Answer *answer[NET_NODES];
    uint64_t sum; /* of the matched cells, as they came */
};

static size_t attend(struct net *net, struct round *round, Rikstal__V1__Envelope *question)
{
    size_t n = 0;

    for (size_t i = 0; i < NET_NODES; i++) {
        round->attestation[i] = net_attend(net, i, question, 1);
        n += round->attestation[i] != NULL;
    }
    return n;
}

/* The question number to all five, under the asker's key or openly. */
static bool play(struct net *net, uint64_t number, uint8_t *asker, struct round *round)
{
    Rikstal__V1__Envelope *question;
    Rikstal__V1__Question q;
    uint8_t hash[32];

    *round = (struct round){0};
    net_fill(net, &q, true, SIGMA, number);
    if (asker)
        q.blind_key = (ProtobufCBinaryData){KEYSTREAM_KEY_BYTES, asker};
    question = net_sign(net, &q);
    envelope_hash(question, hash);
    if (attend(net, round, question) != NET_NODES)
        return false;
    rikstal__v1__mask_list__init(&round->list);
    round->list.question_hash = (ProtobufCBinaryData){32, hash};
    round->list.attempt = 1;
    round->list.attestations = round->attestation;
    round->list.n_attestations = NET_NODES;
    net_list(net, NET_ALL, &round->list, round->answer);
    for (size_t i = 0; i < NET_NODES; i++) {
        if (round->answer[i]->n_cells != 2)
            return false;
        round->sum += (uint64_t)round->answer[i]->cells[0];
    }
    return true;
}

/* What node i has put over its matched cell, from the asker's end. */
static uint64_t stream_of(struct net *net, const struct round *round, size_t i,
                          const uint8_t *secret)
{
    const ProtobufCBinaryData *payload = &round->attestation[i]->payload;
    uint8_t key[KEYSTREAM_KEY_BYTES], asker[KEYSTREAM_KEY_BYTES];
    const Rikstal__V1__Attestation *attested;
    ProtobufCMessage *message;
    int64_t cell = 0;
    struct err err;

    if (!message_unpack(&rikstal__v1__attestation__descriptor, payload->data, payload->len,
                        net->arena, &message, &err))
        broken("an attestation", err.text);
    attested = (const Rikstal__V1__Attestation *)message;
    crypto_scalarmult_base(asker, secret);
    struct keystream_bond bond = {KEYSTREAM_BLIND, asker, attested->ephemeral_key.data,
                                  round->answer[i]->session.data, net->ids[i]};
    if (!keystream_key(secret, attested->ephemeral_key.data, &bond, key))
        broken("a stream", "there is none");
    keystream_apply(key, true, &cell, 1);
    return (uint64_t)cell;
}

static bool is_far(uint64_t sum)
{
    return sum - (uint64_t)(NET_NODES * fake.matched) + FAR >= 2 * FAR;
}

struct score {
    size_t open_near; /* control: the coordinator sees the sum of an open question */
    size_t blind_near;
    size_t partly_near; /* with all nodes but one on its side */
    size_t exact;
};

static void game(struct net *net, uint64_t number, struct score *score)
{
    uint8_t secret[KEYSTREAM_KEY_BYTES], asker[KEYSTREAM_KEY_BYTES];
    struct round blind, openly;
    uint64_t sum;

    random_bytes(secret, sizeof(secret));
    crypto_scalarmult_base(asker, secret);
    if (!play(net, number, asker, &blind) || !play(net, number, NULL, &openly))
        broken("a sum", net->refusal);
    score->open_near += !is_far(openly.sum);
    score->blind_near += !is_far(blind.sum);
    sum = blind.sum;
    for (size_t i = 0; i < NET_NODES; i++) {
        score->partly_near += i > 0 && !is_far(sum);
        sum -= stream_of(net, &blind, i, secret);
    }
    score->exact += sum == openly.sum;
}

static void keys_of_small_order(struct net *net)
{
    uint8_t small[KEYSTREAM_KEY_BYTES] = {0};
    Rikstal__V1__Question q;
    size_t refused = 0;

    for (; small[0] < 2; small[0]++) {
        struct round round = {0};

        net_fill(net, &q, true, SIGMA, 1000);
        q.blind_key = (ProtobufCBinaryData){KEYSTREAM_KEY_BYTES, small};
        if (attend(net, &round, net_sign(net, &q)) == 0 && strcmp(net->refusal, "malformed") == 0)
            refused += NET_NODES;
    }
    row("G5", refused == 2 * NET_NODES, say("%zu of %d", refused, 2 * NET_NODES), "all",
        "five keepers: an asker's key that hides nothing is malformed in round one, uncharged");
}

int main(void)
{
    static struct net net;
    struct score score = {0};
    size_t games;

    report_start();
    games = sized(3, 5, 50);
    random_seed(report_seed(1950));
    fake = (struct fake){.matched = 123456, .undetermined = 7890, .release = "2026-06-01"};
    net_up(&net);
    for (size_t g = 0; g < games; g++, net_forget(&net))
        game(&net, g, &score);
    row("G5+", score.open_near == games, say("%zu of %zu", score.open_near, games), "all",
        "control: five keepers, asked openly: who adds up has the sum");
    row("G5", score.blind_near + score.partly_near == 0,
        say("%zu and %zu of %zu", score.blind_near, score.partly_near, games), "0",
        "five keepers: sums of blind vectors near the truth; with up to four nodes on its side");
    row("G5", score.exact == games, say("%zu of %zu", score.exact, games), "all",
        "five keepers: opened by the asker, the very sum of the open question");
    keys_of_small_order(&net);
    net_down(&net);
    random_unseed();
    return report_end();
}
