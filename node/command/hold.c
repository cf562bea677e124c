/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hold: the questions that the policy keeps back until a person has looked at them. It reads and
 * writes files in DIR/held; the keeper puts a decision in force with its leaf in the audit log.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/command/commands.h"
#include "node/keeper/hold.h"
#include "node/keeper/home.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/file.h"
#include "proto/base/json.h"

#define ARENA_BYTES ((size_t)1 << 20)
#define FILE_BYTES_MAX ((size_t)256 << 10)

enum { LIST, SHOW, APPROVE, DENY };

struct request {
    const char *dir;
    struct home home;
    struct arena *arena;
    bool json;
};

static const char *state_word(const struct home *home, const char *name, enum hold_state state)
{
    char path[HOME_PATH_BYTES];
    struct err ignored;

    if (hold_path(home, name, "decision", path, &ignored) && file_exists(path))
        return "decided"; /* the node has not taken it up yet */
    return state == HOLD_APPROVED ? "approved" : state == HOLD_DENIED ? "denied" : "waiting";
}

static bool read_question(struct request *request, const char *name, cJSON **object,
                          struct err *err)
{
    char path[HOME_PATH_BYTES];
    uint8_t *data;
    size_t size;

    return hold_path(&request->home, name, "json", path, err) &&
           file_read(path, FILE_BYTES_MAX, request->arena, &data, &size, err) &&
           json_parse((const char *)data, size, FILE_BYTES_MAX, object, err);
}

static const char *text(const cJSON *object, const char *name)
{
    const char *value = json_text(object, name);

    return value ? value : "";
}

static bool print_json(cJSON *object, const char *state, struct err *err)
{
    bool ok = true;
    char *line;

    json_put_text(object, "state", state, &ok);
    line = ok ? cJSON_PrintUnformatted(object) : NULL;
    if (!line)
        return err_memory(err);
    puts(line);
    cJSON_free(line);
    return true;
}

static bool print_line(void *of, const char *name, enum hold_state state, struct err *err)
{
    struct request *request = of;
    const char *word = state_word(&request->home, name, state);
    bool ok = true;
    cJSON *object;

    if (!read_question(request, name, &object, err))
        return false;
    if (request->json)
        ok = print_json(object, word, err);
    else
        printf("%.12s  %-8s  %s  %s %s  %s  %s %s  %s\n", name, word, text(object, "asked"),
               text(object, "organisation"), text(object, "analyst"), text(object, "purpose"),
               text(object, "measure"), text(object, "mode"), text(object, "question"));
    cJSON_Delete(object);
    arena_clear(request->arena);
    return ok;
}

static bool print_page(struct request *request, const char *name, struct err *err)
{
    static const char *const members[] = {"asked",   "organisation", "analyst", "role",
                                          "purpose", "permit",       "dataset", "measure",
                                          "disease", "mode",         "question"};
    char path[HOME_PATH_BYTES];
    enum hold_state state = HOLD_WAITING;
    struct err ignored;
    cJSON *object;
    static const char *const sigmas[] = {"sigma", "sigma_undetermined", "sigma_total"};
    int64_t sigma = 0;

    if (!read_question(request, name, &object, err))
        return false;
    if (hold_path(&request->home, name, "approved", path, &ignored) && file_exists(path))
        state = HOLD_APPROVED;
    else if (hold_path(&request->home, name, "denied", path, &ignored) && file_exists(path))
        state = HOLD_DENIED;
    bool ok = true;

    if (request->json) {
        ok = print_json(object, state_word(&request->home, name, state), err);
    } else {
        printf("%-14s%s\n%-14s%s\n", "id", name, "state", state_word(&request->home, name, state));
        for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
            printf("%-14s%s\n", members[i], text(object, members[i]));
        for (size_t i = 0; i < sizeof(sigmas) / sizeof(sigmas[0]); i++)
            if (json_int(object, sigmas[i], &sigma))
                printf("%-14s%lld\n", sigmas[i], (long long)sigma);
        printf("\n%s\n%s", text(object, "figures"), text(object, "explain"));
    }
    cJSON_Delete(object);
    return ok;
}

static bool decide(struct request *request, const char *name, bool approve, struct err *err)
{
    if (!hold_decide(&request->home, name, approve, err))
        return false;
    printf("%s: %s; the node takes it up within seconds\n", name, approve ? "approved" : "denied");
    return true;
}

#define AT(member) .at = offsetof(struct request, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"json", OPTION_FLAG, NULL, "list, show: one JSON object a line", AT(json)},
};

static const struct option_words words[] = {
    [LIST] = {"list", NULL, "no ID", 0, 0,
              "every question that was held: ID, state, when, who, purpose, question"},
    [SHOW] = {"show", "ID", "one ID", 1, 1,
              "one of them in words; the first digits of its ID are enough"},
    [APPROVE] = {"approve", "ID", "one ID", 1, 1, "let it be answered"},
    [DENY] = {"deny", "ID", "one ID", 1, 1, "the asker is told that a person declined it"},
};

const struct option_table hold_table = {
    .command = "rikstal-node hold",
    .about =
        "A rule of the policy with \"decision\": \"hold\" keeps its questions back. The asker is "
        "told\n"
        "\"held\" and pays nothing; once a question is approved it is answered when it is asked "
        "again,\n"
        "by anybody of the same organisation in the same role, for the same purpose, permit and\n"
        "disease, in the same mode and with the same sigma. A decision counts\n"
        "from its leaf in the audit log on, which a running node writes within seconds, and until\n"
        "another one. No figure can be seen here: nothing is computed before a question is "
        "approved.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage or no such question.",
};

static bool run(struct request *request, const struct arguments *arguments, struct err *err)
{
    char name[HOLD_NAME_BYTES];

    if (arguments->verb == LIST)
        return hold_list(&request->home, print_line, request, err);
    if (!hold_find(&request->home, arguments->word[0], name, err))
        return false;
    return arguments->verb == SHOW ? print_page(request, name, err)
                                   : decide(request, name, arguments->verb == APPROVE, err);
}

int hold_command(int argc, char **argv)
{
    struct request request = {0};
    struct arguments arguments;
    struct err err;
    bool done;
    int code;

    if (!arguments_read(&hold_table, argc, argv, &request, &arguments, &code))
        return code;
    assert(request.dir && arguments.verb <= DENY);
    assert((arguments.verb == LIST) == !arguments.n);
    request.arena = arena_new(ARENA_BYTES);
    done = request.arena
               ? home_read(request.dir, &request.home, &err) && run(&request, &arguments, &err)
               : err_memory(&err);
    arena_free(request.arena);
    return done ? EXIT_OK : arguments_failed(&hold_table, &err);
}
