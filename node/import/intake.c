/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/intake.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/intake_inside.h"
#include "node/store/assay.h"
#include "node/store/calls.h"
#include "node/store/entry.h"
#include "node/store/entry_batch.h"
#include "node/store/fraction.h"
#include "node/store/import_run.h"
#include "node/store/note.h"
#include "node/store/peer.h"
#include "node/store/variant.h"
#include "proto/query/place.h"

#define CHROMOSOMES 25

bool intake_open(const struct intake_settings *settings, struct intake **out, struct err *err)
{
    assert(settings && out);
    struct intake *intake = calloc(1, sizeof(*intake));

    if (!intake)
        return err_memory(err);
    intake->settings = *settings;
    if (settings->rows && settings->store &&
        !entry_batch_open(settings->store, &intake->batch, err)) {
        free(intake);
        return false;
    }
    *out = intake;
    return true;
}

void intake_close(struct intake *intake)
{
    if (!intake)
        return;
    calls_abandon(intake->calls);
    calls_abandon(intake->gaps);
    calls_abandon(intake->structural);
    entry_batch_close(intake->batch);
    free(intake->intervals);
    free(intake->entries);
    free(intake->samples);
    free(intake);
}

/* Makes room for one more item of size bytes. */
static bool grow(void **items, size_t n, size_t *room, size_t size, struct err *err)
{
    size_t more = *room ? *room * 2 : 1024;
    void *grown;

    if (n < *room)
        return true;
    grown = realloc(*items, more * size);
    if (!grown)
        return err_memory(err);
    *items = grown;
    *room = more;
    return true;
}

/* ---- people ---- */

/* Tells the operator the line of a consent whose person the store does not have. */
static bool tell_whether_known(struct intake *intake, const struct stream_unit *unit,
                               struct err *err)
{
    struct reject reject = {.line = unit->line, .field = "person", .code = REJECT_PERSON_NOT_HERE};
    bool known;

    if (!unit->consent.mask)
        return true;
    if (!entry_knows_person(intake->settings.store, &unit->person, &known, err))
        return false;
    intake->counts.consents_known += known;
    intake->counts.consents_unknown += !known;
    reject.file = intake->settings.inputs->items[0].name;
    return known || rejects_add(intake->settings.rejects, &reject, err);
}

static bool store_marks(struct intake *intake, const struct stream_unit *unit, int64_t entry,
                        struct err *err)
{
    if (unit->aside && !entry_aside(intake->settings.store, entry, err))
        return false;
    if (sodium_is_zero(unit->peer.b, sizeof(unit->peer.b)))
        return true;
    intake->has_peers = true;
    return entry_peer(intake->settings.store, entry, &unit->peer, err);
}

/* Reports a unit that another file holds, or that belonged to another person before. */
static bool tell_of_other(struct intake *intake, const struct stream_unit *unit,
                          enum reject_code code, struct err *err)
{
    const struct run_inputs *inputs = intake->settings.inputs;
    struct reject reject = {
        .line = unit->line, .record = unit->record, .field = "id", .code = code};

    if (unit->input >= inputs->n)
        return err_set(err, ERR_INTERNAL, "a unit of an input that there is not");
    reject.file = inputs->items[unit->input].name;
    return rejects_add(intake->settings.rejects, &reject, err);
}

/* Rejects a unit that another file holds. That file's word stands until its import is undone, or
 * until a feed says which file is newer. */
static bool refuse_unit(struct intake *intake, const struct stream_unit *unit, int64_t *entry,
                        struct err *err)
{
    *entry = 0;
    intake->units_refused++;
    return tell_of_other(intake, unit, REJECT_ID_OTHER_FILE, err);
}

static bool store_unit(struct intake *intake, const struct stream_unit *unit, int64_t *entry,
                       struct err *err)
{
    struct store *store = intake->settings.store;
    struct entry_said said = {.key = &unit->key,
                              .content = sodium_is_zero(unit->content, sizeof(unit->content))
                                             ? intake->settings.content
                                             : unit->content,
                              .facts = &unit->facts};
    enum entry_outcome outcome;
    bool kept;

