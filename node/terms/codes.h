#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Code lists as CSV, of the systems whose codes spell their hierarchy: icd10 icd10cm icd9 icdo3 atc
 * kva.
 *
 * Three shapes, told by the first row: a header with a column code (or kod) and a column label (or
 * name, title, description, titel, klartext); no header, code and label; no header, and the six
 * columns of the public list of icd10cm (category, rest, code, label, label, label of the
 * category), whose categories become terms too. Chapters and blocks ("01", "A00-A09") among the
 * codes and further rows of a code are counted as skipped; of several labels the first stays. One
 * thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct term_file;
struct term_writer;

bool codes_read(struct term_file *file, const char *system, struct term_writer *writer,
                uint64_t *skipped, struct err *err) MUST_CHECK;
