#pragma once
/*
 * Code lists as CSV: ICD-10 (upper case, without the dot: "C501A") and ATC ("L01XK01").
 *
 * Three shapes, told by the first row: a header with a column code (or kod) and a column label (or
 * name, title, description, titel, klartext); no header, code and label; no header, and the six
 * columns of the public ICD-10-CM list (category, rest, code, label, label, label of the category),
 * whose categories become terms too. Hierarchy is by prefix and needs no table. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct term_file;
struct term_writer;

enum code_list { CODE_LIST_ICD10, CODE_LIST_ATC };

bool codes_read(struct term_file *file, enum code_list list, struct term_writer *writer,
                uint64_t *skipped, struct err *err) MUST_CHECK;
