/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/count_questions.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/query/diagnostic.h"
#include "proto/query/explain.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "proto/query/set_folder.h"

#define FILE_BYTES_MAX (64u << 20)
#define QUESTIONS_MAX 200000

struct question_list {
    const char *file;
    struct arena *arena;
    struct count_questions *out;
};

static const char *kept_text(struct arena *arena, struct bytes *bytes)
{
    char *text =
        bytes->failed ? NULL : arena_strndup(arena, (const char *)bytes->data, bytes->size);

    bytes_clear(bytes);
    return text;
}

/* line is 0 for the question of the command line. */
static bool add_question(struct question_list *list, const char *text, size_t length,
                         unsigned long line)
{
    struct count_question *question = &list->out->question[list->out->n];
    struct set_folder folder = {{"sets", NULL}, list->arena};
    struct named_sets sets = set_folder_source(&folder);
    struct diagnostics found;
    struct bytes bytes = {0};

    if (!parse_with_sets(text, length, &sets, list->arena, &question->ast, &found)) {
        if (line)
            fprintf(stderr, "%s, line %lu:\n", list->file, line);
        diagnostics_tell(&found);
        return false;
    }
    print(&question->ast, &bytes);
    question->text = kept_text(list->arena, &bytes);
    explain(&question->ast, LANGUAGE_ENGLISH, &bytes);
    question->explain = kept_text(list->arena, &bytes);
    question->typed = arena_strndup(list->arena, text, length);
    question->line = line;
    list->out->n++;
    return question->typed && question->text && question->explain;
}

bool count_questions_asks(const char *line, size_t length)
{
    size_t i = 0;

    assert(line || !length);
    while (i < length && isspace((unsigned char)line[i]))
        i++;
    return i < length && line[i] != '#';
}

static bool read_file(struct question_list *list, struct err *err)
{
    unsigned long line_number = 0;
    uint8_t *data;
    size_t size;

    if (!file_read(list->file, FILE_BYTES_MAX, list->arena, &data, &size, err))
        return false;
    for (size_t at = 0; at < size; line_number++) {
        const char *line = (const char *)data + at;
        const char *end = memchr(line, '\n', size - at);
        size_t length = end ? (size_t)(end - line) : size - at;

        at += length + 1;
        if (!count_questions_asks(line, length))
            continue;
        if (list->out->n == QUESTIONS_MAX)
            return err_set(err, ERR_INVALID, "%s holds more than %d questions", list->file,
                           QUESTIONS_MAX);
        if (!add_question(list, line, length, line_number + 1))
            return err_set(err, ERR_INVALID,
                           "nothing was counted: %s has a question that cannot be read",
                           list->file);
    }
    if (list->out->n == 0)
        return err_set(err, ERR_INVALID, "%s holds no question", list->file);
    return true;
}

bool count_questions_read(const char *file, const char *text, struct arena *arena,
                          struct count_questions *out, struct err *err)
{
    struct question_list list = {file, arena, out};

    assert((file || text) && arena && out);
    *out = (struct count_questions){
        .question = arena_array(arena, file ? QUESTIONS_MAX : 1, sizeof(*out->question))};
    if (!out->question)
        return err_memory(err);
    if (file)
        return read_file(&list, err);
    return add_question(&list, text, strlen(text), 0) ||
           err_set(err, ERR_INVALID, "nothing was counted");
}
