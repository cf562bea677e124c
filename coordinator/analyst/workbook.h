#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of an answer (render_csv() with '\t') as an Office Open XML workbook, for those who
 * work in a spreadsheet: one sheet, a bold head that stays in sight, numbers as numbers, and all
 * else as text, so that no program takes a name or a question for a formula. Pure; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/bytes.h"
#include "proto/base/err.h"

/*
 * Appends the workbook of this text. A cell is a number where it is spelled as one, but for node
 * and id, which are names. `made_s`, unix seconds, is when it says that it was made.
 */
bool workbook_add(const char *tsv, size_t size, int64_t made_s, struct bytes *out,
                  struct err *err) MUST_CHECK;
