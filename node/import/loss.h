#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file could not say of its samples, put on the stream as gaps (node/store/gap.h).
 *
 * One rule decides whom a loss concerns, so that one person's record never moves another: of a line
 * that was not taken, the samples whose own genotype there is no plain reference call. A sample's
 * column is the sample's own record, whatever line it stands in. In a file of one sample everything
 * rests on the sample's own record. One thread.
 */
#include <stdint.h>

#include "node/import/genotypes.h"
#include "node/store/gap.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

struct stream_site;
struct stream_writer;
struct loss;

/* A stretch, 1-based and inclusive; chromosome 0: the whole genome. */
struct loss_place {
    uint8_t chromosome;
    uint32_t start;
    uint32_t end;
};

bool loss_open(struct stream_writer *writer, uint32_t n_samples, enum ast_assembly assembly,
               struct loss **out, struct err *err) MUST_CHECK;
void loss_close(struct loss *loss);

/* A whole chromosome. */
struct loss_place loss_chromosome(const struct loss *loss, int chromosome);

/* Notes the loss of the line that was read last with `lost`, for the samples that it concerns. A
 * doubt's own reason counts; for a clean genotype it is `reason`. */
bool loss_line(struct loss *loss, const struct loss_place *place, const struct genotypes *genotypes,
               enum gap_reason reason, struct err *err) MUST_CHECK;
/*
 * Notes the doubts of a line that was taken: those of carriers, and in a file of one sample all.
 * The other doubts are in the line's calls already, as not called.
 */
bool loss_doubts(struct loss *loss, const struct loss_place *place,
                 const struct genotypes *genotypes, struct err *err) MUST_CHECK;
/* Notes the loss for the samples that have a call at the site: carriers, and those not called. */
bool loss_calls(struct loss *loss, const struct loss_place *place, const struct stream_site *site,
                enum gap_reason reason, struct err *err) MUST_CHECK;
/*
 * Notes the loss for all samples. own: it follows from each sample's own record, or from the
 * header. Otherwise it follows from the records of all samples together.
 */
bool loss_everybody(struct loss *loss, const struct loss_place *place, enum gap_reason reason,
                    bool own, struct err *err) MUST_CHECK;
/* One sample, by its own record. */
bool loss_sample(struct loss *loss, const struct loss_place *place, enum gap_reason reason,
                 uint32_t sample, struct err *err) MUST_CHECK;
