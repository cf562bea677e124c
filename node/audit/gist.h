#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question was about, for the note of its charge's leaf: who asks as what, how, which
 * measure, about which release, and which fields of the language it uses. No value, code, gene,
 * date or name, and nothing of the data.
 *
 * As text: "sum 50 count 2026-11 0000001f national-analyst": mode, sigma, measure, release ("-"
 * without a calendar), bit i for enum ast_field i in hex, role. It fits in a leaf's note. Values
 * only; any thread.
 */
#include <stdint.h>

#include "node/audit/leaf.h"
#include "proto/base/err.h"
#include "proto/query/measure.h"
#include "proto/query/mode.h"

struct gist {
    enum mode mode;
    uint32_t sigma;
    enum measure_kind measure;
    const char *release; /* "": there was no calendar */
    uint32_t fields;     /* bit i: enum ast_field i */
    const char *role;
};

/* release and role hold no control bytes, and are shortened to 16 and 64 bytes. */
void gist_write(const struct gist *gist, char note[static LEAF_NOTE_BYTES]);
/*
 * Cuts the note into words, to which *out points. ERR_INVALID: the note is no gist, as that of a
 * charge of before this was kept.
 */
bool gist_read(char *note, struct gist *out, struct err *err) MUST_CHECK;
