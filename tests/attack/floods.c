/* SPDX-License-Identifier: Apache-2.0 */
/*
 * F: what one organisation takes from others by asking much, at a real keeper with ten
 * organisations; the test is coordinator and askers.
 *
 * F1  Stall: 30 questions of one organisation that wait do not hold up those of nine others; one
 *     that is never ready in time is not computed again on its snapshot.
 * F2  Refusal flood: refused questions fill no audit log, and none of them is forgotten.
 * F3  Hold flood: one organisation does not fill the list of a person who decides, and nothing is
 *     "held" that is not on it.
 *
 * attack_floods_old is this program with the product's old behaviour compiled in (meson.build):
 * there every attack must succeed, or the harness is blind.
 */
#include <dirent.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/audit/audit.h"
#include "node/audit/leaf.h"
#include "node/keeper/denials.h"
#include "node/keeper/hold.h"
#include "node/privacy/policy.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/base/sql.h"
#include "proto/trust/message.h"
#include "tests/attack/report.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define ORGANISATIONS 10
#define FLOOD 30 /* as many as a coordinator lets one organisation have open */

#ifdef FLOODS_OLD
enum { FLOODS_ARE_OLD = 1 };
#else
enum { FLOODS_ARE_OLD = 0 };
#endif

struct town {
    struct world w;
    struct secret_key *key[ORGANISATIONS];
    char name[ORGANISATIONS][8];
    Rikstal__V1__RosterOrganisation organisation[ORGANISATIONS];
    Rikstal__V1__RosterOrganisation *organisations[ORGANISATIONS];
    Rikstal__V1__RosterAnalyst analyst[ORGANISATIONS];
    Rikstal__V1__RosterAnalyst *analysts[ORGANISATIONS];
    unsigned asked;
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        broken("the town", err->text);
}

/* A row of an attack that succeeded `leaks` times of n: it must be none, and all in the control. */
static void judge(const char *id, size_t leaks, size_t n, const char *what)
{
    const bool old = FLOODS_ARE_OLD;

    row(old ? say("%s+", id) : id, old ? leaks == n : leaks == 0, say("%zu of %zu", leaks, n),
        old ? "all" : "0", old ? say("control, the old behaviour: %s", what) : what);
}

static void town_up(struct town *t, const char *policy)
{
    struct people *p = &t->w.people;

    *t = (struct town){0};
    world_up(&t->w);
    for (size_t i = 0; i < ORGANISATIONS; i++) {
        must(secret_key_new(&t->key[i], &p->err), &p->err);
        memcpy(t->name[i], say("org-%zu", i), 6);
        rikstal__v1__roster_organisation__init(&t->organisation[i]);
        t->organisation[i].id = t->organisation[i].name = t->name[i];
        t->organisations[i] = &t->organisation[i];
        t->analyst[i] = p->person;
        t->analyst[i].id = t->analyst[i].organisation = t->name[i];
        t->analyst[i].key = people_key(p, t->key[i]);
        t->analysts[i] = &t->analyst[i];
    }
    p->roster.organisations = t->organisations;
    p->roster.analysts = t->analysts;
    p->roster.n_organisations = p->roster.n_analysts = ORGANISATIONS;
    world_write_roster(&t->w);
    if (policy)
        world_write(&t->w, "policy.json", policy, strlen(policy));
    world_start(&t->w);
}

static void town_down(struct town *t)
{
    world_down(&t->w);
    for (size_t i = 0; i < ORGANISATIONS; i++)
        secret_key_free(t->key[i]);
}

/* This question as one of the organisation, with a new id. */
static Rikstal__V1__Envelope *sign(struct town *t, size_t organisation, const char *text)
{
    struct people *p = &t->w.people;
    Rikstal__V1__Envelope *envelope;
    Rikstal__V1__Question q;

    world_question(&t->w, text, &q);
    memcpy(q.question_id.data, &t->asked, sizeof(t->asked));
    t->asked++;
    q.organisation = q.analyst = t->name[organisation];
    q.sigma = 10; /* so that a year covers the flood: a refusal leaves at once and takes no turn */
    must(envelope_sign_message(DOMAIN_QUESTION, &q.base, t->key[organisation], p->arena, &envelope,
                               &p->err),
         &p->err);
    return envelope;
}

