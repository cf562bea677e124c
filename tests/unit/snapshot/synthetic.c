/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/snapshot/synthetic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>
#include <sodium.h>
#include <unistd.h>

static void hash(const char *kind, uint32_t number, uint32_t version, uint8_t *out, size_t size)
{
    char text[64];

    snprintf(text, sizeof(text), "%s:%u:%u", kind, number, version);
    crypto_generichash(out, size, (const uint8_t *)text, strlen(text), NULL, 0);
}

void synthetic_up(struct synthetic *synthetic)
{
    const char *tmp = getenv("TMPDIR");

    memset(synthetic, 0, sizeof(*synthetic));
    snprintf(synthetic->folder, sizeof(synthetic->folder), "%s/rikstal-test-XXXXXX",
             tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(synthetic->folder));
    snprintf(synthetic->store_path, sizeof(synthetic->store_path), "%s/store.db",
             synthetic->folder);
    snprintf(synthetic->snapshot_path, sizeof(synthetic->snapshot_path), "%s/snapshot",
             synthetic->folder);
    assert_true(store_open(synthetic->store_path, &synthetic->store, &synthetic->err));
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

void synthetic_down(struct synthetic *synthetic)
{
    store_close(synthetic->store);
    assert_int_equal(nftw(synthetic->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

struct person_id synthetic_pid(uint32_t number)
{
    struct person_id pid;

    hash("person", number, 0, pid.b, sizeof(pid.b));
    return pid;
}

struct entry_key synthetic_key(const char *kind, uint32_t number)
{
    struct entry_key key;

    hash(kind, number, 0, key.b, sizeof(key.b));
    return key;
}

uint64_t synthetic_vid(uint32_t n)
{
    static const char *const alts[] = {"C", "G", "T"};
    struct variant variant = {VARIANT_GRCH38, 22, 50000000 + n / 3 * 7, "A", alts[n % 3]};
    struct err err;
    uint64_t vid;

    assert_true(variant_pack(&variant, 0, &vid, &err));
    return vid;
}

int64_t synthetic_begin(struct synthetic *synthetic, uint32_t content)
{
    struct import_source source = {.kind = "test", .options = "", .name = "made up"};
    int64_t id;

    hash("content", content, 0, source.content, sizeof(source.content));
    assert_true(import_run_begin(synthetic->store, &source, &id, &synthetic->err));
    return id;
}

void synthetic_commit(struct synthetic *synthetic, uint64_t stored)
{
    struct import_counts counts = {.read = stored, .stored = stored};

    assert_true(import_run_commit(synthetic->store, &counts, &synthetic->err));
}

static int64_t put(struct synthetic *synthetic, uint32_t person, const char *kind, uint32_t version,
                   const struct person_facts *facts)
{
    struct person_id pid = synthetic_pid(person);
    struct entry_key key = synthetic_key(kind, person);
    uint8_t content[32];
    enum entry_outcome outcome;
    int64_t entry;

    hash(kind, person, version + 1, content, sizeof(content));
    assert_true(entry_put(synthetic->store, &pid,
                          &(struct entry_said){.key = &key, .content = content, .facts = facts},
                          &outcome, &entry, &synthetic->err));
    assert_int_not_equal(outcome, ENTRY_UNCHANGED);
    return entry;
}

int64_t synthetic_entry(struct synthetic *synthetic, uint32_t person, const char *kind,
                        uint32_t version)
{
    return put(synthetic, person, kind, version, NULL);
}

void synthetic_facts(struct synthetic *synthetic, uint32_t person, const struct person_facts *facts)
{
    (void)put(synthetic, person, "facts", 0, facts);
}

struct publish_result synthetic_publish(struct synthetic *synthetic)
{
    struct publish_options options = {.folder = synthetic->snapshot_path, .date = 20000};
    struct publish_result result;

    if (!publish(synthetic->store, &options, &result, &synthetic->err))
        fail_msg("%s", synthetic->err.text);
    return result;
}

struct snapshot *synthetic_open(struct synthetic *synthetic)
{
    struct snapshot *snapshot;

    if (!snapshot_open(synthetic->snapshot_path, SNAPSHOT_HASH_ALL, &snapshot, &synthetic->err))
        fail_msg("%s", synthetic->err.text);
    return snapshot;
}

bool synthetic_find(struct snapshot *snapshot, uint32_t person, size_t *segment, uint32_t *ordinal)
{
    struct person_id pid = synthetic_pid(person);

    for (size_t s = 0; s < snapshot_info(snapshot)->n_segments; s++) {
        const struct segment_persons *persons = segment_persons(snapshot_segment(snapshot, s));

        for (uint32_t i = 0; i < persons->n; i++) {
            if (memcmp(persons->id[i].b, pid.b, sizeof(pid.b)) != 0 ||
                !(persons->alive[i / 64] >> (i % 64) & 1))
                continue;
            *segment = s;
            *ordinal = i;
            return true;
        }
    }
    return false;
}
