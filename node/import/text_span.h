#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/* A piece of a line, not ended by a NUL. Borrowed; any thread. */
#include <stdbool.h>
#include <stddef.h>

struct text_span {
    const char *text;
    size_t length;
};

/*
 * Decodes percent-encoded bytes (%2C: VCF 4.3, 1.2) into room. Returns the value itself when it has
 * none, or when it does not fit into room.
 */
struct text_span text_span_decode(struct text_span value, char *room, size_t size);
