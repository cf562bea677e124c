#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of P (promises.c): each plays against five real keepers and prints its rows. One
 * thread.
 */
#include "tests/attack/net.h"

#ifdef PROMISES_OLD
enum { PROMISES_ARE_OLD = 1 };
#else
enum { PROMISES_ARE_OLD = 0 };
#endif

/*
 * A row of an attack that succeeded `leaks` times of n: it must be none. In the program with the
 * old behaviour the row is a control, and it must be all.
 */
void promises_judge(const char *id, size_t leaks, size_t n, const char *what);
/* A number from a node's ledger. */
int64_t promises_look(const struct net *net, size_t i, const char *sql);

/*
 * The default policy without its rates, and with `from` replaced by `to` wherever it stands ("":
 * nothing is). One of a few buffers that take turns.
 */
const char *promises_policy(const char *from, const char *to);

/* The same text as a policy of this version. */
const char *promises_policy_version(const char *policy, unsigned version);

/* P2: promises_asked.c. */
void promises_asked(void);
/* P4: promises_sums.c. */
void promises_sums(void);
