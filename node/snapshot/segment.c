/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "node/snapshot/ages.h"
#include "node/snapshot/bits.h"
#include "node/snapshot/segment_schema.h"
#include "node/snapshot/snapshot_inside.h"
#include "node/store/variant.h"
#include "proto/base/date.h"

static const char *const texts[SEGMENT_STATEMENTS] = {
    [CONCEPT_READ] = "SELECT kind, form, data FROM concept WHERE system = ?1 AND code = ?2",
    [CONCEPT_SCAN] = ("SELECT kind, form, data, code FROM concept"
                      " WHERE system = ?1 AND code >= ?2 ORDER BY code"),
    [BLOCK_READ] = "SELECT data FROM block WHERE id = ?1",
    [NOTES_READ] = "SELECT data FROM note_block WHERE id = ?1",
    [GENE_READ] = "SELECT n, data FROM gene WHERE name = ?1 ORDER BY id",
    [GAP_READ] = "SELECT data FROM gap WHERE assay = ?2 AND level = ?3 AND id = ?1",
    [ALLELES_BEFORE] = ("SELECT vid, length(ref) FROM allele WHERE vid >= ?1 AND vid < ?2"
                        " ORDER BY vid"),
    [SEGMENT_ALLELE_READ] = "SELECT ref, alt FROM allele WHERE vid = ?1",
    [DAYS_SCAN] = ("SELECT kind, code, data, days, undated FROM concept"
                   " WHERE system = ?1 AND code >= ?2 AND form = 0 ORDER BY code"),
    [VALUES_SCAN] = ("SELECT kind, code, data, days, undated, measured FROM concept"
                     " WHERE system = ?1 AND code >= ?2 AND form = 0 ORDER BY code"),
    [VALUELESS_SCAN] = ("SELECT kind, code, data, days, undated, NULL FROM concept"
                        " WHERE system = ?1 AND code >= ?2 AND form = 0 ORDER BY code"),
    [UNDATED_SCAN] = ("SELECT kind, code, data, NULL, NULL, NULL FROM concept"
                      " WHERE system = ?1 AND code >= ?2 AND form = 0 ORDER BY code"),
};

sqlite3_stmt *segment_statement(struct segment *segment, enum segment_statement which,
                                struct err *err)
{
    assert(segment);
    sqlite3_stmt **stmt = &segment->statements[which];

    if (!*stmt && !sql_prepare(segment->db, texts[which], stmt, err))
        return NULL;
    sqlite3_reset(*stmt);
    return *stmt;
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "a segment of the snapshot is damaged");
}

/*** opening ***/

uint64_t *segment_bitmap(const struct segment *segment, sqlite3_stmt *row, int column,
                         struct err *err)
{
    assert(segment);
    uint64_t *words = calloc(SEGMENT_WORDS(segment->persons.n) + 1, sizeof(*words));
    const void *data = sqlite3_column_blob(row, column);
    struct bitmap bitmap;

    if (!words || !data ||
        !bitmap_unpack(data, (size_t)sqlite3_column_bytes(row, column), segment->persons.n,
                       &bitmap)) {
        free(words);
        damaged(err);
        return NULL;
    }
    bitmap_or(&bitmap, words, segment->persons.n);
    return words;
}

static bool make_ages(struct segment *segment, size_t n, struct err *err)
{
    segment->age = malloc((n + 1) * sizeof(*segment->age));
    segment->age_most = malloc((n + 1) * sizeof(*segment->age_most));
    segment->age_months = malloc((n + 1) * sizeof(*segment->age_months));
    segment->age_months_most = malloc((n + 1) * sizeof(*segment->age_months_most));
    segment->age_days = malloc((n + 1) * sizeof(*segment->age_days));
    segment->age_days_most = malloc((n + 1) * sizeof(*segment->age_days_most));
    return (segment->age && segment->age_most && segment->age_months && segment->age_months_most &&
            segment->age_days && segment->age_days_most) ||
           err_memory(err);
}

