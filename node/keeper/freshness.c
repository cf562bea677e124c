/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/freshness.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/keeper/home.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/log.h"
#include "proto/trust/roster.h"

#define WORD "rikstal-roster-seen-v1 "
#define FORM WORD "%" PRIu64 " %" PRId64 " %" PRId64 "\n"
#define FILE_BYTES_MAX 128
#define AGE_UNKNOWN_MS (FRESHNESS_AGE_MAX_MS + 1)
#define AGE_COUNTED_MAX_MS (400 * INT64_C(86400000)) /* a greater age is not counted */

/* The numbers in D/roster.seen. */
struct confirmation {
    uint64_t version;
    int64_t age_s;
    int64_t written_s;
};

/* ---- age ------------------------------------------------------------------------------------- */

/* Milliseconds from one wall time to a later one; 0 for an earlier one. */
static int64_t wall_between_ms(int64_t from_s, int64_t to_s)
{
    int64_t s, ms;

    if (to_s <= from_s)
        return 0;
    if (__builtin_sub_overflow(to_s, from_s, &s) || __builtin_mul_overflow(s, 1000, &ms) ||
        ms > AGE_COUNTED_MAX_MS)
        return AGE_COUNTED_MAX_MS;
    return ms;
}

static int64_t age_ms(const struct freshness *freshness)
{
    int64_t mono = clock_mono_ms() - freshness->mark_ms;
    int64_t wall = wall_between_ms(freshness->mark_s, clock_wall_s());
    int64_t age = freshness->age_ms + (mono > wall ? mono : wall);

    return age < AGE_COUNTED_MAX_MS ? age : AGE_COUNTED_MAX_MS;
}

static void mark(struct freshness *freshness, int64_t age)
{
    freshness->age_ms = age;
    freshness->mark_ms = clock_mono_ms();
    freshness->mark_s = clock_wall_s();
}

bool freshness_allows(const struct freshness *freshness, struct err *err)
{
    assert(freshness);
    int64_t age = age_ms(freshness);

    return age <= FRESHNESS_AGE_MAX_MS ||
           err_set(err, ERR_UNAVAILABLE,
                   "no word for %" PRId64 " hours that roster version %" PRIu64
                   " is the newest: is the link up?",
                   age / 3600000, freshness->version);
}

/* ---- the file -------------------------------------------------------------------------------- */

/* When the file cannot be written, a restart knows no age; the node then pulls the roster first. */
static void save(const struct freshness *freshness, const struct home *home)
{
    char path[HOME_PATH_BYTES], text[FILE_BYTES_MAX];
    struct err err;
    int n = snprintf(text, sizeof(text), FORM, freshness->version, (freshness->age_ms + 999) / 1000,
                     freshness->mark_s);

    if (!home_path(home, "roster.seen", path, &err) ||
        !file_write(path, text, (size_t)n, 0644, &err))
        log_error("roster_seen_not_written", &err);
}

/* Refuses a text that is not exactly how save() writes the numbers it holds. */
static bool parse(const char *text, struct confirmation *out)
{
    char again[FILE_BYTES_MAX];
    char *end;

    if (strncmp(text, WORD, strlen(WORD)) != 0)
        return false;
    out->version = strtoull(text + strlen(WORD), &end, 10);
    out->age_s = strtoll(end, &end, 10);
    out->written_s = strtoll(end, &end, 10);
    snprintf(again, sizeof(again), FORM, out->version, out->age_s, out->written_s);
    return strcmp(again, text) == 0 && out->age_s >= 0;
}

static bool load(const char *path, struct confirmation *out, struct err *err)
{
    struct arena *arena = arena_new(4096);
    uint8_t *data;
    size_t size;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = file_read(path, FILE_BYTES_MAX - 1, arena, &data, &size, err) &&
         (parse((const char *)data, out) ||
          err_set(err, ERR_INVALID, "%s is not as it was written", path));
    arena_free(arena);
    return ok;
}

/* The present age of the confirmation in the file, for the roster that the node has. */
static int64_t age_of(const struct confirmation *confirmation, const struct roster *roster)
{
    int64_t now_s = clock_wall_s(), age_s;

    if (confirmation->version > roster_version(roster))
        return AGE_UNKNOWN_MS; /* somebody installed an older roster */
    if (confirmation->version < roster_version(roster))
        return wall_between_ms(roster_message(roster)->issued, now_s);
    if (__builtin_sub_overflow(confirmation->written_s, FRESHNESS_SKEW_S, &age_s) || now_s < age_s)
        return AGE_UNKNOWN_MS; /* the clock went back, so the time that passed before is unknown */
    age_s = confirmation->age_s < AGE_COUNTED_MAX_MS / 1000 ? confirmation->age_s
                                                            : AGE_COUNTED_MAX_MS / 1000;
    return age_s * 1000 + wall_between_ms(confirmation->written_s, now_s);
}

bool freshness_open(const struct home *home, const struct roster *roster, struct freshness *out,
                    struct err *err)
{
    struct freshness freshness = {.version = roster_version(roster)};
    struct confirmation confirmation = {
        0}; /* no file: confirmed was only version 0, older than any */
    char path[HOME_PATH_BYTES];
    struct err bad;

    if (!home_path(home, "roster.seen", path, err))
        return false;
    if (file_exists(path) && !load(path, &confirmation, &bad)) {
        log_error("roster_seen_refused", &bad);
        mark(&freshness, AGE_UNKNOWN_MS);
    } else {
        mark(&freshness, age_of(&confirmation, roster));
    }
    save(&freshness, home);
    *out = freshness;
    return true;
}

/* ---- words ----------------------------------------------------------------------------------- */

bool freshness_word(struct freshness *freshness, const struct home *home, uint64_t version,
                    struct err *err)
{
    assert(freshness);
    if (version < freshness->claimed)
        return err_set(err, ERR_DENIED,
                       "version %" PRIu64 " is said to be the newest roster, and an analyst has "
                       "signed a question made with version %" PRIu64,
                       version, freshness->claimed);
    freshness->version = version;
    mark(freshness, 0);
    save(freshness, home);
    return true;
}

void freshness_claim(struct freshness *freshness, uint64_t version, const struct key_id *by)
{
    assert(freshness && by);
    if (version > freshness->claimed) {
        freshness->claimed = version;
        freshness->claimant = *by;
    }
    freshness_hurry(freshness);
}

void freshness_replace_roster(struct freshness *freshness, const struct roster *old,
                              const struct roster *now)
{
    assert(freshness);
    const struct key_id *by = &freshness->claimant;

    if (roster_revoked(now, by) || (roster_analyst(old, by) && !roster_analyst(now, by)))
        freshness->claimed = 0;
}

/* ---- pulling --------------------------------------------------------------------------------- */

int64_t freshness_wait_ms(const struct freshness *freshness, int64_t now_ms)
{
    assert(freshness);
    return freshness->next_ms > now_ms ? freshness->next_ms - now_ms : 0;
}

void freshness_pulled(struct freshness *freshness, const struct home *home)
{
    assert(freshness);
    mark(freshness, age_ms(freshness));
    save(freshness, home);
    freshness->request_ms = freshness->mark_ms;
    freshness->next_ms = freshness->mark_ms + FRESHNESS_EVERY_MS;
}

void freshness_hurry(struct freshness *freshness)
{
    assert(freshness);
    int64_t now = clock_mono_ms();
    int64_t may = freshness->request_ms ? freshness->request_ms + FRESHNESS_PAUSE_MS : now;
    int64_t due = may > now ? may : now;

    if (due < freshness->next_ms)
        freshness->next_ms = due;
}
