/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/count_codes.h"

#include <stdio.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "proto/query/ast.h"
#include "proto/query/code.h"

typedef bool look(struct snapshot *snapshot, const struct ast_node *test,
                  const struct ast_value *value, struct err *err);

/* Recursion is bounded by AST_DEPTH_MAX. */
static bool walk(struct snapshot *snapshot, const struct ast_node *node, look *at, struct err *err)
{
    for (uint32_t i = 0; node->kind == AST_TEST && i < node->n_values; i++)
        if (node->values[i].kind == VALUE_CODE && !at(snapshot, node, &node->values[i], err))
            return false;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!walk(snapshot, node->children[i], at, err))
            return false;
    return true;
}

/* Has anybody here this very code, present or absent? */
static bool is_recorded(struct snapshot *snapshot, const struct ast_value *value, bool *recorded,
                        struct err *err)
{
    static const enum concept_form forms[] = {CONCEPT_EXACT, CONCEPT_EXCLUDED};

    *recorded = false;
    for (size_t s = 0; !*recorded && s < snapshot_info(snapshot)->n_segments; s++)
        for (size_t f = 0; !*recorded && f < 2; f++) {
            uint64_t words[SEGMENT_WORDS_MAX] = {0};

            if (!segment_concept(
                    snapshot_segment(snapshot, s),
                    (struct concept){CONCEPT_ANY_KIND, value->system, value->code, forms[f]}, words,
                    err))
                return false;
            for (size_t i = 0; i < SEGMENT_WORDS_MAX; i++)
                *recorded |= words[i] != 0;
        }
    return true;
}

/* A term of the release that differs in one digit, or in two neighbours that changed places. */
static bool near_term(struct snapshot *snapshot, const struct ast_value *value,
                      char out[static CODE_TEXT_MAX], struct err *err)
{
    struct code code = {0};
    const char *today = NULL;
    bool known = false;
    size_t n;

    snprintf(code.system, sizeof(code.system), "%s", value->system);
    snprintf(code.code, sizeof(code.code), "%s", value->code);
    n = strlen(code.code);
    for (size_t i = 0; i < n; i++) {
        char kept = code.code[i];

        for (char c = '0'; kept >= '0' && kept <= '9' && c <= '9'; c++) {
            code.code[i] = c;
            if (!snapshot_term(snapshot, value->system, code.code, &known, &today, err))
                return false;
            if (known) {
                code_print(&code, out);
                return true;
            }
        }
        code.code[i] = kept;
    }
    return true;
}

static bool look_known(struct snapshot *snapshot, const struct ast_node *test,
                       const struct ast_value *value, struct err *err)
{
    const struct snapshot_system *system = snapshot_system_find(snapshot, value->system);
    char near[CODE_TEXT_MAX] = "";
    const char *today = NULL;
    bool known = true;

    (void)test;
    if (!system)
        return true;
    if (!snapshot_term(snapshot, value->system, value->code, &known, &today, err) ||
        (!known && !is_recorded(snapshot, value, &known, err)) ||
        (!known && !near_term(snapshot, value, near, err)))
        return false;
    return known || err_set(err, ERR_INVALID,
                            "the release %s of %s has no code %s, and no record here has it%s%s; "
                            "nothing was counted",
                            system->release, value->system, value->text,
                            *near ? ": did you mean " : "", near);
}

static bool look_below(struct snapshot *snapshot, const struct ast_node *test,
                       const struct ast_value *value, struct err *err)
{
    bool has = false;

    if (test->op != OP_IN)
        return true;
    if (!snapshot_has_below(snapshot, value->system, value->code, &has, err))
        return false;
    if (has)
        fprintf(stderr,
                "rikstal-node count: %s has codes below it, and \"=\" is this very code alone: "
                "\"under %s\" takes them too\n",
                value->text, value->text);
    return true;
}

bool count_codes(struct snapshot *snapshot, const struct ast *question, bool hint, struct err *err)
{
    return !question || (walk(snapshot, question->root, look_known, err) &&
                         (!hint || walk(snapshot, question->root, look_below, err)));
}
