/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "node/snapshot/snapshot_inside.h"

void gene_cache_entry_clear(struct gene_cache_entry *gene)
{
    free(gene->name);
    free(gene->vid);
    free(gene->consequences);
    free(gene->af_nano);
    free(gene->clinvar);
    *gene = (struct gene_cache_entry){0};
}
