/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/hold.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/keeper/home.h"
#include "node/keeper/journal.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/query/explain.h"
#include "proto/query/explain_shape.h"
#include "proto/query/mode.h"
#include "proto/query/print.h"

#define DECISION_BYTES_MAX 256

/* 0 only in the control of tests/attack/floods.c, which must notice it. */
#ifndef HOLD_BOUNDED
#define HOLD_BOUNDED 1
#endif

bool hold_path(const struct home *home, const char *name, const char *ending, char *path,
               struct err *err)
{
    char file[HOLD_NAME_BYTES + 32];

    snprintf(file, sizeof(file), "held/%s.%s", name, ending);
    return home_path(home, file, path, err);
}

static bool has(const struct home *home, const char *name, const char *ending)
{
    char path[HOME_PATH_BYTES];
    struct err ignored;

    return hold_path(home, name, ending, path, &ignored) && file_exists(path);
}

static enum hold_state state_of(const struct home *home, const char *name)
{
    if (has(home, name, "denied"))
        return HOLD_DENIED;
    return has(home, name, "approved") ? HOLD_APPROVED : HOLD_WAITING;
}

/* ---- the keeper's side: questions that wait -------------------------------------------------- */

enum id_tag {
    TAG_IDENTITY = 1,
    TAG_ORGANISATION,
    TAG_ROLE,
    TAG_PURPOSE,
    TAG_PERMIT,
    TAG_DATASET,
    TAG_MODE,
    TAG_SIGMA,
    TAG_DISEASE,
    TAG_SIGMA_UNDETERMINED,
    TAG_SIGMA_TOTAL
};

static bool name_of(const struct hold_question *held, char name[static HOLD_NAME_BYTES],
                    struct err *err)
{
    const Rikstal__V1__Question *q = held->question;
    uint8_t id[HOLD_ID_BYTES], of[HOLD_ID_BYTES];
    struct bytes bytes = {0};
    bool failed;

    bytes_add_tlv(&bytes, TAG_IDENTITY, held->identity, 32);
    bytes_add_tlv_text(&bytes, TAG_ORGANISATION, q->organisation);
    bytes_add_tlv_text(&bytes, TAG_ROLE, q->role);
    bytes_add_tlv_text(&bytes, TAG_PURPOSE, q->purpose);
    bytes_add_tlv_text(&bytes, TAG_PERMIT, q->permit);
    bytes_add_tlv_text(&bytes, TAG_DATASET, q->dataset);
    bytes_add_tlv_u64(&bytes, TAG_MODE, (uint64_t)q->mode);
    bytes_add_tlv_u64(&bytes, TAG_SIGMA, q->sigma);
    if (q->disease[0])
        bytes_add_tlv_text(&bytes, TAG_DISEASE, q->disease);
    if (q->sigma_undetermined)
        bytes_add_tlv_u64(&bytes, TAG_SIGMA_UNDETERMINED, q->sigma_undetermined);
    if (q->sigma_total)
        bytes_add_tlv_u64(&bytes, TAG_SIGMA_TOTAL, q->sigma_total);
    failed = bytes.failed;
    if (!failed)
        crypto_generichash(id, sizeof(id), bytes.data, bytes.size, NULL, 0);
    bytes_clear(&bytes);
    if (failed)
        return err_memory(err);
    crypto_generichash(of, sizeof(of), (const uint8_t *)q->organisation, strlen(q->organisation),
                       NULL, 0);
    memcpy(id + sizeof(id) - HOLD_OF_DIGITS / 2, of, HOLD_OF_DIGITS / 2);
    bytes_to_hex(id, sizeof(id), name);
    return true;
}

static char *text_of(struct bytes *bytes, struct arena *arena)
{
    char *text =
        bytes->failed ? NULL : arena_strndup(arena, (const char *)bytes->data, bytes->size);

    bytes_clear(bytes);
    return text;
}

