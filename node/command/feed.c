/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/feed.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "node/import/identity.h"
#include "node/import/plausible.h"
#include "node/store/import_run.h"
#include "node/store/store.h"
#include "proto/base/date.h"
#include "proto/query/code_system.h"

#define NOTHING "nothing"
#define GAPS ", "

static bool bad_form(struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "--delivers wants KIND:SYSTEM, e.g. diagnosis:icd10 (kinds: diagnosis phenotype "
                   "treatment procedure other), several with commas between, or \"nothing\"");
}

static bool no_system(const char *spelling, struct err *err)
{
    const char *near = code_system_near(spelling);

    return err_set(err, ERR_INVALID, "--delivers: there is no code system of that name%s%s%s",
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* One "KIND:SYSTEM" of length bytes. */
static bool take_one(struct feed *feed, const char *text, size_t length, struct err *err)
{
    struct delivery delivery = {.since = PERSON_NO_DATE};
    const struct code_system *system;
    char word[96], *colon;

    if (length >= sizeof(word))
        return bad_form(err);
    memcpy(word, text, length);
    word[length] = 0;
    if (strcmp(word, NOTHING) != 0) {
        colon = strchr(word, ':');
        if (!colon)
            return bad_form(err);
        system = code_system_find(colon + 1);
        if (!system)
            return no_system(colon + 1, err);
        *colon = 0;
        delivery.kind = delivery_kind_find(word);
        if (delivery.kind == EVENT_NO_KIND)
            return bad_form(err);
        (void)snprintf(delivery.system, sizeof(delivery.system), "%s", system->name);
    }
    return deliveries_add(&feed->declared, &delivery) ||
           err_set(err, ERR_INVALID, "a feed declares at most %d kinds and systems",
                   DELIVERIES_MAX);
}

bool feed_delivers(struct feed *feed, const char *text, struct err *err)
{
    assert(feed && text);
    if (!text[strspn(text, GAPS)])
        return bad_form(err);
    for (text += strspn(text, GAPS); *text; text += strspn(text, GAPS)) {
        size_t length = strcspn(text, GAPS);

        if (!take_one(feed, text, length, err))
            return false;
        text += length;
    }
    if (feed->declared.n > 1 && feed->declared.at[0].kind == EVENT_NO_KIND)
        return err_set(err, ERR_INVALID, "--delivers nothing stands alone");
    return true;
}

bool feed_from(struct feed *feed, const char *text, struct err *err)
{
    assert(feed && text);
    feed->from = date_parse(text, &feed->since);
    if (feed->from && feed->since > plausible_today())
        return err_set(err, ERR_INVALID,
                       "--from wants a day that has come: what a feed delivers "
                       "from a later day on, declare then");
    return feed->from || err_set(err, ERR_INVALID, "--from wants a day, e.g. 2015-01-01");
}

static bool name_is_right(const char *name, struct err *err)
{
    if (!*name || strlen(name) > IMPORT_FEED_MAX)
        return err_set(err, ERR_INVALID, "--feed wants a name of 1 to %d bytes", IMPORT_FEED_MAX);
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return err_set(err, ERR_INVALID, "the name of a feed has no control characters");
    return identity_is_absent("the name of a feed", name, err);
}

/* What the feed declared when it came last. */
static bool recall(struct feed *feed, const char *dir, const char *kind, struct err *err)
{
    struct store *store = NULL;
    bool ok = store_open_in(dir, &store, err) &&
              deliveries_of_feed(store, kind, feed->name, &feed->declared, err);

    store_close(store);
    return ok;
}

bool feed_settle(struct feed *feed, const char *dir, const char *kind, struct err *err)
{
    assert(feed && dir && kind && feed->declared.n <= DELIVERIES_MAX);
    bool declares = strcmp(kind, "consent") != 0;

    if (feed->from && !feed->declared.n)
        return err_set(err, ERR_INVALID, "--from goes with --delivers");
    if (!declares && feed->declared.n)
        return err_set(err, ERR_INVALID, "--delivers is of records; consents declare nothing");
    for (size_t i = 0; feed->from && i < feed->declared.n; i++)
        feed->declared.at[i].since = feed->since;
    if (feed->name && !name_is_right(feed->name, err))
        return false;
    if (!declares || feed->declared.n || !feed->name)
        return true;
    if (!recall(feed, dir, kind, err))
        return false;
    return feed->declared.n || !feed->named ||
           err_set(
               err, ERR_INVALID,
               "nobody has said yet what the feed \"%.40s\" delivers in full: add e.g. --delivers "
               "diagnosis:icd10 --from 2015-01-01, or --delivers nothing; it is asked once",
               feed->name);
}
