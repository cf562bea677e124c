#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One audit leaf: what happened, to which question, for whom and at what price (reference: privacy,
 * section 5.3). It holds no text of a question and no count.
 *
 * As bytes: TLV of proto/base/bytes.h, all fields, in tag order, exactly once; leaf_read() accepts
 * nothing else. Values only; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

#define LEAF_NAME_BYTES 97 /* an organisation, analyst or purpose, with its NUL */
#define LEAF_NOTE_BYTES 161

enum leaf_type {
    LEAF_CHARGE = 1,
    LEAF_RELEASE = 2,
    LEAF_DENY = 3,
    LEAF_POLICY = 4,
    LEAF_ROSTER = 5,
    LEAF_SNAPSHOT = 6,
    LEAF_ADMIN = 7,
    LEAF_COUNT = 8,         /* a true count for the region's own staff */
    LEAF_GIVEN_BACK = 9,    /* a charge whose answer was not ready at its time */
    LEAF_DENIED_AGAIN = 10, /* nrho refusals of an organisation with the code in note, counted */
};

/* Fields that do not apply are zero or "". */
struct leaf {
    enum leaf_type type;
    int64_t time_s;
    uint8_t question_hash[32]; /* as asked; in the log keyed: seal.h */
    char organisation[LEAF_NAME_BYTES];
    char analyst[LEAF_NAME_BYTES];
    char purpose[LEAF_NAME_BYTES];
    int64_t nrho;
    int64_t balance_nrho;       /* what the organisation has left after this */
    uint8_t noise_key[32];      /* of the release; in the log keyed: seal.h */
    uint8_t answer_hash[32];    /* of a release keyed: schemas/ledger/004.sql; else of a file */
    char note[LEAF_NOTE_BYTES]; /* a code of the closed list, a file's hash, a version; of a charge
                                   its gist */
};

const char *leaf_type_name(enum leaf_type type);
/*
 * Writes the leaf. The caller checks bytes->failed. Names fit, because leaf_name() refuses longer
 * ones.
 */
void leaf_write(const struct leaf *leaf, struct bytes *bytes);
bool leaf_read(const uint8_t *data, size_t size, struct leaf *leaf, struct err *err) MUST_CHECK;
/* Copies a name into its field. ERR_INVALID when it does not fit or holds control bytes. */
bool leaf_name(char *field, size_t room, const char *name, struct err *err) MUST_CHECK;
