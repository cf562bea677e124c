/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/colleague.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/desk/shelf.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/trust/certificate.h"

#define ARENA_BYTES ((size_t)64 << 10)
#define KEY_HASH_BYTES 16

struct colleague_table {
    const struct house_conf *conf;
    struct session_options organisation; /* with the organisation's own key: the roster, terms */
    struct shelf *shelf;
    pthread_mutex_t admitting;
    pthread_mutex_t lock;
    /* below: under lock */
    size_t n;
    struct colleague *person[COLLEAGUES_MAX];
};

/* ---- a folder -------------------------------------------------------------------------------- */

static void key_of(const char *issuer, const char *sub, char out[static 33])
{
    uint8_t hash[KEY_HASH_BYTES];
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, sizeof(hash));
    crypto_generichash_update(&state, (const uint8_t *)issuer, strlen(issuer) + 1);
    crypto_generichash_update(&state, (const uint8_t *)sub, strlen(sub) + 1);
    crypto_generichash_final(&state, hash, sizeof(hash));
    bytes_to_hex(hash, sizeof(hash), out);
}

static const char *path_in(const struct house_conf *conf, const char *key, const char *file,
                           struct arena *arena)
{
    return arena_printf(arena, "%s/people/%s%s%s", conf->state, key, *file ? "/" : "", file);
}

static bool lines_write(const char *path, const char *const *line, size_t n, struct err *err)
{
    struct bytes text = {0};
    bool ok;

    for (size_t i = 0; i < n; i++) {
        bytes_add_text(&text, line[i]);
        bytes_add_text(&text, "\n");
    }
    ok = text.failed
             ? err_memory(err)
             : file_write(path, text.data ? text.data : (const uint8_t *)"", text.size, 0600, err);
    bytes_clear(&text);
    return ok;
}

/* The person's key, which is made at the first log-in. */
static bool key_have(const char *path, struct secret_key **out, struct err *err)
{
    if (file_exists(path))
        return secret_key_read(path, out, err);
    if (!secret_key_new(out, err))
        return false;
    if (secret_key_write(*out, path, err))
        return true;
    secret_key_free(*out);
    return false;
}

/* ---- certifying ------------------------------------------------------------------------------ */

/* What one log-in gives. */
struct admission {
    const struct house_conf *conf;
    const struct mapping_person *mapped;
    const char *key; /* of the folder */
    struct arena *arena;
};

/* Signs, and checks it as every region will: by the roster of now. */
static bool certify(const struct admission *in, const struct roster *roster,
                    const struct public_key *key, const struct secret_key *organisation,
                    const char **text, struct err *err)
{
    const Rikstal__V1__RosterAnalyst *ignored;
    int64_t now_s = clock_wall_s();
    struct certificate_terms terms = {.network = roster_network(roster),
                                      .id = in->mapped->id,
                                      .organisation = in->conf->organisation,
                                      .key = key,
                                      .roles = in->mapped->role,
                                      .n_roles = in->mapped->n_roles,
                                      .not_before = now_s,
                                      .not_after = now_s + in->conf->life_s};
    uint8_t *data;
    size_t size;

    return certificate_sign(&terms, organisation, in->arena, &data, &size, err) &&
           certificate_open((struct bytes_view){data, size}, roster, now_s, in->arena, &ignored,
                            err) &&
           certificate_text(data, size, in->arena, text, err);
}

static bool certificate_write(const struct admission *in, const struct session *organisation,
                              const struct public_key *key, struct err *err)
{
    const char *path = path_in(in->conf, in->key, "person.cert", in->arena), *text;
    struct secret_key *signing = NULL;
    struct roster *roster = NULL;
    bool ok = (path || err_memory(err)) && secret_key_read(organisation->key_path, &signing, err) &&
              session_roster(organisation, &roster, err) &&
              certify(in, roster, key, signing, &text, err) &&
              file_write(path, text, strlen(text), 0600, err);

    secret_key_free(signing);
    roster_free(roster);
    return ok;
}

