/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/code_system.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "proto/base/suggest.h"
#include "proto/query/code_form.h"

#define FOLDED_MAX 96

/* Spellings as fold() makes them. An OID keeps its dots. */
static const char *const hp[] = {"hpo",
                                 "humanphenotypeontology",
                                 "humanphenotypeontologyorg",
                                 "purlobolibraryorgobohpowl",
                                 "purlobolibraryorgobohp",
                                 "2.16.840.1.113883.6.339",
                                 NULL};
static const char *const icd10[] = {"icd10se",
                                    "icd10who",
                                    "hl7orgfhirsidicd10",
                                    "hl7orgfhirsidicd10se",
                                    "ksh97",
                                    "ksh97p",
                                    "1.2.752.116.1.1.1.1.3",
                                    "1.2.752.116.1.1.1.1.1",
                                    "1.2.752.116.1.1.1",
                                    "2.16.840.1.113883.6.3",
                                    NULL};
static const char *const icd10cm[] = {"hl7orgfhirsidicd10cm", "2.16.840.1.113883.6.90", NULL};
static const char *const icd9[] = {
    "icd9cm", "icd9se", "hl7orgfhirsidicd9cm", "2.16.840.1.113883.6.103", "2.16.840.1.113883.6.42",
    NULL};
static const char *const icd11[] = {"icd11mms", "idwhointicdreleasemms", "idwhointicdrelease11mms",
                                    NULL};
static const char *const icdo3[] = {"icdo",
                                    "icdo32",
                                    "icdo3se",
                                    "icdot",
                                    "icdom",
                                    "terminologyhl7orgcodesystemicdo3",
                                    "hl7orgfhirsidicdo3",
                                    "2.16.840.1.113883.6.43.1",
                                    NULL};
static const char *const snomed[] = {"snomedct",
                                     "sct",
                                     "sctid",
                                     "snomedctse",
                                     "snomedctus",
                                     "snomedctintl",
                                     "snomedinfosct",
                                     "snomedinfoid",
                                     "scid",
                                     "2.16.840.1.113883.6.96",
                                     NULL};
static const char *const omim[] = {
    "mim", "omimorg", "omimorgentry", "wwwomimorg", "mimnumber", "2.16.840.1.113883.6.174", NULL};
static const char *const omimps[] = {"mimps", "omimorgphenotypicseries", "phenotypicseries", NULL};
static const char *const orpha[] = {"orphanet",
                                    "ordo",
                                    "orphacode",
                                    "orphanumber",
                                    "orphanetordo",
                                    "orphadata",
                                    "orphadatacom",
                                    "orphadataorg",
                                    "1.3.6.1.4.1.12559.11.10.1.3.1.44.5",
                                    NULL};
static const char *const mondo[] = {"purlobolibraryorgobomondoowl", "purlobolibraryorgobomondo",
                                    "monarchdiseaseontology", NULL};
static const char *const doid[] = {"diseaseontology", "purlobolibraryorgobodoidowl", NULL};
static const char *const ncit[] = {"nci",
                                   "ncithesaurus",
                                   "ncicinihgovid",
                                   "ncitnciorg",
                                   "purlobolibraryorgoboncitowl",
                                   "2.16.840.1.113883.3.26.1.1",
                                   NULL};
static const char *const umls[] = {"umlscui", "medgen", "cui", "2.16.840.1.113883.6.86", NULL};
static const char *const efo[] = {"ebiacukefo", "ebiacukefoefo", NULL};
static const char *const atc[] = {"whocc",
                                  "whoccatc",
                                  "whoccno",
                                  "whoccnoatc",
                                  "atcse",
                                  "atcddd",
                                  "wwwwhoccnoatc",
                                  "hl7orgfhirsidatc",
                                  "1.2.752.129.2.2.3.1.1",
                                  "2.16.840.1.113883.6.73",
                                  NULL};
