#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The segments of a snapshot beside those of persons and their germline: the calls of tumours, the
 * structural variants of either, and tumours once more by the day of their samples. They are
 * collected while segments are kept and written, and stand in the manifest behind the segments of
 * persons, in the order of what they are of. One thread.
 */
#include "node/publish/segment_write.h"
#include "node/snapshot/manifest.h"

/* Of one segment of persons: tumours, structural variants, those of tumours, and tumours by day. */
#define SIDE_SEGMENTS_EACH (3 + SEGMENT_TAKEN_MAX)

struct side_segment;

struct side_segments {
    struct side_segment *at;
    size_t n;
};

/* room: of segments of persons. */
bool side_segments_open(struct side_segments *side, size_t room, struct err *err) MUST_CHECK;
void side_segments_close(struct side_segments *side);
/* Keeps those of segment i of the old manifest, which was kept as the last one of the new one. */
void side_segments_keep(struct side_segments *side, const struct manifest *old, size_t i,
                        const struct manifest *new);
/* Adds one that was written, of the persons of segment `of` (from 1) and of the input's calls. */
void side_segments_add(struct side_segments *side, const struct manifest_segment *segment,
                       size_t of, const struct segment_input *input);
/* Appends all to the manifest, which has the segments of persons so far and room for these. */
void side_segments_append(struct side_segments *side, struct manifest *manifest);
