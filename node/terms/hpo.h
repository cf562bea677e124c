#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Human Phenotype Ontology as its two published files: OBO 1.4 (hpo_obo.c) and obographs JSON
 * (hpo_json.c). Both hold terms, is_a parents, merged ids and the release. Entries of other
 * ontologies in the file are counted and left out.
 *
 * Sources: OBO Flat File Format 1.4; https://github.com/geneontology/obographs (schema). One
 * thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/terms/term_writer.h"
#include "node/terms/terms.h"

struct term_file;

#define HPO_JSON_BYTES_MAX ((size_t)128 << 20)

/* release must have room for TERM_RELEASE_BYTES. */
bool hpo_obo_read(struct term_file *file, struct term_writer *writer,
                  char release[static TERM_RELEASE_BYTES], uint64_t *skipped,
                  struct err *err) MUST_CHECK;
bool hpo_json_read(struct term_file *file, struct term_writer *writer,
                   char release[static TERM_RELEASE_BYTES], uint64_t *skipped,
                   struct err *err) MUST_CHECK;

/* "HP:" and seven digits. */
bool hpo_is_id(const char *text);
/* Takes "2024-04-26" from "hp/releases/2024-04-26/hp.json"; the whole text when it holds no day. */
void hpo_release(const char *version, char release[static TERM_RELEASE_BYTES]);
