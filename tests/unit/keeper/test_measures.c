/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of breakdown and frequency at the keeper: every cell that the question declares comes
 * out, in its place, within the law of its noise and with noise; a table costs what one count
 * costs, a frequency the sum of its changes; a repeat has the same figures and costs nothing,
 * another order of dimensions or changes is another question; no dimensions, unknown ones, too many
 * changes and members of another measure are refused before anything is charged; and the largest
 * table fits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/keeper/quantum.h"
#include "proto/base/clock.h"
#include "proto/query/shape.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define COHORT "age >= 18"
#define SIGMA 5
#define PRICE 20000000 /* of one count */

static void up(struct world *w)
{
    clock_release();
    fake = (struct fake){.matched = 500, .undetermined = 56, .release = "2026-06-01"};
    world_up(w);
    world_start(w);
}

static Rikstal__V1__Answer *ask_by(struct world *w, const char *dimensions)
{
    Rikstal__V1__Question q;

    world_question(w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    assert_true(shape_dimensions(dimensions, w->people.arena, &q, &w->err));
    return world_ask(w, &q);
}

static Rikstal__V1__Answer *ask_of(struct world *w, const char *changes)
{
    Rikstal__V1__Question q;

    world_question(w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY;
    assert_true(shape_changes(changes, w->people.arena, &q, &w->err));
    return world_ask(w, &q);
}

/* Every cell within 8 sigma of what is true there, which is another number in each; and their
 * spread is that of the noise: the mean square of n cells lies in sigma^2 (1 +- 6 sqrt(2 / n)). */
static void is_noised(const Rikstal__V1__Answer *answer, size_t n)
{
    double squares = 0, slack;

    if (answer->state != RIKSTAL__V1__STATE__STATE_VALUE)
        fail_msg("%s: %s", answer->code, answer->reason);
    assert_int_equal(answer->n_cells, n);
    for (size_t i = 0; i < n; i++) {
        int64_t off = answer->cells[i] - (fake.matched + FAKE_STEP * (int64_t)i);

        assert_true(llabs((long long)off) <= 8 * SIGMA);
        squares += (double)(off * off);
    }
    squares /= (double)n * SIGMA * SIGMA;
    slack = 72.0 / (double)n; /* (6 sqrt(2 / n))^2 */
    assert_true((squares - 1) * (squares - 1) < slack);
}

static void test_a_table_comes_out_whole_for_the_price_of_one_count(void **state)
{
    Rikstal__V1__Answer *first, *again;
    struct world w;

    (void)state;
    up(&w);
    first = ask_by(&w, "sex,age_band");
    is_noised(first, 2 * 4 * 11);
    assert_int_equal(first->price_nrho, PRICE);
    assert_true(first->charged);
    again = ask_by(&w, "sex,age_band");
    is_noised(again, 88);
    assert_false(again->charged);
    assert_memory_equal(again->cells, first->cells, 88 * sizeof(int64_t));
    assert_int_equal(fake.evaluations, 1);
    again = ask_by(&w, "age_band,sex"); /* its cells are in another order */
    is_noised(again, 88);
    assert_true(again->charged);
    assert_memory_not_equal(again->cells, first->cells, 88 * sizeof(int64_t));
    world_down(&w);
}

static void ping(struct world *w)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping body = RIKSTAL__V1__PING__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &body;
    world_send(w, &frame);
}

/*
 * Of two frames around the first of two echoes: between these the keeper looks at what is due, with
 * the clock as it is now.
 */
static int answers_around_an_echo(struct world *w)
{
    int answers = 0;

    ping(w);
    ping(w);
    for (int i = 0; i < 2; i++)
        answers += world_receive(w)->body_case == RIKSTAL__V1__FRAME__BODY_ANSWER;
    return answers;
}

/*
 * Or the echo would tell when the figures were there (node/keeper/quantum.h), and the answer how
 * long they took. On a clock that the keeper's own waiting moves, and nothing else.
 */
static void
test_what_comes_behind_a_table_waits_for_a_whole_step_and_its_slot_does_not(void **state)
{
    const int64_t wall_s = clock_wall_s(), sent_ms = 1000000, slot_ms = 3000;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    assert_true(shape_dimensions("sex", w.people.arena, &q, &w.err));
    ask.question = people_ask(&w.people, &q);
    ask.time_left_ms = 20000;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    clock_set(sent_ms, wall_s);
    world_send(&w, &frame);
    ping(&w);
    assert_int_equal(world_receive(&w)->body_case, RIKSTAL__V1__FRAME__BODY_PING);
    assert_int_equal(clock_mono_us(), sent_ms * 1000 + QUANTUM_TICK_US);
    clock_set(sent_ms + slot_ms - 1, wall_s);
    assert_int_equal(answers_around_an_echo(&w), 0);
    clock_set(sent_ms + slot_ms, wall_s);
    assert_int_equal(answers_around_an_echo(&w), 1);
    world_receive(&w); /* the second echo */
    clock_release();
    world_down(&w);
}

static void test_the_largest_table_fits_an_answer(void **state)
{
    struct world w;

    (void)state;
    up(&w);
    is_noised(ask_by(&w, "sex,age_band,birth_decade,assay"), 2 * 2640);
    world_down(&w);
}

static void test_changes_come_out_in_order_for_the_price_of_each(void **state)
{
    Rikstal__V1__Answer *first, *again;
    struct world w;

    (void)state;
    up(&w);
    first = ask_of(&w, "GRCh38:17-43044295-G-A,GRCh38:X-100-A-C,GRCh38:13-32316461-A-T");
    is_noised(first, 3 * MEASURE_GENOTYPE_CELLS);
    assert_int_equal(first->price_nrho, 3 * PRICE);
    again = ask_of(&w, "GRCh38:17-43044295-G-A,GRCh38:X-100-A-C,GRCh38:13-32316461-A-T");
    assert_false(again->charged);
    assert_memory_equal(again->cells, first->cells, first->n_cells * sizeof(int64_t));
    again = ask_of(&w, "GRCh38:X-100-A-C,GRCh38:17-43044295-G-A,GRCh38:13-32316461-A-T");
    is_noised(again, 3 * MEASURE_GENOTYPE_CELLS);
    assert_true(again->charged);
    world_down(&w);
}

static void refused(struct world *w, const Rikstal__V1__Question *q, const char *code)
{
    Rikstal__V1__Answer *answer = world_ask(w, q);

    assert_int_equal(answer->n_cells, 0);
    assert_string_equal(answer->code, code);
}

static void test_what_declares_no_cells_is_refused_and_not_charged(void **state)
{
    static char *nonsense[] = {"sex", "shoe"}, *twice[] = {"sex", "sex"};
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    world_question(&w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    refused(&w, &q, "malformed");
    world_question(&w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY;
    refused(&w, &q, "malformed");
    world_question(&w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    q.n_dimensions = 2;
    q.dimensions = nonsense;
    refused(&w, &q, "malformed");
    world_question(&w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    q.n_dimensions = 2;
    q.dimensions = twice;
    refused(&w, &q, "malformed");
    world_question(&w, COHORT, &q);
    assert_true(shape_changes("GRCh38:1-5-A-C", w.people.arena, &q, &w.err)); /* of a count */
    refused(&w, &q, "malformed");
    world_question(&w, COHORT, &q);
    q.measure = (Rikstal__V1__Measure)4; /* none that is declared */
    refused(&w, &q, "malformed");
    assert_int_equal(fake.evaluations, 0);
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, 0);
    world_down(&w);
}

static void test_a_hundred_changes_are_the_most(void **state)
{
    char text[101 * 20] = "";
    Rikstal__V1__Value *more[101];
    Rikstal__V1__Question q;
    struct world w;
    size_t at = 0;

    (void)state;
    up(&w);
    for (int i = 1; i <= 100; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%sGRCh38:1-%d-A-C", i > 1 ? "," : "",
                               1000 + i);
    world_question(&w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY;
    q.sigma = 20; /* at 5 a hundred changes are more than a year's budget */
    assert_true(shape_changes(text, w.people.arena, &q, &w.err));
    assert_int_equal(world_ask(&w, &q)->n_cells, 600);
    for (size_t i = 0; i < 100; i++)
        more[i] = q.changes[i];
    more[100] = q.changes[0];
    world_question(&w, COHORT, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY;
    q.n_changes = 101;
    q.changes = more;
    refused(&w, &q, "malformed");
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table_comes_out_whole_for_the_price_of_one_count),
        cmocka_unit_test(
            test_what_comes_behind_a_table_waits_for_a_whole_step_and_its_slot_does_not),
        cmocka_unit_test(test_the_largest_table_fits_an_answer),
        cmocka_unit_test(test_changes_come_out_in_order_for_the_price_of_each),
        cmocka_unit_test(test_what_declares_no_cells_is_refused_and_not_charged),
        cmocka_unit_test(test_a_hundred_changes_are_the_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
