/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/closure.h"

#include <assert.h>
#include <string.h>

#define GENES "genes:"

bool closure_load(struct sqlite3 *db, struct closure *closure, struct err *err)
{
    struct closure loaded = {0};

    if (!terms_releases(db, loaded.releases, &loaded.n, err))
        return false;
    for (size_t i = 0; i < loaded.n; i++) {
        const char *system = loaded.releases[i].system;

        if (strncmp(system, GENES, strlen(GENES)) != 0 &&
            !term_graph_load(db, system, &loaded.graphs[i], err)) {
            closure_clear(&loaded);
            return false;
        }
    }
    *closure = loaded;
    return true;
}

void closure_clear(struct closure *closure)
{
    for (size_t i = 0; i < closure->n; i++)
        term_graph_free(closure->graphs[i]);
    *closure = (struct closure){0};
}

const struct term_graph *closure_find(const struct closure *closure, const char *system)
{
    assert(closure);
    for (size_t i = 0; i < closure->n; i++)
        if (closure->graphs[i] && strcmp(closure->releases[i].system, system) == 0)
            return closure->graphs[i];
    return NULL;
}
