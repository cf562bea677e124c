/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which assays cover enough of a place is decided here once a question; a segment then only ORs
 * their members. Shares are compared as whole numbers of bases.
 */
#include "node/evaluate/target.h"

#include <assert.h>
#include <string.h>

#include "node/evaluate/respelling.h"
#include "node/snapshot/snapshot.h"
#include "node/snapshot/snapshot_reference.h"
#include "proto/base/arena.h"
#include "proto/base/unzeroed.h"
#include "proto/query/ast.h"
#include "proto/query/vocabulary.h"

static bool enough(uint64_t covered, uint64_t bases)
{
    return bases > 0 && covered * 100 >= bases * TESTED_SHARE_PERCENT;
}

static bool make_room(struct snapshot *snapshot, struct arena *arena, size_t n_ranges,
                      size_t n_parts, struct target *target, struct err *err)
{
    size_t n = snapshot_info(snapshot)->n_assays;

    target->ranges = arena_array(arena, n_ranges, sizeof(*target->ranges));
    target->parts = arena_array(arena, n_parts, sizeof(*target->parts));
    target->assays = arena_array(arena, n ? n : 1, sizeof(*target->assays));
    if (!target->ranges || !target->parts || !target->assays)
        return err_memory(err);
    return true;
}

/* Adds the assays of the assembly that cover enough of the parts from number `from` on. */
static void add_assays(struct snapshot *snapshot, uint8_t assembly, size_t from,
                       struct target *target)
{
    for (size_t i = 0; i < snapshot_info(snapshot)->n_assays; i++) {
        struct target_assay of = {.assay = (uint32_t)i};

        if (snapshot_assay(snapshot, i)->assembly != assembly)
            continue;
        for (size_t k = from; k < target->n_parts; k++) {
            const struct tested_place *part = &target->parts[k];
            struct snapshot_interval stretch = {part->start, part->end};

            of.bases += part->end - part->start + UINT64_C(1);
            of.covered += snapshot_assay_bases(snapshot, i, assembly, part->chromosome, stretch);
        }
        if (enough(of.covered, of.bases))
            target->assays[target->n_assays++] = of;
    }
}

static void add_range(struct target *target, const struct tested_place *place)
{
    target->ranges[target->n_ranges++] =
        (struct vid_range){variant_floor(place->assembly, place->chromosome, place->start),
                           variant_floor(place->assembly, place->chromosome, place->end + 1)};
}

static void add_gene(struct snapshot *snapshot, uint8_t assembly, const struct snapshot_gene *gene,
                     struct target *target)
{
    const struct snapshot_stretch *parts = gene->coding ? gene->coding : gene->spans;
    size_t n_parts = gene->coding ? gene->n_coding : gene->n_spans, from = target->n_parts;

    for (size_t i = 0; i < gene->n_spans; i++)
        add_range(target, &(struct tested_place){assembly, gene->spans[i].chromosome,
                                                 gene->spans[i].start, gene->spans[i].end});
    for (size_t i = 0; i < n_parts; i++)
        target->parts[target->n_parts++] =
            (struct tested_place){assembly, parts[i].chromosome, parts[i].start, parts[i].end};
    add_assays(snapshot, assembly, from, target);
}

static size_t parts_of(bool known, const struct snapshot_gene *gene)
{
    return !known ? 0 : gene->coding ? gene->n_coding : gene->n_spans;
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
    if (!make_room(snapshot, arena, n_spans + 1,
                   parts_of(known37, &on37) + parts_of(known38, &on38) + 1, target, err))
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

    target->parts[target->n_parts++] =
        (struct tested_place){assembly, locus->chromosome, locus->start, locus->end};
    add_range(target, &target->parts[0]);
    add_assays(snapshot, assembly, 0, target);
}

static bool add_variant(struct snapshot *snapshot, const struct variant *variant,
                        struct target *target, bool *known, struct err *err)
{
    uint64_t vid;

    *known = false;
    if (!snapshot_vid(snapshot, variant, &vid, known, err))
        return false;
    if (*known)
        target->ranges[target->n_ranges++] = (struct vid_range){vid, vid + 1};
    return true;
}

/*
 * A person who has the change in the question's own spelling carries it, also where that spelling
 * is not left-aligned.
 */
static bool add_change(struct snapshot *snapshot, const struct variant *asked, struct arena *arena,
                       struct target *target, struct err *err)
{
    struct snapshot_spelling spelling;
    const struct variant *own = &spelling.variant;
    bool other, ignored;

    if (!snapshot_reference_spell(snapshot, asked, arena, &spelling, err))
        return false;
    target->position = own->position;
    target->end = own->position + (uint32_t)strlen(own->ref) - 1;
    target->may_shift = !spelling.known && variant_may_shift(own);
    target->reach = spelling.known ? spelling.reach : TARGET_SHIFT_MAX;
    target->before = spelling.known ? spelling.before : TARGET_SHIFT_MAX;
    target->ref = own->ref;
    target->alt = own->alt;
    other = own->position != asked->position || strcmp(own->ref, asked->ref) != 0 ||
            strcmp(own->alt, asked->alt) != 0;
    return add_variant(snapshot, own, target, &target->named, err) &&
           (!other || add_variant(snapshot, asked, target, &ignored, err));
}

