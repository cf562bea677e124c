#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The receipt of an answer, one JSON file with the signed question, every signed answer, the list
 * of participants (for a sum) and the roster. Anybody with the root keys can check it offline at
 * any later time with `rikstal verify`.
 *
 * The receipt of a blind sum also has the asker's secret, without which there is no total: it is as
 * secret as the answer, and only its owner may read the file (0600). When the secret is removed,
 * others can use the receipt to check who took part, and nothing else.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/analyst/compose.h"
#include "coordinator/analyst/verify_report.h"
#include "proto/base/bytes.h"
#include "proto/base/err.h"

#define RECEIPT_BYTES_MAX ((size_t)64 << 20)

struct receipt {
    const char *question; /* for people only: the signed question decides */
    int64_t asked_s;
    const uint8_t *envelope;
    size_t envelope_bytes;
    const uint8_t *roster;
    size_t roster_bytes;
    const uint8_t *blind; /* the asker's secret, KEYSTREAM_KEY_BYTES; NULL: not blind, or removed */
    cJSON *document;      /* regions and answers, in the form that verify_report() reads */
};

bool receipt_write(const char *path, const struct receipt *receipt, struct err *err) MUST_CHECK;
/* Appends the file's bytes. With `blind` they are a secret: the caller wipes what it keeps. */
bool receipt_text(const struct receipt *receipt, struct bytes *out, struct err *err) MUST_CHECK;
/* The bytes live in the arena; the caller must delete the document. */
bool receipt_read(const char *path, struct arena *arena, struct receipt *out,
                  struct err *err) MUST_CHECK;
/* The same of bytes. */
bool receipt_parse(const char *text, size_t size, struct arena *arena, struct receipt *out,
                   struct err *err) MUST_CHECK;
