/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/random.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool seeded;           /* below: under lock */
static unsigned char key[32]; /* key of the seeded stream */
static uint64_t drawn;        /* number of draws so far, used as the nonce */

bool random_start(void)
{
    return sodium_init() >= 0;
}

void random_bytes(void *out, size_t bytes)
{
    assert(out || !bytes);
    unsigned char nonce[crypto_stream_chacha20_NONCEBYTES] = {0};

    pthread_mutex_lock(&lock);
    if (seeded) {
        memcpy(nonce, &drawn, sizeof(drawn));
        drawn++;
        crypto_stream_chacha20(out, bytes, nonce, key);
    } else {
        randombytes_buf(out, bytes);
    }
    pthread_mutex_unlock(&lock);
}

uint32_t random_below(uint32_t below)
{
    assert(below > 0);
    uint32_t limit = UINT32_MAX - UINT32_MAX % below; /* the last whole multiple of `below` */
    uint32_t value;

    do
        random_bytes(&value, sizeof(value));
    while (value >= limit);
    return value % below;
}

void random_seed(uint64_t seed)
{
    pthread_mutex_lock(&lock);
    seeded = true;
    drawn = 0;
    memset(key, 0, sizeof(key));
    memcpy(key, &seed, sizeof(seed));
    pthread_mutex_unlock(&lock);
}

void random_unseed(void)
{
    pthread_mutex_lock(&lock);
    seeded = false;
    pthread_mutex_unlock(&lock);
}
