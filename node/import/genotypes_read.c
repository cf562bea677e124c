/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "node/import/genotypes_inside.h"

enum genotypes_fault genotypes_read(struct genotypes *genotypes, const struct genotypes_line *line)
{
    assert(genotypes && line);

    assert(!line->fractions || !line->columns);
    if (!genotypes_prepare(genotypes, line))
        return GENOTYPES_MEMORY;
    if (!line->columns)
        return genotypes_read_text(genotypes, line);
    genotypes_read_columns(genotypes, line);
    return GENOTYPES_OK;
}
