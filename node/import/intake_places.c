/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "node/import/intake_inside.h"
#include "node/store/structural.h"
#include "node/store/variant.h"

/* Adds the calls of the samples that are stored. */
static bool add_calls(const struct intake *intake, struct calls *calls, const uint8_t *at_calls,
                      size_t size, uint64_t *n, struct err *err)
{
    struct stream_site site = {.calls = at_calls, .calls_size = size};
    int64_t sample = -1;
    enum call_code code;
    size_t at = 0;

    while (at < size) {
        const struct intake_sample *of;

        if (!stream_call_next(&site, &at, &sample, &code))
            return err_set(err, ERR_INTERNAL, "calls changed while they were read");
        of = &intake->samples[sample];
        if (of->number == INTAKE_ABSENT)
            continue;
        ++*n;
        if (of->somatic && calls == intake->structural)
            code = CALL_CARRIER;
        if (calls && !calls_add(calls, of->number, code, err))
            return false;
    }
    return true;
}

static bool begin_structural(struct intake *intake, const struct stream_structural *item,
                             struct err *err)
{
    char text[STRUCTURAL_TEXT_BYTES];
    struct variant variant = {.assembly = intake->callset.assembly,
                              .chromosome = item->chromosome,
                              .position = item->variant.start_first,
                              .ref = STRUCTURAL_REF,
                              .alt = text};
    uint64_t vid;

    structural_write(&item->variant, text);
    if (!intake->structural && !calls_open_structural(intake->settings.store, intake->callset_id,
                                                      &intake->structural, err))
        return false;
    return calls_vid(intake->settings.store, &variant, &vid, err) &&
           calls_site(intake->structural, vid, err);
}

bool intake_structural(struct intake *intake, const struct stream_structural *item, struct err *err)
{
    assert(intake && item);
    uint64_t n = 0;

    if (!intake->n_added) {
        intake->sites_unchanged += !item->uncounted;
        return true;
    }
    intake->sites_stored += !item->uncounted;
    if (intake->settings.store && !begin_structural(intake, item, err))
        return false;
    if (!add_calls(intake, intake->structural, item->calls, item->calls_size, &n, err))
        return false;
    intake->counts.structural += n;
    return true;
}

bool intake_gap(struct intake *intake, const struct stream_gap *item, struct err *err)
{
    assert(intake && item);
    struct gap gap = {.assembly = intake->callset.assembly,
                      .chromosome = item->chromosome,
                      .start = item->start,
                      .end = item->end,
                      .reason = item->reason};
    struct store *store = intake->settings.store;
    uint64_t vid, n = 0;

    if (!intake->n_added || !store)
        return true;
    if (!intake->gaps && !calls_open_gaps(store, intake->callset_id, &intake->gaps, err))
        return false;
    while (gap_next(&gap, &vid))
        if (!calls_site(intake->gaps, vid, err) ||
            !add_calls(intake, intake->gaps, item->calls, item->calls_size, &n, err))
            return false;
    return true;
}
