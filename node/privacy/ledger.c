/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything runs in the caller's immediate transaction on the only connection, so nothing can
 * change between reading what was spent and adding to it.
 */
#include "node/privacy/ledger.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/ledger_in_force.h"
#include "node/privacy/spent.h"
#include "proto/base/arena.h"
#include "proto/base/sql.h"
#include "proto/base/statements.h"

/* 1 only in the control of tests/attack/promises.c: a data set has an account of its own. */
#ifndef LEDGER_ACCOUNT_BY_DATASET
#define LEDGER_ACCOUNT_BY_DATASET 0
#endif

/* 1 only there, too: a node whose cap is used up answers what was asked before. */
#ifndef LEDGER_NODE_PAYS_ONCE
#define LEDGER_NODE_PAYS_ONCE 0
#endif

#define SPENT_KEY_BYTES 600

enum ledger_statement {
    POLICY_NEWEST,
    POLICY_ADD,
    CHARGE_FIND,
    CHARGE_ADD,
    CHARGE_OTHERS,
    CHARGE_FAMILY,
    CHARGE_SETS,
    CHARGE_UPTO,
    RELEASE_FIND,
    RELEASE_ADD,
    RELEASE_SET,
    RELEASE_ANSWER,
    SEEN_FIND,
    SEEN_ADD,
    SEEN_FORGET,
    SEEN_TAKE_BACK,
    CHARGE_WHOLE,
    CHARGE_TAKE_BACK,
    RELEASE_TAKE_BACK,
    TOTAL,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [POLICY_NEWEST] = "SELECT version, hash, window FROM policy ORDER BY id DESC LIMIT 1",
    [POLICY_ADD] = "INSERT INTO policy(version, hash, window, ts, dataset)"
                   " VALUES(?1, ?2, ?3, ?4, ?5)",
    [CHARGE_FIND] = "SELECT question_hash, left_nrho, window, log_index FROM charge"
                    " WHERE organisation = ?1 AND base_key = ?2",
    [CHARGE_ADD] = "INSERT INTO charge(organisation, dataset, base_key, purpose, permit, window,"
                   " nrho, left_nrho, ts, question_hash, log_index, family, participants,"
                   " participants_id)"
                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    [CHARGE_OTHERS] = "SELECT count(*) FROM charge WHERE question_hash = ?1 AND base_key <> ?2",
    [CHARGE_FAMILY] = "SELECT count(*) FROM charge WHERE organisation = ?1 AND family = ?2",
    [CHARGE_SETS] = "SELECT participants_id, participants FROM charge WHERE organisation = ?1"
                    " AND family = ?2 AND participants_id IS NOT NULL ORDER BY id DESC",
    [CHARGE_UPTO] = "SELECT sum(nrho) FROM charge WHERE organisation = ?1 AND id <= (SELECT id"
                    " FROM charge WHERE organisation = ?1 AND base_key = ?2)",
    [RELEASE_FIND] = "SELECT state FROM release WHERE base_key = ?1",
    [RELEASE_ADD] = "INSERT INTO release(base_key, noise_key, snapshot, mode, sigma, nrho, state,"
                    " ts, log_index) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8)",
    [RELEASE_SET] = "UPDATE release SET state = 1, answer = ?2, noise_key = ?3, log_index = ?4,"
                    " seal = ?5"
                    " WHERE base_key = ?1 AND state = 0",
    [RELEASE_ANSWER] = "SELECT answer, noise_key, log_index FROM release"
                       " WHERE base_key = ?1 AND state = 1",
    [SEEN_FIND] = "SELECT question_hash, base_key FROM seen WHERE question_id = ?1",
    [SEEN_ADD] = "INSERT INTO seen(question_id, question_hash, base_key) VALUES(?1, ?2, ?3)",
    [SEEN_FORGET] = "DELETE FROM seen WHERE id <= (SELECT max(id) FROM seen) - ?1",
    [SEEN_TAKE_BACK] = "DELETE FROM seen WHERE question_hash = ?1 AND base_key = ?2",
    [CHARGE_WHOLE] = "SELECT id, window, nrho FROM charge"
                     " WHERE organisation = ?1 AND base_key = ?2 AND question_hash = ?3",
    [CHARGE_TAKE_BACK] = "DELETE FROM charge WHERE id = ?1",
    [RELEASE_TAKE_BACK] = "DELETE FROM release WHERE base_key = ?1 AND state = 0"
                          " AND NOT EXISTS(SELECT 1 FROM charge WHERE base_key = ?1)",
    [TOTAL] = "SELECT coalesce(sum(nrho), 0), count(*) FROM charge",
};

