/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/sample_map.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/csv.h"

struct sample_map_row {
    const char *sample; /* while reading: an offset into text, as text still moves */
    const char *person;
    size_t sample_at;
    size_t person_at;
};

struct sample_map {
    char *text; /* all names, each with its NUL */
    size_t size;
    size_t room;
    struct sample_map_row *rows; /* sorted by sample */
    size_t n;
    size_t rows_room;
};

/* Appends a name; a grown text is wiped where it was. */
static bool keep_text(struct sample_map *map, const char *text, size_t *at, struct err *err)
{
    size_t bytes = strlen(text) + 1;

    if (map->size + bytes > SAMPLE_MAP_BYTES_MAX)
        return err_set(err, ERR_INVALID, "the table of persons is larger than %u MiB",
                       SAMPLE_MAP_BYTES_MAX >> 20);
    if (map->size + bytes > map->room) {
        size_t room = (map->room + bytes) * 2;
        char *grown = malloc(room);

        if (!grown)
            return err_memory(err);
        if (map->text) {
            memcpy(grown, map->text, map->size);
            sodium_memzero(map->text, map->size);
            free(map->text);
        }
        map->text = grown;
        map->room = room;
    }
    memcpy(map->text + map->size, text, bytes);
    *at = map->size;
    map->size += bytes;
    return true;
}

static bool keep_row(struct sample_map *map, const char *sample, const char *person,
                     struct err *err)
{
    struct sample_map_row row = {0};

    if (map->n == map->rows_room) {
        size_t room = map->rows_room ? map->rows_room * 2 : 256;
        struct sample_map_row *grown = realloc(map->rows, room * sizeof(*grown));

        if (!grown)
            return err_memory(err);
        map->rows = grown;
        map->rows_room = room;
    }
    if (!keep_text(map, sample, &row.sample_at, err) ||
        !keep_text(map, person, &row.person_at, err))
        return false;
    map->rows[map->n++] = row;
    return true;
}

static bool read_rows(struct sample_map *map, struct csv *csv, int sample, int person,
                      struct err *err)
{
    const char *const *fields;

    for (;;) {
        enum csv_outcome outcome = csv_next(csv, &fields, err);

        if (outcome == CSV_END)
            return true;
        if (outcome == CSV_FAILED)
            return false;
        if (outcome == CSV_BAD || !*fields[sample] || !*fields[person])
            return err_set(err, ERR_INVALID,
                           "line %llu of the table of persons: sample or person is missing, or the "
                           "row has not the header's columns",
                           (unsigned long long)csv_line(csv));
        if (!keep_row(map, fields[sample], fields[person], err))
            return false;
    }
}

static bool read_table(struct sample_map *map, int fd, struct err *err)
{
    struct csv *csv = NULL;
    int sample, person;
    bool ok;

    if (!csv_open(csv_from_fd, &fd, &csv, err))
        return err_wrap(err, "the table of persons: ");
    sample = csv_find(csv, "sample");
    person = csv_find(csv, "person");
    ok = sample >= 0 && person >= 0
             ? read_rows(map, csv, sample, person, err)
             : err_set(err, ERR_INVALID,
                       "the table of persons has no header line with \"sample\" and \"person\"");
    csv_close(csv);
    return ok;
}

static int by_sample(const void *a, const void *b)
{
    return strcmp(((const struct sample_map_row *)a)->sample,
                  ((const struct sample_map_row *)b)->sample);
}

static bool sort_rows(struct sample_map *map, struct err *err)
{
    for (size_t i = 0; i < map->n; i++) {
        map->rows[i].sample = map->text + map->rows[i].sample_at;
        map->rows[i].person = map->text + map->rows[i].person_at;
    }
    if (map->n)
        qsort(map->rows, map->n, sizeof(*map->rows), by_sample);
    for (size_t i = 1; i < map->n; i++)
        if (strcmp(map->rows[i - 1].sample, map->rows[i].sample) == 0 &&
            strcmp(map->rows[i - 1].person, map->rows[i].person) != 0)
            return err_set(err, ERR_INVALID,
                           "the table of persons gives one sample to two persons");
    return true;
}

bool sample_map_read(int fd, struct sample_map **out, struct err *err)
{
    assert(out);
    struct sample_map *map = calloc(1, sizeof(*map));

    if (!map)
        return err_memory(err);
    if (!read_table(map, fd, err) || !sort_rows(map, err)) {
        sample_map_free(map);
        return false;
    }
    *out = map;
    return true;
}

void sample_map_free(struct sample_map *map)
{
    if (!map)
        return;
    if (map->text)
        sodium_memzero(map->text, map->size);
    free(map->text);
    free(map->rows);
    free(map);
}

const char *sample_map_person(const struct sample_map *map, const char *sample)
{
    assert(map);
    struct sample_map_row wanted = {.sample = sample};
    const struct sample_map_row *row =
        map->n ? bsearch(&wanted, map->rows, map->n, sizeof(*map->rows), by_sample) : NULL;

    return row ? row->person : NULL;
}
