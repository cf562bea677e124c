/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attack-genome STORE SITES: puts the persons and sites of genome.h into a node's store, for the
 * games of processes_genomes.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/attack/genome.h"
#include "tests/unit/snapshot/synthetic.h"

int main(int argc, char **argv)
{
    struct synthetic made = {0};
    unsigned long sites = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

    if (sites == 0 || sites > 100000000) {
        fprintf(stderr, "usage: attack-genome STORE SITES\n");
        return 2;
    }
    if (!store_open(argv[1], &made.store, &made.err)) {
        fprintf(stderr, "%s\n", made.err.text);
        return 1;
    }
    genome_put(&made, (uint32_t)sites);
    store_close(made.store);
    return 0;
}
