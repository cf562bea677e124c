/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P2: what others asked. One organisation asks some questions of a dictionary at a real keeper; the
 * attacker knows everything else, tries the whole dictionary on the exported log, and asks some of
 * the same questions as another organisation.
 */
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/audit.h"
#include "node/audit/leaf.h"
#include "node/keeper/consent_rules.h"
#include "node/privacy/policy.h"
#include "node/privacy/question_key.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/sql.h"
#include "proto/query/canon.h"
#include "proto/query/parse.h"
#include "tests/attack/promises.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"
#include "tests/attack/stats.h"

#define SIGMA 50
#define ASKED 8
#define HASHES_MAX 512

/*
 * The question of this number, as either organisation asks it; ever new bytes. Slots of net.c's
 * nodes are long: a busy machine that misses one does not answer that question any more.
 */
static Rikstal__V1__Answer *ask(struct net *net, uint64_t number, bool rival)
{
    Rikstal__V1__Question q;

    net_fill(net, &q, false, SIGMA, number);
    if (rival)
        net_as_rival(&q);
    return net_ask(net, 0, net_sign(net, &q));
}

/* ---- a dictionary against an exported log ---------------------------------------------------- */

/* Every hash that leaves have of a question. */
struct hashes {
    size_t n;
    uint8_t hash[HASHES_MAX][32];
};

static void add(struct hashes *hashes, const uint8_t *hash)
{
    if (sodium_is_zero(hash, 32))
        return;
    if (hashes->n == HASHES_MAX)
        broken("the log", "it has too many leaves");
    memcpy(hashes->hash[hashes->n++], hash, 32);
}

static void export_log(const struct net *net, struct hashes *out)
{
    uint8_t data[AUDIT_LEAF_MAX];
    struct audit *audit;
    struct leaf leaf;
    struct err err;
    size_t size;
    sqlite3 *db;

    *out = (struct hashes){0};
    if (!sql_open(say("%s/ledger.db", net->node[0].dir), SQL_LEDGER_READ, &db, &err) ||
        !audit_open(db, &audit, &err))
        broken("the log", err.text);
    for (uint64_t i = 0; i < audit_size(audit); i++) {
        if (!audit_leaf(audit, i, data, &size, &err) || !leaf_read(data, size, &leaf, &err))
            broken("a leaf", err.text);
        if (leaf.type != LEAF_CHARGE && leaf.type != LEAF_RELEASE)
            continue;
        add(out, leaf.question_hash);
        add(out, leaf.noise_key);
        add(out, leaf.answer_hash);
    }
    audit_close(audit);
    sql_close(db);
}

static bool has(const struct hashes *hashes, const uint8_t hash[static 32])
{
    for (size_t i = 0; i < hashes->n; i++)
        if (memcmp(hashes->hash[i], hash, 32) == 0)
            return true;
    return false;
}

/* What is public of the node, and so in the attacker's hands. */
struct known {
    struct arena *arena;
    struct question_key_member member;
    uint64_t overlay;
};

static void know(struct net *net, const Rikstal__V1__Answer *answer, struct known *known)
{
    struct consent_rules_asker asker = {
        .purpose = "research", .role = "national-analyst", .permit = "", .unrecorded = true};
    struct eligibility who = consent_rules_eligibility(&asker, clock_wall_s());
    struct err err;

    known->arena = arena_new((size_t)1 << 20);
    known->member.node = net->node[0].id;
    known->overlay = consent_rules_overlay(&who);
    if (!known->arena ||
        !question_key_population(answer->snapshot.data,
                                 consent_rules_population("all-v1", &who, known->arena),
                                 known->member.population, &err))
        broken("the attacker", "no memory");
}

/* Tries one question on the log: its keys, its identity, and the hash of its words. */
static bool is_found(struct known *known, uint64_t number, const struct hashes *hashes)
{
    const struct canon_measure measure = {.measure = MEASURE_COUNT};
    const char *text = net_text(number);
    uint8_t hash[4][32];
    struct question_key key = {.purpose = "research",
                               .mode = MODE_REGIONS,
                               .sigma = SIGMA,
                               .overlay = known->overlay,
                               .member = &known->member,
                               .n_members = 1};
    struct bytes canon = {0};
    struct ast ast;
    struct err err;

    arena_clear(known->arena);
    if (!parse_text(text, known->arena, &ast, &err) ||
        !canon_question(&ast, &measure, &canon, &err) || canon.failed)
        broken("a question", text);
    key.canon = canon.data;
    key.canon_size = canon.size;
    if (!question_key_derive(&key, hash[0], hash[1], &err) ||
        !canon_identity(&ast, &measure, hash[2], &err))
        broken("a question", err.text);
    crypto_generichash(hash[3], 32, (const uint8_t *)text, strlen(text), NULL, 0);
    bytes_clear(&canon);
    return has(hashes, hash[0]) || has(hashes, hash[1]) || has(hashes, hash[2]) ||
           has(hashes, hash[3]);
}

