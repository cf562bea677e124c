#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a region would hand to its node: persons and events as CSV, phenopackets in a .tar.gz, two
 * multi-sample VCF files with VEP-like annotation, one of tumours and their normals, and the BED
 * files of their assays; and, for everybody, the terminologies. Each writer returns false with the
 * reason.
 */
#include "proto/base/err.h"
#include "tests/synth/country.h"

bool write_persons(const char *folder, const struct person *people, uint32_t n,
                   struct err *err) MUST_CHECK;
bool write_events(const char *folder, const struct person *people, uint32_t n,
                  struct err *err) MUST_CHECK;
bool write_packets(const char *folder, const struct plan *plan, const struct person *people,
                   uint32_t n, struct err *err) MUST_CHECK;
bool write_vcf(const char *folder, const struct plan *plan, enum assay assay,
               const struct person *people, uint32_t n, struct err *err) MUST_CHECK;
bool write_bed(const char *folder, enum assay assay, struct err *err) MUST_CHECK;
/* tumours.vcf.gz, tumours.csv of whose they are, and tumours.bed; no VCF where nobody has one */
bool write_tumours(const char *folder, const struct person *people, uint32_t n,
                   struct err *err) MUST_CHECK;
/* hpo.obo, icd10.csv, genes.tsv */
bool write_terms(const char *folder, struct err *err) MUST_CHECK;
