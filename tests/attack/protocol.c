/* SPDX-License-Identifier: Apache-2.0 */
/*
 * G2 and G3 through five real keepers: a sum is right or there is none, and no vector leaves
 * unmasked, whatever a coordinator does; E2, true counts that must lie nowhere; and a year's
 * budget.
 *
 * The test is the coordinator, honest or not, and the analyst's client: it accepts a sum only when
 * every member of the list has signed a vector for the session of that very list (roll.h). A sum is
 * right when it is within 8 standard deviations of the members' true sum. A vector is unmasked when
 * a cell is within 10^6 of the truth (a masked one is with probability 1.1e-13).
 */
#include <stdlib.h>
#include <string.h>

#include "proto/base/random.h"
#include "proto/trust/message.h"
#include "tests/attack/net.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/sentinels.h"
#include "tests/unit/keeper/fake.h"

#define SIGMA 50     /* a year has 2,500 of these, so that budgets do not end the test */
#define DEVIATION 60 /* of a sum: sigma sqrt(5 / 4) = 56 */
#define NEAR 1000000

enum malice {
    HONEST,
    ABSENT_FROM_THE_START, /* one does not attend: a sum of the others */
    ABSENT_AFTERWARDS,     /* one vector is lost: abort, then a second attempt without it */
    SAME_SET_AGAIN,        /* the second attempt has the same members: the same sum */
    LOST_AGAIN_AND_AGAIN,  /* many tries of one set: nothing but the one sum, for one charge */
    EQUIVOCATION,          /* one is shown another list */
    SYBIL,                 /* a node that is not of the roster */
    REPLAYED_ATTESTATION,  /* one of an earlier question */
    OTHER_ATTEMPT,         /* attestations of attempt 1 in a list of attempt 2 */
    THIRD_ATTEMPT,
    THIRD_SET,   /* of one signed question */
    LATE_VECTOR, /* of attempt 1, added to those of attempt 2 */
    TOO_FEW,     /* one fewer than the roster demands */
    STALE_ROSTER,
    BIT_FLIP,    /* anywhere in the list */
    KEY_SWAPPED, /* the coordinator's own key in a node's name */
    KEY_COPIED,  /* a node in league attests another node's ephemeral key as its own */
    TWICE,       /* one node twice in the list */
    MALICES,
};

static const char *const names[MALICES] = {
    [HONEST] = "honest: right sums",
    [ABSENT_FROM_THE_START] = "each node absent from the start: right sums of the others",
    [ABSENT_AFTERWARDS] = "each vector lost: abort, then right sums of the others",
    [SAME_SET_AGAIN] = "the same set again: the same sum",
    [LOST_AGAIN_AND_AGAIN] =
        "24 tries of one set that lose a vector or a list: one charge, one sum",
    [EQUIVOCATION] = "one node is shown another list",
    [SYBIL] = "a node that is not of the roster",
    [REPLAYED_ATTESTATION] = "an attestation of another question",
    [OTHER_ATTEMPT] = "attestations of another attempt",
    [THIRD_ATTEMPT] = "a third attempt",
    [THIRD_SET] = "a third set of participants of one signed question",
    [LATE_VECTOR] = "a vector of the first attempt in the second",
    [TOO_FEW] = "one participant fewer than n_min",
    [STALE_ROSTER] = "a question by an older roster",
    [BIT_FLIP] = "a flipped bit of the list",
    [KEY_SWAPPED] = "the coordinator's key in a node's name",
    [KEY_COPIED] = "a node in league attests another's ephemeral key",
    [TWICE] = "a node twice in the list",
};

/* One question's sum, attempt by attempt. */
struct round {
    Rikstal__V1__Envelope *question;
    uint8_t hash[32];
    uint32_t attempt;
    Rikstal__V1__Envelope *attestation[NET_NODES];
    Rikstal__V1__Envelope *listed[NET_NODES + 1];
    Rikstal__V1__MaskList list;
    Rikstal__V1__Answer *answer[NET_NODES];
};

enum verdict { RIGHT, ABORTED, WRONG, LEAKED };

