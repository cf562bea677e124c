/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/bookkeeping.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/keeper/keeper_inside.h"
#include "node/keeper/request.h"
#include "node/privacy/books.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/query/price.h"

#define ALL_TOGETHER ""      /* the book of everybody's spending with all organisations */
#define UNWRITTEN_CHARGES 16 /* so many at most are laid on everybody after a crash */
#define FIRST_WRITE_MS 2000  /* a guess, until one was measured */

static const struct policy_individual *individual_of(const struct request_priced *priced)
{
    return priced->admitted->grant.individual;
}

/* As request_of(), which needs this file. */
static const struct request_verified *verified_of(const struct request_charged *charged)
{
    return charged->priced->admitted->verified;
}

/* Makes a book complete up to the ledger, but for the last `nrho` that it has charged. */
static bool settle(const struct keeper *keeper, const char *name, int64_t nrho,
                   struct books_floor *floor, struct err *err)
{
    struct ledger_total total;

    return ledger_total(journal_ledger(keeper->journal), name, &total, err) &&
           books_settle(
               keeper->books, name,
               &(struct books_total){total.window, total.year_nrho - nrho, total.life_nrho - nrho},
               floor, err);
}

/* Writes points with three decimals; 1 point is a rho of 0.001. */
static void points(char text[static 24], int64_t nrho)
{
    snprintf(text, 24, "%lld.%03lld", (long long)(nrho / PRICE_POINT_NRHO),
             (long long)(nrho % PRICE_POINT_NRHO / 1000));
}

static bool leaves_room(const struct books_floor *floor, int64_t nrho, int64_t year_nrho,
                        int64_t life_nrho)
{
    uint32_t price = account_units(nrho);

    return floor->year + price <= account_units(year_nrho) &&
           floor->life + price <= account_units(life_nrho);
}

bool bookkeeping_limit(struct keeper *keeper, struct request_charged *charged, struct err *err)
{
    assert(keeper && charged);
    const struct policy_individual *individual = individual_of(charged->priced);
    int64_t nrho = charged->priced->nrho;
    struct books_floor own, all;

    if (!individual)
        return true;
    if (!settle(keeper, verified_of(charged)->question->organisation, 0, &own, err) ||
        !settle(keeper, ALL_TOGETHER, 0, &all, err))
        return false;
    charged->exhausted =
        !leaves_room(&own, nrho, individual->person_year_nrho, individual->person_lifetime_nrho) ||
        !leaves_room(&all, nrho, individual->all_year_nrho, individual->all_lifetime_nrho);
    if (charged->exhausted)
        charged->charge.caps = (struct ledger_caps){0};
    return true;
}

/* Takes the charge into a book that is complete but for it. */
static bool enter_charge(struct keeper *keeper, const char *name, int64_t nrho, struct err *err)
{
    struct books_floor floor;

    if (!settle(keeper, name, nrho, &floor, err))
        return false;
    books_charged(keeper->books, name, nrho);
    return true;
}

static bool open_account(struct keeper *keeper, const char *name, struct request *request,
                         struct account *out, struct err *err)
{
    const struct snapshot_info *info = snapshot_info(request->data->snapshot);
    struct books_snapshot snapshot = {.n_segments = info->n_segments};
    struct books_segment *segments =
        arena_array(request->arena, info->n_segments + 1, sizeof(*segments));

    if (!segments)
        return err_memory(err);
    for (size_t i = 0; i < info->n_segments; i++) {
        const struct segment_persons *persons =
            segment_persons(snapshot_segment(request->data->snapshot, i));

        segments[i] = (struct books_segment){persons->id, persons->n};
    }
    memcpy(snapshot.id, info->id, sizeof(snapshot.id));
    snapshot.segments = segments;
    return books_account(keeper->books, name, &snapshot, out, err);
}

bool bookkeeping_account(struct keeper *keeper, const struct request_charged *charged,
                         struct account *space, const struct account **account, struct err *err)
{
    assert(keeper && charged && space && account);
    const struct policy_individual *individual = individual_of(charged->priced);
    const struct request_verified *verified = verified_of(charged);
    const char *name = verified->question->organisation;
    int64_t nrho = charged->receipt.charge.outcome == LEDGER_CHARGED ? charged->priced->nrho : 0;

    *account = NULL;
    if (!individual)
        return true;
    *space = (struct account){0};
    if (!enter_charge(keeper, name, nrho, err) || !enter_charge(keeper, ALL_TOGETHER, nrho, err) ||
        !open_account(keeper, name, verified->request, space, err))
        return false;
    space->own.year_cap = account_units(individual->person_year_nrho);
    space->own.life_cap = account_units(individual->person_lifetime_nrho);
    space->all.year_cap = account_units(individual->all_year_nrho);
    space->all.life_cap = account_units(individual->all_lifetime_nrho);
    account_set_price(space, &verified->shape.measure, verified->question->sigma);
    *account = space;
    return true;
}

void bookkeeping_given_back(struct keeper *keeper, const struct request_charged *charged)
{
    assert(keeper && charged);
    if (!individual_of(charged->priced) || !charged->receipt.charge.paid_by_this)
        return;
    books_charged(keeper->books, verified_of(charged)->question->organisation,
                  -charged->priced->nrho);
    books_charged(keeper->books, ALL_TOGETHER, -charged->priced->nrho);
}

