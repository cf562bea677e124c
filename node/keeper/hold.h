#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions that wait until a person of this region approves them. They lie in D/held; the operator
 * reads and decides them with `rikstal-node hold`.
 *
 *   D/held/ID.json       the question in words, by the keeper, 0600: for the operator alone
 *   D/held/ID.decision   "approve" or "deny" and who, by the operator's command
 *   D/held/ID.approved, ID.denied   the decision, once its leaf is in the audit log
 *
 * ID is a hash of what is asked (canonical question, mode, sigma, disease) and of the asker
 * (organisation, role, purpose, permit, dataset), so a question that is asked again has the same
 * ID; its last HOLD_OF_DIGITS digits are those of the organisation's hash. A decision is in force
 * once its leaf is in the audit log, until another decision replaces it. Nothing here looks at
 * data. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/question.h"

#define HOLD_WAITING_MAX 1000    /* questions that wait, of all organisations */
#define HOLD_WAITING_ONE_MAX 100 /* of one organisation */
#define HOLD_ID_BYTES 16
#define HOLD_NAME_BYTES (2 * HOLD_ID_BYTES + 1)
#define HOLD_OF_DIGITS 8 /* by these an organisation's questions are counted */

struct arena;
struct ast;
struct journal;
struct home;

/* Full: there is no place on the list, and the question is not on it. */
enum hold_state { HOLD_WAITING, HOLD_APPROVED, HOLD_DENIED, HOLD_FULL };

struct hold_question {
    const Rikstal__V1__Question *question;
    const struct ast *ast;
    const uint8_t *identity; /* 32 bytes, hash of the question's canonical form */
    int64_t now_s;
};

/*
 * The state of this question. A new question is written to D/held for the operator and waits, if
 * there is a place for it.
 */
bool hold_ask(const struct home *home, const struct hold_question *held, struct arena *arena,
              enum hold_state *state, struct err *err) MUST_CHECK;
/* Puts the operator's decisions in force, and writes an audit leaf for each. */
bool hold_take_decisions(const struct home *home, struct journal *journal, int64_t now_s,
                         struct err *err) MUST_CHECK;

/*
 * For the operator's command. name is an ID of 32 hex digits; hold_find() also takes its first
 * digits.
 */
typedef bool hold_visitor(void *of, const char *name, enum hold_state state, struct err *err);
bool hold_list(const struct home *home, hold_visitor *visitor, void *of,
               struct err *err) MUST_CHECK;
/* Finds the question whose ID begins with `begin`. ERR_INVALID when no ID or several do. */
bool hold_find(const struct home *home, const char *begin, char name[static HOLD_NAME_BYTES],
               struct err *err) MUST_CHECK;
bool hold_decide(const struct home *home, const char *name, bool approve,
                 struct err *err) MUST_CHECK;
/* D/held/NAME.ending */
bool hold_path(const struct home *home, const char *name, const char *ending, char *path,
               struct err *err) MUST_CHECK;
