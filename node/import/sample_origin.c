/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/sample_origin.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A line of the header that begins so, and what it says. */
struct sign {
    const char *begins;
    const char *word; /* for people */
};

static const struct sign somatic_signs[] = {
    {"##INFO=<ID=SOMATIC,", "INFO/SOMATIC"},    {"##INFO=<ID=SomaticEVS,", "INFO/SomaticEVS"},
    {"##INFO=<ID=TVAF,", "INFO/TVAF"},          {"##INFO=<ID=SSC,", "INFO/SSC"},
    {"##content=strelka somatic", "##content"}, {"##normal_sample=", "##normal_sample"},
};

static const struct sign either_signs[] = {
    {"##tumor_sample=", "##tumor_sample"}, {"##source=Mutect2", "##source=Mutect2"},
    {"##source=VarDict", "##source"},      {"##source=VarScan2", "##source"},
    {"##source=lofreq", "##source"},       {"##source=Pisces", "##source"},
    {"##INFO=<ID=STATUS,", "INFO/STATUS"}, {"##FORMAT=<ID=SS,", "FORMAT/SS"},
    {"##INFO=<ID=SS,", "INFO/SS"},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool starts(const char *line, size_t size, const char *word)
{
    size_t n = strlen(word);

    return size >= n && memcmp(line, word, n) == 0;
}

static void look_for(const struct sign *signs, size_t n, const char *line, size_t size,
                     const char **found)
{
    for (size_t i = 0; i < n && !*found; i++)
        if (starts(line, size, signs[i].begins))
            *found = signs[i].word;
}

/* The name behind the sign; one that is too long is no sample's. */
static void take_name(const char *line, size_t size, const char *begins, char *name)
{
    size_t n = strlen(begins);

    if (starts(line, size, begins) && size - n <= SAMPLE_ORIGIN_NAME_MAX)
        (void)snprintf(name, SAMPLE_ORIGIN_NAME_MAX + 1, "%.*s", (int)(size - n), line + n);
}

void sample_origin_meta(struct sample_origin_marks *marks, const char *line, size_t size)
{
    static const char mode[] = "--mitochondria-mode true";

    assert(marks && line);
    look_for(somatic_signs, COUNT_OF(somatic_signs), line, size, &marks->somatic);
    look_for(either_signs, COUNT_OF(either_signs), line, size, &marks->either);
    take_name(line, size, "##tumor_sample=", marks->tumour);
    take_name(line, size, "##normal_sample=", marks->normal);
    marks->normal_first |= starts(line, size, "##content=strelka somatic");
    if (starts(line, size, "##source=Mutect2") && !marks->filtered)
        marks->unfiltered = true;
    if (starts(line, size, "##source=FilterMutectCalls") ||
        starts(line, size, "##GATKCommandLine=<ID=FilterMutectCalls")) {
        marks->filtered = true;
        marks->unfiltered = false;
    }
    marks->mitochondria |= starts(line, size, "##GATKCommandLine=<ID=Mutect2") &&
                           memmem(line, size, mode, sizeof(mode) - 1);
}

/* ---- names of roles ----------------------------------------------------------------------------
 */

/* 0: it is none. */
static enum sample_type role_of(const char *name)
{
    static const char *const tumours[] = {"tumor", "tumour", "primary"};
    size_t length = strlen(name);

    for (size_t i = 0; i < COUNT_OF(tumours); i++)
        if (strcasecmp(name, tumours[i]) == 0)
            return SAMPLE_TUMOUR;
    if (strcasecmp(name, "normal") == 0)
        return SAMPLE_NORMAL;
    if (length < 3 || (name[length - 2] != '_' && name[length - 2] != '-'))
        return (enum sample_type)0;
    return name[length - 1] == 'T'   ? SAMPLE_TUMOUR
           : name[length - 1] == 'N' ? SAMPLE_NORMAL
                                     : (enum sample_type)0;
}

bool sample_origin_is_role(const char *name)
{
    assert(name);
    return strcasecmp(name, "tumor") == 0 || strcasecmp(name, "tumour") == 0 ||
           strcasecmp(name, "normal") == 0;
}

/* ---- each column -------------------------------------------------------------------------------
 */

struct settling {
    const struct sample_origin_marks *marks;
    const struct sample_origin_columns *columns;
    struct err *err;
};

static bool contradicts(const struct settling *of, uint32_t i, const char *what)
{
    return err_set(of->err, ERR_INVALID,
                   "column %u of the #CHROM line: %s says another type than the operator: a tumour "
                   "and its normal may be exchanged; nothing was imported",
                   i + 10, what);
}

/* A word of a column: it must not say something else than what was said before it. */
static bool say(const struct settling *of, uint32_t i, enum sample_type type, const char *what)
{
    enum sample_type *said = &of->columns->types[i];

    if (!*said)
        *said = type;
    else if (sample_type_is(*said, ORIGIN_SOMATIC) != sample_type_is(type, ORIGIN_SOMATIC))
        return contradicts(of, i, what);
    return true;
}

static bool by_header(const struct settling *of)
{
    for (uint32_t i = 0; i < of->columns->n; i++) {
        if (*of->marks->tumour && !of->marks->mitochondria &&
            strcmp(of->columns->names[i], of->marks->tumour) == 0 &&
            of->columns->types[i] != SAMPLE_GERMLINE &&
            !say(of, i, SAMPLE_TUMOUR, "##tumor_sample"))
            return false;
        if (*of->marks->normal && strcmp(of->columns->names[i], of->marks->normal) == 0 &&
            !say(of, i, SAMPLE_NORMAL, "##normal_sample"))
            return false;
    }
    return true;
}

/* Where a file is marked: the fixed order of its caller, else columns called by their role. */
static void by_convention(const struct settling *of)
{
    const enum sample_type order[] = {SAMPLE_NORMAL, SAMPLE_TUMOUR};
    bool fixed = of->marks->normal_first && of->columns->n == 2 && !of->columns->types[0] &&
                 !of->columns->types[1];

    for (uint32_t i = 0; i < of->columns->n; i++)
        if (!of->columns->types[i])
            of->columns->types[i] = fixed ? order[i] : role_of(of->columns->names[i]);
}

static bool refuse_untold(const struct settling *of, uint32_t i)
{
    const char *mark = of->marks->somatic ? of->marks->somatic : of->marks->either;

    return err_set(of->err, ERR_INVALID,
                   "origin_untold: column %u of the #CHROM line: %s is that of a %s; whether the "
                   "column is a tumour's is not said: say it in a column \"type\" of the table of "
                   "--persons, or with --origin %s; nothing was imported",
                   i + 10, mark, of->marks->somatic ? "somatic file" : "caller of both origins",
                   of->marks->somatic ? "tumour" : "tumour or --origin germline");
}

/* A germline column in a file that says that it is somatic. */
static bool refuse_germline(const struct settling *of, uint32_t i)
{
    return err_set(of->err, ERR_INVALID,
                   "origin_germline: column %u of the #CHROM line: %s says that the file is "
                   "somatic, and it is never taken as germline; import the germline calls of the "
                   "normal from their own file",
                   i + 10, of->marks->somatic);
}

static bool refuse_unfiltered(struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "filter_not_applied: ##source=Mutect2 without FilterMutectCalls: no record was "
                   "judged; run FilterMutectCalls; nothing was imported");
}

