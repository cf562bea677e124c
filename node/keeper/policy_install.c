/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/policy_install.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "node/keeper/signed_policy.h"
#include "node/privacy/ledger_in_force.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/lock.h"
#include "proto/base/sql.h"

#define ARENA_BYTES ((size_t)32 << 20)

struct install {
    const struct home *home;
    char policy_path[HOME_PATH_BYTES]; /* where the policy is installed */
    char signatures_path[HOME_PATH_BYTES];
    struct arena *arena;
    uint8_t *text; /* of the new policy */
    size_t size;
    struct signed_policy next;     /* the new policy with all known signatures */
    struct policy_signatures sent; /* the signatures that were sent */
    struct signed_policy present;  /* what is installed; .policy is NULL if not valid */
};

static bool add(struct policy_signatures *all, const struct policy_signature *one, struct err *err)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->one[i].line, one->line) == 0)
            return true;
    if (all->n == POLICY_SIGNATURES_MAX)
        return err_set(err, ERR_INVALID, "more than %d signatures", POLICY_SIGNATURES_MAX);
    all->one[all->n++] = *one;
    return true;
}

static bool add_all(struct policy_signatures *all, const struct policy_signatures *more,
                    struct err *err)
{
    for (size_t i = 0; i < more->n; i++)
        if (!add(all, &more->one[i], err))
            return false;
    return true;
}

/*
 * Reads the installed policy. A file that is no policy is replaced; one that cannot be read is an
 * error, because it may be a policy.
 */
static bool read_present(struct install *in, struct err *err)
{
    struct err bad = {0};

    if (!file_exists(in->policy_path))
        return true;
    if (signed_policy_read(in->policy_path, in->signatures_path, &in->present, &bad))
        bad = in->present.unread;
    else
        in->present = (struct signed_policy){0};
    if (bad.code == ERR_NONE || bad.code == ERR_INVALID)
        return true;
    *err = bad;
    return false;
}

static bool read_policies(struct install *in, const char *path, struct err *err)
{
    if (!file_read(path, POLICY_BYTES_MAX, in->arena, &in->text, &in->size, err))
        return false;
    if (!policy_parse((const char *)in->text, in->size, &in->next.policy, err))
        return err_wrap(err, "%s: ", path);
    in->next.signatures.one =
        arena_array(in->arena, POLICY_SIGNATURES_MAX, sizeof(struct policy_signature));
    in->sent.one = arena_array(in->arena, POLICY_SIGNATURES_MAX, sizeof(struct policy_signature));
    if (!in->next.signatures.one || !in->sent.one)
        return err_memory(err);
    return read_present(in, err) && add_all(&in->next.signatures, &in->present.signatures, err);
}

/* Refuses a file that has no signature on the new policy. */
static bool check_useful(const struct install *in, const struct policy_signatures *read,
                         const char *path, struct err *err)
{
    struct policy_subject subject = signed_policy_subject(&in->next, in->home);

    for (size_t i = 0; i < read->n; i++)
        if (policy_signature_is_on(&read->one[i], &subject))
            return true;
    return err_set(err, ERR_DENIED, "%s has no signature on this file, for node %s of network %s",
                   path, in->home->node, in->home->network);
}

/*
 * Checks the new policy with the signatures sent and those already installed. If they do not
 * suffice, the error describes those that were sent.
 */
static bool check_signed(const struct install *in, const struct roster *roster, struct err *err)
{
    struct signed_policy sent = {.policy = in->next.policy, .signatures = in->sent};
    struct err ignored;

    return signed_policy_holds(&in->next, in->home, roster, &ignored) ||
           signed_policy_holds(&sent, in->home, roster, err);
}

