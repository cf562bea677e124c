/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/known_terms.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/http.h"
#include "coordinator/report/announced.h"
#include "proto/base/arena.h"
#include "proto/base/base64.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/query/diagnostic.h"
#include "proto/trust/envelope.h"

#define TIMEOUT_MS 10000
#define FILE_TIMEOUT_MS 60000
#define SOURCES_MOST ((size_t)REGIONS_MAX * ANNOUNCED_MAX)
#define LIST_BYTES ((size_t)64 << 10) /* of one node's signed list */
#define PATH_BYTES 4096

/* Which systems' releases are needed: those of a question, that of a disease, or all. */
struct needed {
    const struct ast *question; /* NULL: of the disease */
    const char *disease;        /* its system; NULL: all */
};

struct fetching {
    const struct session *session;
    const struct roster *roster;
    const struct needed *needed;
    struct known_terms *known;
    struct term_source *source;
    struct announced_release *release; /* of each source */
    struct err *err;
};

static bool needs(const struct needed *needed, const char *system)
{
    return needed->question ? term_check_needs(needed->question, system)
                            : !needed->disease || strcmp(needed->disease, system) == 0;
}

/* ---- the nodes' lists ------------------------------------------------------------------------ */

static struct term_source *source_add(struct fetching *f, const struct announced_release *release)
{
    struct term_sources *sources = &f->known->sources;

    for (size_t i = 0; i < sources->n; i++)
        if (strcmp(f->release[i].system, release->system) == 0 &&
            f->release[i].has_file == release->has_file &&
            (release->has_file ? memcmp(f->release[i].hash, release->hash, 32) == 0
                               : strcmp(f->release[i].release, release->release) == 0))
            return &f->source[i];
    f->release[sources->n] = *release;
    f->source[sources->n] = (struct term_source){.system = f->release[sources->n].system,
                                                 .release = f->release[sources->n].release};
    return &f->source[sources->n++];
}

static void list_take(struct fetching *f, const struct announced *announced, size_t node)
{
    for (size_t i = 0; i < announced->n; i++)
        if (needs(f->needed, announced->release[i].system))
            source_add(f, &announced->release[i])->nodes |= UINT64_C(1) << node;
}

static bool list_open(const struct fetching *f, const char *node, const char *text,
                      struct announced *out, struct err *err)
{
    size_t length = text ? strlen(text) : 0, size;
    struct arena *arena = f->session->arena;
    uint8_t *data = length <= 2 * LIST_BYTES ? arena_alloc(arena, length + 1) : NULL;
    Rikstal__V1__Envelope *envelope;

    if (!length || !data || !base64_read(text, length, data, length, &size))
        return err_set(err, ERR_INVALID, "no signed list");
    return envelope_parse(data, size, arena, &envelope, err) &&
           announced_open((struct roster_view){f->roster, node, clock_wall_s()}, envelope, arena,
                          out, err);
}

/* A list that its node did not sign is left out, and this is told. */
static void lists_take(struct fetching *f, const cJSON *root)
{
    const Rikstal__V1__Roster *roster = roster_message(f->roster);
    const cJSON *one;

    cJSON_ArrayForEach(one, json_array(root, "nodes"))
    {
        const char *id = json_text(one, "node");
        struct announced announced;
        struct err why;
        size_t i = 0;

        while (id && i < f->known->n_nodes && strcmp(roster->nodes[i]->node, id) != 0)
            i++;
        if (!id || i == f->known->n_nodes)
            continue;
        if (list_open(f, id, json_text(one, "releases"), &announced, &why))
            list_take(f, &announced, i);
        else
            fprintf(stderr, "rikstal: the term releases of node %s are not used: %s\n", id,
                    why.text);
    }
}

/* A coordinator of before has no such list. */
static bool lists_fetch(struct fetching *f)
{
    struct http_call call = {.method = "GET",
                             .base = f->session->coordinator,
                             .path = "/api/v1/terms",
                             .timeout_ms = TIMEOUT_MS};
    cJSON *root = NULL;
    char code[48];
    long status;

    if (!http_run(&call, &root, &status, code, f->err))
        return strcmp(code, "not-found") == 0;
    lists_take(f, root);
    cJSON_Delete(root);
    return true;
}

/* ---- the files ------------------------------------------------------------------------------- */

static bool is_it(const struct announced_release *release, const uint8_t *data, size_t size)
{
    uint8_t hash[32];

    if (size != release->size)
        return false;
    crypto_generichash(hash, sizeof(hash), data, size, NULL, 0);
    return memcmp(hash, release->hash, sizeof(hash)) == 0;
}

