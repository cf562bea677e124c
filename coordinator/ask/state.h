#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's memory on disk: questions and answers survive kill -9.
 *
 * One SQLite file in WAL mode with exactly one connection (Debian's SQLite has the WAL-reset bug
 * of two), synchronous NORMAL: a power cut may lose the last answers, never corrupt the file, and
 * what is lost can be asked again for nothing, because the nodes keep what they have released. The
 * ledger, which may lose nothing, is theirs.
 *
 * What is put stands in one open transaction until state_commit(); a question that cannot be put
 * whole takes what is not committed with it. One thread, or one lock.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/ask/outcome.h"
#include "proto/base/err.h"

struct arena;
struct state;

bool state_open(const char *path, struct state **out, struct err *err) MUST_CHECK;
void state_close(struct state *state); /* commits; accepts NULL */

bool state_put_question(struct state *state, const struct plan *plan, int64_t asked_s,
                        int64_t deadline_s, struct err *err) MUST_CHECK;
bool state_put_answer(struct state *state, const struct plan *plan, const struct answer *answer,
                      bool late, int64_t now_s, struct err *err) MUST_CHECK;
bool state_put_done(struct state *state, const struct coord_question *question, int64_t now_s,
                    struct err *err) MUST_CHECK;
/* It was open and cannot be resumed: the regions without an answer failed, "interrupted". */
bool state_put_interrupted(struct state *state, const uint8_t id[static QUESTION_ID_BYTES],
                           int64_t now_s, struct err *err) MUST_CHECK;
bool state_commit(struct state *state, struct err *err) MUST_CHECK;
/* Something is put and not committed. */
bool state_is_dirty(const struct state *state);

/* *out is NULL when there is no such question. */
bool state_outcome(struct state *state, const uint8_t id[static QUESTION_ID_BYTES],
                   struct outcome **out, struct err *err) MUST_CHECK;

/* A question that was open when the coordinator stopped. The bytes hold for the call. */
struct state_open_question {
    const uint8_t *id;
    const uint8_t *envelope;
    size_t envelope_bytes;
    int64_t asked_s;
    int64_t deadline_s;
};
/* Calls each for every open question, oldest first; each returns false to stop with err. */
bool state_each_open(struct state *state,
                     bool (*each)(void *owner, const struct state_open_question *, struct err *),
                     void *owner, struct err *err) MUST_CHECK;

/*
 * The newest release that this node has signed by the key that it used last, as its Envelope came;
 * *data is NULL when there is none.
 */
bool state_newest(struct state *state, const char *node, struct arena *arena, uint8_t **data,
                  size_t *size, struct err *err) MUST_CHECK;

struct state_budget {
    char node[NODE_BYTES];
    struct answer_balance balance;
    int64_t said_s;
};
/* What each node last said is left to this organisation, by dataset and node. */
bool state_budgets(struct state *state, const char *organisation, struct state_budget *out,
                   size_t room, size_t *n, struct err *err) MUST_CHECK;
