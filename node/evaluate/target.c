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

static bool assays_room(struct snapshot *snapshot, struct arena *arena, struct target *target,
                        struct err *err)
{
    size_t n = snapshot_info(snapshot)->n_assays;

    target->assays = arena_array(arena, n ? n : 1, sizeof(*target->assays));
    if (!target->assays)
        return err_set(err, ERR_INTERNAL, "no memory for %zu assays", n);
    return true;
}

static bool assay_covers_gene(const struct snapshot *snapshot, size_t assay,
                              const struct snapshot_gene *gene)
{
    uint8_t assembly = snapshot_assay(snapshot, assay)->assembly;
    struct snapshot_interval span = {gene->start, gene->end};
    const struct snapshot_interval *parts = gene->coding ? gene->coding : &span;
    size_t n_parts = gene->coding ? gene->n_coding : 1;
    uint64_t covered = 0;
    uint64_t bases = 0;

    for (size_t i = 0; i < n_parts; i++) {
        bases += parts[i].end - parts[i].start + UINT64_C(1);
        covered += snapshot_assay_bases(snapshot, assay, assembly, gene->chromosome, parts[i]);
    }
    return enough(covered, bases);
}

bool target_of_gene(struct snapshot *snapshot, const char *gene, struct arena *arena,
                    struct target *target, struct err *err)
{
    *target = (struct target){.kind = TARGET_GENE, .gene = gene};
    if (!assays_room(snapshot, arena, target, err))
        return false;
    for (uint8_t assembly = VARIANT_GRCH37; assembly <= VARIANT_GRCH38; assembly++) {
        struct snapshot_gene found;
        bool known = false;

        if (!snapshot_gene(snapshot, assembly, gene, &known, &found, err))
            return false;
        if (!known)
            continue;
        target->ranges[target->n_ranges++] =
            (struct vid_range){variant_floor(assembly, found.chromosome, found.start),
                               variant_floor(assembly, found.chromosome, found.end + 1)};
        for (size_t i = 0; i < snapshot_info(snapshot)->n_assays; i++)
            if (snapshot_assay(snapshot, i)->assembly == assembly &&
                assay_covers_gene(snapshot, i, &found))
                target->assays[target->n_assays++] = (uint32_t)i;
    }
    return true;
}

static bool target_of_stretch(struct snapshot *snapshot, const struct ast_locus *locus,
                              struct arena *arena, struct target *target, struct err *err)
{
    uint8_t assembly = (uint8_t)locus->assembly;
    struct snapshot_interval stretch = {locus->start, locus->end};

    if (!assays_room(snapshot, arena, target, err))
        return false;
    target->ranges[target->n_ranges++] =
        (struct vid_range){variant_floor(assembly, locus->chromosome, locus->start),
                           variant_floor(assembly, locus->chromosome, locus->end + 1)};
    for (size_t i = 0; i < snapshot_info(snapshot)->n_assays; i++)
        if (enough(snapshot_assay_bases(snapshot, i, assembly, locus->chromosome, stretch),
                   locus->end - locus->start + UINT64_C(1)))
            target->assays[target->n_assays++] = (uint32_t)i;
    return true;
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
    if (target->kind == TARGET_STRETCH)
        return target_of_stretch(snapshot, locus, arena, target, err);
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