    if (!sodium_is_zero(unit->source.b, sizeof(unit->source.b)))
        said.source = &unit->source;
    if (!entry_put(store, &unit->person, &said, &outcome, entry, err))
        return false;
    if (!tell_whether_known(intake, unit, err))
        return false;
    if (outcome == ENTRY_UNCHANGED) {
        intake->units_unchanged += !unit->uncounted;
        *entry = 0;
        return true;
    }
    if (outcome == ENTRY_OTHER_SOURCE)
        return refuse_unit(intake, unit, entry, err);
    if (outcome == ENTRY_REPLACED_PERSON &&
        !tell_of_other(intake, unit, REJECT_ID_OTHER_PERSON, err))
        return false;
    intake->counts.entries++;
    intake->counts.replaced += outcome != ENTRY_NEW;
    if (!store_marks(intake, unit, *entry, err) ||
        !entry_consent(store, *entry, &unit->consent, &kept, err))
        return false;
    intake->counts.refusals_kept += kept;
    return true;
}

/* A row waits in the batch; what became of it is counted at the end. */
static bool take_row(struct intake *intake, const struct stream_unit *unit, struct err *err)
{
    struct entry_batch_row row = {
        .person = unit->person,
        .said = {.key = &unit->key,
                 .content = sodium_is_zero(unit->content, sizeof(unit->content))
                                ? intake->settings.content
                                : unit->content,
                 .facts = &unit->facts},
        .aside = unit->aside,
        .uncounted = unit->uncounted};

    if (unit->consent.mask || !sodium_is_zero(unit->peer.b, sizeof(unit->peer.b)) ||
        !sodium_is_zero(unit->source.b, sizeof(unit->source.b)))
        return err_set(err, ERR_INTERNAL, "a row brings what rows do not have");
    intake->n_units++;
    intake->units_uncounted += unit->uncounted;
    return entry_batch_put(intake->batch, &row, err);
}

static bool end_rows(struct intake *intake, struct err *err)
{
    struct entry_batch_counts counts;

    if (!intake->batch)
        return true;
    if (!entry_batch_flush(intake->batch, &counts, err))
        return false;
    intake->counts.entries += counts.stored;
    intake->counts.replaced += counts.replaced;
    intake->counts.events += counts.events;
    intake->units_unchanged += counts.unchanged;
    return true;
}

static bool take_unit(struct intake *intake, const struct stream_unit *unit, struct err *err)
{
    void *entries = intake->entries;
    int64_t entry = 1;

    if (intake->batch)
        return take_row(intake, unit, err);
    if (!grow(&entries, intake->n_units, &intake->units_room, sizeof(int64_t), err))
        return false;
    intake->entries = entries;
    if (!intake->settings.store)
        intake->counts.entries++;
    else if (!store_unit(intake, unit, &entry, err))
        return false;
    intake->entries[intake->n_units++] = entry;
    intake->units_uncounted += unit->uncounted;
    intake->counts.excluded += unit->consent.mask & CONSENT_BIT(CONSENT_UNREAD) ? 1 : 0;
    return true;
}

static bool take_event(struct intake *intake, const struct event *event, struct err *err)
{
    int64_t entry;

    if (intake->batch)
        return entry_batch_event(intake->batch, event, err);
    entry = intake->entries[intake->n_units - 1];
    if (!entry)
        return true;
    intake->counts.events += event->system[0] != EVENT_TRACE_SYSTEM[0];
    return !intake->settings.store || entry_event(intake->settings.store, entry, event, err);
}

/* ---- assays, callsets, samples ---- */

static bool take_interval(struct intake *intake, const struct assay_interval *interval,
                          struct err *err)
{
    void *intervals = intake->intervals;

