/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/sites.h"

#include <stdlib.h>
#include <string.h>

#include "node/import/notes.h"

#define SPARE_MAX 1024u /* nodes kept for the next sites */

/* A site and the bytes that it points into. */
struct node {
    struct stream_site site;
    uint8_t *data; /* ref, alt, genes, calls */
    size_t room;
    struct note *notes;
    uint32_t notes_room;
};

struct sites {
    struct stream_writer *writer;
    uint32_t window;
    struct node **waiting; /* a ring, in the order of place, ref, alt */
    uint32_t first;
    uint32_t n;
    size_t bytes;
    struct node *spare[SPARE_MAX];
    uint32_t n_spare;
    uint64_t offered;
};

bool sites_open(struct stream_writer *writer, uint32_t window, struct sites **out, struct err *err)
{
    struct sites *sites = calloc(1, sizeof(*sites));

    if (sites)
        sites->waiting = calloc(SITES_WAITING_MAX, sizeof(struct node *));
    if (!sites || !sites->waiting) {
        free(sites);
        return err_memory(err);
    }
    sites->writer = writer;
    sites->window = window;
    *out = sites;
    return true;
}

static void node_free(struct node *node)
{
    if (!node)
        return;
    free(node->data);
    free(node->notes);
    free(node);
}

static struct node **slot(struct sites *sites, uint32_t at)
{
    return &sites->waiting[(sites->first + at) % SITES_WAITING_MAX];
}

void sites_close(struct sites *sites)
{
    if (!sites)
        return;
    for (uint32_t i = 0; i < sites->n; i++)
        node_free(*slot(sites, i));
    for (uint32_t i = 0; i < sites->n_spare; i++)
        node_free(sites->spare[i]);
    free(sites->waiting);
    free(sites);
}

/* ---- a site of one's own ------------------------------------------------------------------------
 */

static size_t bytes_of(const struct stream_site *site)
{
    size_t bytes = strlen(site->ref) + strlen(site->alt) + 2 + site->calls_size;

    for (uint32_t i = 0; i < site->n_notes; i++)
        bytes += strlen(site->notes[i].gene) + 1;
    return bytes;
}

