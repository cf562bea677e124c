/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole segment file, damaged, opened and asked: it is refused with a reason or answered, with no
 * more persons than it has. The hash in the manifest is that of the damaged file, as of one that a
 * faulty writer or a stranger made.
 *
 * The input is a list of edits to the one segment of a small random region. In turn: a byte that
 * chooses the kind, two of where, one of how many bytes follow (EDIT_BYTES at most), and these.
 */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>
#include <sqlite3.h>

#include "node/evaluate/criterion.h"
#include "node/evaluate/evaluate.h"
#include "node/evaluate/truth.h"
#include "node/evaluate/why.h"
#include "node/privacy/cells_inside.h"
#include "node/snapshot/manifest.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "proto/query/parse.h"
#include "proto/query/shape.h"
#include "tests/unit/evaluate/world.h"

#define EDITS_MAX 8
#define EDIT_BYTES 32
#define ROWS 32 /* of a table that may be edited */
#define COLUMNS_MAX 64
#define SEGMENT_BYTES_MAX ((size_t)4 << 20)
#define ARENA_BYTES ((size_t)32 << 20)

enum edit_kind { EDIT_FILE, EDIT_OVER, EDIT_CUT, EDIT_PUT, EDIT_NUMBER, EDIT_ROW, EDIT_KINDS };

struct edit {
    enum edit_kind kind;
    uint32_t where;
    const uint8_t *bytes;
    size_t n;
};

/* A column of a table of the segment. */
struct place {
    char table[32];
    char column[32];
    char key[32]; /* the first column: some tables have no rowid */
};

struct asked_text {
    const char *text;
    const char *by;      /* dimensions of a breakdown, or NULL */
    const char *changes; /* of a frequency, or NULL */
};

static const struct asked_text texts[] = {
    {"sex = female and age >= 40", NULL, NULL},
    {"not birth_year < 1980 and phenotype under HP:0000118", NULL, NULL},
    {"phenotype excluded HP:0000008 or diagnosis under icd10:C50", NULL, NULL},
    {"code = igsr:GBR and not diagnosis = icd10:E119", NULL, NULL},
    {"variant(gene = AAA1)", NULL, NULL},
    {"not variant(gene in (AAA1, BBB2) and consequence in (lof) and clinvar = pathogenic)", NULL,
     NULL},
    {"variant(gene = CCC3 and af <= 1% and zygosity = hom)", NULL, NULL},
    {"variant(change = GRCh38:1-1000-A-C) or variant(change = GRCh37:1-1400-A-C)", NULL, NULL},
    {"variant(locus = GRCh38:1:950-6000 and zygosity in (het, hemi))", NULL, NULL},
    {"not variant(locus = GRCh37:1:900-9000)", NULL, NULL},
    {"variant(consequence in (missense_or_worse) and af <= 5%)", NULL, NULL},
    {"variant(zygosity = hom and af >= 1%)", NULL, NULL},
    {"at least 2 of (sex = male, variant(gene = BBB2), phenotype under HP:0000002)", NULL, NULL},
    {"age >= 0", "sex,age_band", NULL},
    {"age >= 0", NULL, "GRCh38:1-1000-A-C,GRCh38:1-1950-A-G,GRCh37:1-2000-A-T"},
};
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static struct asked {
    struct ast ast;
    struct shape shape;
} asked[TEXTS];

static char folder[64];
static struct manifest manifest;
static uint8_t *base;
static size_t base_size;
static uint32_t n_persons;
static struct place places[COLUMNS_MAX];
static size_t n_places;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "fuzz_segment: %s\n", what);
        abort();
    }
}

/* ---- the region ------------------------------------------------------------------------------ */

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
    (void)stat, (void)flag, (void)ftw;
    return remove(path);
}