struct trial {
    struct net net;
    struct rng rng;
    uint64_t number;
    Rikstal__V1__Envelope *earlier[NET_NODES]; /* attestations of the first question of all */
    uint64_t leaks;
    uint64_t vectors;
};

static void begin(struct trial *t, struct round *r)
{
    *r = (struct round){.question = net_question(&t->net, true, SIGMA, t->number++)};
    envelope_hash(r->question, r->hash);
}

static bool attend(struct trial *t, struct round *r, uint32_t attempt)
{
    size_t n = 0;

    r->attempt = attempt;
    for (size_t i = 0; i < NET_NODES; i++) {
        r->attestation[i] = net_attend(&t->net, i, r->question, attempt);
        n += r->attestation[i] != NULL;
    }
    return n == NET_NODES;
}

static void list_of(struct round *r, unsigned members)
{
    rikstal__v1__mask_list__init(&r->list);
    r->list.question_hash = (ProtobufCBinaryData){32, r->hash};
    r->list.attempt = r->attempt;
    r->list.attestations = r->listed;
    for (size_t i = 0; i < NET_NODES; i++)
        if (members >> i & 1 && r->attestation[i])
            r->listed[r->list.n_attestations++] = r->attestation[i];
}

/* The list to these nodes; their vectors, looked at for leaks. */
static void show(struct trial *t, struct round *r, unsigned members)
{
    net_list(&t->net, members, &r->list, r->answer);
    for (size_t i = 0; i < NET_NODES; i++) {
        const Rikstal__V1__Answer *answer = r->answer[i];

        if (!(members >> i & 1))
            continue;
        for (size_t c = 0; c < answer->n_cells; c++) {
            uint64_t truth = (uint64_t)(c ? fake.undetermined : fake.matched);

            t->vectors++;
            t->leaks += (uint64_t)answer->cells[c] - truth + NEAR < 2 * NEAR;
        }
    }
}

/* What a client makes of the answers to this list. */
static enum verdict add_up(struct trial *t, struct round *r, unsigned members, int64_t *sum)
{
    uint8_t session[PARTICIPANTS_SESSION_BYTES];
    uint64_t total = 0;
    int64_t n = 0;
    struct err err;

    if (!participants_session(&r->list, t->net.arena, session, &err))
        broken("a session", err.text);
    for (size_t i = 0; i < NET_NODES; i++) {
        const Rikstal__V1__Answer *answer = r->answer[i];

        if (!(members >> i & 1))
            continue;
        if (!answer || answer->state != RIKSTAL__V1__STATE__STATE_VALUE || answer->n_cells != 2 ||
            answer->session.len != sizeof(session) ||
            memcmp(answer->session.data, session, sizeof(session)) != 0)
            return ABORTED;
        total += (uint64_t)answer->cells[0];
        n++;
    }
    *sum = (int64_t)total;
    return llabs(*sum - n * fake.matched) <= 8 * DEVIATION ? RIGHT : WRONG;
}

/* Is it a number at all, when nobody checks sessions? */
static bool plain_number(const struct round *r, unsigned members)
{
    uint64_t total = 0, truth = 0;

    for (size_t i = 0; i < NET_NODES; i++)
        if (members >> i & 1 && r->answer[i] && r->answer[i]->n_cells == 2) {
            total += (uint64_t)r->answer[i]->cells[0];
            truth += (uint64_t)fake.matched;
        }
    return truth > 0 && total - truth + NEAR < 2 * NEAR;
}

static enum verdict whole(struct trial *t, struct round *r, unsigned members, int64_t *sum)
{
    list_of(r, members);
    show(t, r, members);
    return add_up(t, r, members, sum);
}

/* ---- honest, with losses --------------------------------------------------------------------- */

static bool absent_afterwards(struct trial *t, struct round *r, size_t lost)
{
    unsigned others = NET_ALL & ~(1u << lost);
    int64_t sum;

    if (!attend(t, r, 1))
        return false;
    list_of(r, NET_ALL);
    show(t, r, NET_ALL);
    r->answer[lost] = NULL;
    if (add_up(t, r, NET_ALL, &sum) != ABORTED || plain_number(r, others))
        return false;
    return attend(t, r, 2) && whole(t, r, others, &sum) == RIGHT;
}

