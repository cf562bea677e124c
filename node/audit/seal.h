#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a leaf says of its question: keyed hashes, whose key stays in the log's own file.
 *
 * A hash without a key would tell which question was asked to whoever tries a list of likely ones:
 * a count's text, and all that a release's noise key is made of, are short and public. The
 * organisation is hashed along, so that two organisations' leaves do not show that they asked the
 * same. One thread.
 */
#include "node/audit/leaf.h"
#include "proto/base/err.h"

struct sqlite3;

/*
 * Replaces the leaf's question_hash and noise_key, where they are not zero, by
 * BLAKE2b-256(key; field, organisation, value). Inside the transaction that appends the leaf
 * (asserted), which also makes the key at the first call.
 */
bool seal_leaf(struct sqlite3 *db, struct leaf *leaf, struct err *err) MUST_CHECK;
/*
 * The same for the identity of a question that was not ready in time, which is in no leaf
 * (schemas/ledger/008.sql). Inside a transaction (asserted).
 */
bool seal_overrun(struct sqlite3 *db, const char *organisation, uint8_t identity[static 32],
                  struct err *err) MUST_CHECK;