static void dictionary(struct net *net, const uint64_t *asked, const Rikstal__V1__Answer *answer)
{
    const size_t n = sized(5000, 100000, 100000);
    struct known known;
    struct hashes hashes;
    size_t found = 0;

    know(net, answer, &known);
    export_log(net, &hashes);
    for (uint64_t number = 0; number < n; number++)
        found += is_found(&known, number, &hashes);
    for (size_t i = 0; i < ASKED; i++) /* of a dictionary that is too short for them */
        found += asked[i] >= n && is_found(&known, asked[i], &hashes);
    arena_free(known.arena);
    promises_judge(
        "P2", found, ASKED,
        say("questions of others that a dictionary of %zu finds in the exported log", n));
}

/* ---- indexes, and a node that is used up ------------------------------------------------------
 */

/* The attacker's own probe is in the log before: what lies below it was asked by somebody else. */
static void indexes(struct net *net, const uint64_t *asked)
{
    uint64_t probe = ask(net, 150001, true)->log_index;
    size_t found = 0, wrong = 0;

    for (size_t i = 0; i < ASKED; i++) {
        found += ask(net, asked[i], true)->log_index < probe;
        wrong += ask(net, 160000 + i, true)->log_index < probe;
    }
    if (wrong > 0)
        broken("an index", "a new question lies before the probe");
    promises_judge("P2", found, ASKED,
                   "questions of others told by the log index of one's own answer");
}

/* ---- time -------------------------------------------------------------------------------------
 */

static double asked_ms(struct net *net, uint64_t number)
{
    int64_t start = clock_mono_us();

    ask(net, number, true);
    return (double)(clock_mono_us() - start) / 1000;
}

/* The share of pairs in which the first is quicker; half of those that are the same. */
static double auc(const double *quick, const double *slow, size_t n)
{
    double wins = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            wins += quick[i] < slow[k] ? 1 : quick[i] == slow[k] ? 0.5 : 0;
    return wins / ((double)n * (double)n);
}

/*
 * Stored answers that the attacker pays for now, beside new ones. Who asks as soon as an answer is
 * there meets the keeper's clock at another point than who asks later, so each comes first as
 * often.
 */
static void times(struct net *net)
{
    const size_t n = sized(16, 16, 400);
    double *others = calloc(3 * n, sizeof(*others)), *fresh = others + n, *own = fresh + n;
    double found, bound = 0.5 + Z_ONE_SIDED / sqrt(6.0 * (double)n);

    if (!others)
        broken("times", "no memory");
    for (size_t i = 0; i < n; i++)
        ask(net, 170000 + i, false);
    for (size_t i = 0; i < n; i++) {
        if (i % 2 == 0)
            others[i] = asked_ms(net, 170000 + i);
        fresh[i] = asked_ms(net, 180000 + i);
        if (i % 2 == 1)
            others[i] = asked_ms(net, 170000 + i);
        own[i] = asked_ms(net, 170000 + i);
        net_forget(net);
    }
    found = auc(others, fresh, n);
    row("P2", found <= bound, say("%.3f", found), say("<= %.3f", bound),
        say("AUC of time: answers that others asked before, and new ones, %zu of each", n));
    row("P2+", auc(own, fresh, n) > bound, say("%.3f", auc(own, fresh, n)), say("> %.3f", bound),
        "control: one's own repeats leave at once, and are told by their time");
    free(others);
}

/* A node whose cap pays for ASKED counts at this sigma, and no more. */
static void used_up(void)
{
    static struct net net;
    size_t found = 0;

    net.policy = promises_policy("\"node_year_nrho\": 5000000000",
                                 say("\"node_year_nrho\": %d", ASKED * 200000));
    net_up(&net);
    for (uint64_t i = 0; i < ASKED; i++)
        if (ask(&net, i, false)->n_cells == 0)
            broken("a budget", "it is less than was planned");
    for (uint64_t i = 0; i < ASKED; i++) {
        found += ask(&net, i, true)->n_cells > 0;
        if (ask(&net, 1000 + i, true)->n_cells > 0)
            broken("a budget", "it does not end");
    }
    promises_judge(
        "P2", found, ASKED,
        "questions of others that a node answers which refuses all others, free of charge");
    net_down(&net);
}

void promises_asked(void)
{
    static struct net net;
    struct rng rng;
    uint64_t asked[ASKED];
    Rikstal__V1__Answer *answer = NULL;

    rng = rng_of(report_seed(1991));
    net.policy = promises_policy("", "");
    net_up(&net);
    for (size_t i = 0; i < ASKED; i++) {
        asked[i] = rng_below(&rng, 100000 / ASKED) + i * (100000 / ASKED);
        answer = ask(&net, asked[i], false);
        if (answer->n_cells == 0)
            broken("a question", answer->code);
    }
    dictionary(&net, asked, answer);
    indexes(&net, asked);
    if (!PROMISES_ARE_OLD)
        times(&net);
    net_down(&net);
    used_up();
}