    if (intake->n_intervals == ASSAY_INTERVALS_MAX)
        return err_set(err, ERR_INVALID, "the assay has more than %u stretches",
                       ASSAY_INTERVALS_MAX);
    if (!grow(&intervals, intake->n_intervals, &intake->intervals_room, sizeof(*interval), err))
        return false;
    intake->intervals = intervals;
    intake->intervals[intake->n_intervals++] = *interval;
    return true;
}

static bool find_assay(struct intake *intake, uint8_t assembly, struct err *err)
{
    const struct intake_settings *settings = &intake->settings;
    struct assay assay = {.name = settings->assay,
                          .assembly = assembly,
                          .whole_genome = settings->assay_whole,
                          .intervals = intake->intervals,
                          .n_intervals = intake->n_intervals};

    intake->assay_id = 0;
    if (!settings->assay || !assembly || !settings->store)
        return true;
    if (intake->n_intervals || settings->assay_whole)
        return assay_put(settings->store, &assay, &intake->assay_id, err);
    if (!assay_find(settings->store, settings->assay, assembly, &intake->assay_id, err))
        return false;
    return intake->assay_id ||
           err_set(err, ERR_INVALID,
                   "the assay is not known here in this assembly; declare it with --bed FILE or "
                   "--whole-genome");
}

static bool end_callset(struct intake *intake, struct err *err)
{
    struct calls *open[] = {intake->calls, intake->gaps, intake->structural};
    bool ok = true;

    intake->calls = intake->gaps = intake->structural = NULL;
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
        if (ok)
            ok = !open[i] || calls_close(open[i], err);
        else
            calls_abandon(open[i]);
    }
    return ok;
}

static bool take_callset(struct intake *intake, const struct stream_callset *callset,
                         struct err *err)
{
    struct callset row = {.assembly = callset->assembly,
                          .has_af = callset->has_af,
                          .has_annotation = callset->has_annotation,
                          .judges_sites = callset->judges_sites,
                          .judged = callset->judged};

    if (!end_callset(intake, err) || !find_assay(intake, callset->assembly, err))
        return false;
    intake->callset = *callset;
    intake->n_samples = intake->n_added = intake->somatic = 0;
    return !intake->settings.store ||
           callset_put(intake->settings.store, &row, &intake->callset_id, err);
}

static bool take_sample(struct intake *intake, const struct stream_sample *sample, struct err *err)
{
    void *samples = intake->samples;
    struct sample_row row = {intake->assay_id, (uint8_t)sample->type, sample->tissue,
                             sample->taken};
    int64_t entry;

    if (intake->batch)
        return err_set(err, ERR_INTERNAL, "a sample among rows");
    entry = sample->silent ? 0 : intake->entries[sample->unit];
    if (!grow(&samples, intake->n_samples, &intake->samples_room, sizeof(*intake->samples), err))
        return false;
    intake->samples = samples;
    intake->samples[intake->n_samples++] = (struct intake_sample){
        entry ? intake->n_added++ : INTAKE_ABSENT, sample_type_is(sample->type, ORIGIN_SOMATIC)};
    if (!entry)
        return true;
    intake->somatic |= intake->samples[intake->n_samples - 1].somatic;
    intake->counts.samples++;
    return !intake->settings.store ||
           callset_add(intake->settings.store, intake->callset_id, entry, &row, err);
}

/* ---- variants and calls ---- */

static bool store_annotation(struct intake *intake, const struct stream_site *site, uint64_t vid,
                             struct err *err)
{
    for (uint32_t i = 0; i < site->n_notes; i++)
        if (!note_put(intake->settings.store, vid, &site->notes[i], err))
            return false;
    return site->af_nano == STREAM_NO_AF ||
           note_put_af(intake->settings.store, vid, site->af_nano, err);
}

