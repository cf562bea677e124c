/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/site_window.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/notes.h"
#include "node/store/fraction.h"

#define SPARE_MAX 1024u /* nodes kept for the next sites */

/* A site and the bytes that it points into. */
struct waiting_site {
    struct stream_site site;
    uint8_t *data; /* ref, alt, genes, calls, shares of reads */
    size_t room;
    struct note *notes;
    uint32_t notes_room;
};

struct site_window {
    struct stream_writer *writer;
    uint32_t window;
    struct waiting_site **waiting; /* a ring, in the order of place, ref, alt */
    uint32_t first;
    uint32_t n;
    size_t bytes;
    struct waiting_site *spare[SPARE_MAX];
    uint32_t n_spare;
    uint64_t offered;
};

bool site_window_open(struct stream_writer *writer, uint32_t window, struct site_window **out,
                      struct err *err)
{
    assert(writer && out);
    struct site_window *sites = calloc(1, sizeof(*sites));

    if (sites)
        sites->waiting = calloc(SITE_WINDOW_WAITING_MAX, sizeof(struct waiting_site *));
    if (!sites || !sites->waiting) {
        free(sites);
        return err_memory(err);
    }
    sites->writer = writer;
    sites->window = window;
    *out = sites;
    return true;
}

static void waiting_free(struct waiting_site *waiting_site)
{
    if (!waiting_site)
        return;
    free(waiting_site->data);
    free(waiting_site->notes);
    free(waiting_site);
}

static struct waiting_site **slot(struct site_window *sites, uint32_t at)
{
    return &sites->waiting[(sites->first + at) % SITE_WINDOW_WAITING_MAX];
}

void site_window_close(struct site_window *sites)
{
    if (!sites)
        return;
    for (uint32_t i = 0; i < sites->n; i++)
        waiting_free(*slot(sites, i));
    for (uint32_t i = 0; i < sites->n_spare; i++)
        waiting_free(sites->spare[i]);
    free(sites->waiting);
    free(sites);
}

/* ---- a site of one's own ------------------------------------------------------------------------
 */

static const char *ids_of(const struct note *note)
{
    return note->gene_ids ? note->gene_ids : "";
}

static size_t bytes_of(const struct stream_site *site)
{
    size_t bytes =
        strlen(site->ref) + strlen(site->alt) + 2 + site->calls_size + site->fractions_size;

    for (uint32_t i = 0; i < site->n_notes; i++)
        bytes += strlen(site->notes[i].gene) + strlen(ids_of(&site->notes[i])) + 2;
    return bytes;
}

static bool make_room(struct waiting_site *waiting_site, size_t bytes, uint32_t n_notes)
{
    if (bytes > waiting_site->room) {
        free(waiting_site->data);
        waiting_site->room = 0;
        waiting_site->data = malloc(bytes * 2);
        if (!waiting_site->data)
            return false;
        waiting_site->room = bytes * 2;
    }
    if (n_notes > waiting_site->notes_room) {
        free(waiting_site->notes);
        waiting_site->notes_room = 0;
        waiting_site->notes = malloc(n_notes * sizeof(*waiting_site->notes));
        if (!waiting_site->notes)
            return false;
        waiting_site->notes_room = n_notes;
    }
    return true;
}

static const char *copy_text(uint8_t **at, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = (char *)*at;

    memcpy(copy, text, size);
    *at += size;
    return copy;
}

static bool waiting_set(struct waiting_site *waiting_site, const struct stream_site *site)
{
    uint8_t *at;

    if (!make_room(waiting_site, bytes_of(site), site->n_notes))
        return false;
    at = waiting_site->data;
    waiting_site->site = *site;
    waiting_site->site.ref = copy_text(&at, site->ref);
    waiting_site->site.alt = copy_text(&at, site->alt);
    for (uint32_t i = 0; i < site->n_notes; i++) {
        waiting_site->notes[i] = site->notes[i];
        waiting_site->notes[i].gene = copy_text(&at, site->notes[i].gene);
        waiting_site->notes[i].gene_ids = copy_text(&at, ids_of(&site->notes[i]));
    }
    waiting_site->site.notes = waiting_site->notes;
    if (site->calls_size)
        memcpy(at, site->calls, site->calls_size);
    waiting_site->site.calls = at;
    at += site->calls_size;
    if (site->fractions_size)
        memcpy(at, site->fractions, site->fractions_size);
    waiting_site->site.fractions = at;
    return true;
}

