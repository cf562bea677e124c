/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/asked_list.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/audit.h"
#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/base/json.h"
#include "proto/query/vocabulary.h"

#define DAY_S 86400

/* One charged question, before it is put together with those that are like it. */
struct asked_entry {
    const char *key; /* "2026-11\npurpose\nnote" */
    uint8_t question[32];
};

struct asked_entries {
    struct asked_entry *entry;
    size_t n, room;
    size_t months_room;
};

static void month_of(int64_t time_s, char month[static ASKED_LIST_MONTH_BYTES])
{
    int year, number, day;

    date_to_civil((int32_t)(time_s / DAY_S), &year, &number, &day);
    snprintf(month, ASKED_LIST_MONTH_BYTES, "%04u-%02u", (unsigned)year % 10000,
             (unsigned)number % 100);
}

void asked_list_until(int64_t now_s, int embargo, char until[static ASKED_LIST_MONTH_BYTES])
{
    assert(now_s >= 0 && embargo >= 0);
    int year, month, day, months;

    date_to_civil((int32_t)(now_s / DAY_S), &year, &month, &day);
    months = year * 12 + (month - 1) - 1 - embargo; /* the month that is not over is not told */
    snprintf(until, ASKED_LIST_MONTH_BYTES, "%04u-%02u", (unsigned)(months / 12) % 10000,
             (unsigned)(months % 12 + 1));
}

/* ---- reading the log ------------------------------------------------------------------------- */

static bool keep(struct asked_entries *entries, struct arena *arena, const char *month,
                 const struct leaf *leaf, struct err *err)
{
    struct asked_entry *entry;

    if (entries->n == entries->room) {
        size_t room = entries->room ? 2 * entries->room : 256;
        struct asked_entry *more = arena_array(arena, room, sizeof(*more));

        if (!more)
            return err_memory(err);
        if (entries->n > 0)
            memcpy(more, entries->entry, entries->n * sizeof(*more));
        entries->entry = more;
        entries->room = room;
    }
    entry = &entries->entry[entries->n++];
    entry->key = arena_printf(arena, "%s\n%s\n%s", month, leaf->purpose, leaf->note);
    memcpy(entry->question, leaf->question_hash, sizeof(entry->question));
    return entry->key || err_memory(err);
}

/* The month's row, which is made when it is new. The list has room for it. */
static struct asked_month *find_month(struct asked_list *list, const char *month)
{
    size_t at = 0;

    while (at < list->n_months && strcmp(list->month[at].month, month) < 0)
        at++;
    if (at < list->n_months && strcmp(list->month[at].month, month) == 0)
        return &list->month[at];
    memmove(&list->month[at + 1], &list->month[at],
            (list->n_months - at) * sizeof(list->month[at]));
    list->month[at] = (struct asked_month){{0}, 0, 0};
    memcpy(list->month[at].month, month, ASKED_LIST_MONTH_BYTES);
    list->n_months++;
    return &list->month[at];
}

/* Room for one month more. */
static bool month_room(struct asked_list *list, struct asked_entries *entries, struct arena *arena,
                       struct err *err)
{
    struct asked_month *more;

    if (list->n_months < entries->months_room)
        return true;
    entries->months_room = list->n_months + 64;
    more = arena_array(arena, entries->months_room, sizeof(*more));
    if (!more)
        return err_memory(err);
    if (list->n_months > 0)
        memcpy(more, list->month, list->n_months * sizeof(*more));
    list->month = more;
    return true;
}

static bool take_leaf(struct asked_list *list, struct asked_entries *entries, struct arena *arena,
                      const struct leaf *leaf, struct err *err)
{
    char month[ASKED_LIST_MONTH_BYTES];

    month_of(leaf->time_s, month);
    if (leaf->type == LEAF_CHARGE)
        return keep(entries, arena, month, leaf, err);
    if (leaf->type != LEAF_DENY && leaf->type != LEAF_DENIED_AGAIN && leaf->type != LEAF_COUNT)
        return true;
    if (!month_room(list, entries, arena, err))
        return false;
    if (leaf->type == LEAF_COUNT)
        find_month(list, month)->staff_counts++;
    else
        find_month(list, month)->refused += leaf->type == LEAF_DENY ? 1 : (uint64_t)leaf->nrho;
    return true;
}

static bool read_log(struct audit *audit, struct asked_list *list, struct asked_entries *entries,
                     struct arena *arena, struct err *err)
{
    uint8_t bytes[AUDIT_LEAF_MAX];
    char month[ASKED_LIST_MONTH_BYTES];
    struct leaf leaf;
    size_t size;

    for (uint64_t i = 0; i < audit_size(audit); i++) {
        if (!audit_leaf(audit, i, bytes, &size, err) || !leaf_read(bytes, size, &leaf, err))
            return err_wrap(err, "entry %" PRIu64 " of the log: ", i);
        month_of(leaf.time_s, month);
        if (strcmp(month, list->until) > 0)
            continue;
        if (!take_leaf(list, entries, arena, &leaf, err))
            return false;
        list->leaves = i + 1;
    }
    return audit_root(audit, list->leaves, list->root, err);
}

