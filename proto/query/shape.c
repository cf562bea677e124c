/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/shape.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/printable.h"
#include "proto/query/mode.h"
#include "proto/query/place.h"
#include "proto/query/wire.h"

const struct shape shape_count = {
    .measure = {.kind = MEASURE_COUNT, .n_cells = COUNT_CELLS, .sensitivity_squared = 1},
    .n_parts = 1,
    .part_cells = COUNT_CELLS};

static_assert((int)MEASURE_COUNT == RIKSTAL__V1__MEASURE__MEASURE_COUNT, "as on the wire");
static_assert((int)MEASURE_BREAKDOWN == RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN, "as on the wire");
static_assert((int)MEASURE_FREQUENCY == RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY, "as on the wire");
static_assert((int)MEASURE_FUNNEL == RIKSTAL__V1__MEASURE__MEASURE_FUNNEL, "as on the wire");
static_assert((int)MEASURE_SHARE == RIKSTAL__V1__MEASURE__MEASURE_SHARE, "as on the wire");
static_assert((int)MEASURE_LEAVE_ONE_OUT == RIKSTAL__V1__MEASURE__MEASURE_LEAVE_ONE_OUT,
              "as on the wire");
static_assert((int)MEASURE_TIMELINE == RIKSTAL__V1__MEASURE__MEASURE_TIMELINE, "as on the wire");
static_assert((int)MEASURE_HISTOGRAM == RIKSTAL__V1__MEASURE__MEASURE_HISTOGRAM, "as on the wire");
static_assert((int)MEASURE_SURVIVAL == RIKSTAL__V1__MEASURE__MEASURE_SURVIVAL, "as on the wire");
static_assert((int)MEASURE_ASSOCIATION == RIKSTAL__V1__MEASURE__MEASURE_ASSOCIATION,
              "as on the wire");
static_assert((int)MODE_REGIONS == RIKSTAL__V1__MODE__MODE_REGIONS, "as on the wire");
static_assert((int)MODE_SUM == RIKSTAL__V1__MODE__MODE_SUM, "as on the wire");
static_assert((int)MODE_DISTINCT_NUMBER == RIKSTAL__V1__MODE__MODE_DISTINCT, "as on the wire");

static bool changes_read(const Rikstal__V1__Question *question, struct arena *arena,
                         struct shape *shape, struct err *err)
{
    shape->n_parts = (uint32_t)question->n_changes;
    if (question->n_changes > MEASURE_CHANGES_MAX)
        return true; /* measure_declare() guarantees it */
    shape->changes = arena_array(arena, question->n_changes + 1, sizeof(*shape->changes));
    if (!shape->changes)
        return err_memory(err);
    for (size_t i = 0; i < question->n_changes; i++)
        if (!wire_decode_change(question->changes[i], arena, &shape->changes[i], err))
            return false;
    return true;
}

/* The operands of the criterion, by its last op, which is the root of the postfix list. */
static uint32_t operands_of(const Rikstal__V1__Question *question)
{
    const Rikstal__V1__Op *root =
        question->n_criterion ? question->criterion[question->n_criterion - 1] : NULL;

    return root && root->kind == AST_AND ? root->operands : 1;
}

static bool step_read(const Rikstal__V1__Step *step, size_t number, struct shape_step *out,
                      struct err *err)
{
    size_t length = strlen(step->name);

    if (length < 1 || length > SHAPE_STEP_NAME_MAX || !printable(step->name))
        return err_set(err, ERR_INVALID,
                       "the name of step %zu must be 1 to %d bytes that can be printed", number,
                       SHAPE_STEP_NAME_MAX);
    *out = (struct shape_step){step->name, step->operands};
    return true;
}

/* Every operand of the criterion belongs to one step. */
static bool steps_read(const Rikstal__V1__Question *question, struct arena *arena,
                       struct shape *shape, struct err *err)
{
    uint64_t operands = 0;

