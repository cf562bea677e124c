#include "node/keeper/books.h"

#include <assert.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/database.h"
#include "node/audit/log.h"
#include "proto/base/file.h"
#include "proto/base/random.h"

struct books {
    sqlite3 *db;
    struct ledger *ledger;
    struct audit *audit;
    struct rate *rate;
    bool broken;
};

bool books_open(const char *path, struct books **out, struct err *err)
{
    struct books *books = calloc(1, sizeof(*books));

    if (!books)
        return err_memory(err);
    if (!database_open(path, &books->db, err) || !audit_open(books->db, &books->audit, err) ||
        !ledger_open(books->db, &books->ledger, err) || !rate_open(books->db, &books->rate, err)) {
        books_close(books);
        return false;
    }
    *out = books;
    return true;
}

void books_close(struct books *books)
{
    if (!books)
        return;
    rate_close(books->rate);
    ledger_close(books->ledger);
    audit_close(books->audit);
    database_close(books->db);
    free(books);
}

struct audit *books_audit(struct books *books)
{
    return books->audit;
}

struct ledger *books_ledger(struct books *books)
{
    return books->ledger;
}

bool books_broken(const struct books *books)
{
    return books->broken;
}

static bool begin(struct books *books, struct err *err)
{
    if (books->broken)
        return err_set(err, ERR_INTERNAL, "the books failed before; they are read again at start");
    return database_begin(books->db, err);
}

/* Undo what the transaction did. A tree that cannot be read back must not be written to. */
static void give_up(struct books *books)
{
    struct err ignored;

    database_rollback(books->db);
    if (!audit_reload(books->audit, &ignored))
        books->broken = true;
}

/*
 * Commit, or nothing happened. SQLite does not know what a disk holds whose sync failed, and
 * neither do we: only a fresh process that reads the journal does.
 */
static bool finish(struct books *books, bool done, struct err *err)
{
    struct err failed;

    if (done && database_commit(books->db, &failed))
        return true;
    if (done) {
        *err = failed;
        books->broken = err->code != ERR_UNAVAILABLE;
    }
    give_up(books);
    return false;
}

static bool append(struct books *books, const struct leaf *leaf, uint64_t *index, struct err *err)
{
    struct bytes bytes = {0};
    bool appended;

    leaf_write(leaf, &bytes);
    appended = bytes.failed ? err_memory(err)
                            : audit_append(books->audit, bytes.data, bytes.size, index, err);
    bytes_clear(&bytes);
    return appended;
}

bool books_policy(struct books *books, const struct ledger_policy *policy, int64_t now_s,
                  struct err *err)
{
    struct leaf leaf = {.type = LEAF_POLICY, .time_s = now_s};
    bool opened = false;
    uint64_t index;

    if (!leaf_name(leaf.note, sizeof(leaf.note), policy->window, err) || !begin(books, err))
        return false;
    memcpy(leaf.answer_hash, policy->hash, sizeof(leaf.answer_hash));
    leaf.nrho = (int64_t)policy->version;
    return finish(books,
                  ledger_open_window(books->ledger, policy, now_s, &opened, err) &&
                      (!opened || append(books, &leaf, &index, err)),
                  err);
}

bool books_note(struct books *books, const struct leaf *leaf, struct err *err)
{
    uint64_t index;

    return begin(books, err) && finish(books, append(books, leaf, &index, err), err);
}

static bool noted(struct audit *audit, const char *note, uint64_t *number, struct err *err)
{
    uint8_t data[AUDIT_LEAF_MAX];
    struct leaf leaf;
    size_t size;

    *number = 0;
    for (uint64_t i = audit_size(audit); i > 0; i--) {
        if (!audit_leaf(audit, i - 1, data, &size, err) || !leaf_read(data, size, &leaf, err))
            return false;
        if (leaf.type == LEAF_ADMIN && strcmp(leaf.note, note) == 0) {
            *number = (uint64_t)leaf.nrho;
            return true;
        }
    }
    return true;
}

bool books_noted(struct books *books, const char *note, uint64_t *number, struct err *err)
{
    return noted(books->audit, note, number, err);
}

bool books_noted_at(const char *path, const char *note, uint64_t *number, struct err *err)
{
    struct audit *audit = NULL;
    sqlite3 *db = NULL;
    bool read;

    *number = 0;
    if (!file_exists(path))
        return true;
    if (!database_open_read(path, &db, err))
        return false;
    read = audit_open(db, &audit, err) && noted(audit, note, number, err);
    audit_close(audit);
    database_close(db);
    return read;
}

static bool leaf_of(const struct books_charge *charge, enum leaf_type type, struct leaf *leaf,
                    struct err *err)
{
    const struct ledger_claim *claim = &charge->claim;

    *leaf = (struct leaf){.type = type, .time_s = claim->now_s, .nrho = claim->nrho};
    memcpy(leaf->question_hash, claim->question_hash, sizeof(leaf->question_hash));
    memcpy(leaf->noise_key, claim->noise_key, sizeof(leaf->noise_key));
    return leaf_name(leaf->organisation, sizeof(leaf->organisation), claim->organisation, err) &&
           leaf_name(leaf->analyst, sizeof(leaf->analyst), charge->analyst, err) &&
           leaf_name(leaf->purpose, sizeof(leaf->purpose), claim->purpose, err);
}

