/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the keeper where persons have accounts:
 * - whoever is counted pays, is counted until the account is used up, and then is left out in
 *   silence: the question is answered, charged and recorded as any other;
 * - over a restart and another snapshot the accounts go on; who was in no figure is counted;
 * - the books are written when nobody waits for an answer, and after many charges in any case;
 * - a repeat is free; what is asked anew has noise of its own;
 * - lost or damaged books put everybody at what the ledger has charged, and what then nobody can
 *   pay is refused, not answered with nothing; repeats go on;
 * - an organisation without a book is declined.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/keeper/bookkeeping.h"
#include "node/keeper/keeper_inside.h"
#include "node/privacy/books.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define MATCHED 1000
#define NEAR 35 /* 7 sigma */

/* A person may pay for two counts at sigma 5 a year and for three in a life. */
static void write_policy(struct world *w, unsigned version, const char *organisation)
{
    const char *policy = world_policy(w->people.arena), *at = strstr(policy, "\"version\": 1");

    assert_non_null(at);
    policy = arena_printf(
        w->people.arena,
        "%.*s\"individual\": {\"person_year_nrho\": 50000000, \"person_lifetime_nrho\": 70000000, "
        "\"all_year_nrho\": 1000000000, \"all_lifetime_nrho\": 2000000000, \"organisations\": "
        "[\"%s\"]}, \"version\": %u%s",
        (int)(at - policy), policy, organisation, version, at + strlen("\"version\": 1"));
    world_write(w, "policy.json", policy, strlen(policy));
}

static void up(struct world *w)
{
    fake = (struct fake){.matched = MATCHED, .release = "2026-06-01", .persons = 3000};
    world_up(w);
    write_policy(w, 2, "gms");
    world_start(w);
}

static int64_t figure(struct world *w, const char *text)
{
    Rikstal__V1__Answer *answer = world_ask_text(w, text);

    if (answer->state != RIKSTAL__V1__STATE__STATE_VALUE)
        fail_msg("%s: %s", answer->code, answer->reason);
    return answer->cells[0];
}

static void is_near(int64_t figure, int64_t expected)
{
    if (llabs(figure - expected) > NEAR)
        fail_msg("%lld is not near %lld", (long long)figure, (long long)expected);
}

static void again(struct world *w)
{
    world_stop(w);
    world_start(w);
}

static void test_who_is_counted_pays_until_nothing_is_left(void **state)
{
    struct world_books journal;
    struct world w;

    (void)state;
    up(&w);
    is_near(figure(&w, "age >= 20"), MATCHED);
    is_near(figure(&w, "age >= 21"), MATCHED);
    is_near(figure(&w, "age >= 22"), 0); /* the same persons a third time */
    fake.matched = 2500;
    is_near(figure(&w, "age >= 23"), 1500); /* those who were in no figure */
    again(&w);
    is_near(figure(&w, "age >= 24"), 1500);
    world_publish(&w, "second");
    is_near(figure(&w, "age >= 25"), 0);
    fake.persons = 3000;
    fake.matched = 3000;
    is_near(figure(&w, "age >= 26"), 500);
    world_stop(&w);
    journal = world_books(&w);
    assert_int_equal(journal.charges, 7); /* also what found nobody who could pay */
    assert_int_equal(journal.spent_nrho, 140000000);
    world_down(&w);
}

/* Asks, and leaves the keeper as it is then, with no file of the books. */
static void asked_and_not_written(struct world *w)
{
    char path[128];

    up(w);
    figure(w, "age >= 20");
    shutdown(w->fd, SHUT_RDWR);
    pthread_join(w->thread, NULL); /* it serves no longer */
    snprintf(path, sizeof(path), "%s/books", w->dir);
    unlink(path);
    books_charged(w->keeper->books, "gms", 0);
}

static void put_answer(struct world *w, int64_t due_ms)
{
    struct err err;

    assert_true(outbox_put(&w->keeper->outbox,
                           &(struct waiting){.due_ms = clock_mono_ms() + due_ms,
                                             .frame = (uint8_t *)"answer",
                                             .size = 6},
                           &err));
}

static void test_the_books_are_written_when_nobody_waits(void **state)
{
    struct world w;

    (void)state;
    asked_and_not_written(&w);
    put_answer(&w, 500);
    w.keeper->books_write_ms = 400;
    bookkeeping_save(w.keeper);
    assert_false(world_has(&w, "books")); /* it would be due meanwhile */
    outbox_clear(&w.keeper->outbox);
    put_answer(&w, 100000);
    w.keeper->turns.n = 1;
    bookkeeping_save(w.keeper);
    w.keeper->turns.n = 0;
    assert_false(world_has(&w, "books")); /* a question waits */
    bookkeeping_save(w.keeper);
    assert_true(world_has(&w, "books"));
    world_ended(&w);
    world_down(&w);
}

