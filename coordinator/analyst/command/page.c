/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal page: a desk for one person on 127.0.0.1, with the analyst's own key, and the browser.
 */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "coordinator/desk/desk.h"
#include "coordinator/desk/ticket.h"
#include "coordinator/http/listener.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/program.h"

#define PATH_ARENA_BYTES ((size_t)64 << 10)

extern char **environ;

struct options {
    struct session_options session;
    const char *state;
    const char *lang;
    long port;
    bool no_browser;
};

static const char *lang_word(size_t i)
{
    static const char *const words[] = {"sv", "en"};

    return i < sizeof(words) / sizeof(words[0]) ? words[i] : NULL;
}

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"port", OPTION_NUMBER, "N", "listen on this port of 127.0.0.1 (default: 0, any free one)",
     AT(port), .least = 0, .most = 65535},
    {"no-browser", OPTION_FLAG, NULL, "print the address alone", AT(no_browser)},
    {"lang", OPTION_WORD, "LANG", "in which language the page opens (default: sv)", AT(lang),
     .words = lang_word},
    {"state", OPTION_PATH, "FILE",
     "history, receipts and saved questions (default: $XDG_STATE_HOME/rikstal/desk.db, "
     "~/.local/state/rikstal/desk.db)",
     AT(state)},
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_KEY_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {{0}};

const struct option_table page_table = {
    .command = "rikstal page",
    .about =
        "A page to ask from, in your browser, served by this machine to itself: it parses, prices, "
        "signs\n"
        "with your key, asks, verifies every signature and adds up, as `rikstal ask` does. Nothing "
        "is\n"
        "fetched from anywhere but your coordinator. The printed address works once; it begins a\n"
        "session in the browser that opens it. The API beside the page is schemas/desk.json; "
        "scripts use "
        "it\n"
        "with a token (`rikstal scripts`).",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details = "It runs until Ctrl-C or SIGTERM.",
    .exits = "0 ok, 1 failure, 2 usage.",
};

/* A browser that does not start is no failure: the address is printed. */
static void browse(const char *address)
{
    static char program[] = "xdg-open";
    char *argv[] = {program, (char *)address, NULL};
    pid_t child;

    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
        return;
    if (posix_spawnp(&child, program, NULL, NULL, argv, environ) != 0)
        fprintf(stderr, "rikstal page: xdg-open does not start; open the address yourself\n");
}

static void tell_address(struct desk *desk, uint16_t port, bool browser)
{
    char token[TICKET_TEXT_BYTES], address[128];

    ticket_print(desk_tickets(desk), token);
    snprintf(address, sizeof(address), "http://127.0.0.1:%u/open/%s", port, token);
    printf("Page: %s\n", address);
    fflush(stdout);
    if (browser)
        browse(address);
}

static bool serve(const struct options *o, const sigset_t *signals, struct err *err)
{
    const struct desk_options options = {
        .session = o->session, .state = o->state, .language = o->lang};
    struct listener_options listen = {
        .answer = desk_answer, .body_bytes = DESK_BODY_BYTES, .refuse = desk_refuse};
    struct listener *listener = NULL;
    struct desk *desk = NULL;
    char address[32];
    int number;
    bool ok;

    snprintf(address, sizeof(address), "127.0.0.1:%ld", o->port);
    if (!desk_open(&options, &desk, err))
        return false;
    listen.listen = address;
    listen.owner = desk;
    ok = listener_open(&listen, &listener, err);
    if (ok) {
        tell_address(desk, listener_port(listener), !o->no_browser);
        sigwait(signals, &number);
        desk_stop(desk);
    }
    listener_close(listener);
    desk_close(desk);
    return ok;
}

int page_command(int argc, char **argv)
{
    struct options options = {.lang = "sv"};
    struct arguments arguments;
    struct session session;
    struct arena *arena;
    sigset_t signals;
    struct err err;
    int code;
    bool ok;

    if (!arguments_read(&page_table, argc, argv, &options, &arguments, &code))
        return code;
    program_hold_signals(&signals, 0);
    umask(077); /* history and receipts are the owner's */
    arena = arena_new(PATH_ARENA_BYTES);
    ok = (arena || err_memory(&err)) && session_open(&options.session, &session, &err);
    if (ok)
        session_close(&session); /* the configuration can be read */
    ok = ok && session_desk_file(options.state, arena, &options.state, &err) &&
         serve(&options, &signals, &err);
    arena_free(arena);
    return ok ? EXIT_OK : arguments_failed(&page_table, &err);
}
