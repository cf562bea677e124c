/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises: a rule that holds answers nothing and charges nothing until a person approves; approval
 * is for this question, asker, purpose and precision, has its leaf, and can be taken back;
 * D/stopped declines everything, also at a start, and what ends it has its leaf.
 */
#include "node/keeper/hold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake.h"
#include "node/keeper/home.h"
#include "node/privacy/policy.h"
#include "proto/base/clock.h"
#include "proto/query/ast.h"
#include "proto/query/parse.h"
#include "proto/query/shape.h"
#include "world.h"

#define TABLE_MS 3000 /* when the answer to one leaves */

/* The default policy, whose rules of every role all hold, or deny. */
static void write_policy(struct world *w, const char *decision, int version)
{
    static const char permit[] = "\"permit\": false";
    char *text = calloc(1, POLICY_BYTES_MAX), *out = text;
    const char *at = strstr(policy_default, "\"version\": 1") + strlen("\"version\": 1");

    assert_non_null(text);
    out += snprintf(out, POLICY_BYTES_MAX, "%.*s\"version\": %d",
                    (int)(at - strlen("\"version\": 1") - policy_default), policy_default, version);
    for (const char *next; (next = strstr(at, permit)); at = next + strlen(permit)) {
        memcpy(out, at, (size_t)(next - at));
        out += next - at;
        out += snprintf(out, 128, "%s, \"decision\": \"%s\"", permit, decision);
    }
    memcpy(out, at, strlen(at));
    world_write(w, "policy.json", text, strlen(text));
    free(text);
}

static struct home home_of(const struct world *w)
{
    struct home home = {0};

    snprintf(home.dir, sizeof(home.dir), "%s", w->dir);
    return home;
}

struct seen {
    size_t n;
    char name[HOLD_NAME_BYTES];
    enum hold_state state;
};

static bool see(void *of, const char *name, enum hold_state state, struct err *err)
{
    struct seen *seen = of;

    (void)err;
    seen->n++;
    memcpy(seen->name, name, HOLD_NAME_BYTES);
    seen->state = state;
    return true;
}

static struct seen list(struct world *w)
{
    struct home home = home_of(w);
    struct seen seen = {0};

    assert_true(hold_list(&home, see, &seen, &w->err));
    return seen;
}

static void decide(struct world *w, bool approve)
{
    struct home home = home_of(w);
    struct seen seen = list(w);
    char name[HOLD_NAME_BYTES];

    assert_true(hold_find(&home, "", name, &w->err));
    assert_string_equal(name, seen.name);
    assert_true(hold_decide(&home, name, approve, &w->err));
}

static void assert_code(struct world *w, const char *code)
{
    Rikstal__V1__Answer *answer = world_ask_text(w, "sex = female");

    assert_string_equal(answer->code, code);
}

static void test_a_held_question_waits_for_a_person(void **state)
{
    struct world w;
    struct world_books journal;

    (void)state;
    world_up(&w);
    write_policy(&w, "hold", 7);
    world_start(&w);
    fake.evaluations = 0;
    assert_code(&w, "held");
    assert_code(&w, "held");
    assert_int_equal(list(&w).n, 1);
    assert_int_equal(list(&w).state, HOLD_WAITING);
    assert_int_equal(fake.evaluations, 0);
    decide(&w, true);
    assert_code(&w, "");
    assert_int_equal(fake.evaluations, 1);
    assert_int_equal(list(&w).state, HOLD_APPROVED);
    assert_string_equal(world_ask_text(&w, "sex = male")->code, "held"); /* another question */
    world_stop(&w);
    journal = world_books(&w);
    assert_int_equal(journal.charges, 1);
    world_down(&w);
}

static const char *held_file(struct world *w)
{
    static uint8_t text[1 << 16];
    char path[256];
    size_t size;
    FILE *file;

    snprintf(path, sizeof(path), "%s/held/%s.json", w->dir, list(w).name);
    file = fopen(path, "rb");
    assert_non_null(file);
    size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[size] = 0;
    return (const char *)text;
}