/* ---- the organisation's own budget ----------------------------------------------------------- */

/* What everybody has lost follows from the organisation's own questions, so it may be told. */
static bool refuse_exhausted(const struct keeper *keeper, const struct request_charged *charged,
                             struct err *err)
{
    const struct policy_individual *individual = individual_of(charged->priced);
    struct request *request = verified_of(charged)->request;
    char price[24], year[24], life[24], least_year[24], least_life[24];
    struct books_floor own;

    if (!settle(keeper, verified_of(charged)->question->organisation, 0, &own, err))
        return request_refuse(request, REFUSAL_FAILED);
    points(price, charged->priced->nrho);
    points(year, individual->person_year_nrho);
    points(life, individual->person_lifetime_nrho);
    points(least_year, (int64_t)own.year * ACCOUNT_UNIT_NRHO);
    points(least_life, (int64_t)own.life * ACCOUNT_UNIT_NRHO);
    request_refuse(request, REFUSAL_BUDGET);
    if (!leaves_room(&own, charged->priced->nrho, individual->person_year_nrho,
                     individual->person_lifetime_nrho))
        snprintf(request->reason, sizeof(request->reason),
                 "it costs a person %s points of an account with your organisation, which has %s a "
                 "year and %s for life here; everybody's has lost %s and %s of them, by old "
                 "questions or lost books",
                 price, year, life, least_year, least_life);
    return err_set(err, ERR_EXHAUSTED, "nobody's account covers %s points", price);
}

/*
 * The asker may be told balances that depend only on its own questions. The node's balance depends
 * on those of others too, so it is not told.
 */
bool bookkeeping_refuse(const struct keeper *keeper, const struct request_charged *charged,
                        struct err *err)
{
    const struct ledger_charge *charge = &charged->receipt.charge;
    const struct policy_grant *granted = &charged->priced->admitted->grant;
    struct request *request = verified_of(charged)->request;
    char price[24], left[24], cap[24];
    const char *which = "";

    if (charged->exhausted)
        return refuse_exhausted(keeper, charged, err);
    request_refuse(request, REFUSAL_BUDGET);
    if (charge->outcome != LEDGER_NO_NODE)
        request->over_budget = charged;
    points(price, charged->priced->nrho);
    switch (charge->outcome) {
    case LEDGER_NO_YEAR:
        points(left, charge->left_nrho);
        points(cap, granted->organisation_year_nrho);
        snprintf(request->reason, sizeof(request->reason),
                 "the question costs %s points, your organisation has %s left of %s in budget year "
                 "%s; the next year opens with a new policy of the region, not by the calendar",
                 price, left, cap, policy_window(keeper->policy));
        which = "organisation and year";
        break;
    case LEDGER_NO_LIFETIME:
        points(left, charge->lifetime_left_nrho);
        points(cap, granted->organisation_lifetime_nrho);
        snprintf(
            request->reason, sizeof(request->reason),
            "the question costs %s points, your organisation has %s left of %s in its "
            "lifetime; no new year opens it, the region's data-protection officer may renew it",
            price, left, cap);
        which = "organisation and lifetime";
        break;
    case LEDGER_NO_PERMIT:
        points(cap, granted->permit_nrho);
        snprintf(request->reason, sizeof(request->reason),
                 "the question costs %s points, more than its permit has left of %s here; no new "
                 "year opens it, a new permit does",
                 price, cap);
        which = "permit";
        break;
    default:
        which = "node and year";
        break;
    }
    return err_set(err, ERR_EXHAUSTED, "the budget of %s does not cover %s points", which, price);
}

/* ---- the file -------------------------------------------------------------------------------- */

bool bookkeeping_start(struct keeper *keeper, struct err *err)
{
    assert(keeper && !keeper->books);
    char path[HOME_PATH_BYTES];
    bool lost;

    if (!home_path(&keeper->home, "books", path, err) ||
        !books_open(path, &keeper->books, &lost, err))
        return false;
    if (lost)
        log_event(LOG_ERROR_LEVEL, "books_lost", "path", path, NULL);
    return true;
}

static void write_books(struct keeper *keeper)
{
    int64_t began = clock_mono_ms();
    char path[HOME_PATH_BYTES];
    struct err err;

    if (!home_path(&keeper->home, "books", path, &err) || !books_write(keeper->books, path, &err))
        log_error("books_not_written", &err);
    keeper->books_write_ms = clock_mono_ms() - began;
}

/* No question waits, and no answer is due while the books are written. */
static bool nobody_waits(const struct keeper *keeper)
{
    int64_t due = outbox_wait_ms(&keeper->outbox, clock_mono_ms());
    int64_t takes = keeper->books_write_ms ? 2 * keeper->books_write_ms : FIRST_WRITE_MS;

    return keeper->turns.n == 0 && (due < 0 || due > takes);
}

void bookkeeping_save(struct keeper *keeper)
{
    assert(keeper && keeper->books);
    uint32_t unwritten = books_unwritten(keeper->books);

    if (unwritten > 0 && (nobody_waits(keeper) || unwritten >= 2 * UNWRITTEN_CHARGES))
        write_books(keeper);
}

void bookkeeping_end(struct keeper *keeper)
{
    if (keeper->books && books_unwritten(keeper->books) > 0)
        write_books(keeper);
    books_close(keeper->books);
    keeper->books = NULL;
}
