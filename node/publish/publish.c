/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/publish.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/publish/leftovers.h"
#include "node/publish/references.h"
#include "node/publish/segment_write.h"
#include "node/publish/side_segments.h"
#include "node/publish/terms_file.h"
#include "node/snapshot/bits.h"
#include "node/snapshot/closure.h"
#include "node/snapshot/manifest.h"
#include "node/store/store.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/sql.h"

/* A full segment is written again once more than this share of it is dead. */
#define DEAD_SHARE 2

struct persons {
    struct publish_person *at;
    size_t n;
    size_t room;
};

struct publish_run {
    struct store *store;
    sqlite3 *db;
    const struct publish_options *options;
    struct publish_result *result;
    struct closure closure;
    struct manifest old;
    bool had_old;
    bool afresh; /* write every segment anew, whatever is there */
    struct manifest new;
    struct side_segments side; /* the segments that go behind those of persons */
    struct persons changed;    /* since the last publish, by pid; also those who were withdrawn */
    struct persons writing;    /* who goes into segments now */
};

/*** lists of persons ***/

static bool add_person(struct persons *persons, int64_t id, const void *pid)
{
    if (persons->n == persons->room) {
        size_t room = persons->room ? 2 * persons->room : 1024;
        struct publish_person *at = realloc(persons->at, room * sizeof(*at));

        if (!at)
            return false;
        persons->at = at;
        persons->room = room;
    }
    persons->at[persons->n].id = id;
    memcpy(persons->at[persons->n++].pid.b, pid, sizeof(struct person_id));
    return true;
}

static int by_pid(const void *left, const void *right)
{
    const struct publish_person *a = left;
    const struct publish_person *b = right;

    return memcmp(a->pid.b, b->pid.b, sizeof(a->pid.b));
}

static int by_id(const void *left, const void *right)
{
    const struct publish_person *a = left;
    const struct publish_person *b = right;

    return (a->id > b->id) - (a->id < b->id);
}

static bool has_changed(const struct publish_run *run, const struct person_id *pid)
{
    struct publish_person key = {.pid = *pid};

    return run->changed.n && bsearch(&key, run->changed.at, run->changed.n, sizeof(key), by_pid);
}

/* Fills changed with all, and writing with those of whom there is something to say. */
static bool read_changed(struct publish_run *run, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    bool ok = sql_prepare(run->db,
                          "SELECT id, pid, withdrawn = 0 AND EXISTS (SELECT 1 FROM entry"
                          " WHERE entry.person = person.id AND replaced_by IS NULL AND aside = 0)"
                          " FROM person WHERE changed > ?1",
                          &stmt, err);

    if (ok)
        sqlite3_bind_int64(stmt, 1, run->afresh ? -1 : run->old.epoch);
    while (ok && row) {
        int64_t id;
        const void *pid;

        ok = sql_next(stmt, &row, err);
        if (!ok || !row)
            break;
        id = sqlite3_column_int64(stmt, 0);
        pid = sqlite3_column_blob(stmt, 1);
        if (!pid || !add_person(&run->changed, id, pid) ||
            (sqlite3_column_int(stmt, 2) && !add_person(&run->writing, id, pid)))
            ok = err_memory(err);
    }
    sqlite3_finalize(stmt);
    if (run->changed.n)
        qsort(run->changed.at, run->changed.n, sizeof(*run->changed.at), by_pid);
    return ok;
}

/*** the segments that are there ***/

static bool path_of(const struct publish_run *run, const uint8_t hash[static 32], const char *kind,
                    char *path, struct err *err)
{
    return manifest_path(run->options->folder, hash, kind, path, PATH_MAX) ||
           err_set(err, ERR_INVALID, "the path %s is too long", run->options->folder);
}

static bool read_pids(const struct publish_run *run, const struct manifest_segment *segment,
                      struct person_id pids[static SEGMENT_PERSONS_MAX], struct err *err)
{
    char path[PATH_MAX];
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool row = false, ok;

