/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writing end. Integers are varints, texts are varint length, bytes and a NUL, so that the
 * reading end can use them in place.
 */
#include "node/import/stream.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/varint.h"

#define HEAD_BYTES 5u /* kind, length */
#define WRITE_BYTES (64u * 1024)

struct stream_writer {
    int fd;
    uint8_t *data; /* room for WRITE_BYTES and one item more */
    size_t size;
    size_t item; /* where the item under construction begins */
};

bool stream_writer_open(int fd, struct stream_writer **out, struct err *err)
{
    assert(out);
    struct stream_writer *writer = calloc(1, sizeof(*writer));

    if (writer)
        writer->data = malloc(WRITE_BYTES + HEAD_BYTES + STREAM_ITEM_MAX);
    if (!writer || !writer->data) {
        free(writer);
        return err_memory(err);
    }
    writer->fd = fd;
    *out = writer;
    return true;
}

void stream_writer_close(struct stream_writer *writer)
{
    if (!writer)
        return;
    free(writer->data);
    free(writer);
}

static bool flush(struct stream_writer *writer, struct err *err)
{
    size_t at = 0;

    while (at < writer->size) {
        ssize_t n = write(writer->fd, writer->data + at, writer->size - at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_UNAVAILABLE, "writing the record stream: %s", strerror(errno));
        at += (size_t)n;
    }
    writer->size = 0;
    return true;
}

static void begin(struct stream_writer *writer, enum stream_kind kind)
{
    writer->item = writer->size;
    writer->data[writer->size] = (uint8_t)kind;
    writer->size += HEAD_BYTES;
}

static bool fits(const struct stream_writer *writer, size_t more)
{
    return more <= STREAM_ITEM_MAX - (writer->size - writer->item - HEAD_BYTES);
}

static bool finish(struct stream_writer *writer, struct err *err)
{
    size_t length = writer->size - writer->item - HEAD_BYTES;

    for (unsigned i = 0; i < 4; i++)
        writer->data[writer->item + 1 + i] = (uint8_t)(length >> (8 * i));
    return writer->size < WRITE_BYTES || flush(writer, err);
}

static bool too_large(struct stream_writer *writer, struct err *err)
{
    writer->size = writer->item;
    return err_set(err, ERR_INTERNAL, "an item of the record stream would exceed %u bytes",
                   STREAM_ITEM_MAX);
}

static void put_varint(struct stream_writer *writer, uint64_t value)
{
    uint8_t *at = writer->data + writer->size;

    writer->size += (size_t)(varint_write(at, value) - at);
}

static void put_signed(struct stream_writer *writer, int64_t value)
{
    put_varint(writer, varint_from_signed(value));
}

static void put_bytes(struct stream_writer *writer, const void *data, size_t size)
{
    if (size)
        memcpy(writer->data + writer->size, data, size);
    writer->size += size;
}

static void put_text(struct stream_writer *writer, const char *text, size_t length)
{
    put_varint(writer, length);
    put_bytes(writer, text, length);
    writer->data[writer->size++] = 0;
}

bool stream_put_interval(struct stream_writer *writer, const struct assay_interval *interval,
                         struct err *err)
{
    assert(interval);
    begin(writer, STREAM_INTERVAL);
    put_varint(writer, interval->chromosome);
    put_varint(writer, interval->start);
    put_varint(writer, interval->end);
    return finish(writer, err);
}

/* Nearly all units lack nearly all of what they may have. */
static bool any(const void *data, size_t size)
{
    static const uint8_t none[sizeof(struct entry_key)];

    assert(size <= sizeof(none));
    return memcmp(data, none, size) != 0;
}

static void put_consent(struct stream_writer *writer, const struct consent *consent)
{
    put_varint(writer, consent->mask);
    put_varint(writer, consent->silent);
    put_signed(writer, consent->valid_from);
    put_signed(writer, consent->valid_to);
    put_text(writer, consent->disease, strlen(consent->disease));
}

