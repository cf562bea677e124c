/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of the naive model: what a test on a code means for one person.
 */
#include <string.h>

#include "proto/query/ast.h"
#include "tests/unit/evaluate/naive.h"

static int term_of(const char *code)
{
    if (strcmp(code, "HP:7777777") == 0)
        return 3; /* an alternative id of it */
    for (int t = 0; t < WORLD_TERMS; t++)
        if (strcmp(world_terms[t], code) == 0)
            return t;
    return -1;
}

/* Does a test on this field look at events of this kind? */
static bool is_of(enum ast_field field, enum event_kind kind)
{
    return field == FIELD_CODE || (field == FIELD_DIAGNOSIS && kind == EVENT_DIAGNOSIS) ||
           (field == FIELD_PHENOTYPE && kind == EVENT_PHENOTYPE) ||
           (field == FIELD_TREATMENT && kind == EVENT_TREATMENT);
}

/* Is a the same as b or below it? */
static bool below(int a, int b)
{
    if (a == b)
        return true;
    for (int up = 0; up < WORLD_TERMS; up++)
        if (world_term_parents[a] >> up & 1 && below(up, b))
            return true;
    return false;
}

static enum value phenotype(const struct world *world, const struct world_person *p, enum ast_op op,
                            const char *code)
{
    int asked = term_of(code);
    bool alias = strcmp(code, "HP:7777777") == 0;
    bool known = world->has_hpo && asked != WORLD_TERMS - 1;
    bool exact = op == OP_EXCLUDED ? p->excluded >> asked & 1 : p->present >> asked & 1;

    if (alias && !world->has_hpo)
        exact = false; /* nobody knows then what it stands for */
    if (op == OP_IN && known)
        return exact ? YES : NO;
    if (!known)
        return exact ? YES : CANNOT_TELL;
    for (int t = 0; t + 1 < WORLD_TERMS; t++)
        if ((op == OP_UNDER && p->present >> t & 1 && below(t, asked)) ||
            (op == OP_EXCLUDED && p->excluded >> t & 1 && below(asked, t)))
            return YES;
    /* Where a code of the person's lies, that the release lacks, nobody can say. */
    return (op == OP_EXCLUDED ? p->excluded : p->present) >> (WORLD_TERMS - 1) & 1 ? CANNOT_TELL
                                                                                   : NO;
}

static enum value icd(const struct world_person *p, enum ast_op op, const char *code)
{
    for (int i = 0; i < 4; i++)
        if (p->icd >> i & 1 && (op == OP_UNDER ? strncmp(world_icd[i], code, strlen(code)) == 0
                                               : strcmp(world_icd[i], code) == 0))
            return YES;
    return NO;
}

/* "C50-E11" or "C50.1-C50.9": codes between the two ends in the order of spelling. */
static enum value icd_between(const struct world_person *p, const char *ends)
{
    char first[8] = "", last[8] = "";
    size_t n = strcspn(ends, "-");

    for (size_t i = 0; i < n; i++)
        if (ends[i] != '.')
            strncat(first, ends + i, 1);
    for (const char *c = ends + n + 1; *c; c++)
        if (*c != '.')
            strncat(last, c, 1);
    for (int i = 0; i < 4; i++)
        if (p->icd >> i & 1 && strncmp(world_icd[i], first, strlen(first)) >= 0 &&
            strncmp(world_icd[i], last, strlen(last)) <= 0)
            return YES;
    return NO;
}

/* Treatments are all that the world records in atc. */
static enum value atc(const struct world_person *p, const struct ast_node *test, const char *code)
{
    size_t n = test->op == OP_UNDER ? strlen(code) : EVENT_CODE_BYTES_MAX;

    for (int i = 0; i < 3; i++)
        if (p->atc >> i & 1 && is_of(test->field, EVENT_TREATMENT) &&
            strncmp(world_atc[i], code, n) == 0)
            return YES;
    return NO;
}

