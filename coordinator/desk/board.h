#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a desk shows of itself and of the network: version, who asks here, the node board, budgets,
 * and the check of a receipt. desk_handler functions; any thread.
 */
#include "coordinator/desk/desk_inside.h"

desk_handler board_version, board_me, board_nodes, board_budget, board_verify;