static void leave(void)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void read_asked(struct arena *arena)
{
    struct err err;

    for (size_t i = 0; i < TEXTS; i++) {
        Rikstal__V1__Question q = RIKSTAL__V1__QUESTION__INIT;

        q.measure = texts[i].by        ? RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN
                    : texts[i].changes ? RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY
                                       : RIKSTAL__V1__MEASURE__MEASURE_COUNT;
        must(parse_text(texts[i].text, arena, &asked[i].ast, &err), err.text);
        must(!texts[i].by || shape_dimensions(texts[i].by, arena, &q, &err), err.text);
        must(!texts[i].changes || shape_changes(texts[i].changes, arena, &q, &err), err.text);
        must(shape_read(&q, arena, &asked[i].shape, &err), err.text);
    }
}

/* Every column of every table but those that are the file's own. */
static void read_places(sqlite3 *db)
{
    sqlite3_stmt *rows;

    must(sqlite3_prepare_v2(db,
                            "SELECT m.name, c.name, (SELECT name FROM pragma_table_info(m.name) "
                            "WHERE cid = 0) FROM sqlite_master m, pragma_table_info(m.name) c "
                            "WHERE m.type = 'table' ORDER BY 1, c.cid",
                            -1, &rows, NULL) == SQLITE_OK,
         "no tables");
    while (n_places < COLUMNS_MAX && sqlite3_step(rows) == SQLITE_ROW) {
        struct place *place = &places[n_places++];

        snprintf(place->table, sizeof(place->table), "%s", sqlite3_column_text(rows, 0));
        snprintf(place->column, sizeof(place->column), "%s", sqlite3_column_text(rows, 1));
        snprintf(place->key, sizeof(place->key), "%s", sqlite3_column_text(rows, 2));
    }
    sqlite3_finalize(rows);
    must(n_places > 20 && n_places < COLUMNS_MAX, "other tables than were expected");
}

static sqlite3 *open_bytes(const uint8_t *bytes, size_t size)
{
    uint8_t *own = sqlite3_malloc64(size);
    sqlite3 *db = NULL;

    must(own && sqlite3_open(":memory:", &db) == SQLITE_OK, "no memory");
    memcpy(own, bytes, size);
    must(sqlite3_deserialize(db, "main", own, (sqlite3_int64)size, (sqlite3_int64)size,
                             SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) ==
             SQLITE_OK,
         "no database");
    return db;
}

/* The first of the random regions that has every kind of thing. */
static void make_region(struct world *world)
{
    for (uint64_t seed = 1;; seed++) {
        bool whole;

        world_make(world, seed);
        whole = world->has_hpo && world->has_genes && world->n_persons > 60 && world->n_files > 3 &&
                world->undelivered == 0;
        if (whole)
            return;
        world_clear(world);
    }
}

static void copy_file(struct arena *arena, const char *from, const uint8_t *hash, const char *kind)
{
    char path[512];
    uint8_t *data;
    size_t size;
    struct err err;

    must(manifest_path(from, hash, kind, path, sizeof(path)) &&
             file_read(path, SEGMENT_BYTES_MAX, arena, &data, &size, &err) &&
             manifest_path(folder, hash, kind, path, sizeof(path)) &&
             file_write(path, data, size, 0600, &err),
         "a file of the snapshot is not there");
}