extern const char *const ledger_steps[]; /* schemas/ledger, in order, NULL behind the last */

const struct sql_schema ledger_schema = {
    .name = "the ledger",
    .application_id = 0x726b6c67, /* "rklg" */
    .steps = ledger_steps,
    .unmarked = "leaf subtree schema_part seal ", /* the audit log's, made before the first mark */
};

struct ledger {
    sqlite3 *db; /* borrowed */
    struct statements statements;
    struct spent *spent;
};

bool ledger_open(sqlite3 *db, struct ledger **out, struct err *err)
{
    struct ledger *ledger = calloc(1, sizeof(*ledger));

    if (!ledger)
        return err_memory(err);
    if (!sql_migrate(db, &ledger_schema, err) ||
        !statements_prepare(&ledger->statements, db, "ledger", sql, STATEMENTS, err) ||
        !spent_open(db, &ledger->spent, err)) {
        ledger_close(ledger);
        return false;
    }
    ledger->db = db;
    *out = ledger;
    return true;
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    spent_close(ledger->spent);
    statements_finalize(&ledger->statements);
    free(ledger);
}

/* ---- policy and windows ---------------------------------------------------------------------- */

bool ledger_open_window(struct ledger *ledger, const struct ledger_policy *policy, int64_t now_s,
                        bool *opened, struct err *err)
{
    struct ledger_in_force in_force;
    bool same;

    assert(sql_in_transaction(ledger->db));
    if (policy->version == 0 || policy->version > INT64_MAX ||
        !ledger_in_force_window_is_year(policy->window))
        return err_set(err, ERR_INVALID, "a policy has a version from 1 and a year as its window");
    if (!ledger_in_force_read(ledger->db, &in_force, err) ||
        !ledger_in_force_precedes(&in_force, policy, &same, err))
        return false;
    *opened = !same;
    return same || statements_run(&ledger->statements, POLICY_ADD, "ihtit",
                                  (union statement_value[]){{.integer = (int64_t)policy->version},
                                                            {.blob = policy->hash},
                                                            {.text = policy->window},
                                                            {.integer = now_s},
                                                            {.text = policy->dataset}},
                                  err);
}

static bool window_in_force(struct ledger *ledger, char window[static LEDGER_WINDOW_BYTES],
                            struct err *err)
{
    sqlite3_stmt *row;

    if (!statements_look(&ledger->statements, POLICY_NEWEST, "", NULL, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_UNAVAILABLE, "no policy has opened a budget window yet");
    sqlite3_snprintf(LEDGER_WINDOW_BYTES, window, "%s", sqlite3_column_text(row, 2));
    statements_rewind(row);
    return true;
}

/* ---- spending -------------------------------------------------------------------------------- */

/* The accounts that a charge is taken from, and how each refuses it. */
struct payer {
    char key[SPENT_KEY_BYTES];
    struct spent_account account[4]; /* the first two are the organisation's: year and lifetime */
    enum ledger_outcome refusal[4];
    size_t n;
};

static void pays(struct payer *payer, struct spent_account account, enum ledger_outcome refusal)
{
    payer->account[payer->n] = account;
    payer->refusal[payer->n++] = refusal;
}

/*
 * The organisation pays from its own account, whatever the policy calls the data set, because every
 * question counts the same persons. The node's account pays for every charge, also where the answer
 * is stored already: else a node that is used up would still answer what others have asked, and so
 * tell what that was.
 */
static void payer_of(const struct ledger_claim *claim, const struct ledger_caps *caps,
                     const char *window, struct payer *payer)
{
    *payer = (struct payer){0};
    sqlite3_snprintf(sizeof(payer->key), payer->key, LEDGER_ACCOUNT_BY_DATASET ? "%s\x1f%s" : "%s",
                     claim->organisation, claim->dataset);
    pays(payer,
         (struct spent_account){"organisation", payer->key, window, caps->organisation_year_nrho},
         LEDGER_NO_YEAR);
    pays(payer,
         (struct spent_account){"lifetime", payer->key, "", caps->organisation_lifetime_nrho},
         LEDGER_NO_LIFETIME);
    if (claim->permit[0])
        pays(payer, (struct spent_account){"permit", claim->permit, "", caps->permit_nrho},
             LEDGER_NO_PERMIT);
    pays(payer, (struct spent_account){"node", "", window, caps->node_year_nrho}, LEDGER_NO_NODE);
}

static bool take_from(struct ledger *ledger, const struct payer *payer, int64_t nrho,
                      enum ledger_outcome *outcome, struct err *err)
{
    size_t refused;