/* A step's name is free text of the asker, or its role; its criterion is what it does. */
static bool put_step(cJSON *steps, const char *name, const struct ast_node *criterion,
                     struct arena *arena)
{
    struct ast_node node = *criterion;
    struct ast ast = {.root = &node};
    cJSON *step = cJSON_CreateObject();
    struct bytes text = {0};
    bool ok = step != NULL;

    print(&ast, &text);
    json_put_text(step, "name", name, &ok);
    json_put_text(step, "text", text_of(&text, arena), &ok);
    if (ok && cJSON_AddItemToArray(steps, step))
        return true;
    cJSON_Delete(step);
    return false;
}

static void put_steps(cJSON *object, const struct shape *shape, const struct ast_node *root,
                      struct arena *arena, bool *ok)
{
    cJSON *steps = json_put(object, "steps", cJSON_CreateArray(), ok);
    const struct shape_step *step = shape->steps ? shape->steps : shape->roles;
    uint32_t n = shape->steps ? shape->n_parts : shape->n_roles, at = 0;

    for (uint32_t i = 0; *ok && i < n; i++) {
        struct ast_node criterion = shape_step_node(root, at, step[i].operands);

        *ok = put_step(steps, step[i].name, &criterion, arena);
        at += step[i].operands;
    }
}

/* Which figures are wanted: the question in its text form, and in words. */
static void put_figures(cJSON *object, const struct hold_question *held, struct arena *arena,
                        bool *ok)
{
    const Rikstal__V1__Question *q = held->question;
    cJSON *dimensions = json_put(object, "dimensions", cJSON_CreateArray(), ok);
    cJSON *changes = json_put(object, "changes", cJSON_CreateArray(), ok);
    struct bytes words = {0};
    struct shape shape;
    struct err ignored;

    *ok = *ok && shape_read(q, arena, &shape, &ignored); /* request_verify() has read it before */
    if (!*ok)
        return;
    for (size_t i = 0; i < q->n_dimensions; i++)
        *ok = *ok && cJSON_AddItemToArray(dimensions, cJSON_CreateString(q->dimensions[i]));
    for (uint32_t i = 0; shape.changes && i < shape.n_parts; i++)
        *ok = *ok && cJSON_AddItemToArray(changes, cJSON_CreateString(shape_part(&shape, i, 0)));
    put_steps(object, &shape, held->ast->root, arena, ok);
    explain_shape(&shape, held->ast->root, &words);
    explain_shape_disease(q->disease, &words);
    json_put_text(object, "measure", measure_name((enum measure_kind)q->measure), ok);
    json_put_text(object, "disease", q->disease, ok);
    json_put_text(object, "figures", text_of(&words, arena), ok);
}

static cJSON *describe(const struct hold_question *held, const char *name, struct arena *arena)
{
    const Rikstal__V1__Question *q = held->question;
    struct bytes question = {0}, words = {0};
    char request[CLOCK_TEXT_BYTES];
    cJSON *object = cJSON_CreateObject();
    bool ok = object != NULL;

    print(held->ast, &question);
    explain(held->ast, LANGUAGE_ENGLISH, &words);
    clock_text(held->now_s, request);
    json_put_text(object, "id", name, &ok);
    json_put_text(object, "asked", request, &ok);
    json_put_text(object, "organisation", q->organisation, &ok);
    json_put_text(object, "analyst", q->analyst, &ok);
    json_put_text(object, "role", q->role, &ok);
    json_put_text(object, "purpose", q->purpose, &ok);
    json_put_text(object, "permit", q->permit, &ok);
    json_put_text(object, "dataset", q->dataset, &ok);
    put_figures(object, held, arena, &ok);
    json_put_text(object, "mode", mode_name((enum mode)q->mode), &ok);
    json_put_int(object, "sigma", q->sigma, &ok);
    if (q->sigma_undetermined)
        json_put_int(object, "sigma_undetermined", q->sigma_undetermined, &ok);
    if (q->sigma_total)
        json_put_int(object, "sigma_total", q->sigma_total, &ok);
    json_put_text(object, "question", text_of(&question, arena), &ok);
    json_put_text(object, "explain", text_of(&words, arena), &ok);
    if (ok)
        return object;
    cJSON_Delete(object);
    return NULL;
}