static struct rate_claim rate_claim_of(const struct books_charge *charge)
{
    return (struct rate_claim){.organisation = charge->claim.organisation,
                               .analyst = charge->analyst,
                               .question_hash = charge->claim.question_hash,
                               .now_s = charge->claim.now_s,
                               .limits = charge->rate};
}

/* In the transaction: was the id used, is it one set too many, does the budget cover it? */
static bool look(struct books *books, const struct books_charge *charge, struct ledger_claim *claim,
                 struct books_receipt *receipt, struct err *err)
{
    uint64_t others;

    *claim = charge->claim;
    if (!ledger_recall(books->ledger, charge->question_id, claim->question_hash, claim->base_key,
                       &receipt->seen, err))
        return false;
    if (charge->sets_max) { /* the same question may come again for other participants */
        memcpy(claim->base_key, charge->claim.base_key, LEDGER_HASH_BYTES);
        if (!ledger_others(books->ledger, claim, &others, err))
            return false;
        receipt->too_many = others >= charge->sets_max;
    }
    receipt->elsewhere = memcmp(claim->base_key, charge->claim.base_key, LEDGER_HASH_BYTES) != 0;
    memcpy(receipt->base_key, claim->base_key, LEDGER_HASH_BYTES);
    if (receipt->seen == LEDGER_OTHER || receipt->too_many)
        return true;
    if (!ledger_take(books->ledger, claim, &charge->caps, audit_size(books->audit),
                     &receipt->charge, err))
        return false;
    if (receipt->charge.outcome != LEDGER_CHARGED) /* a repeat is no new question */
        return true;
    struct rate_claim rate = rate_claim_of(charge);

    return rate_look(books->rate, &rate, &receipt->wait_s, err);
}

static bool taken(const struct books_receipt *receipt)
{
    return receipt->seen != LEDGER_OTHER && !receipt->too_many && receipt->wait_s == 0 &&
           receipt->charge.outcome == LEDGER_CHARGED;
}

/* In the transaction: look, and write the leaf and the id if something was taken. */
static bool take(struct books *books, const struct books_charge *charge, struct leaf *leaf,
                 struct books_receipt *receipt, struct err *err)
{
    uint64_t planned = audit_size(books->audit), index;
    struct rate_claim rate = rate_claim_of(charge);
    struct ledger_claim claim;

    if (!look(books, charge, &claim, receipt, err))
        return false;
    if (!taken(receipt))
        return true;
    if (receipt->seen != LEDGER_FRESH && !charge->sets_max)
        /* a damaged ledger: never charge the same bytes twice */
        return err_set(err, ERR_INTERNAL, "the ledger knows the question and not its charge");
    leaf->balance_nrho = receipt->charge.left_nrho;
    if (!append(books, leaf, &index, err) || !rate_note(books->rate, &rate, err))
        return false;
    assert(index == planned);
    return receipt->seen != LEDGER_FRESH ||
           ledger_remember(books->ledger, charge->question_id, claim.question_hash, claim.base_key,
                           err);
}

bool books_take(struct books *books, const struct books_charge *charge, struct books_receipt *out,
                struct err *err)
{
    struct books_receipt receipt = {0};
    struct leaf leaf;

    if (!leaf_of(charge, LEAF_CHARGE, &leaf, err) || !begin(books, err))
        return false;
    bool done = take(books, charge, &leaf, &receipt, err);

    if (done && !taken(&receipt))
        database_rollback(books->db); /* nothing was written: a repeat costs no sync either */
    else if (!finish(books, done, err))
        return false;
    *out = receipt;
    return true;
}

bool books_look(struct books *books, const struct books_charge *charge, struct books_receipt *out,
                struct err *err)
{
    struct books_receipt receipt = {0};
    struct ledger_claim claim;

    if (!begin(books, err))
        return false;
    bool paid = false;
    bool looked = ledger_family_paid(books->ledger, &charge->claim, &paid, err) &&
                  look(books, charge, &claim, &receipt, err);

    database_rollback(books->db);
    if (paid) {
        receipt.charge.outcome = LEDGER_PAID;
        receipt.wait_s = 0;
    }
    if (looked)
        *out = receipt;
    return looked;
}

bool books_release(struct books *books, const struct books_charge *charge, const void *answer,
                   size_t size, struct err *err)
{
    struct ledger_answer stored = {.data = answer, .size = size};
    struct leaf leaf;
    uint64_t index;

    if (!leaf_of(charge, LEAF_RELEASE, &leaf, err) || !begin(books, err))
        return false;
    random_bytes(stored.seal, sizeof(stored.seal)); /* or the few numbers in it could be guessed */
    crypto_generichash(leaf.answer_hash, sizeof(leaf.answer_hash), answer, size, stored.seal,
                       sizeof(stored.seal));
    memcpy(stored.noise_key, charge->claim.noise_key, sizeof(stored.noise_key));
    stored.log_index = audit_size(books->audit);
    return finish(books,
                  ledger_release(books->ledger, charge->claim.base_key, &stored, err) &&
                      append(books, &leaf, &index, err),
                  err);
}

bool books_find(struct books *books, const struct books_receipt *receipt, struct arena *arena,
                struct ledger_answer *out, struct err *err)
{
    bool found;

    return ledger_find(books->ledger, receipt->base_key, arena, out, &found, err) &&
           (found || err_set(err, ERR_INTERNAL, "a released answer is not in the ledger"));
}
