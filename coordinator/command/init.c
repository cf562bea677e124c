/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/command/commands.h"
#include "coordinator/command/draft.h"
#include "coordinator/command/folder.h"
#include "coordinator/command/witnesses.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/file.h"
#include "proto/trust/roster.h"
#include "proto/trust/x509.h"

#define HOSTS_MAX 16

struct options {
    const char *dir;
    const char *network;
    const char *root_dir;
    const char *host[HOSTS_MAX];
    size_t n_hosts;
    long roots;
    long needed;
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "C", "the coordinator's folder; made when it is not there", AT(dir),
     .needed = OPTION_ALWAYS},
    {"network", OPTION_TEXT, "N", "the network's name; part of every signature (default: rikstal)",
     AT(network)},
    {"host", OPTION_TEXTS, "NAME",
     "DNS name or address by which nodes reach this coordinator (default: localhost and "
     "127.0.0.1)",
     AT(host), .count_at = offsetof(struct options, n_hosts), .most = HOSTS_MAX},
    {"root-dir", OPTION_PATH, "R",
     "where the root signing keys and the key of the certificate authority go (default: C.root, "
     "beside C); not in C: the running coordinator needs none of them and refuses to start when it "
     "can read them. Keep them offline",
     AT(root_dir)},
    {"roots", OPTION_NUMBER, "N", "how many root keys (default: 1)", AT(roots), .least = 1,
     .most = ROOT_KEYS_MAX},
    {"needed", OPTION_NUMBER, "K",
     "how many of them must sign a roster (default: all but a third, at least 1)", AT(needed),
     .least = 1, .most = ROOT_KEYS_MAX},
};

static const struct option_words words[] = {{0}};

const struct option_table init_table = {
    .command = "rikstal-coordinator init",
    .about = "Make a new network: its root keys, its certificate authority, the coordinator's own\n"
             "certificate, and version 1 of the roster, which is empty.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "Files in C: roots (public root keys), roster, tls/ca.crt, tls/coordinator.key and .crt,\n"
        "witness.key (cosigns the nodes' audit logs), state.db and witness/ (made by serve).\n"
        "Files in R: root-1.key …, ca.key.\n"
        "Next: `rikstal-coordinator serve --dir C`, and `enrol` for every node's request;\n"
        "`renew` within 90 days.",
    .exits = "0 ok, 1 failure, 2 usage, or a network that is there.",
};

static bool needed_settle(struct options *o, struct err *err)
{
    if (o->needed == 0)
        o->needed = o->roots - o->roots / 3;
    return o->needed <= o->roots ||
           err_set(err, ERR_INVALID, "--needed takes 1 to the number of roots");
}

static bool text_write(const char *dir, const char *name, const char *text, mode_t mode,
                       struct err *err)
{
    char path[PATH_MAX];

    return folder_path(dir, name, path, err) && file_write(path, text, strlen(text), mode, err);
}

static bool tls_make(const struct options *o, const char *root_dir, struct arena *arena,
                     struct err *err)
{
    static const char *const usual[] = {"localhost", "127.0.0.1"};
    const char *const *hosts = o->n_hosts ? o->host : usual;
    size_t n_hosts = o->n_hosts ? o->n_hosts : 2;
    struct x509_pair ca, own;
    char uri[X509_URI_MAX];

    return x509_uri(o->network, NULL, uri, err) && x509_ca_new(o->network, arena, &ca, err) &&
           x509_server_new(&ca, (struct x509_names){uri, hosts, n_hosts}, arena, &own, err) &&
           text_write(root_dir, "ca.key", ca.key, 0600, err) &&
           text_write(o->dir, "tls/ca.crt", ca.cert, 0644, err) &&
           text_write(o->dir, "tls/coordinator.key", own.key, 0600, err) &&
           text_write(o->dir, "tls/coordinator.crt", own.cert, 0644, err);
}

static bool root_make(const char *folder, long i, struct root_keys *roots, struct err *err)
{
    struct secret_key *key;
    char path[PATH_MAX];
    bool ok;

    if (snprintf(path, sizeof(path), "%s/root-%ld.key", folder, i) >= (int)sizeof(path))
        return err_set(err, ERR_INVALID, "the path %s is too long", folder);
    if (!secret_key_new(&key, err))
        return false;
    roots->keys[roots->n++] = *secret_key_public(key);
    ok = secret_key_write(key, path, err);
    secret_key_free(key);
    return ok;
}

static bool roots_make(const struct options *o, const char *folder, struct err *err)
{
    struct root_keys roots = {.needed = (uint32_t)o->needed};
    char path[PATH_MAX];

    for (long i = 1; i <= o->roots; i++)
        if (!root_make(folder, i, &roots, err))
            return false;
    return folder_path(o->dir, "roots", path, err) && root_keys_write(&roots, path, err);
}

static bool roster_make(const struct options *o, const char *folder, struct err *err)
{
    struct root_dirs dirs = {.n = 1, .dir = {folder}};
    struct draft *draft;
    uint32_t missing;
    bool ok;

    if (!draft_new(o->dir, o->network, &draft, err))
        return false;
    ok = witnesses_keep(draft, err) && draft_sign(draft, &dirs, &missing, err);
    draft_close(draft);
    return ok;
}

/* Must not be in the folder that `serve` may read. */
static bool root_folder_make(const struct options *o, char folder[static PATH_MAX], struct err *err)
{
    char own[PATH_MAX], made[PATH_MAX];
    size_t size;

    if (o->root_dir) {
        if (snprintf(folder, PATH_MAX, "%s", o->root_dir) >= PATH_MAX)
            return err_set(err, ERR_INVALID, "the path of the root folder is too long");
    } else if (!folder_root_dir(o->dir, folder, err)) {
        return false;
    }
    if (!file_make_folder(folder, 0700, err))
        return false;
    if (!realpath(o->dir, own) || !realpath(folder, made))
        return err_set(err, ERR_INTERNAL, "%s: %s", folder, strerror(errno));
    size = strlen(own);
    return strncmp(made, own, size) != 0 || (made[size] && made[size] != '/') ||
           err_set(err, ERR_INVALID,
                   "the root folder %.100s lies in %.80s, which `serve` may read; choose another",
                   made, own);
}

static bool network_make(const struct options *o, struct arena *arena, struct err *err)
{
    char folder[PATH_MAX], tls[PATH_MAX], roster[PATH_MAX];

    if (!folder_path(o->dir, "roster", roster, err) || !folder_path(o->dir, "tls", tls, err))
        return false;
    if (file_exists(roster))
        return err_set(err, ERR_INVALID, "%s is there: this network has been made already", roster);
    return file_make_folder(o->dir, 0755, err) && root_folder_make(o, folder, err) &&
           file_make_folder(tls, 0700, err) && tls_make(o, folder, arena, err) &&
           roots_make(o, folder, err) && roster_make(o, folder, err);
}

int init_command(int argc, char **argv)
{
    struct options options = {.network = "rikstal", .roots = 1};
    struct arguments arguments;
    struct arena *arena;
    struct err err;
    int code;
    bool ok;

    if (!arguments_read(&init_table, argc, argv, &options, &arguments, &code))
        return code;
    arena = arena_new((size_t)4 << 20);
    ok = arena ? needed_settle(&options, &err) && network_make(&options, arena, &err)
               : err_memory(&err);
    arena_free(arena);
    if (!ok)
        return arguments_failed(&init_table, &err);
    fprintf(stderr, "network \"%s\" is made in %s; next: rikstal-coordinator serve --dir %s\n",
            options.network, options.dir, options.dir);
    return EXIT_OK;
}
