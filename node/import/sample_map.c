/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/sample_map.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "node/store/person.h"
#include "proto/base/csv.h"
#include "proto/base/date.h"
#include "proto/query/code.h"

/* While reading: offsets into text, as text still moves. */
struct map_places {
    size_t sample;
    size_t person;
    size_t tissue;
};

/* The columns of the table; -1: it lacks one. */
struct map_columns {
    int sample;
    int person;
    int type;
    int tissue;
    int taken;
};

struct sample_map {
    char *text; /* all names, each with its NUL */
    size_t size;
    size_t room;
    struct sample_map_row *rows; /* sorted by sample */
    struct map_places *places;   /* of the rows, as they were read */
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

static bool make_room(struct sample_map *map, struct err *err)
{
    size_t room = map->rows_room ? map->rows_room * 2 : 256;
    struct sample_map_row *rows;
    struct map_places *places;

    if (map->n < map->rows_room)
        return true;
    rows = realloc(map->rows, room * sizeof(*rows));
    map->rows = rows ? rows : map->rows;
    places = rows ? realloc(map->places, room * sizeof(*places)) : NULL;
    map->places = places ? places : map->places;
    if (!places)
        return err_memory(err);
    map->rows_room = room;
    return true;
}

/* What a row says of the sample itself. False where a word is not of its form. */
static bool read_words(const char *const *fields, const struct map_columns *columns,
                       struct sample_map_row *row, char tissue[CODE_TEXT_MAX])
{
    const char *type = columns->type >= 0 ? fields[columns->type] : "";
    const char *code = columns->tissue >= 0 ? fields[columns->tissue] : "";
    const char *taken = columns->taken >= 0 ? fields[columns->taken] : "";
    struct code read;

    *tissue = 0;
    if (*code) {
        if (!code_parse(code, strlen(code), &read))
            return false;
        code_print(&read, tissue);
    }
    return (!*type || sample_type_read(type, &row->type)) &&
           (!*taken || date_parse(taken, &row->taken));
}

static bool keep_row(struct sample_map *map, const char *const *fields,
                     const struct map_columns *columns, uint64_t line, struct err *err)
{
    struct sample_map_row row = {.taken = PERSON_NO_DATE};
    char tissue[CODE_TEXT_MAX];
    struct map_places places = {0};

    if (!read_words(fields, columns, &row, tissue))
        return err_set(err, ERR_INVALID,
                       "line %llu of the table of persons: type is germline, tumour, normal, "
                       "cfdna, rna or isolate, tissue a code (icdo3:C34.9, snomed:39607008), taken "
                       "a day (2024-02-29)",
                       (unsigned long long)line);
    if (!make_room(map, err) || !keep_text(map, fields[columns->sample], &places.sample, err) ||
        !keep_text(map, fields[columns->person], &places.person, err) ||
        !keep_text(map, tissue, &places.tissue, err))
        return false;
    map->rows[map->n] = row;
    map->places[map->n++] = places;
    return true;
}

static bool read_rows(struct sample_map *map, struct csv *csv, const struct map_columns *columns,
                      struct err *err)
{
    const char *const *fields;

    for (;;) {
        enum csv_outcome outcome = csv_next(csv, &fields, err);

        if (outcome == CSV_END)
            return true;
        if (outcome == CSV_FAILED)
            return false;
        if (outcome == CSV_BAD || !*fields[columns->sample] || !*fields[columns->person])
            return err_set(err, ERR_INVALID,
                           "line %llu of the table of persons: sample or person is missing, or the "
                           "row has not the header's columns",
                           (unsigned long long)csv_line(csv));
        if (!keep_row(map, fields, columns, csv_line(csv), err))
            return false;
    }
}

static bool read_table(struct sample_map *map, int fd, struct err *err)
{
    struct csv *csv = NULL;
    struct map_columns columns;
    bool ok;

    if (!csv_open(csv_from_fd, &fd, &csv, err))
        return err_wrap(err, "the table of persons: ");
    columns = (struct map_columns){csv_find(csv, "sample"), csv_find(csv, "person"),
                                   csv_find(csv, "type"), csv_find(csv, "tissue"),
                                   csv_find(csv, "taken")};
    ok = columns.sample >= 0 && columns.person >= 0
             ? read_rows(map, csv, &columns, err)
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

static bool same_words(const struct sample_map_row *a, const struct sample_map_row *b)
{
    return strcmp(a->person, b->person) == 0 && a->type == b->type && a->taken == b->taken &&
           strcmp(a->tissue, b->tissue) == 0;
}

static bool sort_rows(struct sample_map *map, struct err *err)
{
    for (size_t i = 0; i < map->n; i++) {
        map->rows[i].sample = map->text + map->places[i].sample;
        map->rows[i].person = map->text + map->places[i].person;
        map->rows[i].tissue = map->text + map->places[i].tissue;
    }
    if (map->n)
        qsort(map->rows, map->n, sizeof(*map->rows), by_sample);
    for (size_t i = 1; i < map->n; i++)
        if (strcmp(map->rows[i - 1].sample, map->rows[i].sample) == 0 &&
            !same_words(&map->rows[i - 1], &map->rows[i]))
            return err_set(err, ERR_INVALID,
                           "the table of persons gives one sample to two persons, or says two "
                           "things of it");
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
    free(map->places);
    free(map);
}

const struct sample_map_row *sample_map_find(const struct sample_map *map, const char *sample)
{
    assert(map);
    struct sample_map_row wanted = {.sample = sample};

    return map->n ? bsearch(&wanted, map->rows, map->n, sizeof(*map->rows), by_sample) : NULL;
}