static void test_the_books_are_written_after_many_charges(void **state)
{
    struct world w;

    (void)state;
    asked_and_not_written(&w);
    put_answer(&w, 1);
    w.keeper->books_write_ms = 400;
    for (int i = 1; i < 31; i++) /* two for each charge, of which there are 16 */
        books_charged(w.keeper->books, "gms", 0);
    bookkeeping_save(w.keeper);
    assert_false(world_has(&w, "books"));
    books_charged(w.keeper->books, "gms", 0);
    bookkeeping_save(w.keeper);
    assert_true(world_has(&w, "books"));
    world_ended(&w);
    world_down(&w);
}

static void test_a_repeat_is_free_and_the_same(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world w;
    int64_t first;

    (void)state;
    up(&w);
    first = figure(&w, "age >= 20");
    for (int i = 0; i < 5; i++) {
        answer = world_ask_text(&w, "age >= 20");
        assert_int_equal(answer->cells[0], first);
        assert_false(answer->charged);
    }
    assert_int_equal(fake.evaluations, 1);
    assert_int_equal(answer->balance->person_year_nrho, 50000000);
    assert_int_equal(answer->balance->person_lifetime_nrho, 70000000);
    is_near(figure(&w, "age >= 21"), MATCHED); /* nobody paid for the repeats */
    world_down(&w);
}

static void lose_books(struct world *w, const char *instead)
{
    char path[128];

    world_stop(w);
    snprintf(path, sizeof(path), "%s/books", w->dir);
    assert_true(world_has(w, "books"));
    assert_int_equal(unlink(path), 0);
    if (instead)
        world_write(w, "books", instead, strlen(instead));
    world_start(w);
}

static void test_lost_books_are_the_worst_case_and_never_zeros(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world w;
    int64_t first;

    (void)state;
    up(&w);
    fake.matched = 100;
    first = figure(&w, "age >= 20");
    lose_books(&w, NULL);
    fake.matched = 3000;
    is_near(figure(&w, "age >= 21"), 3000); /* everybody has paid 20 of 50, and now 40 */
    lose_books(&w, "not books");
    answer = world_ask_text(&w, "age >= 22");
    assert_string_equal(answer->code, "budget");
    assert_string_equal(answer->reason,
                        "it costs a person 20.000 points of an account with your organisation, "
                        "which has 50.000 a year and 70.000 for life here; everybody's has lost "
                        "40.000 and 40.000 of them, by old questions or lost books");
    assert_int_equal(figure(&w, "age >= 20"), first);
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 2);
    world_down(&w);
}

/* A question that failed was charged, released nothing, and is drawn anew when it is asked again.
 */
static void test_a_failed_evaluation_is_asked_again(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world w;

    (void)state;
    up(&w);
    fake.broken = true;
    answer = world_ask_text(&w, "age >= 20");
    assert_string_equal(answer->code, "failed");
    fake.broken = false;
    is_near(figure(&w, "age >= 20"), MATCHED);
    is_near(figure(&w, "age >= 21"), MATCHED);
    is_near(figure(&w, "age >= 22"), 0);
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 3);
    world_down(&w);
}

static void test_an_organisation_without_a_book_is_declined(void **state)
{
    Rikstal__V1__Answer *answer;
    struct world w;

    (void)state;
    up(&w);
    world_stop(&w);
    write_policy(&w, 3, "another");
    world_start(&w);
    answer = world_ask_text(&w, "age >= 20");
    assert_string_equal(answer->code, "policy");
    assert_string_equal(answer->reason,
                        "persons have accounts of their own in this region, and its policy opens "
                        "no book for your organisation");
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 0);
    world_down(&w);
}

/* What was asked before persons had accounts stands in each person's. */
static void test_old_charges_are_everybodys(void **state)
{
    struct world w;

    (void)state;
    fake = (struct fake){.matched = MATCHED, .release = "2026-06-01", .persons = 3000};
    world_up(&w);
    world_start(&w);
    is_near(figure(&w, "age >= 20"), MATCHED);
    world_stop(&w);
    write_policy(&w, 2, "gms");
    world_start(&w);
    is_near(figure(&w, "age >= 20"), MATCHED); /* the same question, now of this organisation */
    is_near(figure(&w, "age >= 21"), 0);
    fake.matched = 1500;
    is_near(figure(&w, "age >= 22"), 500);
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_counted_pays_until_nothing_is_left),
        cmocka_unit_test(test_the_books_are_written_when_nobody_waits),
        cmocka_unit_test(test_the_books_are_written_after_many_charges),
        cmocka_unit_test(test_a_repeat_is_free_and_the_same),
        cmocka_unit_test(test_lost_books_are_the_worst_case_and_never_zeros),
        cmocka_unit_test(test_a_failed_evaluation_is_asked_again),
        cmocka_unit_test(test_an_organisation_without_a_book_is_declined),
        cmocka_unit_test(test_old_charges_are_everybodys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