    shape->n_parts = (uint32_t)question->n_steps;
    if (question->n_steps > MEASURE_STEPS_MAX)
        return true; /* measure_declare() refuses it */
    shape->steps = arena_array(arena, question->n_steps + 1, sizeof(*shape->steps));
    if (!shape->steps)
        return err_memory(err);
    for (size_t i = 0; i < question->n_steps; i++) {
        if (!step_read(question->steps[i], i + 1, &shape->steps[i], err))
            return false;
        if (shape->steps[i].operands == 0)
            return err_set(err, ERR_INVALID, "step %zu has no criterion", i + 1);
        operands += shape->steps[i].operands;
    }
    return question->n_steps == 0 || operands == operands_of(question) ||
           err_set(err, ERR_INVALID, "the steps are of %llu criteria, the question has %u",
                   (unsigned long long)operands, operands_of(question));
}

/* ---- bins and roles -------------------------------------------------------------------------- */

/* The place of the last op before the operand that ends at `end`; -1: it is the first. */
static ptrdiff_t before_operand(const Rikstal__V1__Question *question, ptrdiff_t end)
{
    int64_t open = 1; /* operands that are still to be found */

    for (; end >= 0 && open > 0; end--)
        open += (int64_t)question->criterion[end]->operands - 1;
    return end;
}

/* The place of the root of operand number `which` of the criterion; < 0: the list is malformed. */
static ptrdiff_t operand_root(const Rikstal__V1__Question *question, uint32_t which)
{
    uint32_t n = operands_of(question);
    bool is_and = question->n_criterion > 0 &&
                  question->criterion[question->n_criterion - 1]->kind == AST_AND;
    ptrdiff_t at = (ptrdiff_t)question->n_criterion - (is_and ? 2 : 1);

    for (uint32_t i = n; at >= 0 && i-- > which + 1;)
        at = before_operand(question, at);
    return at;
}

/* Is the operand that ends here one about variants, at least in part? */
static bool has_variant(const Rikstal__V1__Question *question, ptrdiff_t end)
{
    bool has = false;

    for (ptrdiff_t at = end, before = before_operand(question, end); at > before; at--)
        has |= question->criterion[at]->kind == AST_VARIANT;
    return has;
}

/* An event of codes, or, for the end of a time, `deceased = yes`. */
static bool is_event(const Rikstal__V1__Question *question, ptrdiff_t at, bool may_be_death)
{
    const Rikstal__V1__Op *op = at >= 0 ? question->criterion[at] : NULL;

    if (op && op->kind == AST_EVENT)
        return !has_variant(question, at);
    return op && may_be_death && op->kind == AST_TEST && op->field == FIELD_DECEASED &&
           op->op == OP_IN && op->n_values == 1 && strcmp(op->values[0]->text, "yes") == 0;
}

static const char *role_name(uint32_t role, uint32_t n_events)
{
    if (role >= n_events)
        return SHAPE_AMONG;
    return role == 0 ? SHAPE_FROM : SHAPE_TO;
}

static bool role_read(const Rikstal__V1__Question *question, uint32_t role, uint32_t n_events,
                      struct err *err)
{
    const Rikstal__V1__Step *step = question->steps[role];
    const char *name = role_name(role, n_events);

    if (strcmp(step->name, name) != 0)
        return err_set(err, ERR_INVALID, "role %u of the bins must be \"%s\"", role + 1, name);
    if (role >= n_events)
        return true;
    return (step->operands == 1 && is_event(question, operand_root(question, role), role > 0)) ||
           err_set(err, ERR_INVALID, "\"%s\" must be one event( )%s, of codes", name,
                   role > 0 ? " or deceased = yes" : "");
}

/* The events come first, an operand each; what is left says among whom. */
static bool roles_read(const Rikstal__V1__Question *question, struct arena *arena,
                       struct shape *shape, struct err *err)
{
    uint32_t n_events = bins_events(shape->bins->unit);
    uint32_t parts = shape->n_parts;
    size_t n = question->n_steps;

