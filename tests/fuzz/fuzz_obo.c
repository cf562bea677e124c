/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a term file of every system: it is loaded whole, or refused with nothing changed.
 */
#include <assert.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "node/terms/graph.h"
#include "node/terms/terms_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_loaded(sqlite3 *db, const char *system)
{
    struct term_graph *graph = NULL;
    struct term_release release;
    struct err err;
    bool found = false;

    assert(terms_release(db, system, &release, &found, &err) && found);
    assert(release.n_terms > 0);
    assert(term_graph_load(db, system, &graph, &err));
    term_graph_free(graph);
}

static void check_refused(sqlite3 *db)
{
    struct term_release releases[TERM_SYSTEMS_MAX];
    struct err err;
    size_t n = 1;

    assert(sqlite3_get_autocommit(db));
    assert(terms_releases(db, releases, &n, &err));
    assert(n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const systems[] = {"hpo", "icd10", "atc", "genes", "hgnc"};
    static const char *const stored[] = {"hp", "icd10", "atc", NULL, "hgnc"};
    struct terms_load_options options = {.assembly = 2};
    int fd = memfd_create("fuzz", 0);
    char path[64];

    assert(fd >= 0);
    assert(write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    for (size_t i = 0; i < 5; i++) {
        struct terms_load_result result;
        sqlite3 *db = NULL;
        struct err err;

        assert(sqlite3_open(":memory:", &db) == SQLITE_OK);
        if (!terms_load(db, systems[i], path, &options, &result, &err))
            check_refused(db);
        else if (stored[i])
            check_loaded(db, stored[i]);
        assert(sqlite3_close(db) == SQLITE_OK);
    }
    close(fd);
    return 0;
}
