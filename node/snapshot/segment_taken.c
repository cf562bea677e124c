/* SPDX-License-Identifier: Apache-2.0 */
/* On which days the samples of tumours were taken. */
#include <assert.h>

#include "node/snapshot/segment_schema.h"
#include "node/snapshot/snapshot_inside.h"

bool segment_taken_read(struct segment *segment, int64_t version, struct err *err)
{
    assert(segment);
    size_t n = SEGMENT_WORDS(segment->persons.n);

    if (segment->manifest->day_of)
        segment->taken = segment_column_days(segment, "taken", err);
    else if (segment->manifest->tumour_of && version >= SEGMENT_VERSION_TAKEN)
        segment->undated = segment_column(segment, "undated", n * sizeof(*segment->undated), err);
    else
        return true;
    return segment->taken || segment->undated;
}

struct segment *segment_of_day(const struct segment *segment, size_t nth)
{
    assert(segment && nth < SEGMENT_TAKEN_MAX);
    return segment->of_day[nth];
}

const int32_t *segment_taken(const struct segment *of_day)
{
    assert(of_day && of_day->taken);
    return of_day->taken;
}

void segment_undated(const struct segment *tumour, uint64_t *words)
{
    assert(tumour && words);
    const uint64_t *who = tumour->undated ? tumour->undated : tumour->sampled_any;

    for (size_t w = 0; w < tumour->persons.n_words; w++)
        words[w] |= who[w];
}
