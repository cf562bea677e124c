#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the public file of a loaded release (proto/terms/release_file.h) from the tables. It
 * depends on the release's name and content alone: not on when, or from which of its published
 * forms, it was loaded. One thread.
 */
#include "node/terms/terms.h"
#include "proto/base/bytes.h"

/*
 * Appends the file to out. *made is false, and out as it was, when the release has no such file: it
 * has neither terms nor genes (a reference), is larger than RELEASE_FILE_BYTES_MAX, or a text of it
 * cannot be printed on a line.
 */
bool release_write(struct sqlite3 *db, const struct term_release *release, struct bytes *out,
                   bool *made, struct err *err) MUST_CHECK;
