/* SPDX-License-Identifier: Apache-2.0 */
/*
 * K1: nothing that was not signed as it is passes: mutated envelopes of every kind and mutated
 * frames, and right envelopes in the wrong place.
 *
 * Each mutant goes the way of a received one: strict parsing, signature by the roster, and for
 * questions all of question_check(). Accepted means: all of it held although the envelope's bytes
 * are not those that were signed. A frame's own fields (correlation, time left) are not signed; a
 * mutant that carries the very envelope is counted apart and is no forgery. Zero in n puts the rate
 * below 3 / n with 95 % confidence.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/random.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/question.h"
#include "proto/trust/roster.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/unit/trust/people.h"

#define MUTANT_MAX 8192
#define SPAN_MAX 24

enum kind { K_QUESTION, K_ANSWER, K_HELLO, K_ATTEST, K_ROSTER, K_FRAME, KINDS };

struct sample {
    uint8_t *data;
    size_t size;
};

struct trial {
    struct people people;
    struct roster *roster;
    struct sample sample[KINDS];
    struct sample question; /* the envelope that the frame carries */
    struct arena *arena;
    struct rng rng;
    uint64_t tried;
    uint64_t parsed; /* got as far as a signature */
    uint64_t accepted;
    uint64_t carried;
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        broken("an envelope", err->text);
}

static struct sample pack(struct people *p, const ProtobufCMessage *message)
{
    struct sample sample;

    must(message_pack(message, p->arena, &sample.data, &sample.size, &p->err), &p->err);
    return sample;
}

static struct sample from_node(struct people *p, const char *domain, const ProtobufCMessage *body)
{
    Rikstal__V1__Envelope *envelope;

    must(envelope_sign_message(domain, body, p->node[1], p->arena, &envelope, &p->err), &p->err);
    return pack(p, &envelope->base);
}

static void make_samples(struct trial *t)
{
    struct people *p = &t->people;
    static uint8_t hash[32] = {4}, key[32] = {5};
    Rikstal__V1__Question question;
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;
    Rikstal__V1__Hello hello = RIKSTAL__V1__HELLO__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    int64_t cells[2] = {1234, 56};

    people_question(p, &question);
    ask.question = people_ask(p, &question);
    ask.time_left_ms = 5000;
    t->sample[K_QUESTION] = t->question = pack(p, &ask.question->base);
    answer.version = 1;
    answer.node = "12";
    answer.question_hash = (ProtobufCBinaryData){32, hash};
    answer.state = RIKSTAL__V1__STATE__STATE_VALUE;
    answer.n_cells = 2;
    answer.cells = cells;
    t->sample[K_ANSWER] = from_node(p, DOMAIN_ANSWER, &answer.base);
    hello.network = "test";
    hello.node = "12";
    hello.nonce = (ProtobufCBinaryData){32, key};
    t->sample[K_HELLO] = from_node(p, DOMAIN_HELLO, &hello.base);
    t->sample[K_ATTEST] = from_node(p, DOMAIN_ATTEST, &hello.base);
    people_sign(p, 2, &t->sample[K_ROSTER].data, &t->sample[K_ROSTER].size);
    frame.correlation = 77;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    t->sample[K_FRAME] = pack(p, &frame.base);
}

/* ---- how a receiver looks at it -------------------------------------------------------------- */

static bool question_passes(struct trial *t, const Rikstal__V1__Envelope *envelope)
{
    struct question question;
    struct err err;

    return question_check(envelope, (struct roster_view){t->roster, "12", PEOPLE_NOW}, t->arena,
                          &question, &err);
}

static bool node_passes(struct trial *t, const Rikstal__V1__Envelope *envelope, enum kind kind)
{
    static const struct envelope_kind as[KINDS] = {
        [K_ANSWER] = {DOMAIN_ANSWER, &rikstal__v1__answer__descriptor},
        [K_HELLO] = {DOMAIN_HELLO, &rikstal__v1__hello__descriptor},
        [K_ATTEST] = {DOMAIN_ATTEST, &rikstal__v1__hello__descriptor}};
    ProtobufCMessage *message;
    struct err err;

    return roster_open_from_node((struct roster_view){t->roster, "12", PEOPLE_NOW}, as[kind],
                                 envelope, t->arena, &message, &err);
}