static bool read_ages(struct segment *segment, struct err *err)
{
    size_t n = segment->persons.n;
    int32_t *date = segment_column_days(segment, "birth_date", err);
    uint8_t *fixed = date ? segment_column(segment, "age_fixed", n, err) : NULL;
    uint8_t *deceased = fixed ? segment_column(segment, "deceased", n, err) : NULL;
    int32_t *death = deceased ? segment_column_days(segment, "death_date", err) : NULL;
    bool ok = death && make_ages(segment, n, err);

    for (size_t i = 0; ok && i < n; i++) {
        struct birth birth = {date[i], segment->birth_year[i], fixed[i], deceased[i], death[i]};
        struct ages ages = ages_of(&birth, segment->snapshot->manifest.date);

        segment->age[i] = ages.least.years;
        segment->age_most[i] = ages.most.years;
        segment->age_months[i] = ages.least.months;
        segment->age_months_most[i] = ages.most.months;
        segment->age_days[i] = ages.least.days;
        segment->age_days_most[i] = ages.most.days;
    }
    segment->birth_date = date;
    free(fixed);
    free(death);
    segment->deceased = deceased;
    return ok;
}

/* When the day of birth is known, so is the year. */
static bool fill_birth_years(struct segment *segment, struct err *err)
{
    int32_t *date = segment_column_days(segment, "birth_date", err);
    int year, month, day;

    for (uint32_t i = 0; date && i < segment->persons.n; i++) {
        if (segment->birth_year[i] || date[i] == PERSON_NO_DATE)
            continue;
        date_to_civil(date[i], &year, &month, &day);
        segment->birth_year[i] = (int16_t)year;
    }
    free(date);
    return date != NULL;
}

/*
 * Sets a pointer to each text. False unless the bytes are only NUL-terminated texts, no more than a
 * u16 can number.
 */
static bool split_diseases(struct segment *segment, size_t size)
{
    size_t n = 0, at = 0;

    if (size == 0 || segment->disease_texts[size - 1])
        return false;
    for (size_t i = 0; i < size; i++)
        n += !segment->disease_texts[i];
    segment->diseases = n <= UINT16_MAX ? calloc(n, sizeof(*segment->diseases)) : NULL;
    for (size_t i = 0; segment->diseases && i < n; i++) {
        segment->diseases[i] = segment->disease_texts + at;
        at += strlen(segment->diseases[i]) + 1;
    }
    segment->persons.n_diseases = n;
    return segment->diseases != NULL;
}

/* The column of diseases exists when some person permits research on one disease. */
static bool read_diseases(struct segment *segment, struct err *err)
{
    struct segment_persons *persons = &segment->persons;
    int64_t size;

    if (!sql_number(segment->db,
                    "SELECT coalesce(sum(length(data)), -1) FROM column WHERE name = 'diseases'", 0,
                    &size, err))
        return false;
    if (size < 0)
        return true;
    segment->consent_disease =
        segment_column(segment, "consent_disease", sizeof(uint16_t) * (size_t)persons->n, err);
    segment->disease_texts =
        segment->consent_disease ? segment_column(segment, "diseases", (size_t)size, err) : NULL;
    if (!segment->disease_texts)
        return false;
    if (!split_diseases(segment, (size_t)size))
        return damaged(err);
    for (uint32_t i = 0; i < persons->n; i++)
        if (segment->consent_disease[i] > persons->n_diseases)
            return damaged(err);
    persons->consent_disease = segment->consent_disease;
    persons->diseases = segment->diseases;
    return true;
}

/* The columns of consent exist when consent is recorded for some person. */
static bool read_consent(struct segment *segment, struct err *err)
{
    size_t n = segment->persons.n;
    int64_t has;

    if (!sql_number(segment->db, "SELECT count(*) FROM column WHERE name = 'consent'", 0, &has,
                    err))
        return false;
    if (!has)
        return true;
    segment->consent = segment_column(segment, "consent", 8 * n, err);
    segment->consent_from =
        segment->consent ? segment_column(segment, "consent_from", 4 * n, err) : NULL;
    segment->consent_to =
        segment->consent_from ? segment_column(segment, "consent_to", 4 * n, err) : NULL;
    segment->persons.consent = segment->consent;
    segment->persons.consent_from = segment->consent_from;
    segment->persons.consent_to = segment->consent_to;
    return segment->consent_to && read_diseases(segment, err);
}