static struct variant asked_variant(const struct ast_value *value)
{
    return (struct variant){.assembly = (uint8_t)value->locus.assembly,
                            .chromosome = value->locus.chromosome,
                            .position = value->locus.start,
                            .ref = value->ref,
                            .alt = value->alt};
}

static bool check_values(struct snapshot *snapshot, const struct target_changes *values,
                         struct arena *arena, struct err *err)
{
    for (size_t i = 0; i < values->n; i++) {
        struct variant variant = asked_variant(&values->at[i]);
        struct snapshot_spelling spelling;

        if (values->at[i].kind == VALUE_CHANGE &&
            !snapshot_reference_spell(snapshot, &variant, arena, &spelling, err))
            return false;
    }
    return true;
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static bool check_node(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                       struct err *err)
{
    struct target_changes values = {node->values, node->n_values};

    if (node->kind == AST_TEST && !check_values(snapshot, &values, arena, err))
        return false;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!check_node(snapshot, node->children[i], arena, err))
            return false;
    return true;
}

bool target_check_changes(struct snapshot *snapshot, const struct ast *question,
                          const struct target_changes *changes, struct arena *arena,
                          struct err *err)
{
    return check_node(snapshot, question->root, arena, err) &&
           check_values(snapshot, changes, arena, err);
}

bool target_of_value(struct snapshot *snapshot, const struct ast_value *value, struct arena *arena,
                     struct target *target, struct err *err)
{
    assert(value);
    const struct ast_locus *locus = &value->locus;
    struct variant variant = asked_variant(value);

    *target = (struct target){.kind = value->kind == VALUE_CHANGE ? TARGET_CHANGE : TARGET_STRETCH,
                              .assembly = (uint8_t)locus->assembly,
                              .chromosome = locus->chromosome,
                              .position = locus->start,
                              .end = locus->start};
    if (!make_room(snapshot, arena, 2, 1, target, err))
        return false;
    if (target->kind == TARGET_CHANGE)
        return add_change(snapshot, &variant, arena, target, err);
    add_stretch(snapshot, locus, target);
    return true;
}

bool target_holds(const struct target *target, uint64_t vid, uint32_t end)
{
    for (size_t i = 0; i < target->n_ranges; i++) {
        const struct vid_range *range = &target->ranges[i];

        if (vid >= range->lo && vid < range->hi)
            return true;
        if (target->kind != TARGET_CHANGE && vid < range->lo && vid >> 58 == range->lo >> 58 &&
            end >= vid_position(range->lo))
            return true;
    }
    return false;
}

