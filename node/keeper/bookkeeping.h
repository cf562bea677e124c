#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who pays for a question where the policy gives each person accounts of their own: the keeper's
 * side of node/privacy/books.h.
 *
 * The ledger charges the organisation as before, durably and before data are looked at; that limits
 * how much it may ask. What a person has spent stands in the books, which are the keeper's alone.
 * Nothing here refuses, takes longer or writes because of what a person has left: a refusal follows
 * from the least that everybody has spent (books_settle()), which follows from the ledger. One
 * thread.
 */
#include <stdbool.h>

#include "node/privacy/account.h"
#include "proto/base/err.h"

struct keeper;
struct request_charged;

/* D/books. A damaged file is noted in the log, and the books begin at their worst case. */
bool bookkeeping_start(struct keeper *keeper, struct err *err) MUST_CHECK;
/*
 * Before the charge: where nobody's account covers the price, not even of somebody who was in no
 * figure so far, sets charged->exhausted and caps of 0, so that repeats alone are answered. Changes
 * nothing where persons have no accounts.
 */
bool bookkeeping_limit(struct keeper *keeper, struct request_charged *charged,
                       struct err *err) MUST_CHECK;
/*
 * After the charge: the accounts that pay for its cells. *account is NULL where persons have none,
 * else *space, which lives as long as the caller's.
 */
bool bookkeeping_account(struct keeper *keeper, const struct request_charged *charged,
                         struct account *space, const struct account **account,
                         struct err *err) MUST_CHECK;
/*
 * Refuses what the ledger did not cover, with the asker's own balances: more depends on others'
 * questions. Returns false.
 */
bool bookkeeping_refuse(const struct keeper *keeper, const struct request_charged *charged,
                        struct err *err) MUST_CHECK;
/* The ledger has given this charge back. What persons have paid stays paid. */
void bookkeeping_given_back(struct keeper *keeper, const struct request_charged *charged);
/*
 * After the frames that were due have left: writes the books when no question waits and no answer
 * will be due before they are written, by the time that the last write took, or when many charges
 * are not in the file. So no answer waits for the disk between its question and its slot, but where
 * one is due at every moment, and then each time after UNWRITTEN_CHARGES questions.
 */
void bookkeeping_save(struct keeper *keeper);
/* Writes what is not written, and closes. */
void bookkeeping_end(struct keeper *keeper);