/* What the records say, as if there were no other. */
static enum value recorded(const struct world *world, const struct world_person *p,
                           const struct ast_node *test, const struct ast_value *value)
{
    if (strcmp(value->system, "hp") == 0)
        return phenotype(world, p, test->op, value->code);
    if (strcmp(value->system, "icd10") == 0)
        return value->kind == VALUE_CODES ? icd_between(p, value->code)
                                          : icd(p, test->op, value->code);
    if (strcmp(value->system, "atc") == 0)
        return atc(p, test, value->code);
    return p->group && strcmp(value->code, p->group == 1 ? "GBR" : "FIN") == 0 ? YES : NO;
}

/* Is what is not recorded of this kind and system not there? */
static bool is_told(const struct world *world, const struct world_person *p,
                    const struct ast_node *test, const char *system)
{
    for (unsigned i = 0; i < WORLD_DELIVERED; i++) {
        enum event_kind kind = world_delivered[i].kind;

        if (strcmp(world_delivered[i].system, system) != 0 || !is_of(test->field, kind))
            continue;
        if (p->lost >> i & 1 || (p->lost_any && kind == EVENT_DIAGNOSIS))
            return false;
        return p->stated >> i & 1 || !(world->undelivered >> i & 1);
    }
    return false;
}

/* What contradicts is not believed: a term that is present, and one above it that is absent. */
static void doubt(const struct world *world, const struct world_person *p, uint32_t *present,
                  uint32_t *absent)
{
    *present = *absent = 0;
    for (int t = 0; t < WORLD_TERMS; t++)
        for (int up = 0; up < WORLD_TERMS; up++) {
            bool placed = t + 1 < WORLD_TERMS && up + 1 < WORLD_TERMS;

            if (!(p->present >> t & 1) || !(p->excluded >> up & 1) ||
                (world->has_hpo && !(placed && below(t, up))))
                continue;
            *present |= 1u << t;
            *absent |= 1u << up;
        }
}

uint32_t naive_believed(const struct world *world, const struct world_person *p)
{
    uint32_t present, absent;

    doubt(world, p, &present, &absent);
    return p->present & ~present;
}

enum value naive_coded(const struct world *world, const struct world_person *p,
                       const struct ast_node *test, const struct ast_value *value)
{
    struct world_person sure = *p;
    struct world_person also = *p; /* if what was refused had been taken */
    enum value found;
    bool any = test->field == FIELD_CODE && p->lost_any; /* a diagnosis might have been in it */

    doubt(world, p, &sure.present, &sure.excluded);
    sure.present = p->present & ~sure.present;
    sure.excluded = p->excluded & ~sure.excluded;
    found = recorded(world, &sure, test, value);
    also.present |= p->refused;
    also.icd |= p->refused_icd;
    if (found == NO && (any || recorded(world, &also, test, value) != NO ||
                        !is_told(world, p, test, value->system)))
        return CANNOT_TELL;
    return found;
}

bool naive_record(const struct ast_node *test, enum event_kind kind, const char *system,
                  const char *code)
{
    struct world_person only = {0};

    for (uint32_t i = 0; is_of(test->field, kind) && i < test->n_values; i++) {
        const struct ast_value *value = &test->values[i];
        size_t n = test->op == OP_UNDER ? strlen(value->code) : EVENT_CODE_BYTES_MAX;

        if (strcmp(value->system, system) != 0)
            continue;
        for (int c = 0; c < 4; c++)
            only.icd = strcmp(world_icd[c], code) == 0 ? 1u << c : only.icd;
        if (value->kind == VALUE_CODES ? icd_between(&only, value->code) == YES
                                       : strncmp(code, value->code, n) == 0)
            return true;
    }
    return false;
}

bool naive_may_have_more(const struct world *world, const struct world_person *p,
                         const struct ast_node *test)
{
    for (uint32_t i = 0; i < test->n_values; i++)
        if (!is_told(world, p, test, test->values[i].system))
            return true;
    for (int c = 0; c < 4; c++)
        if (p->refused_icd >> c & 1 && naive_record(test, EVENT_DIAGNOSIS, "icd10", world_icd[c]))
            return true;
    return test->field == FIELD_CODE && p->lost_any;
}