/* Key, certificate and permits of this log-in. */
static bool folder_fill(const struct colleague_table *table, const struct admission *in,
                        const char *sub, struct err *err)
{
    const char *const who[] = {in->mapped->id, in->mapped->name, in->conf->issuer, sub};
    const char *folder = path_in(in->conf, in->key, "", in->arena);
    const char *key_path = path_in(in->conf, in->key, "person.key", in->arena);
    const char *permits = path_in(in->conf, in->key, "permits", in->arena);
    const char *person = path_in(in->conf, in->key, "person", in->arena);
    struct secret_key *key = NULL;
    struct session organisation;
    bool ok;

    if (!folder || !key_path || !permits || !person)
        return err_memory(err);
    if (!file_make_folder(folder, 0700, err) || !key_have(key_path, &key, err))
        return false;
    ok = session_open(&table->organisation, &organisation, err);
    if (ok) {
        ok = certificate_write(in, &organisation, secret_key_public(key), err) &&
             lines_write(permits, in->mapped->permit, in->mapped->n_permits, err) &&
             lines_write(person, who, sizeof(who) / sizeof(who[0]), err);
        session_close(&organisation);
    }
    secret_key_free(key);
    return ok;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void colleague_close(struct colleague *person)
{
    if (!person)
        return;
    desk_close(person->desk);
    arena_free(person->arena);
    free(person);
}

static bool colleague_open(const struct colleague_table *table, const struct admission *in,
                           struct colleague **out, struct err *err)
{
    const struct house_conf *conf = table->conf;
    struct colleague *person = calloc(1, sizeof(*person));
    struct arena *arena = arena_new(ARENA_BYTES);
    struct desk_options options = {.language = conf->language, .shelf = table->shelf};
    bool ok = person && arena;

    if (ok) {
        person->arena = arena;
        memcpy(person->key, in->key, sizeof(person->key));
        strncpy(person->id, in->mapped->id, MAPPING_ID_MAX);
        strncpy(person->name, in->mapped->name, MAPPING_NAME_MAX);
        options.session =
            (struct session_options){.alone = true,
                                     .coordinator = conf->coordinator,
                                     .roots = conf->roots,
                                     .key = path_in(conf, in->key, "person.key", arena),
                                     .certificate = path_in(conf, in->key, "person.cert", arena)};
        options.state = path_in(conf, in->key, "desk.db", arena);
        options.permits = path_in(conf, in->key, "permits", arena);
        ok = options.session.key && options.session.certificate && options.state && options.permits;
    }
    ok = ok ? desk_open(&options, &person->desk, err) : err_memory(err);
    if (ok) {
        *out = person;
        return true;
    }
    arena_free(arena);
    free(person);
    return false;
}

static struct colleague *find(struct colleague_table *table, const char *key)
{
    struct colleague *found = NULL;

    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < table->n && !found; i++)
        if (strcmp(table->person[i]->key, key) == 0)
            found = table->person[i];
    pthread_mutex_unlock(&table->lock);
    return found;
}

static bool admit(struct colleague_table *table, const struct admission *in, const char *sub,
                  struct colleague **out, struct err *err)
{
    struct colleague *person = find(table, in->key);
    bool known;

    if (!person && table->n == COLLEAGUES_MAX)
        return err_set(err, ERR_EXHAUSTED,
                       "%d persons have logged in since this desk began: start it again",
                       COLLEAGUES_MAX);
    if (!folder_fill(table, in, sub, err) || (!person && !colleague_open(table, in, &person, err)))
        return false;
    known = find(table, in->key) != NULL;
    pthread_mutex_lock(&table->lock);
    person->ends_ms = clock_mono_ms() + table->conf->life_s * 1000;
    if (!known)
        table->person[table->n++] = person;
    pthread_mutex_unlock(&table->lock);
    *out = person;
    return true;
}

bool colleague_admit(struct colleague_table *table, const char *sub,
                     const struct mapping_person *mapped, struct colleague **out, struct err *err)
{
    assert(table && sub && mapped && out);
    struct admission in = {.conf = table->conf, .mapped = mapped};
    char key[33];
    bool ok;

    in.arena = arena_new(ARENA_BYTES);
    if (!in.arena)
        return err_memory(err);
    key_of(table->conf->issuer, sub, key);
    in.key = key;
    pthread_mutex_lock(&table->admitting);
    ok = admit(table, &in, sub, out, err);
    pthread_mutex_unlock(&table->admitting);
    arena_free(in.arena);
    return ok;
}

/* Whether that person's log-in still holds. */
static bool is_here(struct colleague_table *table, size_t i)
{
    int64_t ends_ms;

    pthread_mutex_lock(&table->lock);
    ends_ms = table->person[i]->ends_ms;
    pthread_mutex_unlock(&table->lock);
    return clock_mono_ms() < ends_ms;
}

bool colleague_of_token(struct colleague_table *table, const char *authorization,
                        struct colleague **out, enum bearer_scope *right, struct err *err)
{
    assert(table && out && right);
    size_t n;

    *out = NULL;
    *right = BEARER_NONE;
    if (!authorization)
        return true;
    pthread_mutex_lock(&table->lock);
    n = table->n;
    pthread_mutex_unlock(&table->lock);
    for (size_t i = 0; i < n && !*out; i++) { /* the first n stay where they are */
        if (!is_here(table, i))
            continue;
        if (!desk_right_of(table->person[i]->desk, authorization, right, err))
            return false;
        if (*right != BEARER_NONE)
            *out = table->person[i];
    }
    return true;
}

/* ---- opening and closing --------------------------------------------------------------------- */

bool colleague_table_open(const struct house_conf *conf, struct colleague_table **out,
                          struct err *err)
{
    assert(conf && out);
    struct colleague_table *table = calloc(1, sizeof(*table));

    if (!table)
        return err_memory(err);
    table->conf = conf;
    table->organisation = (struct session_options){
        .alone = true, .coordinator = conf->coordinator, .roots = conf->roots, .key = conf->key};
    pthread_mutex_init(&table->admitting, NULL);
    pthread_mutex_init(&table->lock, NULL);
    if (shelf_open(&table->organisation, &table->shelf, err)) {
        *out = table;
        return true;
    }
    colleague_table_close(table);
    return false;
}

void colleague_table_stop(struct colleague_table *table)
{
    assert(table);
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < table->n; i++)
        desk_stop(table->person[i]->desk);
    pthread_mutex_unlock(&table->lock);
}

void colleague_table_close(struct colleague_table *table)
{
    if (!table)
        return;
    colleague_table_stop(table);
    for (size_t i = 0; i < table->n; i++)
        colleague_close(table->person[i]);
    shelf_close(table->shelf);
    pthread_mutex_destroy(&table->admitting);
    pthread_mutex_destroy(&table->lock);
    free(table);
}
