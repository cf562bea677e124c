/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "coordinator/analyst/analyst.h"
#include "coordinator/analyst/output.h"
#include "coordinator/desk/handover.h"
#include "coordinator/desk/history.h"
#include "proto/base/arguments.h"
#include "proto/base/json.h"

struct options {
    const char *person, *purpose, *protocol, *lang, *state;
    const char *node[ROSTER_NODES_MAX];
    size_t n_nodes;
    bool question;
    enum output_form form;
    struct session_options session;
};

#define AT(member) .at = offsetof(struct options, member)

static const char *language_word(size_t i)
{
    static const char *const words[] = {"sv", "en"};

    return i < 2 ? words[i] : NULL;
}

static const struct option_spec specs[] = {
    {"node", OPTION_TEXTS, "R", "a region to write to, one that has a contact (`rikstal nodes`)",
     AT(node), .count_at = offsetof(struct options, n_nodes), .most = ROSTER_NODES_MAX,
     .needed = OPTION_ALWAYS},
    {"person", OPTION_TEXT, "TEXT", "who asks, and how to reply", AT(person),
     .needed = OPTION_ALWAYS},
    {"purpose", OPTION_TEXT, "TEXT", "what for, in one line", AT(purpose), .needed = OPTION_ALWAYS},
    {"protocol", OPTION_TEXT, "TEXT", "the number of a protocol or permit", AT(protocol)},
    {"question", OPTION_FLAG, NULL, "put the question's text into the letter", AT(question)},
    {"lang", OPTION_WORD, "L", "of the letter: sv (default) or en", AT(lang),
     .words = language_word},
    OUTPUT_JSON_SPEC(struct options, "one JSON object (Letter of schemas/desk.json)"),
    {"state", OPTION_PATH, "FILE", "the file of the desk, as for `rikstal page`", AT(state)},
    OUTPUT_CONFIG_SPEC(struct options),
    OUTPUT_COORDINATOR_SPEC(struct options),
    OUTPUT_ROOTS_SPEC(struct options),
};

static const struct option_words words[] = {
    {NULL, "ANSWER-ID", "one answer's id, of your page's history", 1, 1, NULL}};

const struct option_table contact_table = {
    .command = "rikstal contact",
    .about =
        "Write a letter to regions, about an answer of your page: a request for what goes further\n"
        "than a figure. It is printed, to be sent from your mail program, and nothing is sent\n"
        "from here. It has no figure and no patient's data; the question's text only with\n"
        "--question. Its reference follows from the answer's id. That it was prepared is kept in\n"
        "the desk's file: the page lists it under \"Mine\".",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
};

static cJSON *form_of(const struct options *o, const char *id)
{
    cJSON *form = cJSON_CreateObject();
    bool ok = true;
    cJSON *nodes;

    json_put_text(form, "id", id, &ok);
    json_put_text(form, "person", o->person, &ok);
    json_put_text(form, "purpose", o->purpose, &ok);
    if (o->protocol)
        json_put_text(form, "protocol", o->protocol, &ok);
    json_put_bool(form, "question", o->question, &ok);
    json_put_text(form, "lang", o->lang, &ok);
    nodes = json_put(form, "nodes", cJSON_CreateArray(), &ok);
    for (size_t i = 0; ok && i < o->n_nodes; i++)
        json_append_text(nodes, o->node[i], &ok);
    if (ok)
        return form;
    cJSON_Delete(form);
    return NULL;
}

static void letter_print(const cJSON *letter)
{
    const char *before = "To: ";
    const cJSON *one;

    cJSON_ArrayForEach(one, json_array(letter, "to"))
    {
        printf("%s%s", before, json_text(one, "contact"));
        before = ", ";
    }
    printf("\nSubject: %s\n\n%s", json_text(letter, "subject"), json_text(letter, "body"));
}

static bool contact_run(const struct options *o, const char *id, struct err *err)
{
    struct history *history = NULL;
    struct roster *roster = NULL;
    cJSON *form = form_of(o, id), *letter = NULL;
    struct session session;
    const char *path;
    bool ok;

    if (!session_open(&o->session, &session, err)) {
        cJSON_Delete(form);
        return false;
    }
    ok = (form || err_memory(err)) && session_desk_file(o->state, session.arena, &path, err) &&
         history_open(path, &history, err) && session_roster(&session, &roster, err) &&
         handover_prepare(history, roster, form, &letter, err);
    if (ok && o->form == OUTPUT_JSON)
        ok = json_print(letter, stdout, err);
    else if (ok)
        letter_print(letter);
    cJSON_Delete(letter);
    cJSON_Delete(form);
    roster_free(roster);
    history_close(history);
    session_close(&session);
    return ok;
}

int contact_command(int argc, char **argv)
{
    struct options options = {.lang = "sv"};
    struct arguments arguments;
    struct err err;
    int code;

    if (!arguments_read(&contact_table, argc, argv, &options, &arguments, &code))
        return code;
    umask(077); /* the file is the owner's */
    return contact_run(&options, arguments.word[0], &err) ? EXIT_OK
                                                          : arguments_failed(&contact_table, &err);
}
