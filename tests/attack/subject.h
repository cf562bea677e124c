#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node's answer to a question, end to end in one process and in the keeper's order, from the real
 * parts: parse, canon, key, price, charge, noise, record. The true cells are the caller's world.
 *
 * The ledger lies in memory; crashes are another suite's matter. One thread.
 */
#include <stdint.h>

#include "node/privacy/ledger.h"
#include "tests/attack/door.h"

struct sqlite3;

struct subject {
    struct sqlite3 *db;
    struct ledger *ledger;
    struct arena *arena;
    struct door door; /* of counts; its keys are the questions' */
    uint8_t snapshot[32];
    uint64_t overlay;
    const char *organisation;
    int64_t year_nrho; /* of the organisation */
    uint64_t request;
};

void subject_make(struct subject *subject, uint32_t sigma, double rho, uint64_t seed);
void subject_clear(struct subject *subject);
/*
 * Ask for a count whose true cells are these. LEDGER_CHARGED: a new answer; LEDGER_PAID: a stored
 * one; else refused, and out is untouched.
 */
enum ledger_outcome subject_ask(struct subject *subject, const char *question, const int64_t *cells,
                                int64_t *out);
/* The noised cells that its key gives on this snapshot, without a charge: for tests of keys. */
void subject_draw(struct subject *subject, const char *question, const int64_t *cells,
                  int64_t *out);
/* Nano-rho spent at the node and the number of charges. */
int64_t subject_spent(struct subject *subject, uint64_t *charges);