    if (!spent_take(ledger->spent, payer->account, payer->n, nrho, &refused, err))
        return false;
    *outcome = refused < payer->n ? payer->refusal[refused] : LEDGER_CHARGED;
    return true;
}

/* What the lifetime budget had left right after this charge: a retry is told the same. */
static bool lifetime_left_then(struct ledger *ledger, const struct ledger_claim *claim,
                               int64_t cap_nrho, int64_t *left, struct err *err)
{
    const union statement_value keys[] = {{.text = claim->organisation}, {.blob = claim->base_key}};
    sqlite3_stmt *row;
    int64_t spent;

    if (!statements_look(&ledger->statements, CHARGE_UPTO, "th", keys, &row, err))
        return false;
    spent = sqlite3_column_int64(row, 0);
    statements_rewind(row);
    *left = cap_nrho > spent ? cap_nrho - spent : 0;
    return true;
}

/* For an earlier charge the balances right after it, else the present ones. */
static bool balances(struct ledger *ledger, const struct ledger_claim *claim,
                     const struct spent_account account[2], struct ledger_charge *charge,
                     struct err *err)
{
    if (charge->paid_by_this)
        return lifetime_left_then(ledger, claim, account[1].cap_nrho, &charge->lifetime_left_nrho,
                                  err);
    sqlite3_snprintf(sizeof(charge->window), charge->window, "%s", account[0].window);
    return spent_left(ledger->spent, &account[0], &charge->left_nrho, err) &&
           spent_left(ledger->spent, &account[1], &charge->lifetime_left_nrho, err);
}

static bool find_charge(struct ledger *ledger, const struct ledger_claim *claim, bool *found,
                        struct ledger_charge *out, struct err *err)
{
    sqlite3_stmt *row;
    uint8_t question_hash[LEDGER_HASH_BYTES];

    if (!statements_look(
            &ledger->statements, CHARGE_FIND, "th",
            (union statement_value[]){{.text = claim->organisation}, {.blob = claim->base_key}},
            &row, err))
        return false;
    *found = row != NULL;
    if (!row)
        return true;
    out->outcome = LEDGER_PAID;
    out->paid_by_this = sql_blob(row, 0, question_hash, LEDGER_HASH_BYTES) &&
                        memcmp(question_hash, claim->question_hash, LEDGER_HASH_BYTES) == 0;
    out->left_nrho = sqlite3_column_int64(row, 1);
    out->log_index = (uint64_t)sqlite3_column_int64(row, 3);
    if (out->paid_by_this)
        sqlite3_snprintf(sizeof(out->window), out->window, "%s", sqlite3_column_text(row, 2));
    statements_rewind(row);
    return true;
}

static bool find_release(struct ledger *ledger, const uint8_t *base_key, bool *there,
                         bool *released, struct err *err)
{
    sqlite3_stmt *row;

    if (!statements_look(&ledger->statements, RELEASE_FIND, "h",
                         (union statement_value[]){{.blob = base_key}}, &row, err))
        return false;
    *there = row != NULL;
    *released = row && sqlite3_column_int64(row, 0) == 1;
    if (row)
        statements_rewind(row);
    return true;
}

static bool add_rows(struct ledger *ledger, const struct ledger_claim *claim,
                     const struct ledger_charge *made, bool new_release, uint64_t log_index,
                     struct err *err)
{
    union statement_value release[] = {{.blob = claim->base_key}, {.blob = claim->noise_key},
                                       {.blob = claim->snapshot}, {.integer = claim->mode},
                                       {.integer = claim->sigma}, {.integer = claim->nrho},
                                       {.integer = claim->now_s}, {.integer = (int64_t)log_index}};
    union statement_value charge[] = {
        {.text = claim->organisation},  {.text = claim->dataset},        {.blob = claim->base_key},
        {.text = claim->purpose},       {.text = claim->permit},         {.text = made->window},
        {.integer = claim->nrho},       {.integer = made->left_nrho},    {.integer = claim->now_s},
        {.blob = claim->question_hash}, {.integer = (int64_t)log_index}, {.blob = claim->family},
        {.text = claim->participants},  {.blob = claim->participants_id}};

