#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which fields of a file hold a population frequency, and their values in whole 1e-9.
 *
 * A field counts by its name, in INFO and in CSQ alike, when one of its words (between '_', '-',
 * '.') ends in AF (and is not FAF) and one begins with the name of a population resource: gnomAD,
 * ExAC, 1000G/1KG/KG, TOPMed, ESP, UK10K, ALFA, GenomeAsia, SweGen, SWEREF, SweFreq, MTAF/MITOMAP.
 * So gnomADg_NFE_AF, GNOMADAF_popmax, 1000GAF, EXACMAX_AF, SWEREFAF and aaf_1kg_afr_float's word
 * "aaf" count. So do the names that VEP gives without a resource: AFR_AF AMR_AF EAS_AF EUR_AF
 * SAS_AF ASN_AF AA_AF EA_AF and MAX_AF; and, in CSQ only, AF, which is VEP's 1000 Genomes.
 *
 * INFO/AF and its kin (MLEAF, TVAF, SAF ...) describe the samples of the file itself, and loqusdb's
 * Obs, Hom and Frq a laboratory's own cases: neither is a population's frequency. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define POPULATION_AF_ONE INT64_C(1000000000)

bool population_af_is_field(const char *name, size_t length, bool in_csq);

/*
 * The highest of the values in text, separated by '&' or ','; "." and empty ones say nothing. With
 * index >= 0 and exactly n_alts values, only that one. -1 when nothing is said; *faulty is set when
 * a value is no number from 0 to 1.
 */
int64_t population_af_read(const char *text, size_t length, int index, int n_alts, bool *faulty);
