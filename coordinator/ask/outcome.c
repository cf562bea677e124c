/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/outcome.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool outcome_keep(struct outcome *outcome, const uint8_t *envelope, size_t envelope_bytes)
{
    assert(outcome && (envelope || !envelope_bytes));
    outcome->envelope = malloc(envelope_bytes + 1);
    if (!outcome->envelope)
        return false;
    if (envelope_bytes > 0)
        memcpy(outcome->envelope, envelope, envelope_bytes);
    outcome->envelope_bytes = envelope_bytes;
    return true;
}

struct outcome_said *outcome_add(struct outcome *outcome)
{
    size_t i = outcome->n_regions++;

    assert(i < REGIONS_MAX);
    outcome->region[i] =
        (struct answer_region){.node = outcome->said[i].node, .code = outcome->said[i].code};
    return &outcome->said[i];
}

static bool region_keep(struct outcome *outcome, const struct answer_region *from)
{
    struct outcome_said *said = outcome_add(outcome);
    struct answer_region *to = &outcome->region[outcome->n_regions - 1];

    snprintf(said->node, sizeof(said->node), "%s", from->node);
    snprintf(said->code, sizeof(said->code), "%s", from->code ? from->code : "");
    to->state = from->state;
    to->answer = from->answer ? answer_copy(from->answer) : NULL;
    return !from->answer || to->answer;
}

struct outcome *outcome_new(const struct coord_question *question, int64_t asked_s)
{
    assert(question && question->n_regions <= REGIONS_MAX);
    struct outcome *outcome = calloc(1, sizeof(*outcome));
    bool ok = outcome != NULL;

    if (!ok)
        return NULL;
    memcpy(outcome->id, question->plan->id, sizeof(outcome->id));
    memcpy(outcome->hash, question->plan->hash, sizeof(outcome->hash));
    outcome->measure = question->plan->measure;
    outcome->mode = question->plan->mode;
    outcome->sigma = question->plan->sigma;
    outcome->n_cells = question->plan->n_cells;
    outcome->open = question->open;
    outcome->asked_s = asked_s;
    ok = outcome_keep(outcome, question->plan->envelope, question->plan->envelope_bytes);
    if (ok && !question->open && question->round.list) {
        outcome->list = sum_list_copy(question->round.list);
        ok = outcome->list != NULL;
    }
    for (size_t i = 0; i < question->n_regions && ok; i++)
        ok = region_keep(outcome, &question->region[i].is);
    if (ok)
        return outcome;
    outcome_free(outcome);
    return NULL;
}

void outcome_free(struct outcome *outcome)
{
    if (!outcome)
        return;
    for (size_t i = 0; i < outcome->n_regions; i++)
        answer_free(outcome->region[i].answer);
    sum_list_free(outcome->list);
    free(outcome->envelope);
    free(outcome);
}