static bool make_room(struct node *node, size_t bytes, uint32_t n_notes)
{
    if (bytes > node->room) {
        free(node->data);
        node->room = 0;
        node->data = malloc(bytes * 2);
        if (!node->data)
            return false;
        node->room = bytes * 2;
    }
    if (n_notes > node->notes_room) {
        free(node->notes);
        node->notes_room = 0;
        node->notes = malloc(n_notes * sizeof(*node->notes));
        if (!node->notes)
            return false;
        node->notes_room = n_notes;
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

static bool node_set(struct node *node, const struct stream_site *site)
{
    uint8_t *at;

    if (!make_room(node, bytes_of(site), site->n_notes))
        return false;
    at = node->data;
    node->site = *site;
    node->site.ref = copy_text(&at, site->ref);
    node->site.alt = copy_text(&at, site->alt);
    for (uint32_t i = 0; i < site->n_notes; i++) {
        node->notes[i] = site->notes[i];
        node->notes[i].gene = copy_text(&at, site->notes[i].gene);
    }
    node->site.notes = node->notes;
    if (site->calls_size)
        memcpy(at, site->calls, site->calls_size);
    node->site.calls = at;
    return true;
}

static struct node *node_take(struct sites *sites, const struct stream_site *site)
{
    struct node *node = sites->n_spare ? sites->spare[--sites->n_spare] : calloc(1, sizeof(*node));

    if (node && !node_set(node, site)) {
        node_free(node);
        return NULL;
    }
    return node;
}

static void node_give_back(struct sites *sites, struct node *node)
{
    if (sites->n_spare < SPARE_MAX)
        sites->spare[sites->n_spare++] = node;
    else
        node_free(node);
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
};

static void step(struct walk *walk)
{
    if (walk->at >= walk->site->calls_size ||
        !stream_call_next(walk->site, &walk->at, &walk->sample, &walk->code))
        walk->sample = INT64_MAX;
}

/* A sample that one line calls reference and the other does not call is not called. */
static size_t merge_calls(const struct stream_site *a, const struct stream_site *b, uint8_t *out)
{
    struct walk wa = {.site = a, .sample = -1}, wb = {.site = b, .sample = -1};
    int64_t previous = -1;
    size_t size = 0;

    step(&wa);
    step(&wb);
    while (wa.sample != INT64_MAX || wb.sample != INT64_MAX) {
        int64_t sample = wa.sample < wb.sample ? wa.sample : wb.sample;
        bool in_a = wa.sample == sample, in_b = wb.sample == sample;
        enum call_code code = in_a && in_b ? merged_code(wa.code, wb.code)
                              : in_a       ? wa.code
                                           : wb.code;

        size += stream_call_write(out + size, previous, (uint32_t)sample, code);
        previous = sample;
        if (in_a)
            step(&wa);
        if (in_b)
            step(&wb);
    }
    return size;
}

static bool merge(struct sites *sites, struct node **node, const struct stream_site *site)
{
    struct stream_site merged = (*node)->site;
    struct note notes[STREAM_NOTES_MAX];
    size_t room = (merged.calls_size + site->calls_size) * STREAM_CALL_MAX + 1;
    uint8_t *calls = malloc(room);
    struct node *fresh;

    if (!calls)
        return false;
    merged.calls_size = merge_calls(&(*node)->site, site, calls);
    merged.calls = calls;
    if (site->af_nano > merged.af_nano || site->af_nano == STREAM_NO_AF)
        merged.af_nano = merged.af_nano == STREAM_NO_AF ? STREAM_NO_AF : site->af_nano;
    merged.n_notes = (uint32_t)notes_merge(merged.notes, merged.n_notes, site->notes, site->n_notes,
                                           notes, STREAM_NOTES_MAX);
    merged.notes = notes;
    fresh = node_take(sites, &merged);
    free(calls);
    if (!fresh)
        return false;
    sites->bytes += fresh->room - (*node)->room;
    node_give_back(sites, *node);
    *node = fresh;
    return true;
}

/* ---- the ring -----------------------------------------------------------------------------------
 */

static bool emit_first(struct sites *sites, struct err *err)
{
    struct node *node = *slot(sites, 0);
    bool ok = stream_put_site(sites->writer, &node->site, err);

    sites->offered++;
    sites->first = (sites->first + 1) % SITES_WAITING_MAX;
    sites->n--;
    sites->bytes -= node->room;
    node_give_back(sites, node);
    return ok;
}

bool sites_advance(struct sites *sites, uint8_t chromosome, uint32_t position, struct err *err)
{
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

bool sites_add(struct sites *sites, const struct stream_site *site, bool *merged, struct err *err)
{
    uint32_t at = sites->n;
    struct node *node;
    int order = 1;

    while (at && (order = compare(site, &(*slot(sites, at - 1))->site)) < 0)
        at--;
    *merged = at && order == 0;
    if (*merged)
        return merge(sites, slot(sites, at - 1), site) || err_memory(err);
    if (sites->n == SITES_WAITING_MAX || sites->bytes > SITES_BYTES_MAX)
        return err_set(err, ERR_INVALID, "more than %u variants lie too close to be put in order",
                       sites->n);
    node = node_take(sites, site);
    if (!node)
        return err_memory(err);
    sites->bytes += node->room;
    for (uint32_t i = sites->n++; i > at; i--)
        *slot(sites, i) = *slot(sites, i - 1);
    *slot(sites, at) = node;
    return true;
}

bool sites_finish(struct sites *sites, struct err *err)
{
    while (sites->n)
        if (!emit_first(sites, err))
            return false;
    return true;
}

uint64_t sites_offered(const struct sites *sites)
{
    return sites->offered;
}
