#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom the field `region` of a question concerns. A node knows its own region, so a test on it is
 * a public fact there: a node that cannot meet the question has the answer "nobody" for certain,
 * and need neither be asked nor charged. In mode sum the field is not offered: a sum in which one
 * region alone counts anybody is that region's own figure. Nor is it in a question with steps: a
 * node that the whole question rules out is not asked, and its persons would be missing in the
 * steps before. Values only; any thread.
 */
#include <stdbool.h>

struct ast_node;

#define AUDIENCE_REGION_IN_SUM                                                                     \
    "a sum over one region's persons would be that region's own figure; ask in mode regions"
#define AUDIENCE_REGION_IN_STEPS                                                                   \
    "region is no criterion of a protocol: the regions that it rules out would be missing in "     \
    "every step; choose the regions with --nodes"

/* Is there a test on `region` anywhere in the question? */
bool audience_names_region(const struct ast_node *root);
/*
 * Can a person of this node meet the question, whatever else is known of that person? By Kleene's
 * rules, with every test on something else than `region` left open.
 */
bool audience_can_meet(const struct ast_node *root, const char *node);
