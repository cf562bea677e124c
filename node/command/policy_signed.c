/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy sign, install, check: the officer signs a policy where the key is, the node's operator
 * installs it with all signatures, and anybody at the node looks whether it would be taken up.
 */
#include "node/command/policy_signed.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "node/command/command.h"
#include "node/command/usage.h"
#include "node/keeper/policy_install.h"
#include "node/keeper/signed_policy.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/query/region.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define REGIONS_MAX ROSTER_NODES_MAX
#define SIGNATURE_FILES_MAX 16

const char policy_signed_usage[] =
    "       rikstal-node policy check [FILE] [--dir DIR]\n"
    "       rikstal-node policy sign --key KEY --dir DIR [--policy FILE] [--out SIG]\n"
    "       rikstal-node policy sign --key KEY --policy FILE --network N --region R [--region R]\n"
    "                                [--out SIG]\n"
    "       rikstal-node policy install FILE [SIG...] --dir DIR\n";

const char policy_signed_help[] =
    "  check     is FILE a policy? Names the first thing that is wrong. With --dir also who has\n"
    "            signed it and whether the node would take it up (default: DIR/policy.json)\n"
    "  sign      the national policy key, or the key of a region's data-protection officer, signs\n"
    "            FILE for these regions. Read it first: `policy show FILE`. Prints lines that go\n"
    "            to the node; they are not secret. Keys are made by `rikstal keys new --key KEY`\n"
    "            and named in the roster (`rikstal-coordinator roster policy-key`)\n"
    "  install   put FILE into the node's folder with the signatures of these files, or refuse\n"
    "            and change nothing. A changed policy that lies there without its signatures is\n"
    "            not taken up, and a node that starts with one answers nothing\n";

struct options {
    const char *dir;
    const char *key;
    const char *policy;
    const char *network;
    const char *out;
    const char *region[REGIONS_MAX];
    size_t n_regions;
    size_t n_words;
    char **word;
};

bool policy_signed_verb(const char *verb)
{
    return strcmp(verb, "check") == 0 || strcmp(verb, "sign") == 0 || strcmp(verb, "install") == 0;
}

/* ---- a node's folder ------------------------------------------------------------------------- */

struct node {
    struct home home;
    struct roster *roster;
};

static bool node_open(const char *dir, struct node *node, struct err *err)
{
    char roots_path[HOME_PATH_BYTES], roster_path[HOME_PATH_BYTES];
    struct root_keys roots;

    if (!home_read(dir, &node->home, err) || !home_path(&node->home, "roots", roots_path, err) ||
        !home_path(&node->home, "roster", roster_path, err))
        return false;
    if (root_keys_read(roots_path, &roots, err) &&
        roster_read(roster_path, &roots, node->home.network, 0, &node->roster, err))
        return true;
    return err_wrap(err, "who must sign is in the roster (`rikstal-node enrol`): ");
}

/* ---- check ----------------------------------------------------------------------------------- */

static void print_vote(const char *whose, const struct policy_vote *vote)
{
    char hex[2 * KEY_BYTES + 1];

    if (!vote->needed)
        return;
    hex_write(vote->key.b, KEY_BYTES, hex);
    if (vote->given)
        printf("signed by %s %.16s\n", whose, hex);
    else
        printf("%s\n", vote->why.text);
}

static void print_approval(const struct node *node, const struct policy_approval *approval)
{
    char whose[64];

    snprintf(whose, sizeof(whose), "the policy key of node %.32s", node->home.node);
    print_vote("the national policy key", &approval->national);
    print_vote(whose, &approval->officer);
    if (policy_approval_is_free(approval))
        printf("roster version %llu names no policy key: an unsigned policy is taken up\n",
               (unsigned long long)roster_version(node->roster));
}

static bool would_be_taken(const struct signed_policy *read, const struct node *node,
                           struct err *err)
{
    struct policy_approval approval;
    bool same;

