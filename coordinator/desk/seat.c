/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/seat.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

#define SECRET_BYTES ((SEAT_TEXT_BYTES - 1) / 2)

/* The defence that the controls of tests/system/test_login.py take away. */
#ifndef SEAT_DRAWS_ITS_NAME
#define SEAT_DRAWS_ITS_NAME 1
#endif

struct seat_office {
    int64_t idle_ms;
    pthread_mutex_t lock;
    /* below: under lock */
    struct seat {
        struct colleague *colleague; /* NULL: free */
        int64_t used_ms;
        int64_t ends_ms;
        char name[SEAT_TEXT_BYTES];
    } seat[SEATS_MAX];
};

struct seat_office *seat_office_new(int64_t idle_ms)
{
    struct seat_office *office = calloc(1, sizeof(*office));

    if (!office)
        return NULL;
    office->idle_ms = idle_ms;
    pthread_mutex_init(&office->lock, NULL);
    return office;
}

void seat_office_free(struct seat_office *office)
{
    if (!office)
        return;
    pthread_mutex_destroy(&office->lock);
    sodium_memzero(office, sizeof(*office));
    free(office);
}

/* Under the lock. NULL when there is none; one that is over is freed on the way. */
static struct seat *find(struct seat_office *office, const char *name)
{
    int64_t now_ms = clock_mono_ms();
    struct seat *found = NULL;
    bool fits = name && strlen(name) == SEAT_TEXT_BYTES - 1;

    for (size_t i = 0; i < SEATS_MAX; i++) {
        struct seat *seat = &office->seat[i];

        if (seat->colleague &&
            (now_ms - seat->used_ms >= office->idle_ms || now_ms >= seat->ends_ms))
            sodium_memzero(seat, sizeof(*seat));
        if (fits && seat->colleague && sodium_memcmp(seat->name, name, SEAT_TEXT_BYTES - 1) == 0)
            found = seat;
    }
    return found;
}

/* Under the lock. A free place, or that which was used longest ago. */
static struct seat *place(struct seat_office *office)
{
    struct seat *oldest = &office->seat[0];

    for (size_t i = 0; i < SEATS_MAX && oldest->colleague; i++)
        if (!office->seat[i].colleague || office->seat[i].used_ms < oldest->used_ms)
            oldest = &office->seat[i];
    return oldest;
}

void seat_begin(struct seat_office *office, struct colleague *colleague, int64_t life_ms,
                const char *brought, char name[static SEAT_TEXT_BYTES])
{
    assert(office && colleague && life_ms > 0);
    int64_t now_ms = clock_mono_ms();
    uint8_t secret[SECRET_BYTES];
    struct seat *seat;

    random_bytes(secret, sizeof(secret));
    bytes_to_hex(secret, sizeof(secret), name);
    sodium_memzero(secret, sizeof(secret));
    if (!SEAT_DRAWS_ITS_NAME && brought && strlen(brought) == SEAT_TEXT_BYTES - 1)
        memcpy(name, brought, SEAT_TEXT_BYTES);
    pthread_mutex_lock(&office->lock);
    seat = find(office, brought);
    if (seat)
        sodium_memzero(seat, sizeof(*seat));
    seat = place(office);
    *seat = (struct seat){.colleague = colleague, .used_ms = now_ms, .ends_ms = now_ms + life_ms};
    memcpy(seat->name, name, SEAT_TEXT_BYTES);
    pthread_mutex_unlock(&office->lock);
}

bool seat_find(struct seat_office *office, const char *name, bool use, struct seat_look *out)
{
    assert(office && out);
    int64_t now_ms = clock_mono_ms();
    struct seat *seat;

    pthread_mutex_lock(&office->lock);
    seat = find(office, name);
    if (seat && use)
        seat->used_ms = now_ms;
    if (seat)
        *out = (struct seat_look){.colleague = seat->colleague,
                                  .idle_ms = seat->used_ms + office->idle_ms - now_ms,
                                  .left_ms = seat->ends_ms - now_ms};
    pthread_mutex_unlock(&office->lock);
    return seat != NULL;
}

void seat_end(struct seat_office *office, const char *name)
{
    assert(office);
    struct seat *seat;

    pthread_mutex_lock(&office->lock);
    seat = find(office, name);
    if (seat)
        sodium_memzero(seat, sizeof(*seat));
    pthread_mutex_unlock(&office->lock);
}
