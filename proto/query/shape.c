/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/shape.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/query/mode.h"
#include "proto/query/place.h"
#include "proto/query/wire.h"

const struct shape shape_count = {
    .measure = {MEASURE_COUNT, COUNT_CELLS, 1}, .n_parts = 1, .part_cells = COUNT_CELLS};

static_assert((int)MEASURE_COUNT == RIKSTAL__V1__MEASURE__MEASURE_COUNT, "as on the wire");
static_assert((int)MEASURE_BREAKDOWN == RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN, "as on the wire");
static_assert((int)MEASURE_FREQUENCY == RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY, "as on the wire");
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
    if (parts == MEASURE_BY_DIMENSIONS) {
        if (!dimension_table_of((const char *const *)question->dimensions, question->n_dimensions,
                                &shape.breakdown, err))
            return false;
        shape.n_parts = shape.breakdown.n_parts;
    }
    if (parts == MEASURE_BY_CHANGES && !changes_read(question, arena, &shape, err))
        return false;
    if (!measure_declare(kind, shape.n_parts, &shape.measure, err))
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

bool shape_changes(const char *text, struct arena *arena, Rikstal__V1__Question *question,
                   struct err *err)
{
    assert(text && arena && question);
    size_t n = pieces(text);
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
        changes[i] = wire_encode_value(&value, arena);
        if (!changes[i])
            changes = NULL;
        text += length + 1;
    }
    if (!changes)
        return err_memory(err);
    question->n_changes = n;
    question->changes = changes;
    return true;
}

size_t shape_keys(const struct shape *shape)
{
    assert(shape);
    return shape->changes ? 1 : shape->breakdown.n_dimensions;
}

const char *shape_key(const struct shape *shape, size_t key)
{
    assert(key < shape_keys(shape));
    return shape->changes ? "change" : shape->breakdown.dimensions[key]->name;
}

const char *shape_part(const struct shape *shape, uint32_t part, size_t key)
{
    uint32_t classes[DIMENSIONS_MAX];

    assert(key < shape_keys(shape) && part < shape->n_parts);
    if (shape->changes)
        return shape->changes[part].text;
    dimension_table_classes(&shape->breakdown, part, classes);
    return shape->breakdown.dimensions[key]->classes[classes[key]];
}
