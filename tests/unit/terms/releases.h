#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Release files for tests: small ones, opened and held as the sources of a check.
 */
#include "proto/terms/term_check.h"

extern const char RELEASES_ICD10_OLD[], RELEASES_ICD10_NEW[], RELEASES_HP[], RELEASES_HGNC[],
    RELEASES_GENES[];

struct releases {
    struct term_source source[8];
    struct release_file *file[8];
    struct term_sources sources;
};

void releases_up(struct releases *r);
void releases_add(struct releases *r, const char *text, uint64_t nodes);
/* One without a file. */
void releases_unread(struct releases *r, const char *system, uint64_t nodes);
void releases_down(struct releases *r);