static bool same_set_again(struct trial *t, struct round *r)
{
    int64_t first, second;

    if (!attend(t, r, 1) || whole(t, r, NET_ALL, &first) != RIGHT)
        return false;
    return attend(t, r, 2) && whole(t, r, NET_ALL, &second) == RIGHT && first == second;
}

#define TRIES 24

/*
 * Begins again with the same members as the coordinator does when a vector is lost. True when no
 * try is a number, when the whole sum is one and the same before and after them, and when each
 * node's balance is that of one charge.
 */
static bool lost_again_and_again(struct trial *t, struct round *r, size_t victim)
{
    int64_t left[NET_NODES] = {0}, first, last;

    for (size_t try = 0; try < TRIES; try++) {
        unsigned others = NET_ALL & ~(1u << (victim + try) % NET_NODES);

        memset(r->answer, 0, sizeof(r->answer));
        if (!attend(t, r, 1))
            return false;
        list_of(r, NET_ALL);
        show(t, r, try % 2 ? NET_ALL : others);
        r->answer[(victim + try) % NET_NODES] = NULL;
        if (add_up(t, r, NET_ALL, &first) != ABORTED || plain_number(r, others))
            return false;
    }
    if (!attend(t, r, 1) || whole(t, r, NET_ALL, &first) != RIGHT)
        return false;
    for (size_t i = 0; i < NET_NODES; i++)
        left[i] = r->answer[i]->budget_left_nrho;
    if (!attend(t, r, 1) || whole(t, r, NET_ALL, &last) != RIGHT || first != last)
        return false;
    for (size_t i = 0; i < NET_NODES; i++)
        if (r->answer[i]->budget_left_nrho != left[i])
            return false;
    return true;
}

/* What one charge of a node takes from the budget that its answers tell: of `more` new questions.
 */
static int64_t spent_by(struct trial *t, size_t more)
{
    int64_t before = 0, sum;

    for (size_t n = 0; n <= more; n++, net_forget(&t->net)) {
        struct round r;

        begin(t, &r);
        if (!attend(t, &r, 1) || whole(t, &r, NET_ALL, &sum) != RIGHT)
            broken("a sum", t->net.refusal);
        before = n == 0 ? r.answer[0]->budget_left_nrho : before;
        if (n == more)
            return before - r.answer[0]->budget_left_nrho;
    }
    return 0;
}

/* The balances tell how many questions were paid for: those of lost_again_and_again() once each. */
static void charges(struct trial *t)
{
    int64_t one = spent_by(t, 1), with_tries;
    int64_t before, sum;
    struct round r;

    begin(t, &r);
    if (!attend(t, &r, 1) || whole(t, &r, NET_ALL, &sum) != RIGHT)
        broken("a sum", t->net.refusal);
    before = r.answer[0]->budget_left_nrho;
    net_forget(&t->net);
    begin(t, &r);
    if (!lost_again_and_again(t, &r, 0))
        broken("tries", t->net.refusal);
    with_tries = before - r.answer[0]->budget_left_nrho;
    net_forget(&t->net);
    row("G2", with_tries == one && one > 0, say("%lld", (long long)with_tries),
        say("%lld", (long long)one), "five keepers: nano-rho of a question with 24 lost tries");
    row("G2+", spent_by(t, 2) == 2 * one, "twice", "twice",
        "control: two questions are seen as two charges");
}

static bool honest(struct trial *t, struct round *r, enum malice malice, size_t victim)
{
    int64_t sum;

    if (malice == ABSENT_AFTERWARDS)
        return absent_afterwards(t, r, victim);
    if (malice == SAME_SET_AGAIN)
        return same_set_again(t, r);
    if (malice == LOST_AGAIN_AND_AGAIN)
        return lost_again_and_again(t, r, victim);
    return attend(t, r, 1) &&
           whole(t, r, malice == HONEST ? NET_ALL : NET_ALL & ~(1u << victim), &sum) == RIGHT;
}