/* How many questions wait, and how many of them are of the organisation of this one. */
struct waiting_list {
    const char *name;
    size_t all;
    size_t own;
};

static bool count_waiting(void *of, const char *name, enum hold_state state, struct err *err)
{
    const size_t tail = HOLD_NAME_BYTES - 1 - HOLD_OF_DIGITS;
    struct waiting_list *list = of;

    (void)err;
    list->all += state == HOLD_WAITING;
    list->own += state == HOLD_WAITING && strcmp(name + tail, list->name + tail) == 0;
    return true;
}

/* Is there a place for it on the list? */
static bool has_place(const struct home *home, const char *name, bool *place, struct err *err)
{
    struct waiting_list list = {.name = name};

    if (!hold_list(home, count_waiting, &list, err))
        return false;
    *place = !HOLD_BOUNDED || (list.all < HOLD_WAITING_MAX && list.own < HOLD_WAITING_ONE_MAX);
    return true;
}

static bool write_down(const struct home *home, const struct hold_question *held, const char *name,
                       struct arena *arena, struct err *err)
{
    char path[HOME_PATH_BYTES];
    cJSON *object;
    char *text;
    bool ok;

    object = describe(held, name, arena);
    text = object ? cJSON_Print(object) : NULL;
    cJSON_Delete(object);
    if (!text)
        return err_memory(err);
    ok =
        hold_path(home, name, "json", path, err) && file_write(path, text, strlen(text), 0600, err);
    free(text);
    return ok;
}

bool hold_ask(const struct home *home, const struct hold_question *held, struct arena *arena,
              enum hold_state *state, struct err *err)
{
    char name[HOLD_NAME_BYTES], path[HOME_PATH_BYTES];
    bool place;

    if (!name_of(held, name, err))
        return false;
    *state = state_of(home, name);
    if (*state != HOLD_WAITING || has(home, name, "json"))
        return true;
    if (!home_path(home, "held", path, err) || !file_make_folder(path, 0700, err) ||
        !has_place(home, name, &place, err))
        return false;
    if (place)
        return write_down(home, held, name, arena, err);
    *state = HOLD_FULL;
    return true;
}

/* ---- the keeper's side: decisions ------------------------------------------------------------ */

/* "approve uid 1000" */
static bool read_decision(const char *path, bool *approve, char who[static 64], struct err *err)
{
    struct arena *arena = arena_new(4096);
    uint8_t *data;
    size_t size;
    bool read =
        arena ? file_read(path, DECISION_BYTES_MAX, arena, &data, &size, err) : err_memory(err);

    if (read) {
        const char *text = (const char *)data;
        size_t word = strcspn(text, " ");

        *approve = word == 7 && memcmp(text, "approve", word) == 0;
        if (!*approve && (word != 4 || memcmp(text, "deny", word) != 0))
            read = err_set(err, ERR_INVALID, "%s: approve or deny", path);
        snprintf(who, 64, "%.*s", (int)strcspn(text + word, "\n"), text + word);
    }
    arena_free(arena);
    return read;
}

static bool note(struct journal *journal, const char *name, const char *what, int64_t now_s,
                 struct err *err)
{
    struct leaf leaf = {.type = LEAF_ADMIN, .time_s = now_s};
    char text[LEAF_NOTE_BYTES];

    snprintf(text, sizeof(text), "held question %s: %s", name, what);
    return leaf_name(leaf.note, sizeof(leaf.note), text, err) && journal_note(journal, &leaf, err);
}

/*
 * Writes the leaf before the file moves. After a crash between the two, the leaf is written again,
 * so it is never lost.
 */