    return (!new_release ||
            statements_run(&ledger->statements, RELEASE_ADD, "hhhiiiii", release, err)) &&
           statements_run(&ledger->statements, CHARGE_ADD, "tthtttiiihihth", charge, err);
}

bool ledger_take(struct ledger *ledger, const struct ledger_claim *claim,
                 const struct ledger_caps *caps, uint64_t log_index, struct ledger_charge *out,
                 struct err *err)
{
    char window[LEDGER_WINDOW_BYTES];
    struct ledger_charge charge = {0};
    struct payer payer;
    bool found, there;

    assert(sql_in_transaction(ledger->db)); /* else a commit could lack the leaf */
    assert(claim->nrho > 0);
    if (!window_in_force(ledger, window, err) ||
        !find_release(ledger, claim->base_key, &there, &charge.released, err) ||
        !find_charge(ledger, claim, &found, &charge, err))
        return false;
    payer_of(claim, caps, window, &payer);
    payer.n -= LEDGER_NODE_PAYS_ONCE && there;
    if ((!found && !take_from(ledger, &payer, claim->nrho, &charge.outcome, err)) ||
        !balances(ledger, claim, payer.account, &charge, err))
        return false;
    if (charge.outcome == LEDGER_CHARGED) {
        charge.paid_by_this = true;
        charge.log_index = log_index;
        if (!add_rows(ledger, claim, &charge, !there, log_index, err))
            return false;
    }
    *out = charge;
    return true;
}

/* What a charge took, to be given back. */
struct taken {
    int64_t id;
    char window[LEDGER_WINDOW_BYTES];
    int64_t nrho;
};

static bool find_taken(struct ledger *ledger, const struct ledger_claim *claim, struct taken *out,
                       struct err *err)
{
    sqlite3_stmt *row;

    if (!statements_look(&ledger->statements, CHARGE_WHOLE, "thh",
                         (union statement_value[]){{.text = claim->organisation},
                                                   {.blob = claim->base_key},
                                                   {.blob = claim->question_hash}},
                         &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_INTERNAL, "a charge to be given back is not in the ledger");
    out->id = sqlite3_column_int64(row, 0);
    sqlite3_snprintf(sizeof(out->window), out->window, "%s", sqlite3_column_text(row, 1));
    out->nrho = sqlite3_column_int64(row, 2);
    return statements_rewind(row), true;
}

bool ledger_give_back(struct ledger *ledger, const struct ledger_claim *claim, struct err *err)
{
    struct statements *statements = &ledger->statements;
    struct payer payer;
    struct taken taken;

    assert(sql_in_transaction(ledger->db));
    if (!find_taken(ledger, claim, &taken, err))
        return false;
    payer_of(claim, &(struct ledger_caps){0}, taken.window, &payer);
    for (size_t i = 0; i < payer.n; i++)
        if (!spent_give_back(ledger->spent, &payer.account[i], taken.nrho, err))
            return false;
    return statements_run(statements, CHARGE_TAKE_BACK, "i",
                          (union statement_value[]){{.integer = taken.id}}, err) &&
           statements_run(
               statements, SEEN_TAKE_BACK, "hh",
               (union statement_value[]){{.blob = claim->question_hash}, {.blob = claim->base_key}},
               err) &&
           statements_run(statements, RELEASE_TAKE_BACK, "h",
                          (union statement_value[]){{.blob = claim->base_key}}, err);
}

static bool number(struct ledger *ledger, enum ledger_statement which, const char *kinds,
                   const union statement_value *keys, uint64_t *out, struct err *err)
{
    sqlite3_stmt *row;

    if (!statements_look(&ledger->statements, which, kinds, keys, &row, err))
        return false;
    *out = (uint64_t)sqlite3_column_int64(row, 0);
    statements_rewind(row);
    return true;
}

bool ledger_others(struct ledger *ledger, const struct ledger_claim *claim, uint64_t *others,
                   struct err *err)
{
    assert(claim);
    const union statement_value keys[] = {{.blob = claim->question_hash},
                                          {.blob = claim->base_key}};

