#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* An echo with a code and a gene about which everything is said, for tests of schemas. */
#include "proto/terms/term_echo.h"

static const struct term_echo *echo_of_all(void)
{
    static const char *const names[TERM_CHECK_NODES_MAX] = {"Stockholm"},
                             *const ids[TERM_CHECK_NODES_MAX] = {"01"};
    static const struct ast_value code = {.text = "hp:1"}, gene = {.text = "HER2"};
    static struct term_finding finding[] = {{.value = &code,
                                             .state = TERM_KNOWN,
                                             .lacking = 1,
                                             .label = "a label",
                                             .today = "hp:2",
                                             .obsolete = true,
                                             .hint_under = true},
                                            {.value = &gene,
                                             .gene = true,
                                             .state = TERM_KNOWN,
                                             .lacking = 1,
                                             .label = "",
                                             .today = "ERBB2",
                                             .hgnc = 3430}};
    static const struct term_findings findings = {finding, 2};
    static const struct term_echo echo = {&findings, 1, names, ids};

    return &echo;
}
