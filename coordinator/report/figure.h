#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A figure as text for people: "1 240", "<10", "1 195–1 285".
 */
#include "coordinator/report/display.h"

#define FIGURE_BYTES 32
#define RANGE_BYTES 80

/* Writes into room and returns room. */
const char *figure_text(const struct figure *figure, const struct display_rule *rule,
                        char room[static FIGURE_BYTES]);
const char *range_text(const struct figure *figure, char room[static RANGE_BYTES]);
