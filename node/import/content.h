#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The content hash of a unit: BLAKE2b-256 over what it says, so that the same thing delivered again
 * is seen to be the same however its file is laid out. Every part is tagged and has its length.
 * One thread.
 */
#include <sodium.h>
#include <stddef.h>
#include <stdint.h>

#include "node/store/person.h"

#define CONTENT_BUFFER 512

/* Parts gather in the buffer, so that a short content is one pass of the hash. */
struct content {
    crypto_generichash_state state;
    size_t used;
    uint8_t buffer[CONTENT_BUFFER];
};

/* version: raised when the same words would mean something else. */
void content_start(struct content *content, const char *version);
void content_facts(struct content *content, const struct person_facts *facts);
void content_event(struct content *content, const struct event *event);
/* Anything else, told apart by its tag. */
void content_text(struct content *content, char tag, const char *text);
void content_number(struct content *content, char tag, int64_t number);
void content_finish(struct content *content, uint8_t hash[static 32]);