/* Without open calls they are only counted: a dry run. */
static bool store_calls(struct intake *intake, const struct stream_site *site, struct err *err)
{
    uint64_t n_calls = 0;
    int64_t sample = -1;
    enum call_code code;
    size_t at = 0, n_fractions = 0;
    uint8_t fraction;

    if (!intake->calls && intake->n_added == intake->n_samples) {
        intake->counts.calls += site->n_calls;
        return true;
    }
    while (at < site->calls_size) {
        if (!stream_call_next(site, &at, &sample, &code))
            return err_set(err, ERR_INTERNAL, "calls of a site changed while they were read");
        fraction = stream_fraction_next(site, code, &n_fractions);
        if (intake->samples[sample].number == INTAKE_ABSENT)
            continue;
        if (intake->samples[sample].somatic && code != CALL_NONE)
            code = CALL_CARRIER;
        n_calls += code != CALL_NONE;
        if (intake->calls && !calls_add(intake->calls, intake->samples[sample].number, code, err))
            return false;
        if (intake->calls && fraction != FRACTION_UNKNOWN)
            calls_fraction(intake->calls, fraction);
    }
    intake->counts.calls += n_calls;
    return true;
}

static bool store_site(struct intake *intake, const struct stream_site *site, struct err *err)
{
    struct variant variant = {.assembly = intake->callset.assembly,
                              .chromosome = site->chromosome,
                              .position = site->position,
                              .ref = site->ref,
                              .alt = site->alt};
    uint64_t vid;

    if (site->chromosome == STREAM_NO_PLACE && !variant.assembly)
        variant.assembly = VARIANT_GRCH37; /* any assembly serves: the id of a variant without
                                              coordinates does not depend on it */
    if (!intake->calls) {
        if (!calls_open(intake->settings.store, intake->callset_id, &intake->calls, err))
            return false;
        calls_keep_fractions(intake->calls, intake->somatic);
    }
    return calls_vid(intake->settings.store, &variant, &vid, err) &&
           calls_site(intake->calls, vid, err) && store_annotation(intake, site, vid, err) &&
           store_calls(intake, site, err);
}

static bool take_site(struct intake *intake, const struct stream_site *site, struct err *err)
{
    if (!intake->n_added) {
        intake->sites_unchanged++;
        return true;
    }
    intake->sites_stored++;
    return intake->settings.store ? store_site(intake, site, err) : store_calls(intake, site, err);
}

/* ---- the rest ---- */

static bool take_reject(struct intake *intake, const struct stream_reject *item, struct err *err)
{
    const struct run_inputs *inputs = intake->settings.inputs;
    struct reject reject = {.line = item->line,
                            .record = item->record,
                            .field = item->field,
                            .code = item->code,
                            .item = item->item};

    if (item->input >= inputs->n)
        return err_set(err, ERR_INTERNAL, "a reject of an input that there is not");
    reject.file = inputs->items[item->input].name;
    return rejects_add(intake->settings.rejects, &reject, err);
}

bool intake_take(struct intake *intake, const struct stream_item *item, struct err *err)
{
    assert(item);
    switch (item->kind) {
    case STREAM_INTERVAL:
        return take_interval(intake, &item->interval, err);
    case STREAM_UNIT:
        return take_unit(intake, &item->unit, err);
    case STREAM_EVENT:
        return take_event(intake, &item->event, err);
    case STREAM_CALLSET:
        return take_callset(intake, &item->callset, err);
    case STREAM_SAMPLE:
        return take_sample(intake, &item->sample, err);
    case STREAM_SITE:
        return take_site(intake, &item->site, err);
    case STREAM_STRUCTURAL:
        return intake_structural(intake, &item->structural, err);
    case STREAM_GAP:
        return intake_gap(intake, &item->gap, err);
    case STREAM_REJECT:
        return take_reject(intake, &item->reject, err);
    case STREAM_PROGRESS:
    case STREAM_CLOSING:
    case STREAM_FAILURE:
        break;
    }
    return err_set(err, ERR_INTERNAL, "an item that is not for the store");
}

