/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/subject.h"

#include <sqlite3.h>
#include <string.h>

#include "node/privacy/question_key.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/canon.h"
#include "proto/query/parse.h"
#include "proto/query/price.h"
#include "tests/attack/report.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define NODE_YEAR_NRHO (5 * PRICE_NRHO)

static void sql(struct subject *subject, const char *text)
{
    if (sqlite3_exec(subject->db, text, NULL, NULL, NULL) != SQLITE_OK)
        broken("a ledger", sqlite3_errmsg(subject->db));
}

void subject_make(struct subject *subject, uint32_t sigma, double rho, uint64_t seed)
{
    static const uint8_t hash[32] = {1};
    bool opened;
    struct err err;

    *subject = (struct subject){.organisation = "attackers",
                                .year_nrho = (int64_t)(rho * (double)PRICE_NRHO + 0.5)};
    memcpy(subject->snapshot, &seed, sizeof(seed));
    door_make(&subject->door, MEASURE_COUNT, 1, sigma, seed);
    subject->arena = arena_new(ARENA_BYTES);
    if (!subject->arena || sqlite3_open(":memory:", &subject->db) != SQLITE_OK)
        broken("a ledger", "no memory");
    if (!ledger_open(subject->db, &subject->ledger, &err))
        broken("a ledger", err.text);
    sql(subject, "BEGIN IMMEDIATE");
    if (!ledger_open_window(subject->ledger, &(struct ledger_policy){1, hash, "2026", "main"}, 1,
                            &opened, &err))
        broken("a budget year", err.text);
    sql(subject, "COMMIT");
}

void subject_clear(struct subject *subject)
{
    ledger_close(subject->ledger);
    sqlite3_close(subject->db);
    arena_free(subject->arena);
    door_clear(&subject->door);
}

static void make_claim(struct subject *subject, const char *question, struct ledger_claim *claim)
{
    static const struct canon_measure count = {.measure = MEASURE_COUNT};
    struct question_key_member member = {.node = "12"};
    struct bytes canon = {0};
    struct ast ast;
    struct err err;

    *claim = (struct ledger_claim){.mode = 1,
                                   .sigma = subject->door.draw.sigma,
                                   .organisation = subject->organisation,
                                   .dataset = "all",
                                   .purpose = "research",
                                   .permit = "",
                                   .now_s = 1};
    memcpy(claim->snapshot, subject->snapshot, sizeof(claim->snapshot));
    if (!question_key_population(subject->snapshot, "all-v1", member.population, &err) ||
        !parse_text(question, subject->arena, &ast, &err) ||
        !canon_question(&ast, &count, &canon, &err) ||
        !question_key_derive(&(struct question_key){.canon = canon.data,
                                                    .canon_size = canon.size,
                                                    .purpose = claim->purpose,
                                                    .mode = 1,
                                                    .overlay = subject->overlay,
                                                    .sigma = claim->sigma,
                                                    .member = &member,
                                                    .n_members = 1},
                             claim->base_key, claim->noise_key, &err) ||
        !price_of(&subject->door.measure, claim->sigma, &claim->nrho, &err))
        broken(question, err.text);
    bytes_clear(&canon);
}

/* The stored answer, or a new one that is stored before anybody sees it. */
static void answer(struct subject *subject, const struct ledger_claim *claim, bool released,
                   const int64_t *cells, int64_t *out)
{
    struct ledger_answer stored = {.data = (const uint8_t *)out, .size = 2 * sizeof(*out)};
    bool found = true;
    struct err err;

    if (released) {
        if (!ledger_find(subject->ledger, claim->base_key, subject->arena, &stored, &found, &err) ||
            !found || stored.size != 2 * sizeof(*out))
            broken("a stored answer", "it is gone");
        memcpy(out, stored.data, stored.size);
        return;
    }
    memcpy(subject->door.draw.noise_key, claim->noise_key, 32);
    door_ask_again(&subject->door, cells, out);
    memcpy(stored.noise_key, claim->noise_key, sizeof(stored.noise_key));
    sql(subject, "BEGIN IMMEDIATE");
    if (!ledger_release(subject->ledger, claim->base_key, &stored, &err))
        broken("a release", err.text);
    sql(subject, "COMMIT");
}

enum ledger_outcome subject_ask(struct subject *subject, const char *question, const int64_t *cells,
                                int64_t *out)
{
    struct ledger_caps caps = {subject->year_nrho, 4 * subject->year_nrho, NODE_YEAR_NRHO,
                               PRICE_NRHO};
    struct ledger_charge charge;
    struct ledger_claim claim;
    struct err err;

    arena_clear(subject->arena);
    make_claim(subject, question, &claim);
    sql(subject, "BEGIN IMMEDIATE");
    if (!ledger_take(subject->ledger, &claim, &caps, subject->request, &charge, &err))
        broken("a charge", err.text);
    sql(subject, "COMMIT");
    subject->request++;
    if (charge.outcome == LEDGER_CHARGED || charge.outcome == LEDGER_PAID)
        answer(subject, &claim, charge.released, cells, out);
    return charge.outcome;
}

void subject_draw(struct subject *subject, const char *question, const int64_t *cells, int64_t *out)
{
    struct ledger_claim claim;

    arena_clear(subject->arena);
    make_claim(subject, question, &claim);
    memcpy(subject->door.draw.noise_key, claim.noise_key, 32);
    door_ask_again(&subject->door, cells, out);
}

int64_t subject_spent(struct subject *subject, uint64_t *charges)
{
    int64_t nrho;
    struct err err;

    if (!ledger_spent(subject->ledger, &nrho, charges, &err))
        broken("a sum", err.text);
    return nrho;
}
