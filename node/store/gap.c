/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/gap.h"

#include <assert.h>

#include "node/store/variant.h"

#define REASON_SHIFT 20
#define CHUNK_BASES (UINT32_C(1) << 20)

static const char *const names[GAP_REASONS] = {
    [GAP_FILTERED] = "filtered",     [GAP_REFUSED] = "refused",
    [GAP_FAILED] = "failed",         [GAP_UNREADABLE] = "unreadable",
    [GAP_NOT_CALLED] = "not called", [GAP_LOW] = "low depth or quality",
    [GAP_STRUCTURAL] = "structural", [GAP_LEFT_OUT] = "contig left out",
    [GAP_UNCOVERED] = "no block",    [GAP_CALLED] = "structural call",
};

const char *gap_reason_name(enum gap_reason reason)
{
    return (unsigned)reason < GAP_REASONS ? names[reason] : NULL;
}

bool gap_is_loss(enum gap_reason reason)
{
    return reason != GAP_LOW && reason != GAP_LEFT_OUT && reason != GAP_UNCOVERED;
}

bool gap_may_be_indel(const struct gap *gap)
{
    assert(gap);
    uint32_t at = gap->start & (CHUNK_BASES - 1);

    return gap->end > gap->start || at == 0 || at == CHUNK_BASES - 1;
}

bool gap_next(struct gap *gap, uint64_t *vid)
{
    uint32_t last = gap->start | (CHUNK_BASES - 1); /* of the chunk */
    uint32_t end = gap->end < last ? gap->end : last;

    assert((unsigned)gap->reason < GAP_REASONS && gap->start > 0);
    if (gap->start > gap->end)
        return false;
    *vid = variant_floor(gap->assembly, gap->chromosome, gap->start) |
           (uint64_t)gap->reason << REASON_SHIFT | (end - gap->start);
    gap->start = end + 1;
    return true;
}

struct gap gap_of_vid(uint64_t vid)
{
    uint32_t start = vid_position(vid);

    assert(vid_is_gap(vid));
    return (struct gap){.assembly = vid_assembly(vid),
                        .chromosome = vid_chromosome(vid),
                        .start = start,
                        .end = start + (uint32_t)(vid & (GAP_LENGTH_MAX - 1)),
                        .reason = (enum gap_reason)(vid >> REASON_SHIFT & 15)};
}
