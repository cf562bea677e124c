#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the regions' policies will say of a question, before it is signed: by the rules that each
 * announced when it connected (GET /api/v1/nodes). Nobody signed them, and a policy may have
 * changed since, so this is a hint: the region decides when it is asked, and looks at its caps and
 * rates too. Pure; any thread.
 */
#include <cjson/cJSON.h>

#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/query/permission.h"

enum permitted { PERMITTED_UNKNOWN, PERMITTED_YES, PERMITTED_HELD, PERMITTED_NO };

/* `node` is an element of the board's nodes, or NULL. `why` is set where the answer is no. */
enum permitted permitted_at(const cJSON *node, const char *role,
                            const struct permission_asked *asked, struct err *why);
/* "unknown", "answer", "hold", "decline". */
const char *permitted_word(enum permitted permitted);

/*
 * Of all regions of a plan: how many answer, who holds it, who declines it and why, and of whom
 * nothing is known (schemas/dry_run.json, policy). `board` may be NULL: it was not reached. NULL
 * when memory is out.
 */
cJSON *permitted_json(const cJSON *board, const struct plan *plan,
                      const struct permission_asked *asked);
/* The same in lines of words on stdout. */
void permitted_print(const cJSON *policy);
