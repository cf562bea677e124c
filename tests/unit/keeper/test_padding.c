/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises of the length of what leaves: a multiple of 256 bytes that follows from the question
 * alone. It is the same for no match and for 100,000 or 10^15, for a computed answer and a stored
 * one, before and after a restart, for a value, a failure, an evaluation that ran out of time and a
 * refusal with a long reason; and the zeros are zeros.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/keeper/padding.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

static void up(struct world *w)
{
    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up(w);
    world_start(w);
}

struct seen {
    size_t payload;
    size_t envelope;
    Rikstal__V1__Answer *answer;
};

static struct seen seen_of(struct world *w, Rikstal__V1__Envelope *envelope)
{
    return (struct seen){.payload = envelope->payload.len,
                         .envelope = rikstal__v1__envelope__get_packed_size(envelope),
                         .answer = world_open(w, envelope)};
}

static struct seen ask(struct world *w, Rikstal__V1__Question *q)
{
    return seen_of(w, world_ask_envelope(w, people_ask(&w->people, q), 20000));
}

static struct seen ask_text(struct world *w, const char *text)
{
    Rikstal__V1__Question q;

    world_question(w, text, &q);
    return ask(w, &q);
}

static void same_size(struct seen a, struct seen b)
{
    assert_int_equal(a.payload, b.payload);
    assert_int_equal(a.envelope, b.envelope);
    assert_int_equal(a.payload % PADDING_UNIT, 0);
}

static void test_the_length_is_the_same_whatever_was_counted(void **state)
{
    static const int64_t counts[] = {0, 1, 100000, INT64_C(1000000000000000)};
    struct seen first = {0};
    char text[32];
    struct world w;

    (void)state;
    up(&w);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        fake.matched = counts[i];
        fake.undetermined = counts[3 - i];
        snprintf(text, sizeof(text), "age >= %zu", 20 + i);
        struct seen computed = ask_text(&w, text), stored = ask_text(&w, text);

        assert_int_equal(computed.answer->state, RIKSTAL__V1__STATE__STATE_VALUE);
        assert_true(computed.answer->charged);
        assert_false(stored.answer->charged);
        if (i == 0)
            first = computed;
        same_size(first, computed);
        same_size(first, stored);
    }
    assert_int_equal(first.payload, padding_size(2));
    for (size_t i = 0; i < first.answer->padding.len; i++)
        assert_int_equal(first.answer->padding.data[i], 0);
    world_stop(&w);
    world_start(&w);
    same_size(first, ask_text(&w, "age >= 20"));
    world_stop(&w);
    world_down(&w);
}

static void test_the_length_does_not_tell_how_it_ended(void **state)
{
    struct seen value, failed, late, refused;
    Rikstal__V1__Question q;
    struct world w;

    (void)state;
    up(&w);
    value = ask_text(&w, "age >= 18");
    fake.broken = true;
    failed = ask_text(&w, "age >= 19");
    fake.broken = false;
    fake.out_of_time = true;
    world_question(&w, "age >= 20", &q);
    late = seen_of(&w, world_ask_late(&w, people_ask(&w.people, &q)));
    world_question(&w, "age >= 21", &q);
    q.purpose = "curiosity and nothing else at all, which is no purpose of this policy";
    refused = ask(&w, &q);
    assert_string_equal(failed.answer->code, "failed");
    assert_string_equal(late.answer->code, "timed_out");
    assert_string_equal(refused.answer->code, "policy");
    same_size(value, failed);
    same_size(value, late);
    same_size(value, refused);
    world_stop(&w);
    world_down(&w);
}

static void test_every_length_of_a_text_is_filled_to_the_same_size(void **state)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    static char text[1200];
    struct err err;

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(text); i++) {
        Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;

        answer.reason = text;
        assert_true(padding_fill(&answer, 2, arena, &err));
        assert_int_equal(rikstal__v1__answer__get_packed_size(&answer), padding_size(2));
        text[i] = 'x';
    }
    arena_free(arena);
}

static void test_a_table_and_its_refusal_have_the_tables_size(void **state)
{
    static const uint32_t sizes[] = {2, 100, 600, 1844, 2048, 7680};
    struct arena *arena = arena_new((size_t)64 << 20);
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        Rikstal__V1__Answer table = RIKSTAL__V1__ANSWER__INIT, refusal = table;

        table.n_cells = sizes[i];
        table.cells = arena_array(arena, sizes[i], sizeof(int64_t));
        refusal.reason = "no";
        assert_true(padding_fill(&table, sizes[i], arena, &err));
        assert_true(padding_fill(&refusal, sizes[i], arena, &err));
        assert_int_equal(rikstal__v1__answer__get_packed_size(&table), padding_size(sizes[i]));
        assert_int_equal(rikstal__v1__answer__get_packed_size(&refusal), padding_size(sizes[i]));
    }
    arena_free(arena);
}

static void test_public_texts_too_long_for_the_room_take_whole_units_more(void **state)
{
    static char text[PADDING_ROOM + 1];
    struct arena *arena = arena_new((size_t)1 << 20);
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;
    struct err err;

    (void)state;
    memset(text, 'x', PADDING_ROOM);
    answer.reason = text;
    assert_true(padding_fill(&answer, 0, arena, &err));
    assert_int_equal(rikstal__v1__answer__get_packed_size(&answer) % PADDING_UNIT, 0);
    assert_true(rikstal__v1__answer__get_packed_size(&answer) > PADDING_ROOM);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_length_is_the_same_whatever_was_counted),
        cmocka_unit_test(test_the_length_does_not_tell_how_it_ended),
        cmocka_unit_test(test_every_length_of_a_text_is_filled_to_the_same_size),
        cmocka_unit_test(test_a_table_and_its_refusal_have_the_tables_size),
        cmocka_unit_test(test_public_texts_too_long_for_the_room_take_whole_units_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