static void set_up(void)
{
    static struct arena *arena; /* for the whole run */
    struct world *world = calloc(1, sizeof(*world));
    char path[512], from[128];
    struct err err;
    sqlite3 *db;
    bool found;

    arena = arena_new(ARENA_BYTES);
    must(world && arena && random_start(), "no memory");
    snprintf(folder, sizeof(folder), "%s/rikstal-fuzz-segment-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    must(mkdtemp(folder) != NULL, "no folder");
    atexit(leave);
    make_region(world);
    snprintf(from, sizeof(from), "%s/snapshot", world->folder);
    must(manifest_read(from, &manifest, &found, &err) && found && manifest.n_segments == 1,
         "not one segment");
    must(manifest_path(from, manifest.segments[0].hash, "segment", path, sizeof(path)) &&
             file_read(path, SEGMENT_BYTES_MAX, arena, &base, &base_size, &err),
         "no segment");
    copy_file(arena, from, manifest.terms_hash, "terms");
    n_persons = manifest.segments[0].persons;
    world_clear(world);
    free(world);
    db = open_bytes(base, base_size);
    read_places(db);
    sqlite3_close(db);
    read_asked(arena);
}

/* ---- the damage ------------------------------------------------------------------------------ */

static size_t read_edits(const uint8_t *data, size_t size, struct edit *edits)
{
    size_t n = 0, at = 0;

    while (n < EDITS_MAX && size - at >= 4) {
        struct edit *edit = &edits[n++];

        *edit = (struct edit){.kind = data[at] % EDIT_KINDS,
                              .where = (uint32_t)data[at + 1] << 8 | data[at + 2],
                              .n = data[at + 3] % (EDIT_BYTES + 1)};
        at += 4;
        if (edit->n > size - at)
            edit->n = size - at;
        edit->bytes = data + at;
        at += edit->n;
    }
    return n;
}

static int64_t number_of(const struct edit *edit)
{
    uint64_t number = 0;

    for (size_t i = 0; i < edit->n && i < 8; i++)
        number |= (uint64_t)edit->bytes[i] << (8 * i);
    return (int64_t)number;
}

/* The new value of a blob or text, from the old one. */
static void bind_changed(sqlite3_stmt *put, const struct edit *edit, const uint8_t *old, size_t n)
{
    static uint8_t bytes[SEGMENT_BYTES_MAX];

    if (edit->kind == EDIT_PUT) {
        memcpy(bytes, edit->bytes, edit->n);
        n = edit->n;
    } else {
        size_t at = n > 0 && edit->n > 0 ? edit->bytes[0] * n / 256 : 0;

        if (n > 0)
            memcpy(bytes, old, n);
        if (edit->kind == EDIT_CUT)
            n = at;
        else
            for (size_t i = 1; i < edit->n && at + i - 1 < n; i++)
                bytes[at + i - 1] = edit->bytes[i];
    }
    sqlite3_bind_blob64(put, 1, bytes, n, SQLITE_TRANSIENT);
}

static void bind_value(sqlite3_stmt *put, const struct edit *edit, sqlite3_stmt *get)
{
    const uint8_t *old = sqlite3_column_blob(get, 1);
    size_t n = (size_t)sqlite3_column_bytes(get, 1);
    char text[EDIT_BYTES + 1];

    if (edit->kind == EDIT_NUMBER) {
        sqlite3_bind_int64(put, 1, number_of(edit));
    } else if (sqlite3_column_type(get, 1) == SQLITE_TEXT) {
        snprintf(text, sizeof(text), "%.*s", (int)edit->n, (const char *)edit->bytes);
        sqlite3_bind_text(put, 1, text, -1, SQLITE_TRANSIENT);
    } else {
        must(n <= SEGMENT_BYTES_MAX, "a blob that is too long");
        bind_changed(put, edit, old, n);
    }
}

/* Changes one value of one row; an edit that its table does not allow changes nothing. */
static void change_value(sqlite3 *db, const struct edit *edit)
{
    const struct place *place = &places[(edit->where >> 8) % n_places];
    bool row = edit->kind == EDIT_ROW;
    sqlite3_stmt *get = NULL, *put = NULL;
    char sql[300];

    snprintf(sql, sizeof(sql), "SELECT \"%s\", \"%s\" FROM \"%s\" LIMIT 1 OFFSET ?1", place->key,
             place->column, place->table);
    must(sqlite3_prepare_v2(db, sql, -1, &get, NULL) == SQLITE_OK, "no such column");
    sqlite3_bind_int(get, 1, (int)(edit->where & 0xff) % ROWS);
    snprintf(sql, sizeof(sql),
             row ? "DELETE FROM \"%s\" WHERE \"%s\" IS ?2"
                 : "UPDATE OR IGNORE \"%s\" SET \"%s\" = ?1 WHERE \"%s\" IS ?2",
             place->table, row ? place->key : place->column, place->key);
    must(sqlite3_prepare_v2(db, sql, -1, &put, NULL) == SQLITE_OK, "no such column");
    if (sqlite3_step(get) == SQLITE_ROW) {
        if (!row)
            bind_value(put, edit, get);
        sqlite3_bind_value(put, 2, sqlite3_column_value(get, 0));
        (void)sqlite3_step(put);
    }
    sqlite3_finalize(put);
    sqlite3_finalize(get);
}

/* What is edited in tables first, then what is edited in the bytes of the file. */
static uint8_t *damage(const struct edit *edits, size_t n, size_t *size)
{
    sqlite3 *db = open_bytes(base, base_size);
    sqlite3_int64 bytes = 0;
    uint8_t *out;

    for (size_t i = 0; i < n; i++)
        if (edits[i].kind != EDIT_FILE)
            change_value(db, &edits[i]);
    out = sqlite3_serialize(db, "main", &bytes, 0);
    must(out && bytes > 0, "no file");
    *size = (size_t)bytes;
    for (size_t i = 0; i < n; i++)
        for (size_t b = 0; edits[i].kind == EDIT_FILE && b < edits[i].n; b++)
            out[(edits[i].where * UINT64_C(4) + b) % *size] = edits[i].bytes[b];
    sqlite3_close(db);
    return out;
}

/* ---- the questions --------------------------------------------------------------------------- */

static void told(bool ok, const struct err *err)
{
    must(ok || (err->code != ERR_NONE && err->text[0]), "a refusal without a reason");
}

static void ask_released(const struct asked_of *of, const struct asked *one)
{
    struct cells *cells = cells_new(one->shape.measure.n_cells);
    struct err err = {0};
    bool answered;

    must(cells != NULL, "no memory");
    answered = evaluate(of, &one->ast, &one->shape, cells, &err);
    told(answered, &err);
    for (size_t i = 0; answered && i < cells_count(cells); i++)
        must(cells->value[i] >= 0 && cells->value[i] <= n_persons, "more persons than there are");
    cells_free(cells);
}

static void ask_own(const struct asked_of *of, const struct asked *one)
{
    struct true_count count = {0};
    struct why why = {0};
    struct err err = {0};
    bool answered = truth_count(of, &one->ast, &count, &err);

    told(answered, &err);
    must(!answered ||
             (count.persons <= n_persons && count.matched + count.undetermined <= count.persons),
         "more persons than there are");
    err = (struct err){0};
    told(why_count(of, &one->ast, &why, &err), &err);
}

static void ask_all(bool released, const struct eligibility *who)
{
    struct limits limits = {.deadline_ms = INT64_MAX};
    struct asked_of of = {.region = "12", .limits = &limits, .fixed_work = released};
    struct arena *arena = arena_new(ARENA_BYTES);
    struct snapshot *snapshot = NULL;
    struct population *population = NULL;
    struct err err = {0};
    bool opened = snapshot_open(folder, SNAPSHOT_HASH_ALL, &snapshot, &err);

    must(arena != NULL, "no memory");
    told(opened, &err);
    if (opened && released)
        snapshot_by_assays(snapshot);
    if (opened && population_new(snapshot, who, arena, &population, &err)) {
        of.snapshot = snapshot;
        of.population = population;
        for (size_t i = 0; i < TEXTS; i++) {
            if (released)
                ask_released(&of, &asked[i]);
            else if (!texts[i].by && !texts[i].changes)
                ask_own(&of, &asked[i]);
        }
    }
    snapshot_close(snapshot);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct eligibility of_one_disease = {
        .need = 1, .unrecorded = true, .today = WORLD_TODAY, .disease = {"icd10", "C501"}};
    struct manifest_segment *segment;
    struct edit edits[EDITS_MAX];
    char path[512];
    struct err err;
    uint8_t *file;
    size_t bytes;

    if (!base)
        set_up();
    file = damage(edits, read_edits(data, size, edits), &bytes);
    segment = &manifest.segments[0];
    segment->bytes = bytes;
    crypto_generichash(segment->hash, 32, file, bytes, NULL, 0);
    must(manifest_path(folder, segment->hash, "segment", path, sizeof(path)) &&
             file_write(path, file, bytes, 0600, &err) && manifest_write(folder, &manifest, &err),
         "not written");
    sqlite3_free(file);
    ask_all(true, &of_one_disease);
    ask_all(false, &eligibility_everybody);
    unlink(path);
    must(manifest_path(folder, manifest.id, "manifest", path, sizeof(path)), "no path");
    unlink(path);
    return 0;
}