static bool read_persons(struct segment *segment, struct err *err)
{
    size_t n = segment->manifest->persons;
    size_t n_words = SEGMENT_WORDS(n);

    segment->persons.n = (uint32_t)n;
    segment->persons.n_words = n_words;
    segment->id = segment_column(segment, "pid", n * sizeof(*segment->id), err);
    segment->sex = segment->id ? segment_column(segment, "sex", n, err) : NULL;
    segment->birth_year = segment->sex ? segment_column(segment, "birth_year", 2 * n, err) : NULL;
    if (!segment->birth_year || !fill_birth_years(segment, err) || !read_ages(segment, err))
        return false;
    segment->alive = calloc(n_words + 1, sizeof(*segment->alive));
    if (!segment->alive)
        return err_memory(err);
    for (uint32_t i = 0; i < n; i++)
        if (!bits_has(segment->manifest->dead, i))
            bits_set(segment->alive, i);
    segment->persons.n_alive = bits_count(segment->alive, n_words);
    segment->persons.alive = segment->alive;
    segment->persons.sex = segment->sex;
    segment->persons.birth_year = segment->birth_year;
    segment->persons.birth_date = segment->birth_date;
    segment->persons.age = segment->age;
    segment->persons.age_most = segment->age_most;
    segment->persons.age_months = segment->age_months;
    segment->persons.age_months_most = segment->age_months_most;
    segment->persons.age_days = segment->age_days;
    segment->persons.age_days_most = segment->age_days_most;
    segment->persons.deceased = segment->deceased;
    segment->persons.id = segment->id;
    return read_consent(segment, err);
}

