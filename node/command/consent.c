/* SPDX-License-Identifier: Apache-2.0 */
/*
 * consent: one person's block or withdrawal, in force with the next question, without waiting for a
 * snapshot. The clear id is hashed here and kept nowhere.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/command/command.h"
#include "node/command/usage.h"
#include "node/import/identity.h"
#include "node/keeper/home.h"
#include "node/store/entry.h"
#include "node/store/overlay.h"
#include "node/store/store.h"
#include "proto/base/file.h"

static const char help[] =
    "Usage: rikstal-node consent block    --dir DIR [--domain NAME] < ID\n"
    "       rikstal-node consent unblock  --dir DIR [--domain NAME] < ID\n"
    "       rikstal-node consent withdraw --dir DIR [--domain NAME] [--in-advance] < ID\n"
    "       rikstal-node consent status   --dir DIR [--json]\n\n"
    "One person a call, read as one line from standard input, so that the id is in no list of\n"
    "processes and no history of a shell. It counts from the next question on that is computed, "
    "at\n"
    "a running node too; nothing has to be published. Answers that were given before stay as they\n"
    "are until a snapshot replaces theirs. Whole lists: `rikstal-node import consent`, which "
    "counts\n"
    "from the next `publish`.\n\n"
    "  block      spaerr: the person is in no evaluation, of the region's own staff neither\n"
    "  unblock    ends a block that this command set; one of an imported file ends with a file\n"
    "  withdraw   for good: gone from the next snapshot and all later ones, whatever is imported\n"
    "             block and withdraw say whether anybody here has this id\n"
    "  status     how many persons the overlay holds, and its sequence\n\n"
    "  --dir DIR       the node's folder; DIR/overlay is the file\n"
    "  --in-advance    withdraw: of an id that nobody here has, so that they never are here; "
    "without\n"
    "                  it such an id is an error, because it is most often another id or domain\n"
    "  --domain NAME   of the id (default: local; a personal identity number is its own domain)\n"
    "  --json          status: one object\n\n"
    "Exit codes: 0 ok, or nothing to do; 1 failure; 2 usage, or no id.\n";

struct request {
    struct home home;
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
    looked = person_known(store, person, &known, &ignored);
    store_close(store);
    return !looked ? NOBODY_KNOWS : known ? KNOWN_HERE : NOT_HERE;
}

/* In the store as well, so that no later snapshot has them. The overlay holds until then. */
static bool withdraw_from_store(const struct request *request, const struct person_id *person,
                                struct err *err)
{
    char path[HOME_PATH_BYTES];
    struct store *store;
    bool known, ok;

    if (!home_path(&request->home, "store.db", path, err) || !store_open(path, &store, err))
        return false;
    ok = person_withdraw(store, person, &known, err);
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

static const char *const verbs[] = {[OVERLAY_BLOCK] = "block",
                                    [OVERLAY_WITHDRAW] = "withdraw",
                                    [OVERLAY_UNBLOCK] = "unblock",
                                    "status",
                                    NULL};

/* Finds the verb of a line that can be followed. */
static bool is_right(const struct request *request, int n, char **words, size_t *verb,
                     struct err *err)
{
    *verb = 0;
    while (n > 0 && verbs[*verb] && strcmp(words[0], verbs[*verb]) != 0)
        ++*verb;
    if (n == 0 || !verbs[*verb])
        return usage_verb(n ? words[0] : NULL, verbs, err);
    if (n > 1)
        return err_set(err, ERR_INVALID, "%s takes no word more; an id is read from standard input",
                       verbs[*verb]);
    if (request->in_advance && *verb != OVERLAY_WITHDRAW)
        return err_set(err, ERR_INVALID, "--in-advance goes with withdraw");
    if (request->json && *verb <= OVERLAY_UNBLOCK)
        return err_set(err, ERR_INVALID, "--json goes with status");
    return true;
}

static bool run(struct request *request, const char *dir, size_t verb, struct err *err)
{
    if (!dir)
        return err_set(err, ERR_INVALID, "--dir DIR is needed");
    if (!home_read(dir, &request->home, err) ||
        !home_path(&request->home, "overlay", request->path, err))
        return false;
    return verb > OVERLAY_UNBLOCK ? status(request, err)
                                  : change(request, (enum overlay_act)verb, err);
}

static int failed(const struct err *err)
{
    fprintf(stderr, "rikstal-node consent: %s\n", err->text);
    return err_exit_code(err);
}

int consent_command(int argc, char **argv)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},  {"domain", required_argument, NULL, 'o'},
        {"in-advance", no_argument, NULL, 'a'}, {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},       {0}};
    struct request request = {0};
    const char *dir = NULL;
    struct err err;
    size_t verb;

    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'h')
            return fputs(help, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
        if (c == 'd')
            dir = optarg;
        else if (c == 'o')
            request.domain = optarg;
        else if (c == 'a')
            request.in_advance = true;
        else if (c == 'j')
            request.json = true;
        else if (!usage_option(argv, options, &err))
            return failed(&err);
    }
    if (!is_right(&request, argc - optind, argv + optind, &verb, &err) ||
        !run(&request, dir, verb, &err))
        return failed(&err);
    return EXIT_OK;
}
