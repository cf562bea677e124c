/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/breakdown.h"

#include <assert.h>
#include <string.h>

#include "node/snapshot/snapshot.h"

#define CHROMOSOME_MAX 25

/* The class by how much of the genome an assay covers. */
static uint32_t class_of_assay(const struct snapshot *snapshot, size_t assay)
{
    const struct snapshot_assay *is = snapshot_assay(snapshot, assay);
    struct snapshot_interval all = {1, VARIANT_POSITION_MAX};
    uint64_t bases = 0;

    if (is->whole_genome)
        return dimension_of_assay(UINT64_MAX);
    for (uint8_t chromosome = 1; chromosome <= CHROMOSOME_MAX; chromosome++)
        bases += snapshot_assay_bases(snapshot, assay, is->assembly, chromosome, all);
    return dimension_of_assay(bases);
}

/* For each person of a segment, the widest class of the person's assays. */
static void classes_by_assay(struct snapshot *snapshot, struct segment *segment, uint32_t n,
                             uint8_t *classes)
{
    memset(classes, 0, n);
    for (size_t i = 0; i < snapshot_info(snapshot)->n_assays; i++) {
        const uint64_t *members = segment_assay_members(segment, i);
        uint8_t class = members ? (uint8_t)class_of_assay(snapshot, i) : 0;

        for (uint32_t p = 0; members && p < n; p++)
            if (members[p / 64] >> (p % 64) & 1 && class > classes[p])
                classes[p] = class;
    }
}

static uint32_t part_of(const struct dimension_table *breakdown,
                        const struct segment_persons *persons, const uint8_t *by_assay,
                        uint32_t person)
{
    uint32_t part = 0;

    for (size_t i = 0; i < breakdown->n_dimensions; i++) {
        const struct dimension *dimension = breakdown->dimensions[i];
        uint32_t class = 0;

        switch (dimension->kind) {
        case DIMENSION_SEX:
            class = dimension_of_sex(persons->sex[person]);
            break;
        case DIMENSION_AGE:
            class = dimension_of_age(persons->age[person]);
            if (class != dimension_of_age(persons->age_most[person]))
                class = dimension_of_age(-1); /* this year's birthday decides the band */
            break;
        case DIMENSION_DECADE:
            class = dimension_of_birth_year(persons->birth_year[person]);
            break;
        default:
            class = by_assay[person];
        }
        part = part * dimension->n_classes + class;
    }
    return part;
}

bool breakdown_walk(const struct asked_of *of, const struct ast *ast,
                    const struct dimension_table *breakdown, breakdown_visitor *visitor,
                    void *visitor_of, struct err *err)
{
    assert(of);
    uint8_t by_assay[SET_PERSONS_MAX];
    struct criterion *criterion;
    struct kleene who;
    bool ok = true;

    if (!criterion_new(of, ast, &criterion, err))
        return false;
    for (size_t i = 0; ok && i < population_segments(of->population); i++) {
        struct segment *segment = snapshot_segment(of->snapshot, i);
        const struct segment_persons *persons = segment_persons(segment);

        ok = criterion_run(criterion, i, &who, err);
        if (!ok)
            break;
        classes_by_assay(of->snapshot, segment, persons->n, by_assay);
        for (uint32_t p = 0; p < persons->n; p++) {
            struct breakdown_person is = {i, p, part_of(breakdown, persons, by_assay, p),
                                          set_has(&who.yes, p), set_has(&who.cannot_tell, p)};

            visitor(visitor_of, &is);
        }
    }
    criterion_free(criterion);
    return ok;
}
