#pragma once
/*
 * Who witnesses whose audit log: every node's is witnessed by the nodes 1, 5, 9 and 13 places
 * further in the roster's order (in a small network the next free ones), and it answers only what
 * 3 of these 4 have cosigned. Two quorums share two witnesses, of whom one may be dishonest
 * (reference: privacy, section 5.3). One thread.
 */
#include "proto/base/err.h"

struct draft;

#define WITNESSES_NODES_MIN 6

/* After a change of the nodes: spread anew where there are witnesses, off where too few are left.
 */
bool witnesses_keep(struct draft *draft, struct err *err) MUST_CHECK;
/* on: spread anew over the nodes that are there; ERR_INVALID below the minimum. off: none. */
bool witnesses_spread(struct draft *draft, bool on, struct err *err) MUST_CHECK;
