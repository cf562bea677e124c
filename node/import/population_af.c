/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/population_af.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBER_BYTES_MAX 40u

static const char *const resources[] = {
    "gnomad", "exac",       "1000g",  "1kg",    "kg",      "topmed", "esp",     "uk10k",
    "alfa",   "genomeasia", "swegen", "sweref", "swefreq", "mtaf",   "mitomap",
};

static const char *const bare[] = {
    "AFR_AF", "AMR_AF", "EAS_AF", "EUR_AF",  "SAS_AF",      "ASN_AF",
    "AA_AF",  "EA_AF",  "MAX_AF", "AF1000G", "max_aaf_all",
};

static bool is_name(const char *const *names, size_t n, const char *name, size_t length)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0)
            return true;
    return false;
}

static bool is_resource(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
        size_t n = strlen(resources[i]);

        if (length >= n && strncasecmp(resources[i], word, n) == 0)
            return true;
    }
    return false;
}

static bool ends_in_af(const char *word, size_t length)
{
    if (length < 2 || strncasecmp(word + length - 2, "af", 2) != 0)
        return false;
    return length != 3 || tolower((unsigned char)*word) != 'f'; /* FAF is a lower bound */
}

bool population_af_is_field(const char *name, size_t length, bool in_csq)
{
    bool resource = false, af = false;
    size_t start = 0;

    if (is_name(bare, sizeof(bare) / sizeof(bare[0]), name, length))
        return true;
    if (in_csq && length == 2 && memcmp(name, "AF", 2) == 0)
        return true;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && !strchr("_-.", name[i]))
            continue;
        resource |= is_resource(name + start, i - start);
        af |= ends_in_af(name + start, i - start);
        start = i + 1;
    }
    return resource && af;
}

/* -1 for "." and nothing. */
static int64_t read_one(const char *text, size_t length, bool *faulty)
{
    char number[NUMBER_BYTES_MAX + 1];
    char *end;
    double value;

    if (!length || (length == 1 && *text == '.'))
        return -1;
    if (length > NUMBER_BYTES_MAX || !(isdigit((unsigned char)*text) || *text == '.')) {
        *faulty = true;
        return -1;
    }
    memcpy(number, text, length);
    number[length] = 0;
    value = strtod(number, &end);
    if (strspn(number, "0123456789.eE+-") != length || *end || !(value >= 0 && value <= 1)) {
        *faulty = true;
        return -1;
    }
    return (int64_t)(value * (double)POPULATION_AF_ONE + 0.5);
}

static bool is_separator(char c)
{
    return c == ',' || c == '&';
}

static int count_values(const char *text, size_t length)
{
    int n = 1;

    for (size_t i = 0; i < length; i++)
        n += is_separator(text[i]);
    return n;
}

int64_t population_af_read(const char *text, size_t length, int index, int n_alts, bool *faulty)
{
    bool one = index >= 0 && n_alts > 1 && count_values(text, length) == n_alts;
    int64_t highest = -1;
    size_t start = 0;
    int at = 0;

    for (size_t i = 0; i <= length; i++) {
        int64_t value;

        if (i < length && !is_separator(text[i]))
            continue;
        value = one && at != index ? -1 : read_one(text + start, i - start, faulty);
        if (value > highest)
            highest = value;
        start = i + 1;
        at++;
    }
    return highest;
}
