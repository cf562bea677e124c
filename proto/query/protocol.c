/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/protocol.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/printable.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"

#define LINE_FORM "I1 or E1, a name, a colon and a criterion, as in I1 adult: age >= 18"
#define DIGITS_MAX 3 /* of a criterion's number */

struct reader {
    const char *text;
    const struct named_sets *sets;
    struct arena *arena;
    struct protocol *protocol;
    struct diagnostics *found;
    struct bytes question;
};

/* A stretch of the text, by its offsets. */
struct protocol_part {
    uint32_t from;
    uint32_t to;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct protocol_part trimmed(const struct reader *reader, struct protocol_part of)
{
    while (of.from < of.to && is_blank(reader->text[of.from]))
        of.from++;
    while (of.from < of.to && is_blank(reader->text[of.to - 1]))
        of.to--;
    return of;
}

/* The length of "I12" or "E1" at the beginning of the line; 0: there is none. */
static uint32_t id_length(const struct reader *reader, struct protocol_part line)
{
    const char *at = reader->text + line.from;
    uint32_t n = line.to - line.from, length = 1;

    if (n < 2 || (at[0] != 'I' && at[0] != 'E'))
        return 0;
    while (length < n && at[length] >= '0' && at[length] <= '9')
        length++;
    return length > 1 && length <= 1 + DIGITS_MAX ? length : 0;
}

static bool same_id(const char *name, const char *id, uint32_t length)
{
    return strncmp(name, id, length) == 0 && !(name[length] >= '0' && name[length] <= '9');
}

/* Reads what stands before the colon. NULL when it is wrong. */
static const char *read_name(struct reader *reader, struct protocol_part line,
                             struct protocol_part head)
{
    uint32_t length = id_length(reader, line);
    const char *id = reader->text + line.from;
    const char *name = arena_strndup(reader->arena, id, head.to - head.from);

    if (!name) {
        diagnostic_add(reader->found, FAULT_MEMORY, line.from, line.to, "out of memory");
        return NULL;
    }
    if (strlen(name) != head.to - head.from || !printable(name)) {
        diagnostic_add(reader->found, FAULT_ENCODING, line.from, head.to,
                       "a name that cannot be printed");
        return NULL;
    }
    if (length == 0 || (line.from + length < head.to && !is_blank(id[length]))) {
        diagnostic_expect(diagnostic_add(reader->found, FAULT_STEP, line.from, head.to,
                                         "a line of a protocol begins with I or E and a number"),
                          "%s", LINE_FORM);
        return NULL;
    }
    if (head.to - head.from > SHAPE_STEP_NAME_MAX) {
        diagnostic_add(reader->found, FAULT_STEP, line.from, head.to,
                       "a name of %u bytes; at most %d are allowed", head.to - head.from,
                       SHAPE_STEP_NAME_MAX);
        return NULL;
    }
    for (uint32_t i = 0; i < reader->protocol->n_steps; i++)
        if (same_id(reader->protocol->step[i].name, id, length)) {
            diagnostic_add(reader->found, FAULT_STEP, line.from, line.from + length,
                           "%.*s is given twice", (int)length, id);
            return NULL;
        }
    return name;
}

/* The mistakes of one criterion, at their places in the whole text. */
static void take_over(struct reader *reader, const struct diagnostics *of, uint32_t offset)
{
    for (uint32_t i = 0; i < of->n && i < DIAGNOSTICS_MAX; i++) {
        const struct diagnostic *one = &of->list[i];
        struct diagnostic *here = diagnostic_add(reader->found, one->fault, offset + one->from,
                                                 offset + one->to, "%s", one->message);

        if (one->expected[0])
            diagnostic_expect(here, "%s", one->expected);
        diagnostic_suggest(here, one->suggestion[0] ? one->suggestion : NULL);
    }
}

static void add_criterion(struct reader *reader, const struct ast *ast, bool excludes)
{
    bytes_add_text(&reader->question, reader->protocol->n_steps ? " and " : "");
    bytes_add_text(&reader->question, excludes ? "not (" : "(");
    print(ast, &reader->question);
    bytes_add_text(&reader->question, ")");
}

static void read_criterion(struct reader *reader, const char *name, struct protocol_part line,
                           struct protocol_part criterion)
{
    bool excludes = name[0] == 'E';
    struct protocol *protocol = reader->protocol;
    struct diagnostics found;
    struct ast ast;

