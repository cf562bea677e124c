/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy sign, install, check: the officer signs a policy where the key is, the node's operator
 * installs it with all signatures, and anybody at the node looks whether it would be taken up.
 */
#include "node/command/policy_signed.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/command/commands.h"
#include "node/keeper/policy_install.h"
#include "node/keeper/signed_policy.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/query/region.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"

#define ARENA_BYTES ((size_t)8 << 20)

/* ---- a node's folder ------------------------------------------------------------------------- */

struct signed_node {
    struct home home;
    struct roster *roster;
};

static bool node_open(const char *dir, struct signed_node *node, struct err *err)
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
    bytes_to_hex(vote->key.b, KEY_BYTES, hex);
    if (vote->given)
        printf("signed by %s %.16s\n", whose, hex);
    else
        printf("%s\n", vote->why.text);
}

static void print_approval(const struct signed_node *node, const struct policy_approval *approval)
{
    char whose[64];

    snprintf(whose, sizeof(whose), "the policy key of node %.32s", node->home.node);
    print_vote("the national policy key", &approval->national);
    print_vote(whose, &approval->officer);
    if (policy_approval_is_free(approval))
        printf("roster version %llu names no policy key: an unsigned policy is taken up\n",
               (unsigned long long)roster_version(node->roster));
}

static bool would_be_taken(const struct signed_policy *read, const struct signed_node *node,
                           struct err *err)
{
    struct policy_approval approval;
    bool same;

    signed_policy_look(read, &node->home, node->roster, &approval);
    print_approval(node, &approval);
    if (!signed_policy_holds(read, &node->home, node->roster, err) ||
        !policy_install_follows(&node->home, read->policy, &same, err))
        return err_wrap(err, "not taken up: ");
    puts(same ? "it is the one in force" : "it would be taken up");
    return true;
}

static bool check_at(const struct policy_signed_options *o, struct err *err)
{
    char policy[HOME_PATH_BYTES], signatures[HOME_PATH_BYTES];
    struct signed_policy read;
    struct signed_node node = {0};
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

static bool check(const struct policy_signed_options *o, struct err *err)
{
    struct policy *policy;

    if (o->n_words == 0 && !o->dir)
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
static bool sign_all(const struct policy_signed_options *o, const struct policy *policy,
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

static bool put_out(const struct policy_signed_options *o, const struct bytes *text,
                    struct err *err)
{
    if (o->out)
        return file_write(o->out, text->data, text->size, 0644, err);
    return (fwrite(text->data, 1, text->size, stdout) == text->size && fflush(stdout) == 0) ||
           err_set(err, ERR_INTERNAL, "cannot write the signature");
}

static void tell_signed(const struct policy_signed_options *o, const struct policy *policy,
                        const struct secret_key *key)
{
    char hex[2 * KEY_BYTES + 1];

    bytes_to_hex(secret_key_public(key)->b, KEY_BYTES, hex);
    fprintf(stderr,
            "rikstal-node policy: key %.16s signs version %llu, budget window %s, in network %s, "
            "for",
            hex, (unsigned long long)policy_version(policy), policy_window(policy), o->network);
    for (size_t i = 0; i < o->n_regions; i++)
        fprintf(stderr, " %s", o->region[i]);
    fputs("\n", stderr);
}

static bool sign_policy(const struct policy_signed_options *o, struct err *err)
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
static bool sign(struct policy_signed_options *o, struct err *err)
{
    char path[HOME_PATH_BYTES];
    struct home home;

    if ((o->dir && (o->network || o->n_regions)) ||
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

static bool install(const struct policy_signed_options *o, struct err *err)
{
    struct policy_delivery delivery;
    struct signed_node node = {0};

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

bool policy_signed_region(const char *text, void *options, struct err *err)
{
    const struct region *region = region_by_text(text);
    struct policy_signed_options *o = options;

    assert(text && options);
    if (!region)
        return err_set(err, ERR_INVALID, "no region \"%.32s\"; a county code is 01 to 25", text);
    if (o->n_regions == POLICY_REGIONS_MAX)
        return err_set(err, ERR_INVALID, "at most %d regions", POLICY_REGIONS_MAX);
    o->region[o->n_regions++] = region->code;
    return true;
}

bool policy_signed_run(struct policy_signed_options *options, const struct arguments *arguments,
                       struct err *err)
{
    assert(options && arguments && arguments->verb < POLICY_SIGNED_VERBS);
    options->n_words = arguments->n;
    options->word = arguments->word;
    if (arguments->verb == POLICY_CHECK)
        return check(options, err);
    return arguments->verb == POLICY_SIGN ? sign(options, err) : install(options, err);
}