    signed_policy_look(read, &node->home, node->roster, &approval);
    print_approval(node, &approval);
    if (!signed_policy_holds(read, &node->home, node->roster, err) ||
        !policy_follows(&node->home, read->policy, &same, err))
        return err_wrap(err, "not taken up: ");
    puts(same ? "it is the one in force" : "it would be taken up");
    return true;
}

static bool check_at(const struct options *o, struct err *err)
{
    char policy[HOME_PATH_BYTES], signatures[HOME_PATH_BYTES];
    struct signed_policy read;
    struct node node = {0};
    const char *path = o->n_words ? o->word[0] : policy;

    if (!node_open(o->dir, &node, err))
        return false;
    bool good = home_path(&node.home, "policy.json", policy, err) &&
                home_path(&node.home, "policy.sig", signatures, err) &&
                signed_policy_read(path, signatures, &read, err);

    if (good) {
        printf("%s: version %llu, budget window %s: in order\n", path,
               (unsigned long long)policy_version(read.policy), policy_window(read.policy));
        good = would_be_taken(&read, &node, err);
        signed_policy_clear(&read);
    }
    roster_free(node.roster);
    return good;
}

static bool check(const struct options *o, struct err *err)
{
    struct policy *policy;

    if (o->n_words > 1 || (o->n_words == 0 && !o->dir))
        return err_set(err, ERR_INVALID, "check takes a FILE, or --dir");
    if (o->dir)
        return check_at(o, err);
    if (!policy_read(o->word[0], &policy, err))
        return false;
    printf("%s: version %llu, budget window %s: in order\n", o->word[0],
           (unsigned long long)policy_version(policy), policy_window(policy));
    policy_free(policy);
    return true;
}

/* ---- sign ------------------------------------------------------------------------------------ */

/* One line for each region. */
static bool sign_all(const struct options *o, const struct policy *policy,
                     const struct secret_key *key, struct bytes *text, struct err *err)
{
    struct policy_subject subject = {.network = o->network,
                                     .hash = policy_hash(policy),
                                     .version = policy_version(policy),
                                     .window = policy_window(policy)};
    struct arena *arena = arena_new(ARENA_BYTES);
    bool signed_all = arena || err_memory(err);
    const char *line;

    for (size_t i = 0; signed_all && i < o->n_regions; i++) {
        subject.node = o->region[i];
        signed_all = policy_signature_make(&subject, key, arena, &line, err);
        if (signed_all)
            bytes_add_text(text, line);
    }
    arena_free(arena);
    return signed_all && (!text->failed || err_memory(err));
}

static bool put_out(const struct options *o, const struct bytes *text, struct err *err)
{
    if (o->out)
        return file_write(o->out, text->data, text->size, 0644, err);
    return (fwrite(text->data, 1, text->size, stdout) == text->size && fflush(stdout) == 0) ||
           err_set(err, ERR_INTERNAL, "cannot write the signature");
}

static void tell_signed(const struct options *o, const struct policy *policy,
                        const struct secret_key *key)
{
    char hex[2 * KEY_BYTES + 1];

    hex_write(secret_key_public(key)->b, KEY_BYTES, hex);
    fprintf(stderr,
            "rikstal-node policy: key %.16s signs version %llu, budget window %s, in network %s, "
            "for",
            hex, (unsigned long long)policy_version(policy), policy_window(policy), o->network);
    for (size_t i = 0; i < o->n_regions; i++)
        fprintf(stderr, " %s", o->region[i]);
    fputs("\n", stderr);
}

static bool sign_policy(const struct options *o, struct err *err)
{
    struct secret_key *key = NULL;
    struct policy *policy = NULL;
    struct bytes text = {0};
    bool done = policy_read(o->policy, &policy, err) && secret_key_read(o->key, &key, err) &&
                sign_all(o, policy, key, &text, err) && put_out(o, &text, err);

    if (done)
        tell_signed(o, policy, key);
    bytes_clear(&text);
    secret_key_free(key);
    policy_free(policy);
    return done;
}

