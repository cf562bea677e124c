#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question from its text to a verified report, step by step: prepare, compose, hand in, look
 * again until it is complete, verify. The command `ask` and a desk take the same steps.
 *
 * The caller owns session, options and texts, which must outlive the asking. One thread.
 */
#include <cjson/cJSON.h>
#include <stdint.h>

#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/known_terms.h"
#include "coordinator/analyst/receipt.h"
#include "coordinator/analyst/session.h"
#include "coordinator/analyst/verify_report.h"
#include "proto/base/err.h"

struct arena;
struct secret_key;

struct asking {
    /* below: set by the caller */
    const struct session *session;
    const struct compose_options *compose;
    int64_t wait_s; /* how long the regions are given */
    bool adds_up;   /* the printed regions add up to the printed total */
    /* below: set by the steps */
    struct secret_key *key;
    struct roster *roster;
    struct known_terms known; /* of the question's codes and genes */
    struct composed composed;
    struct arena *arena; /* of the last report */
};

/* How long the regions may answer a question whose asker waits so long. */
int64_t asking_life_s(int64_t wait_s);
/*
 * Reads the key, fetches the roster, and what the regions' releases know of the question `ast`. The
 * caller then judges the terms (known_terms.h). asking_close() is needed after a failure too.
 */
bool asking_prepare(struct asking *asking, const struct ast *ast, struct err *err) MUST_CHECK;
/*
 * Checks the disease, makes the plan and signs, without sending. May be called again, with other
 * options: then it is another question.
 */
bool asking_compose(struct asking *asking, struct err *err) MUST_CHECK;
/* Sends it, and waits for at most wait_ms. *document is the coordinator's, to be deleted. */
bool asking_hand_in(const struct asking *asking, int64_t wait_ms, cJSON **document,
                    struct err *err) MUST_CHECK;
/* The document again, after at most wait_ms. */
bool asking_look(const struct asking *asking, int64_t wait_ms, cJSON **document,
                 struct err *err) MUST_CHECK;
/* The asker has left: regions are told so. True when the coordinator was reached. */
bool asking_withdraw(const struct asking *asking) MUST_CHECK;
/* The report lives until the next call; the caller clears it (verified_report_clear()). */
bool asking_verify(const struct asking *asking, const cJSON *document, struct verified_report *out,
                   struct err *err) MUST_CHECK;
/* The receipt, which borrows from asking and document; of a blind sum it has the secret. */
struct receipt asking_receipt(const struct asking *asking, const cJSON *document, int64_t asked_s);
void asking_close(struct asking *asking);
