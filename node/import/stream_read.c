/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reading end. A cursor decodes an item. A length or a number out of range marks the cursor as
 * broken, a mark that is never taken back, and the whole item is refused.
 */
#include "node/import/stream.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/store/fraction.h"
#include "node/store/variant.h"
#include "proto/base/bytes.h"
#include "proto/base/varint.h"
#include "proto/query/sv_type.h"

#define HEAD_BYTES 5u /* kind, length */
#define READ_BYTES (256u * 1024)
#define AF_ONE_NANO INT64_C(1000000000)
#define CHROMOSOMES 25u

enum stage { BEFORE_UNITS, IN_UNITS, IN_SAMPLES, IN_SITES, ENDED };

struct stream_reader {
    int fd;
    uint8_t *data;
    size_t room;
    size_t at; /* of what was read */
    size_t size;
    bool eof;
    enum stage stage;
    uint32_t units;
    uint32_t callsets;
    uint32_t samples; /* of this callset */
    bool judges;
    uint8_t assembly;
    struct assay_interval interval; /* the last one */
    uint32_t chromosomes_seen;      /* of this callset, a bit each */
    uint8_t chromosome;
    uint32_t position;
    struct note notes[STREAM_NOTES_MAX];
};

struct cursor {
    const uint8_t *data;
    size_t size;
    size_t at;
    bool broken;
};

static uint64_t take_varint(struct cursor *cursor)
{
    uint64_t value = 0;

    if (!bytes_read_varint(cursor->data, cursor->size, &cursor->at, &value))
        cursor->broken = true;
    return value;
}

/* A number in 0..max. */
static uint64_t take_number(struct cursor *cursor, uint64_t max)
{
    uint64_t value = take_varint(cursor);

    if (value > max) {
        cursor->broken = true;
        return 0;
    }
    return value;
}

static int64_t take_signed(struct cursor *cursor, int64_t min, int64_t max)
{
    uint64_t raw = take_varint(cursor);
    int64_t value = varint_to_signed(raw);

    if (value < min || value > max) {
        cursor->broken = true;
        return min;
    }
    return value;
}

static void take_bytes(struct cursor *cursor, void *out, size_t size)
{
    if (cursor->broken || size > cursor->size - cursor->at) {
        cursor->broken = true;
        return;
    }
    memcpy(out, cursor->data + cursor->at, size);
    cursor->at += size;
}

/* A text of at most max bytes with its NUL; "" when broken. */
static const char *take_text(struct cursor *cursor, size_t max, size_t *length)
{
    uint64_t size = take_number(cursor, max);
    const char *text = (const char *)cursor->data + cursor->at;

    *length = 0;
    if (cursor->broken || size >= cursor->size - cursor->at || text[size] ||
        memchr(text, 0, (size_t)size)) {
        cursor->broken = true;
        return "";
    }
    cursor->at += (size_t)size + 1;
    *length = (size_t)size;
    return text;
}

/* Printable, so that it can stand in a report or a table. */
static const char *take_printable(struct cursor *cursor, size_t max)
{
    size_t length;
    const char *text = take_text(cursor, max, &length);

    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            cursor->broken = true;
    return text;
}

static bool before(const struct assay_interval *a, const struct assay_interval *b)
{
    return a->chromosome < b->chromosome || (a->chromosome == b->chromosome && a->end < b->start);
}

static bool read_interval(struct stream_reader *reader, struct cursor *cursor,
                          struct assay_interval *interval)
{
    interval->chromosome = (uint8_t)take_number(cursor, CHROMOSOMES);
    interval->start = (uint32_t)take_number(cursor, VARIANT_POSITION_MAX);
    interval->end = (uint32_t)take_number(cursor, VARIANT_POSITION_MAX);
    if (reader->stage != BEFORE_UNITS || !interval->chromosome || !interval->start ||
        interval->start > interval->end ||
        (reader->interval.chromosome && !before(&reader->interval, interval)))
        return false;
    reader->interval = *interval;
    return true;
}

static void read_consent(struct cursor *cursor, struct consent *consent)
{
    const char *disease;

    consent->mask = take_varint(cursor);
    consent->silent = take_varint(cursor);
    consent->valid_from = (int32_t)take_signed(cursor, INT32_MIN, INT32_MAX);
    consent->valid_to = (int32_t)take_signed(cursor, INT32_MIN, INT32_MAX);
    disease = take_printable(cursor, sizeof(consent->disease) - 1);
    memcpy(consent->disease, disease, strlen(disease) + 1);
    if (consent->mask & ~CONSENT_KNOWN || consent->silent & (~CONSENT_SILENCES | consent->mask) ||
        (consent->mask && !(consent->mask & CONSENT_BIT(CONSENT_SAID))))
        cursor->broken = true;
}