static void test_what_is_held_is_told_whole(void **state)
{
    Rikstal__V1__Question q;
    const char *text;
    struct world w;

    (void)state;
    world_up(&w);
    write_policy(&w, "hold", 7);
    world_start(&w);
    world_question(&w, "sex = female", &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY;
    assert_true(
        shape_changes("GRCh38:17-43044295-G-A,GRCh38:X-100-A-T", w.people.arena, &q, &w.err));
    q.disease = "orpha:558";
    assert_string_equal(world_ask(&w, &q)->code, "held");
    text = held_file(&w);
    assert_non_null(strstr(text, "\"GRCh38:17-43044295-G-A\", \"GRCh38:X-100-A-T\""));
    assert_non_null(strstr(text, "genotype at 2 changes:\\n  GRCh38:17-43044295-G-A\\n"));
    assert_non_null(strstr(text, "the research is on orpha:558: "));
    q.disease = "orpha:559"; /* counts others: held for itself */
    assert_string_equal(world_ask(&w, &q)->code, "held");
    assert_int_equal(list(&w).n, 2);
    world_down(&w);
}

/* Names of steps are free text of the asker. */
static void test_a_held_step_is_told_with_its_criterion(void **state)
{
    Rikstal__V1__Step step[2], *steps[] = {&step[0], &step[1]};
    Rikstal__V1__Question q;
    const char *text;
    struct world w;

    (void)state;
    world_up(&w);
    write_policy(&w, "hold", 7);
    world_start(&w);
    world_question(&w, "age >= 18 and age <= 75 and sex = male", &q);
    for (size_t i = 0; i < 2; i++)
        rikstal__v1__step__init(&step[i]);
    step[0].name = "I1 adult";
    step[0].operands = 2;
    step[1].name = "I2 old woman";
    step[1].operands = 1;
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_FUNNEL;
    q.steps = steps;
    q.n_steps = 2;
    assert_string_equal(world_ask(&w, &q)->code, "held");
    text = held_file(&w);
    assert_non_null(
        strstr(text, "\\n  I1 adult: age >= 18 and age <= 75\\n  I2 old woman: sex = male\\n"));
    assert_non_null(strstr(text, "\"I2 old woman\",\n\t\t\t\"text\":\t\"sex = male\""));
    world_down(&w);
}

static enum hold_state ask_hold(struct world *w, const Rikstal__V1__Question *q,
                                const struct ast *ast, uint8_t identity)
{
    struct hold_question held = {.question = q, .ast = ast, .now_s = q->not_before};
    struct home home = home_of(w);
    enum hold_state state;
    uint8_t bytes[32] = {identity};

    held.identity = bytes;
    assert_true(hold_ask(&home, &held, w->people.arena, &state, &w->err));
    return state;
}

static void test_an_approval_is_for_this_asker_this_purpose_and_this_precision_alone(void **state)
{
    Rikstal__V1__Question q, other[8];
    struct ast ast;
    char path[64];
    struct world w;

    (void)state;
    world_up(&w);
    world_question(&w, "sex = female", &q);
    assert_true(parse_text("sex = female", w.people.arena, &ast, &w.err));
    assert_int_equal(ask_hold(&w, &q, &ast, 1), HOLD_WAITING);
    snprintf(path, sizeof(path), "held/%s.approved", list(&w).name);
    world_write(&w, path, "", 0);
    assert_int_equal(ask_hold(&w, &q, &ast, 1), HOLD_APPROVED);
    for (size_t i = 0; i < 8; i++)
        other[i] = q;
    other[0].organisation = "other";
    other[1].role = "sponsor";
    other[2].purpose = "statistics";
    other[3].permit = "2026-1";
    other[4].dataset = "second";
    other[5].mode = RIKSTAL__V1__MODE__MODE_SUM;
    other[6].sigma = 10;
    other[7].disease = "orpha:558";
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(ask_hold(&w, &other[i], &ast, 1), HOLD_WAITING);
    assert_int_equal(ask_hold(&w, &q, &ast, 2), HOLD_WAITING); /* another question */
    assert_int_equal(list(&w).n, 10);
    world_down(&w);
}

/* Files as the keeper writes them, of ever other organisations. */
static void fill_list(struct world *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        world_write(w, arena_printf(w->people.arena, "held/%032zx.json", i), "{}", 2);
}

static void test_the_list_has_so_many_places_and_not_one_more(void **state)
{
    Rikstal__V1__Question q, mine;
    char path[64];
    struct ast ast;
    struct world w;

    (void)state;
    /* a thousand files that are synced */
    world_up_in(&w, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    world_question(&w, "sex = female", &q);
    assert_true(parse_text("sex = female", w.people.arena, &ast, &w.err));
    mine = q;
    q.organisation = "org-0";
    for (uint8_t i = 0; i < HOLD_WAITING_ONE_MAX; i++)
        assert_int_equal(ask_hold(&w, &q, &ast, i), HOLD_WAITING);
    assert_int_equal(ask_hold(&w, &q, &ast, 200), HOLD_FULL);  /* its share */
    assert_int_equal(ask_hold(&w, &q, &ast, 5), HOLD_WAITING); /* is on the list */
    fill_list(&w, HOLD_WAITING_ONE_MAX, HOLD_WAITING_MAX - 1);
    assert_int_equal(ask_hold(&w, &mine, &ast, 1), HOLD_WAITING);
    assert_int_equal(ask_hold(&w, &mine, &ast, 2), HOLD_FULL); /* the 1,001st */
    assert_int_equal(list(&w).n, HOLD_WAITING_MAX);
    snprintf(path, sizeof(path), "held/%s.denied", list(&w).name);
    world_write(&w, path, "", 0);
    assert_int_equal(ask_hold(&w, &mine, &ast, 2), HOLD_WAITING); /* a place is free */
    world_down(&w);
}

static void test_a_decision_can_be_taken_back(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    write_policy(&w, "hold", 7);
    world_start(&w);
    assert_code(&w, "held");
    decide(&w, false);
    assert_code(&w, "policy");
    decide(&w, true);
    assert_code(&w, "");
    decide(&w, false);
    assert_code(&w, "policy");
    assert_int_equal(list(&w).state, HOLD_DENIED);
    world_down(&w);
}

static void test_a_rule_that_denies_comes_first(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    write_policy(&w, "deny", 7);
    world_start(&w);
    assert_code(&w, "policy");
    assert_int_equal(list(&w).n, 0);
    world_down(&w);
}

static void start_again(struct world *w)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/stopped", w->dir);
    unlink(path);
}

static void test_stopped_means_everything_and_survives_a_start(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    world_start(&w);
    assert_code(&w, "");
    world_write(&w, "stopped", "x", 1);
    assert_code(&w, "stopped"); /* the stored answer neither */
    world_stop(&w);
    world_start(&w);
    assert_code(&w, "stopped");
    start_again(&w);
    assert_code(&w, "");
    world_down(&w);
}

/* A table, whose answer waits for three seconds, and the echo that tells that it is computed. */
static Rikstal__V1__Envelope *ask_and_do_not_wait(struct world *w, const char *criterion)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping ping = RIKSTAL__V1__PING__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;
    Rikstal__V1__Question q;

    world_question(w, criterion, &q);
    q.measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
    assert_true(shape_dimensions("sex", w->people.arena, &q, &w->err));
    ask.question = people_ask(&w->people, &q);
    ask.time_left_ms = 20000;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    world_send(w, &frame);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &ping;
    world_send(w, &frame);
    assert_int_equal(world_receive(w)->body_case, RIKSTAL__V1__FRAME__BODY_PING);
    return ask.question;
}

