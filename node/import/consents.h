#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of consents: a CSV of what persons allow, a row a person, onto the stream.
 *
 *   person      an id in any notation (identity.h); must be there
 *   domain      of the id; empty: "local"
 *   permit      DUO terms or their short names, with blanks between: GRU HMB DS NPOA NPUNCU NCU IRB
 *               RS TS (DUO:0000042 ...), and QUALITY, STATISTICS; empty: nothing is allowed
 *   disease     with DS: a code ("icd10:C50")
 *   valid_from  YYYY-MM-DD, the first day
 *   valid_to    YYYY-MM-DD, the last day; must be there with TS
 *   blocked     yes no: the patient's block (sparr)
 *   opted_out   yes no
 *   count_here  yes (default) no: no when another node counts this person
 *
 * Columns in any order, person alone must be there, any other is refused with the whole file. A row
 * replaces what the row of an earlier file said, as far as its file has columns: of what it has no
 * column, it says nothing, and an earlier refusal or permission stays (permit, disease, valid_from
 * and valid_to are one). A second row of one person in one file is rejected. Bits:
 * node/store/consent.h. Confined child (run.h).
 */
#include "node/import/run.h"

#define CONSENTS_VERSION "2"

/* run_reader.read. Every input is a CSV file. */
bool consents_read(struct run_job *job, struct err *err) MUST_CHECK;
