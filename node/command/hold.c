/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hold: the questions that the policy keeps back until a person has looked at them. It reads and
 * writes files in DIR/held; the keeper puts a decision in force with its leaf in the audit log.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "node/command/command.h"
#include "node/command/usage.h"
#include "node/keeper/hold.h"
#include "node/keeper/home.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/base/json.h"

#define ARENA_BYTES ((size_t)1 << 20)
#define FILE_BYTES_MAX ((size_t)256 << 10)

static const char help[] =
    "Usage: rikstal-node hold list --dir DIR [--json]\n"
    "       rikstal-node hold show ID --dir DIR [--json]\n"
    "       rikstal-node hold approve ID --dir DIR\n"
    "       rikstal-node hold deny ID --dir DIR\n\n"
    "A rule of the policy with \"decision\": \"hold\" keeps its questions back. The asker is told\n"
    "\"held\" and pays nothing; once a question is approved it is answered when it is asked "
    "again,\n"
    "by anybody of the same organisation in the same role, for the same purpose, permit and\n"
    "disease, in the same mode and with the same sigma. A decision counts\n"
    "from its leaf in the audit log on, which a running node writes within seconds, and until\n"
    "another one. No figure can be seen here: nothing is computed before a question is "
    "approved.\n\n"
    "  list      every question that was held: ID, state, when, who, purpose, question\n"
    "  show      one of them in words; the first digits of its ID are enough\n"
    "  approve   let it be answered\n"
    "  deny      the asker is told that a person declined it\n\n"
    "Exit codes: 0 ok, 1 failure, 2 usage or no such question.\n";

struct request {
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
        if (json_int(object, "sigma", &sigma))
            printf("%-14s%lld\n", "sigma", (long long)sigma);
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

static bool run(struct request *request, int n, char **words, struct err *err)
{
    char name[HOLD_NAME_BYTES];

    if (n == 1)
        return hold_list(&request->home, print_line, request, err);
    if (!hold_find(&request->home, words[1], name, err))
        return false;
    if (strcmp(words[0], "show") == 0)
        return print_page(request, name, err);
    return decide(request, name, strcmp(words[0], "approve") == 0, err);
}

/* Is it a line that run() can follow? */
static bool is_right(int n, char **words, const char *dir, struct err *err)
{
    static const char *const verbs[] = {"list", "show", "approve", "deny", NULL};
    size_t verb = 0;

    while (n > 0 && verbs[verb] && strcmp(words[0], verbs[verb]) != 0)
        verb++;
    if (n == 0 || !verbs[verb])
        return usage_verb(n ? words[0] : NULL, verbs, err);
    if (n != (verb == 0 ? 1 : 2))
        return err_set(err, ERR_INVALID, verb == 0 ? "%s takes no ID" : "%s takes one ID",
                       verbs[verb]);
    return dir || err_set(err, ERR_INVALID, "--dir DIR is needed");
}

static int failed(const struct err *err)
{
    fprintf(stderr, "rikstal-node hold: %s\n", err->text);
    return err_exit_code(err);
}

int hold_command(int argc, char **argv)
{
    static const struct option options[] = {{"dir", required_argument, NULL, 'd'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    struct request request = {0};
    const char *dir = NULL;
    struct err err;
    bool done;

    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'h')
            return fputs(help, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
        if (c == 'd')
            dir = optarg;
        else if (c == 'j')
            request.json = true;
        else if (!usage_option(argv, options, &err))
            return failed(&err);
    }
    if (!is_right(argc - optind, argv + optind, dir, &err))
        return failed(&err);
    request.arena = arena_new(ARENA_BYTES);
    done = request.arena ? home_read(dir, &request.home, &err) &&
                               run(&request, argc - optind, argv + optind, &err)
                         : err_memory(&err);
    arena_free(request.arena);
    return done ? EXIT_OK : failed(&err);
}
