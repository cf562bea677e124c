#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node as the node board shows it (schemas/nodes.json): its state, its data, and what its policy
 * lets a role ask. Pure; any thread.
 */
#include <cjson/cJSON.h>
#include <stdbool.h>

#include "coordinator/ask/service.h"

/* The caller deletes it. *ok becomes false when memory is out, and stays false. */
cJSON *node_json(const struct service_node *node, bool *ok);