bool sample_origin_settle(const struct sample_origin_marks *marks, enum sample_type told,
                          const struct sample_origin_columns *columns, bool *somatic,
                          struct err *err)
{
    assert(marks && columns && somatic);
    struct settling of = {marks, columns, err};
    bool marked = marks->somatic || (marks->either && !marks->mitochondria);

    *somatic = false;
    if (marks->unfiltered)
        return refuse_unfiltered(err);
    if (columns->n == 1 && told && !columns->types[0])
        columns->types[0] = told;
    if (!by_header(&of))
        return false;
    if (marked)
        by_convention(&of);
    for (uint32_t i = 0; i < columns->n; i++) {
        enum sample_type *type = &columns->types[i];

        if (!*type)
            *type = told ? told : marked ? (enum sample_type)0 : SAMPLE_GERMLINE;
        if (!*type)
            return refuse_untold(&of, i);
        if (*type == SAMPLE_GERMLINE && marks->somatic)
            return refuse_germline(&of, i);
        *somatic |= sample_type_is(*type, ORIGIN_SOMATIC);
    }
    return true;
}

/* ---- each line ---------------------------------------------------------------------------------
 */

/* The value of a key of INFO; NULL: it is not there. */
static const char *value_of(const char *info, size_t size, const char *key, size_t *length)
{
    size_t n = strlen(key);

    for (size_t at = 0; at < size;) {
        const char *end = memchr(info + at, ';', size - at);
        size_t stop = end ? (size_t)(end - info) : size;

        if (stop - at > n && memcmp(info + at, key, n) == 0 && info[at + n] == '=') {
            *length = stop - at - n - 1;
            return info + at + n + 1;
        }
        at = stop + 1;
    }
    return NULL;
}

/* Is the key absent, or its value one of the words? */
static bool absent_or(const char *info, size_t size, const char *key, const char *const *words)
{
    size_t length;
    const char *value = value_of(info, size, key, &length);

    for (; value && *words; words++)
        if (strlen(*words) == length && memcmp(*words, value, length) == 0)
            return true;
    return !value;
}

bool sample_origin_line(const char *info, size_t size)
{
    static const char *const vardict[] = {"StrongSomatic", "LikelySomatic", "AFDiff", NULL};
    static const char *const varscan[] = {"2", NULL};
    static const char *const strelka[] = {"ref", NULL};

    assert(info || !size);
    return absent_or(info, size, "STATUS", vardict) && absent_or(info, size, "SS", varscan) &&
           absent_or(info, size, "NT", strelka);
}