static const char *ask(struct town *t, size_t organisation, const char *text)
{
    Rikstal__V1__Envelope *question = sign(t, organisation, text);

    return world_open(&t->w, world_ask_envelope(&t->w, question, 20000))->code;
}

/* Adds an Ask, as it stands on the stream. */
static void add_ask(struct town *t, struct bytes *stream, Rikstal__V1__Envelope *question,
                    uint64_t correlation)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask asking = RIKSTAL__V1__ASK__INIT;
    struct people *p = &t->w.people;
    uint8_t *data;
    size_t size;

    asking.question = question;
    asking.time_left_ms = 30000;
    frame.correlation = correlation;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &asking;
    must(message_pack(&frame.base, p->arena, &data, &size, &p->err), &p->err);
    const uint8_t head[4] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                             (uint8_t)size};

    bytes_add(stream, head, sizeof(head));
    bytes_add(stream, data, size);
}

/* ---- F1: stall ------------------------------------------------------------------------------- */

/* 30 of the first organisation and one of each other, in one write: all are there at once. */
static void stall(void)
{
    static struct town t;
    struct bytes stream = {0};
    size_t others = 0, before = 0, held_up = 0;

    town_up(&t, NULL);
    for (uint64_t i = 0; i < FLOOD; i++)
        add_ask(&t, &stream, sign(&t, 0, say("age >= %u", (unsigned)i + 1)), 1);
    for (uint64_t i = 1; i < ORGANISATIONS; i++)
        add_ask(&t, &stream, sign(&t, i, "sex = female"), 1 + i);
    if (stream.failed || write(t.w.fd, stream.data, stream.size) != (ssize_t)stream.size)
        broken("the flood", "it could not be written");
    bytes_clear(&stream);
    while (others + before < ORGANISATIONS - 1 + FLOOD) {
        Rikstal__V1__Frame *frame = world_receive(&t.w);

        if (frame->body_case != RIKSTAL__V1__FRAME__BODY_ANSWER)
            continue;
        before += frame->correlation == 1;
        others += frame->correlation != 1;
        held_up += frame->correlation != 1 && before > 1;
    }
    judge("F1", held_up, ORGANISATIONS - 1,
          say("organisations that wait for more than one turn of another that has %d waiting",
              FLOOD));
    town_down(&t);
}

static void ping(struct town *t)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping body = RIKSTAL__V1__PING__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &body;
    world_send(&t->w, &frame);
    while (world_receive(&t->w)->body_case != RIKSTAL__V1__FRAME__BODY_PING)
        continue;
}

/* The same question again and again, which is never ready at its slot and so costs nothing. */
static void stall_again(void)
{
    const size_t n = 6;
    static struct town t;

    town_up(&t, NULL);
    fake.out_of_time = true;
    fake.evaluations = 0;
    for (size_t i = 0; i < n; i++) {
        struct bytes stream = {0};

        add_ask(&t, &stream, sign(&t, 0, "sex = female"), 1);
        if (stream.failed || write(t.w.fd, stream.data, stream.size) != (ssize_t)stream.size)
            broken("the flood", "it could not be written");
        bytes_clear(&stream);
        ping(&t); /* its echo comes when the question was heard */
    }
    fake.out_of_time = false;
    judge("F1", fake.evaluations - 1, n - 1,
          "a question that is never ready in time: how often it is computed again");
    town_down(&t);
}

/* ---- F2: refusal flood ----------------------------------------------------------------------- */

struct told {
    size_t leaves;   /* about refusals */
    size_t refusals; /* that they tell of */
};

static struct told told(const struct town *t)
{
    uint8_t data[AUDIT_LEAF_MAX];
    struct told out = {0};
    struct audit *audit;
    struct leaf leaf;
    struct err err;
    size_t size;
    sqlite3 *db;

