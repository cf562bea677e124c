/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which assays cover enough of a place is decided here once a question; a segment then only ORs
 * their members. Shares are compared as whole numbers of bases.
 */
#include "node/evaluate/target.h"

#include <assert.h>

#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/vocabulary.h"

static bool enough(uint64_t covered, uint64_t bases)
{
    return bases > 0 && covered * 100 >= bases * TESTED_SHARE_PERCENT;
}

static bool make_room(struct snapshot *snapshot, struct arena *arena, size_t n_ranges,
                      struct target *target, struct err *err)
{
    size_t n = snapshot_info(snapshot)->n_assays;

    target->ranges = arena_array(arena, n_ranges, sizeof(*target->ranges));
    target->assays = arena_array(arena, n ? n : 1, sizeof(*target->assays));
    if (!target->ranges || !target->assays)
        return err_memory(err);
    return true;
}

static bool assay_covers_gene(const struct snapshot *snapshot, size_t assay,
                              const struct snapshot_gene *gene)
{
    uint8_t assembly = snapshot_assay(snapshot, assay)->assembly;
    const struct snapshot_stretch *parts = gene->coding ? gene->coding : gene->spans;
    size_t n_parts = gene->coding ? gene->n_coding : gene->n_spans;
    uint64_t covered = 0;
    uint64_t bases = 0;

    for (size_t i = 0; i < n_parts; i++) {
        struct snapshot_interval part = {parts[i].start, parts[i].end};

        bases += part.end - part.start + UINT64_C(1);
        covered += snapshot_assay_bases(snapshot, assay, assembly, parts[i].chromosome, part);
    }
    return enough(covered, bases);
}

static void add_gene(struct snapshot *snapshot, uint8_t assembly, const struct snapshot_gene *gene,
                     struct target *target)
{
    for (size_t i = 0; i < gene->n_spans; i++) {
        const struct snapshot_stretch *span = &gene->spans[i];

        target->ranges[target->n_ranges++] =
            (struct vid_range){variant_floor(assembly, span->chromosome, span->start),
                               variant_floor(assembly, span->chromosome, span->end + 1)};
    }
    for (size_t i = 0; i < snapshot_info(snapshot)->n_assays; i++)
        if (snapshot_assay(snapshot, i)->assembly == assembly &&
            assay_covers_gene(snapshot, i, gene))
            target->assays[target->n_assays++] = (uint32_t)i;
}

bool target_of_gene(struct snapshot *snapshot, const char *gene, struct arena *arena,
                    struct target *target, struct err *err)
{
    struct snapshot_gene on37, on38;
    bool known37, known38;
    size_t n_spans = 0;

    *target = (struct target){.kind = TARGET_GENE, .gene = gene};
    if (!snapshot_gene(snapshot, VARIANT_GRCH37, gene, &known37, &on37, err) ||
        !snapshot_gene(snapshot, VARIANT_GRCH38, gene, &known38, &on38, err))
        return false;
    n_spans += known37 ? on37.n_spans : 0;
    n_spans += known38 ? on38.n_spans : 0;
    if (!make_room(snapshot, arena, n_spans + 1, target, err))
        return false;
    if (known37)
        add_gene(snapshot, VARIANT_GRCH37, &on37, target);
    if (known38)
        add_gene(snapshot, VARIANT_GRCH38, &on38, target);
    return true;
}

static void add_stretch(struct snapshot *snapshot, const struct ast_locus *locus,
                        struct target *target)
{
    uint8_t assembly = (uint8_t)locus->assembly;
    struct snapshot_interval stretch = {locus->start, locus->end};

    target->ranges[target->n_ranges++] =
        (struct vid_range){variant_floor(assembly, locus->chromosome, locus->start),
                           variant_floor(assembly, locus->chromosome, locus->end + 1)};
    for (size_t i = 0; i < snapshot_info(snapshot)->n_assays; i++)
        if (enough(snapshot_assay_bases(snapshot, i, assembly, locus->chromosome, stretch),
                   locus->end - locus->start + UINT64_C(1)))
            target->assays[target->n_assays++] = (uint32_t)i;
}

bool target_of_value(struct snapshot *snapshot, const struct ast_value *value, struct arena *arena,
                     struct target *target, struct err *err)
{
    const struct ast_locus *locus = &value->locus;
    struct variant variant = {.assembly = (uint8_t)locus->assembly,
                              .chromosome = locus->chromosome,
                              .position = locus->start,
                              .ref = value->ref,
                              .alt = value->alt};
    bool known = false;
    uint64_t vid;

    *target = (struct target){.kind = value->kind == VALUE_CHANGE ? TARGET_CHANGE : TARGET_STRETCH,
                              .assembly = (uint8_t)locus->assembly,
                              .chromosome = locus->chromosome,
                              .position = locus->start};
    if (!make_room(snapshot, arena, 1, target, err))
        return false;
    if (target->kind == TARGET_STRETCH) {
        add_stretch(snapshot, locus, target);
        return true;
    }
    if (!snapshot_vid(snapshot, &variant, &vid, &known, err))
        return false;
    if (known)
        target->ranges[target->n_ranges++] = (struct vid_range){vid, vid + 1};
    return true;
}

bool target_holds(const struct target *target, uint64_t vid)
{
    for (size_t i = 0; i < target->n_ranges; i++)
        if (vid >= target->ranges[i].lo && vid < target->ranges[i].hi)
            return true;
    return false;
}

bool target_reaches(const struct target *target, uint64_t vid)
{
    if (vid_chromosome(vid) == CHROMOSOME_NONE)
        return false;
    if (target->kind != TARGET_GENE)
        return vid_assembly(vid) == target->assembly;
    for (size_t i = 0; i < target->n_ranges; i++)
        if (vid_assembly(vid) == vid_assembly(target->ranges[i].lo))
            return true;
    return false;
}

static void or_members(struct segment *segment, size_t assay, struct set *out)
{
    const uint64_t *members = segment_assay_members(segment, assay);

    for (size_t i = 0; members && i < segment_persons(segment)->n_words; i++)
        out->words[i] |= members[i];
}

bool target_tested(const struct target *target, struct segment *segment, struct set *out,
                   struct err *err)
{
    struct site site;
    bool found = false;

    if (target->kind != TARGET_CHANGE) {
        for (size_t i = 0; i < target->n_assays; i++)
            or_members(segment, target->assays[i], out);
        return true;
    }
    if (target->n_ranges > 0 && !segment_site(segment, target->ranges[0].lo, &found, &site, err))
        return false;
    if (found)
        site_tested(segment, &site, out->words);
    else
        segment_tested(segment, target->assembly, target->chromosome, target->position, out->words);
    return true;
}

void target_anywhere_tested(struct snapshot *snapshot, struct segment *segment, struct set *out)
{
    for (size_t i = 0; i < snapshot_info(snapshot)->n_assays; i++)
        if (snapshot_assay(snapshot, i)->whole_genome)
            or_members(segment, i, out);
}
