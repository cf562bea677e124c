#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was asked at this desk, the verified answers with their receipts, saved questions, which
 * letters to regions were prepared, and the hashes of scripts' tokens (bearer.h): one SQLite file,
 * which only its owner may read, because receipts of blind sums have their secret. Forms, summaries
 * and states are JSON texts of schemas/desk.json, which this does not read. Any thread.
 */
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/trust/question.h"

struct history;

/* ERR_INVALID for a file of another program, or of a newer version. */
bool history_open(const char *path, struct history **out, struct err *err) MUST_CHECK;
void history_close(struct history *history); /* accepts NULL */

/* A question that has just been sent. */
struct history_begun {
    const uint8_t *id; /* QUESTION_ID_BYTES */
    int64_t asked_s;
    const char *form;
    const char *question;
    const char *summary;
};
bool history_begin(struct history *history, const struct history_begun *begun,
                   struct err *err) MUST_CHECK;
/* How it ended; document, csv, tsv and receipt are NULL when there is no answer. */
struct history_ended {
    const uint8_t *id;
    const char *summary;
    const char *state;
    const char *document;
    const char *csv;
    const char *tsv;
    const char *receipt;
};
bool history_end(struct history *history, const struct history_ended *ended,
                 struct err *err) MUST_CHECK;

enum history_text { HISTORY_STATE, HISTORY_DOCUMENT, HISTORY_CSV, HISTORY_TSV, HISTORY_RECEIPT };
/* Appends this text of a question. *found is false when there is no such question, or no such text
 * of it. */
bool history_read(struct history *history, const uint8_t *id, enum history_text which,
                  struct bytes *out, bool *found, struct err *err) MUST_CHECK;
/* Appends the summaries as a JSON list, newest first, at most so many. */
bool history_list(struct history *history, int64_t most, struct bytes *out,
                  struct err *err) MUST_CHECK;

/* Saves a question under a name; *id is its number. */
bool history_save(struct history *history, const char *name, const char *form, int64_t *id,
                  struct err *err) MUST_CHECK;
/* Appends one saved question as JSON (Saved), or with id 0 all of them as a list, by name. */
bool history_saved(struct history *history, int64_t id, struct bytes *out, bool *found,
                   struct err *err) MUST_CHECK;
bool history_forget(struct history *history, int64_t id, bool *found, struct err *err) MUST_CHECK;

/* A letter to regions that was prepared (handover.h). */
struct history_letter {
    const uint8_t *id; /* of the question */
    int64_t prepared_s;
    const char *person;
    const char *nodes; /* "01,12" */
    const char *reference;
};
bool history_letter_add(struct history *history, const struct history_letter *letter,
                        struct err *err) MUST_CHECK;
/* Appends a JSON list of PreparedLetter, newest first, at most so many. */
bool history_letters(struct history *history, int64_t most, struct bytes *out,
                     struct err *err) MUST_CHECK;

/* A token of a script, as it is kept. */
struct history_token {
    const uint8_t *hash; /* of its text, 32 bytes */
    const char *name;
    int64_t scope;
    int64_t created_s;
    int64_t expires_s;
};
/* Adds it; *id is its number, or 0 when `most` have not yet ended. Those that have are removed. */
bool history_token_add(struct history *history, const struct history_token *token, int64_t most,
                       int64_t *id, struct err *err) MUST_CHECK;
/* The scope of the token with this hash that has not ended by now, which is noted as used; 0: none.
 */
bool history_token_use(struct history *history, const uint8_t *hash, int64_t now_s, int64_t *scope,
                       struct err *err) MUST_CHECK;
/* Appends all as a JSON list of {id, name, scope, created, expires, used}, by number; scope is a
 * word of bearer.h, times are RFC 3339 in UTC, `used` is null for never. */
bool history_tokens(struct history *history, struct bytes *out, struct err *err) MUST_CHECK;
bool history_token_revoke(struct history *history, int64_t id, bool *found,
                          struct err *err) MUST_CHECK;
