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
 * The value with its percent-encoded bytes (%2C: VCF 4.3, 1.2) as they were: itself where it has
 * none, and where it does not fit into room; otherwise written into room.
 */
struct text_span text_span_decode(struct text_span value, char *room, size_t size);
