#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's stored state: questions and answers survive kill -9.
 *
 * One SQLite file in WAL mode with exactly one connection (Debian's SQLite has the WAL-reset bug of
 * several connections) and synchronous NORMAL: a power cut may lose the last answers but never
 * corrupts the file. Lost answers can be asked for again at no cost, because the nodes keep what
 * they have released. The ledgers, which must lose nothing, are at the nodes.
 *
 * Everything that is put belongs to one open transaction until state_commit(). When a question
 * cannot be put completely, all that is not committed is rolled back. One thread, or one lock.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/ask/outcome.h"
#include "proto/base/err.h"

struct arena;
struct state;

bool state_open(const char *path, struct state **out, struct err *err) MUST_CHECK;
void state_close(struct state *state); /* commits first; accepts NULL */

bool state_put_question(struct state *state, const struct plan *plan, int64_t asked_s,
                        int64_t deadline_s, struct err *err) MUST_CHECK;
bool state_put_answer(struct state *state, const struct plan *plan, const struct answer *answer,
                      bool late, int64_t now_s, struct err *err) MUST_CHECK;
bool state_put_done(struct state *state, const struct coord_question *question, int64_t now_s,
                    struct err *err) MUST_CHECK;
/*
 * For an open question that cannot be resumed: regions without an answer become failed,
 * "interrupted".
 */
bool state_put_interrupted(struct state *state, const uint8_t id[static QUESTION_ID_BYTES],
                           int64_t now_s, struct err *err) MUST_CHECK;
bool state_commit(struct state *state, struct err *err) MUST_CHECK;
/* True when something was put and not committed. */
bool state_is_dirty(const struct state *state);

/* *out is NULL when there is no such question. */
bool state_outcome(struct state *state, const uint8_t id[static QUESTION_ID_BYTES],
                   struct outcome **out, struct err *err) MUST_CHECK;

/* A question that was open when the coordinator stopped. The bytes are valid during the call. */
struct state_open_question {
    const uint8_t *id;
    const uint8_t *envelope;
    size_t envelope_bytes;
    int64_t asked_s;
    int64_t deadline_s;
};
/* Calls the function for every open question, oldest first, until it returns false with err. */
bool state_each_open(struct state *state,
                     bool (*each)(void *owner, const struct state_open_question *, struct err *),
                     void *owner, struct err *err) MUST_CHECK;

/*
 * The newest release that this node signed with the key that it used last, as the Envelope that it
 * sent. *data is NULL when there is none.
 */
bool state_newest(struct state *state, const char *node, struct arena *arena, uint8_t **data,
                  size_t *size, struct err *err) MUST_CHECK;

struct state_budget {
    char node[NODE_BYTES];
    struct answer_balance balance;
    int64_t said_s;
};
/* The remaining budget of this organisation, as each node last stated it, by dataset and node. */
bool state_budgets(struct state *state, const char *organisation, struct state_budget *out,
                   size_t room, size_t *n, struct err *err) MUST_CHECK;
