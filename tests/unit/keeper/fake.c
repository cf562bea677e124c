/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/keeper/fake.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/evaluate.h"
#include "node/evaluate/target.h"
#include "node/snapshot/snapshot.h"
#include "node/snapshot/snapshot_releases.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"

struct fake fake = {.matched = 1234, .undetermined = 56, .release = "2026-06-01"};

struct snapshot {
    struct snapshot_info info;
    struct snapshot_system system;
    bool by_assays;
};

bool snapshot_open(const char *folder, enum snapshot_check check, struct snapshot **out,
                   struct err *err)
{
    (void)check;
    struct arena *arena = arena_new(1 << 16);
    struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
    char *path = arena ? arena_printf(arena, "%s/current", folder) : NULL;
    uint8_t *data;
    size_t size;
    bool read = snapshot && path && file_read(path, 1000, arena, &data, &size, err);

    if (read && size >= 3 && memcmp(data, "bad", 3) == 0)
        read = err_set(err, ERR_INTERNAL, "this snapshot's hash is wrong");

    if (read) {
        crypto_generichash(snapshot->info.id, 32, data, size, NULL, 0);
        snapshot->info.date = 20000;
        snapshot->info.n_systems = 1;
        snapshot->info.n_deliveries = 2;
        snapshot->info.n_declared_assays = 2;
        snapshot->info.n_segments = 1;
        snapshot->info.sizes = fake.sizes;
        snapshot->info.has_genes = snapshot->info.has_genes_38 = true;
        snapshot->system = (struct snapshot_system){"hp", fake.release, true};
        *out = snapshot;
    } else {
        free(snapshot);
    }
    arena_free(arena);
    return read;
}

/* Whose files are gone is called by zeros. */
bool snapshot_open_id(const char *folder, const uint8_t id[static 32], struct snapshot **out,
                      struct err *err)
{
    static const uint8_t gone[32];
    struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

    (void)folder;
    if (!snapshot || memcmp(id, gone, sizeof(gone)) == 0) {
        free(snapshot);
        return err_set(err, ERR_INTERNAL, "this snapshot's files are gone");
    }
    memcpy(snapshot->info.id, id, sizeof(snapshot->info.id));
    snapshot->info.date = 20000;
    snapshot->info.n_systems = 1;
    snapshot->info.n_segments = 1;
    snapshot->info.sizes = fake.sizes;
    snapshot->info.has_genes = snapshot->info.has_genes_38 = true;
    snapshot->system = (struct snapshot_system){"hp", fake.release, true};
    *out = snapshot;
    return true;
}

void snapshot_close(struct snapshot *snapshot)
{
    free(snapshot);
}

void snapshot_by_assays(struct snapshot *snapshot)
{
    snapshot->by_assays = true;
}

const struct snapshot_info *snapshot_info(const struct snapshot *snapshot)
{
    return &snapshot->info;
}

struct segment *snapshot_segment(struct snapshot *snapshot, size_t i)
{
    (void)i;
    return (struct segment *)snapshot;
}

const struct snapshot_system *snapshot_system(const struct snapshot *snapshot, size_t i)
{
    (void)i;
    return &snapshot->system;
}

const struct segment_persons *segment_persons(const struct segment *segment)
{
    static struct person_id ids[FAKE_PERSONS];
    static struct segment_persons persons;

    (void)segment;
    for (uint32_t i = 0; i < FAKE_PERSONS; i++)
        memcpy(ids[i].b, &(uint64_t){i * UINT64_C(0x9e3779b97f4a7c15)}, sizeof(uint64_t));
    persons = (struct segment_persons){.n = fake.persons, .id = ids};
    return &persons;
}

static const uint8_t *file_bytes(void)
{
    static uint8_t file[FAKE_FILE_BYTES];

    for (size_t i = 0; i < sizeof(file); i++)
        file[i] = fake_file_byte(i);
    return file;
}

