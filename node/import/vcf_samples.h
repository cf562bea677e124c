#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of a VCF: whose they are, as keyed hashes, and the callset that they make.
 *
 * A sample's person is what the table of --persons says, or the sample's own name where there is no
 * table. The clear names end here.
 */
#include "node/import/header.h"
#include "node/import/role_check.h"
#include "node/import/run.h"
#include "proto/base/err.h"

/*
 * Puts a unit for each sample of which something is stored, then the callset and its samples, with
 * what they are of. *somatic: sample_origin_settle(). *roles: which
 * columns are a pair. job->options: vcf_options.
 */
bool vcf_samples_put(const struct header *header, struct run_job *job, bool *somatic,
                     struct role_check *roles, struct err *err) MUST_CHECK;