static bool roster_passes(struct trial *t, const uint8_t *data, size_t size)
{
    struct roster *roster = NULL;
    struct err err;
    bool opened =
        roster_open((struct bytes_view){data, size}, &t->people.roots, "test", 0, &roster, &err);

    if (opened)
        roster_free(roster);
    return opened;
}

/* A frame whose question passes; carried: by the very envelope that was signed. */
static bool frame_passes(struct trial *t, const uint8_t *data, size_t size, bool *carried)
{
    ProtobufCMessage *message;
    uint8_t *again;
    size_t again_size;
    struct err err;

    if (!message_unpack(&rikstal__v1__frame__descriptor, data, size, t->arena, &message, &err))
        return false;
    const Rikstal__V1__Frame *frame = (const Rikstal__V1__Frame *)message;

    if (frame->body_case != RIKSTAL__V1__FRAME__BODY_ASK || !frame->ask->question)
        return false;
    t->parsed++;
    if (!message_pack(&frame->ask->question->base, t->arena, &again, &again_size, &err))
        return false;
    *carried = again_size == t->question.size && memcmp(again, t->question.data, again_size) == 0;
    return question_passes(t, frame->ask->question);
}

static bool passes(struct trial *t, enum kind kind, const uint8_t *data, size_t size, bool *carried)
{
    Rikstal__V1__Envelope *envelope;
    struct err err;

    *carried = false;
    arena_clear(t->arena);
    if (kind == K_FRAME)
        return frame_passes(t, data, size, carried);
    if (!envelope_parse(data, size, t->arena, &envelope, &err))
        return false;
    t->parsed++;
    if (kind == K_ROSTER)
        return roster_passes(t, data, size);
    return kind == K_QUESTION ? question_passes(t, envelope) : node_passes(t, envelope, kind);
}

/* ---- mutants --------------------------------------------------------------------------------- */

static size_t span(struct rng *rng, size_t size)
{
    size_t n = 1 + rng_below(rng, SPAN_MAX);

    return n < size ? n : size;
}

static size_t mutate(struct trial *t, const struct sample *from, uint8_t *out)
{
    struct rng *rng = &t->rng;
    size_t size = from->size, at, n;

    memcpy(out, from->data, size);
    at = rng_below(rng, size);
    n = span(rng, size - at);
    switch (rng_below(rng, 7)) {
    case 0: /* a bit */
    case 1:
        out[at] ^= (uint8_t)(1u << rng_below(rng, 8));
        break;
    case 2: /* some bytes */
        for (size_t i = 0; i < n; i++)
            out[at + i] = (uint8_t)rng_u64(rng);
        break;
    case 3: /* cut out */
        memmove(out + at, out + at + n, size - at - n);
        return size - n;
    case 4: /* said twice */
        memmove(out + at + n, out + at, size - at);
        return size + n;
    case 5: { /* a piece of another kind */
        const struct sample *other = &t->sample[rng_below(rng, KINDS)];
        size_t source = rng_below(rng, other->size);

        n = n < other->size - source ? n : other->size - source;
        memcpy(out + at, other->data + source, n);
        break;
    }
    default: /* one number up, as in a protobuf length or a signature's scalar */
        out[at]++;
        break;
    }
    return size;
}

static void one_mutant(struct trial *t)
{
    enum kind kind = (enum kind)rng_below(&t->rng, KINDS);
    const struct sample *sample = &t->sample[kind];
    uint8_t mutant[MUTANT_MAX];
    size_t size = mutate(t, sample, mutant);
    bool carried;

    if (rng_below(&t->rng, 8) == 0) { /* and once more */
        struct sample again = {mutant, size};
        uint8_t twice[MUTANT_MAX];

        size = size ? mutate(t, &again, twice) : 0;
        memcpy(mutant, twice, size);
    }
    if (size == sample->size && memcmp(mutant, sample->data, size) == 0)
        return; /* it is the original */
    t->tried++;
    if (passes(t, kind, mutant, size, &carried)) {
        t->carried += carried;
        t->accepted += !carried;
    }
}

static void mutants(struct trial *t, size_t n)
{
    while (t->tried < n)
        one_mutant(t);
    row("K1", t->accepted == 0, say("%llu", (unsigned long long)t->accepted), "0",
        say("mutated envelopes and frames accepted, of %zu (95 %%: < %.0e)", n, 3 / (double)n));
    row("K1", t->parsed * 20 > t->tried, say("%.0f %%", 100.0 * (double)t->parsed / (double)n),
        "> 5 %", "mutants that only a signature could refuse, so that the test above has power");
}