/* What most units do not have. */
static void read_rarer(struct cursor *cursor, uint64_t has, struct stream_unit *unit)
{
    if (has & STREAM_UNIT_CONSENT)
        read_consent(cursor, &unit->consent);
    if (has & STREAM_UNIT_PEER)
        take_bytes(cursor, unit->peer.b, sizeof(unit->peer.b));
    if (has & STREAM_UNIT_SOURCE)
        take_bytes(cursor, unit->source.b, sizeof(unit->source.b));
    if (has & STREAM_UNIT_PLACE) {
        unit->input = (uint32_t)take_number(cursor, UINT32_MAX);
        unit->record = take_varint(cursor);
        unit->line = take_varint(cursor);
    }
}

static bool read_unit(struct stream_reader *reader, struct cursor *cursor, struct stream_unit *unit)
{
    uint64_t vital, has = take_number(cursor, 2 * STREAM_UNIT_PLACE - 1);

    *unit = (struct stream_unit){0};
    take_bytes(cursor, unit->person.b, sizeof(unit->person.b));
    take_bytes(cursor, unit->key.b, sizeof(unit->key.b));
    take_bytes(cursor, unit->content, sizeof(unit->content));
    unit->facts.sex = (enum person_sex)take_number(cursor, PERSON_SEX_OTHER);
    unit->facts.birth_date = (int32_t)take_signed(cursor, INT32_MIN, INT32_MAX);
    unit->facts.birth_year = (int32_t)take_signed(cursor, 0, 9999);
    unit->facts.age_fixed = (uint8_t)take_number(cursor, PERSON_NO_AGE);
    vital = take_number(cursor, 4); /* 3 would mean dead and alive at once */
    unit->facts.deceased = vital == 1;
    unit->facts.alive = vital == 2;
    unit->facts.vital_lost = vital == 4;
    cursor->broken |= vital == 3;
    unit->facts.death_date = (int32_t)take_signed(cursor, INT32_MIN, INT32_MAX);
    unit->uncounted = has & STREAM_UNIT_UNCOUNTED;
    unit->aside = has & STREAM_UNIT_ASIDE;
    read_rarer(cursor, has, unit);
    if (reader->stage > IN_UNITS || reader->units == STREAM_UNITS_MAX)
        return false;
    if (unit->facts.age_fixed > PERSON_AGE_MAX && unit->facts.age_fixed != PERSON_NO_AGE)
        return false;
    reader->stage = IN_UNITS;
    reader->units++;
    return true;
}

static bool read_event(const struct stream_reader *reader, struct cursor *cursor,
                       struct event *event)
{
    event->kind = (enum event_kind)take_number(cursor, EVENT_KIND_LAST);
    event->excluded = take_number(cursor, 1) != 0;
    event->system = take_printable(cursor, EVENT_SYSTEM_BYTES_MAX);
    event->code = take_printable(cursor, EVENT_CODE_BYTES_MAX);
    event->date = (int32_t)take_signed(cursor, INT32_MIN, INT32_MAX);
    event->age_days = (int32_t)take_signed(cursor, INT32_MIN, INT32_MAX);
    event->lasts = (int32_t)take_number(cursor, INT32_MAX);
    event->value.form = (enum event_value_form)take_number(cursor, EVENT_ANSWER);
    event->value.nano = take_signed(cursor, INT64_MIN, INT64_MAX);
    event->value.word = take_printable(cursor, EVENT_WORD_BYTES_MAX);
    if (event->value.form == EVENT_ANSWER && !*event->value.word)
        return false;
    return reader->stage == IN_UNITS && event->kind && *event->system && *event->code;
}

static bool read_callset(struct stream_reader *reader, struct cursor *cursor,
                         struct stream_callset *callset)
{
    callset->assembly = (uint8_t)take_number(cursor, VARIANT_GRCH38);
    callset->has_af = take_number(cursor, 1) != 0;
    callset->has_annotation = take_number(cursor, 1) != 0;
    callset->judges_sites = take_number(cursor, 1) != 0;
    callset->judged = (unsigned)take_number(cursor, SV_BIT(SV_TYPES) - 1);
    if (++reader->callsets > STREAM_CALLSETS_MAX)
        return false;
    reader->stage = IN_SAMPLES;
    reader->samples = 0;
    reader->judges = callset->judges_sites;
    reader->assembly = callset->assembly;
    reader->chromosomes_seen = 0;
    reader->chromosome = 0;
    return true;
}