    if (n_events == 0 && n == 0)
        return true;
    if (n_events == 0 || n < n_events || n > n_events + 1)
        return err_set(err, ERR_INVALID,
                       "bins of this unit have %u events and among whom, not %zu roles", n_events,
                       n);
    if (!steps_read(question, arena, shape, err))
        return false;
    shape->roles = shape->steps;
    shape->n_roles = (uint32_t)n;
    shape->steps = NULL;
    shape->n_parts = parts;
    for (uint32_t i = 0; i < shape->n_roles; i++)
        if (!role_read(question, i, n_events, err))
            return false;
    return true;
}

/* Exposure, outcome and among whom, each of some operands. */
static bool sides_read(const Rikstal__V1__Question *question, struct arena *arena,
                       struct shape *shape, struct err *err)
{
    static const char *const names[] = {SHAPE_EXPOSURE, SHAPE_OUTCOME, SHAPE_AMONG};
    size_t n = question->n_steps;

    if (n < 2 || n > 3)
        return err_set(err, ERR_INVALID,
                       "an association has an exposure, an outcome and among whom, not %zu roles",
                       n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(question->steps[i]->name, names[i]) != 0)
            return err_set(err, ERR_INVALID, "role %zu of an association must be \"%s\"", i + 1,
                           names[i]);
    if (!steps_read(question, arena, shape, err))
        return false;
    shape->roles = shape->steps;
    shape->n_roles = (uint32_t)n;
    shape->steps = NULL;
    shape->n_parts = 1;
    return true;
}

static bool bins_read(const Rikstal__V1__Question *question,
                      const struct measure_declaration *declared, struct arena *arena,
                      struct shape *shape, struct err *err)
{
    const Rikstal__V1__Bins *from = question->bins;

    if (!from)
        return err_set(err, ERR_INVALID, "a %s has no bins", declared->name);
    shape->bins = arena_alloc(arena, sizeof(*shape->bins));
    if (!shape->bins)
        return err_memory(err);
    if (from->unit > 31 || !(declared->bins >> from->unit & 1))
        return err_set(err, ERR_INVALID, "a %s has no bins of unit %u", declared->name, from->unit);
    if (!bins_of((int)from->unit, from->edges, from->n_edges, arena, shape->bins, err))
        return false;
    shape->n_parts = shape->bins->dimension.n_classes;
    shape->breakdown = (struct dimension_table){
        .dimensions = {&shape->bins->dimension}, .n_dimensions = 1, .n_parts = shape->n_parts};
    return roles_read(question, arena, shape, err);
}

bool shape_read(const Rikstal__V1__Question *question, struct arena *arena, struct shape *out,
                struct err *err)
{
    assert(question && arena && out);
    enum measure_kind kind = (enum measure_kind)question->measure;
    const struct measure_declaration *declared = measure_declaration(kind);
    enum measure_parts parts = declared ? declared->parts : MEASURE_ONE_PART;
    struct shape shape = {.n_parts = 1, .part_cells = measure_part_cells(kind)};

    if ((question->n_dimensions > 0 && parts != MEASURE_BY_DIMENSIONS) ||
        (question->n_changes > 0 && parts != MEASURE_BY_CHANGES))
        return err_set(err, ERR_INVALID, "dimensions are a breakdown's, changes a frequency's");
    if (question->n_steps > 0 && parts != MEASURE_BY_STEPS && parts != MEASURE_BY_BINS &&
        parts != MEASURE_TWO_BY_TWO)
        return err_set(err, ERR_INVALID, "steps are for a funnel and for leave_one_out");
    if (question->bins && parts != MEASURE_BY_BINS)
        return err_set(err, ERR_INVALID, "bins are for a timeline, a histogram and a survival");
    if (parts == MEASURE_BY_DIMENSIONS) {
        if (!dimension_table_of((const char *const *)question->dimensions, question->n_dimensions,
                                &shape.breakdown, err))
            return false;
        shape.n_parts = shape.breakdown.n_parts;
    }
    if (parts == MEASURE_BY_CHANGES && !changes_read(question, arena, &shape, err))
        return false;
    if (parts == MEASURE_BY_STEPS && !steps_read(question, arena, &shape, err))
        return false;
    if (parts == MEASURE_BY_BINS && !bins_read(question, declared, arena, &shape, err))
        return false;
    if (parts == MEASURE_TWO_BY_TWO && !sides_read(question, arena, &shape, err))
        return false;
    if (!measure_declare(kind, shape.n_parts, &shape.measure, err) ||
        !measure_grade(&shape.measure, question->sigma_undetermined, question->sigma_total, err))
        return false;
    *out = shape;
    return true;
}

