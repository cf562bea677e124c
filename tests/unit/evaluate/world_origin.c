/* SPDX-License-Identifier: Apache-2.0 */
/* Which calls of a world are of tumours, how a world is asked, and how it ends. */
#include <ftw.h>
#include <stdio.h>
#include <string.h>

#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "tests/unit/evaluate/world.h"

bool world_with_tumours;

void world_tumours(struct world *world)
{
    uint64_t state = world->seed;

    world->has_tumours = true;
    for (size_t f = 0; f < world->n_files; f++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        world->files[f].somatic = state >> 33 & 1;
    }
    for (size_t f = 0; f < world->n_files; f++)
        for (size_t p = 0; p < world->n_persons; p++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            world->files[f].taken[p] = state >> 33 & 7 ? 15000 + (int32_t)(state >> 40) % 900 : 0;
        }
    for (size_t p = 0; p < world->n_persons; p++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        world->persons[p].tumour = (uint32_t)(state >> 33 & state >> 40);
    }
}

int64_t world_share(const struct world *world, size_t file, size_t person, int variant)
{
    static const int64_t shares[] = {-1,       0,        200000,   9999999,   10000000,
                                     49900000, 50000000, 99000000, 300000000, 1000000000};
    size_t n = sizeof(shares) / sizeof(shares[0]);

    if (world->files[file].shares)
        return world->files[file].shares[person];
    return shares[(file * 5 + person * 7 + (size_t)variant * 3 + person / 4) % n];
}

void world_view(const struct world *world, bool somatic, struct world *view)
{
    *view = *world;
    for (size_t f = 0; f < world->n_files; f++)
        if (world->files[f].somatic != somatic)
            memset(view->files[f].has_person, 0, sizeof(view->files[f].has_person));
    for (size_t p = 0; somatic && p < world->n_persons; p++)
        for (int v = 0; v < WORLD_VARIANTS; v++)
            view->persons[p].genotype[v] =
                world->persons[p].tumour >> v & 1 ? GENO_CARRIER : GENO_REF;
}

int32_t world_taken(const struct world_file *file, size_t person)
{
    return file->somatic && file->taken[person] ? file->taken[person] : PERSON_NO_DATE;
}

void world_view_day(const struct world *world, size_t person, int32_t day, struct world *view)
{
    world_view(world, true, view);
    for (size_t f = 0; f < world->n_files; f++)
        if (world_taken(&world->files[f], person) != day)
            view->files[f].has_person[person] = false;
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
    (void)stat, (void)flag, (void)ftw;
    return remove(path);
}

void world_clear(struct world *world)
{
    snapshot_close(world->snapshot);
    arena_free(world->arena);
    nftw(world->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct asked_of world_asked_of(struct world *world)
{
    return (struct asked_of){.snapshot = world->snapshot,
                             .population = world->population,
                             .region = WORLD_REGION,
                             .limits = &world->limits,
                             .fixed_work = world->fixed_work};
}