/* ---- malicious ------------------------------------------------------------------------------- */

/* An attestation made by the coordinator in the name of node i (or of nobody). */
static Rikstal__V1__Envelope *forged(struct trial *t, const struct round *r, char *node)
{
    Rikstal__V1__Attestation a = RIKSTAL__V1__ATTESTATION__INIT;
    uint8_t bytes[32] = {2}, nonce[PARTICIPANTS_NONCE_BYTES] = {3};
    Rikstal__V1__Envelope *envelope;
    struct secret_key *key;
    struct err err;

    if (!secret_key_new(&key, &err))
        broken("a forgery", err.text);
    a.question_hash = (ProtobufCBinaryData){32, (uint8_t *)r->hash};
    a.snapshot = a.population = (ProtobufCBinaryData){32, bytes};
    a.node = node;
    a.attempt = r->attempt;
    a.ephemeral_key = (ProtobufCBinaryData){32, bytes};
    a.nonce = (ProtobufCBinaryData){sizeof(nonce), nonce};
    a.not_after = (int64_t)4e9;
    if (!envelope_sign_message(DOMAIN_ATTEST, &a.base, key, t->net.arena, &envelope, &err))
        broken("a forgery", err.text);
    secret_key_free(key);
    return envelope;
}

static void flip(struct trial *t, struct round *r)
{
    Rikstal__V1__Envelope *victim = r->listed[rng_below(&t->rng, r->list.n_attestations)];
    ProtobufCBinaryData *part[] = {&victim->payload, &victim->signature, &victim->key_id};
    ProtobufCBinaryData *one = part[rng_below(&t->rng, 3)];

    one->data[rng_below(&t->rng, one->len)] ^= (uint8_t)(1u << rng_below(&t->rng, 8));
}

/* Makes the list of this malice, for all nodes alike. */
static void bend(struct trial *t, struct round *r, enum malice malice, size_t victim)
{
    if (malice == KEY_SWAPPED)
        r->attestation[victim] = forged(t, r, t->net.ids[victim]);
    if (malice == REPLAYED_ATTESTATION)
        r->attestation[victim] = t->earlier[victim];
    if (malice == OTHER_ATTEMPT) {
        Rikstal__V1__Envelope *first = r->attestation[victim];

        if (!attend(t, r, 2))
            broken("a second attempt", t->net.refusal);
        r->attestation[victim] = first;
    }
    list_of(r, malice == TOO_FEW ? 7u : NET_ALL);
    if (malice == SYBIL)
        r->listed[r->list.n_attestations++] = forged(t, r, "25");
    if (malice == TWICE)
        r->listed[victim] = r->listed[(victim + 1) % NET_NODES];
    if (malice == BIT_FLIP)
        flip(t, r);
}

/* Equivocation: the victim masks for a list without one of the others. */
static bool equivocation(struct trial *t, struct round *r, size_t victim)
{
    unsigned fewer = NET_ALL & ~(1u << (victim + 1) % NET_NODES);
    int64_t sum;

    if (!attend(t, r, 1))
        return false;
    list_of(r, fewer);
    show(t, r, 1u << victim);
    list_of(r, NET_ALL);
    show(t, r, NET_ALL & ~(1u << victim));
    return add_up(t, r, NET_ALL, &sum) == ABORTED && !plain_number(r, NET_ALL) &&
           !plain_number(r, fewer);
}

/* What the node in league signs: its own attestation, but for the key, which is the victim's. */
static Rikstal__V1__Envelope *copied(struct trial *t, const struct round *r, size_t victim,
                                     size_t league)
{
    ProtobufCMessage *message[2];
    Rikstal__V1__Envelope *envelope;
    const size_t of[2] = {victim, league};
    struct err err;

    for (size_t i = 0; i < 2; i++) {
        const ProtobufCBinaryData *payload = &r->attestation[of[i]]->payload;

        if (!message_unpack(&rikstal__v1__attestation__descriptor, payload->data, payload->len,
                            t->net.arena, &message[i], &err))
            broken("an attestation", err.text);
    }
    ((Rikstal__V1__Attestation *)message[1])->ephemeral_key =
        ((Rikstal__V1__Attestation *)message[0])->ephemeral_key;
    if (!envelope_sign_message(DOMAIN_ATTEST, message[1], t->net.node[league].key, t->net.arena,
                               &envelope, &err))
        broken("a copy", err.text);
    return envelope;
}