static const char *const rxnorm[] = {"nlmnihgovresearchumlsrxnorm", "2.16.840.1.113883.6.88", NULL};
static const char *const kva[] = {"kvakma",
                                  "kvakka",
                                  "kka",
                                  "kma",
                                  "electronichealthseidkva",
                                  "1.2.752.129.2.2.2.1",
                                  "1.2.752.116.1.3.2.1.4",
                                  NULL};
static const char *const loinc[] = {"loincorg", "2.16.840.1.113883.6.1", NULL};
static const char *const npu[] = {"npuswe",        "swenpu",          "npuse", "nputerminologyorg",
                                  "1.2.752.108.1", "1.2.208.176.9.1", NULL};
static const char *const local[] = {"lokal", NULL};
static const char *const igsr[] = {"1000genomes", NULL};

const struct code_system code_systems[] = {
    {"hp", "HPO", "HP: and seven digits, as in HP:0001250", HIERARCHY_TABLE, false, true,
     code_form_hp, hp},
    {"icd10", "ICD-10-SE", "a letter and two digits, then up to four more, as in icd10:C50.1",
     HIERARCHY_SPELLED, true, false, code_form_icd10, icd10},
    {"icd10cm", "ICD-10-CM", "a letter, a digit, a digit or letter, as in icd10cm:C4A.0",
     HIERARCHY_SPELLED, true, false, code_form_icd10cm, icd10cm},
    {"icd9", "ICD-9", "three digits, then up to two more, as in icd9:174.9", HIERARCHY_SPELLED,
     true, false, code_form_icd9, icd9},
    {"icd11", "ICD-11", "four letters and digits, as in icd11:2C60", HIERARCHY_TABLE, true, false,
     code_form_icd11, icd11},
    {"icdo3", "ICD-O-3", "a site as in icdo3:C50.4 or a morphology as in icdo3:8500/3",
     HIERARCHY_SPELLED, true, false, code_form_icdo3, icdo3},
    {"snomed", "SNOMED CT",
     "six to eighteen digits, the last of which checks the others, as in snomed:254837009",
     HIERARCHY_TABLE, true, false, code_form_snomed, snomed},
    {"omim", "OMIM", "six digits, as in omim:613707", HIERARCHY_NONE, true, false, code_form_omim,
     omim},
    {"omimps", "OMIM phenotypic series", "PS and six digits, as in omimps:PS227650", HIERARCHY_NONE,
     true, false, code_form_omimps, omimps},
    {"orpha", "ORPHA", "up to seven digits, as in orpha:558", HIERARCHY_TABLE, true, false,
     code_form_orpha, orpha},
    {"mondo", "MONDO", "seven digits, as in mondo:0007947", HIERARCHY_TABLE, true, false,
     code_form_seven_digits, mondo},
    {"doid", "Disease Ontology", "digits, as in doid:1612", HIERARCHY_TABLE, true, false,
     code_form_digits, doid},
    {"ncit", "NCI Thesaurus", "C and digits, as in ncit:C4872", HIERARCHY_TABLE, true, false,
     code_form_ncit, ncit},
    {"umls", "UMLS", "C and seven digits, as in umls:C0006142", HIERARCHY_NONE, true, false,
     code_form_umls, umls},
    {"efo", "EFO", "seven digits, as in efo:0000305", HIERARCHY_TABLE, true, false,
     code_form_seven_digits, efo},
    {"atc", "ATC", "an ATC level, as in atc:L01XK01", HIERARCHY_SPELLED, false, false,
     code_form_atc, atc},
    {"rxnorm", "RxNorm", "digits, as in rxnorm:583218", HIERARCHY_NONE, false, false,
     code_form_digits, rxnorm},
    {"kva", "KVÅ", "two or three letters and digits, five in all, as in kva:AA001",
     HIERARCHY_SPELLED, false, false, code_form_kva, kva},
    {"loinc", "LOINC", "digits, a hyphen and a digit that checks them, as in loinc:2160-0",
     HIERARCHY_NONE, false, false, code_form_loinc, loinc},
    {"npu", "NPU", "NPU or SWE and five digits, as in npu:NPU03429", HIERARCHY_NONE, false, false,
     code_form_npu, npu},
    {"igsr", "IGSR populations", "three letters, as in igsr:FIN", HIERARCHY_NONE, false, false,
     code_form_igsr, igsr},
    {"local", "the region's own codes", "letters, digits and _.>*-:+=/, as in local:K-17",
     HIERARCHY_NONE, false, false, code_form_local, local},
};

