/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node publish: make what was imported askable.
 */
#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/command/commands.h"
#include "node/keeper/home.h"
#include "node/publish/publish.h"
#include "node/snapshot/pin.h"
#include "node/store/store.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/trust/calendar.h"
#include "proto/trust/roster.h"

#define SECONDS_A_DAY 86400
#define PROGRESS_MS 200

struct publish_arguments {
    const char *folder;
    const char *release;
    bool json;
    bool rebuild;
    bool accept_shrink;
};

struct publish_progress {
    bool shown; /* to a terminal only */
    int64_t last_ms;
};

#define AT(member) .at = offsetof(struct publish_arguments, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(folder), .needed = OPTION_ALWAYS},
    {"json", OPTION_FLAG, NULL, "the result as one JSON object on stdout", AT(json)},
    {"rebuild", OPTION_FLAG, NULL,
     "write every segment anew, e.g. so that newer annotation of known variants reaches everybody. "
     "A new release of a terminology does so by itself",
     AT(rebuild)},
    {"accept-shrink", OPTION_FLAG, NULL,
     "publish although persons or coded events become more than 20 % fewer, which is otherwise "
     "refused: it is more often a broken delivery",
     AT(accept_shrink)},
    {"release", OPTION_TEXT, "NAME",
     "pin what is published for this national release (2026-11), before the release opens or "
     "after; "
     "without it the running node pins the newest snapshot when the release opens",
     AT(release)},
};

static const struct option_words words[] = {{0}};

const struct option_table publish_table = {
    .command = "rikstal-node publish",
    .about =
        "Writes a snapshot of the store: what questions are answered from. Persons that are\n"
        "new or changed since the last snapshot go into its open segment; full segments stay\n"
        "as they are. A running node answers from the new snapshot once it has taken it over.\n"
        "When nothing is new nothing is written.\n"
        "\n"
        "If it is interrupted, or the disk is full, the old snapshot stays in force; run it\n"
        "again. It cannot run while an import does.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "Result: the snapshot's id, persons, segments written and kept, variants and carriers\n"
        "in the segments written, bytes of the whole snapshot, seconds.",
    .exits = "0 done or nothing to do, 1 failure, 2 usage, 7 the store is in use.",
};

static void show_progress(void *of, const char *stage, uint64_t done, uint64_t total)
{
    struct publish_progress *progress = of;
    int64_t now = clock_mono_ms();

    if (!progress->shown || now - progress->last_ms < PROGRESS_MS)
        return;
    progress->last_ms = now;
    fprintf(stderr, "\rpublish: %s %3d %%", stage, total ? (int)(100 * done / total) : 100);
    fflush(stderr);
}

static void print_text(const struct publish_result *result, const char *id, double seconds)
{
    if (!result->changed) {
        printf("nothing new: snapshot %s of %llu persons stays\n", id,
               (unsigned long long)result->persons);
        return;
    }
    printf("snapshot %s\n", id);
    printf("persons: was %llu, is %llu; coded events: was %llu, is %llu\n",
           (unsigned long long)result->persons_was, (unsigned long long)result->persons,
           (unsigned long long)result->events_was, (unsigned long long)result->events);
    printf(
        "persons %llu, of these written now %llu; replaced or withdrawn in older segments %llu\n",
        (unsigned long long)result->persons, (unsigned long long)result->persons_new,
        (unsigned long long)result->persons_dead);
    printf("segments written %zu, kept %zu\n", result->segments_written, result->segments_kept);
    printf("written now: variants %llu, carriers %llu\n", (unsigned long long)result->variants,
           (unsigned long long)result->carriers);
    printf("bytes %llu, seconds %.2f\n", (unsigned long long)result->bytes, seconds);
    if (!result->has_hp)
        printf("hp is not loaded: `phenotype under` finds the very code only\n");
}