static struct waiting_site *waiting_take(struct site_window *sites, const struct stream_site *site)
{
    struct waiting_site *waiting_site =
        sites->n_spare ? sites->spare[--sites->n_spare] : calloc(1, sizeof(*waiting_site));

    if (waiting_site && !waiting_set(waiting_site, site)) {
        waiting_free(waiting_site);
        return NULL;
    }
    return waiting_site;
}

static void waiting_give_back(struct site_window *sites, struct waiting_site *waiting_site)
{
    if (sites->n_spare < SPARE_MAX)
        sites->spare[sites->n_spare++] = waiting_site;
    else
        waiting_free(waiting_site);
}

/* ---- merging ------------------------------------------------------------------------------------
 */

/* Two het lines may be two copies, or the same one twice: the zygosity is not known. */
static enum call_code merged_code(enum call_code a, enum call_code b)
{
    if (a == CALL_NONE)
        return b;
    if (b == CALL_NONE)
        return a;
    return a == b && a != CALL_HET ? a : CALL_CARRIER;
}

struct walk {
    const struct stream_site *site;
    size_t at;
    int64_t sample; /* INT64_MAX when over */
    enum call_code code;
    size_t n_fractions; /* passed */
    uint8_t fraction;
};

static void step(struct walk *walk)
{
    if (walk->at >= walk->site->calls_size ||
        !stream_call_next(walk->site, &walk->at, &walk->sample, &walk->code))
        walk->sample = INT64_MAX;
    else
        walk->fraction = stream_fraction_next(walk->site, walk->code, &walk->n_fractions);
}

/* Two lines that say different shares say none. */
static uint8_t merged_fraction(const struct walk *a, const struct walk *b)
{
    if (a->code == CALL_NONE)
        return b->fraction;
    if (b->code == CALL_NONE)
        return a->fraction;
    return a->fraction == b->fraction ? a->fraction : FRACTION_UNKNOWN;
}

/* What two lines of one variant say together. */
struct merging {
    uint8_t *calls;
    uint8_t *fractions;
    size_t calls_size;
    size_t n_fractions;
};

/* Merges the calls of two lines of one variant. A sample that is reference in one line and not
 * called in the other is not called. */
static void merge_calls(const struct stream_site *a, const struct stream_site *b,
                        struct merging *out)
{
    struct walk wa = {.site = a, .sample = -1}, wb = {.site = b, .sample = -1};
    int64_t previous = -1;

    step(&wa);
    step(&wb);
    while (wa.sample != INT64_MAX || wb.sample != INT64_MAX) {
        int64_t sample = wa.sample < wb.sample ? wa.sample : wb.sample;
        bool in_a = wa.sample == sample, in_b = wb.sample == sample;
        enum call_code code = in_a && in_b ? merged_code(wa.code, wb.code)
                              : in_a       ? wa.code
                                           : wb.code;

        out->calls_size +=
            stream_call_write(out->calls + out->calls_size, previous, (uint32_t)sample, code);
        if (code != CALL_NONE)
            out->fractions[out->n_fractions++] = in_a && in_b ? merged_fraction(&wa, &wb)
                                                 : in_a       ? wa.fraction
                                                              : wb.fraction;
        previous = sample;
        if (in_a)
            step(&wa);
        if (in_b)
            step(&wb);
    }
}

