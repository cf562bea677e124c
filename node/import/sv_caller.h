#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of which types of structural variants a file judged its samples' genomes: those that its header
 * declares (##ALT) and a caller that it names is known to look for. Without a known caller, none:
 * then nobody's "no" can rest on the file. Values; any thread.
 *
 *   Manta (##source=GenerateSVCandidates, ##cmdline with configManta)   DEL DUP INV INS
 *   TIDDIT (##source=TIDDIT...)                                        DEL DUP INV
 *
 * CNVnator counts reads in bins and sees no short ones, so it judges none. Files that SVDB merged
 * have the header lines of all their callers. (reference: formats, 5.1)
 */
#include <stddef.h>

struct sv_caller_marks {
    unsigned known;    /* what the callers that are named look for, as bits of sv_type.h */
    unsigned declared; /* what the header declares */
};

/* Reads one line of the header that begins with ##. */
void sv_caller_meta(struct sv_caller_marks *marks, const char *line, size_t size);
/* The types, as bits. */
unsigned sv_caller_judged(const struct sv_caller_marks *marks);
