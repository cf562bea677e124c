#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sum's participants in plain values: one node's attestation, the list of all, and the total of
 * their vectors.
 *
 * A masked vector by itself is chance; added up modulo 2^64, all vectors of one session, the masks
 * cancel. What remains is the total when it is one that so many regions can have; anything else
 * says that somebody masked for another list, and is no total. Used alike by the coordinator and by
 * the analyst's client, which checks the list with the nodes' keys itself. Each struct is one
 * allocation of whoever holds the pointer.
 *
 * Of a blind sum what remains is chance too, until the veil is taken off: the sum of the streams
 * that each node shares with the asker. Only the asker's client has it.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/answer.h"
#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/trust/participants.h"

struct attendance {
    char node[NODE_BYTES];
    uint32_t attempt;
    uint8_t question_hash[QUESTION_HASH_BYTES];
    uint8_t key[PARTICIPANTS_KEY_BYTES]; /* ephemeral, of this attempt */
    uint8_t *envelope;                   /* as signed, behind the struct */
    size_t envelope_bytes;
};

/* An empty one with this room; NULL when memory is out. */
struct attendance *attendance_new(size_t envelope_bytes);
void attendance_free(struct attendance *attendance); /* accepts NULL */
/* The attestation in these bytes of an Envelope, which the node must have signed, now. */
bool attendance_open(const struct roster *roster, const char *node, int64_t now_s,
                     const uint8_t *envelope, size_t envelope_bytes, struct attendance **out,
                     struct err *err) MUST_CHECK;

struct sum_list {
    uint8_t session[PARTICIPANTS_SESSION_BYTES];
    size_t n;
    char node[REGIONS_MAX][NODE_BYTES];               /* sorted */
    uint8_t key[REGIONS_MAX][PARTICIPANTS_KEY_BYTES]; /* each one's ephemeral key */
    uint8_t *data;                                    /* the packed MaskList, behind the struct */
    size_t size;
};

/* The list of these, which are sorted by node, for one attempt at this question. */
bool sum_list_new(const struct plan *plan, uint32_t attempt,
                  const struct attendance *const *attendance, size_t n, struct sum_list **out,
                  struct err *err) MUST_CHECK;
/* The list in these bytes with every signature checked: nodes of the roster that were asked. */
bool sum_list_verify(const struct plan *plan, const struct roster *roster, int64_t now_s,
                     const uint8_t *data, size_t size, struct sum_list **out,
                     struct err *err) MUST_CHECK;
/* The same without a look at the signatures: for what was verified before it was stored. */
bool sum_list_parse(const uint8_t question_hash[static QUESTION_HASH_BYTES], const uint8_t *data,
                    size_t size, struct sum_list **out, struct err *err) MUST_CHECK;
struct sum_list *sum_list_copy(const struct sum_list *list); /* NULL when memory is out */
void sum_list_free(struct sum_list *list);                   /* accepts NULL */
bool sum_list_has(const struct sum_list *list, const char *node);

/*
 * Add the n vectors of one session and take off the veil (n_cells; NULL: not blind); false when a
 * cell is none that n regions can have.
 */
bool sum_cells(const struct answer *const *vector, size_t n, const int64_t *veil, size_t n_cells,
               int64_t *total);
