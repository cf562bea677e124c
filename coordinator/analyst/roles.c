/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/roles.h"

#include <assert.h>
#include <string.h>

#include "coordinator/analyst/compose.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/print.h"
#include "proto/query/protocol.h"

struct composing {
    struct arena *arena;
    struct bytes question;
    struct protocol *protocol;
};

static char *text_of(struct bytes *bytes, struct arena *arena)
{
    char *text =
        bytes->failed ? NULL : arena_strndup(arena, (const char *)bytes->data, bytes->size);

    bytes_clear(bytes);
    return text;
}

static bool is_moment(const struct ast_node *node)
{
    return node->kind == AST_EVENT || (node->kind == AST_TEST && node->field == FIELD_DECEASED);
}

/* The `and` of what is given so far and of one part more. */
static void add_part(struct bytes *question, const struct ast *ast, bool wrap)
{
    bytes_add_text(question, question->size ? " and (" : "(");
    bytes_add_text(question, wrap ? "event(" : "");
    print(ast, question);
    bytes_add_text(question, wrap ? "))" : ")");
}

bool roles_given(const struct roles *roles)
{
    assert(roles);
    return roles->from || roles->to || roles->exposure || roles->outcome;
}

bool roles_suit(const struct roles *roles, enum measure_kind measure, struct err *err)
{
    assert(roles && measure_declaration(measure));
    enum measure_parts parts = measure_declaration(measure)->parts;

    if ((roles->from || roles->to) && parts != MEASURE_BY_BINS)
        return err_set(err, ERR_INVALID,
                       "--from and --to are for a timeline, a histogram and a survival, not for %s",
                       measure_name(measure));
    if ((roles->exposure || roles->outcome) && parts != MEASURE_TWO_BY_TWO)
        return err_set(err, ERR_INVALID,
                       "--exposure and --outcome are for an association, not for %s",
                       measure_name(measure));
    return parts != MEASURE_TWO_BY_TWO || (roles->exposure && roles->outcome) ||
           err_set(err, ERR_INVALID,
                   "an association needs --exposure and --outcome, as in --exposure 'gene = "
                   "BRCA1' --outcome 'diagnosis under icd10:C50'");
}

/* option: "--from: ", for a mistake; NULL where nothing may be given. */
static bool add_role(struct composing *to, const char *name, const char *text, const char *option,
                     struct err *err)
{
    bool is_event = strcmp(name, SHAPE_FROM) == 0 || strcmp(name, SHAPE_TO) == 0;
    struct ast ast;

    if (!text)
        return true;
    if (!compose_parse(text, to->arena, &ast, err))
        return option ? err_wrap(err, "%s", option) : false;
    if (ast.root->kind == AST_ALL)
        return !option ||
               (err_set(err, ERR_INVALID, "names nobody") || err_wrap(err, "%s", option));
    to->protocol->step[to->protocol->n_steps++] = (struct shape_step){
        name, !is_event && ast.root->kind == AST_AND ? ast.root->n_children : 1};
    add_part(&to->question, &ast, is_event && !is_moment(ast.root));
    return true;
}

bool roles_compose(const struct roles *roles, struct arena *arena, struct protocol *out,
                   struct err *err)
{
    assert(roles && arena && out);
    struct composing to = {arena, {0}, out};
    struct bytes canonical = {0};
    const char *text;
    bool ok;

    *out = (struct protocol){0};
    ok = add_role(&to, SHAPE_FROM, roles->from, "--from: ", err) &&
         add_role(&to, SHAPE_TO, roles->to, "--to: ", err) &&
         add_role(&to, SHAPE_EXPOSURE, roles->exposure, "--exposure: ", err) &&
         add_role(&to, SHAPE_OUTCOME, roles->outcome, "--outcome: ", err) &&
         add_role(&to, SHAPE_AMONG, roles->among, NULL, err);
    text = to.question.size ? text_of(&to.question, arena) : "";
    bytes_clear(&to.question);
    if (!ok || !text)
        return ok ? err_memory(err) : false;
    if (!compose_parse(text, arena, &out->ast, err))
        return false;
    print(&out->ast, &canonical);
    out->question = text_of(&canonical, arena);
    if (!roles_given(roles))
        out->n_steps = 0;
    return out->question || err_memory(err);
}