    return number(ledger, CHARGE_OTHERS, "hh", keys, others, err);
}

bool ledger_family_paid(struct ledger *ledger, const struct ledger_claim *claim, bool *paid,
                        struct err *err)
{
    assert(claim);
    const union statement_value keys[] = {{.text = claim->organisation}, {.blob = claim->family}};
    uint64_t charges;

    if (!number(ledger, CHARGE_FAMILY, "th", keys, &charges, err))
        return false;
    *paid = charges > 0;
    return true;
}

bool ledger_family_sets(struct ledger *ledger, const struct ledger_claim *claim,
                        struct ledger_set *out, size_t room, size_t *n, struct err *err)
{
    const union statement_value keys[] = {{.text = claim->organisation}, {.blob = claim->family}};
    sqlite3_stmt *row;
    bool more = true, read = true;

    *n = 0;
    if (!statements_look(&ledger->statements, CHARGE_SETS, "th", keys, &row, err))
        return false;
    while (row && more && read && *n < room) {
        struct ledger_set *set = &out[(*n)++];

        sql_text(row, 1, set->participants, sizeof(set->participants));
        read = (sql_blob(row, 0, set->id, sizeof(set->id)) ||
                err_set(err, ERR_INTERNAL, "the participants of a charge cannot be read")) &&
               sql_next(row, &more, err);
    }
    if (row)
        statements_rewind(row);
    return read;
}

bool ledger_left(struct ledger *ledger, const char *organisation, int64_t cap_nrho,
                 int64_t *left_nrho, struct err *err)
{
    assert(ledger);
    char window[LEDGER_WINDOW_BYTES];

    return window_in_force(ledger, window, err) &&
           spent_left(ledger->spent,
                      &(struct spent_account){"organisation", organisation, window, cap_nrho},
                      left_nrho, err);
}

bool ledger_total(struct ledger *ledger, const char *organisation, struct ledger_total *out,
                  struct err *err)
{
    assert(ledger && organisation && out);
    const bool all = organisation[0] == 0;
    struct ledger_total total = {0};