/* One with a file, one without. */
bool snapshot_releases(struct snapshot *snapshot,
                       struct snapshot_release out[static TERM_SYSTEMS_MAX], size_t *n,
                       struct err *err)
{
    (void)err;
    out[0] = (struct snapshot_release){.system = "hp",
                                       .release = snapshot->system.release,
                                       .has_file = true,
                                       .size = FAKE_FILE_BYTES};
    crypto_generichash(out[0].hash, 32, file_bytes(), FAKE_FILE_BYTES, NULL, 0);
    out[1] = (struct snapshot_release){.system = "genes:GRCh38", .release = "x"};
    *n = 2;
    return true;
}

bool snapshot_release_piece(struct snapshot *snapshot, const uint8_t hash[static 32],
                            uint32_t piece, uint8_t out[static RELEASE_PIECE_BYTES], size_t *size,
                            struct err *err)
{
    uint8_t is[32];

    (void)snapshot;
    (void)err;
    crypto_generichash(is, sizeof(is), file_bytes(), FAKE_FILE_BYTES, NULL, 0);
    *size = memcmp(is, hash, sizeof(is)) == 0 ? release_piece_size(FAKE_FILE_BYTES, piece) : 0;
    if (*size)
        memcpy(out, file_bytes() + piece * RELEASE_PIECE_BYTES, *size);
    return true;
}

struct snapshot_delivery snapshot_delivery(const struct snapshot *snapshot, size_t i)
{
    (void)snapshot;
    return (struct snapshot_delivery){"diagnosis", i ? "omim" : "icd10",
                                      i ? PERSON_NO_DATE : 16436};
}

/* The second one's name must not leave. */
struct snapshot_assay snapshot_declared_assay(const struct snapshot *snapshot, size_t i)
{
    (void)snapshot;
    return (struct snapshot_assay){
        .name = i ? "for 19121212-1212" : "wgs", .assembly = VARIANT_GRCH38, .whole_genome = true};
}

bool population_new(struct snapshot *snapshot, const struct eligibility *who, struct arena *arena,
                    struct population **out, struct err *err)
{
    fake.by_assays = snapshot->by_assays;
    fake.who = *who;
    *out = arena_alloc(arena, 16);
    return *out || err_memory(err);
}

bool target_check_changes(struct snapshot *snapshot, const struct ast *question,
                          const struct target_changes *changes, struct arena *arena,
                          struct err *err)
{
    (void)snapshot;
    (void)question;
    (void)changes;
    (void)arena;
    return !fake.bad_change || err_set(err, ERR_INVALID, "GRCh38:1:1000 is G there");
}

static bool stopped(const struct asked_of *of, struct err *err)
{
    fake.evaluations++;
    fake.left_ms = of->limits->deadline_ms - clock_mono_ms();
    if (fake.out_of_time)
        return !err_set(err, ERR_UNAVAILABLE, "out of time");
    return fake.broken && !err_set(err, ERR_INTERNAL, "broken");
}

/* Every cell another number, so that one in another's place is seen. */
static void fill(struct cells *cells)
{
    for (size_t i = 0; i < cells_count(cells); i++)
        cells_put(cells, i, fake.matched + FAKE_STEP * (int64_t)i);
}

static void find(struct cells *cells)
{
    uint64_t words[(FAKE_PERSONS + 63) / 64] = {0};

    for (uint32_t i = 0; i < (uint32_t)fake.matched; i++)
        words[i / 64] |= UINT64_C(1) << (i % 64);
    cells_enter(cells, CELL_MATCHED,
                &(struct cells_who){0, words, sizeof(words) / sizeof(words[0])});
}

bool evaluate(const struct asked_of *of, const struct ast *ast, const struct shape *shape,
              struct cells *cells, struct err *err)
{
    (void)ast;
    if (shape->measure.kind != MEASURE_COUNT)
        fill(cells);
    if (stopped(of, err))
        return false;
    if (fake.persons > 0) {
        find(cells);
    } else if (shape->measure.kind == MEASURE_COUNT) {
        cells_put(cells, CELL_MATCHED, fake.matched);
        cells_put(cells, CELL_UNDETERMINED, fake.undetermined);
    }
    return true;
}