/* The number of pieces between commas; at least one. */
static size_t pieces(const char *text)
{
    size_t n = 1;

    for (; *text; text++)
        n += *text == ',';
    return n;
}

bool shape_dimensions(const char *text, struct arena *arena, Rikstal__V1__Question *question,
                      struct err *err)
{
    assert(text && arena && question);
    size_t n = pieces(text);
    char **names = arena_array(arena, n, sizeof(*names));
    struct dimension_table ignored;

    for (size_t i = 0; names && i < n; i++) {
        size_t length = strcspn(text, ",");

        names[i] = arena_strndup(arena, text, length);
        if (!names[i])
            names = NULL;
        text += length + 1;
    }
    if (!names)
        return err_memory(err);
    if (!dimension_table_of((const char *const *)names, n, &ignored, err))
        return false;
    question->n_dimensions = n;
    question->dimensions = names;
    return true;
}

/* Is changes[n] one of the n before it? Their texts are canonical. */
static bool change_is_among(Rikstal__V1__Value *const *changes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(changes[i]->text, changes[n]->text) == 0)
            return true;
    return false;
}

bool shape_changes(const char *text, struct arena *arena, Rikstal__V1__Question *question,
                   struct err *err)
{
    assert(text && arena && question);
    size_t n = pieces(text), kept = 0;
    Rikstal__V1__Value **changes = NULL;
    struct ast_value value;

    if (n > MEASURE_CHANGES_MAX)
        return err_set(err, ERR_INVALID, "%zu changes; at most %d are released at once", n,
                       MEASURE_CHANGES_MAX);
    changes = arena_array(arena, n, sizeof(Rikstal__V1__Value *));
    for (size_t i = 0; changes && i < n; i++) {
        size_t length = strcspn(text, ",");
        enum place_fault fault = place_change(text, length, arena, &value);

        if (fault != PLACE_OK)
            return err_set(err, fault == PLACE_MEMORY ? ERR_INTERNAL : ERR_INVALID,
                           "change number %zu: %s", i + 1, place_fault_text(fault));
        changes[kept] = wire_encode_value(&value, arena);
        if (!changes[kept])
            changes = NULL;
        else
            kept += !change_is_among(changes, kept);
        text += length + 1;
    }
    if (!changes)
        return err_memory(err);
    question->n_changes = kept;
    question->changes = changes;
    return true;
}

struct ast_node shape_step_node(const struct ast_node *root, uint32_t at, uint32_t operands)
{
    assert(root && operands > 0);
    if (root->kind != AST_AND) {
        assert(at == 0 && operands == 1);
        return *root;
    }
    assert(at + operands <= root->n_children);
    if (operands == 1)
        return *root->children[at];
    return (struct ast_node){
        .kind = AST_AND, .n_children = operands, .children = root->children + at};
}

size_t shape_keys(const struct shape *shape)
{
    assert(shape);
    return shape->changes || shape->steps ? 1 : shape->breakdown.n_dimensions;
}

const char *shape_key(const struct shape *shape, size_t key)
{
    assert(key < shape_keys(shape));
    if (shape->changes)
        return "change";
    return shape->steps ? "step" : shape->breakdown.dimensions[key]->name;
}

const char *shape_part(const struct shape *shape, uint32_t part, size_t key)
{
    uint32_t classes[DIMENSIONS_MAX];

    assert(key < shape_keys(shape) && part < shape->n_parts);
    if (shape->changes)
        return shape->changes[part].text;
    if (shape->steps)
        return shape->steps[part].name;
    dimension_table_classes(&shape->breakdown, part, classes);
    return shape->breakdown.dimensions[key]->classes[classes[key]];
}
