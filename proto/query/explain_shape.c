#include "proto/query/explain_shape.h"

#include <stdio.h>

#include "proto/base/bytes.h"

static void add_number(struct bytes *out, uint32_t number)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", number);
    bytes_add_text(out, text);
}

static void explain_table(const struct shape *shape, struct bytes *out)
{
    bytes_add_text(out, "a table of these persons, with one figure for each of ");
    add_number(out, shape->n_parts);
    bytes_add_text(out, " parts of how many they are, and one of how many cannot be told:\n");
    for (size_t i = 0; i < shape->breakdown.n_dimensions; i++) {
        const struct dimension *dimension = shape->breakdown.dimensions[i];

        bytes_add_text(out, "  by ");
        bytes_add_text(out, dimension->name);
        for (uint32_t k = 0; k < dimension->n_classes; k++) {
            bytes_add_text(out, k ? ", " : ": ");
            bytes_add_text(out, dimension->classes[k]);
        }
        bytes_add_text(out, "\n");
    }
}

static void explain_changes(const struct shape *shape, struct bytes *out)
{
    bytes_add_text(out, "how many of these persons have which genotype at ");
    add_number(out, shape->n_parts);
    bytes_add_text(out, shape->n_parts == 1 ? " change:\n" : " changes:\n");
    for (uint32_t i = 0; i < shape->n_parts; i++) {
        bytes_add_text(out, "  ");
        bytes_add_text(out, shape_part(shape, i, 0));
        bytes_add_text(out, "\n");
    }
}

void explain_shape(const struct shape *shape, struct bytes *out)
{
    if (shape->measure.kind == MEASURE_BREAKDOWN)
        explain_table(shape, out);
    else if (shape->measure.kind == MEASURE_FREQUENCY)
        explain_changes(shape, out);
    else
        bytes_add_text(out, "how many these persons are, and of how many it cannot be told\n");
}

void explain_disease(const char *disease, struct bytes *out)
{
    if (!*disease)
        return;
    bytes_add_text(out, "the research is on ");
    bytes_add_text(out, disease);
    bytes_add_text(out, ": persons who permit research on this disease alone, or on one above it, "
                        "are counted too\n");
}