    if (!path_of(run, segment->hash, "segment", path, err) ||
        !sql_open(path, SQL_IMMUTABLE, &db, err))
        return false;
    ok = sql_prepare(db, "SELECT data FROM column WHERE name = 'pid'", &stmt, err) &&
         sql_next(stmt, &row, err);
    if (ok && (!row || (size_t)sqlite3_column_bytes(stmt, 0) != segment->persons * sizeof(*pids)))
        ok = err_set(err, ERR_INTERNAL, "%s is damaged: publish with --rebuild", path);
    if (ok)
        memcpy(pids, sqlite3_column_blob(stmt, 0), segment->persons * sizeof(*pids));
    sqlite3_finalize(stmt);
    sql_close(db);
    return ok;
}

/* Persons of a segment that is given up, except those who changed, are written again. */
static bool carry_over(struct publish_run *run, const struct manifest_segment *segment,
                       const struct person_id *pids, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row;
    bool ok = sql_prepare(run->db, "SELECT id FROM person WHERE pid = ?1", &stmt, err);

    for (uint32_t i = 0; ok && i < segment->persons; i++) {
        if (bits_has(segment->dead, i))
            continue;
        sqlite3_bind_blob(stmt, 1, pids[i].b, sizeof(pids[i].b), SQLITE_STATIC);
        ok = sql_next(stmt, &row, err);
        if (ok && row && !add_person(&run->writing, sqlite3_column_int64(stmt, 0), pids[i].b))
            ok = err_memory(err);
        sqlite3_reset(stmt);
    }
    sqlite3_finalize(stmt);
    return ok;
}

/* Marks who is dead now; gives up the open segment and those that are mostly dead; keeps the rest.
 */
static bool review_segment(struct publish_run *run, struct manifest_segment *segment, bool is_last,
                           struct err *err)
{
    static struct person_id pids[SEGMENT_PERSONS_MAX];
    bool open = is_last && segment->persons < SEGMENT_PERSONS_MAX;

    if (!read_pids(run, segment, pids, err))
        return false;
    for (uint32_t i = 0; i < segment->persons; i++)
        if (!bits_has(segment->dead, i) && has_changed(run, &pids[i])) {
            bits_set(segment->dead, i);
            segment->n_dead++;
        }
    if (segment->n_dead == segment->persons)
        return true;
    if ((open && run->writing.n) || segment->n_dead > segment->persons / DEAD_SHARE)
        return carry_over(run, segment, pids, err);
    run->new.segments[run->new.n_segments++] = *segment;
    run->result->segments_kept++;
    side_segments_keep(&run->side, &run->old, (size_t)(segment - run->old.segments), &run->new);
    return true;
}

static bool review_segments(struct publish_run *run, struct err *err)
{
    for (size_t i = 0; !run->afresh && i < run->old.n_main; i++)
        if (!review_segment(run, &run->old.segments[i], i + 1 == run->old.n_main, err))
            return false;
    return true;
}

/*** writing ***/

/* Makes a finished file durable and names it by its content. */
static bool put_in_place(const struct publish_run *run, const char *temporary, const char *kind,
                         uint8_t hash[static 32], struct err *err)
{
    char path[PATH_MAX];

    return file_sync(temporary, err) && file_hash(temporary, hash, err) &&
           path_of(run, hash, kind, path, err) && file_rename(temporary, path, err);
}

static bool temporary_path(const struct publish_run *run, const char *kind, char *path,
                           struct err *err)
{
    return snprintf(path, PATH_MAX, "%s/%s.%d.tmp", run->options->folder, kind, (int)getpid()) <
               PATH_MAX ||
           err_set(err, ERR_INVALID, "the path %s is too long", run->options->folder);
}

static bool write_file(struct publish_run *run, const struct segment_input *input,
                       struct manifest_segment *segment, struct segment_beside *beside,
                       struct err *err)
{
    char path[PATH_MAX];

