/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/verify_report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/blind.h"
#include "coordinator/report/sum.h"
#include "proto/base/arena.h"
#include "proto/base/base64.h"
#include "proto/base/json.h"
#include "proto/trust/roster.h"

#define CODE_BYTES 48 /* of an answer's code, with its NUL */

/* Finds the region of this node in the document. NULL when there is none. */
static const cJSON *region_find(const cJSON *document, const char *node)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, json_array(document, "regions"))
    {
        const char *name = json_text(item, "node");

        if (name && strcmp(name, node) == 0)
            return item;
    }
    return NULL;
}

static bool bytes_of(const char *text, struct arena *arena, uint8_t **data, size_t *size,
                     struct err *err)
{
    size_t length = strlen(text);

    *data = arena_alloc(arena, length + 1);
    if (!*data)
        return err_memory(err);
    if (length > 2 * ANSWER_BYTES_MAX || !base64_read(text, length, *data, length, size))
        return err_set(err, ERR_INVALID, "not base64");
    return true;
}

static bool answer_verify(const struct verify_report_options *options, const char *node,
                          const char *text, struct arena *arena, struct answer **out,
                          struct err *err)
{
    uint8_t *data;
    size_t size;

    if (!bytes_of(text, arena, &data, &size, err))
        return false;
    if (!answer_open((struct roster_view){options->roster, node, options->now_s},
                     (struct bytes_view){data, size}, out, err))
        return false;
    if (answer_fits(*out, options->plan, err))
        return true;
    answer_free(*out);
    *out = NULL;
    return false;
}

/* A word of the closed lists. Any other text could be a sentence, or move a terminal's cursor. */
static bool is_code(const char *code)
{
    size_t length = strlen(code);

    return length < CODE_BYTES && strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* The states that the coordinator may claim without a signed answer: all say that there is none. */
static void without_answer(const cJSON *found, struct answer_region *region, struct arena *arena)
{
    const char *state = found ? json_text(found, "state") : NULL;
    const char *code = found ? json_text(found, "code") : NULL;
    enum region_state said = REGION_FAILED;

    region->state = REGION_FAILED;
    region->code = "not-reported";
    if (!state || !region_state_read(state, &said))
        return;
    if (said == REGION_WAITING || said == REGION_OFFLINE || said == REGION_TIMED_OUT ||
        said == REGION_FAILED) {
        region->state = said;
        region->code = code && is_code(code) ? arena_strdup(arena, code) : "";
    }
}

static void region_gather(const struct verify_report_options *options, const cJSON *document,
                          size_t i, struct arena *arena, struct verified_report *out,
                          struct answer_region *region)
{
    const char *node = options->plan->region[i];
    const Rikstal__V1__RosterNode *entry = roster_node(options->roster, node);
    const cJSON *found = region_find(document, node);
    const char *text = found ? json_text(found, "answer") : NULL;
    struct err err;

    *region = (struct answer_region){.node = node, .name = entry ? entry->name : node};
    if (text && answer_verify(options, node, text, arena, &out->answer[i], &err)) {
        region->answer = out->answer[i];
        region->state = out->answer[i]->state;
        return;
    }
    without_answer(found, region, arena);
    if (text) {
        region->state = REGION_FAILED;
        region->code = "not-verified";
    }
    out->waiting += region->state == REGION_WAITING;
}

/* Verifies the participants of a sum by their own signatures. */
static void list_gather(const struct verify_report_options *options, const cJSON *document,
                        struct arena *arena, struct verified_report *out)
{
    const char *text = json_text(document, "mask_list");
    struct err ignored; /* without a list there is no total, which the states show */
    uint8_t *data;
    size_t size;

    if (options->plan->mode != MODE_SUM || !text || !bytes_of(text, arena, &data, &size, &ignored))
        return;
    if (!sum_list_verify(options->plan, options->roster, options->now_s,
                         (struct bytes_view){data, size}, &out->list, &ignored))
        out->list = NULL;
}

/* The veil on the total of a blind sum. NULL when the asker's key is not known. */
static bool veil_gather(const struct verify_report_options *options, const struct sum_list *list,
                        struct arena *arena, struct merge_input *input, struct err *err)
{
    const struct plan *plan = options->plan;
    int64_t *veil;

    input->blind = plan->blind;
    if (!plan->blind || !options->blind)
        return true;
    if (memcmp(blind_public_key(options->blind), plan->blind_key, sizeof(plan->blind_key)) != 0)
        return err_set(err, ERR_DENIED, "the blind sum's secret is not that of its question");
    veil = arena_array(arena, plan->n_cells, sizeof(*veil));
    if (!veil)
        return err_memory(err);
    memset(veil, 0, plan->n_cells * sizeof(*veil));
    input->veil = veil;
    return !list || blind_veil(options->blind, list, veil, plan->n_cells, err);
}

bool verify_report(const struct verify_report_options *options, const cJSON *document,
                   struct arena *arena, struct verified_report *out, struct err *err)
{
    assert(options && options->plan && options->roster && arena && out);
    const struct plan *plan = options->plan;
    struct answer_region *region = arena_array(arena, REGIONS_MAX, sizeof(*region));
    struct shape *shape = arena_alloc(arena, sizeof(*shape)); /* allocated because the report
                                                               * borrows it */
    struct merge_input input = {.id = plan->id,
                                .measure = plan->measure,
                                .mode = plan->mode,
                                .sigma = plan->sigma,
                                .n_cells = plan->n_cells,
                                .shape = shape,
                                .adds_up = options->adds_up,
                                .n_regions = plan->n_regions,
                                .region = region};
    const char *state = json_text(document, "state");
    const Rikstal__V1__Question *question;

    memset(out, 0, sizeof(*out));
    if (!region || !shape)
        return err_memory(err);
    if (!plan_question(plan->envelope, plan->envelope_bytes, arena, &question, err) ||
        !shape_read(question, arena, shape, err))
        return false;
    input.disease = question->disease;
    input.release = question->release;
    out->open = state && strcmp(state, "open") == 0;
    input.open = out->open;
    for (size_t i = 0; i < plan->n_regions; i++)
        region_gather(options, document, i, arena, out, &region[i]);
    list_gather(options, document, arena, out);
    input.list = out->list;
    if (veil_gather(options, out->list, arena, &input, err) &&
        merge(&input, arena, &out->report, err))
        return true;
    verified_report_clear(out);
    return false;
}

void verified_report_clear(struct verified_report *verified_report)
{
    assert(verified_report);
    for (size_t i = 0; i < REGIONS_MAX; i++)
        answer_free(verified_report->answer[i]);
    sum_list_free(verified_report->list);
    verified_report->list = NULL;
    memset(verified_report->answer, 0, sizeof(verified_report->answer));
}
