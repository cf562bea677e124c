#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may have a change under another spelling than its own: one haplotype may be written as one
 * variant or as several lines, and a file's phases are not kept, so what a person's other variants
 * could add up to cannot be told.
 *
 * - An exchange of as many bases: an exchange of more bases that has its own; its bases one by one;
 *   an exchange of more bases for fewer that has them; a deletion and an insertion there.
 * - An indel: one that was not left-aligned; an exchange that removes or adds its bases; several
 *   smaller ones that add up to it; one as long, and an exchange beside it.
 * - An exchange of more bases for fewer, or the reverse: a larger exchange that meets it; an indel
 *   and an exchange; two indels.
 *
 * Parts are told by the number of their bases and by which ones they are, so some who are named
 * here have another haplotype. Of a single base a deletion and an insertion count only where both
 * touch it. Constant; one thread a segment.
 */
#include <stdbool.h>
#include <stdint.h>

#include "node/evaluate/set.h"
#include "proto/base/err.h"

struct segment;
struct variant;

struct respelling {
    const struct variant *change; /* trimmed, with coordinates */
    uint64_t vid;                 /* the change itself, which is left out */
    uint32_t reach;               /* bases to the right that it may stand: target.reach */
    uint32_t before; /* bases to the left that parts of it may stand, being left-aligned alone */
};

/* May the segment have the change under another spelling? */
bool respelling_possible(const struct segment *segment, const struct variant *change);
/* ORs into `who` those who may have it so, and who were not called where they could. */
bool respelling_who(struct segment *segment, const struct respelling *of, struct set *who,
                    struct err *err) MUST_CHECK;
/*
 * Could what was lost beside the change have been it, or a part of it? Not for one base in place of
 * another: what could be it meets its base (node/store/gap.h).
 */
bool respelling_beside(const struct variant *change);
/*
 * ORs into `who` those who lost something there that may have been the change in other words, or a
 * part of it; nobody where respelling_beside() says no.
 */
bool respelling_lost(struct segment *segment, const struct respelling *of, struct set *who,
                     struct err *err) MUST_CHECK;
