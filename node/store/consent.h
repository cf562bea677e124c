#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's consent as one mask, so that "may this person be counted" is one test of bits.
 *
 * Permissions and restrictions are terms of the Data Use Ontology (DUO); two permissions have no
 * DUO term because they are public tasks and not research. Refusals are bits of the same mask, so a
 * test of permissions also tests refusals. The numbers are stored in store and snapshot files and
 * are never reused. Values; any thread. Source: reference privacy, section 5.4.
 */
#include <stdbool.h>
#include <stdint.h>

enum consent_bit {
    /* permissions */
    CONSENT_GENERAL = 0,    /* GRU, DUO:0000042: any research; implies HEALTH */
    CONSENT_HEALTH = 1,     /* HMB, DUO:0000006: health, medical or biomedical research */
    CONSENT_DISEASE = 2,    /* DS, DUO:0000007: research on one disease, named beside it */
    CONSENT_QUALITY = 3,    /* quality of care */
    CONSENT_STATISTICS = 4, /* statistics, planning and preparedness of public bodies */
    /* restrictions */
    CONSENT_NO_ANCESTRY = 16,     /* NPOA, DUO:0000044 */
    CONSENT_NOT_FOR_PROFIT = 17,  /* NPUNCU, DUO:0000018 */
    CONSENT_NOT_COMMERCIAL = 18,  /* NCU, DUO:0000046 */
    CONSENT_ETHICS_APPROVAL = 19, /* IRB, DUO:0000021 */
    CONSENT_SPECIFIC = 20,        /* RS, DUO:0000012: a restriction that only people can read */
    CONSENT_TIME_LIMIT = 21,      /* TS, DUO:0000025: valid_to is set */
    /* refusals and the rest */
    CONSENT_BLOCKED = 32,   /* sparr: the patient's block */
    CONSENT_OPTED_OUT = 33, /* the person has opted out of secondary use (EHDS, article 71) */
    CONSENT_ELSEWHERE = 34, /* another node counts this person */
    CONSENT_UNREAD = 35,    /* a row was unreadable and may refuse: until it is corrected */
    CONSENT_PERMIT = 62,    /* permissions are recorded; otherwise the policy's default applies */
    CONSENT_SAID = 63,      /* set in every mask but 0, which means that nothing is recorded */
};

#define CONSENT_BIT(bit) (UINT64_C(1) << (bit))
#define CONSENT_REFUSALS                                                                           \
    (CONSENT_BIT(CONSENT_BLOCKED) | CONSENT_BIT(CONSENT_OPTED_OUT) |                               \
     CONSENT_BIT(CONSENT_ELSEWHERE) | CONSENT_BIT(CONSENT_UNREAD))
/* All bits that a file may set. */
#define CONSENT_KNOWN                                                                              \
    (UINT64_C(0x1f) | UINT64_C(0x3f) << 16 | CONSENT_REFUSALS | CONSENT_BIT(CONSENT_PERMIT) |      \
     CONSENT_BIT(CONSENT_SAID))

/* What is said together in a column permit and those beside it. */
#define CONSENT_PERMISSIONS (UINT64_C(0x1f) | UINT64_C(0x3f) << 16 | CONSENT_BIT(CONSENT_PERMIT))
/* What a delivery may say nothing of. */
#define CONSENT_SILENCES (CONSENT_PERMISSIONS | (CONSENT_REFUSALS & ~CONSENT_BIT(CONSENT_UNREAD)))

#define CONSENT_DISEASE_BYTES 163 /* "icd10:C501" with its NUL: CODE_TEXT_MAX and one */

/*
 * What one delivery says about one person's consent. A mask of 0 means that it says nothing. Dates:
 * person.h.
 */
struct consent {
    uint64_t mask;
    uint64_t silent;    /* bits that it says nothing of: an earlier delivery's stay */
    int32_t valid_from; /* PERSON_NO_DATE: no first day */
    int32_t valid_to;   /* the last day; PERSON_NO_DATE: no end */
    char disease[CONSENT_DISEASE_BYTES]; /* with CONSENT_DISEASE, else "" */
};
