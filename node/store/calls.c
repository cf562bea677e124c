/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls arrive variant by variant and are stored as callpacks, one for each chunk and batch of 4096
 * samples. Packs grow in memory until they reach BUFFER_BYTES_MAX together; then all are written
 * and new ones begun. So a row of table `calls` may be one of several parts for a chunk and batch.
 */
#include "node/store/calls.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/store/callpack.h"
#include "node/store/fraction.h"
#include "node/store/store_inside.h"

#define BUFFER_BYTES_MAX ((size_t)64 << 20)

/* The packs of one chunk, one for each batch. */
struct chunk_packs {
    uint16_t chunk;
    struct callpack *batches;
};

struct calls {
    struct store *store; /* borrowed */
    int64_t callset;
    uint32_t n_samples;
    uint32_t n_batches;
    bool judges_sites;
    enum store_statement add; /* the statement that writes a pack */
    bool open;                /* a site is being filled */
    uint64_t vid;
    uint32_t *samples[CALL_CODES]; /* of that site, each with room for n_samples */
    uint32_t n[CALL_CODES];
    uint8_t *fractions; /* of that site's calls, by sample */
    uint32_t last;      /* the sample added last */
    bool keep_fractions;
    struct chunk_packs *chunks; /* by chunk */
    size_t n_chunks;
    size_t chunks_room;
    size_t last_chunk; /* index of the chunk used last */
    size_t buffered;
};

bool callset_put(struct store *store, const struct callset *callset, int64_t *id, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, CALLSET_ADD, err);

    assert(store->import);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, store->import);
    sqlite3_bind_int64(stmt, 2, callset->assembly);
    sqlite3_bind_int64(stmt, 3, callset->has_af);
    sqlite3_bind_int64(stmt, 4, callset->has_annotation);
    sqlite3_bind_int64(stmt, 5, callset->judges_sites);
    sqlite3_bind_int64(stmt, 6, callset->judged);
    if (!sql_done(stmt, err))
        return false;
    *id = sqlite3_last_insert_rowid(store->db);
    return true;
}

/* Reads one number about a callset. */
static bool ask_callset(struct store *store, enum store_statement what, int64_t callset,
                        int64_t *number, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, what, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, callset);
    if (!sql_next(stmt, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_INTERNAL, "there is no such callset");
    *number = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return true;
}

/* The number of the callset's next sample. Several callsets may be filled in turn in an import. */
static bool next_ordinal(struct store *store, int64_t callset, struct err *err)
{
    if (store->sample_callset == callset)
        return true;
    if (!ask_callset(store, CALLSET_SAMPLES, callset, &store->next_ordinal, err))
        return false;
    store->sample_callset = callset;
    return true;
}

static void bind_sample(sqlite3_stmt *stmt, const struct sample_row *sample)
{
    if (sample->assay)
        sqlite3_bind_int64(stmt, 4, sample->assay);
    else
        sqlite3_bind_null(stmt, 4);
    sqlite3_bind_int(stmt, 5, sample->type);
    sqlite3_bind_text(stmt, 6, sample->tissue, -1, SQLITE_STATIC);
    if (sample->taken != PERSON_NO_DATE)
        sqlite3_bind_int(stmt, 7, sample->taken);
    else
        sqlite3_bind_null(stmt, 7);
}

bool callset_add(struct store *store, int64_t callset, int64_t entry,
                 const struct sample_row *sample, struct err *err)
{
    sqlite3_stmt *stmt;

    assert(store->import);
    if (!next_ordinal(store, callset, err))
        return false;
    if (store->next_ordinal >= CALLSET_SAMPLES_MAX)
        return err_set(err, ERR_INVALID, "a callset has at most %d samples", CALLSET_SAMPLES_MAX);
    stmt = store_statement(store, SAMPLE_ADD, err);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, entry);
    sqlite3_bind_int64(stmt, 2, callset);
    sqlite3_bind_int64(stmt, 3, store->next_ordinal);
    bind_sample(stmt, sample);
    if (!sql_done(stmt, err))
        return false;
    store->next_ordinal++;
    return true;
}

