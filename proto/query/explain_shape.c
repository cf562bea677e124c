/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/explain_shape.h"

#include <assert.h>
#include <stdio.h>

#include "proto/base/bytes.h"
#include "proto/query/print.h"

static void add_number(struct bytes *out, uint32_t number)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", number);
    bytes_add_text(out, text);
}

static void explain_dimensions(const struct dimension_table *breakdown, struct bytes *out)
{
    for (size_t i = 0; i < breakdown->n_dimensions; i++) {
        const struct dimension *dimension = breakdown->dimensions[i];

        bytes_add_text(out, "  by ");
        bytes_add_text(out, dimension->name);
        for (uint32_t k = 0; k < dimension->n_classes; k++) {
            bytes_add_text(out, k ? ", " : ": ");
            bytes_add_text(out, dimension->classes[k]);
        }
        bytes_add_text(out, "\n");
    }
}

static void explain_step(const struct ast_node *root, uint32_t at, uint32_t operands,
                         struct bytes *out)
{
    struct ast_node node = shape_step_node(root, at, operands);
    struct ast step = {.root = &node};

    bytes_add_text(out, ": ");
    print(&step, out);
}

static void explain_roles(const struct shape *shape, const struct ast_node *root, struct bytes *out)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < shape->n_roles; i++) {
        bytes_add_text(out, "  ");
        bytes_add_text(out, shape->roles[i].name);
        if (root)
            explain_step(root, at, shape->roles[i].operands, out);
        at += shape->roles[i].operands;
        bytes_add_text(out, "\n");
    }
}

void explain_shape(const struct shape *shape, const struct ast_node *root, struct bytes *out)
{
    const struct measure_declaration *declared = measure_declaration(shape->measure.kind);

    uint32_t at = 0;

    assert(declared);
    bytes_add_text(out, declared->words);
    if (declared->parts == MEASURE_TWO_BY_TWO)
        explain_roles(shape, root, out);
    if (declared->parts == MEASURE_ONE_PART || declared->parts == MEASURE_TWO_BY_TWO)
        return;
    add_number(out, shape->n_parts);
    bytes_add_text(out, shape->n_parts == 1 ? declared->one_part : declared->many_parts);
    explain_dimensions(&shape->breakdown, out);
    explain_roles(shape, root, out);
    for (uint32_t i = 0; (shape->changes || shape->steps) && i < shape->n_parts; i++) {
        bytes_add_text(out, "  ");
        bytes_add_text(out, shape_part(shape, i, 0));
        if (shape->steps && root) {
            explain_step(root, at, shape->steps[i].operands, out);
            at += shape->steps[i].operands;
        }
        bytes_add_text(out, "\n");
    }
}

void explain_shape_disease(const char *disease, struct bytes *out)
{
    assert(disease && out);
    if (!*disease)
        return;
    bytes_add_text(out, "the research is on ");
    bytes_add_text(out, disease);
    bytes_add_text(out, ": persons who permit research on this disease alone, or on one above it, "
                        "are counted too\n");
}
