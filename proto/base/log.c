/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/log.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/clock.h"

#define LINE_BYTES 1024

static enum log_level threshold = LOG_INFO_LEVEL;
static const char *process = "rikstal";

void log_level_set(enum log_level level)
{
    threshold = level;
}

void log_process_set(const char *name)
{
    process = name;
}

struct log_line {
    char text[LINE_BYTES];
    size_t used;
};

static void put(struct log_line *line, char c)
{
    if (line->used < LINE_BYTES - 1) /* the last byte is for the newline */
        line->text[line->used++] = c;
}

static void put_plain(struct log_line *line, const char *text)
{
    while (*text)
        put(line, *text++);
}

static void put_value(struct log_line *line, const char *value)
{
    bool quoted = value[0] == 0 || strpbrk(value, " =\"\\") != NULL;

    if (quoted)
        put(line, '"');
    for (const char *c = value; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            put(line, '?'); /* a control byte must not reach the journal */
            continue;
        }
        if (*c == '"' || *c == '\\')
            put(line, '\\');
        put(line, *c);
    }
    if (quoted)
        put(line, '"');
}

static void put_pair(struct log_line *line, const char *key, const char *value)
{
    put(line, ' ');
    put_plain(line, key);
    put(line, '=');
    put_value(line, value ? value : "");
}

static void write_line(struct log_line *line)
{
    ssize_t ignored;

    line->text[line->used++] = '\n';
    ignored = write(STDERR_FILENO, line->text, line->used); /* a closed log must not stop the
                                                             * program */
    (void)ignored;
}

void log_event(enum log_level level, const char *event, ...)
{
    assert(event);
    static const char *const names[] = {"debug", "info", "warn", "error"};
    struct log_line line = {.used = 0};
    char now[CLOCK_TEXT_BYTES];
    const char *key;
    va_list args;

    if (level < threshold)
        return;
    clock_text(clock_wall_s(), now);
    put_plain(&line, "ts=");
    put_plain(&line, now);
    put_pair(&line, "level", names[level]);
    put_pair(&line, "process", process);
    put_pair(&line, "event", event);
    va_start(args, event);
    while ((key = va_arg(args, const char *)) != NULL)
        put_pair(&line, key, va_arg(args, const char *));
    va_end(args);
    write_line(&line);
}

void log_error(const char *event, const struct err *err)
{
    assert(err);
    log_event(LOG_ERROR_LEVEL, event, "code", err_code_name(err->code), "reason", err->text,
              (char *)NULL);
}
