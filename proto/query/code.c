/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/code.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proto/query/code_system.h"

/* A code may repeat its system as a prefix: "ORPHA:558" of orpha, "HP_0001250" of hp. */
static const char *without_own_prefix(const struct code_system *system, const char *code)
{
    size_t n = strcspn(code, ":_");
    char prefix[CODE_CODE_MAX];

    if (!code[n])
        return code;
    snprintf(prefix, sizeof(prefix), "%.*s", (int)n, code);
    return code_system_find(prefix) == system ? code + n + 1 : code;
}

static enum code_fault make(const struct code_system *system, const char *code, struct code *out)
{
    struct code made = {0};

    if (!system)
        return CODE_NO_SYSTEM;
    if (strlen(code) >= CODE_CODE_MAX)
        return CODE_NO_FORM;
    snprintf(made.system, sizeof(made.system), "%s", system->name);
    if (!system->make(without_own_prefix(system, code), made.code))
        return CODE_NO_FORM;
    *out = made;
    return CODE_OK;
}

/* The OMIM number of a phenotypic series has its letters in the code: "OMIM:PS227650". */
static const struct code_system *system_of(const char *spelling, const char *code)
{
    const struct code_system *system = code_system_find(spelling);

    if (system && strcmp(system->name, "omim") == 0 && strncasecmp(code, "PS", 2) == 0)
        return code_system_named("omimps");
    return system;
}

enum code_fault code_take(const char *system, const char *code, struct code *out)
{
    assert(system && code && out);
    return make(system_of(system, code), code, out);
}

/*
 * The index where the code begins: after the last '|' of a URL that has one, else after the first
 * ':'.
 */
static char *divide(char *text)
{
    char *bar = strrchr(text, '|');
    char *at = bar ? bar : strchr(text, ':');

    if (!at)
        return NULL;
    *at = 0;
    return at + 1;
}

enum code_fault code_read(const char *text, size_t length, struct code *code)
{
    char copy[CODE_TEXT_MAX];
    char *part;

    if (length >= sizeof(copy) || memchr(text, 0, length))
        return CODE_NO_FORM;
    memcpy(copy, text, length);
    copy[length] = 0;
    part = divide(copy);
    return part ? code_take(copy, part, code) : code_take("icd10", copy, code);
}

bool code_make(const char *system, const char *code, struct code *out)
{
    return code_take(system, code, out) == CODE_OK;
}

bool code_parse(const char *text, size_t length, struct code *code)
{
    return code_read(text, length, code) == CODE_OK;
}

bool code_repair(const char *text, size_t length, char *out)
{
    assert(out && (text || !length));
    char copy[CODE_TEXT_MAX];
    struct code code;
    char *part;

    if (length >= sizeof(copy) || memchr(text, 0, length))
        return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    part = strpbrk(copy, ":|") ? strpbrk(copy, ":|") + 1 : copy;
    for (char *c = *part ? part + 1 : part; *c; c++) {
        if (*c == 'O' || *c == 'o')
            *c = '0';
        else if (*c == 'I' || *c == 'l')
            *c = '1';
        else if (*c == ',')
            *c = '.';
    }
    if (code_read(copy, length, &code) != CODE_OK)
        return false;
    code_print(&code, out);
    return true;
}

void code_print(const struct code *code, char *out)
{
    assert(code && out);
    const char *c = code->code;
    bool dotted = strncmp(code->system, "icd", 3) == 0 && strcmp(code->system, "icd11") != 0;

    if (strcmp(code->system, "hp") == 0)
        snprintf(out, CODE_TEXT_MAX, "%s", c);
    else if (dotted && strlen(c) > 3 && !strchr(c, '/'))
        snprintf(out, CODE_TEXT_MAX, "%s:%.3s.%s", code->system, c, c + 3);
    else if (strcmp(code->system, "omimps") == 0)
        snprintf(out, CODE_TEXT_MAX, "omimps:PS%s", c);
    else
        snprintf(out, CODE_TEXT_MAX, "%s:%s", code->system, c);
}

const char *code_shape(const char *system)
{
    const struct code_system *found = code_system_find(system);

    return found ? found->form : NULL;
}
