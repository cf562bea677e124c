/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/content.h"

#include <assert.h>
#include <string.h>

static void add(struct content *content, const uint8_t *data, size_t size)
{
    if (size > CONTENT_BUFFER - content->used) {
        crypto_generichash_update(&content->state, content->buffer, content->used);
        content->used = 0;
    }
    if (size > CONTENT_BUFFER) {
        crypto_generichash_update(&content->state, data, size);
        return;
    }
    memcpy(content->buffer + content->used, data, size);
    content->used += size;
}

void content_text(struct content *content, char tag, const char *text)
{
    uint64_t size = strlen(text);

    content_number(content, tag, (int64_t)size);
    add(content, (const uint8_t *)text, size);
}

void content_number(struct content *content, char tag, int64_t number)
{
    uint8_t bytes[9] = {(uint8_t)tag};

    for (int i = 0; i < 8; i++)
        bytes[1 + i] = (uint8_t)((uint64_t)number >> (8 * i));
    add(content, bytes, sizeof(bytes));
}

void content_start(struct content *content, const char *version)
{
    assert(content);
    crypto_generichash_init(&content->state, NULL, 0, 32);
    content->used = 0;
    content_text(content, 'v', version);
}

void content_facts(struct content *content, const struct person_facts *facts)
{
    assert(facts);
    content_number(content, 's', facts->sex);
    content_number(content, 'b', facts->birth_date);
    content_number(content, 'y', facts->birth_year);
    content_number(content, 'a', facts->age_fixed);
    content_number(content, 'd', facts->deceased | facts->alive << 1 | facts->vital_lost << 2);
    content_number(content, 'D', facts->death_date);
}

void content_event(struct content *content, const struct event *event)
{
    assert(event);
    content_number(content, 'k', event->kind);
    content_number(content, 'x', event->excluded);
    content_text(content, 'S', event->system);
    content_text(content, 'C', event->code);
    content_number(content, 't', event->date);
    content_number(content, 'A', event->age_days);
}

void content_finish(struct content *content, uint8_t hash[static 32])
{
    assert(content);
    crypto_generichash_update(&content->state, content->buffer, content->used);
    crypto_generichash_final(&content->state, hash, 32);
}
