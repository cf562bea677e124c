/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L2: the audit log and the ledger say the same, and no cap is ever passed.
 *
 * 64 organisations ask at random, with and without permits, over two budget years; some answers are
 * never written (as after a crash), some question ids come back, some come back with other bytes. A
 * model that knows only the rules says beforehand what each asking must give. Afterwards the leaves
 * alone, folded, must give every balance of the ledger to the nano-rho. The journal are the
 * keeper's own, on disk.
 */
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/audit/audit.h"
#include "node/keeper/journal.h"
#include "proto/base/clock.h"
#include "proto/query/price.h"
#include "tests/attack/report.h"
#include "tests/attack/rng.h"

#define ORGANISATIONS 64
#define QUESTIONS 150
#define PERMITS 3 /* the first is none */
#define YEAR_NRHO (PRICE_NRHO / 10)
#define LIFE_NRHO (PRICE_NRHO * 15 / 100)
#define PERMIT_NRHO (2 * PRICE_NRHO)
#define NODE_NRHO PRICE_NRHO
#define IDS_MAX 40000

/* The rules, kept in plain arrays. */
struct model {
    bool paid[ORGANISATIONS][QUESTIONS];
    bool known[QUESTIONS];    /* somebody has paid for it */
    bool released[QUESTIONS]; /* its answer is written */
    int64_t year[ORGANISATIONS];
    int64_t life[ORGANISATIONS];
    int64_t permit[PERMITS];
    int64_t node;
    int64_t spent;
    uint64_t charges;
};

struct request_before {
    uint8_t id[LEDGER_ID_BYTES];
    unsigned organisation;
    unsigned question;
};

struct bench {
    char dir[40];
    char path[64];
    struct journal *journal;
    struct model model;
    struct rng rng;
    struct request_before *before;
    size_t n_before;
    uint64_t surprises; /* outcomes that the model did not foresee */
    uint64_t refusals;
    uint64_t replays;
    int64_t charging_us;
};

static void open_books(struct bench *b)
{
    struct err err;

    if (!journal_open(b->path, &b->journal, &err))
        broken("journal", err.text);
}

static void policy(struct bench *b, uint64_t version, const char *window)
{
    uint8_t hash[32] = {(uint8_t)version};
    struct err err;

    if (!journal_policy(b->journal, &(struct ledger_policy){version, hash, window, "main"}, 1000,
                        &err))
        broken("a policy", err.text);
    memset(b->model.year, 0, sizeof(b->model.year));
    b->model.node = 0;
}

static int64_t price(unsigned question)
{
    static const int64_t nrho[] = {20 * PRICE_POINT_NRHO, 5 * PRICE_POINT_NRHO,
                                   PRICE_POINT_NRHO * 5 / 4};

    return nrho[question % 3];
}

static const char *name(unsigned organisation)
{
    return say("org-%02u", organisation);
}

static void fill(struct journal_charge *charge, unsigned organisation, unsigned question,
                 unsigned permit)
{
    static const char *const permits[PERMITS] = {"", "P1", "P2"};
    unsigned both[2] = {organisation, question};

    *charge = (struct journal_charge){
        .claim = {.mode = 1,
                  .sigma = 5,
                  .organisation = name(organisation),
                  .dataset = "main",
                  .purpose = "research",
                  .permit = permits[permit],
                  .nrho = price(question),
                  .now_s = 2000},
        .caps = {YEAR_NRHO, LIFE_NRHO, NODE_NRHO, PERMIT_NRHO},
        .analyst = "anna",
    };
    memcpy(charge->claim.base_key, &question, sizeof(question));
    crypto_generichash(charge->claim.noise_key, 32, charge->claim.base_key, 32, NULL, 0);
    crypto_generichash(charge->claim.question_hash, 32, (const uint8_t *)both, sizeof(both), NULL,
                       0);
}

