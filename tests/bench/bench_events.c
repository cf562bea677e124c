/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast questions about dated events are on 200,000 persons with 50 of them each, and how large
 * a snapshot of them is: the very functions that the keeper calls, noise and ledger left out. Each
 * question is asked of SQLite too, on the same rows with an index on (code, person, day), and both
 * must find as many persons.
 *
 * Each person has a birth year; an event is one of 200 diagnoses or 100 treatments, the first ones
 * far more often than the last, on a day of 20 years. The same seed, the same snapshot.
 *
 *   bench_events FOLDER [PERSONS [EVENTS A PERSON]]
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/evaluate/evaluate.h"
#include "node/evaluate/truth.h"
#include "node/publish/publish.h"
#include "node/snapshot/snapshot.h"
#include "node/store/delivery.h"
#include "node/store/entry_batch.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/date.h"
#include "proto/base/file.h"
#include "proto/base/sql.h"
#include "proto/query/parse.h"
#include "tests/synth/dice.h"

#define DIAGNOSES 200
#define CODES 300
#define DAY_FIRST 13149 /* 2006-01-01 */
#define DAYS 7305
#define ROUNDS 51
#define SQL_ROUNDS 3

struct settings {
    uint32_t n_persons;
    uint32_t n_events; /* a person */
    struct dice dice;
    sqlite3 *beside;
};

static void must(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "bench_events: %s\n", err->text);
    exit(EXIT_FAILED);
}

static void code_text(uint32_t code, char text[16])
{
    if (code < DIAGNOSES)
        snprintf(text, 16, "C%02u%u", 10 + code / 10, code % 10);
    else
        snprintf(text, 16, "L01%c%c%02u", (char)('A' + (code - DIAGNOSES) / 20),
                 (char)('A' + (code - DIAGNOSES) / 4 % 5), 1 + code % 4);
}

/* The first of a kind's codes have most of the events. */
static uint32_t any_code(struct settings *settings)
{
    double share = (double)(dice_next(&settings->dice) >> 11) / 9007199254740992.0;
    bool treatment = dice_below(&settings->dice, 2);
    uint32_t n = treatment ? CODES - DIAGNOSES : DIAGNOSES;

    return (treatment ? DIAGNOSES : 0) + (uint32_t)((double)n * share * share * share);
}

static void put_person(struct settings *settings, struct entry_batch *batch, sqlite3_stmt *beside,
                       uint32_t i)
{
    struct person_facts facts = person_facts_none();
    uint8_t content[32] = {0};
    struct entry_key key;
    struct entry_batch_row row = {.said = {.key = &key, .content = content, .facts = &facts}};
    struct err err;

    crypto_generichash(row.person.b, sizeof(row.person.b), (const uint8_t *)&i, sizeof(i), NULL, 0);
    key = entry_batch_key(&row.person, 0);
    facts.sex = (enum person_sex)(1 + (i & 1));
    facts.birth_year = 1930 + (int32_t)dice_below(&settings->dice, 80);
    must(entry_batch_put(batch, &row, &err), &err);
    for (uint32_t e = 0; e < settings->n_events; e++) {
        uint32_t code = any_code(settings);
        char text[16];
        struct event event = {.kind = code < DIAGNOSES ? EVENT_DIAGNOSIS : EVENT_TREATMENT,
                              .system = code < DIAGNOSES ? "icd10" : "atc",
                              .code = text,
                              .date = DAY_FIRST + (int32_t)dice_below(&settings->dice, DAYS),
                              .age_days = EVENT_NO_AGE};

        code_text(code, text);
        must(entry_batch_event(batch, &event, &err), &err);
        sqlite3_bind_int64(beside, 1, code);
        sqlite3_bind_int64(beside, 2, i);
        sqlite3_bind_int64(beside, 3, event.date);
        must(sql_done(beside, &err), &err);
    }
}

