/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/count_help.h"

#include <stdio.h>

void count_help_print(void)
{
    fputs(
        "Usage: rikstal-node count 'QUESTION' --dir DIR [--json]\n"
        "       rikstal-node count --file QUESTIONS --dir DIR\n"
        "       rikstal-node count ['QUESTION'] --frequency LOCUS --dir DIR [--json]\n"
        "       rikstal-node count ['QUESTION'] --changes CHANGE[,CHANGE...] --dir DIR [--json]\n\n"
        "True counts of this region's own data, for its own staff, on its own machine: no noise,\n"
        "no network, no budget. Every call leaves a leaf in DIR/count.db, which `rikstal-node\n"
        "audit` reads; where that cannot be written, nothing is shown.\n\n"
        "  --dir DIR          the node's folder\n"
        "  --json             one JSON object: matched, undetermined, persons, excluded,\n"
        "                     question, explain, genes (names that are not\n"
        "                     a gene's own of today), snapshot, terms, tested_share\n"
        "  --file QUESTIONS   one question a line, empty lines and lines of # left out; prints "
        "one\n"
        "                     JSON object a line, in the same order\n"
        "  --frequency LOCUS  for every variant of a stretch (GRCh38:22:50674415-50733212): how\n"
        "                     many of those who meet the question (of everybody without one) have\n"
        "                     which genotype\n"
        "  --changes LIST     the same for these changes (GRCh38:22-50674500-C-T)\n"
        "  --everybody        an empty question, which counts everybody, is meant\n"
        "  --purpose P        count whom a question of the network for this purpose would count\n"
        "  --role ROLE        and of this role (default: national-analyst)\n"
        "  --disease CODE     and on this disease: with those who permit research on it alone\n"
        "  --help             this page\n\n"
        "excluded is who is in the snapshot and left out: blocked and opted-out persons, and with\n"
        "--purpose also those whose consent does not cover it or whom another node counts.\n\n"
        "matched is who meets the question, undetermined is of whom it cannot be told (not tested\n"
        "at the place, fact not recorded, code system not loaded); the truth lies between matched\n"
        "and matched + undetermined.\n\n"
        "Exit codes: 0 ok, 1 failure, 2 a question that cannot be read, 4 DIR/overlay is missing\n"
        "or older than one that was in force here (DIR/ledger.db has its number).\n",
        stdout);
}
