#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the first records of a file say of its assembly, before the file is read: REF compared with
 * the references that the node has, and whether the file speaks of anything but chrM.
 *
 * It stops after 4,096 compared records or 64 MiB of lines, because the reader compares every
 * record again. The mitochondrion is not compared: both assemblies have the same. Reads the
 * descriptor and leaves it at its beginning. One thread.
 */
#include <stdint.h>

#include "node/import/assembly.h"
#include "proto/base/err.h"

struct fasta;
struct run_input;

struct trial {
    struct assembly_bases bases[3]; /* by enum ast_assembly */
    bool only_chrm; /* the file ended, and all of its records lie on a contig named chrM */
};

/* references: by enum ast_assembly, NULL where the node has none. */
bool trial_read(const struct run_input *file, uint64_t inflation_max,
                struct fasta *const references[3], struct trial *trial, struct err *err) MUST_CHECK;
