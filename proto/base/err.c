/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    assert(err && format);
    va_list args;

    err->code = code;
    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    return false;
}

bool err_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory");
}

bool err_wrap(struct err *err, const char *format, ...)
{
    assert(err && format);
    char inner[sizeof(err->text)];
    va_list args;
    size_t used;

    memcpy(inner, err->text, sizeof(inner));
    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    used = strlen(err->text);
    snprintf(err->text + used, sizeof(err->text) - used, "%s", inner);
    return false;
}

const char *err_code_name(enum err_code code)
{
    static const char *const names[] = {
        [ERR_NONE] = "none",
        [ERR_INVALID] = "invalid",
        [ERR_DENIED] = "denied",
        [ERR_EXHAUSTED] = "exhausted",
        [ERR_UNAVAILABLE] = "unavailable",
        [ERR_INTERNAL] = "internal",
    };

    return code <= ERR_INTERNAL ? names[code] : "unknown";
}

enum exit_code err_exit_code(const struct err *err)
{
    assert(err);
    switch (err->code) {
    case ERR_NONE:
        return EXIT_OK;
    case ERR_INVALID:
        return EXIT_USAGE;
    case ERR_DENIED:
        return EXIT_REFUSED;
    case ERR_EXHAUSTED:
        return EXIT_BUDGET;
    case ERR_UNAVAILABLE:
        return EXIT_UNREACHABLE;
    case ERR_INTERNAL:
        break;
    }
    return EXIT_FAILED;
}
