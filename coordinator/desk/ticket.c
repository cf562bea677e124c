/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/ticket.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"

#define SECRET_BYTES 32

/* The defences that the controls of tests/system/test_desk.py take away. */
#ifndef TICKET_WORKS_ONCE
#define TICKET_WORKS_ONCE 1
#endif
#ifndef TICKET_KNOWS_ITS_SESSIONS
#define TICKET_KNOWS_ITS_SESSIONS 1
#endif

struct ticket_office {
    pthread_mutex_t lock;
    /* below: under lock */
    bool printed; /* the token works */
    char token[TICKET_TEXT_BYTES];
    struct ticket_session {
        bool open;
        int64_t seen_ms;
        char name[TICKET_TEXT_BYTES];
    } session[TICKET_SESSIONS];
};

struct ticket_office *ticket_office_new(void)
{
    struct ticket_office *office = calloc(1, sizeof(*office));

    if (office)
        pthread_mutex_init(&office->lock, NULL);
    return office;
}

void ticket_office_free(struct ticket_office *office)
{
    if (!office)
        return;
    pthread_mutex_destroy(&office->lock);
    sodium_memzero(office, sizeof(*office));
    free(office);
}

static void draw(char out[static TICKET_TEXT_BYTES])
{
    uint8_t secret[SECRET_BYTES];

    random_bytes(secret, sizeof(secret));
    bytes_to_hex(secret, sizeof(secret), out);
    sodium_memzero(secret, sizeof(secret));
}

static bool same(const char *a, const char *text, size_t length)
{
    return length == TICKET_TEXT_BYTES - 1 && sodium_memcmp(a, text, length) == 0;
}

void ticket_print(struct ticket_office *office, char token[static TICKET_TEXT_BYTES])
{
    assert(office);
    pthread_mutex_lock(&office->lock);
    draw(office->token);
    office->printed = true;
    memcpy(token, office->token, TICKET_TEXT_BYTES);
    pthread_mutex_unlock(&office->lock);
}

/* A free place, or that of the session that was seen longest ago. */
static struct ticket_session *place(struct ticket_office *office)
{
    struct ticket_session *oldest = &office->session[0];

    for (size_t i = 0; i < TICKET_SESSIONS; i++) {
        if (!office->session[i].open)
            return &office->session[i];
        if (office->session[i].seen_ms < oldest->seen_ms)
            oldest = &office->session[i];
    }
    return oldest;
}

bool ticket_take(struct ticket_office *office, const char *token,
                 char session[static TICKET_TEXT_BYTES])
{
    assert(office && token);
    bool ok;

    pthread_mutex_lock(&office->lock);
    ok = office->printed && same(office->token, token, strlen(token));
    if (ok) {
        struct ticket_session *one = place(office);

        office->printed = !TICKET_WORKS_ONCE;
        *one = (struct ticket_session){.open = true, .seen_ms = clock_mono_ms()};
        draw(one->name);
        memcpy(session, one->name, TICKET_TEXT_BYTES);
    }
    pthread_mutex_unlock(&office->lock);
    return ok;
}

static bool session_known(struct ticket_office *office, const char *name, size_t length)
{
    int64_t now_ms = clock_mono_ms();
    bool known = false;

    for (size_t i = 0; i < TICKET_SESSIONS; i++) {
        struct ticket_session *one = &office->session[i];

        if (one->open && now_ms - one->seen_ms > TICKET_IDLE_MS)
            *one = (struct ticket_session){0};
        if (one->open && same(one->name, name, length)) {
            one->seen_ms = now_ms;
            known = true;
        }
    }
    return known;
}

/* "a=b; rikstal-desk=NAME": each cookie of our name is tried. */
bool ticket_is_valid(struct ticket_office *office, const char *cookies)
{
    assert(office);
    static const char name[] = TICKET_COOKIE "=";
    bool known = false;

    pthread_mutex_lock(&office->lock);
    for (const char *at = cookies; at && *at && !known;) {
        size_t length;

        at += strspn(at, "; ");
        length = strcspn(at, ";");
        if (length > strlen(name) && strncmp(at, name, strlen(name)) == 0)
            known = session_known(office, at + strlen(name), length - strlen(name)) ||
                    !TICKET_KNOWS_ITS_SESSIONS;
        at += length;
    }
    pthread_mutex_unlock(&office->lock);
    return known;
}