static void build(struct settings *settings, const char *store_path, const char *folder)
{
    struct publish_options options = {.folder = folder, .date = date_from_civil(2026, 11, 1)};
    struct import_source source = {
        .kind = "bench", .options = "", .name = "made up", .feed = "made up"};
    struct deliveries deliveries = {.n = 2,
                                    .at = {{EVENT_DIAGNOSIS, "icd10", PERSON_NO_DATE},
                                           {EVENT_TREATMENT, "atc", PERSON_NO_DATE}}};
    struct entry_batch_counts written = {0};
    struct import_counts counts = {0};
    struct publish_result result;
    struct entry_batch *batch;
    sqlite3_stmt *beside;
    struct store *store;
    struct err err;
    int64_t id, start = clock_mono_ms(), stored;

    source.deliveries = &deliveries;
    must(store_open(store_path, &store, &err) && import_run_begin(store, &source, &id, &err) &&
             entry_batch_open(store, &batch, &err),
         &err);
    must(sql_run(settings->beside, "CREATE TABLE event (code INTEGER, person INTEGER, day INTEGER)",
                 &err) &&
             sql_run(settings->beside, "BEGIN", &err) &&
             sql_prepare(settings->beside, "INSERT INTO event VALUES (?1, ?2, ?3)", &beside, &err),
         &err);
    for (uint32_t i = 0; i < settings->n_persons; i++)
        put_person(settings, batch, beside, i);
    must(entry_batch_flush(batch, &written, &err), &err);
    counts.stored = counts.read = written.stored;
    must(import_run_commit(store, &counts, &err), &err);
    entry_batch_close(batch);
    sqlite3_finalize(beside);
    stored = clock_mono_ms();
    must(publish(store, &options, &result, &err), &err);
    fprintf(stderr, "stored in %lld ms, published in %lld ms\n", (long long)(stored - start),
            (long long)(clock_mono_ms() - stored));
    must(
        sql_run(settings->beside, "COMMIT", &err) &&
            sql_run(settings->beside, "CREATE INDEX event_code ON event (code, person, day)", &err),
        &err);
    store_close(store);
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct bench {
    struct asked_of of;
    struct arena *arena;
    struct limits limits;
    sqlite3 *beside;
};

static int by_number(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static int64_t ask_sqlite(struct bench *bench, const char *sql, int64_t *persons)
{
    int64_t us[SQL_ROUNDS];
    struct err err;

    for (int i = 0; i < SQL_ROUNDS; i++) {
        int64_t start = clock_mono_us();

        must(sql_number(bench->beside, sql, 0, persons, &err), &err);
        us[i] = clock_mono_us() - start;
    }
    qsort(us, SQL_ROUNDS, sizeof(us[0]), by_number);
    return us[SQL_ROUNDS / 2];
}

/* p50 and p99 of the node, and SQLite's median, in ms. */
static void ask(struct bench *bench, const char *text, const char *sql)
{
    struct true_count is;
    int64_t us[ROUNDS], beside, persons = -1;
    struct ast ast;
    struct err err;

    for (int i = 0; i < ROUNDS; i++) {
        struct cells *cells = cells_new(2);
        int64_t start = clock_mono_us();

        arena_clear(bench->arena);
        must(parse_text(text, bench->arena, &ast, &err), &err);
        must(cells && evaluate(&bench->of, &ast, &shape_count, cells, &err), &err);
        us[i] = clock_mono_us() - start;
        cells_free(cells);
    }
    qsort(us, ROUNDS, sizeof(us[0]), by_number);
    must(truth_count(&bench->of, &ast, &is, &err), &err);
    beside = ask_sqlite(bench, sql, &persons);
    printf("%9.2f %9.2f %9.2f %8llu  %s\n", (double)us[ROUNDS / 2] / 1000,
           (double)us[ROUNDS * 99 / 100] / 1000, (double)beside / 1000,
           (unsigned long long)is.matched, text);
    if ((uint64_t)persons != is.matched) {
        fprintf(stderr, "bench_events: SQLite finds %lld persons\n", (long long)persons);
        exit(EXIT_FAILED);
    }
}

#define PAIR(a, b, more)                                                                           \
    "SELECT count(DISTINCT a.person) FROM event a JOIN event b ON b.person = a.person AND b.code " \
    "= " #b " AND b.day > a.day" more " WHERE a.code = " #a

static const char *const asked[][2] = {
    {"diagnosis = icd10:C12.0 and treatment = atc:L01AE01",
     "SELECT count(*) FROM (SELECT person FROM event WHERE code = 20 INTERSECT SELECT person FROM "
     "event WHERE code = 216)"},
    {"event(diagnosis = icd10:C12.0 and date >= 2015-01-01)",
     "SELECT count(DISTINCT person) FROM event WHERE code = 20 AND day >= 16436"},
    {"event(diagnosis = icd10:C12.0) within 365 days before event(treatment = atc:L01AE01)",
     PAIR(20, 216, " AND b.day <= a.day + 365")},
    {"event(diagnosis = icd10:C10.0) within 365 days before event(treatment = atc:L01AA01)",
     PAIR(0, 200, " AND b.day <= a.day + 365")},
    {"event(diagnosis under icd10:C) within 365 days before event(treatment under atc:L01)",
     "SELECT count(DISTINCT a.person) FROM event a JOIN event b ON b.person = a.person AND b.code "
     ">= "
     "200 AND b.day > a.day AND b.day <= a.day + 365 WHERE a.code < 200"},
    {"event(diagnosis = icd10:C12.0) before event(treatment = atc:L01AE01)", PAIR(20, 216, "")},
    {"sequence(diagnosis = icd10:C10.0 then within 365 days treatment = atc:L01AA01 then at least "
     "90 days treatment = atc:L01AE01)",
     "SELECT count(DISTINCT a.person) FROM event a JOIN event b ON b.person = a.person AND b.code "
     "= 200 AND b.day > a.day AND b.day <= a.day + 365 JOIN event c ON c.person = a.person AND "
     "c.code = 216 AND c.day >= b.day + 90 WHERE a.code = 0"},
};

int main(int argc, char **argv)
{
    struct settings settings = {.n_persons =
                                    argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 200000,
                                .n_events = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 50};
    struct bench bench = {.limits = {.deadline_ms = INT64_MAX}};
    struct population *population = NULL;
    struct arena *people = arena_new(1 << 24);
    char store_path[512], folder[512], beside[512];
    struct err err;

    if (argc < 2 || sodium_init() < 0) {
        fprintf(stderr, "usage: bench_events FOLDER [PERSONS [EVENTS A PERSON]]\n");
        return EXIT_USAGE;
    }
    dice_seed(&settings.dice, 7);
    snprintf(store_path, sizeof(store_path), "%s/store.db", argv[1]);
    snprintf(folder, sizeof(folder), "%s/snapshot", argv[1]);
    snprintf(beside, sizeof(beside), "%s/beside.db", argv[1]);
    must(file_make_folder(argv[1], 0700, &err), &err);
    must(sql_open(beside, SQL_BUILD, &settings.beside, &err), &err);
    build(&settings, store_path, folder);
    bench.beside = settings.beside;
    bench.arena = arena_new(1 << 24);
    must(snapshot_open(folder, SNAPSHOT_HASH_ALL, &bench.of.snapshot, &err) &&
             population_new(bench.of.snapshot, &eligibility_everybody, people, &population, &err),
         &err);
    bench.of.population = population;
    bench.of.region = "12";
    bench.of.limits = &bench.limits;
    bench.of.fixed_work = true;
    printf("      p50       p99    SQLite  persons\n");
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
        ask(&bench, asked[i][0], asked[i][1]);
    snapshot_close(bench.of.snapshot);
    sql_close(settings.beside);
    arena_free(bench.arena);
    arena_free(people);
    return EXIT_OK;
}