bool target_is_beside(const struct target *change, uint64_t vid, uint32_t end)
{
    assert(change && change->kind == TARGET_CHANGE);
    bool single = vid_is_single_base(vid);
    uint32_t before = single ? 0 : change->before;
    uint32_t last = single ? change->end : change->position + change->reach;

    return vid_assembly(vid) == change->assembly && vid_chromosome(vid) == change->chromosome &&
           vid_position(vid) <= (last > change->end ? last : change->end) &&
           (uint64_t)end + before >= change->position;
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

struct tested_place target_place(const struct vid_range *range)
{
    assert(range);
    return (struct tested_place){vid_assembly(range->lo), vid_chromosome(range->lo),
                                 vid_position(range->lo), vid_position(range->hi - 1)};
}

static void or_members(struct segment *segment, size_t assay, struct set *out)
{
    const uint64_t *members = segment_assay_tested(segment, assay);

    for (size_t i = 0; members && i < segment_persons(segment)->n_words; i++)
        out->words[i] |= members[i];
}

/* Removes the persons whose gaps leave too little of what the assay covers. */
static bool take_out_missed(const struct target *target, const struct target_assay *of,
                            struct segment *segment, struct set *who, struct err *err)
{
    UNZEROED uint32_t missed[SEGMENT_PERSONS_MAX];
    bool any = false;

    memset(missed, 0, segment_persons(segment)->n * sizeof(*missed));
    for (size_t i = 0; i < target->n_parts; i++)
        if (!tested_missed(segment, &target->parts[i], of->assay, missed, &any, err))
            return false;
    for (uint32_t p = 0; any && p < segment_persons(segment)->n; p++)
        if (missed[p] && (missed[p] > of->covered || !enough(of->covered - missed[p], of->bases)))
            who->words[p / 64] &= ~(UINT64_C(1) << (p % 64));
    return true;
}

/*
 * Adds the persons of assays that cover enough, without those who missed too much of the stretch or
 * lost something in it.
 */
static bool stretch_tested(const struct target *target, struct segment *segment, struct set *out,
                           struct err *err)
{
    UNZEROED struct set tested, lost;

    set_clear(&tested);
    set_clear(&lost);
    for (size_t i = 0; i < target->n_assays; i++) {
        UNZEROED struct set who;

        set_clear(&who);
        or_members(segment, target->assays[i].assay, &who);
        if (!take_out_missed(target, &target->assays[i], segment, &who, err))
            return false;
        set_or(&tested, &who);
    }
    for (size_t i = 0; i < target->n_ranges; i++) {
        struct tested_place place = target_place(&target->ranges[i]);

        if (!tested_lost(segment, &place, lost.words, err))
            return false;
    }
    set_minus(&tested, &lost);
    set_or(out, &tested);
    return true;
}

bool target_respelled(struct segment *segment, const struct respelling *of, struct set *who,
                      struct err *err)
{
    assert(segment && of && who);
    if (!respelling_lost(segment, of, who, err))
        return false;
    return !respelling_possible(segment, of->change) || respelling_who(segment, of, who, err);
}

bool target_other_words(const struct target *target, struct segment *segment, struct set *who,
                        struct err *err)
{
    assert(target && target->kind == TARGET_CHANGE && segment && who);
    struct variant change = {target->assembly, target->chromosome, target->position, target->ref,
                             target->alt};
    struct respelling of = {&change, target->named ? target->ranges[0].lo : 0, target->reach,
                            target->before};

    return target_respelled(segment, &of, who, err);
}

static struct tested_place change_place(const struct target *target)
{
    return (struct tested_place){target->assembly, target->chromosome, target->position,
                                 target->end};
}

/* At the change as it is spelled. That an assay covers the place says nothing of other spellings.
 */
static bool tested_here(const struct target *target, struct segment *segment, struct site *site,
                        uint64_t *words, struct err *err)
{
    struct tested_place place = change_place(target);

    if (target->may_shift)
        return !site || tested_at_spelling(segment, site, words, err);
    return site ? tested_at_site(segment, site, words, err)
                : tested_at_place(segment, &place, words, err);
}

/* site: the change's site, or NULL when the segment lacks it. */
static bool change_tested(const struct target *target, struct segment *segment, struct site *site,
                          struct set *out, struct err *err)
{
    UNZEROED struct set tested, respelled, carriers;

    set_clear(&tested);
    set_clear(&carriers);
    set_clear(&respelled);
    if (site)
        site_or(segment, site, SITE_CARRIERS, carriers.words);
    if (!tested_here(target, segment, site, tested.words, err) ||
        !target_other_words(target, segment, &respelled, err))
        return false;
    set_minus(&tested, &respelled);
    set_or(out, &tested);
    set_or(out, &carriers);
    return true;
}

/* Adds those who carry the change by one of its names, from ranges[from] on. */
static bool add_carriers(const struct target *target, struct segment *segment, size_t from,
                         struct set *out, struct err *err)
{
    for (size_t i = from; i < target->n_ranges; i++) {
        struct site site;
        bool found;

        if (!segment_site(segment, target->ranges[i].lo, &found, &site, err))
            return false;
        if (found)
            site_or(segment, &site, SITE_CARRIERS, out->words);
    }
    return true;
}

bool target_tested(const struct target *target, struct segment *segment, struct set *out,
                   struct err *err)
{
    assert(target && out);
    struct site site;
    bool found = false;

    if (target->kind != TARGET_CHANGE)
        return stretch_tested(target, segment, out, err);
    if (!add_carriers(target, segment, target->named, out, err) || /* as the question spells it */
        (target->named && !segment_site(segment, target->ranges[0].lo, &found, &site, err)))
        return false;
    return change_tested(target, segment, found ? &site : NULL, out, err);
}

bool target_doubted(const struct target *target, struct segment *segment, struct set *out,
                    struct err *err)
{
    assert(target && target->kind == TARGET_CHANGE && out);
    struct tested_place place = change_place(target);
    UNZEROED struct set doubted, carriers;

    set_clear(&doubted);
    set_clear(&carriers);
    if (!target_other_words(target, segment, &doubted, err) ||
        !tested_lost(segment, &place, doubted.words, err) ||
        !add_carriers(target, segment, 0, &carriers, err))
        return false;
    set_minus(&doubted, &carriers);
    set_or(out, &doubted);
    return true;
}

bool target_is_change(const struct target *target, const struct target *change)
{
    assert(target && change && change->kind == TARGET_CHANGE);
    return target->kind == TARGET_CHANGE && target->assembly == change->assembly &&
           target->chromosome == change->chromosome && target->position == change->position &&
           strcmp(target->ref, change->ref) == 0 && strcmp(target->alt, change->alt) == 0;
}

void target_anywhere_tested(struct snapshot *snapshot, struct segment *segment, struct set *out)
{
    for (size_t i = 0; i < snapshot_info(snapshot)->n_assays; i++) {
        struct set who;

        if (!snapshot_assay(snapshot, i)->whole_genome)
            continue;
        set_clear(&who);
        or_members(segment, i, &who);
        tested_less_whole(segment, i, who.words);
        set_or(out, &who);
    }
}