/* The folder of the cache, which is made. False when there is none: then nothing is kept. */
static bool cache_path(const char *hash, char path[static PATH_BYTES])
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char folder[PATH_BYTES - 80];
    struct err ignored;
    int n;

    if (cache && *cache)
        n = snprintf(folder, sizeof(folder), "%s/rikstal/terms", cache);
    else if (home && *home)
        n = snprintf(folder, sizeof(folder), "%s/.cache/rikstal/terms", home);
    else
        return false;
    if (n >= (int)sizeof(folder) || !file_make_folder(folder, 0700, &ignored))
        return false;
    snprintf(path, PATH_BYTES, "%s/%s", folder, hash);
    return true;
}

static bool cache_read(const struct announced_release *release, const char *path, struct bytes *out)
{
    struct arena *arena = arena_new(RELEASE_FILE_BYTES_MAX + 4096);
    struct err ignored;
    uint8_t *data;
    size_t size;
    bool ok = arena && file_exists(path) &&
              file_read(path, RELEASE_FILE_BYTES_MAX, arena, &data, &size, &ignored) &&
              is_it(release, data, size);

    if (ok)
        bytes_add(out, data, size);
    arena_free(arena);
    return ok && !out->failed;
}

/* *found is false when the coordinator does not have the file yet. */
static bool file_fetch(struct fetching *f, const struct announced_release *release,
                       const char *hash, struct bytes *out, bool *found)
{
    char path[128];
    struct http_call call = {.method = "GET",
                             .base = f->session->coordinator,
                             .path = path,
                             .timeout_ms = FILE_TIMEOUT_MS};

    snprintf(path, sizeof(path), "/api/v1/terms/%s", hash);
    if (!http_fetch(&call, (size_t)release->size, out, found, f->err))
        return false;
    return !*found || is_it(release, out->data, out->size) ||
           err_set(f->err, ERR_DENIED,
                   "the coordinator sent another file of %s %s than the one that the regions "
                   "have signed",
                   release->system, release->release);
}

/* Reads the file from the cache, or else fetches and keeps it. */
static bool file_get(struct fetching *f, const struct announced_release *release, struct bytes *out,
                     bool *found)
{
    char hash[65], path[PATH_BYTES];
    struct err why;
    bool cached;

    bytes_to_hex(release->hash, sizeof(release->hash), hash);
    cached = cache_path(hash, path);
    *found = cached && cache_read(release, path, out);
    if (*found)
        return true;
    bytes_clear(out);
    if (!file_fetch(f, release, hash, out, found))
        return false;
    if (*found && cached && !file_write(path, out->data, out->size, 0600, &why))
        fprintf(stderr, "rikstal: a term release is not kept: %s\n", why.text);
    return true;
}

/* A node that signed the hash of something else made a mistake; then nothing is known of it. */
static bool file_open(const struct announced_release *release, const struct bytes *data,
                      struct release_file **out)
{
    struct release_file *file = NULL;
    struct err why;

    if (!release_file_open(data->data, data->size, &file, &why)) {
        fprintf(stderr, "rikstal: the file of %s %s is not used: %s\n", release->system,
                release->release, why.text);
        return false;
    }
    if (strcmp(release_file_system(file), release->system) != 0 ||
        strcmp(release_file_release(file), release->release) != 0) {
        fprintf(stderr, "rikstal: the file of %s %s is not used: it is of another release\n",
                release->system, release->release);
        release_file_free(file);
        return false;
    }
    *out = file;
    return true;
}

