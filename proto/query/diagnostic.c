/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/diagnostic.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/bytes.h"

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Removes an incomplete character from the end of a text that was cut. */
static void mend_end(char *text)
{
    size_t n = strlen(text), start = n;

    while (start && is_continuation(text[start - 1]))
        start--;
    if (!start || !(text[start - 1] & 0x80))
        return;
    start--;
    if (n - start < (size_t)(((unsigned char)text[start] >= 0xF0)   ? 4
                             : ((unsigned char)text[start] >= 0xE0) ? 3
                                                                    : 2))
        text[start] = 0;
}

void diagnostics_init(struct diagnostics *found, const char *text, size_t length)
{
    assert(found && (text || !length));
    *found = (struct diagnostics){.text = text, .length = (uint32_t)length};
}

static void place(const struct diagnostics *found, struct diagnostic *one)
{
    one->line = 1;
    one->column = 1;
    for (uint32_t i = 0; i < one->from && i < found->length; i++) {
        if (found->text[i] == '\n') {
            one->line++;
            one->column = 1;
        } else if (!is_continuation(found->text[i])) {
            one->column++;
        }
    }
}

struct diagnostic *diagnostic_add(struct diagnostics *found, enum fault fault, uint32_t from,
                                  uint32_t to, const char *format, ...)
{
    assert(found && fault >= FAULT_ENCODING && fault < FAULT_END);
    struct diagnostic *one;
    va_list args;

    if (found->n++ >= DIAGNOSTICS_MAX)
        return &found->list[DIAGNOSTICS_MAX - 1];
    one = &found->list[found->n - 1];
    *one = (struct diagnostic){.fault = fault, .from = from, .to = to};
    va_start(args, format);
    vsnprintf(one->message, sizeof(one->message), format, args);
    va_end(args);
    mend_end(one->message);
    place(found, one);
    return one;
}

void diagnostic_expect(struct diagnostic *diagnostic, const char *format, ...)
{
    assert(diagnostic && format);
    va_list args;

    if (diagnostic->expected[0])
        return;
    va_start(args, format);
    vsnprintf(diagnostic->expected, sizeof(diagnostic->expected), format, args);
    va_end(args);
    mend_end(diagnostic->expected);
}

void diagnostic_suggest(struct diagnostic *diagnostic, const char *text)
{
    assert(diagnostic);
    if (diagnostic->suggestion[0] || !text || strlen(text) >= sizeof(diagnostic->suggestion))
        return;
    snprintf(diagnostic->suggestion, sizeof(diagnostic->suggestion), "%s", text);
}

void fault_code(enum fault fault, char *out)
{
    snprintf(out, 5, "Q%03u", (unsigned)fault % 1000);
}

static uint32_t line_start(const struct diagnostics *found, uint32_t at)
{
    while (at && found->text[at - 1] != '\n')
        at--;
    return at;
}

static void add_caret_line(const struct diagnostics *found, const struct diagnostic *one,
                           struct bytes *out)
{
    uint32_t start = one->from < found->length ? one->from : found->length, end;

    start = line_start(found, start);
    bytes_add_text(out, "  ");
    for (end = start; end < found->length && found->text[end] != '\n'; end++)
        bytes_add_u8(out, found->text[end] == '\t' ? ' ' : (uint8_t)found->text[end]);
    bytes_add_text(out, "\n  ");
    for (uint32_t i = start; i < one->from && i < end; i++)
        if (!is_continuation(found->text[i]))
            bytes_add_u8(out, ' ');
    bytes_add_u8(out, '^');
    for (uint32_t i = one->from + 1; i < one->to && i < end; i++)
        if (!is_continuation(found->text[i]))
            bytes_add_u8(out, '^');
    bytes_add_u8(out, '\n');
}

void diagnostic_print(const struct diagnostics *found, const struct diagnostic *one,
                      struct bytes *out)
{
    assert(found && one && out);
    char head[280];
    char code[5];

    fault_code(one->fault, code);
    snprintf(head, sizeof(head), "error[%s]: %s at %u:%u\n", code, one->message, one->line,
             one->column);
    bytes_add_text(out, head);
    if (one->fault != FAULT_ENCODING) /* invalid text must not be printed to a terminal */
        add_caret_line(found, one, out);
    if (one->expected[0]) {
        bytes_add_text(out, "  expected: ");
        bytes_add_text(out, one->expected);
        bytes_add_u8(out, '\n');
    }
    if (one->suggestion[0]) {
        bytes_add_text(out, "  did you mean ");
        bytes_add_text(out, one->suggestion);
        bytes_add_text(out, "?\n");
    }
}

void diagnostics_tell(const struct diagnostics *found)
{
    assert(found);
    struct bytes out = {0};

    for (uint32_t i = 0; i < found->n && i < DIAGNOSTICS_MAX; i++)
        diagnostic_print(found, &found->list[i], &out);
    if (out.size)
        fwrite(out.data, 1, out.size, stderr);
    bytes_clear(&out);
}