/* What the rules say; the model takes the money. */
static enum ledger_outcome foresee(struct model *model, unsigned organisation, unsigned question,
                                   unsigned permit)
{
    int64_t nrho = price(question);

    if (model->paid[organisation][question])
        return LEDGER_PAID;
    if (model->year[organisation] + nrho > YEAR_NRHO)
        return LEDGER_NO_YEAR;
    if (model->life[organisation] + nrho > LIFE_NRHO)
        return LEDGER_NO_LIFETIME;
    if (permit && model->permit[permit] + nrho > PERMIT_NRHO)
        return LEDGER_NO_PERMIT;
    if (model->node + nrho > NODE_NRHO)
        return LEDGER_NO_NODE;
    model->year[organisation] += nrho;
    model->life[organisation] += nrho;
    model->permit[permit] += permit ? nrho : 0;
    model->node += nrho;
    model->spent += nrho;
    model->charges++;
    model->known[question] = model->paid[organisation][question] = true;
    return LEDGER_CHARGED;
}

static void release(struct bench *b, const struct journal_charge *charge, unsigned question)
{
    struct err err;

    if (!journal_release(b->journal, charge, &question, sizeof(question), &err))
        broken("a release", err.text);
    b->model.released[question] = true;
}

static void ask(struct bench *b)
{
    unsigned organisation = (unsigned)rng_below(&b->rng, ORGANISATIONS);
    unsigned question = (unsigned)rng_below(&b->rng, QUESTIONS);
    unsigned permit = (unsigned)rng_below(&b->rng, PERMITS);
    bool replay = b->n_before > 0 && rng_below(&b->rng, 10) == 0, other = false;
    const struct request_before *old = replay ? &b->before[rng_below(&b->rng, b->n_before)] : NULL;
    struct journal_receipt receipt;
    struct journal_charge charge;
    uint64_t id[2] = {rng_u64(&b->rng), rng_u64(&b->rng)};
    struct err err;

    if (old) { /* a used id, by its own bytes or by others */
        other = rng_below(&b->rng, 2) &&
                (organisation != old->organisation || question != old->question);
        organisation = other ? organisation : old->organisation;
        question = other ? question : old->question;
        memcpy(id, old->id, sizeof(id));
    }
    fill(&charge, organisation, question, permit);
    memcpy(charge.question_id, id, sizeof(id));
    int64_t start = clock_mono_us();

    if (!journal_take(b->journal, &charge, &receipt, &err))
        broken("a charge", err.text);
    if (receipt.seen == LEDGER_FRESH && receipt.charge.outcome == LEDGER_CHARGED)
        b->charging_us += clock_mono_us() - start;
    b->replays += other;
    if (other || receipt.seen == LEDGER_OTHER) {
        b->surprises += !other || receipt.seen != LEDGER_OTHER;
        return;
    }
    enum ledger_outcome outcome = foresee(&b->model, organisation, question, permit);

    b->surprises +=
        receipt.charge.outcome != outcome || receipt.charge.released != b->model.released[question];
    b->refusals += outcome != LEDGER_CHARGED && outcome != LEDGER_PAID;
    if (outcome == LEDGER_CHARGED && b->n_before < IDS_MAX) {
        b->before[b->n_before] = (struct request_before){{0}, organisation, question};
        memcpy(b->before[b->n_before++].id, id, sizeof(id));
    }
    if ((outcome == LEDGER_CHARGED || outcome == LEDGER_PAID) && !b->model.released[question] &&
        rng_below(&b->rng, 5))
        release(b, &charge, question);
}

/* ---- the fold -------------------------------------------------------------------------------- */

struct fold {
    int64_t year[ORGANISATIONS]; /* of the window that the last POLICY leaf opened */
    int64_t all[ORGANISATIONS];
    int64_t most_year; /* ever */
    int64_t spent;
    uint64_t charges;
    uint64_t releases;
    uint64_t wrong_balances;
    uint64_t unpaid; /* releases whose charge is not before them */
    uint8_t seal[32];
};