static bool files_get(struct fetching *f)
{
    for (size_t i = 0; i < f->known->sources.n; i++) {
        struct bytes data = {0};
        bool found = false;
        bool ok = !f->release[i].has_file || file_get(f, &f->release[i], &data, &found);

        if (ok && found && file_open(&f->release[i], &data, &f->known->files[i]))
            f->source[i].file = f->known->files[i];
        bytes_clear(&data);
        if (!ok)
            return false;
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool prepare(struct fetching *f)
{
    const Rikstal__V1__Roster *roster = roster_message(f->roster);
    struct known_terms *known = f->known;
    struct arena *arena = f->session->arena;

    f->source = arena_array(arena, SOURCES_MOST, sizeof(*f->source));
    f->release = arena_array(arena, SOURCES_MOST, sizeof(*f->release));
    known->files = arena_array(arena, SOURCES_MOST, sizeof(*known->files));
    if (!f->source || !f->release || !known->files)
        return err_memory(f->err);
    known->sources.source = f->source;
    for (; known->n_nodes < roster->n_nodes && known->n_nodes < TERM_CHECK_NODES_MAX;
         known->n_nodes++) {
        known->names[known->n_nodes] = arena_strdup(arena, roster->nodes[known->n_nodes]->name);
        known->ids[known->n_nodes] = arena_strdup(arena, roster->nodes[known->n_nodes]->node);
        if (!known->names[known->n_nodes] || !known->ids[known->n_nodes])
            return err_memory(f->err);
    }
    return true;
}

static bool fetch(const struct session *session, const struct roster *roster,
                  const struct needed *needed, struct known_terms *out, struct err *err)
{
    struct fetching f = {
        .session = session, .roster = roster, .needed = needed, .known = out, .err = err};

    return prepare(&f) && lists_fetch(&f) && files_get(&f);
}

/* A question without codes and genes needs no release. Recursion is bounded by AST_DEPTH_MAX. */
static bool has_terms(const struct ast_node *node)
{
    if (node->kind == AST_TEST && node->n_values > 0 &&
        (node->field == FIELD_GENE || node->values[0].kind == VALUE_CODE))
        return true;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (has_terms(node->children[i]))
            return true;
    return false;
}

bool known_terms_fetch(const struct session *session, const struct roster *roster,
                       const struct ast *question, struct known_terms *out, struct err *err)
{
    assert(session && roster && question && out);
    struct needed needed = {.question = question};

    *out = (struct known_terms){.n_nodes = 0};
    if ((has_terms(question->root) && !fetch(session, roster, &needed, out, err)) ||
        !term_check(question, &out->sources, session->arena, &out->findings, err)) {
        known_terms_clear(out);
        return false;
    }
    out->echo = (struct term_echo){
        .findings = &out->findings, .nodes = UINT64_MAX, .names = out->names, .ids = out->ids};
    return true;
}

bool known_terms_all(const struct session *session, struct known_terms *out, struct err *err)
{
    assert(session && out);
    struct needed needed = {.question = NULL};
    struct roster *roster = NULL;
    bool ok;

    *out = (struct known_terms){.n_nodes = 0};
    ok = session_roster(session, &roster, err) && fetch(session, roster, &needed, out, err);
    if (!ok)
        known_terms_clear(out);
    roster_free(roster);
    return ok;
}

void known_terms_clear(struct known_terms *known)
{
    for (size_t i = 0; known->files && i < known->sources.n; i++)
        release_file_free(known->files[i]);
    known->files = NULL;
}

bool known_terms_judge(const struct known_terms *known, const char *text, struct err *err)
{
    assert(known && text);
    struct diagnostics found;

    diagnostics_init(&found, text, strlen(text));
    term_check_tell(&known->findings, "no region's", &found);
    if (!found.n)
        return true;
    diagnostics_tell(&found);
    return err_set(err, ERR_INVALID, "nothing was asked: the question has %u mistake%s", found.n,
                   found.n == 1 ? "" : "s");
}

bool known_terms_look(const char *command, const struct session *session,
                      const struct ast *question, const char *text, struct known_terms *out,
                      struct err *err)
{
    struct roster *roster = NULL;
    bool ok;

    *out = (struct known_terms){.n_nodes = 0};
    if (!has_terms(question->root))
        return true;
    ok = session_roster(session, &roster, err);
    if (!ok ||
        (!known_terms_fetch(session, roster, question, out, err) && err->code == ERR_UNAVAILABLE)) {
        fprintf(stderr, "%s: the codes and genes were not checked: %s\n", command, err->text);
        roster_free(roster);
        return true;
    }
    ok = out->echo.findings && known_terms_judge(out, text, err);
    roster_free(roster);
    return ok;
}

bool known_terms_disease(const struct session *session, const struct roster *roster,
                         const struct code *disease, struct err *err)
{
    struct needed needed = {.disease = disease->system};
    struct ast_value value = {.kind = VALUE_CODE, .system = disease->system, .code = disease->code};
    struct known_terms known = {.n_nodes = 0};
    struct term_finding finding = {.state = TERM_UNCHECKED};
    char text[CODE_TEXT_MAX];
    bool ok;

    code_print(disease, text);
    value.text = text;
    ok = fetch(session, roster, &needed, &known, err) &&
         term_check_code(&value, &known.sources, session->arena, &finding, err);
    if (ok && finding.state == TERM_UNKNOWN)
        ok = err_set(err, ERR_INVALID,
                     "--disease: no region's release of %s has %s; nothing was asked%s%s%s",
                     disease->system, text, *finding.near ? ". Did you mean " : "", finding.near,
                     *finding.near ? "?" : "");
    known_terms_clear(&known);
    return ok;
}