bool stream_put_unit(struct stream_writer *writer, const struct stream_unit *unit, struct err *err)
{
    assert(unit);
    bool peer = any(&unit->peer, sizeof(unit->peer));
    bool source = any(&unit->source, sizeof(unit->source));
    bool place = unit->input || unit->record || unit->line;

    begin(writer, STREAM_UNIT);
    put_varint(writer, (unit->uncounted ? STREAM_UNIT_UNCOUNTED : 0u) |
                           (unit->aside ? STREAM_UNIT_ASIDE : 0u) |
                           (unit->consent.mask ? STREAM_UNIT_CONSENT : 0u) |
                           (peer ? STREAM_UNIT_PEER : 0u) | (source ? STREAM_UNIT_SOURCE : 0u) |
                           (place ? STREAM_UNIT_PLACE : 0u));
    put_bytes(writer, unit->person.b, sizeof(unit->person.b));
    put_bytes(writer, unit->key.b, sizeof(unit->key.b));
    put_bytes(writer, unit->content, sizeof(unit->content));
    put_varint(writer, (uint64_t)unit->facts.sex);
    put_signed(writer, unit->facts.birth_date);
    put_signed(writer, unit->facts.birth_year);
    put_varint(writer, unit->facts.age_fixed);
    put_varint(writer, unit->facts.deceased | unit->facts.alive << 1 | unit->facts.vital_lost << 2);
    put_signed(writer, unit->facts.death_date);
    if (unit->consent.mask)
        put_consent(writer, &unit->consent);
    if (peer)
        put_bytes(writer, unit->peer.b, sizeof(unit->peer.b));
    if (source)
        put_bytes(writer, unit->source.b, sizeof(unit->source.b));
    if (place) {
        put_varint(writer, unit->input);
        put_varint(writer, unit->record);
        put_varint(writer, unit->line);
    }
    return finish(writer, err);
}

bool stream_put_event(struct stream_writer *writer, const struct event *event, struct err *err)
{
    assert(event);
    size_t system = strlen(event->system), code = strlen(event->code);
    const char *word = event->value.form == EVENT_NO_VALUE ? "" : event->value.word;
    size_t length = strlen(word);

    begin(writer, STREAM_EVENT);
    if (system > EVENT_SYSTEM_BYTES_MAX || code > EVENT_CODE_BYTES_MAX ||
        length > EVENT_WORD_BYTES_MAX)
        return too_large(writer, err);
    put_varint(writer, (uint64_t)event->kind);
    put_varint(writer, event->excluded);
    put_text(writer, event->system, system);
    put_text(writer, event->code, code);
    put_signed(writer, event->date);
    put_signed(writer, event->age_days);
    put_varint(writer, (uint64_t)event->lasts);
    put_varint(writer, event->value.form);
    put_signed(writer, event->value.nano);
    put_text(writer, word, length);
    return finish(writer, err);
}

bool stream_put_callset(struct stream_writer *writer, const struct stream_callset *callset,
                        struct err *err)
{
    assert(callset);
    begin(writer, STREAM_CALLSET);
    put_varint(writer, callset->assembly);
    put_varint(writer, callset->has_af);
    put_varint(writer, callset->has_annotation);
    put_varint(writer, callset->judges_sites);
    put_varint(writer, callset->judged);
    return finish(writer, err);
}

bool stream_put_sample(struct stream_writer *writer, const struct stream_sample *sample,
                       struct err *err)
{
    assert(sample);
    begin(writer, STREAM_SAMPLE);
    put_varint(writer, sample->unit);
    put_varint(writer, sample->type);
    put_varint(writer, sample->silent);
    put_text(writer, sample->tissue ? sample->tissue : "",
             sample->tissue ? strlen(sample->tissue) : 0);
    put_signed(writer, sample->taken);
    return finish(writer, err);
}

/* At most, of one note. */
#define STREAM_NOTE_ROOM (NOTE_GENE_BYTES_MAX + NOTE_GENE_IDS_BYTES_MAX + 34)