    *segment = (struct manifest_segment){0};
    if (!temporary_path(run, "segment", path, err))
        return false;
    if (!segment_write(input, path, segment, beside, err) ||
        !put_in_place(run, path, "segment", segment->hash, err)) {
        unlink(path);
        return err_wrap(err, "writing a segment: ");
    }
    run->result->variants += segment->variants;
    run->result->carriers += segment->carriers;
    return true;
}

/* Writes a segment of other calls of the persons of the one written last, if they have any. */
static bool write_beside(struct publish_run *run, const struct segment_input *input,
                         struct err *err)
{
    struct manifest_segment segment;
    struct segment_beside ignored;
    bool needed;

    if (!segment_write_needed(input, &needed, err))
        return false;
    if (!needed)
        return true;
    if (!write_file(run, input, &segment, &ignored, err))
        return false;
    side_segments_add(&run->side, &segment, run->new.n_segments, input);
    return true;
}

/* Tumours once more, by the day of their samples: as many as the person has who has most. */
static bool write_days(struct publish_run *run, const struct segment_input *tumour, struct err *err)
{
    struct segment_input input = *tumour;
    size_t before;

    do {
        before = run->side.n;
        input.nth++;
        if (!write_beside(run, &input, err))
            return false;
    } while (run->side.n > before && input.nth < SEGMENT_TAKEN_MAX);
    return true;
}

static bool write_segment(struct publish_run *run, size_t from, uint32_t n, struct err *err)
{
    struct segment_input input = {.store = run->store,
                                  .closure = &run->closure,
                                  .persons = run->writing.at + from,
                                  .n_persons = n,
                                  .origin = ORIGIN_GERMLINE,
                                  .options = run->options};
    struct segment_input tumour = input, structural = input, both = input;
    struct segment_beside beside;

    if (!write_file(run, &input, &run->new.segments[run->new.n_segments], &beside, err))
        return false;
    run->new.n_segments++;
    run->result->segments_written++;
    run->result->persons_new += n;
    tumour.origin = both.origin = ORIGIN_SOMATIC;
    structural.structural = both.structural = true;
    return (!beside.structural || write_beside(run, &structural, err)) &&
           (!beside.tumours || (write_beside(run, &tumour, err) && write_beside(run, &both, err) &&
                                write_days(run, &tumour, err)));
}

static bool write_segments(struct publish_run *run, struct err *err)
{
    if (run->writing.n)
        qsort(run->writing.at, run->writing.n, sizeof(*run->writing.at), by_id);
    for (size_t from = 0; from < run->writing.n; from += SEGMENT_PERSONS_MAX) {
        size_t left = run->writing.n - from;
        uint32_t n = left < SEGMENT_PERSONS_MAX ? (uint32_t)left : SEGMENT_PERSONS_MAX;

        if (run->options->progress)
            run->options->progress(run->options->progress_of, "persons", from, run->writing.n);
        if (!write_segment(run, from, n, err))
            return false;
    }
    return true;
}

static bool size_of(const char *path, uint64_t *bytes, struct err *err)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return err_set(err, ERR_INTERNAL, "cannot read %s: %s", path, strerror(errno));
    *bytes = (uint64_t)info.st_size;
    return true;
}

static bool write_terms(struct publish_run *run, struct err *err)
{
    char path[PATH_MAX];

    if (run->had_old && run->old.has_terms &&
        memcmp(run->old.terms_content, run->new.terms_content, 32) == 0) {
        memcpy(run->new.terms_hash, run->old.terms_hash, 32);
        run->new.terms_bytes = run->old.terms_bytes;
        return true;
    }
    if (!temporary_path(run, "terms", path, err))
        return false;
    if (!terms_file_write(run->db, path, err) ||
        !put_in_place(run, path, "terms", run->new.terms_hash, err)) {
        unlink(path);
        return err_wrap(err, "writing the terms: ");
    }
    return path_of(run, run->new.terms_hash, "terms", path, err) &&
           size_of(path, &run->new.terms_bytes, err);
}