static bool merge(struct site_window *sites, struct waiting_site **waiting_site,
                  const struct stream_site *site)
{
    struct stream_site merged = (*waiting_site)->site;
    struct note notes[STREAM_NOTES_MAX];
    size_t most = merged.calls_size + site->calls_size; /* a call has a byte or more */
    bool known = merged.fractions_size || site->fractions_size;
    struct merging merging = {.calls = malloc(most * (STREAM_CALL_MAX + 1) + 1)};
    struct waiting_site *fresh;

    if (!merging.calls)
        return false;
    merging.fractions = merging.calls + most * STREAM_CALL_MAX;
    merge_calls(&(*waiting_site)->site, site, &merging);
    merged.calls = merging.calls;
    merged.calls_size = merging.calls_size;
    merged.fractions = merging.fractions;
    merged.fractions_size = known ? merging.n_fractions : 0;
    if (site->af_nano > merged.af_nano || site->af_nano == STREAM_NO_AF)
        merged.af_nano = merged.af_nano == STREAM_NO_AF ? STREAM_NO_AF : site->af_nano;
    merged.n_notes = (uint32_t)notes_merge(merged.notes, merged.n_notes, site->notes, site->n_notes,
                                           notes, STREAM_NOTES_MAX);
    merged.notes = notes;
    fresh = waiting_take(sites, &merged);
    free(merging.calls);
    if (!fresh)
        return false;
    sites->bytes += fresh->room - (*waiting_site)->room;
    waiting_give_back(sites, *waiting_site);
    *waiting_site = fresh;
    return true;
}

/* ---- the ring -----------------------------------------------------------------------------------
 */

static bool emit_first(struct site_window *sites, struct err *err)
{
    struct waiting_site *waiting_site = *slot(sites, 0);
    bool ok = stream_put_site(sites->writer, &waiting_site->site, err);

    sites->offered++;
    sites->first = (sites->first + 1) % SITE_WINDOW_WAITING_MAX;
    sites->n--;
    sites->bytes -= waiting_site->room;
    waiting_give_back(sites, waiting_site);
    return ok;
}

bool site_window_advance(struct site_window *sites, uint8_t chromosome, uint32_t position,
                         struct err *err)
{
    assert(sites);
    while (sites->n) {
        const struct stream_site *site = &(*slot(sites, 0))->site;

        if (site->chromosome == chromosome && (uint64_t)site->position + sites->window >= position)
            return true;
        if (!emit_first(sites, err))
            return false;
    }
    return true;
}

static int compare(const struct stream_site *a, const struct stream_site *b)
{
    int order;

    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    order = strcmp(a->ref, b->ref);
    return order ? order : strcmp(a->alt, b->alt);
}

bool site_window_add(struct site_window *sites, const struct stream_site *site, bool *merged,
                     struct err *err)
{
    assert(sites);
    uint32_t at = sites->n;
    struct waiting_site *waiting_site;
    int order = 1;

    while (at && (order = compare(site, &(*slot(sites, at - 1))->site)) < 0)
        at--;
    *merged = at && order == 0;
    if (*merged)
        return merge(sites, slot(sites, at - 1), site) || err_memory(err);
    if (sites->n == SITE_WINDOW_WAITING_MAX || sites->bytes > SITE_WINDOW_BYTES_MAX)
        return err_set(err, ERR_INVALID, "more than %u variants lie too close to be put in order",
                       sites->n);
    waiting_site = waiting_take(sites, site);
    if (!waiting_site)
        return err_memory(err);
    sites->bytes += waiting_site->room;
    for (uint32_t i = sites->n++; i > at; i--)
        *slot(sites, i) = *slot(sites, i - 1);
    *slot(sites, at) = waiting_site;
    return true;
}

bool site_window_finish(struct site_window *sites, struct err *err)
{
    assert(sites);
    while (sites->n)
        if (!emit_first(sites, err))
            return false;
    return true;
}

uint64_t site_window_offered(const struct site_window *sites)
{
    assert(sites);
    return sites->offered;
}