bool stream_put_site(struct stream_writer *writer, const struct stream_site *site, struct err *err)
{
    assert(site);
    size_t ref = strlen(site->ref), alt = strlen(site->alt);

    begin(writer, STREAM_SITE);
    if (ref > STREAM_ALLELE_MAX || alt > STREAM_ALLELE_MAX || site->n_notes > STREAM_NOTES_MAX ||
        !fits(writer, ref + alt + site->n_notes * STREAM_NOTE_ROOM + 80 + site->calls_size +
                          site->fractions_size))
        return too_large(writer, err);
    put_varint(writer, site->chromosome);
    put_varint(writer, site->position);
    put_text(writer, site->ref, ref);
    put_text(writer, site->alt, alt);
    put_signed(writer, site->af_nano);
    put_varint(writer, site->n_notes);
    for (uint32_t i = 0; i < site->n_notes; i++) {
        const char *ids = site->notes[i].gene_ids ? site->notes[i].gene_ids : "";
        size_t gene = strlen(site->notes[i].gene), n_ids = strlen(ids);

        if (gene >= NOTE_GENE_BYTES_MAX || n_ids > NOTE_GENE_IDS_BYTES_MAX)
            return too_large(writer, err);
        put_text(writer, site->notes[i].gene, gene);
        put_text(writer, ids, n_ids);
        put_varint(writer, site->notes[i].consequences);
        put_varint(writer, site->notes[i].clinvar);
        put_varint(writer, (uint64_t)site->notes[i].picked_by << 1 | site->notes[i].complete);
    }
    put_varint(writer, site->fractions_size);
    put_bytes(writer, site->fractions, site->fractions_size);
    put_bytes(writer, site->calls, site->calls_size);
    return finish(writer, err);
}

bool stream_put_structural(struct stream_writer *writer, const struct stream_structural *item,
                           struct err *err)
{
    assert(item && structural_valid(&item->variant));
    const struct structural *variant = &item->variant;

    begin(writer, STREAM_STRUCTURAL);
    if (!fits(writer, 96 + item->calls_size))
        return too_large(writer, err);
    put_varint(writer, item->chromosome);
    put_varint(writer, item->uncounted);
    put_varint(writer, variant->type);
    put_varint(writer, variant->copies);
    put_varint(writer, variant->start_first);
    put_varint(writer, variant->start_last);
    put_varint(writer, variant->end_first);
    put_varint(writer, variant->end_last);
    put_varint(writer, variant->length_least);
    put_varint(writer, variant->length_most);
    put_bytes(writer, item->calls, item->calls_size);
    return finish(writer, err);
}

bool stream_put_gap(struct stream_writer *writer, const struct stream_gap *gap, struct err *err)
{
    assert(gap);
    begin(writer, STREAM_GAP);
    if (!fits(writer, 64 + gap->calls_size))
        return too_large(writer, err);
    put_varint(writer, gap->chromosome);
    put_varint(writer, gap->start);
    put_varint(writer, gap->end);
    put_varint(writer, (uint64_t)gap->reason);
    put_bytes(writer, gap->calls, gap->calls_size);
    return finish(writer, err);
}

bool stream_put_reject(struct stream_writer *writer, const struct stream_reject *reject,
                       struct err *err)
{
    assert(reject);
    size_t field = strlen(reject->field);

    begin(writer, STREAM_REJECT);
    if (field > REJECTS_FIELD_MAX)
        return too_large(writer, err);
    put_varint(writer, reject->input);
    put_varint(writer, reject->line);
    put_varint(writer, reject->record);
    put_text(writer, reject->field, field);
    put_varint(writer, (uint64_t)reject->code);
    put_varint(writer, reject->item);
    return finish(writer, err);
}

bool stream_put_progress(struct stream_writer *writer, uint64_t bytes, struct err *err)
{
    assert(writer);
    begin(writer, STREAM_PROGRESS);
    put_varint(writer, bytes);
    return finish(writer, err);
}

bool stream_put_closing(struct stream_writer *writer, const struct stream_closing *closing,
                        struct err *err)
{
    assert(closing);
    begin(writer, STREAM_CLOSING);
    put_varint(writer, closing->read);
    put_varint(writer, closing->offered);
    for (unsigned i = 0; i < FILTER_REASONS; i++)
        put_varint(writer, closing->filtered[i]);
    put_varint(writer, closing->rejected);
    put_varint(writer, closing->loss.records);
    put_varint(writer, closing->loss.records_lost);
    put_varint(writer, closing->loss.carriers);
    put_varint(writer, closing->loss.carriers_lost);
    put_varint(writer, closing->loss.unaligned);
    put_varint(writer, closing->blocks);
    return finish(writer, err) && flush(writer, err);
}

bool stream_put_failure(struct stream_writer *writer, const struct err *failure, struct err *err)
{
    assert(failure);
    begin(writer, STREAM_FAILURE);
    put_varint(writer, (uint64_t)failure->code);
    put_text(writer, failure->text, strnlen(failure->text, sizeof(failure->text) - 1));
    return finish(writer, err) && flush(writer, err);
}
