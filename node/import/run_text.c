/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/import/run.h"
#include "proto/base/json.h"

/* Appends what fits. */
static void add(char *text, size_t size, const char *more)
{
    size_t at = strlen(text);

    if (at < size)
        (void)snprintf(text + at, size - at, "%s", more);
}

/* In groups of three digits, as people read them. */
static void add_number(char *text, size_t size, uint64_t number)
{
    char digits[32], grouped[48];
    size_t n, out = 0;

    (void)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    n = strlen(digits);
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            grouped[out++] = ' ';
        grouped[out++] = digits[i];
    }
    grouped[out] = 0;
    add(text, size, grouped);
}

static uint64_t filtered(const struct run_result *result)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < FILTER_REASONS; i++)
        sum += result->filtered[i];
    return sum;
}

static void add_reasons(char *text, size_t size, const struct run_result *result)
{
    const char *before = " (";

    for (unsigned i = 0; i < FILTER_REASONS; i++) {
        if (!result->filtered[i])
            continue;
        add(text, size, before);
        add(text, size, filter_reason_name((enum filter_reason)i));
        add(text, size, " ");
        add_number(text, size, result->filtered[i]);
        before = ", ";
    }
    if (filtered(result))
        add(text, size, ")");
}

void run_result_text(const struct run_result *result, char *text, size_t size)
{
    assert(result);
    char seconds[32];

    *text = 0;
    add(text, size, "stored ");
    add_number(text, size, result->stored);
    add(text, size, " (replaced ");
    add_number(text, size, result->replaced);
    add(text, size, ") \u00b7 unchanged ");
    add_number(text, size, result->unchanged);
    add(text, size, " \u00b7 removed ");
    add_number(text, size, result->removed);
    add(text, size, " \u00b7 filtered ");
    add_number(text, size, filtered(result));
    add_reasons(text, size, result);
    add(text, size, " \u00b7 rejected ");
    add_number(text, size, result->rejected);
    if (result->excluded) {
        add(text, size, " \u00b7 excluded until mended ");
        add_number(text, size, result->excluded);
    }
    if (result->consents_known || result->consents_unknown) {
        add(text, size, " \u00b7 known here ");
        add_number(text, size, result->consents_known);
        add(text, size, ", not known here ");
        add_number(text, size, result->consents_unknown);
    }
    if (result->refusals_kept) {
        add(text, size, " \u00b7 refusals of earlier files kept ");
        add_number(text, size, result->refusals_kept);
    }
    if (*result->unread) {
        add(text, size, " \u00b7 not read: ");
        add(text, size, result->unread);
    }
    if (result->items) {
        add(text, size, " \u00b7 items left out ");
        add_number(text, size, result->items);
    }
    if (result->warnings) {
        add(text, size, " \u00b7 warnings ");
        add_number(text, size, result->warnings);
    }
    if (result->report[0]) {
        add(text, size, " (see ");
        add(text, size, result->report);
        add(text, size, ")");
    }
    (void)snprintf(seconds, sizeof(seconds), " \u00b7 %.1f s", (double)result->elapsed_ms / 1000);
    add(text, size, seconds);
}

/* Per mille is exact enough for people. */
static void add_share(char *text, size_t size, uint64_t part, uint64_t all)
{
    char share[48];

    add_number(text, size, part);
    add(text, size, " of ");
    add_number(text, size, all);
    (void)snprintf(share, sizeof(share), " (%.1f %%)",
                   all ? 100.0 * (double)part / (double)all : 0.0);
    add(text, size, share);
}

void run_loss_text(const struct run_result *result, char *text, size_t size)
{
    assert(result);
    const struct stream_loss *loss = &result->loss;

    *text = 0;
    if (loss->records_lost || loss->carriers_lost) {
        add(text, size, "not taken: ");
        add_share(text, size, loss->records_lost, loss->records);
        add(text, size, " records, ");
        add_share(text, size, loss->carriers_lost, loss->carriers);
        add(text, size, " carriers; whom they concern counts as \"cannot tell\" there");
    }
    if (!loss->unaligned)
        return;
    if (*text)
        add(text, size, "\n");
    add_number(text, size, loss->unaligned);
    add(text, size,
        " insertions and deletions were stored unaligned and may have another spelling: load the "
        "reference (rikstal-node terms load fasta) or give --fasta, and import again");
}

static void put_maps(cJSON *object, const struct run_result *result, bool *ok)
{
    cJSON *reasons = json_put(object, "filtered", cJSON_CreateObject(), ok);
    cJSON *codes = json_put(object, "codes", cJSON_CreateObject(), ok);

    for (unsigned i = 0; reasons && i < FILTER_REASONS; i++)
        if (result->filtered[i])
            json_put_int(reasons, filter_reason_name((enum filter_reason)i),
                         (int64_t)result->filtered[i], ok);
    for (unsigned i = 0; codes && i < REJECT_CODES; i++)
        if (result->rejects[i])
            json_put_int(codes, reject_code_name((enum reject_code)i), (int64_t)result->rejects[i],
                         ok);
}

char *run_result_json(const struct run_result *result, const char *file)
{
    assert(result);
    cJSON *object = cJSON_CreateObject();
    bool ok = object != NULL;
    char *text = NULL;

    if (ok) {
        json_put_text(object, "file", file, &ok);
        json_put_bool(object, "known", result->known, &ok);
        json_put_int(object, "import", result->import_id, &ok);
        json_put_int(object, "read", (int64_t)result->read, &ok);
        json_put_int(object, "stored", (int64_t)result->stored, &ok);
        json_put_int(object, "unchanged", (int64_t)result->unchanged, &ok);
        json_put_int(object, "replaced", (int64_t)result->replaced, &ok);
        json_put_int(object, "removed", (int64_t)result->removed, &ok);
        json_put_int(object, "excluded", (int64_t)result->excluded, &ok);
        json_put_int(object, "known_here", (int64_t)result->consents_known, &ok);
        json_put_int(object, "not_known_here", (int64_t)result->consents_unknown, &ok);
        json_put_int(object, "refusals_kept", (int64_t)result->refusals_kept, &ok);
        json_put_int(object, "other_file", result->other_file, &ok);
        json_put_int(object, "rejected", (int64_t)result->rejected, &ok);
        json_put_int(object, "items", (int64_t)result->items, &ok);
        json_put_int(object, "warnings", (int64_t)result->warnings, &ok);
        json_put_text(object, "unread", result->unread, &ok);
        put_maps(object, result, &ok);
        json_put_int(object, "entries", (int64_t)result->entries, &ok);
        json_put_int(object, "samples", (int64_t)result->samples, &ok);
        json_put_int(object, "events", (int64_t)result->events, &ok);
        json_put_int(object, "calls", (int64_t)result->calls, &ok);
        json_put_int(object, "structural", (int64_t)result->structural, &ok);
        json_put_int(object, "records", (int64_t)result->loss.records, &ok);
        json_put_int(object, "records_lost", (int64_t)result->loss.records_lost, &ok);
        json_put_int(object, "carriers", (int64_t)result->loss.carriers, &ok);
        json_put_int(object, "carriers_lost", (int64_t)result->loss.carriers_lost, &ok);
        json_put_int(object, "unaligned", (int64_t)result->loss.unaligned, &ok);
        json_put_text(object, "report", result->report, &ok);
        json_put_int(object, "elapsed_ms", result->elapsed_ms, &ok);
    }
    if (ok)
        text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return text;
}
