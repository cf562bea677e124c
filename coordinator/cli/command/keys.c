#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/cli/cli.h"
#include "coordinator/cli/output.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"

static const char help[] =
    "Usage: rikstal keys new [--key FILE]\n"
    "       rikstal keys show [--key FILE]\n"
    "\n"
    "Your signing key. `new` makes one (it replaces nothing) and prints its public half; `show`\n"
    "prints the public half of the one that is there: send it to the network's operator, who puts\n"
    "it into the roster (`rikstal-coordinator roster add-analyst`). The secret half never leaves\n"
    "its file, which only you may read.\n"
    "\n"
    "  --key FILE        (default: the configuration's, or ~/.config/rikstal/analyst.key)\n"
    "  --config FILE     configuration\n";

static void public_print(const struct secret_key *key)
{
    char hex[2 * KEY_BYTES + 1];

    hex_write(secret_key_public(key)->b, KEY_BYTES, hex);
    printf("rikstal-public-v1 %s\n", hex);
}

static bool folder_make(const char *path, struct arena *arena, struct err *err)
{
    const char *slash = strrchr(path, '/');
    const char *folder;

    if (!slash || slash == path)
        return true;
    folder = arena_strndup(arena, path, (size_t)(slash - path));
    return folder ? file_make_folder(folder, 0700, err) : err_set(err, ERR_INTERNAL, "no memory");
}

static bool keys_run(const struct session_options *options, const char *verb, struct err *err)
{
    struct session session;
    struct secret_key *key = NULL;
    bool ok;

    if (!session_open(options, &session, err))
        return false;
    ok = session.key_path || err_set(err, ERR_INVALID, "name --key FILE");
    if (ok && strcmp(verb, "new") == 0)
        ok = folder_make(session.key_path, session.arena, err) && secret_key_new(&key, err) &&
             secret_key_write(key, session.key_path, err);
    else
        ok = ok && secret_key_read(session.key_path, &key, err);
    if (ok)
        public_print(key);
    secret_key_free(key);
    session_close(&session);
    return ok;
}

int keys_command(int argc, char **argv)
{
    static const struct option known[] = {
        {"help", no_argument, NULL, 'h'}, OUTPUT_SESSION_OPTIONS, {0}};
    struct session_options session = {0};
    enum output_form form = OUTPUT_AUTO;
    const char *verb;
    struct err err;
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return EXIT_OK;
        }
        if (!output_option(c, &form, &session)) {
            err_set(&err, ERR_INVALID, "`rikstal keys --help` tells the options");
            return cli_failed("keys", &err);
        }
    }
    verb = optind + 1 == argc ? argv[optind] : "";
    if (strcmp(verb, "new") != 0 && strcmp(verb, "show") != 0) {
        err_set(&err, ERR_INVALID, "say `rikstal keys new` or `rikstal keys show`");
        return cli_failed("keys", &err);
    }
    return keys_run(&session, verb, &err) ? EXIT_OK : cli_failed("keys", &err);
}