/*
 * Masks are added towards the ids above and taken off towards those below: of two equal keys, one
 * on either side of a node, they would cancel, and all between would send their bare sum.
 */
static bool key_copied(struct trial *t, struct round *r, size_t game)
{
    size_t victim = game % 2 ? NET_NODES - 1 : 0, league = NET_NODES - 1 - victim;
    unsigned honest = NET_ALL & ~(1u << league), between = honest & ~(1u << victim);
    bool refused = true;

    if (!attend(t, r, 1))
        return false;
    r->attestation[league] = copied(t, r, victim, league);
    list_of(r, NET_ALL);
    show(t, r, honest);
    for (size_t i = 0; i < NET_NODES; i++)
        refused = refused && (!r->answer[i] || r->answer[i]->n_cells == 0);
    return refused && !plain_number(r, between);
}

static bool late_vector(struct trial *t, struct round *r, size_t victim)
{
    Rikstal__V1__Answer *late;
    int64_t sum;

    if (!attend(t, r, 1))
        return false;
    list_of(r, NET_ALL);
    show(t, r, NET_ALL);
    late = r->answer[victim];
    if (!attend(t, r, 2))
        return false;
    list_of(r, NET_ALL);
    show(t, r, NET_ALL);
    r->answer[victim] = late;
    return add_up(t, r, NET_ALL, &sum) == ABORTED && !plain_number(r, NET_ALL);
}

static bool third_set(struct trial *t, struct round *r, size_t victim)
{
    size_t other = (victim + 1) % NET_NODES;
    int64_t sum;

    if (!attend(t, r, 1) || whole(t, r, NET_ALL, &sum) != RIGHT)
        return false;
    if (!attend(t, r, 2) || whole(t, r, NET_ALL & ~(1u << victim), &sum) != RIGHT)
        return false;
    if (!attend(t, r, 1))
        return false;
    memset(r->answer, 0, sizeof(r->answer));
    /* whoever was in both sets refuses; without them there is no sum */
    return whole(t, r, NET_ALL & ~(1u << other), &sum) == ABORTED &&
           !plain_number(r, NET_ALL & ~(1u << other));
}

static bool older_roster(struct trial *t, struct round *r)
{
    Rikstal__V1__Question q;
    bool refused = true;

    net_fill(&t->net, &q, true, SIGMA, t->number++);
    q.roster_version--;
    r->question = net_sign(&t->net, &q);
    for (size_t i = 0; i < NET_NODES; i++)
        refused = refused && !net_attend(&t->net, i, r->question, 1);
    return refused;
}

/* True when nothing came of it. */
static bool malicious(struct trial *t, struct round *r, enum malice malice, size_t victim)
{
    bool refused = true;

    if (malice == EQUIVOCATION)
        return equivocation(t, r, victim);
    if (malice == KEY_COPIED)
        return key_copied(t, r, victim);
    if (malice == LATE_VECTOR)
        return late_vector(t, r, victim);
    if (malice == THIRD_SET)
        return third_set(t, r, victim);
    if (malice == STALE_ROSTER)
        return older_roster(t, r);
    if (malice == THIRD_ATTEMPT) {
        attend(t, r, 3);
        for (size_t i = 0; i < NET_NODES; i++)
            refused = refused && !r->attestation[i];
        return refused;
    }
    if (!attend(t, r, 1))
        return false; /* it must be the list that is refused */
    bend(t, r, malice, victim);
    show(t, r, malice == TOO_FEW ? 7u : NET_ALL);
    for (size_t i = 0; i < NET_NODES; i++)
        refused = refused && (!r->answer[i] || r->answer[i]->n_cells == 0);
    return refused;
}