static bool read_sample(struct stream_reader *reader, struct cursor *cursor,
                        struct stream_sample *sample)
{
    sample->unit = (uint32_t)take_number(cursor, STREAM_UNITS_MAX);
    sample->type = (enum sample_type)take_number(cursor, SAMPLE_TYPES);
    sample->silent = take_number(cursor, 1) != 0;
    sample->tissue = take_printable(cursor, CODE_TEXT_MAX);
    sample->taken = (int32_t)take_signed(cursor, INT32_MIN, INT32_MAX);
    if (!*sample->tissue)
        sample->tissue = NULL;
    cursor->broken |= sample->type == 0;
    return reader->stage == IN_SAMPLES && sample->unit < reader->units &&
           reader->samples++ < STREAM_SAMPLES_MAX;
}

static bool is_bases(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != 'A' && text[i] != 'C' && text[i] != 'G' && text[i] != 'T' && text[i] != 'N')
            return false;
    return length > 0;
}

/* Chromosomes never come back and positions do not fall. */
static bool in_order(struct stream_reader *reader, const struct stream_site *site)
{
    if (site->chromosome != reader->chromosome) {
        if (reader->chromosomes_seen >> site->chromosome & 1)
            return false;
        reader->chromosomes_seen |= 1u << site->chromosome;
        reader->chromosome = site->chromosome;
        reader->position = 0;
    }
    if (site->position < reader->position)
        return false;
    reader->position = site->position;
    return true;
}

static bool place_valid(struct stream_reader *reader, const struct stream_site *site, size_t ref,
                        size_t alt)
{
    if (site->chromosome == STREAM_NO_PLACE)
        return !site->position && !reader->judges && ref && alt;
    return site->chromosome && site->chromosome <= CHROMOSOMES && site->position &&
           reader->assembly && is_bases(site->ref, ref) && is_bases(site->alt, alt) &&
           strcmp(site->ref, site->alt) != 0 && in_order(reader, site);
}

/* And counts them. */
static bool calls_valid(const struct stream_reader *reader, struct stream_site *site)
{
    int64_t sample = -1;
    enum call_code code;
    uint32_t n = 0;
    size_t at = 0;

    while (at < site->calls_size) {
        if (!stream_call_next(site, &at, &sample, &code) || sample >= reader->samples)
            return false;
        n += code != CALL_NONE;
    }
    site->n_calls = n;
    return site->fractions_size == 0 || site->fractions_size == n;
}

static void read_fractions(struct cursor *cursor, struct stream_site *site)
{
    site->fractions_size = take_number(cursor, STREAM_SAMPLES_MAX);
    site->fractions = cursor->data + cursor->at;
    if (cursor->broken || site->fractions_size > cursor->size - cursor->at) {
        cursor->broken = true;
        return;
    }
    for (size_t i = 0; i < site->fractions_size; i++)
        cursor->broken |= site->fractions[i] > FRACTION_ALL;
    cursor->at += site->fractions_size;
}

static bool read_site(struct stream_reader *reader, struct cursor *cursor, struct stream_site *site)
{
    uint64_t picked_by;
    size_t ref, alt;

    site->chromosome = (uint8_t)take_number(cursor, STREAM_NO_PLACE);
    site->position = (uint32_t)take_number(cursor, VARIANT_POSITION_MAX);
    site->ref = take_text(cursor, STREAM_ALLELE_MAX, &ref);
    site->alt = take_text(cursor, STREAM_ALLELE_MAX, &alt);
    site->af_nano = take_signed(cursor, STREAM_NO_AF, AF_ONE_NANO);
    site->n_notes = (uint32_t)take_number(cursor, STREAM_NOTES_MAX);
    site->notes = reader->notes;
    for (uint32_t i = 0; i < site->n_notes; i++) {
        reader->notes[i].gene = take_printable(cursor, NOTE_GENE_BYTES_MAX - 1);
        reader->notes[i].gene_ids = take_printable(cursor, NOTE_GENE_IDS_BYTES_MAX);
        reader->notes[i].consequences = take_varint(cursor);
        reader->notes[i].clinvar = (uint32_t)take_number(cursor, UINT32_MAX);
        picked_by = take_number(cursor, NOTE_WORST << 1 | 1);
        reader->notes[i].picked_by = (enum note_picked_by)(picked_by >> 1);
        reader->notes[i].complete = picked_by & 1;
    }
    read_fractions(cursor, site);
    site->calls = cursor->data + cursor->at;
    site->calls_size = cursor->size - cursor->at;
    cursor->at = cursor->size;
    if (cursor->broken || reader->stage < IN_SAMPLES || reader->stage == ENDED)
        return false;
    reader->stage = IN_SITES;
    return place_valid(reader, site, ref, alt) && calls_valid(reader, site);
}

