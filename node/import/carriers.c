/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/carriers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/packet.h"
#include "node/import/stream.h"
#include "proto/base/bytes.h"

#define NO_GENE "." /* of a variant without coordinates and gene, which no question finds */

struct carrier {
    uint8_t assembly;   /* of the callset; 0: of those without any coordinates */
    uint8_t chromosome; /* STREAM_NO_PLACE: without coordinates */
    uint8_t call;
    uint32_t position;
    uint32_t unit;
    size_t ref; /* offsets in texts */
    size_t alt;
    size_t gene; /* "" when none is named */
};

struct carriers {
    struct carrier *items;
    size_t n;
    size_t room;
    struct bytes texts;
};

struct carriers *carriers_new(void)
{
    return calloc(1, sizeof(struct carriers));
}

void carriers_free(struct carriers *carriers)
{
    if (!carriers)
        return;
    bytes_clear(&carriers->texts);
    free(carriers->items);
    free(carriers);
}

static const char *text_at(const struct carriers *carriers, size_t at)
{
    return (const char *)carriers->texts.data + at;
}

static size_t keep_text(struct carriers *carriers, const char *text)
{
    size_t at = carriers->texts.size;

    bytes_add(&carriers->texts, text, strlen(text) + 1);
    return at;
}

bool carriers_add(struct carriers *carriers, uint32_t unit, uint8_t assembly,
                  const struct packet_variant *variant, struct err *err)
{
    assert(carriers && variant);
    const char *gene = variant->gene ? variant->gene : "";
    bool placed = variant->assembly != 0;
    struct carrier *carrier;

    if (carriers->n == CARRIERS_MAX || carriers->texts.size > CARRIERS_TEXT_MAX)
        return err_set(err, ERR_INVALID, "more variants than one run holds; split the files");
    if (carriers->n == carriers->room) {
        size_t room = carriers->room ? 2 * carriers->room : 1024;
        struct carrier *grown = realloc(carriers->items, room * sizeof(*grown));

        if (!grown)
            return err_memory(err);
        carriers->items = grown;
        carriers->room = room;
    }
    carrier = &carriers->items[carriers->n++];
    *carrier = (struct carrier){.assembly = assembly,
                                .chromosome = placed ? variant->chromosome : STREAM_NO_PLACE,
                                .call = (uint8_t)variant->call,
                                .position = variant->position,
                                .unit = unit};
    carrier->gene = keep_text(carriers, gene);
    carrier->ref = keep_text(carriers, placed ? variant->ref : *gene ? gene : NO_GENE);
    carrier->alt = keep_text(carriers, placed ? variant->alt : variant->description);
    return !carriers->texts.failed || err_memory(err);
}

/*** order ***/

static int by_variant(const void *a, const void *b, void *context)
{
    const struct carrier *x = a, *y = b;
    int order;

    if (x->assembly != y->assembly)
        return x->assembly < y->assembly ? -1 : 1;
    if (x->chromosome != y->chromosome)
        return x->chromosome < y->chromosome ? -1 : 1;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    order = strcmp(text_at(context, x->ref), text_at(context, y->ref));
    return order ? order : strcmp(text_at(context, x->alt), text_at(context, y->alt));
}