bool callset_set_assay(struct store *store, int64_t callset, int64_t assay, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, SAMPLE_ASSAY, err);

    assert(store->import);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, callset);
    sqlite3_bind_int64(stmt, 2, assay);
    return sql_done(stmt, err);
}

/* Is this the spelling stored for the vid? *taken: another variant has the vid. */
static bool look_up_allele(struct store *store, uint64_t vid, const struct variant *variant,
                           bool *found, bool *taken, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, ALLELE_FIND, err);
    bool row;

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, (int64_t)vid);
    if (!sql_next(stmt, &row, err))
        return false;
    *found = row && strcmp((const char *)sqlite3_column_text(stmt, 0), variant->ref) == 0 &&
             strcmp((const char *)sqlite3_column_text(stmt, 1), variant->alt) == 0;
    *taken = row && !*found;
    sqlite3_reset(stmt);
    return true;
}

static bool add_allele(struct store *store, uint64_t vid, const struct variant *variant,
                       struct err *err)
{
    sqlite3_stmt *stmt = store_statement(store, ALLELE_ADD, err);

    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, (int64_t)vid);
    sqlite3_bind_text(stmt, 2, variant->ref, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, variant->alt, -1, SQLITE_STATIC);
    return sql_done(stmt, err);
}

bool calls_vid(struct store *store, const struct variant *variant, uint64_t *vid, struct err *err)
{
    assert(store->import);
    if (variant_is_short(variant))
        return variant_pack(variant, 0, vid, err);
    for (unsigned tag = 1; tag < VARIANT_TAGS; tag++) {
        uint64_t tried;
        bool found, taken;

        if (!variant_pack(variant, tag, &tried, err) ||
            !look_up_allele(store, tried, variant, &found, &taken, err))
            return false;
        if (taken)
            continue;
        if (!found && !add_allele(store, tried, variant, err))
            return false;
        *vid = tried;
        return true;
    }
    return err_set(err, ERR_INVALID, "the allele's three names are taken by others");
}

static bool make_calls(struct store *store, int64_t callset, struct calls **out, struct err *err)
{
    struct calls *calls = calloc(1, sizeof(*calls));
    int64_t judges = 0;

    if (!calls)
        return err_memory(err);
    *out = calls;
    calls->store = store;
    calls->callset = callset;
    if (!next_ordinal(store, callset, err) ||
        !ask_callset(store, CALLSET_JUDGES, callset, &judges, err))
        return false;
    calls->n_samples = (uint32_t)store->next_ordinal;
    calls->n_batches = (calls->n_samples + CALLPACK_SAMPLES - 1) / CALLPACK_SAMPLES;
    calls->judges_sites = judges != 0;
    calls->add = CALLS_ADD;
    for (int code = 0; code < CALL_CODES; code++) {
        calls->samples[code] = calloc((size_t)calls->n_samples + 1, sizeof(uint32_t));
        if (!calls->samples[code])
            return err_memory(err);
    }
    calls->fractions = calloc((size_t)calls->n_samples + 1, sizeof(*calls->fractions));
    return calls->fractions || err_memory(err);
}

bool calls_open(struct store *store, int64_t callset, struct calls **out, struct err *err)
{
    struct calls *calls = NULL;

    assert(store->import);
    if (!make_calls(store, callset, &calls, err)) {
        calls_abandon(calls);
        return false;
    }
    *out = calls;
    return true;
}

/* Calls of another table, in which a sample that is not added is not judged. */
static bool open_into(struct store *store, int64_t callset, enum store_statement add,
                      struct calls **out, struct err *err)
{
    if (!calls_open(store, callset, out, err))
        return false;
    (*out)->judges_sites = false;
    (*out)->add = add;
    return true;
}

bool calls_open_gaps(struct store *store, int64_t callset, struct calls **out, struct err *err)
{
    assert(out);
    return open_into(store, callset, GAPS_ADD, out, err);
}