/* The key of node/audit/seal.h, which stays in the log's own file. */
static void seal_key(const struct bench *b, uint8_t key[static 32])
{
    sqlite3_stmt *row = NULL;
    sqlite3 *db;

    if (sqlite3_open(b->path, &db) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT key FROM seal", -1, &row, NULL) != SQLITE_OK ||
        sqlite3_step(row) != SQLITE_ROW || sqlite3_column_bytes(row, 0) != 32)
        broken("the log's seal", sqlite3_errmsg(db));
    memcpy(key, sqlite3_column_blob(row, 0), 32);
    sqlite3_finalize(row);
    sqlite3_close(db);
}

/* What the leaf of this organisation has in place of a noise key. */
static void seal_of(const uint8_t key[static 32], const char *organisation,
                    const uint8_t noise[static 32], uint8_t out[static 32])
{
    const uint8_t field = 2; /* SEALED_NOISE_KEY of node/audit/seal.c */
    crypto_generichash_state state;

    crypto_generichash_init(&state, key, 32, 32);
    crypto_generichash_update(&state, &field, 1);
    crypto_generichash_update(&state, (const uint8_t *)organisation, strlen(organisation) + 1);
    crypto_generichash_update(&state, noise, 32);
    crypto_generichash_final(&state, out, 32);
}

static void fold_leaf(struct fold *fold, const struct leaf *leaf, bool *paid)
{
    unsigned organisation = (unsigned)strtoul(leaf->organisation + 4, NULL, 10);
    unsigned question;

    for (question = 0; question < QUESTIONS; question++) {
        uint8_t base[32] = {0}, noise[32], sealed[32];

        memcpy(base, &question, sizeof(question));
        crypto_generichash(noise, 32, base, 32, NULL, 0);
        seal_of(fold->seal, leaf->organisation, noise, sealed);
        if (memcmp(sealed, leaf->noise_key, 32) == 0)
            break;
    }
    if (leaf->type == LEAF_POLICY)
        memset(fold->year, 0, sizeof(fold->year));
    if (leaf->type == LEAF_RELEASE) {
        fold->releases++;
        fold->unpaid += question == QUESTIONS || !paid[question];
    }
    if (leaf->type != LEAF_CHARGE || question == QUESTIONS)
        return;
    paid[question] = true;
    fold->year[organisation] += leaf->nrho;
    fold->all[organisation] += leaf->nrho;
    fold->spent += leaf->nrho;
    fold->charges++;
    if (fold->year[organisation] > fold->most_year)
        fold->most_year = fold->year[organisation];
    fold->wrong_balances += leaf->balance_nrho != YEAR_NRHO - fold->year[organisation];
}

static void fold_log(struct bench *b, struct fold *fold)
{
    struct audit *audit = journal_audit(b->journal);
    bool paid[QUESTIONS] = {false};
    uint8_t bytes[AUDIT_LEAF_MAX];
    struct leaf leaf;
    struct err err;
    size_t size;

    *fold = (struct fold){0};
    seal_key(b, fold->seal);
    if (!audit_verify(audit, &err))
        broken("the log", err.text);
    for (uint64_t i = 0; i < audit_size(audit); i++) {
        if (!audit_leaf(audit, i, bytes, &size, &err) || !leaf_read(bytes, size, &leaf, &err))
            broken("a leaf", err.text);
        fold_leaf(fold, &leaf, paid);
    }
}

/* Balances and sums of the ledger that the leaves do not give. */
static uint64_t differences(struct bench *b, const struct fold *fold)
{
    uint64_t wrong = 0, charges;
    int64_t nrho;
    struct err err;

    for (unsigned o = 0; o < ORGANISATIONS; o++) {
        if (!ledger_left(journal_ledger(b->journal), name(o), YEAR_NRHO, &nrho, &err))
            broken("a balance", err.text);
        wrong += nrho != YEAR_NRHO - fold->year[o];
    }
    if (!ledger_spent(journal_ledger(b->journal), &nrho, &charges, &err))
        broken("a sum", err.text);
    return wrong + (nrho != fold->spent) + (charges != fold->charges);
}