/* Every sample as it is passes its own way, and no other. */
static void crossed(struct trial *t)
{
    size_t own = 0, other = 0;
    bool carried;

    for (int kind = 0; kind < KINDS; kind++)
        for (int as = 0; as < KINDS; as++) {
            bool passed =
                passes(t, (enum kind)as, t->sample[kind].data, t->sample[kind].size, &carried);

            own += passed && kind == as;
            other += passed && kind != as;
        }
    row("K1+", own == KINDS, say("%zu of %d", own, KINDS), "all",
        "control: originals are accepted");
    row("K1", other == 0, say("%zu of %d", other, KINDS * (KINDS - 1)), "0",
        "right envelopes of one domain accepted in another");
}

/* Under which a question may be asked, and under which not. */
static void enter_permits(struct people *p)
{
    people_permit(p, "2026-1", "gms", PEOPLE_NOW);
    people_permit(p, "2026-2", "gms", PEOPLE_NOW - 86400); /* ended */
    people_permit(p, "2026-3", "gms", PEOPLE_NOW + 86400);
    people_permit(p, "2026-4", "north", PEOPLE_NOW);
}

static void permits(struct trial *t)
{
    static char *others[] = {"2026-2", "2026-3", "2026-4", "2026-5", "2026", "anything"};
    const size_t n = sizeof(others) / sizeof(others[0]);
    struct people *p = &t->people;
    Rikstal__V1__Question q;
    size_t accepted = 0;

    people_question(p, &q);
    q.permit = "2026-1";
    row("K1+", question_passes(t, people_ask(p, &q)), "1 of 1", "all",
        "control: a question under a permit of its organisation is accepted");
    for (size_t i = 0; i < n; i++) {
        q.permit = others[i];
        accepted += question_passes(t, people_ask(p, &q));
    }
    row("K1", accepted == 0, say("%zu of %zu", accepted, n), "0",
        "signed, under a permit that is over, not yet valid, another's or nobody's");
}

/* Questions that are signed and wrong: each is right but for one thing. */
static void wrong(struct trial *t)
{
    static char *others[] = {"01"};
    struct people *p = &t->people;
    size_t accepted = 0, tried = 0;

    for (int what = 0; what < 9; what++, tried++) {
        struct secret_key *key = what == 8 ? p->node[1] : p->analyst;
        Rikstal__V1__Envelope *envelope;
        Rikstal__V1__Question q;

        people_question(p, &q);
        if (what == 0) /* expired, early, living too long */
            q.expires = PEOPLE_NOW - 121;
        if (what == 1)
            q.not_before = PEOPLE_NOW + 121;
        if (what == 2)
            q.expires = q.not_before + QUESTION_LIFE_MAX_S + 1;
        if (what == 3) { /* not for this node */
            q.audience = others;
            q.n_audience = 1;
        }
        if (what == 4) /* by another roster, for another network */
            q.roster_version = 8;
        if (what == 5)
            q.network = "another";
        if (what == 6) /* a role, an organisation that the analyst has not */
            q.role = "sponsor";
        if (what == 7)
            q.organisation = "others";
        must(envelope_sign_message(DOMAIN_QUESTION, &q.base, key, p->arena, &envelope, &p->err),
             &p->err);
        accepted += question_passes(t, envelope);
    }
    row("K1", accepted == 0, say("%zu of %zu", accepted, tried), "0",
        "signed, and expired, early, too long-lived, for others, of another role or key");
}

int main(void)
{
    static struct trial t;

    report_start();
    random_seed(report_seed(1700));
    people_up(&t.people);
    enter_permits(&t.people);
    t.roster = people_roster(&t.people);
    t.arena = arena_new((size_t)16 << 20);
    t.rng = rng_of(report_seed(1701));
    make_samples(&t);
    crossed(&t);
    wrong(&t);
    permits(&t);
    t.parsed = 0;
    mutants(&t, sized(5000, 50000, 1000000));
    arena_free(t.arena);
    roster_free(t.roster);
    people_down(&t.people);
    random_unseed();
    return report_end();
}