/*** the whole ***/

static bool same_terms(const struct publish_run *run)
{
    return run->old.has_terms == run->new.has_terms &&
           (!run->new.has_terms || memcmp(run->old.terms_content, run->new.terms_content, 32) == 0);
}

/* Those that the store knows: the operator declared them, and no sample decides which are here. */
static bool read_assays(struct publish_run *run, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    bool ok = sql_prepare(run->db,
                          "SELECT name, assembly, max(whole_genome) FROM assay"
                          " WHERE length(CAST(name AS BLOB)) < ?1"
                          " GROUP BY name, assembly ORDER BY name, assembly LIMIT ?2",
                          &stmt, err);

    if (ok) {
        sqlite3_bind_int(stmt, 1, MANIFEST_ASSAY_BYTES);
        sqlite3_bind_int(stmt, 2, MANIFEST_ASSAYS_MAX);
    }
    while (ok && row) {
        struct manifest_assay *assay = &run->new.assays[run->new.n_assays];

        ok = sql_next(stmt, &row, err);
        if (!ok || !row)
            break;
        snprintf(assay->name, sizeof(assay->name), "%s",
                 (const char *)sqlite3_column_text(stmt, 0));
        assay->assembly = (uint8_t)sqlite3_column_int(stmt, 1);
        assay->whole_genome = sqlite3_column_int(stmt, 2) != 0;
        run->new.n_assays++;
    }
    sqlite3_finalize(stmt);
    return ok;
}

static bool same_deliveries(const struct deliveries *a, const struct deliveries *b)
{
    bool same = a->n == b->n;

    for (size_t i = 0; same && i < a->n; i++)
        same = a->at[i].kind == b->at[i].kind && a->at[i].since == b->at[i].since &&
               strcmp(a->at[i].system, b->at[i].system) == 0;
    return same;
}

static uint64_t count_persons(const struct manifest *manifest)
{
    uint64_t n = 0;

    for (size_t i = 0; i < manifest->n_main; i++)
        n += manifest->segments[i].persons - manifest->segments[i].n_dead;
    return n;
}

static uint64_t count_events(const struct manifest *manifest)
{
    uint64_t n = 0;

    for (size_t i = 0; i < manifest->n_main; i++) {
        const struct manifest_segment *segment = &manifest->segments[i];

        n += segment->events * (segment->persons - segment->n_dead) / segment->persons;
    }
    return n;
}

static void sum_up(struct publish_run *run, const struct manifest *manifest)
{
    struct publish_result *result = run->result;

    memcpy(result->id, manifest->id, 32);
    result->bytes = manifest->has_terms ? manifest->terms_bytes : 0;
    result->persons = count_persons(manifest);
    for (size_t i = 0; i < manifest->n_segments; i++) {
        result->persons_dead += i < manifest->n_main ? manifest->segments[i].n_dead : 0;
        result->bytes += manifest->segments[i].bytes;
    }
    result->has_hp = closure_find(&run->closure, "hp") != NULL;
}

