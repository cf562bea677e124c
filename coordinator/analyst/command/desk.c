/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal desk serve: a desk for the persons of one organisation, who log in at its provider.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/desk/desk.h"
#include "coordinator/desk/house.h"
#include "coordinator/http/listener.h"
#include "proto/base/arguments.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
#include "proto/base/program.h"
#include "proto/trust/keys.h"

struct options {
    const char *config;
};

static const struct option_spec specs[] = {
    {"config", OPTION_PATH, "FILE", "the desk's configuration (needed)",
     .at = offsetof(struct options, config)},
};

enum { SERVE, CHECK };

static const struct option_words words[] = {
    [SERVE] = {"serve", NULL, NULL, 0, 0, "serve until SIGTERM"},
    [CHECK] = {"check", NULL, NULL, 0, 0,
               "read the configuration and the keys, and say what is "
               "wrong; nothing is started"},
};

const struct option_table desk_table = {
    .command = "rikstal desk",
    .about =
        "The desk of an organisation: what `rikstal page` is for one person, for many, who log in "
        "at\n"
        "the organisation's identity provider (OpenID Connect). Each has questions, history and\n"
        "tokens of their own; the desk certifies each for at most 12 hours with the "
        "organisation's\n"
        "key, signs what they ask, and logs who asked. It listens on loopback, behind a proxy "
        "that\n"
        "ends TLS (deploy/runbook.md, \"A desk for an organisation\").",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "The configuration is an INI file; relative paths are beside it.\n"
        "  [desk]      address = https://desk.example.se   state = state   language = sv\n"
        "              listen = 127.0.0.1:8490   idle_minutes = 30   hours = 12\n"
        "  [network]   coordinator = http://127.0.0.1:8480   roots = roots\n"
        "              organisation = gms   key = organisation.key\n"
        "  [provider]  issuer = https://idp.example.se   client = rikstal-desk\n"
        "              secret = client.secret   scopes = openid profile   ca = ca.pem\n"
        "              mapping = mapping\n"
        "The mapping has a rule a line: id CLAIM, name CLAIM, require CLAIM is VALUE,\n"
        "role ROLE when CLAIM is VALUE, permit PERMIT when CLAIM is VALUE. The provider must\n"
        "send browsers back to ADDRESS/login/return.",
    .exits = "0 ok, 1 failure, 2 usage or a mistake in the configuration.",
};

static bool serve(const struct house_conf *conf, const sigset_t *signals, struct err *err)
{
    struct listener_options listen = {.listen = conf->listen,
                                      .answer = house_answer,
                                      .body_bytes = DESK_BODY_BYTES,
                                      .refuse = desk_refuse};
    struct listener *listener = NULL;
    struct house *house = NULL;
    int number;
    bool ok = file_make_folder(conf->state, 0700, err) && house_open(conf, fetch_run, &house, err);

    listen.owner = house;
    ok = ok && listener_open(&listen, &listener, err);
    if (ok) {
        printf("Desk: %s (port %u)\n", conf->address, listener_port(listener));
        fflush(stdout);
        sigwait(signals, &number);
        house_stop(house);
    }
    listener_close(listener);
    house_close(house);
    return ok;
}

/* What the configuration names can be read; the roster is asked for at the first log-in. */
static bool keys_check(const struct house_conf *conf, struct err *err)
{
    struct secret_key *key = NULL;
    struct root_keys roots;
    bool ok = secret_key_read(conf->key, &key, err) && root_keys_read(conf->roots, &roots, err);

    secret_key_free(key);
    return ok;
}

int desk_command(int argc, char **argv)
{
    struct options options = {NULL};
    struct arguments arguments;
    struct house_conf conf;
    sigset_t signals;
    struct err err;
    int code;
    bool ok;

    if (!arguments_read(&desk_table, argc, argv, &options, &arguments, &code))
        return code;
    program_hold_signals(&signals, 0);
    umask(077); /* keys, histories and receipts are the desk's */
    log_process_set("desk");
    ok = (options.config || err_set(&err, ERR_INVALID, "name the configuration with --config")) &&
         house_conf_read(options.config, &conf, &err);
    if (ok) {
        ok = keys_check(&conf, &err) && (arguments.verb == CHECK || serve(&conf, &signals, &err));
        house_conf_clear(&conf);
    }
    return ok ? EXIT_OK : arguments_failed(&desk_table, &err);
}