static bool read_signatures(struct install *in, const struct policy_delivery *delivery,
                            const struct roster *roster, struct err *err)
{
    struct policy_signatures *read =
        arena_array(in->arena, delivery->n_signatures + 1, sizeof(*read));

    if (!read)
        return err_memory(err);
    for (size_t i = 0; i < delivery->n_signatures; i++) {
        const char *path = delivery->signatures[i];

        if (!file_exists(path))
            return err_set(err, ERR_INVALID, "%s: %s", path, strerror(errno));
        if (!policy_signatures_read(path, in->arena, &read[i], err) ||
            !add_all(&in->sent, &read[i], err))
            return false;
    }
    if (!add_all(&in->next.signatures, &in->sent, err) || !check_signed(in, roster, err))
        return false;
    for (size_t i = 0; i < delivery->n_signatures; i++)
        if (!check_useful(in, &read[i], delivery->signatures[i], err))
            return false;
    return true;
}

bool policy_install_follows(const struct home *home, const struct policy *policy, bool *same,
                            struct err *err)
{
    struct ledger_policy record = {policy_version(policy), policy_hash(policy),
                                   policy_window(policy), policy_dataset(policy)};
    struct ledger_in_force in_force;
    char path[HOME_PATH_BYTES];
    struct sqlite3 *db;

    *same = false;
    if (!home_path(home, "ledger.db", path, err))
        return false;
    if (!file_exists(path)) /* a node that has never run has no ledger */
        return true;
    if (!sql_open(path, SQL_LEDGER_READ, &db, err))
        return false;
    bool read = ledger_in_force_read(db, &in_force, err);

    sql_close(db);
    return read && ledger_in_force_precedes(&in_force, &record, same, err);
}

/* Writes the signatures on the new policy, and those on the installed one until it is replaced. */
static bool signatures_text(const struct install *in, struct bytes *text, struct err *err)
{
    struct policy_subject next = signed_policy_subject(&in->next, in->home), present;

    if (in->present.policy)
        present = signed_policy_subject(&in->present, in->home);
    for (size_t i = 0; i < in->next.signatures.n; i++) {
        const struct policy_signature *one = &in->next.signatures.one[i];

        if (!policy_signature_is_on(one, &next) &&
            !(in->present.policy && policy_signature_is_on(one, &present)))
            continue;
        bytes_add_text(text, one->line);
        bytes_add_u8(text, '\n');
    }
    return !text->failed || err_memory(err);
}

static bool write_both(const struct install *in, struct err *err)
{
    struct bytes text = {0};
    bool written =
        signatures_text(in, &text, err) &&
        (text.size == 0 || file_write(in->signatures_path, text.data, text.size, 0644, err)) &&
        file_write(in->policy_path, in->text, in->size, 0644, err);

    bytes_clear(&text);
    return written;
}

static bool install(struct install *in, const struct policy_delivery *delivery,
                    const struct roster *roster, struct err *err)
{
    bool same;

    in->arena = arena_new(ARENA_BYTES);
    if (!in->arena)
        return err_memory(err);
    return home_path(in->home, "policy.json", in->policy_path, err) &&
           home_path(in->home, "policy.sig", in->signatures_path, err) &&
           read_policies(in, delivery->policy, err) && read_signatures(in, delivery, roster, err) &&
           policy_install_follows(in->home, in->next.policy, &same, err) && write_both(in, err);
}

static bool take_lock(const struct home *home, int *lock, struct err *err)
{
    char path[HOME_PATH_BYTES];

    return home_path(home, "policy.lock", path, err) &&
           lock_take(path, LOCK_AT_ONCE, "another installation is under way", lock, err);
}

bool policy_install(const struct home *home, const struct roster *roster,
                    const struct policy_delivery *delivery, struct err *err)
{
    struct install in = {.home = home};
    int lock;

    if (!take_lock(home, &lock, err))
        return false;
    bool installed = install(&in, delivery, roster, err);

    policy_free(in.next.policy);
    signed_policy_clear(&in.present);
    arena_free(in.arena);
    lock_release(&lock);
    return installed;
}
