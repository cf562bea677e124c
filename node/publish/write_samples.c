/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of a segment: who was tested with which assay and in which callset, and for
 * write_sites.c the maps from a callset's samples to the segment's persons.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/publish/segment_writer.h"
#include "node/snapshot/bits.h"
#include "node/store/variant.h"

static bool add_ref(struct segment_writer *writer, const struct sample_ref *ref)
{
    /* Grown by doubling: at every power of two from 1024 on. */
    if (writer->n_refs == 0 ||
        (writer->n_refs >= 1024 && !(writer->n_refs & (writer->n_refs - 1)))) {
        size_t room = writer->n_refs ? 2 * writer->n_refs : 1024;
        struct sample_ref *refs = realloc(writer->refs, room * sizeof(*refs));

        if (!refs)
            return false;
        writer->refs = refs;
    }
    writer->refs[writer->n_refs++] = *ref;
    return true;
}

static int by_callset(const void *left, const void *right)
{
    const struct sample_ref *a = left;
    const struct sample_ref *b = right;

    if (a->callset != b->callset)
        return a->callset < b->callset ? -1 : 1;
    return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

/* Is the sample one of the segment? A sample of a tumour is on one of the days of its person. */
static bool take_day(struct segment_writer *writer, sqlite3_stmt *row, uint32_t person)
{
    uint32_t nth = (uint32_t)sqlite3_column_int(row, 4);

    if (!nth)
        bits_set(writer->undated, person);
    if (!writer->input->nth)
        return true;
    if (nth == writer->input->nth)
        writer->taken[person] = sqlite3_column_int(row, 3);
    return nth == writer->input->nth;
}

void segment_writer_samples_of(const struct segment_input *input, sqlite3_stmt *stmt)
{
    assert(input && stmt);
    sqlite3_bind_int(stmt, 4, input->structural);
    if (sqlite3_bind_parameter_count(stmt) > 4)
        sqlite3_bind_int(stmt, 5, SEGMENT_TAKEN_MAX);
    for (int type = 1, at = 2; type <= SAMPLE_TYPES; type++)
        if (sample_type_is((enum sample_type)type, input->origin))
            sqlite3_bind_int(stmt, at++, type); /* each origin has two types */
}

/* A file's assay says what it looked at: structural variants or small. */
#define SAMPLES_READ                                                                               \
    "SELECT sample.callset, sample.ordinal, iif((callset.judged <> 0) = ?4, sample.assay, NULL),"  \
    " sample.taken, "
#define SAMPLES_GERMLINE SAMPLES_READ "0, sample.type IN (?2, ?3)" SEGMENT_WRITER_SAMPLES
#define SAMPLES_SOMATIC SAMPLES_READ SEGMENT_WRITER_NTH ", 1" SEGMENT_WRITER_OF_ORIGIN

static bool read_samples(struct segment_writer *writer, struct err *err)
{
    uint64_t seen[SEGMENT_WORDS_MAX] = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = true, germline = writer->input->origin == ORIGIN_GERMLINE;
    bool ok = sql_prepare(writer->from, germline ? SAMPLES_GERMLINE : SAMPLES_SOMATIC, &stmt, err);

    if (ok)
        segment_writer_samples_of(writer->input, stmt);
    for (uint32_t i = 0; ok && i < writer->n_persons; i++) {
        sqlite3_bind_int64(stmt, 1, writer->input->persons[i].id);
        for (row = true; ok && row;) {
            struct sample_ref ref = {.person = (uint16_t)i};

            ok = sql_next(stmt, &row, err);
            if (!ok || !row)
                break;
            if (!sqlite3_column_int(stmt, 5)) {
                writer->beside.tumours = true;
                continue;
            }
            if (!take_day(writer, stmt, i))
                continue;
            ref.callset = sqlite3_column_int64(stmt, 0);
            ref.ordinal = (uint32_t)sqlite3_column_int64(stmt, 1);
            ref.assay = sqlite3_column_int64(stmt, 2);
            if (!add_ref(writer, &ref))
                ok = err_memory(err);
            writer->has_several |= bits_has(seen, i);
            bits_set(seen, i);
        }
    }
    sqlite3_finalize(stmt);
    if (ok && writer->n_refs)
        qsort(writer->refs, writer->n_refs, sizeof(*writer->refs), by_callset);
    return ok;
}

static bool read_callset(struct segment_writer *writer, sqlite3_stmt *stmt, int64_t id,
                         struct err *err)
{
    struct callset_in *callset = &writer->callsets[writer->n_callsets++];
    bool row;

    sqlite3_bind_int64(stmt, 1, id);
    if (!sql_next(stmt, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_INTERNAL, "a sample's callset is missing from the store");
    *callset = (struct callset_in){.id = id,
                                   .assembly = (uint8_t)sqlite3_column_int(stmt, 0),
                                   .judges_sites = sqlite3_column_int(stmt, 1),
                                   .n_samples = (uint32_t)sqlite3_column_int64(stmt, 2),
                                   .judged = (unsigned)sqlite3_column_int(stmt, 3),
                                   .listed = -1};
    writer->beside.structural |= sqlite3_column_int(stmt, 4);
    /* Of small variants a file of structural ones lists what is long enough, and no others. */
    callset->judges_sites &= !callset->judged && !writer->input->structural;
    sqlite3_reset(stmt);
    return true;
}

static bool read_callsets(struct segment_writer *writer, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(writer->from,
                          "SELECT assembly, judges_sites,"
                          " (SELECT count(*) FROM sample WHERE callset = callset.id), judged,"
                          " " SEGMENT_WRITER_STRUCTURAL " FROM callset WHERE id = ?1",
                          &stmt, err);

    writer->callsets = calloc(writer->n_refs + 1, sizeof(*writer->callsets));
    if (ok && !writer->callsets)
        ok = err_memory(err);
    for (size_t i = 0; ok && i < writer->n_refs; i++) {
        if (i == 0 || writer->refs[i].callset != writer->refs[i - 1].callset) {
            ok = read_callset(writer, stmt, writer->refs[i].callset, err);
            writer->callsets[writer->n_callsets - 1].from = (uint32_t)i;
        }
        writer->callsets[writer->n_callsets - 1].n++;
    }
    sqlite3_finalize(stmt);
    return ok;
}

/* Makes the map of a new batch, with no sample in it. */
static struct batch_in *add_batch(struct segment_writer *writer, uint32_t callset, uint32_t batch)
{
    struct batch_in *made = &writer->batches[writer->n_batches];
    uint32_t left = writer->callsets[callset].n_samples - batch * CALLPACK_SAMPLES;
    uint32_t n = left < CALLPACK_SAMPLES ? left : CALLPACK_SAMPLES;

    made->map = malloc((n + 1) * sizeof(*made->map));
    if (!made->map)
        return NULL;
    memset(made->map, 0xff, n * sizeof(*made->map));
    made->callset = callset;
    made->batch = batch;
    made->n_map = n;
    writer->n_batches++;
    return made;
}

static bool map_batches(struct segment_writer *writer, struct err *err)
{
    struct batch_in *last = NULL;

    writer->batches = calloc(writer->n_refs + 1, sizeof(*writer->batches));
    if (!writer->batches)
        return err_memory(err);
    for (uint32_t c = 0; c < writer->n_callsets; c++) {
        const struct callset_in *callset = &writer->callsets[c];

        for (uint32_t i = callset->from; i < callset->from + callset->n; i++) {
            uint32_t batch = writer->refs[i].ordinal / CALLPACK_SAMPLES;
            uint32_t within = writer->refs[i].ordinal % CALLPACK_SAMPLES;

            if (!last || last->callset != c || last->batch != batch)
                last = add_batch(writer, c, batch);
            if (!last)
                return err_memory(err);
            if (within < last->n_map)
                last->map[within] = writer->refs[i].person;
        }
    }
    return true;
}

static bool write_callsets(struct segment_writer *writer, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int listed = 0;
    bool ok = sql_prepare(
        writer->to, "INSERT INTO callset (id, assembly, members) VALUES (?1, ?2, ?3)", &stmt, err);

    writer->members = calloc(writer->n_callsets + 1, sizeof(*writer->members));
    if (ok && !writer->members)
        ok = err_memory(err);
    for (size_t c = 0; ok && c < writer->n_callsets; c++) {
        struct callset_in *callset = &writer->callsets[c];
        uint64_t *members;

        if (!callset->judges_sites || callset->n_samples < LISTED_SAMPLES)
            continue;
        if (listed == NOBODY)
            return err_set(err, ERR_INTERNAL, "a segment has more than %d callsets", NOBODY);
        members = calloc(SEGMENT_WORDS_MAX, sizeof(*members));
        if (!members)
            return err_memory(err);
        writer->members[listed] = members;
        callset->listed = listed++;
        for (uint32_t i = 0; i < callset->n; i++)
            bits_set(members, writer->refs[callset->from + i].person);
        sqlite3_bind_int64(stmt, 1, callset->id);
        sqlite3_bind_int64(stmt, 2, callset->assembly);
        ok = segment_writer_bind(stmt, 3, members, writer->n_persons, err) && sql_done(stmt, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

static bool write_sampled(struct segment_writer *writer, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(writer->to, "INSERT INTO sampled (assembly, members) VALUES (?1, ?2)",
                          &stmt, err);

    /* 0: callsets of variants without coordinates */
    for (uint8_t assembly = 0; ok && assembly <= VARIANT_GRCH38; assembly++) {
        uint64_t words[SEGMENT_WORDS_MAX] = {0};

        for (size_t c = 0; c < writer->n_callsets; c++) {
            const struct callset_in *callset = &writer->callsets[c];
            bool counts = !writer->input->structural || callset->judged;

            for (uint32_t i = 0; counts && callset->assembly == assembly && i < callset->n; i++)
                bits_set(words, writer->refs[callset->from + i].person);
        }
        sqlite3_bind_int64(stmt, 1, assembly);
        ok = segment_writer_bind(stmt, 2, words, writer->n_persons, err) && sql_done(stmt, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

static int by_assay(const void *left, const void *right)
{
    int64_t a = (*(const struct sample_ref *const *)left)->assay;
    int64_t b = (*(const struct sample_ref *const *)right)->assay;

    return (a > b) - (a < b);
}

static bool copy_assay(struct segment_writer *writer, int64_t id, const uint64_t *words,
                       struct err *err)
{
    sqlite3_stmt *read = NULL, *write = NULL;
    bool row = false;
    bool ok =
        sql_prepare(writer->from, "SELECT name, assembly, whole_genome FROM assay WHERE id = ?1",
                    &read, err) &&
        sql_prepare(writer->to,
                    "INSERT INTO assay (id, name, assembly, whole_genome, members)"
                    " VALUES (?1, ?2, ?3, ?4, ?5)",
                    &write, err);

    if (ok) {
        sqlite3_bind_int64(read, 1, id);
        ok = sql_next(read, &row, err);
    }
    if (ok && row) {
        sqlite3_bind_int64(write, 1, id);
        for (int i = 0; i < 3; i++)
            sqlite3_bind_value(write, i + 2, sqlite3_column_value(read, i));
        ok = segment_writer_bind(write, 5, words, writer->n_persons, err) && sql_done(write, err);
    }
    sqlite3_finalize(read);
    sqlite3_finalize(write);
    return ok;
}

static bool copy_intervals(struct segment_writer *writer, int64_t id, struct err *err)
{
    sqlite3_stmt *read = NULL, *write = NULL;
    bool row = true;
    bool ok = sql_prepare(writer->from,
                          "SELECT assay, chromosome, data FROM assay_interval WHERE assay = ?1"
                          " ORDER BY chromosome",
                          &read, err) &&
              sql_prepare(writer->to,
                          "INSERT INTO assay_interval (assay, chromosome, data)"
                          " VALUES (?1, ?2, ?3)",
                          &write, err);

    if (ok)
        sqlite3_bind_int64(read, 1, id);
    while (ok && row) {
        ok = sql_next(read, &row, err);
        if (!ok || !row)
            break;
        for (int i = 0; i < 3; i++)
            sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
        ok = sql_done(write, err);
    }
    sqlite3_finalize(read);
    sqlite3_finalize(write);
    return ok;
}

static bool write_assays(struct segment_writer *writer, struct err *err)
{
    const struct sample_ref **sorted = malloc((writer->n_refs + 1) * sizeof(*sorted));
    bool ok = true;

    if (!sorted)
        return err_memory(err);
    for (size_t i = 0; i < writer->n_refs; i++)
        sorted[i] = &writer->refs[i];
    if (writer->n_refs)
        qsort(sorted, writer->n_refs, sizeof(*sorted), by_assay);
    for (size_t from = 0, to; ok && from < writer->n_refs; from = to) {
        uint64_t words[SEGMENT_WORDS_MAX] = {0};
        int64_t assay = sorted[from]->assay;

        for (to = from; to < writer->n_refs && sorted[to]->assay == assay; to++)
            bits_set(words, sorted[to]->person);
        if (assay)
            ok = copy_assay(writer, assay, words, err) && copy_intervals(writer, assay, err);
    }
    free(sorted);
    return ok;
}

static bool make_days(struct segment_writer *writer, struct err *err)
{
    if (!writer->input->nth)
        return true;
    writer->taken = malloc((writer->n_persons + 1) * sizeof(*writer->taken));
    for (uint32_t i = 0; writer->taken && i < writer->n_persons; i++)
        writer->taken[i] = PERSON_NO_DATE;
    return writer->taken || err_memory(err);
}

static bool write_days(struct segment_writer *writer, struct err *err)
{
    if (writer->input->origin != ORIGIN_SOMATIC || writer->input->structural)
        return true;
    if (writer->taken)
        return segment_writer_column(writer, "taken", writer->taken,
                                     writer->n_persons * sizeof(*writer->taken), err);
    return segment_writer_column(writer, "undated", writer->undated,
                                 SEGMENT_WORDS(writer->n_persons) * sizeof(*writer->undated), err);
}

bool segment_writer_samples(struct segment_writer *writer, struct err *err)
{
    assert(writer);
    return make_days(writer, err) && read_samples(writer, err) && read_callsets(writer, err) &&
           map_batches(writer, err) && write_callsets(writer, err) && write_sampled(writer, err) &&
           write_assays(writer, err) && write_days(writer, err);
}

void segment_writer_samples_clear(struct segment_writer *writer)
{
    assert(writer);
    for (size_t i = 0; i < writer->n_batches; i++)
        free(writer->batches[i].map);
    for (size_t i = 0; writer->members && i < writer->n_callsets; i++)
        free(writer->members[i]);
    free(writer->members);
    free(writer->batches);
    free(writer->callsets);
    free(writer->refs);
    free(writer->taken);
}
