#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads code lists in CSV, for the systems whose codes show their hierarchy: icd10 icd10cm icd9
 * icdo3 atc kva.
 *
 * The first row tells which of three shapes a list has: (1) a header with a column code (or kod)
 * and a column label (or name, title, description, titel, klartext); (2) no header, the columns
 * code and label; (3) no header, and the six columns of the public list of icd10cm (category, rest,
 * code, label, label, label of the category), whose categories become terms too. Chapters and
 * blocks ("01", "A00-A09") among the codes, and further rows of the same code, are counted as
 * skipped; the first label of a code is kept. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct term_file;
struct term_writer;

bool codes_read(struct term_file *file, const char *system, struct term_writer *writer,
                uint64_t *skipped, struct err *err) MUST_CHECK;
