#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed table of code systems: one row a system, from which import, questions, term loading
 * and help take names, spellings, the form of a code and how its hierarchy is known.
 *
 * A system is found by its own name and by any spelling that files use: names with or without
 * "-", "_", "." and blanks in any case, "KVÅ" as "kva", addresses of FHIR with http or https, with
 * or without a version behind "|" and a "/" at the end, OIDs with or without "urn:oid:", prefixes
 * of bioregistry. A spelling that is not here belongs to no system: it is refused, never stored.
 * Sources: FHIR R4 terminologies, HL7 Sweden's base profile, OID registers, bioregistry; for the
 * forms: HPO, WHO, Socialstyrelsen, NOMESCO, SNOMED CT, Regenstrief, Equalis. Constant; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

enum code_hierarchy {
    HIERARCHY_NONE,    /* no code lies under another */
    HIERARCHY_SPELLED, /* what begins with a code lies under it */
    HIERARCHY_TABLE,   /* a release must be loaded before anybody can say what lies under a code */
};

struct code_system {
    const char *name;    /* "icd10": lower case; what is stored, sent and printed */
    const char *english; /* "ICD-10-SE" */
    const char *form;    /* the form of a code, in words */
    enum code_hierarchy hierarchy;
    bool diagnosis; /* "diagnosis" may be asked in it */
    bool phenotype;
    bool (*make)(const char *code, char *out); /* for code.c alone; out holds CODE_CODE_MAX */
    const char *const *spellings;              /* further ones, folded; ends with NULL */
};

extern const struct code_system code_systems[];
extern const size_t code_systems_n;

/* The system of a spelling; NULL when there is none. */
const struct code_system *code_system_find(const char *spelling);
/* The system of this very name, as struct code has it; NULL when there is none. */
const struct code_system *code_system_named(const char *name);
/* The name that is nearest to a spelling that belongs to no system; NULL when none is near. */
const char *code_system_near(const char *spelling);