/* For which node, from its folder or as it was said. */
static bool sign(struct options *o, struct err *err)
{
    char path[HOME_PATH_BYTES];
    struct home home;

    if (!o->key || o->n_words || (o->dir && (o->network || o->n_regions)) ||
        (!o->dir && (!o->policy || !o->network || !o->n_regions)))
        return err_set(err, ERR_INVALID,
                       "sign takes --key and --dir, or --key, --policy, --network and --region");
    if (!o->dir)
        return sign_policy(o, err);
    if (!home_read(o->dir, &home, err) || !home_path(&home, "policy.json", path, err))
        return false;
    o->network = home.network;
    o->region[o->n_regions++] = home.node;
    if (!o->policy)
        o->policy = path;
    return sign_policy(o, err);
}

/* ---- install --------------------------------------------------------------------------------- */

static bool install(const struct options *o, struct err *err)
{
    struct policy_delivery delivery;
    struct node node = {0};

    if (!o->dir || o->n_words < 1 || o->n_words > 1 + SIGNATURE_FILES_MAX)
        return err_set(err, ERR_INVALID, "install takes --dir, a FILE and at most %d SIG files",
                       SIGNATURE_FILES_MAX);
    delivery =
        (struct policy_delivery){o->word[0], (const char *const *)(o->word + 1), o->n_words - 1};
    if (!node_open(o->dir, &node, err))
        return false;
    bool installed = policy_install(&node.home, node.roster, &delivery, err);

    roster_free(node.roster);
    if (installed)
        fprintf(stderr,
                "rikstal-node policy: %s is installed; a running node takes it up with "
                "the next question\n",
                o->word[0]);
    return installed;
}

/* ---- command line ---------------------------------------------------------------------------- */

static bool region_take(struct options *o, const char *text, struct err *err)
{
    const struct region *region = region_by_text(text);

    if (!region)
        return err_set(err, ERR_INVALID, "no region \"%.32s\"; a county code is 01 to 25", text);
    if (o->n_regions == REGIONS_MAX)
        return err_set(err, ERR_INVALID, "at most %d regions", REGIONS_MAX);
    o->region[o->n_regions++] = region->code;
    return true;
}

static const struct option known[] = {{"dir", required_argument, NULL, 'd'},
                                      {"key", required_argument, NULL, 'k'},
                                      {"policy", required_argument, NULL, 'p'},
                                      {"network", required_argument, NULL, 'n'},
                                      {"region", required_argument, NULL, 'r'},
                                      {"out", required_argument, NULL, 'o'},
                                      {0}};

static bool option_take(struct options *o, int c, char **argv, struct err *err)
{
    switch (c) {
    case 'd':
        o->dir = optarg;
        return true;
    case 'k':
        o->key = optarg;
        return true;
    case 'p':
        o->policy = optarg;
        return true;
    case 'n':
        o->network = optarg;
        return true;
    case 'r':
        return region_take(o, optarg, err);
    case 'o':
        o->out = optarg;
        return true;
    default:
        return usage_option(argv, known, err);
    }
}

static bool run(int argc, char **argv, struct options *o, struct err *err)
{
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
        if (!option_take(o, c, argv, err))
            return false;
    o->n_words = (size_t)(argc - optind);
    o->word = argv + optind;
    if (strcmp(argv[0], "check") == 0)
        return check(o, err);
    return strcmp(argv[0], "sign") == 0 ? sign(o, err) : install(o, err);
}

int policy_signed_command(int argc, char **argv)
{
    struct options options = {0};
    struct err err;

    if (run(argc, argv, &options, &err))
        return EXIT_OK;
    fprintf(stderr, "rikstal-node policy: %s\n", err.text);
    return err_exit_code(&err);
}
