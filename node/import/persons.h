#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of persons: a CSV of persons and their coded events, onto the stream.
 *
 *   person      an id in any notation (identity.h); must be there
 *   domain      of the id; empty: "local"
 *   sex         female male other unknown (f m, kvinna k man)
 *   birth_year  1850 and later
 *   birth_date  YYYY-MM-DD
 *   age         whole years at the last encounter, for where no birth is known
 *   deceased    yes no (true false, 1 0, ja nej)
 *   death_date  YYYY-MM-DD; says deceased as well
 *   kind        diagnosis phenotype treatment procedure other lab observation specimen report
 *               death pathogen classification
 *   system      icd10 hp omim orpha mondo atc or another; may stand in the code ("HP:0001250")
 *   code        in the form of its system
 *   date        YYYY-MM-DD, of the event
 *   excluded    yes: explicitly recorded absent
 *
 * Columns in any order, only person is needed, any other column is refused with the whole file. A
 * row is a unit: facts of the person, an event, or both; empty fields say nothing. What a row says
 * of a person must agree with the rows before it, or the row is rejected. The file is a full
 * extract of its feed (node/store/import_run.h): what it no longer says is gone.
 *
 * A rejected row leaves a trace (trace.h), so that what it would have said is "cannot tell" of its
 * person and not "no"; where its event alone is at fault its facts are kept. Where the feed
 * declares nothing (undeclared), an event says that its kind and system are stated in full of this
 * one person. Confined child (run.h).
 */
#include "node/import/run.h"

struct event_map;
struct term_graph;

#define PERSONS_VERSION "5"
#define PERSONS_YEAR_MIN 1850

struct persons_options {
    const struct term_graph *hp; /* the loaded release, for naming unknown terms; may be NULL */
    const struct event_map *map; /* of a file of events; NULL: a file of persons */
    bool undeclared;             /* the operator has not declared what the feed delivers */
};

/* run_reader.read; job->options is a struct persons_options. Every input is a CSV file. */
bool persons_read(struct run_job *job, struct err *err) MUST_CHECK;