static bool has_column(const struct segment *segment, const char *name, bool *there,
                       struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sql_prepare(segment->db, "SELECT 1 FROM column WHERE name = ?1", &stmt, err);

    if (ok) {
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
        ok = sql_next(stmt, there, err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

/* An older segment does not say whether it has exchanges, and how long its REFs are: it may. */
static bool read_spellings(struct segment *segment, int64_t version, struct err *err)
{
    uint64_t *longest;
    bool known;

    segment->longest = VARIANT_ALLELE_BYTES_MAX;
    if (!has_column(segment, "unaligned", &segment->unaligned, err) ||
        !has_column(segment, "exchanges", &segment->exchanges, err) ||
        !has_column(segment, "longest", &known, err))
        return false;
    segment->exchanges |= version < SEGMENT_VERSION_EXCHANGES;
    if (!known)
        return true;
    longest = segment_column(segment, "longest", sizeof(*longest), err);
    if (longest && *longest < segment->longest)
        segment->longest = (uint32_t)*longest;
    free(longest);
    return longest != NULL;
}

bool segment_has_exchanges(const struct segment *segment)
{
    assert(segment);
    return segment->exchanges;
}

bool segment_has_unaligned(const struct segment *segment)
{
    assert(segment);
    return segment->unaligned;
}

static bool read_meta(struct segment *segment, struct err *err)
{
    uint64_t *meta = segment_column(segment, "meta", 4 * sizeof(uint64_t), err);
    bool same;

    if (!meta)
        return false;
    same = meta[0] == segment->manifest->persons && meta[1] == segment->manifest->variants;
    segment->annotated = meta[3] != 0;
    free(meta);
    return same || damaged(err);
}

static bool read_sampled(struct segment *segment, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    bool ok = sql_prepare(segment->db, "SELECT assembly, members FROM sampled", &stmt, err);

    segment->sampled_any = calloc(segment->persons.n_words + 1, sizeof(uint64_t));
    if (ok && !segment->sampled_any)
        ok = err_memory(err);
    while (ok && row) {
        int64_t assembly;

        ok = sql_next(stmt, &row, err);
        if (!ok || !row)
            break;
        assembly = sqlite3_column_int64(stmt, 0);
        if (assembly < 0 || assembly >= ASSEMBLIES || segment->sampled[assembly])
            ok = damaged(err);
        else
            segment->sampled[assembly] = segment_bitmap(segment, stmt, 1, err);
        ok = ok && segment->sampled[assembly];
        if (ok)
            bits_or(segment->sampled_any, (const uint8_t *)segment->sampled[assembly],
                    segment->persons.n_words);
    }
    for (int i = 0; ok && i < ASSEMBLIES; i++)
        ok = segment->sampled[i] || damaged(err);
    sqlite3_finalize(stmt);
    return ok;
}

/* Does the segment have any traces? Most have none, and then no question has to look for them. */
static bool read_traces(struct segment *segment, struct err *err)
{
    int64_t traces;

    if (!sql_number(segment->db,
                    "SELECT EXISTS (SELECT 1 FROM concept WHERE system >= '" EVENT_TRACE_SYSTEM
                    "' AND system < '/')",
                    0, &traces, err))
        return false;
    segment->has_traces = traces != 0;
    return true;
}

bool segment_open(struct snapshot *snapshot, size_t i, struct err *err)
{
    struct segment *segment = &snapshot->segments[i];
    char path[PATH_MAX];
    int64_t application, version;
    uint32_t other;

    segment->snapshot = snapshot;
    segment->manifest = &snapshot->manifest.segments[i];
    if (!manifest_path(snapshot->folder, segment->manifest->hash, "segment", path, sizeof(path)))
        return err_set(err, ERR_INVALID, "the path %s is too long", snapshot->folder);
    if (!sql_open(path, SQL_IMMUTABLE, &segment->db, err) ||
        !sql_number(segment->db, "PRAGMA application_id", 0, &application, err) ||
        !sql_number(segment->db, "PRAGMA user_version", 0, &version, err))
        return false;
    if (application != SEGMENT_APPLICATION || version < SEGMENT_VERSION_OLDEST ||
        version > SEGMENT_VERSION)
        return err_set(err, ERR_INVALID, "%s is of another version: publish with --rebuild", path);
    segment->has_gaps = version >= SEGMENT_VERSION_GAPS;
    segment->has_days = version >= SEGMENT_VERSION_DAYS;
    segment->has_values = version >= SEGMENT_VERSION_VALUES;
    other = segment->manifest->tumour_of       ? segment->manifest->tumour_of
            : segment->manifest->structural_of ? segment->manifest->structural_of
                                               : segment->manifest->day_of;
    if (other) /* its persons are told by the other */
        segment->persons = snapshot->segments[other - 1].persons;
    return (read_meta(segment, err) && (other || read_persons(segment, err)) &&
            read_sampled(segment, err) && segment_taken_read(segment, version, err) &&
            read_traces(segment, err) && read_spellings(segment, version, err) &&
            segment_find_kinds(segment, err)) ||
           err_wrap(err, "%s: ", path);
}

static void free_all(void *of, size_t n)
{
    void **at = of;

    for (size_t i = 0; at && i < n; i++)
        free(at[i]);
    free(at);
}

void segment_structurals_clear(struct segment *segment)
{
    assert(segment);
    for (size_t i = 0; i < segment->n_judged; i++)
        free(segment->judged[i].members);
    for (size_t i = 0; segment->judging && i < segment->snapshot->info.n_assays; i++)
        free(segment->judging[i]);
    free(segment->judged);
    free(segment->judging);
    free(segment->structurals);
    segment->judged = NULL;
    segment->judging = NULL;
    segment->structurals = NULL;
    segment->n_judged = segment->n_structurals = 0;
    segment->has_structurals = false;
}

void segment_close(struct segment *segment)
{
    assert(segment);
    for (int i = 0; i < SEGMENT_STATEMENTS; i++)
        sqlite3_finalize(segment->statements[i]);
    sql_close(segment->db);
    free(segment->alive);
    free(segment->sex);
    free(segment->birth_year);
    free(segment->birth_date);
    free(segment->age);
    free(segment->age_most);
    free(segment->age_months);
    free(segment->age_months_most);
    free(segment->age_days);
    free(segment->age_days_most);
    free(segment->deceased);
    free(segment->taken);
    free(segment->undated);
    free(segment->id);
    free(segment->consent);
    free(segment->consent_from);
    free(segment->consent_to);
    free(segment->consent_disease);
    free(segment->disease_texts);
    free(segment->diseases);
    free_all(segment->assay_members, segment->snapshot ? segment->snapshot->info.n_assays : 0);
    free_all(segment->callset_members, segment->snapshot ? segment->snapshot->info.n_callsets : 0);
    free(segment->callset_map);
    free(segment->sampled_any);
    for (int i = 0; i < ASSEMBLIES; i++)
        free(segment->sampled[i]);
    for (int kind = 0; kind < GAP_WHOLES; kind++)
        free_all(segment->gap_whole[kind],
                 segment->snapshot ? segment->snapshot->info.n_assays + 1 : 0);
    free(segment->gap_runs);
    segment_kinds_clear(segment);
    segment_structurals_clear(segment);
    free(segment->block_first);
    free(segment->blocks);
    for (int i = 0; i < GENE_CACHE; i++)
        gene_cache_entry_clear(&segment->genes[i]);
    free(segment->notes.names);
    free(segment->notes.notes);
}

/*** reading ***/

const struct segment_persons *segment_persons(const struct segment *segment)
{
    assert(segment);
    return &segment->persons;
}

struct segment *segment_tumour(const struct segment *segment)
{
    assert(segment);
    return segment->tumour;
}

const uint64_t *segment_assay_members(const struct segment *segment, size_t i)
{
    assert(segment);
    return segment->assay_members[i];
}

const uint64_t *segment_callset_members(const struct segment *segment, size_t i)
{
    assert(segment);
    return segment->callset_members[i];
}

const uint64_t *segment_sampled(const struct segment *segment)
{
    assert(segment);
    return segment->sampled_any;
}

bool segment_has_traces(const struct segment *segment)
{
    assert(segment);
    return segment->has_traces;
}

bool segment_annotated(const struct segment *segment)
{
    assert(segment);
    return segment->annotated;
}

/*
 * ORs the bitmap in column 2 of a row of concepts into words, when the row is one of those asked
 * for.
 */
static bool take_concept(const struct segment *segment, sqlite3_stmt *row, unsigned kind,
                         unsigned forms, uint64_t *words)
{
    struct bitmap bitmap;

    if (kind != CONCEPT_ANY_KIND && (unsigned)sqlite3_column_int(row, 0) != kind)
        return true;
    if (!(forms >> (sqlite3_column_int(row, 1) & 7) & 1))
        return true;
    if (!bitmap_unpack(sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2),
                       segment->persons.n, &bitmap))
        return false;
    bitmap_or(&bitmap, words, segment->persons.n);
    return true;
}

bool segment_concept(struct segment *segment, struct concept concept, uint64_t *words,
                     struct err *err)
{
    sqlite3_stmt *stmt = segment_statement(segment, CONCEPT_READ, err);
    /*
     * A closed row that would equal the exact one is not written, so the exact one is read as well.
     */
    unsigned forms =
        1U << concept.form | (concept.form == CONCEPT_CLOSED ? 1U << CONCEPT_EXACT : 0);
    bool row = true;

    if (!stmt)
        return false;
    sqlite3_bind_text(stmt, 1, concept.system, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, concept.code, -1, SQLITE_STATIC);
    while (row) {
        if (!sql_next(stmt, &row, err))
            return false;
        if (row && !take_concept(segment, stmt, concept.kind, forms, words))
            return damaged(err);
    }
    return true;
}

bool segment_concept_prefix(struct segment *segment, unsigned kind, const char *system,
                            const char *prefix, uint64_t *words, struct err *err)
{
    sqlite3_stmt *stmt = segment_statement(segment, CONCEPT_SCAN, err);
    size_t length = strlen(prefix);
    bool row = true;

    if (!stmt)
        return false;
    sqlite3_bind_text(stmt, 1, system, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, prefix, -1, SQLITE_STATIC);
    while (row) {
        if (!sql_next(stmt, &row, err))
            return false;
        if (!row || strncmp((const char *)sqlite3_column_text(stmt, 3), prefix, length) != 0)
            break;
        if (!take_concept(segment, stmt, kind, 1U << CONCEPT_EXACT, words))
            return damaged(err);
    }
    sqlite3_reset(stmt);
    return true;
}
