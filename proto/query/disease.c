/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/disease.h"

#include <assert.h>
#include <string.h>

static bool is_disease_system(const char *system)
{
    static const char *const systems[] = {"hp", "icd10", "mondo", "omim", "orpha"};

    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
        if (strcmp(systems[i], system) == 0)
            return true;
    return false;
}

bool disease_parse(const char *text, struct code *disease, struct err *err)
{
    assert(text && disease);
    return (code_parse(text, strlen(text), disease) && is_disease_system(disease->system)) ||
           err_set(err, ERR_INVALID,
                   "a disease is one code of icd10, orpha, mondo, omim or hp, as in icd10:C50");
}

bool disease_check(const char *text, struct err *err)
{
    assert(text);
    char spelled[CODE_TEXT_MAX];
    struct code disease;

    if (!*text)
        return true;
    if (!disease_parse(text, &disease, err))
        return false;
    code_print(&disease, spelled);
    return strcmp(spelled, text) == 0 ||
           err_set(err, ERR_INVALID, "a question spells this disease \"%.150s\"", spelled);
}
