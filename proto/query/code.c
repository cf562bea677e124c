#include "proto/query/code.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name; /* lower case, without '-', '_', '.' */
    const char *system;
} synonyms[] = {
    {"hp", "hp"},      {"hpo", "hp"},      {"icd10", "icd10"}, {"icd10se", "icd10"},
    {"omim", "omim"},  {"mim", "omim"},    {"orpha", "orpha"}, {"orphanet", "orpha"},
    {"ordo", "orpha"}, {"mondo", "mondo"}, {"atc", "atc"},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static char lower(char c)
{
    return is_upper(c) ? (char)(c + 32) : c;
}

/* What may stand in a code of a system that is not known: what a CODE token may hold. */
static bool is_code_char(char c)
{
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || (c && strchr("_.>*-:+=", c));
}

static bool system_of(const char *name, char *out)
{
    char plain[CODE_SYSTEM_MAX];
    size_t n = 0, length = strlen(name);

    if (!length || length >= CODE_SYSTEM_MAX || !(is_upper(upper(name[0]))))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(name[i]) && !is_upper(upper(name[i])) && !strchr("_.-", name[i]))
            return false;
        out[i] = lower(name[i]);
        if (!strchr("_.-", name[i]))
            plain[n++] = lower(name[i]);
    }
    out[length] = 0;
    plain[n] = 0;
    for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
        if (strcmp(synonyms[i].name, plain) == 0)
            strncpy(out, synonyms[i].system, CODE_SYSTEM_MAX - 1);
    return true;
}

/* Digits only, at most n of them, at least one. */
static bool all_digits(const char *text, size_t most)
{
    size_t length = strlen(text);

    return length && length <= most && strspn(text, "0123456789") == length;
}

/* ICD-10-SE: a letter, a digit, a digit or letter, then up to four more; "C50.1" and "C501". */
static bool make_icd10(const char *code, char *out)
{
    size_t n = 0;

    for (size_t i = 0; code[i]; i++) {
        char c = upper(code[i]);

        if (c == '.' && i == 3 && code[4])
            continue;
        if (n == 7 || (!is_digit(c) && !is_upper(c)))
            return false;
        out[n++] = c;
    }
    out[n] = 0;
    return n >= 3 && is_upper(out[0]) && is_digit(out[1]);
}

/* ATC: L, L01, L01X, L01XK, L01XK01. */
static bool make_atc(const char *code, char *out)
{
    static const char form[] = "A99AA99"; /* A: a letter, 9: a digit */
    size_t n = strlen(code);

    if (n != 1 && n != 3 && n != 4 && n != 5 && n != 7)
        return false;
    for (size_t i = 0; i < n; i++) {
        out[i] = upper(code[i]);
        if (form[i] == 'A' ? !is_upper(out[i]) : !is_digit(out[i]))
            return false;
    }
    out[n] = 0;
    return true;
}

/* HPO: seven digits, with or without "HP:" before them. */
static bool make_hp(const char *code, char *out)
{
    if (upper(code[0]) == 'H' && upper(code[1]) == 'P' && (code[2] == ':' || code[2] == '_'))
        code += 3;
    if (strlen(code) != 7 || !all_digits(code, 7))
        return false;
    snprintf(out, CODE_CODE_MAX, "HP:%.7s", code);
    return true;
}

/* Digits, with or without the system's own prefix before them ("OMIM:613707", "ORPHA:558"). */
static bool make_digits(const char *code, size_t least, size_t most, char *out)
{
    const char *colon = strchr(code, ':');

    if (colon)
        code = colon + 1;
    if (strlen(code) < least || !all_digits(code, most))
        return false;
    snprintf(out, CODE_CODE_MAX, "%.7s", code);
    return true;
}

static bool make_other(const char *code, char *out)
{
    size_t length = strlen(code);

    if (!length || length >= CODE_CODE_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_code_char(code[i]))
            return false;
    memcpy(out, code, length + 1);
    return true;
}

bool code_make(const char *system, const char *code, struct code *out)
{
    struct code made = {0};
    bool ok;

    if (!system_of(system, made.system) || strlen(code) >= CODE_CODE_MAX)
        return false;
    if (strcmp(made.system, "hp") == 0)
        ok = make_hp(code, made.code);
    else if (strcmp(made.system, "icd10") == 0)
        ok = make_icd10(code, made.code);
    else if (strcmp(made.system, "omim") == 0)
        ok = make_digits(code, 6, 6, made.code);
    else if (strcmp(made.system, "orpha") == 0)
        ok = make_digits(code, 1, 7, made.code);
    else if (strcmp(made.system, "mondo") == 0)
        ok = make_digits(code, 7, 7, made.code);
    else if (strcmp(made.system, "atc") == 0)
        ok = make_atc(code, made.code);
    else
        ok = make_other(code, made.code);
    if (ok)
        *out = made;
    return ok;
}

bool code_parse(const char *text, size_t length, struct code *code)
{
    char copy[CODE_TEXT_MAX];
    char *colon;

    if (length >= sizeof(copy) || memchr(text, 0, length))
        return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    colon = strchr(copy, ':');
    if (!colon)
        return code_make("icd10", copy, code);
    *colon = 0;
    return code_make(copy, colon + 1, code);
}

void code_print(const struct code *code, char *out)
{
    const char *c = code->code;

    if (strcmp(code->system, "hp") == 0)
        snprintf(out, CODE_TEXT_MAX, "%s", c);
    else if (strcmp(code->system, "icd10") == 0 && c[3])
        snprintf(out, CODE_TEXT_MAX, "icd10:%.3s.%s", c, c + 3);
    else
        snprintf(out, CODE_TEXT_MAX, "%s:%s", code->system, c);
}

const char *code_form(const char *system)
{
    if (strcmp(system, "hp") == 0)
        return "HP: and seven digits, as in HP:0001250";
    if (strcmp(system, "icd10") == 0)
        return "a letter and two to six digits or letters, as in icd10:C50.1";
    if (strcmp(system, "omim") == 0)
        return "six digits, as in omim:613707";
    if (strcmp(system, "orpha") == 0)
        return "up to seven digits, as in orpha:558";
    if (strcmp(system, "mondo") == 0)
        return "seven digits, as in mondo:0007947";
    if (strcmp(system, "atc") == 0)
        return "an ATC level, as in atc:L01XK01";
    return NULL;
}