/* True when the calls of a gap are only the two that say on what it rests. */
static bool gap_calls_valid(const struct stream_reader *reader, const struct stream_gap *gap)
{
    struct stream_site site = {.calls = gap->calls, .calls_size = gap->calls_size};
    int64_t sample = -1;
    enum call_code code;
    size_t at = 0;

    while (at < site.calls_size)
        if (!stream_call_next(&site, &at, &sample, &code) || sample >= reader->samples ||
            (code != CALL_NONE && code != CALL_CARRIER))
            return false;
    return gap->calls_size > 0;
}

static bool read_structural(struct stream_reader *reader, struct cursor *cursor,
                            struct stream_structural *item)
{
    struct structural *variant = &item->variant;
    uint32_t *const places[] = {&variant->start_first,  &variant->start_last,
                                &variant->end_first,    &variant->end_last,
                                &variant->length_least, &variant->length_most};
    struct stream_site site;

    item->chromosome = (uint8_t)take_number(cursor, CHROMOSOMES);
    item->uncounted = take_number(cursor, 1) != 0;
    variant->type = (uint8_t)take_number(cursor, SV_TYPES - 1);
    variant->copies = (uint16_t)take_number(cursor, UINT16_MAX);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        *places[i] = (uint32_t)take_number(cursor, UINT32_MAX);
    item->calls = cursor->data + cursor->at;
    item->calls_size = cursor->size - cursor->at;
    cursor->at = cursor->size;
    if (cursor->broken || reader->stage < IN_SAMPLES || reader->stage == ENDED)
        return false;
    reader->stage = IN_SITES;
    site = (struct stream_site){.calls = item->calls, .calls_size = item->calls_size};
    return item->chromosome && reader->assembly && structural_valid(variant) &&
           calls_valid(reader, &site);
}

static bool read_gap(struct stream_reader *reader, struct cursor *cursor, struct stream_gap *gap)
{
    gap->chromosome = (uint8_t)take_number(cursor, CHROMOSOMES);
    gap->start = (uint32_t)take_number(cursor, VARIANT_POSITION_MAX);
    gap->end = (uint32_t)take_number(cursor, VARIANT_POSITION_MAX);
    gap->reason = (enum gap_reason)take_number(cursor, GAP_REASONS - 1);
    gap->calls = cursor->data + cursor->at;
    gap->calls_size = cursor->size - cursor->at;
    cursor->at = cursor->size;
    if (cursor->broken || reader->stage < IN_SAMPLES || reader->stage == ENDED)
        return false;
    reader->stage = IN_SITES;
    return gap->chromosome && gap->start && gap->start <= gap->end && reader->assembly &&
           gap_calls_valid(reader, gap);
}

static bool read_loss(struct cursor *cursor, struct stream_loss *loss)
{
    loss->records = take_varint(cursor);
    loss->records_lost = take_varint(cursor);
    loss->carriers = take_varint(cursor);
    loss->carriers_lost = take_varint(cursor);
    loss->unaligned = take_varint(cursor);
    return loss->records_lost <= loss->records && loss->carriers_lost <= loss->carriers;
}

static bool read_reject(struct cursor *cursor, struct stream_reject *reject)
{
    size_t length;

    reject->input = (uint32_t)take_number(cursor, UINT32_MAX);
    reject->line = take_varint(cursor);
    reject->record = take_varint(cursor);
    reject->field = take_text(cursor, REJECTS_FIELD_MAX, &length);
    reject->code = (enum reject_code)take_number(cursor, REJECT_CODES - 1);
    reject->item = take_number(cursor, 1) != 0;
    return reject_field_valid(reject->field, length);
}

static bool read_closing(struct cursor *cursor, struct stream_closing *closing)
{
    uint64_t sum;
    bool wrapped;

    closing->read = take_varint(cursor);
    closing->offered = take_varint(cursor);
    sum = closing->offered;
    wrapped = false;
    for (unsigned i = 0; i < FILTER_REASONS; i++) {
        closing->filtered[i] = take_varint(cursor);
        wrapped |= __builtin_add_overflow(sum, closing->filtered[i], &sum);
    }
    closing->rejected = take_varint(cursor);
    wrapped |= __builtin_add_overflow(sum, closing->rejected, &sum);
    if (!read_loss(cursor, &closing->loss))
        return false;
    closing->blocks = (uint32_t)take_number(cursor, (UINT32_C(2) << CHROMOSOMES) - 1);
    return !wrapped && sum == closing->read;
}

