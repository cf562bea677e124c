#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language as JSON (schemas/desk.json, /language), from the tables that the parser reads: a
 * builder has no list of its own. Pure; any thread.
 */
#include <cjson/cJSON.h>

/* NULL when memory is out. */
cJSON *lexicon_json(void);
