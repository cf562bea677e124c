#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of what the samples of a VCF are, and so of which origin its calls are.
 *
 * A file that says that it is somatic is never taken as germline. What says so: an INFO field of
 * somatic callers (SOMATIC, TVAF, SSC, SomaticEVS), Strelka's ##content, ##normal_sample. Callers
 * that are used for both (##tumor_sample alone, Mutect2, VarDict, VarScan2, LoFreq, Pisces) say
 * neither. Mutect2 in its mitochondrial mode is germline. Which column is the tumour's follows, in
 * this order, from the table of --persons, ##tumor_sample and ##normal_sample, the fixed order of
 * the caller, columns that are called by their role, and --origin; an operator who contradicts the
 * header is refused. Nothing is guessed: what stays open is refused with the option that closes it.
 * Any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/sample_type.h"

#define SAMPLE_ORIGIN_NAME_MAX 255u

/* What a header says. */
struct sample_origin_marks {
    const char *somatic; /* what says that the file is somatic: "INFO/SOMATIC"; NULL: nothing */
    const char *either;  /* what is of a caller for both; NULL: nothing */
    bool mitochondria;   /* Mutect2 was run in its mode for the mitochondrial genome */
    bool filtered;       /* FilterMutectCalls was run */
    bool unfiltered;     /* Mutect2 was, and not that */
    bool normal_first;   /* Strelka: the columns are the normal's and the tumour's */
    char tumour[SAMPLE_ORIGIN_NAME_MAX + 1]; /* ##tumor_sample; "": not there */
    char normal[SAMPLE_ORIGIN_NAME_MAX + 1];
};

/* The columns of samples. */
struct sample_origin_columns {
    const char *const *names;
    uint32_t n;
    enum sample_type *types; /* with what the table of persons says (0: nothing); then settled */
};

/* Reads one line of the header that begins with ##. */
void sample_origin_meta(struct sample_origin_marks *marks, const char *line, size_t size);
/* Is it the name of a role ("TUMOR", "normal", "x_T", "x-N") and not that of a sample? */
bool sample_origin_is_role(const char *name);
/*
 * Settles the types. told: of columns that nothing else tells; 0: not said. *somatic: the file's
 * calls are those of its tumours, so that the normal's column, which lists only where they differ,
 * says nothing of the germline.
 */
bool sample_origin_settle(const struct sample_origin_marks *marks, enum sample_type told,
                          const struct sample_origin_columns *columns, bool *somatic,
                          struct err *err) MUST_CHECK;
/*
 * Of a line of a somatic file: does its caller call it somatic, as far as its INFO says (STATUS of
 * VarDict, SS of VarScan2, NT of Strelka)? What is germline, a loss or not decided there is none.
 */
bool sample_origin_line(const char *info, size_t size);