static bool read_failure(struct cursor *cursor, struct err *failure)
{
    enum err_code code = (enum err_code)take_number(cursor, ERR_INTERNAL);
    const char *text = take_printable(cursor, sizeof(failure->text) - 1);

    err_set(failure, code, "%s", text);
    return code != ERR_NONE;
}

static bool read_item(struct stream_reader *reader, struct cursor *cursor, struct stream_item *item)
{
    switch (item->kind) {
    case STREAM_INTERVAL:
        return read_interval(reader, cursor, &item->interval);
    case STREAM_UNIT:
        return read_unit(reader, cursor, &item->unit);
    case STREAM_EVENT:
        return read_event(reader, cursor, &item->event);
    case STREAM_CALLSET:
        return read_callset(reader, cursor, &item->callset);
    case STREAM_SAMPLE:
        return read_sample(reader, cursor, &item->sample);
    case STREAM_SITE:
        return read_site(reader, cursor, &item->site);
    case STREAM_STRUCTURAL:
        return read_structural(reader, cursor, &item->structural);
    case STREAM_GAP:
        return read_gap(reader, cursor, &item->gap);
    case STREAM_REJECT:
        return read_reject(cursor, &item->reject);
    case STREAM_PROGRESS:
        item->progress = take_varint(cursor);
        return true;
    case STREAM_CLOSING:
        reader->stage = ENDED;
        return read_closing(cursor, &item->closing);
    case STREAM_FAILURE:
        reader->stage = ENDED;
        return read_failure(cursor, &item->failure);
    }
    return false;
}

bool stream_reader_open(int fd, struct stream_reader **out, struct err *err)
{
    assert(out);
    struct stream_reader *reader = calloc(1, sizeof(*reader));

    if (reader)
        reader->data = malloc(READ_BYTES + HEAD_BYTES + STREAM_ITEM_MAX);
    if (!reader || !reader->data) {
        free(reader);
        return err_memory(err);
    }
    reader->room = READ_BYTES + HEAD_BYTES + STREAM_ITEM_MAX;
    reader->fd = fd;
    *out = reader;
    return true;
}

void stream_reader_close(struct stream_reader *reader)
{
    if (!reader)
        return;
    free(reader->data);
    free(reader);
}

/* At least n bytes from reader->at on, or the end of the file. */
static bool fill(struct stream_reader *reader, size_t n, struct err *err)
{
    if (reader->size - reader->at >= n)
        return true;
    memmove(reader->data, reader->data + reader->at, reader->size - reader->at);
    reader->size -= reader->at;
    reader->at = 0;
    while (reader->size < n && !reader->eof) {
        ssize_t got = read(reader->fd, reader->data + reader->size, reader->room - reader->size);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_UNAVAILABLE, "reading the record stream: %s", strerror(errno));
        reader->eof = got == 0;
        reader->size += (size_t)got;
    }
    return true;
}

static bool broken(struct err *err)
{
    return err_set(err, ERR_INTERNAL,
                   "the reader of this file broke the rules of the record "
                   "stream: a fault, or a hostile file");
}

static bool ended(struct stream_reader *reader, bool *end, struct err *err)
{
    if (reader->size != reader->at)
        return broken(err);
    if (reader->stage != ENDED)
        return err_set(err, ERR_UNAVAILABLE, "the record stream broke off");
    *end = true;
    return true;
}

static uint32_t length_of(const uint8_t *head)
{
    return (uint32_t)head[1] | (uint32_t)head[2] << 8 | (uint32_t)head[3] << 16 |
           (uint32_t)head[4] << 24;
}

bool stream_next(struct stream_reader *reader, struct stream_item *item, bool *end, struct err *err)
{
    assert(reader && item);
    struct cursor cursor;
    uint32_t length;

    *end = false;
    if (!fill(reader, HEAD_BYTES, err))
        return false;
    if (reader->size == reader->at)
        return ended(reader, end, err);
    if (reader->size - reader->at < HEAD_BYTES || reader->stage == ENDED)
        return broken(err);
    length = length_of(reader->data + reader->at);
    if (length > STREAM_ITEM_MAX)
        return broken(err);
    if (!fill(reader, HEAD_BYTES + length, err))
        return false;
    if (reader->size - reader->at < HEAD_BYTES + length)
        return err_set(err, ERR_UNAVAILABLE, "the record stream broke off");
    item->kind = (enum stream_kind)reader->data[reader->at];
    cursor = (struct cursor){.data = reader->data + reader->at + HEAD_BYTES, .size = length};
    reader->at += HEAD_BYTES + length;
    if (!read_item(reader, &cursor, item) || cursor.broken || cursor.at != cursor.size)
        return broken(err);
    return true;
}
