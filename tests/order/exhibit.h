#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One side of the sheets as a region's node: its files written, imported and published by the
 * node's own libraries, and questions answered person by person.
 *
 * An exhibit is used again and again; what it was made of before goes. A file that import refuses
 * is as if it had not been delivered: of packets, which are read together, all. One thread, and a
 * child process an import.
 */
#include "proto/base/err.h"
#include "tests/order/draft.h"

struct exhibit;

/* A folder of its own below `under`; the key of identities is the same for all. */
struct exhibit *exhibit_new(const char *under);
void exhibit_free(struct exhibit *exhibit);

/* False when the store or publish failed; of imports see below. */
bool exhibit_make(struct exhibit *exhibit, const struct sheets *sheets, enum sheet_side side,
                  struct err *err) MUST_CHECK;
/* From here on as of figures that leave (snapshot_by_assays). */
void exhibit_by_assays(struct exhibit *exhibit);
/* The sheets whose import refused them, a bit each. */
uint32_t exhibit_refused(const struct exhibit *exhibit);

/* What an import said that failed otherwise than by refusing its file; NULL: none did. */
const char *exhibit_failed(const struct exhibit *exhibit);

/* Of each person 'Y', 'N', '?', or '-': the node knows of none such. */
bool exhibit_ask(struct exhibit *exhibit, const char *question,
                 char answers[static DRAFT_PERSONS_MAX + 1], struct err *err) MUST_CHECK;