/* Attestations that outlive net_forget(), to be replayed. */
static void keep_earlier(struct trial *t)
{
    struct round r;

    begin(t, &r);
    attend(t, &r, 1);
    for (size_t i = 0; i < NET_NODES; i++) {
        uint8_t *data;
        size_t size;
        struct err err;

        if (!r.attestation[i] ||
            !message_pack(&r.attestation[i]->base, t->net.people.arena, &data, &size, &err) ||
            !envelope_parse(data, size, t->net.people.arena, &t->earlier[i], &err))
            broken("an attestation", t->net.refusal);
    }
    net_forget(&t->net);
}

static void run(struct trial *t, enum malice malice, size_t games)
{
    uint64_t held = 0;
    bool right_wanted = malice <= LOST_AGAIN_AND_AGAIN;

    for (size_t g = 0; g < games; g++) {
        struct round r;

        begin(t, &r);
        held += right_wanted ? honest(t, &r, malice, g % NET_NODES)
                             : malicious(t, &r, malice, g % NET_NODES);
        net_forget(&t->net);
    }
    row(right_wanted ? "G2" : "G3", held == games,
        say("%llu of %zu", (unsigned long long)held, games), "all",
        say("five keepers: %s%s%s%s", names[malice], right_wanted ? "" : ": no sum, no number",
            held == games ? "" : "; refused: ", held == games ? "" : t->net.refusal));
}

/* ---- the whole of a year's budget, through a keeper -------------------------------------------
 */

#define YEAR_SIGMA 5
#define YEAR_PRICE 20000000 /* nano-rho of one count */
#define YEAR_NODE 2

static Rikstal__V1__Answer *ask_year(struct trial *t, uint64_t number)
{
    return net_ask(&t->net, YEAR_NODE, net_question(&t->net, false, YEAR_SIGMA, number));
}

/* Repeats under new ids have one value and are free; new questions are answered while the budget
 * lasts, and by then the mean is no nearer than the budget allows. */
static void year(struct trial *t)
{
    const Rikstal__V1__Answer *answer = ask_year(t, t->number++);
    int64_t first = answer->n_cells ? answer->cells[0] : 0, left = answer->budget_left_nrho;
    size_t same = 0, paid = 0, values = 0, afterwards = 0;

    for (int i = 0; i < 10; i++, net_forget(&t->net)) {
        answer = ask_year(t, t->number - 1);
        same += answer->n_cells == 2 && answer->cells[0] == first;
        paid += answer->charged;
    }
    row("A1", same == 10 && paid == 0, say("%zu same, %zu charged", same, paid), "10 and 0",
        "a keeper: ten repeats of a question under new ids");
    for (int i = 0; i < 30; i++, net_forget(&t->net)) {
        answer = ask_year(t, t->number++);
        afterwards += answer->n_cells > 0 && values < (size_t)i; /* after a refusal */
        values += answer->n_cells > 0;
    }
    row("A2", values == (size_t)(left / YEAR_PRICE) && values < 30 && afterwards == 0,
        say("%zu", values), say("%lld", (long long)(left / YEAR_PRICE)),
        "a keeper: new questions answered until the year's budget is spent, then none");
}

int main(void)
{
    static struct trial t;
    size_t games;

    report_start();
    games = sized(5, 5, 50); /* each region is the victim as often as any */
    random_seed(report_seed(1900));
    fake = (struct fake){.matched = 123456, .undetermined = 7890, .release = "2026-06-01"};
    t.rng = rng_of(report_seed(1901));
    net_up(&t.net);
    keep_earlier(&t);
    for (int malice = 0; malice < MALICES; malice++)
        run(&t, (enum malice)malice, games);
    row("G3", t.leaks == 0 && t.vectors > 0, say("%llu", (unsigned long long)t.leaks), "0",
        say("five keepers: cells that left unmasked, of %llu", (unsigned long long)t.vectors));
    charges(&t);
    year(&t);
    sentinels(&t.net, &t.number);
    net_down(&t.net);
    random_unseed();
    return report_end();
}
