#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a desk shows of itself and of the network: version, who asks here, the node board, budgets,
 * and the check of a receipt. desk_handler functions; any thread.
 */
#include "coordinator/desk/desk_inside.h"

desk_handler board_version, board_me, board_nodes, board_budget, board_verify;

/* What GET PATH of the coordinator gives, as JSON. `signed_in`: with a token of this asker. */
bool board_fetch(const struct session *session, const char *path, bool signed_in, cJSON **out,
                 struct err *err) MUST_CHECK;
