#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed table of code systems, one row a system. Import, questions, term loading and help take
 * from it names, spellings, the form of a code and the source of the hierarchy.
 *
 * A system is found by its name and by every spelling that files use: names in any case, with or
 * without "-", "_", "." and blanks; "KVÅ" as "kva"; FHIR URLs with http or https, with or without
 * "|version" and a final "/"; OIDs with or without "urn:oid:"; prefixes of bioregistry. A spelling
 * that is not in the table is refused, never stored. Sources: FHIR R4 terminologies, HL7 Sweden's
 * base profile, OID registers, bioregistry; for the forms: HPO, WHO, Socialstyrelsen, NOMESCO,
 * SNOMED CT, Regenstrief, Equalis. Constant; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

enum code_hierarchy {
    HIERARCHY_NONE,    /* no code lies under another */
    HIERARCHY_SPELLED, /* every code that begins with a code lies under it */
    HIERARCHY_TABLE,   /* a release must be loaded to know which codes lie under a code */
};

struct code_system {
    const char *name;    /* "icd10": in lower case; the name that is stored, sent and printed */
    const char *english; /* "ICD-10-SE" */
    const char *form;    /* the form of its codes, in words */
    enum code_hierarchy hierarchy;
    bool diagnosis; /* codes of this system may be used in the field `diagnosis` */
    bool phenotype;
    bool (*make)(const char *code, char *out); /* makes the stored spelling; for code.c alone; out
                                                * must hold CODE_CODE_MAX bytes */
    const char *const *spellings;              /* other spellings, folded; ended by NULL */
};

extern const struct code_system code_systems[];
extern const size_t code_systems_n;

/* The system with this spelling. NULL when there is none. */
const struct code_system *code_system_find(const char *spelling);
/* The system with exactly this name, as struct code has it. NULL when there is none. */
const struct code_system *code_system_named(const char *name);
/* The name that is nearest to an unknown spelling. NULL when none is near. */
const char *code_system_near(const char *spelling);
