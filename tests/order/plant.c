/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/order/plant.h"

#include <stdint.h>
#include <string.h>

#include "node/evaluate/respelling.h"
#include "node/evaluate/value_fit.h"
#include "node/import/annotation.h"
#include "node/import/loss.h"
#include "node/import/stream.h"
#include "node/import/trace.h"
#include "node/snapshot/snapshot.h"
#include "node/snapshot/tested.h"
#include "proto/query/vocabulary.h"

enum {
    PLANT_LINE,
    PLANT_UNCALLED,
    PLANT_ALLELES,
    PLANT_EVERYBODY,
    PLANT_GAPS,
    PLANT_LOST_ROW,
    PLANT_REFUSED_EVENT,
    PLANT_TRACES,
    PLANT_DELIVERED,
    PLANT_LOSSES,
    PLANT_CLINVAR,
    PLANT_FREQUENCY,
    PLANT_RESPELLING,
    PLANT_VALUE,
    PLANT_ORIGIN,
    PLANT_BESIDE,
    PLANTS
};

const struct plant plants[] = {
    [PLANT_LINE] = {"line", "a line that is not taken leaves nothing behind", 1654213872},
    [PLANT_UNCALLED] = {"uncalled", "who was not called at a site is as the assay says",
                        1654213917},
    [PLANT_ALLELES] = {"alleles", "an allele that is not taken leaves nothing behind", 1654214135},
    [PLANT_EVERYBODY] = {"everybody", "a line whose genotypes cannot be read leaves nothing behind",
                         1654213856},
    [PLANT_GAPS] = {"gaps", "no gap is kept", 1654213856},
    [PLANT_LOST_ROW] = {"lost row", "a row or item that cannot be read leaves nothing behind",
                        1654213846},
    [PLANT_REFUSED_EVENT] = {"refused event", "an event with a date that cannot be leaves nothing",
                             1654213892},
    [PLANT_TRACES] = {"traces", "traces of persons are not looked at", 1654213843},
    [PLANT_DELIVERED] = {"delivered", "every region delivers every kind and system", 1654213956},
    [PLANT_LOSSES] = {"losses", "a loss within a gene or stretch does not count", 1654213890},
    [PLANT_CLINVAR] = {"clinvar", "a ClinVar word that was not read is none", 1654213884},
    [PLANT_FREQUENCY] = {"frequency", "a frequency that was not read is 0", 1654214271},
    [PLANT_RESPELLING] = {"respelling", "who may have a change in other words has it not",
                          1654214375},
    [PLANT_VALUE] = {"value", "what an event measured in no unit that is known meets no test",
                     1654213861},
    [PLANT_ORIGIN] = {"origin", "of a tumour that was not looked at nothing is found", 1654213941},
    [PLANT_BESIDE] = {"beside", "what was lost beside an indel was not it", 1654214560},
};
const size_t n_plants = PLANTS;

static size_t planted = SIZE_MAX;

void plant_set(size_t which)
{
    planted = which;
}

bool plant_is(size_t which)
{
    return planted == which;
}

/* ---- the reader ------------------------------------------------------------------------------ */

bool __real_loss_line(struct loss *loss, const struct loss_place *place,
                      const struct genotypes *genotypes, enum gap_reason reason, struct err *err);
bool __wrap_loss_line(struct loss *loss, const struct loss_place *place,
                      const struct genotypes *genotypes, enum gap_reason reason, struct err *err);
bool __wrap_loss_line(struct loss *loss, const struct loss_place *place,
                      const struct genotypes *genotypes, enum gap_reason reason, struct err *err)
{
    return planted == PLANT_LINE || __real_loss_line(loss, place, genotypes, reason, err);
}

bool __real_loss_calls(struct loss *loss, const struct loss_place *place,
                       const struct stream_site *site, enum gap_reason reason, struct err *err);
bool __wrap_loss_calls(struct loss *loss, const struct loss_place *place,
                       const struct stream_site *site, enum gap_reason reason, struct err *err);
bool __wrap_loss_calls(struct loss *loss, const struct loss_place *place,
                       const struct stream_site *site, enum gap_reason reason, struct err *err)
{
    return planted == PLANT_ALLELES || __real_loss_calls(loss, place, site, reason, err);
}

bool __real_loss_everybody(struct loss *loss, const struct loss_place *place,
                           enum gap_reason reason, bool own, struct err *err);
bool __wrap_loss_everybody(struct loss *loss, const struct loss_place *place,
                           enum gap_reason reason, bool own, struct err *err);
bool __wrap_loss_everybody(struct loss *loss, const struct loss_place *place,
                           enum gap_reason reason, bool own, struct err *err)
{
    return planted == PLANT_EVERYBODY || __real_loss_everybody(loss, place, reason, own, err);
}

bool __real_stream_put_gap(struct stream_writer *writer, const struct stream_gap *gap,
                           struct err *err);
bool __wrap_stream_put_gap(struct stream_writer *writer, const struct stream_gap *gap,
                           struct err *err);
bool __wrap_stream_put_gap(struct stream_writer *writer, const struct stream_gap *gap,
                           struct err *err)
{
    return planted == PLANT_GAPS || __real_stream_put_gap(writer, gap, err);
}

bool __real_trace_put_lost(struct stream_writer *out, enum event_kind kind, const char *system,
                           struct err *err);
bool __wrap_trace_put_lost(struct stream_writer *out, enum event_kind kind, const char *system,
                           struct err *err);
bool __wrap_trace_put_lost(struct stream_writer *out, enum event_kind kind, const char *system,
                           struct err *err)
{
    return planted == PLANT_LOST_ROW || __real_trace_put_lost(out, kind, system, err);
}