    if (!parse_with_sets(reader->text + criterion.from, criterion.to - criterion.from, reader->sets,
                         reader->arena, &ast, &found)) {
        take_over(reader, &found, criterion.from);
        return;
    }
    if (ast.root->kind == AST_ALL) {
        diagnostic_expect(diagnostic_add(reader->found, FAULT_STEP, line.from, criterion.to,
                                         "a line of a protocol without a criterion"),
                          "%s", LINE_FORM);
        return;
    }
    add_criterion(reader, &ast, excludes);
    protocol->step[protocol->n_steps++] = (struct shape_step){
        name, ast.root->kind == AST_AND && !excludes ? ast.root->n_children : 1};
}

static void read_line(struct reader *reader, struct protocol_part line)
{
    const char *colon;
    struct protocol_part head, criterion;
    const char *name;

    line = trimmed(reader, line);
    if (line.from == line.to || reader->text[line.from] == '#')
        return;
    colon = memchr(reader->text + line.from, ':', line.to - line.from);
    head = (struct protocol_part){line.from, colon ? (uint32_t)(colon - reader->text) : line.to};
    criterion = (struct protocol_part){colon ? head.to + 1 : line.to, line.to};
    if (reader->protocol->n_steps == MEASURE_STEPS_MAX) {
        diagnostic_add(reader->found, FAULT_STEP, line.from, head.to,
                       "a protocol has at most %d criteria", MEASURE_STEPS_MAX);
        return;
    }
    name = read_name(reader, line, trimmed(reader, head));
    if (name && !colon)
        diagnostic_expect(diagnostic_add(reader->found, FAULT_STEP, line.from, line.to,
                                         "a line of a protocol without a colon"),
                          "%s", LINE_FORM);
    else if (name)
        read_criterion(reader, name, line, trimmed(reader, criterion));
}

/* The steps are made into one question. It may be too large, though no step is. */
static bool read_whole(struct reader *reader)
{
    struct protocol *protocol = reader->protocol;
    struct diagnostics found;
    struct bytes canonical = {0};

    if (!reader->question.failed &&
        !parse_with_sets((const char *)reader->question.data, reader->question.size, reader->sets,
                         reader->arena, &protocol->ast, &found)) {
        for (uint32_t i = 0; i < found.n && i < DIAGNOSTICS_MAX; i++)
            diagnostic_add(reader->found, found.list[i].fault, 0, 0, "all criteria together: %s",
                           found.list[i].message);
        return false;
    }
    if (!reader->question.failed)
        print(&protocol->ast, &canonical);
    protocol->question =
        reader->question.failed || canonical.failed
            ? NULL
            : arena_strndup(reader->arena, (const char *)canonical.data, canonical.size);
    bytes_clear(&canonical);
    if (!protocol->question)
        diagnostic_add(reader->found, FAULT_MEMORY, 0, 0, "out of memory");
    return protocol->question != NULL;
}

bool protocol_read(const char *text, size_t length, const struct named_sets *sets,
                   struct arena *arena, struct protocol *out, struct diagnostics *found)
{
    assert((text || !length) && arena && out && found);
    struct reader reader = {
        .text = text, .sets = sets, .arena = arena, .protocol = out, .found = found};
    uint32_t from = 0;
    bool ok = false;

    *out = (struct protocol){0};
    diagnostics_init(found, length ? text : "", length > PROTOCOL_BYTES_MAX ? 0 : length);
    if (length > PROTOCOL_BYTES_MAX) {
        diagnostic_add(found, FAULT_TEXT_LONG, 0, 0, "a protocol has at most %d bytes",
                       PROTOCOL_BYTES_MAX);
        return false;
    }
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        from = 3;
    while (from < length) {
        const char *end = memchr(text + from, '\n', length - from);
        uint32_t to = end ? (uint32_t)(end - text) : (uint32_t)length;

        read_line(&reader,
                  (struct protocol_part){from, to > from && text[to - 1] == '\r' ? to - 1 : to});
        from = to + 1;
    }
    if (found->n == 0 && out->n_steps == 0)
        diagnostic_expect(diagnostic_add(found, FAULT_STEP, 0, 0, "the protocol has no criterion"),
                          "%s", LINE_FORM);
    if (found->n == 0)
        ok = read_whole(&reader);
    bytes_clear(&reader.question);
    return ok;
}
