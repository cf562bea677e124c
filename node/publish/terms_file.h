#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terms file of a snapshot: the tables of node/terms at the time of publishing, so that
 * questions are answered with the same releases as were used to write the segments; and each
 * release as a public file (proto/terms/release_file.h). One thread.
 */
#include <stdint.h>

#include "node/snapshot/closure.h"
#include "proto/base/err.h"

/* Hash of what the file would be made from: systems, releases and hashes of their files. */
void terms_file_content(const struct closure *closure, uint8_t content[static 32]);
/* Copies the tables from db into a new database at path, complete but not yet durable. */
bool terms_file_write(struct sqlite3 *db, const char *path, struct err *err) MUST_CHECK;