static void test_a_stop_holds_back_an_answer_that_waits(void **state)
{
    static const char *const criteria[] = {"age >= 1", "age >= 2", "age >= 3", "age >= 4"};
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping ping = RIKSTAL__V1__PING__INIT;
    Rikstal__V1__Envelope *question = NULL;
    bool in_time = false;
    uint64_t charges = 0;
    int64_t sent_ms = 0;
    struct world w;

    (void)state;
    world_up(&w);
    world_start(&w);
    while (!in_time && charges < sizeof(criteria) / sizeof(*criteria)) {
        sent_ms = clock_mono_ms();
        question = ask_and_do_not_wait(&w, criteria[charges++]);
        world_write(&w, "stopped", "x", 1);
        in_time = clock_mono_ms() < sent_ms + TABLE_MS;
        if (!in_time) { /* a busy machine: it has left */
            assert_int_equal(world_receive(&w)->body_case, RIKSTAL__V1__FRAME__BODY_ANSWER);
            start_again(&w);
        }
    }
    assert_true(in_time);
    while (clock_mono_ms() < sent_ms + 2 * TABLE_MS)
        usleep(10000);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &ping;
    world_send(&w, &frame);
    assert_int_equal(world_receive(&w)->body_case, RIKSTAL__V1__FRAME__BODY_PING);
    start_again(&w);
    assert_string_equal(world_open(&w, world_ask_envelope(&w, question, 20000))->code, "");
    world_stop(&w);
    assert_int_equal(world_books(&w).charges, charges);
    world_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_held_question_waits_for_a_person),
        cmocka_unit_test(test_what_is_held_is_told_whole),
        cmocka_unit_test(test_a_held_step_is_told_with_its_criterion),
        cmocka_unit_test(test_an_approval_is_for_this_asker_this_purpose_and_this_precision_alone),
        cmocka_unit_test(test_the_list_has_so_many_places_and_not_one_more),
        cmocka_unit_test(test_a_decision_can_be_taken_back),
        cmocka_unit_test(test_a_rule_that_denies_comes_first),
        cmocka_unit_test(test_stopped_means_everything_and_survives_a_start),
        cmocka_unit_test(test_a_stop_holds_back_an_answer_that_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