/* What other files said of these samples, and what this feed no longer says. */
static bool end_others(struct intake *intake, struct err *err)
{
    uint64_t ended = 0;

    if (!intake->settings.store)
        return true;
    if (intake->has_peers &&
        !peer_end(intake->settings.store, &ended, &intake->counts.other_file, err))
        return false;
    intake->counts.replaced += ended;
    return import_run_end_unsaid(intake->settings.store, &intake->counts.removed, err);
}

/*
 * The samples of a gVCF count as looked at on the chromosomes that its blocks speak of, less its
 * gaps, and nowhere else. So several gVCFs, one a chromosome, add up. A place without a block takes
 * nothing from another gVCF of the same person, because each has an assay of its own.
 */
static bool settle_blocks(struct intake *intake, uint32_t blocks, struct err *err)
{
    struct assay_interval intervals[CHROMOSOMES];
    char name[ASSAY_NAME_BYTES_MAX + 16];
    struct assay assay = {.name = name,
                          .assembly = intake->callset.assembly,
                          .whole_genome = stream_blocks_whole(blocks),
                          .intervals = intervals};
    bool looked = true;
    int64_t id = 0;

    if (!blocks || !intake->settings.store || !intake->n_added)
        return true;
    for (uint8_t chromosome = 1; chromosome <= CHROMOSOMES; chromosome++)
        if (blocks >> chromosome & 1)
            intervals[assay.n_intervals++] = (struct assay_interval){
                chromosome, 1,
                place_chromosome_length((enum ast_assembly)assay.assembly, chromosome)};
    (void)snprintf(name, sizeof(name), "%s%s", intake->settings.assay ? intake->settings.assay : "",
                   intake->settings.assay ? " (gVCF)" : "gVCF");
    for (; looked; assay.apart++)
        if (!assay_put(intake->settings.store, &assay, &id, err) ||
            !assay_looked(intake->settings.store, id, intake->callset_id, &looked, err))
            return false;
    return callset_set_assay(intake->settings.store, intake->callset_id, id, err);
}

static bool disagree(const char *what, struct err *err)
{
    return err_set(err, ERR_INTERNAL,
                   "the closing arithmetic does not come out (%s); nothing was imported", what);
}

bool intake_finish(struct intake *intake, const struct stream_closing *closing,
                   struct run_result *result, struct err *err)
{
    assert(intake && closing);
    struct run_result *counts = &intake->counts;
    uint64_t units = intake->n_units - intake->units_uncounted;
    uint64_t sum;

    if (!end_rows(intake, err) || !end_callset(intake, err) || !end_others(intake, err) ||
        !settle_blocks(intake, closing->blocks, err))
        return false;
    counts->read = closing->read;
    counts->rejected = closing->rejected + intake->units_refused;
    counts->items = rejects_items(intake->settings.rejects);
    counts->loss = closing->loss;
    counts->warnings = rejects_warnings(intake->settings.rejects);
    (void)snprintf(counts->unread, sizeof(counts->unread), "%s",
                   rejects_unread(intake->settings.rejects));
    counts->unchanged =
        intake->settings.sites_are_units ? intake->sites_unchanged : intake->units_unchanged;
    counts->stored = intake->settings.sites_are_units
                         ? intake->sites_stored
                         : units - intake->units_unchanged - intake->units_refused;
    if (counts->stored + counts->unchanged + intake->units_refused != closing->offered)
        return disagree("offered", err);
    if (rejects_errors(intake->settings.rejects) != counts->rejected)
        return disagree("rejected", err);
    sum = counts->stored + counts->unchanged + counts->rejected;
    for (unsigned i = 0; i < FILTER_REASONS; i++) {
        counts->filtered[i] = closing->filtered[i];
        sum += closing->filtered[i];
    }
    if (sum != counts->read)
        return disagree("read", err);
    for (unsigned i = 0; i < REJECT_CODES; i++)
        counts->rejects[i] = rejects_count(intake->settings.rejects, (enum reject_code)i);
    *result = *counts;
    return true;
}