static void judge(struct bench *b, size_t n)
{
    int64_t most_life = 0;
    struct fold fold;
    uint64_t wrong;

    fold_log(b, &fold);
    wrong = differences(b, &fold);
    for (unsigned o = 0; o < ORGANISATIONS; o++)
        most_life = fold.all[o] > most_life ? fold.all[o] : most_life;
    row("L2",
        wrong == 0 && fold.wrong_balances == 0 && fold.charges == b->model.charges &&
            fold.spent == b->model.spent,
        say("%llu + %llu", (unsigned long long)wrong, (unsigned long long)fold.wrong_balances),
        "0 + 0",
        say("fold(log) = ledger: balances of 64 organisations and of %llu leaves that differ",
            (unsigned long long)fold.charges));
    row("L2", b->surprises == 0 && b->refusals > 0 && b->replays > 0,
        say("%llu", (unsigned long long)b->surprises), "0",
        say("outcomes of %zu askings (%llu refused, %llu replayed ids) unlike a model of the rules",
            n, (unsigned long long)b->refusals, (unsigned long long)b->replays));
    row("L2", fold.most_year <= YEAR_NRHO && most_life <= LIFE_NRHO && most_life > YEAR_NRHO,
        say("%.4f, %.4f", (double)fold.most_year / (double)PRICE_NRHO,
            (double)most_life / (double)PRICE_NRHO),
        "<= 0.1000, 0.1500", "caps: the most that any organisation spent in a year, in its life");
    row("L2", fold.unpaid == 0 && fold.releases > 0,
        say("%llu of %llu", (unsigned long long)fold.unpaid, (unsigned long long)fold.releases),
        "0", "released is a part of charged: releases without a charge before them");
}

static void cost(const struct bench *b)
{
    row_figure("F5", say("%.2f ms", (double)b->charging_us / 1e3 / (double)b->model.charges), "-",
               "one durable charge with its leaf, wall time");
}

/* One nano-rho less in the ledger's file, and one byte of a leaf: both must be seen. */
static void control(struct bench *b)
{
    struct fold fold;
    struct err err;
    uint64_t wrong;
    sqlite3 *db;
    bool seen;

    journal_close(b->journal);
    if (sqlite3_open(b->path, &db) != SQLITE_OK ||
        sqlite3_exec(db, "UPDATE spent SET nrho = nrho - 1 WHERE scope = 'organisation'", NULL,
                     NULL, NULL) != SQLITE_OK)
        broken("a forged ledger", sqlite3_errmsg(db));
    open_books(b);
    fold_log(b, &fold);
    wrong = differences(b, &fold);
    row("L2+", wrong > 0, say("%llu", (unsigned long long)wrong), "> 0",
        "control: a ledger with one nano-rho less differs from the log");
    journal_close(b->journal);
    if (sqlite3_exec(db,
                     "UPDATE leaf SET data = CAST(substr(data, 1, length(data) - 1) || x'7f' AS"
                     " BLOB) WHERE id = 3",
                     NULL, NULL, NULL) != SQLITE_OK)
        broken("a forged leaf", sqlite3_errmsg(db));
    sqlite3_close(db);
    open_books(b);
    seen = !audit_verify(journal_audit(b->journal), &err);
    row("L2+", seen, seen ? "seen" : "not seen", "seen",
        "control: a leaf with another last byte does not verify");
}

int main(void)
{
    struct bench *b = calloc(1, sizeof(*b));
    size_t n;

    report_start();
    n = sized(2000, 4000, 40000);
    if (!b || !(b->before = calloc(IDS_MAX, sizeof(*b->before))))
        broken("journal", "no memory");
    snprintf(b->dir, sizeof(b->dir), "/tmp/rikstal-attack-XXXXXX");
    if (!mkdtemp(b->dir))
        broken("journal", "no folder");
    snprintf(b->path, sizeof(b->path), "%s/ledger.db", b->dir);
    b->rng = rng_of(report_seed(1600));
    open_books(b);
    policy(b, 1, "2026");
    for (size_t i = 0; i < n; i++) {
        if (i == n / 2)
            policy(b, 2, "2027");
        ask(b);
    }
    judge(b, n);
    cost(b);
    control(b);
    journal_close(b->journal);
    unlink(b->path);
    rmdir(b->dir);
    free(b->before);
    free(b);
    return report_end();
}
