/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "coordinator/desk/bearer.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/json.h"
#include "proto/base/number.h"

#define PATH_ARENA_BYTES ((size_t)64 << 10)
#define LIST_BYTES_MOST ((size_t)1 << 20)

struct options {
    const char *state;
    const char *scope;
    long days;
    enum output_form form;
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"scope", OPTION_WORD, "WORD",
     "what the token opens: `read`, which asks no region and changes nothing (default), or `ask`",
     AT(scope), .words = bearer_scope_word, .verbs = "new"},
    {"days", OPTION_NUMBER, "D", "how long it holds (default: 90)", AT(days), .least = 1,
     .most = BEARER_DAYS_MAX, .verbs = "new"},
    OUTPUT_JSON_SPEC(struct options, "for `list`"),
    {"state", OPTION_PATH, "FILE", "the file of the desk, as for `rikstal page`", AT(state)},
};

enum { NEW, LIST, REVOKE };

static const struct option_words words[] = {
    [NEW] = {"new", "NAME", "one NAME", 1, 1,
             "make a token and print it; it is told once, and kept as its hash alone"},
    [LIST] = {"list", NULL, NULL, 0, 0,
              "number, name, scope, when each was made, ends and was used last"},
    [REVOKE] = {"revoke", "NUMBER", "one NUMBER", 1, 1, "end a token at once"},
};

const struct option_table scripts_table = {
    .command = "rikstal scripts",
    .about =
        "Tokens with which scripts use the desk of `rikstal page` over HTTP: parse, price, ask, "
        "read\n"
        "answers (schemas/desk.json). A token belongs to the desk's file; a desk that runs takes a "
        "new\n"
        "one, and refuses a revoked one, at the next request:\n"
        "\n"
        "  export RIKSTAL_TOKEN=$(rikstal scripts new notebook --scope ask)\n"
        "  curl -H \"Authorization: Bearer $RIKSTAL_TOKEN\" http://127.0.0.1:8490/api/v1/me\n"
        "\n"
        "Packages for Python and R that use it are in coordinator/clients.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
};

static bool make(struct history *history, const struct options *o, const char *name,
                 struct err *err)
{
    struct bearer_terms terms = {.name = name, .days = o->days};
    char token[BEARER_TEXT_BYTES];
    int64_t id;

    if (!bearer_scope_read(o->scope, &terms.scope, err) ||
        !bearer_new(history, &terms, token, &id, err))
        return false;
    puts(token);
    fprintf(stderr, "token %lld, for %ld days; it may %s\n", (long long)id, o->days,
            terms.scope == BEARER_ASK ? "read and ask" : "read");
    return true;
}

static void list_print(const cJSON *tokens)
{
    const cJSON *one;
    int64_t id;

    printf("number\tname\tscope\tcreated\texpires\tused\n");
    cJSON_ArrayForEach(one, tokens)
    {
        const char *used = json_text(one, "used");

        if (json_int(one, "id", &id))
            printf("%lld\t%s\t%s\t%s\t%s\t%s\n", (long long)id, json_text(one, "name"),
                   json_text(one, "scope"), json_text(one, "created"), json_text(one, "expires"),
                   used ? used : "never");
    }
}

static bool list(struct history *history, enum output_form form, struct err *err)
{
    struct bytes text = {0};
    cJSON *tokens = NULL;
    bool ok = history_tokens(history, &text, err) &&
              json_parse((const char *)text.data, text.size, LIST_BYTES_MOST, &tokens, err);

    if (ok && form == OUTPUT_JSON)
        ok = json_print(tokens, stdout, err);
    else if (ok)
        list_print(tokens);
    cJSON_Delete(tokens);
    bytes_clear(&text);
    return ok;
}

static bool revoke(struct history *history, const char *text, struct err *err)
{
    uint64_t id;
    bool found;

    if (!number_whole(text, strlen(text), INT64_MAX, &id))
        return err_set(err, ERR_INVALID, "`rikstal scripts list` has the numbers of the tokens");
    return history_token_revoke(history, (int64_t)id, &found, err) &&
           (found || err_set(err, ERR_INVALID,
                             "no token of this desk has this number; "
                             "`rikstal scripts list` has them"));
}

static bool scripts_run(const struct options *o, const struct arguments *arguments,
                        struct arena *arena, struct err *err)
{
    struct history *history = NULL;
    const char *path;
    bool ok = session_desk_file(o->state, arena, &path, err) && history_open(path, &history, err);

    if (ok && arguments->verb == NEW)
        ok = make(history, o, arguments->word[0], err);
    else if (ok && arguments->verb == LIST)
        ok = list(history, o->form, err);
    else if (ok)
        ok = revoke(history, arguments->word[0], err);
    history_close(history);
    return ok;
}

int scripts_command(int argc, char **argv)
{
    struct options options = {.scope = "read", .days = 90};
    struct arguments arguments;
    struct arena *arena;
    struct err err;
    int code;
    bool ok;

    if (!arguments_read(&scripts_table, argc, argv, &options, &arguments, &code))
        return code;
    umask(077); /* the file is the owner's */
    arena = arena_new(PATH_ARENA_BYTES);
    ok = arena ? scripts_run(&options, &arguments, arena, &err) : err_memory(&err);
    arena_free(arena);
    return ok ? EXIT_OK : arguments_failed(&scripts_table, &err);
}
