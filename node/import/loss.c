/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/loss.h"

#include <assert.h>
#include <stdlib.h>

#include "node/import/stream.h"
#include "proto/query/place.h"

#define CHROMOSOMES 25

struct loss {
    struct stream_writer *writer;
    enum ast_assembly assembly;
    uint32_t n_samples;
    uint8_t *calls; /* room for a call of every sample */
    size_t size;
    int64_t previous;
};

bool loss_open(struct stream_writer *writer, uint32_t n_samples, enum ast_assembly assembly,
               struct loss **out, struct err *err)
{
    assert(out);
    struct loss *loss = calloc(1, sizeof(*loss));

    if (loss)
        loss->calls = malloc(((size_t)n_samples + 1) * STREAM_CALL_MAX);
    if (!loss || !loss->calls) {
        free(loss);
        return err_memory(err);
    }
    loss->writer = writer;
    loss->assembly = assembly;
    loss->n_samples = n_samples;
    *out = loss;
    return true;
}

void loss_close(struct loss *loss)
{
    if (!loss)
        return;
    free(loss->calls);
    free(loss);
}

struct loss_place loss_chromosome(const struct loss *loss, int chromosome)
{
    assert(loss);
    return (struct loss_place){.chromosome = (uint8_t)chromosome,
                               .start = 1,
                               .end = place_chromosome_length(loss->assembly, chromosome)};
}

static void begin(struct loss *loss)
{
    loss->size = 0;
    loss->previous = -1;
}

static void add(struct loss *loss, uint32_t sample, bool own)
{
    enum call_code code = own || loss->n_samples == 1 ? CALL_CARRIER : CALL_NONE;

    loss->size += stream_call_write(loss->calls + loss->size, loss->previous, sample, code);
    loss->previous = sample;
}

static bool put_at(struct loss *loss, const struct loss_place *place, enum gap_reason reason,
                   struct err *err)
{
    struct stream_gap gap = {.chromosome = place->chromosome,
                             .start = place->start,
                             .end = place->end,
                             .reason = reason,
                             .calls = loss->calls,
                             .calls_size = loss->size};

    return stream_put_gap(loss->writer, &gap, err);
}

static bool put(struct loss *loss, const struct loss_place *place, enum gap_reason reason,
                struct err *err)
{
    if (!loss->size)
        return true;
    if (place->chromosome)
        return put_at(loss, place, reason, err);
    for (int chromosome = 1; chromosome <= CHROMOSOMES; chromosome++) {
        struct loss_place whole = loss_chromosome(loss, chromosome);

        if (!put_at(loss, &whole, reason, err))
            return false;
    }
    return true;
}

/* One gap a reason, of those samples whose doubt has it. */
static bool put_reasons(struct loss *loss, const struct loss_place *place,
                        const struct genotypes *genotypes, enum gap_reason clean, bool carriers,
                        struct err *err)
{
    size_t n;
    const struct genotypes_doubt *doubts = genotypes_doubts(genotypes, &n);
    unsigned reasons = 0;

    for (size_t i = 0; i < n; i++)
        reasons |= 1u << (doubts[i].reason == GENOTYPES_CLEAN ? (unsigned)clean : doubts[i].reason);
    for (unsigned reason = 0; reason < GAP_REASONS; reason++) {
        if (!(reasons >> reason & 1))
            continue;
        begin(loss);
        for (size_t i = 0; i < n; i++) {
            enum gap_reason of = doubts[i].reason == GENOTYPES_CLEAN ? clean : doubts[i].reason;

            if (of == reason && (!carriers || doubts[i].carries || loss->n_samples == 1))
                add(loss, doubts[i].sample, true);
        }
        if (!put(loss, place, (enum gap_reason)reason, err))
            return false;
    }
    return true;
}

bool loss_line(struct loss *loss, const struct loss_place *place, const struct genotypes *genotypes,
               enum gap_reason reason, struct err *err)
{
    return put_reasons(loss, place, genotypes, reason, false, err);
}

bool loss_doubts(struct loss *loss, const struct loss_place *place,
                 const struct genotypes *genotypes, struct err *err)
{
    return put_reasons(loss, place, genotypes, GAP_REFUSED, true, err);
}

bool loss_calls(struct loss *loss, const struct loss_place *place, const struct stream_site *site,
                enum gap_reason reason, struct err *err)
{
    assert(site);
    int64_t sample = -1;
    enum call_code code;
    size_t at = 0;

    begin(loss);
    while (at < site->calls_size && stream_call_next(site, &at, &sample, &code))
        add(loss, (uint32_t)sample, true);
    return put(loss, place, reason, err);
}

bool loss_everybody(struct loss *loss, const struct loss_place *place, enum gap_reason reason,
                    bool own, struct err *err)
{
    assert(loss);
    begin(loss);
    for (uint32_t i = 0; i < loss->n_samples; i++)
        add(loss, i, own);
    return put(loss, place, reason, err);
}

bool loss_sample(struct loss *loss, const struct loss_place *place, enum gap_reason reason,
                 uint32_t sample, struct err *err)
{
    begin(loss);
    add(loss, sample, true);
    return put(loss, place, reason, err);
}