    if (!sql_open(say("%s/ledger.db", t->w.dir), SQL_LEDGER_READ, &db, &err) ||
        !audit_open(db, &audit, &err))
        broken("the log", err.text);
    for (uint64_t i = 0; i < audit_size(audit); i++) {
        if (!audit_leaf(audit, i, data, &size, &err) || !leaf_read(data, size, &leaf, &err))
            broken("a leaf", err.text);
        if (leaf.type != LEAF_DENY && leaf.type != LEAF_DENIED_AGAIN)
            continue;
        out.leaves++;
        out.refusals += leaf.type == LEAF_DENY ? 1 : (size_t)leaf.nrho;
    }
    audit_close(audit);
    sql_close(db);
    return out;
}

static void refusal_flood(void)
{
    const size_t n = sized(100, 300, 3000);
    static struct town t;
    struct told log;

    town_up(&t, NULL);
    for (size_t i = 0; i < n; i++)
        if (strcmp(ask(&t, 0, say("region = 14 and age >= %u", (unsigned)i % 90 + 1)),
                   "not_for_us") != 0)
            broken("a question for others", "it is not refused");
    world_stop(&t.w);
    log = told(&t);
    judge("F2", log.leaves > DENIALS_LEAVES + 1 ? log.leaves - DENIALS_LEAVES : 0,
          n - DENIALS_LEAVES, say("leaves of %zu refused questions, above the first ten", n));
    row(FLOODS_ARE_OLD ? "F2+" : "F2", log.refusals == n, say("%zu", log.refusals), say("%zu", n),
        "and the refusals that its leaves tell of");
    town_down(&t);
}

/* ---- F3: hold flood -------------------------------------------------------------------------- */

static const char *holding_policy(struct arena *arena)
{
    const char *at = world_policy(arena), *text = "";

    for (const char *next; (next = strstr(at, "\"permit\": false")); at = next + 15)
        text = arena_printf(arena, "%s%.*s\"permit\": false, \"decision\": \"hold\"", text,
                            (int)(next - at), at);
    text = arena_printf(arena, "%s%s", text, at);
    if (!text)
        broken("a policy", "no memory");
    return text;
}

static size_t listed(const struct town *t)
{
    DIR *folder = opendir(say("%s/held", t->w.dir));
    const struct dirent *entry;
    size_t n = 0;

    while (folder && (entry = readdir(folder)))
        n += strstr(entry->d_name, ".json") != NULL;
    if (folder)
        closedir(folder);
    return n;
}

static void hold_flood(void)
{
    const size_t more = 8;
    struct arena *arena = arena_new((size_t)1 << 20);
    static struct town t;
    size_t held = 0;

    town_up(&t, holding_policy(arena));
    for (size_t i = 0; i < HOLD_WAITING_ONE_MAX + more; i++)
        held += strcmp(ask(&t, 0,
                           say("age >= %u and birth_year >= %u", (unsigned)i % 90 + 1,
                               1950 + (unsigned)i / 90)),
                       "held") == 0;
    judge("F3", held > HOLD_WAITING_ONE_MAX ? held - HOLD_WAITING_ONE_MAX : 0, more,
          say("places above its %d that one organisation has on the list of held questions",
              HOLD_WAITING_ONE_MAX));
    bool other = strcmp(ask(&t, 1, "sex = female"), "held") == 0;

    row(FLOODS_ARE_OLD ? "F3+" : "F3", other && listed(&t) == held + 1,
        say("%zu of %zu", listed(&t), held + other), "all",
        "held questions that are on the list, another organisation's among them");
    town_down(&t);
    arena_free(arena);
}

int main(void)
{
    report_start();
    random_seed(report_seed(2009));
    fake = (struct fake){.matched = 123456, .undetermined = 7890, .release = "2026-06-01"};
    stall();
    stall_again();
    refusal_flood();
    hold_flood();
    random_unseed();
    return report_end();
}
