#include "coordinator/ask/book.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/trust/roster.h"

struct book {
    char path[PATH_MAX];
    struct root_keys roots;
    pthread_mutex_t reloading; /* one reload at a time */
    pthread_rwlock_t lock;
    struct roster *roster; /* under lock */
};

bool book_open(const char *dir, const char *network, struct book **out, struct err *err)
{
    struct book *book = calloc(1, sizeof(*book));
    char roots[PATH_MAX];

    if (!book)
        return err_memory(err);
    if (snprintf(roots, sizeof(roots), "%s/roots", dir) >= (int)sizeof(roots) ||
        snprintf(book->path, sizeof(book->path), "%s/roster", dir) >= (int)sizeof(book->path)) {
        free(book);
        return err_set(err, ERR_INVALID, "the path %s is too long", dir);
    }
    if (!root_keys_read(roots, &book->roots, err) ||
        !roster_read(book->path, &book->roots, network, 0, &book->roster, err)) {
        free(book);
        return false;
    }
    pthread_mutex_init(&book->reloading, NULL);
    pthread_rwlock_init(&book->lock, NULL);
    *out = book;
    return true;
}

void book_close(struct book *book)
{
    if (!book)
        return;
    roster_free(book->roster);
    pthread_rwlock_destroy(&book->lock);
    pthread_mutex_destroy(&book->reloading);
    free(book);
}

const struct roster *book_read(struct book *book)
{
    pthread_rwlock_rdlock(&book->lock);
    return book->roster;
}

void book_done(struct book *book)
{
    pthread_rwlock_unlock(&book->lock);
}

static bool reload(struct book *book, bool *newer, struct err *err)
{
    const struct roster *now = book_read(book);
    struct roster *found = NULL;
    bool ok = roster_read(book->path, &book->roots, roster_network(now), roster_version(now),
                          &found, err);

    *newer = ok && roster_version(found) > roster_version(now);
    book_done(book); /* nobody else replaces it: see reloading */
    if (!*newer) {
        roster_free(found);
        return ok;
    }
    pthread_rwlock_wrlock(&book->lock);
    roster_free(book->roster);
    book->roster = found;
    pthread_rwlock_unlock(&book->lock);
    return true;
}

bool book_reload(struct book *book, bool *newer, struct err *err)
{
    bool ok;

    *newer = false;
    pthread_mutex_lock(&book->reloading);
    ok = reload(book, newer, err);
    pthread_mutex_unlock(&book->reloading);
    return ok;
}
