/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node enrol: take in the coordinator's answer to the enrolment request.
 *
 * Everything is checked before anything is written: that the response is for this node's keys, that
 * the certificate fits and holds, that the root keys sign the roster and the roster has our key. A
 * node that has root keys keeps them: whoever could replace them could replace the network.
 */
#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "node/command/commands.h"
#include "node/keeper/home.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/trust/enrolment.h"
#include "proto/trust/keys.h"
#include "proto/trust/roster.h"
#include "proto/trust/x509.h"

#define ARENA_BYTES ((size_t)16 << 20)

struct enrol {
    const char *dir;
    const char *response_path;
    struct home home;
    struct arena *arena;
    struct enrolment_response response;
    struct root_keys roots;
    struct roster *roster;
    struct err err;
};

/* Is it this node's, by name and by signing key? */
static bool ours_check(struct enrol *enrol)
{
    const struct enrolment_response *r = &enrol->response;
    char path[HOME_PATH_BYTES];
    struct public_key key;

    if (strcmp(r->region, enrol->home.node) != 0 || strcmp(r->network, enrol->home.network) != 0)
        return err_set(&enrol->err, ERR_DENIED,
                       "the response is for region %.32s in the network %.64s, this node is region "
                       "%s in the network %s",
                       r->region, r->network, enrol->home.node, enrol->home.network);
    if (!home_path(&enrol->home, "keys/node.pub", path, &enrol->err) ||
        !public_key_read(path, &key, &enrol->err))
        return false;
    return public_key_same(&key, &r->key) ||
           err_set(&enrol->err, ERR_DENIED,
                   "the response was made for another node key than this node's; send the present "
                   "enrolment request again");
}

static bool certificate_check(struct enrol *enrol)
{
    char path[HOME_PATH_BYTES];
    struct x509_pair pair;
    uint8_t *key;
    size_t size;

    if (!home_path(&enrol->home, "tls/node.key", path, &enrol->err) ||
        !file_read(path, X509_PEM_MAX, enrol->arena, &key, &size, &enrol->err))
        return false;
    pair = (struct x509_pair){.key = (const char *)key, .cert = enrol->response.certificate};
    return x509_check(&pair, enrol->response.ca, clock_wall_s(), &enrol->err) ||
           err_wrap(&enrol->err, "the response's certificate: ");
}

/* The root keys that hold: those we have, which the response may only repeat, or the first ones. */
static bool roots_check(struct enrol *enrol)
{
    char path[HOME_PATH_BYTES];
    struct root_keys known;

    if (!root_keys_parse(enrol->response.roots, &enrol->roots, &enrol->err) ||
        !home_path(&enrol->home, "roots", path, &enrol->err))
        return false;
    if (!file_exists(path))
        return true;
    if (!root_keys_read(path, &known, &enrol->err))
        return false;
    if (known.n != enrol->roots.n || known.needed != enrol->roots.needed ||
        memcmp(known.keys, enrol->roots.keys, known.n * sizeof(known.keys[0])) != 0)
        return err_set(&enrol->err, ERR_DENIED,
                       "the response has other root keys than %s; root keys are not replaced by "
                       "enrolment",
                       path);
    return true;
}

/* Signed, of this network, not older than the one we have, and with our key in it. */
static bool roster_check(struct enrol *enrol)
{
    const struct enrolment_response *r = &enrol->response;
    char path[HOME_PATH_BYTES];
    struct roster *known = NULL;
    struct public_key found;
    uint64_t version_min = 0;
    struct key_id id;

    if (!home_path(&enrol->home, "roster", path, &enrol->err))
        return false;
    if (file_exists(path)) {
        if (!roster_read(path, &enrol->roots, enrol->home.network, 0, &known, &enrol->err))
            return false;
        version_min = roster_version(known);
        roster_free(known);
    }
    if (!roster_open((struct bytes_view){r->roster, r->roster_size}, &enrol->roots,
                     enrol->home.network, version_min, &enrol->roster, &enrol->err))
        return false;
    public_key_id(&r->key, &id);
    return roster_node_key(enrol->roster, enrol->home.node, &id, clock_wall_s(), &found,
                           &enrol->err);
}

static bool put(struct enrol *enrol, const char *name, const void *data, size_t size)
{
    char path[HOME_PATH_BYTES];

    return home_path(&enrol->home, name, path, &enrol->err) &&
           file_write(path, data, size, 0644, &enrol->err);
}

static bool response_install(struct enrol *enrol)
{
    const struct enrolment_response *r = &enrol->response;

    return put(enrol, "roots", r->roots, strlen(r->roots)) &&
           put(enrol, "roster", r->roster, r->roster_size) &&
           put(enrol, "tls/ca.crt", r->ca, strlen(r->ca)) &&
           put(enrol, "tls/node.crt", r->certificate, strlen(r->certificate));
}

static bool enrol_run(struct enrol *enrol)
{
    uint8_t *data;
    size_t size;

    enrol->arena = arena_new(ARENA_BYTES);
    if (!enrol->arena)
        return err_memory(&enrol->err);
    if (!home_read(enrol->dir, &enrol->home, &enrol->err))
        return false;
    if (!file_read(enrol->response_path, ENROLMENT_BYTES_MAX, enrol->arena, &data, &size,
                   &enrol->err))
        return false;
    if (!enrolment_response_parse((const char *)data, size, enrol->arena, &enrol->response,
                                  &enrol->err))
        return err_wrap(&enrol->err, "%s: ", enrol->response_path);
    return ours_check(enrol) && certificate_check(enrol) && roots_check(enrol) &&
           roster_check(enrol) && response_install(enrol);
}

#define AT(member) .at = offsetof(struct enrol, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder, made by `rikstal-node init`", AT(dir),
     .needed = OPTION_ALWAYS},
};

static const struct option_words words[] = {
    {NULL, "RESPONSE.json", "one RESPONSE.json", 1, 1, NULL}};

const struct option_table enrol_table = {
    .command = "rikstal-node enrol",
    .about =
        "Take in what the coordinator's operator made of DIR/enrolment-request.json: the\n"
        "certificate for the link, the network's certificate authority and root keys, and the\n"
        "roster. Refuses a response that was made for other keys. Run it again with a new\n"
        "response to renew the certificate; root keys do not change that way.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage, or a response that does not fit, 4 refused.",
};

int enrol_command(int argc, char **argv)
{
    struct enrol enrol = {0};
    struct arguments arguments;
    int code;

    if (!arguments_read(&enrol_table, argc, argv, &enrol, &arguments, &code))
        return code;
    assert(enrol.dir && arguments.n == 1);
    enrol.response_path = arguments.word[0];
    code = EXIT_OK;
    if (enrol_run(&enrol))
        fprintf(stderr, "rikstal-node enrol: region %s is a member of %s, roster version %llu\n",
                enrol.home.node, enrol.home.network,
                (unsigned long long)roster_version(enrol.roster));
    else
        code = arguments_failed(&enrol_table, &enrol.err);
    roster_free(enrol.roster);
    arena_free(enrol.arena);
    return code;
}
