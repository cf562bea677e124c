/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/login/visit.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/random.h"

#define SECRET_BYTES 32

/* Each defence, which the controls of tests/system/test_login.py take away. */
#ifndef VISIT_IS_OF_A_BROWSER
#define VISIT_IS_OF_A_BROWSER 1
#endif
#ifndef VISIT_ENDS_ONCE
#define VISIT_ENDS_ONCE 1
#endif

struct visit_book {
    pthread_mutex_t lock;
    /* below: under lock */
    struct visit_entry {
        bool open;
        int64_t began_ms;
        struct visit visit;
    } entry[VISITS_MAX];
};

struct visit_book *visit_book_new(void)
{
    struct visit_book *book = calloc(1, sizeof(*book));

    if (book)
        pthread_mutex_init(&book->lock, NULL);
    return book;
}

void visit_book_free(struct visit_book *book)
{
    if (!book)
        return;
    pthread_mutex_destroy(&book->lock);
    sodium_memzero(book, sizeof(*book));
    free(book);
}

static void write(const uint8_t data[static SECRET_BYTES], char out[static VISIT_TEXT_BYTES])
{
    sodium_bin2base64(out, VISIT_TEXT_BYTES, data, SECRET_BYTES,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void draw(char out[static VISIT_TEXT_BYTES])
{
    uint8_t secret[SECRET_BYTES];

    random_bytes(secret, sizeof(secret));
    write(secret, out);
    sodium_memzero(secret, sizeof(secret));
}

static bool is_old(const struct visit_entry *entry)
{
    return clock_mono_ms() - entry->began_ms > VISIT_LIFE_MS;
}

void visit_begin(struct visit_book *book, struct visit *out)
{
    assert(book && out);
    struct visit_entry *place = &book->entry[0];

    draw(out->state);
    draw(out->nonce);
    draw(out->verifier);
    draw(out->mark);
    pthread_mutex_lock(&book->lock);
    for (size_t i = 0; i < VISITS_MAX && place->open; i++)
        if (!book->entry[i].open || book->entry[i].began_ms < place->began_ms)
            place = &book->entry[i];
    *place = (struct visit_entry){.open = true, .began_ms = clock_mono_ms(), .visit = *out};
    pthread_mutex_unlock(&book->lock);
}

static bool same(const char *ours, const char *theirs)
{
    return strlen(theirs) == VISIT_TEXT_BYTES - 1 &&
           sodium_memcmp(ours, theirs, VISIT_TEXT_BYTES - 1) == 0;
}

bool visit_end(struct visit_book *book, const char *state, const char *mark, struct visit *out)
{
    assert(book && out);
    bool found = false;

    if (!state || (VISIT_IS_OF_A_BROWSER && !mark))
        return false;
    pthread_mutex_lock(&book->lock);
    for (size_t i = 0; i < VISITS_MAX && !found; i++) {
        struct visit_entry *entry = &book->entry[i];

        if (!entry->open || !same(entry->visit.state, state) || is_old(entry) ||
            (VISIT_IS_OF_A_BROWSER && !same(entry->visit.mark, mark)))
            continue;
        found = true;
        *out = entry->visit;
        if (VISIT_ENDS_ONCE)
            sodium_memzero(entry, sizeof(*entry));
    }
    pthread_mutex_unlock(&book->lock);
    return found;
}

void visit_challenge(const struct visit *visit, char out[static VISIT_TEXT_BYTES])
{
    assert(visit);
    uint8_t hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const uint8_t *)visit->verifier, strlen(visit->verifier));
    write(hash, out);
}
