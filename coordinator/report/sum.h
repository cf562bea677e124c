#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The participants of a sum as plain values: one node's attestation, the list of all, and the total
 * of their vectors.
 *
 * A masked vector alone is random. When all vectors of one session are added modulo 2^64, the masks
 * cancel and the total remains. If a cell of it cannot be the total of so many regions, some node
 * used masks for another list, and there is no total. The coordinator uses these functions, and so
 * does the analyst's client, which checks the list with the nodes' keys itself. Each struct is one
 * allocation, which its holder frees.
 *
 * For a blind sum the result stays random until the veil is subtracted: the sum of the streams that
 * each node shares with the asker. Only the asker's client can compute it.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/answer.h"
#include "coordinator/report/plan.h"
#include "proto/base/bytes.h"
#include "proto/base/err.h"
#include "proto/trust/participants.h"
#include "proto/trust/roster.h"

struct attendance {
    char node[NODE_BYTES];
    uint32_t attempt;
    uint8_t question_hash[QUESTION_HASH_BYTES];
    uint8_t key[PARTICIPANTS_KEY_BYTES]; /* ephemeral; belongs to this attempt */
    uint8_t population[PARTICIPANTS_POPULATION_BYTES];
    size_t n_only; /* above 0: the node cannot pay for a new sum, only repeat one of these */
    struct {
        uint8_t id[PARTICIPANTS_SET_BYTES];
        char nodes[PARTICIPANTS_NAMES_BYTES]; /* "01,12,13" */
    } only[PARTICIPANTS_SETS_MAX];
    uint8_t *envelope; /* the signed bytes; they are stored behind the struct */
    size_t envelope_bytes;
};

/* An empty attendance with this room. NULL when memory is out. */
struct attendance *attendance_new(size_t envelope_bytes);
void attendance_free(struct attendance *attendance); /* accepts NULL */
/*
 * Opens an attestation in these bytes of an Envelope, which the node must have signed and which
 * must be fresh.
 */
bool attendance_open(struct roster_view from, struct bytes_view envelope, struct attendance **out,
                     struct err *err) MUST_CHECK;

/*
 * Of these attendances, sorted by node, those that can pay for one sum together: all, where nobody
 * is short; else a set that somebody who is short can repeat, if all of it are there, because that
 * costs nobody anything; else all but those who are short. Returns how many, at the beginning of
 * `attendance`, in their order.
 */
size_t attendance_that_pay(const struct attendance **attendance, size_t n);

struct sum_list {
    uint8_t session[PARTICIPANTS_SESSION_BYTES];
    size_t n;
    char node[REGIONS_MAX][NODE_BYTES];               /* sorted */
    uint8_t key[REGIONS_MAX][PARTICIPANTS_KEY_BYTES]; /* the ephemeral key of each node */
    uint8_t *data;                                    /* the packed MaskList; it is stored behind
                                                       * the struct */
    size_t size;
};

/*
 * Makes the list of these attendances, which must be sorted by node, for one attempt at this
 * question.
 */
bool sum_list_new(const struct plan *plan, uint32_t attempt,
                  const struct attendance *const *attendance, size_t n, struct sum_list **out,
                  struct err *err) MUST_CHECK;
/* Opens a list and checks every signature: all nodes must be in the roster and have been asked. */
bool sum_list_verify(const struct plan *plan, const struct roster *roster, int64_t now_s,
                     struct bytes_view data, struct sum_list **out, struct err *err) MUST_CHECK;
/* The same without checking signatures, for lists that were verified before they were stored. */
bool sum_list_parse(const uint8_t question_hash[static QUESTION_HASH_BYTES], const uint8_t *data,
                    size_t size, struct sum_list **out, struct err *err) MUST_CHECK;
struct sum_list *sum_list_copy(const struct sum_list *list); /* NULL when memory is out */
void sum_list_free(struct sum_list *list);                   /* accepts NULL */
bool sum_list_has(const struct sum_list *list, const char *node);

/*
 * Adds the n vectors of one session and subtracts the veil (n_cells values; NULL: not blind). False
 * when a cell has a value that n regions cannot have.
 */
bool sum_cells(const struct answer *const *vector, size_t n, const int64_t *veil, size_t n_cells,
               int64_t *total);
