#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the true counts of the region's own staff into the log that witnesses cosign.
 *
 * `rikstal-node count` writes a leaf into D/count.db before it shows anything; it can neither wait
 * for the keeper nor write the ledger, whose only connection is the keeper's. The keeper copies the
 * new leaves into its own log, in their order and byte for byte, in one transaction with the number
 * and the root of those that it has. So a crash copies none twice and leaves none out, and a log of
 * counts that went back, or whose older leaves were altered, is noticed. It reads D/count.db alone.
 * One thread.
 */
#include <stdint.h>

#include "node/keeper/file_id.h"
#include "node/keeper/home.h"
#include "proto/base/err.h"

/* Note of the audit leaf that says that the log of counts was refused. */
#define COUNT_INTAKE_NOTE "the log of counts cannot be taken"
#define COUNT_INTAKE_EVERY_MS 5000 /* a checkpoint is due every minute */
#define COUNT_INTAKE_LEAVES 1000   /* at most so many are copied in one transaction */

struct audit;
struct journal;
struct sqlite3;

struct count_intake {
    struct sqlite3 *db; /* NULL: not open */
    struct audit *audit;
    struct file_id file_id; /* of the file that is open, or that was refused */
    uint64_t seen;          /* leaves at the last look */
    int64_t next_ms;        /* clock_mono_ms() of the next look */
    bool refused;           /* this file is damaged or went back, and the log says so */
};

/* Milliseconds until the next look is due. */
int64_t count_intake_wait_ms(const struct count_intake *intake, int64_t now_ms);
/*
 * Copies what is new, where there is a log of counts. False, with the reason in err, when it cannot
 * be read, went back or was altered: once for each file, which is then not looked at again.
 */
bool count_intake_refresh(struct count_intake *intake, const struct home *home,
                          struct journal *journal, struct err *err) MUST_CHECK;
void count_intake_close(struct count_intake *intake);