static bool take_decision(const struct home *home, struct journal *journal, const char *name,
                          int64_t now_s, struct err *err)
{
    char from[HOME_PATH_BYTES], to[HOME_PATH_BYTES], other[HOME_PATH_BYTES];
    char who[64], what[96];
    bool approve;

    if (!hold_path(home, name, "decision", from, err) || !read_decision(from, &approve, who, err) ||
        !hold_path(home, name, approve ? "approved" : "denied", to, err) ||
        !hold_path(home, name, approve ? "denied" : "approved", other, err))
        return false;
    snprintf(what, sizeof(what), "%s by%s", approve ? "approved" : "denied", who);
    if (!note(journal, name, what, now_s, err) || !file_rename(from, to, err))
        return false;
    if (unlink(other) != 0 && errno != ENOENT)
        return err_set(err, ERR_INTERNAL, "%s: %s", other, strerror(errno));
    return true;
}

/* True for a file name ID.ending; name becomes ID. */
static bool is_named(const char *file, const char *ending, char name[static HOLD_NAME_BYTES])
{
    size_t hex = strspn(file, "0123456789abcdef");

    if (hex != HOLD_NAME_BYTES - 1 || file[hex] != '.' || strcmp(file + hex + 1, ending) != 0)
        return false;
    memcpy(name, file, hex);
    name[hex] = 0;
    return true;
}

/* Calls the visitor for each file ID.ending in D/held. */
static bool each(const struct home *home, const char *ending,
                 bool (*act)(void *of, const char *name, struct err *err), void *of,
                 struct err *err)
{
    char path[HOME_PATH_BYTES], name[HOLD_NAME_BYTES];
    struct dirent *entry;
    bool ok = true;
    DIR *folder;

    if (!home_path(home, "held", path, err))
        return false;
    folder = opendir(path);
    if (!folder)
        return errno == ENOENT || err_set(err, ERR_INTERNAL, "%s: %s", path, strerror(errno));
    while (ok && (entry = readdir(folder)))
        if (is_named(entry->d_name, ending, name))
            ok = act(of, name, err);
    closedir(folder);
    return ok;
}

struct taking {
    const struct home *home;
    struct journal *journal;
    int64_t now_s;
};

static bool take_one(void *of, const char *name, struct err *err)
{
    struct taking *taking = of;

    return take_decision(taking->home, taking->journal, name, taking->now_s, err);
}

bool hold_take_decisions(const struct home *home, struct journal *journal, int64_t now_s,
                         struct err *err)
{
    struct taking taking = {home, journal, now_s};

    return each(home, "decision", take_one, &taking, err);
}

/* ---- the operator's side --------------------------------------------------------------------- */

struct listing {
    const struct home *home;
    hold_visitor *visitor;
    void *of;
};

static bool show_one(void *of, const char *name, struct err *err)
{
    struct listing *listing = of;

    return listing->visitor(listing->of, name, state_of(listing->home, name), err);
}

bool hold_list(const struct home *home, hold_visitor *visitor, void *of, struct err *err)
{
    struct listing listing = {home, visitor, of};

    return each(home, "json", show_one, &listing, err);
}

struct finding {
    const char *begin;
    char *name;
    size_t n;
};

static bool compare(void *of, const char *name, enum hold_state state, struct err *err)
{
    struct finding *finding = of;

    (void)state;
    (void)err;
    if (strncmp(name, finding->begin, strlen(finding->begin)) == 0) {
        memcpy(finding->name, name, HOLD_NAME_BYTES);
        finding->n++;
    }
    return true;
}

bool hold_find(const struct home *home, const char *begin, char name[static HOLD_NAME_BYTES],
               struct err *err)
{
    struct finding finding = {.begin = begin, .name = name};

    if (!hold_list(home, compare, &finding, err))
        return false;
    return finding.n == 1 || err_set(err, ERR_INVALID, "%s held questions begin with \"%.32s\"",
                                     finding.n ? "several" : "no", begin);
}

bool hold_decide(const struct home *home, const char *name, bool approve, struct err *err)
{
    char path[HOME_PATH_BYTES], text[64];

    snprintf(text, sizeof(text), "%s uid %ld\n", approve ? "approve" : "deny", (long)getuid());
    return hold_path(home, name, "decision", path, err) &&
           file_write(path, text, strlen(text), 0600, err);
}