static bool print_json(const struct publish_result *result, const char *id, double seconds)
{
    cJSON *root = cJSON_CreateObject();
    bool ok = root != NULL;
    char *text;

    json_put_text(root, "snapshot", id, &ok);
    json_put_bool(root, "changed", result->changed, &ok);
    json_put_int(root, "persons", (int64_t)result->persons, &ok);
    json_put_int(root, "persons_was", (int64_t)result->persons_was, &ok);
    json_put_int(root, "events", (int64_t)result->events, &ok);
    json_put_int(root, "events_was", (int64_t)result->events_was, &ok);
    json_put_int(root, "persons_written", (int64_t)result->persons_new, &ok);
    json_put_int(root, "persons_dead", (int64_t)result->persons_dead, &ok);
    json_put_int(root, "segments_written", (int64_t)result->segments_written, &ok);
    json_put_int(root, "segments_kept", (int64_t)result->segments_kept, &ok);
    json_put_int(root, "variants_written", (int64_t)result->variants, &ok);
    json_put_int(root, "carriers_written", (int64_t)result->carriers, &ok);
    json_put_int(root, "bytes", (int64_t)result->bytes, &ok);
    json_put_bool(root, "hp_loaded", result->has_hp, &ok);
    json_put_number(root, "seconds", seconds, &ok);
    text = ok ? cJSON_PrintUnformatted(root) : NULL;
    if (text)
        printf("%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
    return text != NULL;
}

/*
 * Looks before anything is written whether the release may be pinned: it is in the roster, has not
 * closed, and has no pin.
 */
static bool may_pin(const struct publish_arguments *arguments, struct err *err)
{
    char roots_path[HOME_PATH_BYTES], roster_path[HOME_PATH_BYTES];
    const Rikstal__V1__RosterRelease *listed;
    struct root_keys roots;
    struct roster *roster;
    struct home home;
    struct pin pin;
    bool found, ends;

    if (!home_read(arguments->folder, &home, err) || !home_path(&home, "roots", roots_path, err) ||
        !home_path(&home, "roster", roster_path, err))
        return false;
    if (!root_keys_read(roots_path, &roots, err) ||
        !roster_read(roster_path, &roots, home.network, 0, &roster, err))
        return err_wrap(err, "the releases are in the roster (`rikstal-node enrol`): ");
    listed = calendar_find(roster, arguments->release);
    ends = listed && calendar_state(roster, listed, clock_wall_s()) > CALENDAR_OPEN;
    roster_free(roster);
    if (!listed || ends)
        return err_set(err, ERR_INVALID,
                       "no release %.40s is open or to come, by the roster that this node has",
                       arguments->release);
    if (!pin_read(arguments->folder, arguments->release, &pin, &found, err))
        return false;
    return !found || err_set(err, ERR_DENIED,
                             "release %.40s is pinned already; nothing was published. A wrong one "
                             "is replaced by one with a letter more, which the network's operator "
                             "enters (`rikstal-coordinator roster add-release`)",
                             arguments->release);
}

static bool pin(const struct publish_arguments *arguments, const struct publish_result *result,
                struct err *err)
{
    struct pin pin = {.release = ""};

    snprintf(pin.release, sizeof(pin.release), "%s", arguments->release);
    memcpy(pin.snapshot, result->id, sizeof(pin.snapshot));
    return pin_put(arguments->folder, &pin, err);
}

static bool run(const struct publish_arguments *arguments, struct publish_result *result,
                struct err *err)
{
    struct publish_progress progress = {.shown = isatty(STDERR_FILENO)};
    struct publish_options options = {.date = (int32_t)(clock_wall_s() / SECONDS_A_DAY),
                                      .rebuild = arguments->rebuild,
                                      .guards_shrink = !arguments->accept_shrink,
                                      .progress = show_progress,
                                      .progress_of = &progress};
    char path[PATH_MAX], folder[PATH_MAX];
    struct store *store;
    bool ok;

    if (snprintf(path, sizeof(path), "%s/store.db", arguments->folder) >= (int)sizeof(path) ||
        snprintf(folder, sizeof(folder), "%s/snapshot", arguments->folder) >= (int)sizeof(folder))
        return err_set(err, ERR_INVALID, "the path %s is too long", arguments->folder);
    if (!file_exists(path))
        return err_set(err, ERR_INVALID, "%s has no store.db: import something first",
                       arguments->folder);
    if (arguments->release && !may_pin(arguments, err))
        return false;
    options.folder = folder;
    options.dir = arguments->folder;
    if (!store_open(path, &store, err))
        return false;
    ok = publish(store, &options, result, err) &&
         (!arguments->release || pin(arguments, result, err));
    store_close(store);
    if (progress.last_ms)
        fprintf(stderr, "\r                              \r");
    return ok;
}

int publish_command(int argc, char **argv)
{
    struct publish_arguments options = {0};
    struct publish_result result = {0};
    struct arguments arguments;
    struct err err = {0};
    int64_t start_ms = clock_mono_ms();
    double seconds;
    char id[65];
    int code;

    if (!arguments_read(&publish_table, argc, argv, &options, &arguments, &code))
        return code;
    assert(options.folder && !arguments.n);
    if (!run(&options, &result, &err))
        return arguments_failed(&publish_table, &err);
    seconds = (double)(clock_mono_ms() - start_ms) / 1000;
    bytes_to_hex(result.id, sizeof(result.id), id);
    if (!options.json)
        print_text(&result, id, seconds);
    else if (!print_json(&result, id, seconds))
        return EXIT_FAILED;
    return EXIT_OK;
}
