/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/ploidy.h"

#include <stdbool.h>

#define X 23
#define Y 24
#define MT 25

struct stretch {
    uint32_t start, end; /* 1-based, inclusive */
};

/* Indexed by assembly; then X and Y; then PAR#1 and PAR#2. */
static const struct stretch pseudo_autosomal[2][2][2] = {
    {{{60001, 2699520}, {154931044, 155260560}}, {{10001, 2649520}, {59034050, 59363566}}},
    {{{10001, 2781479}, {155701383, 156030895}}, {{10001, 2781479}, {56887903, 57217415}}},
};

enum ploidy ploidy_at(enum ast_assembly assembly, uint8_t chromosome, uint32_t position)
{
    const struct stretch *both;

    if (chromosome == MT)
        return PLOIDY_ONE;
    if ((chromosome != X && chromosome != Y) ||
        (assembly != ASSEMBLY_GRCH37 && assembly != ASSEMBLY_GRCH38))
        return PLOIDY_TWO;
    both = pseudo_autosomal[assembly - ASSEMBLY_GRCH37][chromosome - X];
    for (int i = 0; i < 2; i++)
        if (position >= both[i].start && position <= both[i].end)
            return PLOIDY_TWO;
    return chromosome == X ? PLOIDY_X : PLOIDY_Y;
}

uint32_t ploidy_on_x(enum ast_assembly assembly, uint32_t position_on_y)
{
    if (assembly != ASSEMBLY_GRCH37 && assembly != ASSEMBLY_GRCH38)
        return 0;
    for (int i = 0; i < 2; i++) {
        const struct stretch *on_x = &pseudo_autosomal[assembly - ASSEMBLY_GRCH37][0][i];
        const struct stretch *on_y = &pseudo_autosomal[assembly - ASSEMBLY_GRCH37][1][i];

        if (position_on_y >= on_y->start && position_on_y <= on_y->end)
            return on_x->start + (position_on_y - on_y->start);
    }
    return 0;
}
