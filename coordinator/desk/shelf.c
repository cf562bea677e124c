/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/shelf.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/known_terms.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"
#include "proto/terms/term_search.h"

#define MATCHES_DEFAULT 50
#define MATCHES_MOST 500
#define WORDS_BYTES 200
#define ARENA_BYTES ((size_t)256 << 20)

struct shelf {
    const struct session_options *options;
    pthread_mutex_t lock;
    /* below: under lock */
    bool filled;
    int64_t filled_ms;
    struct session session; /* of what is known */
    struct known_terms known;
};

bool shelf_open(const struct session_options *options, struct shelf **out, struct err *err)
{
    assert(options && out);
    struct shelf *shelf = calloc(1, sizeof(*shelf));

    if (!shelf)
        return err_memory(err);
    shelf->options = options;
    pthread_mutex_init(&shelf->lock, NULL);
    *out = shelf;
    return true;
}

static void empty(struct shelf *shelf)
{
    if (!shelf->filled)
        return;
    known_terms_clear(&shelf->known);
    session_close(&shelf->session);
    shelf->filled = false;
}

void shelf_close(struct shelf *shelf)
{
    if (!shelf)
        return;
    empty(shelf);
    pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

/* What is there stays when it cannot be fetched again. */
static bool fill(struct shelf *shelf, struct err *err)
{
    struct known_terms known = {.n_nodes = 0};
    struct session session;

    if (shelf->filled && clock_mono_ms() - shelf->filled_ms < SHELF_LIFE_MS)
        return true;
    if (!session_open(shelf->options, &session, err))
        return shelf->filled;
    if (!known_terms_all(&session, &known, err)) {
        session_close(&session);
        return shelf->filled;
    }
    empty(shelf);
    shelf->session = session;
    shelf->known = known;
    shelf->filled_ms = clock_mono_ms();
    shelf->filled = true;
    return true;
}

static bool is_gene_list(const char *system)
{
    return strcmp(system, "hgnc") == 0 || strncmp(system, "genes:", 6) == 0;
}

/* system NULL: every one; "gene": the lists of genes. */
static bool is_of(const struct term_match *match, const char *system)
{
    return !system || strcmp(match->system, system) == 0 ||
           (strcmp(system, "gene") == 0 && is_gene_list(match->system));
}

static cJSON *matches_json(const struct term_matches *matches, const char *system, int64_t most)
{
    cJSON *root = cJSON_CreateObject(), *list;
    bool ok = root != NULL;
    int64_t total = 0;

    list = json_put(root, "matches", cJSON_CreateArray(), &ok);
    for (size_t i = 0; ok && i < matches->n; i++) {
        const struct term_match *match = &matches->match[i];
        cJSON *to;

        if (!is_of(match, system) || total++ >= most)
            continue;
        to = json_append(list, &ok);
        json_put_text(to, "code", match->code, &ok);
        json_put_text(to, "label", match->label, &ok);
        json_put_text(to, "synonym", match->synonym, &ok);
        json_put_text(to, "system", match->system, &ok);
        json_put_text(to, "release", match->release, &ok);
    }
    json_put_int(root, "total", total, &ok);
    if (ok)
        return root;
    cJSON_Delete(root);
    return NULL;
}

static void search(struct shelf *shelf, const struct exchange_request *request, const char *system,
                   struct exchange_response *response)
{
    const char *words = exchange_argument(request, "q");
    struct term_matches matches = {NULL, 0};
    struct arena *arena;
    struct err err;
    int64_t most;
    bool ok;

    if (!desk_number(request, "most", MATCHES_DEFAULT, MATCHES_MOST, &most, response))
        return;
    if (!words || !*words || strlen(words) > WORDS_BYTES) {
        desk_refuse(response, "body", "q must have words, of at most 200 bytes");
        return;
    }
    arena = arena_new(ARENA_BYTES);
    pthread_mutex_lock(&shelf->lock);
    ok = (arena || err_memory(&err)) && fill(shelf, &err) &&
         term_search(&shelf->known.sources, words, arena, &matches, &err);
    if (ok)
        desk_json(response, 200, matches_json(&matches, system, most));
    else
        desk_failed(response, &err);
    pthread_mutex_unlock(&shelf->lock);
    arena_free(arena);
}

void shelf_search(struct desk *desk, const struct exchange_request *request, const char *rest,
                  struct exchange_response *response)
{
    (void)rest;
    search(desk->shelf, request, exchange_argument(request, "system"), response);
}

void shelf_genes(struct desk *desk, const struct exchange_request *request, const char *rest,
                 struct exchange_response *response)
{
    (void)rest;
    search(desk->shelf, request, "gene", response);
}