const size_t code_systems_n = sizeof(code_systems) / sizeof(code_systems[0]);

/*
 * The number of bytes after the 'a' when text[0..] is å or Å, as one character or as 'a' with a
 * combining ring; else 0.
 */
static size_t ring_at(const char *text)
{
    if (memcmp(text, "\xc3\xa5", 2) == 0 || memcmp(text, "\xc3\x85", 2) == 0)
        return 2;
    return 0;
}

static const char *without_scheme(const char *spelling)
{
    static const char *const schemes[] = {"http://", "https://", "urn:oid:", "oid:", "www."};

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strncasecmp(spelling, schemes[i], strlen(schemes[i])) == 0)
            spelling += strlen(schemes[i]);
    return spelling;
}

/*
 * Folds a spelling: lower case, without "-_./:#" and blanks, å as a, without the scheme and the
 * version of a URL. An OID (it begins with a digit and has two dots) keeps its dots. False when a
 * character cannot be part of a name.
 */
static bool fold(const char *spelling, char folded[static FOLDED_MAX])
{
    const char *text = without_scheme(spelling);
    bool oid = *text >= '0' && *text <= '9' && strspn(text, "0123456789.") == strcspn(text, "|") &&
               strchr(text, '.');
    size_t n = 0;

    for (; *text && *text != '|'; text++) {
        char c = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;

        if (!oid && strchr("-_./:# ", c))
            continue;
        if (memcmp(text, "\xcc\x8a", 2) == 0 || memcmp(text, "\xc2\xa0", 2) == 0) {
            text++; /* skips a combining ring or a no-break space */
            continue;
        }
        if (ring_at(text)) {
            c = 'a';
            text++;
        }
        if (n + 1 == FOLDED_MAX || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.'))
            return false;
        folded[n++] = c;
    }
    folded[n] = 0;
    return n > 0;
}

const struct code_system *code_system_named(const char *name)
{
    assert(name);
    for (size_t i = 0; i < code_systems_n; i++)
        if (strcmp(code_systems[i].name, name) == 0)
            return &code_systems[i];
    return NULL;
}

/* "http://snomed.info/sct/45991000052106/version/20250531": a module and its version. */
static bool is_snomed_edition(const char *folded)
{
    static const char address[] = "snomedinfosct";
    size_t n = strlen(address);

    if (strncmp(folded, address, n) != 0)
        return false;
    n += strspn(folded + n, "0123456789");
    if (strncmp(folded + n, "version", 7) == 0)
        n += 7 + strspn(folded + n + 7, "0123456789");
    return !folded[n];
}

const struct code_system *code_system_find(const char *spelling)
{
    assert(spelling);
    char folded[FOLDED_MAX];

    if (!fold(spelling, folded))
        return NULL;
    if (is_snomed_edition(folded))
        return code_system_named("snomed");
    for (size_t i = 0; i < code_systems_n; i++) {
        if (strcmp(code_systems[i].name, folded) == 0)
            return &code_systems[i];
        for (const char *const *at = code_systems[i].spellings; *at; at++)
            if (strcmp(*at, folded) == 0)
                return &code_systems[i];
    }
    return NULL;
}

const char *code_system_near(const char *spelling)
{
    assert(spelling);
    struct suggest suggest;

    suggest_start(&suggest, spelling, strlen(spelling));
    for (size_t i = 0; i < code_systems_n; i++)
        suggest_offer(&suggest, code_systems[i].name);
    return suggest.best;
}