static int by_variant_and_unit(const void *a, const void *b, void *context)
{
    const struct carrier *x = a, *y = b;
    int order = by_variant(a, b, context);

    return order ? order : x->unit < y->unit ? -1 : x->unit > y->unit;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Units, each once, ascending. */
struct unit_list {
    uint32_t *unit;
    size_t n;
};

/* The units of carriers from..to; unit is from malloc, and NULL when memory is out. */
static struct unit_list units_of(const struct carriers *carriers, size_t from, size_t to)
{
    struct unit_list units = {calloc(to - from + 1, sizeof(*units.unit)), 0};

    if (!units.unit)
        return units;
    for (size_t i = from; i < to; i++)
        units.unit[i - from] = carriers->items[i].unit;
    qsort(units.unit, to - from, sizeof(*units.unit), by_number);
    for (size_t i = 0; i < to - from; i++)
        if (i == 0 || units.unit[i] != units.unit[i - 1])
            units.unit[units.n++] = units.unit[i];
    return units;
}

/*** out ***/

static bool put_samples(struct stream_writer *out, uint8_t assembly, const struct unit_list *units,
                        struct err *err)
{
    struct stream_callset callset = {.assembly = assembly};

    if (units->n > STREAM_SAMPLES_MAX)
        return err_set(err, ERR_INVALID,
                       "more than %u persons with variants in one run; split the "
                       "files",
                       STREAM_SAMPLES_MAX);
    if (!stream_put_callset(out, &callset, err))
        return false;
    for (size_t i = 0; i < units->n; i++) {
        struct stream_sample sample = {
            .unit = units->unit[i], .type = SAMPLE_GERMLINE, .taken = PERSON_NO_DATE};

        if (!stream_put_sample(out, &sample, err))
            return false;
    }
    return true;
}

/* The genes that carriers from..to name, each once. */
static uint32_t find_genes(const struct carriers *carriers, size_t from, size_t to,
                           struct note notes[static STREAM_NOTES_MAX])
{
    uint32_t n = 0;

    for (size_t i = from; i < to; i++) {
        const char *gene = text_at(carriers, carriers->items[i].gene);
        uint32_t at = 0;

        while (at < n && strcmp(notes[at].gene, gene) != 0)
            at++;
        if (*gene && at == n && n < STREAM_NOTES_MAX)
            notes[n++] = (struct note){.gene = gene};
    }
    return n;
}

static bool put_calls(const struct carriers *carriers, size_t from, size_t to,
                      const struct unit_list *units, struct bytes *calls)
{
    int64_t previous = -1;

    for (size_t i = from; i < to; i++) {
        const struct carrier *carrier = &carriers->items[i];
        const uint32_t *found =
            bsearch(&carrier->unit, units->unit, units->n, sizeof(*units->unit), by_number);
        uint8_t call[STREAM_CALL_MAX];
        uint32_t sample = (uint32_t)(found - units->unit);

        bytes_add(calls, call,
                  stream_call_write(call, previous, sample, (enum call_code)carrier->call));
        previous = sample;
    }
    return !calls->failed;
}

static bool put_site(const struct carriers *carriers, size_t from, size_t to,
                     const struct unit_list *units, struct stream_writer *out, struct err *err)
{
    const struct carrier *first = &carriers->items[from];
    struct note notes[STREAM_NOTES_MAX];
    struct bytes calls = {0};
    struct stream_site site = {
        .chromosome = first->chromosome,
        .position = first->position,
        .ref = text_at(carriers, first->ref),
        .alt = text_at(carriers, first->alt),
        .af_nano = STREAM_NO_AF,
        .notes = notes,
        .n_notes = find_genes(carriers, from, to, notes),
    };
    bool ok = put_calls(carriers, from, to, units, &calls) || err_memory(err);

    site.calls = calls.data;
    site.calls_size = calls.size;
    ok = ok && stream_put_site(out, &site, err);
    bytes_clear(&calls);
    return ok;
}

/* Carriers from..to, all of one assembly. */
static bool put_callset(struct carriers *carriers, size_t from, size_t to,
                        struct stream_writer *out, struct err *err)
{
    struct unit_list units = units_of(carriers, from, to);
    bool ok = units.unit != NULL;

    if (!ok)
        return err_memory(err);
    ok = put_samples(out, carriers->items[from].assembly, &units, err);
    for (size_t at = from; ok && at < to;) {
        size_t end = at + 1;

        while (end < to && by_variant(&carriers->items[at], &carriers->items[end], carriers) == 0)
            end++;
        ok = put_site(carriers, at, end, &units, out, err);
        at = end;
    }
    free(units.unit);
    return ok;
}

bool carriers_put(struct carriers *carriers, struct stream_writer *out, struct err *err)
{
    assert(carriers && out);
    size_t end;

    if (carriers->n)
        qsort_r(carriers->items, carriers->n, sizeof(*carriers->items), by_variant_and_unit,
                carriers);
    for (size_t at = 0; at < carriers->n; at = end) {
        end = at + 1;
        while (end < carriers->n && carriers->items[end].assembly == carriers->items[at].assembly)
            end++;
        if (!put_callset(carriers, at, end, out, err))
            return false;
    }
    return true;
}