static bool prepare(struct publish_run *run, struct err *err)
{
    size_t room;

    if (!file_make_folder(run->options->folder, 0700, err) ||
        !manifest_read(run->options->folder, &run->old, &run->had_old, err) ||
        !closure_load(run->db, &run->closure, err) ||
        /* One view of the store, and no lock to be taken for each statement. */
        !sql_run(run->db, "BEGIN", err) ||
        !sql_number(run->db, "SELECT epoch FROM state", 0, &run->new.epoch, err))
        return false;
    if (!deliveries_in_force(run->store, &run->new.deliveries, err) || !read_assays(run, err))
        return false;
    run->result->persons_was = count_persons(&run->old); /* reviewing marks who is dead */
    run->result->events_was = count_events(&run->old);
    if (!references_read(run->db, run->options->dir, run->new.references, err))
        return false;
    run->new.date = run->options->date;
    run->new.has_terms = run->closure.n > 0;
    terms_file_content(&run->closure, run->new.terms_content);
    /* Terms are closed over when a segment is written, so another release means writing them all.
     */
    run->afresh = !run->had_old || run->options->rebuild || !same_terms(run);
    if (!read_changed(run, err))
        return false;
    room = run->old.n_main + 1 + run->changed.n / SEGMENT_PERSONS_MAX + run->old.n_main;
    if ((1 + SIDE_SEGMENTS_EACH) * room > MANIFEST_SEGMENTS_MAX)
        return err_set(err, ERR_EXHAUSTED, "a snapshot has at most %d segments",
                       MANIFEST_SEGMENTS_MAX);
    run->new.segments = calloc((1 + SIDE_SEGMENTS_EACH) * (room + 1), sizeof(*run->new.segments));
    return (run->new.segments || err_memory(err)) && side_segments_open(&run->side, room, err);
}

static bool shrank(uint64_t was, uint64_t is)
{
    return is * 100 < was * (100 - PUBLISH_SHRINK_PERCENT);
}

static bool check_shrink(struct publish_run *run, struct err *err)
{
    struct publish_result *result = run->result;
    bool persons;

    result->events = count_events(&run->new);
    persons = shrank(result->persons_was, count_persons(&run->new));
    if (!run->options->guards_shrink || (!persons && !shrank(result->events_was, result->events)))
        return true;
    return err_set(err, ERR_INVALID,
                   "%s would go from %llu to %llu, by more than %d %%; nothing was published; if "
                   "that is right, add --accept-shrink; else undo the import "
                   "(rikstal-node import list)",
                   persons ? "persons" : "coded events",
                   (unsigned long long)(persons ? result->persons_was : result->events_was),
                   (unsigned long long)(persons ? count_persons(&run->new) : result->events),
                   PUBLISH_SHRINK_PERCENT);
}

/* Fixes the public sizes of this snapshot. The price in work of every question follows from them.
 */
static void fix_sizes(struct publish_run *run)
{
    struct sizes_of of = manifest_sizes_of(&run->new);

    run->new.sizes = sizes_choose(&of, run->old.has_sizes ? &run->old.sizes : NULL);
    run->new.has_sizes = true;
}

static bool write_all(struct publish_run *run, struct err *err)
{
    if (!review_segments(run, err) || !write_segments(run, err))
        return false;
    side_segments_append(&run->side, &run->new);
    if (!check_shrink(run, err))
        return false;
    fix_sizes(run);
    return (!run->new.has_terms || write_terms(run, err)) &&
           references_put(run->options->dir, run->options->folder, run->new.references, err) &&
           manifest_write(run->options->folder, &run->new, err);
}

bool publish(struct store *store, const struct publish_options *options,
             struct publish_result *result, struct err *err)
{
    assert(store && options && result);
    struct publish_result made = {0};
    struct publish_run run = {
        .store = store, .db = store_db(store), .options = options, .result = &made};
    bool ok = prepare(&run, err);

    if (ok) {
        leftovers_remove(options->folder);
        made.changed = run.afresh || run.changed.n > 0 ||
                       !same_deliveries(&run.old.deliveries, &run.new.deliveries) ||
                       !references_same(run.old.references, run.new.references);
        ok = !made.changed || write_all(&run, err);
    }
    if (ok) {
        sum_up(&run, made.changed ? &run.new : &run.old);
        if (made.changed)
            leftovers_reclaim(options, &run.new, run.had_old ? &run.old : NULL);
        else
            made.segments_kept = run.old.n_main;
        *result = made;
    }
    sql_rollback(run.db); /* nothing was written there */
    closure_clear(&run.closure);
    manifest_clear(&run.old);
    manifest_clear(&run.new);
    side_segments_close(&run.side);
    free(run.changed.at);
    free(run.writing.at);
    return ok;
}
