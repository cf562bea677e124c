#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* For retention.c only: the state's one connection. */
struct sqlite3;
struct state;

struct sqlite3 *state_db(struct state *state);
