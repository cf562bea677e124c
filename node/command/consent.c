/* SPDX-License-Identifier: Apache-2.0 */
/*
 * consent: one person's block or withdrawal, in force with the next question, without waiting for a
 * snapshot. The clear id is hashed here and kept nowhere.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/command/commands.h"
#include "node/import/identity.h"
#include "node/keeper/home.h"
#include "node/store/entry.h"
#include "node/store/overlay.h"
#include "node/store/store.h"
#include "proto/base/arguments.h"
#include "proto/base/file.h"

struct request {
    struct home home;
    const char *dir;
    const char *domain;
    bool json;
    bool in_advance;
    char path[HOME_PATH_BYTES]; /* of the overlay */
};

static bool read_id(char id[static IDENTITY_ID_MAX + 2], struct err *err)
{
    size_t length;

    if (!fgets(id, IDENTITY_ID_MAX + 2, stdin))
        return err_set(err, ERR_INVALID, "no id on standard input");
    length = strcspn(id, "\r\n");
    if (length == 0 || length > IDENTITY_ID_MAX)
        return err_set(err, ERR_INVALID, "an id has 1 to %d bytes on one line", IDENTITY_ID_MAX);
    if (!isatty(STDIN_FILENO) && getchar() != EOF)
        return err_set(err, ERR_INVALID,
                       "more than one line on standard input: one person a call; nothing was done");
    id[length] = 0;
    return true;
}

static bool hash_person(const struct request *request, struct person_id *person, struct err *err)
{
    char id[IDENTITY_ID_MAX + 2] = "";
    struct identity_who who = {.domain = request->domain, .id = id};
    struct identity *identity;
    bool ok;

    if (!read_id(id, err) || !identity_open(request->home.dir, &identity, err))
        return false;
    ok = identity_person(identity, &who, person, err);
    explicit_bzero(id, sizeof(id));
    identity_close(identity);
    return ok;
}

enum known_here { NOT_HERE, KNOWN_HERE, NOBODY_KNOWS };

/* Has the store anything of the person? While an import is at work nobody can look. */
static enum known_here look_for(const struct request *request, const struct person_id *person)
{
    char path[HOME_PATH_BYTES];
    struct store *store;
    struct err ignored;
    bool known = false, looked;

    if (!home_path(&request->home, "store.db", path, &ignored))
        return NOBODY_KNOWS;
    if (!file_exists(path))
        return NOT_HERE;
    if (!store_open(path, &store, &ignored))
        return NOBODY_KNOWS;
    looked = entry_knows_person(store, person, &known, &ignored);
    store_close(store);
    return !looked ? NOBODY_KNOWS : known ? KNOWN_HERE : NOT_HERE;
}

/* In the store as well, so that no later snapshot has them. The overlay holds until then. */
static bool withdraw_from_store(const struct request *request, const struct person_id *person,
                                struct err *err)
{
    struct store *store;
    bool known, ok;

    if (!store_open_in(request->home.dir, &store, err))
        return false;
    ok = entry_withdraw_person(store, person, &known, err);
    store_close(store);
    return ok;
}

static bool change(const struct request *request, enum overlay_act act, struct err *err)
{
    static const char *const said[] = {
        [NOT_HERE] = "; nobody here has this id now",
        [KNOWN_HERE] = "; known here",
        [NOBODY_KNOWS] = "; an import is at work, so whether it is known here cannot be told"};
    struct person_id person;
    enum known_here known;
    uint64_t sequence;
    bool changed;

    if (!hash_person(request, &person, err))
        return false;
    known = look_for(request, &person);
    if (act == OVERLAY_WITHDRAW && known == NOT_HERE && !request->in_advance)
        return err_set(err, ERR_INVALID,
                       "nobody here has this id, and nothing was done: is it another id, or in "
                       "another --domain? For a person who may come later, add --in-advance");
    if (!overlay_change(request->path, &person, act, &changed, &sequence, err))
        return false;
    if (act == OVERLAY_WITHDRAW && !withdraw_from_store(request, &person, err))
        return err_wrap(err, "in force, but not in the store yet; repeat it: ");
    printf("%s: overlay %llu%s\n", changed ? "in force" : "nothing to do",
           (unsigned long long)sequence, act == OVERLAY_UNBLOCK ? "" : said[known]);
    return true;
}

static bool status(const struct request *request, struct err *err)
{
    struct overlay *overlay;

    if (!overlay_read(request->path, &overlay, err))
        return false;
    printf(request->json ? "{\"sequence\":%llu,\"persons\":%zu}\n" : "overlay %llu, %zu persons\n",
           (unsigned long long)overlay_sequence(overlay), overlay_count(overlay));
    overlay_free(overlay);
    return true;
}

/* ---- command line ---------------------------------------------------------------------------- */

#define AT(member) .at = offsetof(struct request, member)

#define NO_WORD "no word more; an id is read from standard input"
#define STATUS 3

_Static_assert(STATUS > OVERLAY_BLOCK && STATUS > OVERLAY_WITHDRAW && STATUS > OVERLAY_UNBLOCK,
               "status is no act of the overlay");

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder; DIR/overlay is the file", AT(dir),
     .needed = OPTION_ALWAYS},
    {"in-advance", OPTION_FLAG, NULL,
     "withdraw: of an id that nobody here has, so that they never are here; without it such an id "
     "is an error, because it is most often another id or domain",
     AT(in_advance), .verbs = "withdraw"},
    {"domain", OPTION_TEXT, "NAME",
     "of the id (default: local; a personal identity number is its own domain)", AT(domain)},
    {"json", OPTION_FLAG, NULL, "status: one object", AT(json), .verbs = "status"},
};

static const struct option_words words[] = {
    [OVERLAY_BLOCK] =
        {"block", NULL, NO_WORD, 0, 0,
         "spaerr: the person is in no evaluation, of the region's own staff neither; says whether "
         "anybody here has this id, as withdraw does"},
    [OVERLAY_UNBLOCK] =
        {"unblock", NULL, NO_WORD, 0, 0,
         "ends a block that this command set; one of an imported file ends with a file"},
    [OVERLAY_WITHDRAW] =
        {"withdraw", NULL, NO_WORD, 0, 0,
         "for good: gone from the next snapshot and all later ones, whatever is imported"},
    [STATUS] = {"status", NULL, NO_WORD, 0, 0,
                "how many persons the overlay holds, and its sequence"},
};

const struct option_table consent_table = {
    .command = "rikstal-node consent",
    .about =
        "One person a call, read as one line from standard input, so that the id is in no list of\n"
        "processes and no history of a shell: `rikstal-node consent block --dir DIR < ID`. It "
        "counts from\n"
        "the next question on that is computed, at a running node too; nothing has to be "
        "published.\n"
        "Answers that were given before stay as they are until a snapshot replaces theirs. Whole "
        "lists:\n"
        "`rikstal-node import consent`, which counts from the next `publish`.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, or nothing to do; 1 failure; 2 usage, or no id.",
};

static bool run(struct request *request, size_t verb, struct err *err)
{
    if (!home_read(request->dir, &request->home, err) ||
        !home_path(&request->home, "overlay", request->path, err))
        return false;
    return verb == STATUS ? status(request, err) : change(request, (enum overlay_act)verb, err);
}

int consent_command(int argc, char **argv)
{
    struct request request = {0};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&consent_table, argc, argv, &request, &arguments, &code))
        return code;
    assert(request.dir && arguments.verb <= STATUS && !arguments.n);
    return run(&request, arguments.verb, &err) ? EXIT_OK : arguments_failed(&consent_table, &err);
}