    if (!window_in_force(ledger, total.window, err) ||
        !spent_sum(ledger->spent, all ? "node" : "organisation", organisation, total.window,
                   &total.year_nrho, err) ||
        !spent_sum(ledger->spent, all ? "node" : "organisation", organisation, NULL,
                   &total.life_nrho, err))
        return false;
    *out = total;
    return true;
}

bool ledger_spent(struct ledger *ledger, int64_t *nrho, uint64_t *charges, struct err *err)
{
    assert(ledger);
    sqlite3_stmt *row;

    if (!statements_look(&ledger->statements, TOTAL, "", NULL, &row, err))
        return false;
    *nrho = sqlite3_column_int64(row, 0);
    *charges = (uint64_t)sqlite3_column_int64(row, 1);
    statements_rewind(row);
    return true;
}

/* ---- answers --------------------------------------------------------------------------------- */

bool ledger_release(struct ledger *ledger, const uint8_t base_key[static LEDGER_HASH_BYTES],
                    const struct ledger_answer *answer, struct err *err)
{
    const union statement_value values[] = {{.blob = base_key},
                                            {.bytes = {answer->data, answer->size}},
                                            {.blob = answer->noise_key},
                                            {.integer = (int64_t)answer->log_index},
                                            {.blob = answer->seal}};

    assert(sql_in_transaction(ledger->db));
    if (answer->size == 0 || answer->size > LEDGER_ANSWER_MAX)
        return err_set(err, ERR_INTERNAL, "an answer of %zu bytes is not stored", answer->size);
    if (!statements_run(&ledger->statements, RELEASE_SET, "hbhih", values, err))
        return false;
    return sqlite3_changes(ledger->db) == 1 ||
           err_set(err, ERR_INTERNAL, "an answer to what was not charged, or a second answer");
}

bool ledger_find(struct ledger *ledger, const uint8_t base_key[static LEDGER_HASH_BYTES],
                 struct arena *arena, struct ledger_answer *out, bool *found, struct err *err)
{
    assert(ledger);
    struct ledger_answer answer = {0};
    sqlite3_stmt *row;
    uint8_t *copy;

    if (!statements_look(&ledger->statements, RELEASE_ANSWER, "h",
                         (union statement_value[]){{.blob = base_key}}, &row, err))
        return false;
    *found = row != NULL;
    if (!row)
        return true;
    answer.size = (size_t)sqlite3_column_bytes(row, 0);
    answer.log_index = (uint64_t)sqlite3_column_int64(row, 2);
    copy = arena_alloc(arena, answer.size ? answer.size : 1);
    bool whole = copy && answer.size && sql_blob(row, 1, answer.noise_key, LEDGER_HASH_BYTES);

    if (whole)
        memcpy(copy, sqlite3_column_blob(row, 0), answer.size);
    statements_rewind(row);
    if (!whole)
        return err_set(err, ERR_INTERNAL, "a stored answer cannot be read");
    answer.data = copy;
    *out = answer;
    return true;
}

/* ---- question ids ---------------------------------------------------------------------------- */

bool ledger_recall(struct ledger *ledger, const uint8_t id[static LEDGER_ID_BYTES],
                   const uint8_t question_hash[static LEDGER_HASH_BYTES],
                   uint8_t base_key[static LEDGER_HASH_BYTES], enum ledger_seen *seen,
                   struct err *err)
{
    assert(ledger);
    uint8_t known[LEDGER_HASH_BYTES], asked[LEDGER_HASH_BYTES];
    sqlite3_stmt *row;

    if (!statements_look(&ledger->statements, SEEN_FIND, "d",
                         (union statement_value[]){{.blob = id}}, &row, err))
        return false;
    *seen = LEDGER_FRESH;
    if (!row)
        return true;
    bool read =
        sql_blob(row, 0, known, LEDGER_HASH_BYTES) && sql_blob(row, 1, asked, LEDGER_HASH_BYTES);

    statements_rewind(row);
    if (!read)
        return err_set(err, ERR_INTERNAL, "ledger: a remembered question cannot be read");
    *seen = memcmp(known, question_hash, LEDGER_HASH_BYTES) == 0 ? LEDGER_SAME : LEDGER_OTHER;
    if (*seen == LEDGER_SAME)
        memcpy(base_key, asked, LEDGER_HASH_BYTES);
    return true;
}

bool ledger_remember(struct ledger *ledger, const uint8_t id[static LEDGER_ID_BYTES],
                     const uint8_t question_hash[static LEDGER_HASH_BYTES],
                     const uint8_t base_key[static LEDGER_HASH_BYTES], struct err *err)
{
    assert(sql_in_transaction(ledger->db));
    return statements_run(
               &ledger->statements, SEEN_ADD, "dhh",
               (union statement_value[]){{.blob = id}, {.blob = question_hash}, {.blob = base_key}},
               err) &&
           statements_run(&ledger->statements, SEEN_FORGET, "i",
                          (union statement_value[]){{.integer = LEDGER_SEEN_MAX}}, err);
}