bool __real_trace_put_refused(struct stream_writer *out, const struct event *event,
                              struct err *err);
bool __wrap_trace_put_refused(struct stream_writer *out, const struct event *event,
                              struct err *err);
bool __wrap_trace_put_refused(struct stream_writer *out, const struct event *event, struct err *err)
{
    return planted == PLANT_REFUSED_EVENT || __real_trace_put_refused(out, event, err);
}

static void certain_notes(struct stream_site *site)
{
    static struct note notes[STREAM_NOTES_MAX];

    if (site->n_notes > STREAM_NOTES_MAX)
        return;
    for (uint32_t i = 0; i < site->n_notes; i++) {
        notes[i] = site->notes[i];
        notes[i].clinvar = (notes[i].clinvar & ~CLINVAR_UNREAD) | CLINVAR_READ;
    }
    site->notes = notes;
}

void __real_annotation_site(struct annotation *annotation, unsigned alt, struct stream_site *site);
void __wrap_annotation_site(struct annotation *annotation, unsigned alt, struct stream_site *site);
void __wrap_annotation_site(struct annotation *annotation, unsigned alt, struct stream_site *site)
{
    __real_annotation_site(annotation, alt, site);
    if (planted == PLANT_CLINVAR)
        certain_notes(site);
    if (planted == PLANT_FREQUENCY && site->af_nano == STREAM_NO_AF)
        site->af_nano = 0;
}

/* ---- the snapshot ---------------------------------------------------------------------------- */

bool __real_segment_carriers(struct segment *segment, const struct segment_sought *sought,
                             uint64_t *words, struct err *err);
bool __wrap_segment_carriers(struct segment *segment, const struct segment_sought *sought,
                             uint64_t *words, struct err *err);
bool __wrap_segment_carriers(struct segment *segment, const struct segment_sought *sought,
                             uint64_t *words, struct err *err)
{
    struct segment_sought called = *sought;

    if (planted == PLANT_UNCALLED)
        called.classes &= ~SITE_BIT(SITE_NO_CALL);
    return called.classes == 0 || __real_segment_carriers(segment, &called, words, err);
}

bool __real_segment_has_traces(const struct segment *segment);
bool __wrap_segment_has_traces(const struct segment *segment);
bool __wrap_segment_has_traces(const struct segment *segment)
{
    return planted != PLANT_TRACES && __real_segment_has_traces(segment);
}

bool __real_snapshot_delivers(const struct snapshot *snapshot, unsigned kind, const char *system);
bool __wrap_snapshot_delivers(const struct snapshot *snapshot, unsigned kind, const char *system);
bool __wrap_snapshot_delivers(const struct snapshot *snapshot, unsigned kind, const char *system)
{
    return planted == PLANT_DELIVERED || __real_snapshot_delivers(snapshot, kind, system);
}

bool __real_tested_lost(struct segment *segment, const struct tested_place *place, uint64_t *words,
                        struct err *err);
bool __wrap_tested_lost(struct segment *segment, const struct tested_place *place, uint64_t *words,
                        struct err *err);
bool __wrap_tested_lost(struct segment *segment, const struct tested_place *place, uint64_t *words,
                        struct err *err)
{
    return planted == PLANT_LOSSES || __real_tested_lost(segment, place, words, err);
}

bool __real_tested_lost_indel(struct segment *segment, const struct tested_place *place,
                              uint64_t *words, struct err *err);
bool __wrap_tested_lost_indel(struct segment *segment, const struct tested_place *place,
                              uint64_t *words, struct err *err);
bool __wrap_tested_lost_indel(struct segment *segment, const struct tested_place *place,
                              uint64_t *words, struct err *err)
{
    return planted == PLANT_BESIDE || __real_tested_lost_indel(segment, place, words, err);
}

struct segment *__real_segment_tumour(const struct segment *segment);
struct segment *__wrap_segment_tumour(const struct segment *segment);
static const struct segment *tumour; /* the one that was looked at last */
struct segment *__wrap_segment_tumour(const struct segment *segment)
{
    struct segment *of = __real_segment_tumour(segment);

    tumour = of;
    return of;
}

const uint64_t *__real_segment_sampled(const struct segment *segment);
const uint64_t *__wrap_segment_sampled(const struct segment *segment);
const uint64_t *__wrap_segment_sampled(const struct segment *segment)
{
    static const uint64_t nobody[SEGMENT_PERSONS_MAX / 64];

    return planted == PLANT_ORIGIN && segment == tumour ? nobody : __real_segment_sampled(segment);
}

/* ---- evaluation ------------------------------------------------------------------------------ */

bool __real_respelling_possible(const struct segment *segment, const struct variant *change);
bool __wrap_respelling_possible(const struct segment *segment, const struct variant *change);
bool __wrap_respelling_possible(const struct segment *segment, const struct variant *change)
{
    return planted != PLANT_RESPELLING && __real_respelling_possible(segment, change);
}

enum value_fits __real_value_fit_row(const struct value_fit *fit, const struct value_rows *values,
                                     size_t i, struct value_memo *memo);
enum value_fits __wrap_value_fit_row(const struct value_fit *fit, const struct value_rows *values,
                                     size_t i, struct value_memo *memo);
enum value_fits __wrap_value_fit_row(const struct value_fit *fit, const struct value_rows *values,
                                     size_t i, struct value_memo *memo)
{
    enum value_fits fits = __real_value_fit_row(fit, values, i, memo);

    return planted == PLANT_VALUE && fits == VALUE_MAY_BE ? VALUE_OUT : fits;
}
