#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codes of a question against the releases and records of this node, before anything is
 * counted: one that neither knows is most often a slip, and its answer would be a wrong "nobody".
 */
#include "proto/base/err.h"

struct ast;
struct snapshot;

/*
 * ERR_INVALID for a code that the loaded release of its system lacks and no record has, with a code
 * that may be meant. A system without a loaded release is not judged. hint: on standard error, of
 * "= CODE" where the release has codes below it, that "under" takes these. question NULL: a file of
 * them, which is a machine's; it reads "cannot tell" itself, and nothing is done.
 */
bool count_codes(struct snapshot *snapshot, const struct ast *question, bool hint,
                 struct err *err) MUST_CHECK;