bool calls_open_structural(struct store *store, int64_t callset, struct calls **out,
                           struct err *err)
{
    assert(out);
    return open_into(store, callset, STRUCTURAL_ADD, out, err);
}

static void forget_packs(struct calls *calls)
{
    for (size_t i = 0; i < calls->n_chunks; i++) {
        for (uint32_t batch = 0; batch < calls->n_batches; batch++)
            callpack_clear(&calls->chunks[i].batches[batch]);
        free(calls->chunks[i].batches);
    }
    calls->n_chunks = calls->last_chunk = 0;
    calls->buffered = 0;
}

static bool write_packs(struct calls *calls, struct err *err)
{
    sqlite3_stmt *stmt = store_statement(calls->store, calls->add, err);

    if (!stmt)
        return false;
    for (size_t i = 0; i < calls->n_chunks; i++) {
        for (uint32_t batch = 0; batch < calls->n_batches; batch++) {
            const struct callpack *pack = &calls->chunks[i].batches[batch];

            if (!pack->size)
                continue;
            sqlite3_bind_int64(stmt, 1, calls->callset);
            sqlite3_bind_int64(stmt, 2, calls->chunks[i].chunk);
            sqlite3_bind_int64(stmt, 3, batch);
            sqlite3_bind_blob64(stmt, 4, pack->data, pack->size, SQLITE_STATIC);
            if (!sql_done(stmt, err))
                return false;
        }
    }
    forget_packs(calls);
    return true;
}

/* Inserts a new chunk at its place in the order. */
static struct callpack *add_chunk(struct calls *calls, size_t at, uint16_t chunk)
{
    if (calls->n_chunks == calls->chunks_room) {
        size_t room = calls->chunks_room ? 2 * calls->chunks_room : 64;
        struct chunk_packs *chunks = realloc(calls->chunks, room * sizeof(*chunks));

        if (!chunks)
            return NULL;
        calls->chunks = chunks;
        calls->chunks_room = room;
    }
    memmove(calls->chunks + at + 1, calls->chunks + at,
            (calls->n_chunks - at) * sizeof(*calls->chunks));
    calls->chunks[at].chunk = chunk;
    calls->chunks[at].batches = calloc((size_t)calls->n_batches + 1, sizeof(struct callpack));
    calls->n_chunks++;
    return calls->chunks[at].batches;
}

/* The packs of a chunk, made if needed. NULL when memory is out. */
static struct callpack *need_chunk(struct calls *calls, uint16_t chunk)
{
    size_t from = 0, to = calls->n_chunks;