/* ---- putting together ------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
    const struct asked_entry *x = a, *y = b;
    int order = strcmp(x->key, y->key);

    return order ? order : memcmp(x->question, y->question, sizeof(x->question));
}

static bool begin_row(struct asked_row *row, const char *key, struct arena *arena, struct err *err)
{
    const char *purpose = strchr(key, '\n') + 1;
    char *note = arena_strdup(arena, strchr(purpose, '\n') + 1);
    struct err old;

    if (!note)
        return err_memory(err);
    row->month = arena_strndup(arena, key, (size_t)(purpose - 1 - key));
    row->purpose = arena_strndup(arena, purpose, strcspn(purpose, "\n"));
    row->told = gist_read(note, &row->gist, &old);
    return (row->month && row->purpose) || err_memory(err);
}

bool asked_list_make(struct audit *audit, struct arena *arena, struct asked_list *out,
                     struct err *err)
{
    assert(audit && arena && out && out->network && out->node && out->until[0]);
    struct asked_entries entries = {0};

    if (!read_log(audit, out, &entries, arena, err))
        return false;
    if (entries.n > 0)
        qsort(entries.entry, entries.n, sizeof(*entries.entry), compare);
    out->row = arena_array(arena, entries.n + 1, sizeof(*out->row));
    if (!out->row)
        return err_memory(err);
    for (size_t i = 0; i < entries.n; i++) {
        bool same = i > 0 && strcmp(entries.entry[i].key, entries.entry[i - 1].key) == 0;

        if (same && compare(&entries.entry[i], &entries.entry[i - 1]) == 0)
            continue;
        if (!same && !begin_row(&out->row[out->n_rows++], entries.entry[i].key, arena, err))
            return false;
        out->row[out->n_rows - 1].questions++;
    }
    return true;
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void put_fields(cJSON *object, uint32_t fields, bool *ok)
{
    cJSON *list = json_put(object, "fields", cJSON_CreateArray(), ok);

    for (uint32_t i = 0; *ok && i < FIELD_COUNT; i++)
        if (fields & UINT32_C(1) << i)
            *ok = cJSON_AddItemToArray(list, cJSON_CreateString(vocabulary_fields[i].name));
}

static void put_row(cJSON *list, const struct asked_row *row, bool *ok)
{
    cJSON *object = cJSON_CreateObject();

    *ok = *ok && cJSON_AddItemToArray(list, object);
    if (!*ok)
        return;
    json_put_text(object, "month", row->month, ok);
    json_put_text(object, "purpose", row->purpose, ok);
    if (row->told) {
        json_put_text(object, "role", row->gist.role, ok);
        json_put_text(object, "measure", measure_name(row->gist.measure), ok);
        json_put_text(object, "mode", mode_name(row->gist.mode), ok);
        json_put_int(object, "sigma", row->gist.sigma, ok);
        json_put_text(object, "release", row->gist.release, ok);
        put_fields(object, row->gist.fields, ok);
    }
    json_put_int(object, "questions", (int64_t)row->questions, ok);
}

static void put_months(cJSON *root, const struct asked_list *list, bool *ok)
{
    cJSON *months = json_put(root, "months", cJSON_CreateArray(), ok);

    for (size_t i = 0; *ok && i < list->n_months; i++) {
        cJSON *object = cJSON_CreateObject();

        *ok = cJSON_AddItemToArray(months, object);
        json_put_text(object, "month", list->month[i].month, ok);
        json_put_int(object, "refused", (int64_t)list->month[i].refused, ok);
        json_put_int(object, "staff_counts", (int64_t)list->month[i].staff_counts, ok);
    }
}

static bool put_all(cJSON *root, const struct asked_list *list)
{
    char hex[2 * MERKLE_HASH_BYTES + 1];
    bool ok = root != NULL;
    cJSON *log, *rows;

    bytes_to_hex(list->root, sizeof(list->root), hex);
    json_put_int(root, "schema_version", 1, &ok);
    json_put_text(root, "network", list->network, &ok);
    json_put_text(root, "node", list->node, &ok);
    json_put_text(root, "until", list->until, &ok);
    log = json_put(root, "log", cJSON_CreateObject(), &ok);
    json_put_int(log, "size", (int64_t)list->leaves, &ok);
    json_put_text(log, "root", hex, &ok);
    rows = json_put(root, "asked", cJSON_CreateArray(), &ok);
    for (size_t i = 0; ok && i < list->n_rows; i++)
        put_row(rows, &list->row[i], &ok);
    put_months(root, list, &ok);
    return ok;
}

bool asked_list_json(const struct asked_list *list, struct bytes *out, struct err *err)
{
    assert(list && out);
    cJSON *root = cJSON_CreateObject();
    char *text = put_all(root, list) ? cJSON_Print(root) : NULL;

    if (text) {
        bytes_add_text(out, text);
        bytes_add_text(out, "\n");
    }
    free(text);
    cJSON_Delete(root);
    return (text && !out->failed) || err_memory(err);
}
