/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/side_segments.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct side_segment {
    struct manifest_segment segment;
    size_t of; /* a segment of persons, from 1 */
    bool tumour;
    bool structural;
    uint32_t nth; /* of one day: which of its person's days; 0: of whatever day */
};

bool side_segments_open(struct side_segments *side, size_t room, struct err *err)
{
    assert(side);
    struct side_segment *at = calloc(SIDE_SEGMENTS_EACH * (room + 1), sizeof(*at));

    *side = (struct side_segments){.at = at};
    return at || err_memory(err);
}

void side_segments_close(struct side_segments *side)
{
    assert(side);
    free(side->at);
    *side = (struct side_segments){0};
}

void side_segments_keep(struct side_segments *side, const struct manifest *old, size_t i,
                        const struct manifest *new)
{
    assert(side && old && new &&new->n_segments);
    const struct manifest_segment *persons = &new->segments[new->n_segments - 1];

    for (size_t t = old->n_main; t < old->n_segments; t++) {
        struct side_segment *kept = &side->at[side->n];
        const struct manifest_segment *segment = &old->segments[t];
        const struct manifest_segment *of =
            segment->structural_of ? &old->segments[segment->structural_of - 1] : segment;

        if (segment->day_of)
            of = &old->segments[segment->day_of - 1];
        /* of what it is: of persons, or of tumours, which are of persons */
        if (of->tumour_of ? of->tumour_of != i + 1 : of != &old->segments[i])
            continue;
        *kept = (struct side_segment){*segment, new->n_segments,
                                      of->tumour_of != 0 || segment->nth != 0,
                                      segment->structural_of != 0, segment->nth};
        memcpy(kept->segment.dead, persons->dead, sizeof(kept->segment.dead));
        kept->segment.n_dead = persons->n_dead;
        side->n++;
    }
}

void side_segments_add(struct side_segments *side, const struct manifest_segment *segment,
                       size_t of, const struct segment_input *input)
{
    assert(side && segment && of && input);
    side->at[side->n++] = (struct side_segment){*segment, of, input->origin == ORIGIN_SOMATIC,
                                                input->structural, input->nth};
}

/*
 * Small variants of tumours, structural ones of the germline, those of tumours; then by persons.
 * Those of one day each are the last ones, by persons and then by day.
 */
static int in_order(const void *left, const void *right)
{
    const struct side_segment *a = left, *b = right;

    if (!a->nth != !b->nth)
        return a->nth ? 1 : -1;
    if (a->structural != b->structural)
        return a->structural ? 1 : -1;
    if (a->tumour != b->tumour)
        return a->tumour ? 1 : -1;
    if (a->of != b->of)
        return a->of > b->of ? 1 : -1;
    return (a->nth > b->nth) - (a->nth < b->nth);
}

/* The number in the manifest, from 1, of the tumours of these persons. */
static uint32_t tumours_of(const struct manifest *manifest, size_t of)
{
    for (size_t i = manifest->n_main; i < manifest->n_small; i++)
        if (manifest->segments[i].tumour_of == of)
            return (uint32_t)i + 1;
    assert(false); /* structural variants of tumours are beside tumours */
    return 0;
}

void side_segments_append(struct side_segments *side, struct manifest *manifest)
{
    assert(side && manifest);
    manifest->n_main = manifest->n_small = manifest->n_whole = manifest->n_segments;
    if (side->n)
        qsort(side->at, side->n, sizeof(*side->at), in_order);
    for (size_t i = 0; i < side->n; i++) {
        const struct side_segment *at = &side->at[i];
        struct manifest_segment *into = &manifest->segments[manifest->n_segments++];

        *into = at->segment;
        into->tumour_of = at->tumour && !at->structural && !at->nth ? (uint32_t)at->of : 0;
        into->structural_of = 0;
        into->day_of = at->nth ? (uint32_t)at->of : 0;
        into->nth = at->nth;
        if (!at->nth)
            manifest->n_whole = manifest->n_segments;
        if (at->nth)
            continue;
        if (at->structural)
            into->structural_of = at->tumour ? tumours_of(manifest, at->of) : (uint32_t)at->of;
        else
            manifest->n_small = manifest->n_segments;
    }
}
