#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory with one lifetime: everything that one question (or one file) needs is freed at once. The
 * arena has a byte cap, so that hostile input cannot make it grow without bound. When the cap or
 * the machine's memory is reached, arena_alloc() returns NULL and the caller reports it. Memory is
 * zeroed and aligned to 16 bytes. One thread.
 */
#include <stddef.h>

struct arena;

/* A new arena that may hold bytes_max; NULL when memory is out. */
struct arena *arena_new(size_t bytes_max);
/* Free the arena and all that came from it. Accepts NULL. */
void arena_free(struct arena *arena);
/* Frees all memory that was allocated from the arena, and keeps the arena for further use. */
void arena_clear(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t bytes);
/* count * size bytes. NULL when memory is out, the cap is reached or the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_strdup(struct arena *arena, const char *text);
/* printf into the arena; NULL when memory is out. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t arena_used(const struct arena *arena);
