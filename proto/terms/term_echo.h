#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What term_check() found, for the echo of a question: labels, today's codes and symbols, what
 * could not be checked, and which nodes cannot tell because their release lacks a code.
 *
 *   HP:0001250 Seizure
 *   HER2 → ERBB2
 *   icd10:C50.1 Central del av bröstkörtel; cannot tell in Uppsala: the release there lacks it
 *
 * Pure functions; any thread.
 */
#include <cjson/cJSON.h>

#include "proto/base/bytes.h"
#include "proto/terms/term_check.h"

struct term_echo {
    const struct term_findings *findings;
    uint64_t nodes;           /* the nodes that are asked, as bits */
    const char *const *names; /* of the node of each bit, for lines; NULL: this node alone */
    const char *const *ids;   /* likewise, for JSON */
};

/* Appends a line for each finding that has something to say, each after `before`. */
void term_echo_lines(const struct term_echo *echo, const char *before, struct bytes *out);
/* Puts the members "codes" and "genes", where there are any. */
void term_echo_put(const struct term_echo *echo, cJSON *object, bool *ok);