    if (calls->n_chunks && calls->chunks[calls->last_chunk].chunk == chunk)
        return calls->chunks[calls->last_chunk].batches;
    while (from < to) {
        size_t middle = (from + to) / 2;

        if (calls->chunks[middle].chunk < chunk)
            from = middle + 1;
        else
            to = middle;
    }
    calls->last_chunk = from;
    if (from < calls->n_chunks && calls->chunks[from].chunk == chunk)
        return calls->chunks[from].batches;
    return add_chunk(calls, from, chunk);
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

/* Sorts the samples and removes repeats. */
static void put_in_order(uint32_t *samples, uint32_t *n)
{
    uint32_t kept = 0;

    for (uint32_t i = 1; i < *n; i++) {
        if (samples[i - 1] < samples[i])
            continue;
        qsort(samples, *n, sizeof(*samples), by_number);
        for (i = 0; i < *n; i++)
            if (i == 0 || samples[i] != samples[kept - 1])
                samples[kept++] = samples[i];
        *n = kept;
        return;
    }
}

static bool pack_batch(struct calls *calls, struct callpack *pack, uint32_t batch,
                       uint32_t from[static CALL_CODES])
{
    struct callpack_list lists[CALL_CODES];
    uint32_t base = batch * CALLPACK_SAMPLES;
    uint32_t any = 0;

    for (int code = 0; code < CALL_CODES; code++) {
        const uint32_t *samples = calls->samples[code];
        uint32_t start = from[code];
        uint32_t to = start;

        if (batch + 1 == calls->n_batches)
            to = calls->n[code];
        else
            while (to < calls->n[code] && samples[to] < base + CALLPACK_SAMPLES)
                to++;
        lists[code] = (struct callpack_list){samples + start, to - start, calls->fractions};
        from[code] = to;
        any |= to - start;
    }
    if (!any && !calls->judges_sites)
        return true;
    return callpack_site(pack, calls->vid, base, lists);
}

static bool pack_lone(struct calls *calls, struct callpack *pack)
{
    for (unsigned code = CALL_HET; code < CALL_CODES; code++)
        if (calls->n[code])
            return callpack_lone_site(pack, calls->vid, code, calls->fractions[0]);
    if (calls->n[CALL_NONE])
        return callpack_lone_site(pack, calls->vid, CALL_NONE, FRACTION_UNKNOWN);
    return !calls->judges_sites ||
           callpack_lone_site(pack, calls->vid, CALL_JUDGED, FRACTION_UNKNOWN);
}

/* The same for all sites of a chunk: it lies on one chromosome. */
static bool has_fractions(const struct calls *calls)
{
    return calls->add == CALLS_ADD &&
           (calls->keep_fractions || vid_chromosome(calls->vid) == CHROMOSOME_MT);
}

/* Moves the open site into the packs of its chunk. */
static bool pack_site(struct calls *calls, struct err *err)
{
    uint32_t from[CALL_CODES] = {0};
    struct callpack *packs = need_chunk(calls, vid_chunk(calls->vid));
    bool ok = true;

    calls->open = false;
    if (!packs)
        return err_memory(err);
    for (int code = 0; code < CALL_CODES; code++)
        put_in_order(calls->samples[code], &calls->n[code]);
    for (uint32_t batch = 0; ok && batch < calls->n_batches; batch++) {
        struct callpack *pack = &packs[batch];
        size_t before = pack->room;

        pack->fractions = has_fractions(calls);
        ok = calls->n_samples == 1 ? pack_lone(calls, pack) : pack_batch(calls, pack, batch, from);
        calls->buffered += pack->room - before;
    }
    memset(calls->n, 0, sizeof(calls->n));
    if (has_fractions(calls))
        memset(calls->fractions, FRACTION_UNKNOWN, calls->n_samples);
    if (!ok)
        return err_memory(err);
    return calls->buffered < BUFFER_BYTES_MAX || write_packs(calls, err);
}

bool calls_site(struct calls *calls, uint64_t vid, struct err *err)
{
    if (calls->open && !pack_site(calls, err))
        return false;
    calls->open = true;
    calls->vid = vid;
    return true;
}

bool calls_add(struct calls *calls, uint32_t sample, enum call_code code, struct err *err)
{
    assert(calls->open);
    if (sample >= calls->n_samples || (unsigned)code >= CALL_CODES ||
        calls->n[code] >= calls->n_samples)
        return err_set(err, ERR_INVALID, "a call names a sample or code that is not there");
    calls->samples[code][calls->n[code]++] = sample;
    calls->last = sample;
    return true;
}

void calls_keep_fractions(struct calls *calls, bool everywhere)
{
    assert(calls && !calls->open && !calls->n_chunks);
    calls->keep_fractions = everywhere;
}

void calls_fraction(struct calls *calls, uint8_t fraction)
{
    assert(calls && calls->open && fraction <= FRACTION_ALL);
    calls->fractions[calls->last] = fraction;
}

bool calls_close(struct calls *calls, struct err *err)
{
    assert(calls);
    bool ok = (!calls->open || pack_site(calls, err)) && write_packs(calls, err);

    calls_abandon(calls);
    return ok;
}

void calls_abandon(struct calls *calls)
{
    if (!calls)
        return;
    forget_packs(calls);
    free(calls->chunks);
    for (int code = 0; code < CALL_CODES; code++)
        free(calls->samples[code]);
    free(calls->fractions);
    free(calls);
}
