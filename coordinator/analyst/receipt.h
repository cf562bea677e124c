#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receipt of an answer: the signed question, every signed answer, of a sum its list of
 * participants, and the roster, in one JSON file. Whoever has the root keys can check it offline,
 * at any later time, with `rikstal verify`.
 *
 * Of a blind sum it also has the asker's secret, without which there is no total: such a receipt is
 * as secret as its answer, and its file is for its owner alone (0600). With the secret taken out of
 * it, whoever has it can check who took part and nothing else.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/verify_report.h"
#include "proto/base/err.h"

#define RECEIPT_BYTES_MAX ((size_t)64 << 20)

struct receipt {
    const char *question; /* the text, for people: what was signed decides */
    int64_t asked_s;
    const uint8_t *envelope;
    size_t envelope_bytes;
    const uint8_t *roster;
    size_t roster_bytes;
    const uint8_t *blind; /* STREAM_KEY_BYTES of the asker's secret; NULL: not blind, or not told */
    cJSON *document;      /* the regions with their answers, as verify_report() reads them */
};

bool receipt_write(const char *path, const struct receipt *receipt, struct err *err) MUST_CHECK;
/* The bytes live in the arena; the document is the caller's to delete. */
bool receipt_read(const char *path, struct arena *arena, struct receipt *out,
                  struct err *err) MUST_CHECK;
