/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dialogue with a real keeper, whatever comes in whatever order: questions that are signed, asked
 * again, bent or forged; sums with right and wrong lists; policies, holds and stops; rosters,
 * snapshots and starts; frames that are none; time that passes.
 *
 * What must hold: the keeper serves on; each frame that comes is well formed, and each answer,
 * attestation and hello is signed by the node; a figure leaves with a charge, or equals the one
 * that was charged; no question is charged twice; the ledger and its log say the same at the end.
 *
 * The input is a list of steps: a byte that chooses the step, two that it reads as it likes, one of
 * how many bytes follow for it, and these. Keys, time and noise follow from nothing else.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/keeper/hold.h"
#include "node/keeper/home.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/query/shape.h"
#include "proto/trust/message.h"
#include "tests/fuzz/signed.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/sum_world.h"

#define STEPS_MAX 16
#define STEP_BYTES 64
#define QUESTIONS_MAX 8
#define FIGURES_MAX 64
#define CELLS_KEPT 8
#define LAST_SLOT_MS 30000
#define START_S INT64_C(1800000000)
#define FIRST_CORRELATION (UINT64_C(1) << 60) /* an input does not hit upon ours */

struct step {
    unsigned kind;
    uint8_t a, b;
    const uint8_t *bytes;
    size_t n;
};

/* A figure that was charged: what names it, and how it begins. */
struct figure {
    uint8_t identity[32];
    uint8_t snapshot[32];
    uint8_t who;       /* took part, of a sum */
    uint8_t payer[32]; /* the question that was charged; zeros: not seen yet */
    uint32_t sigma;
    size_t n;
    int64_t cells[CELLS_KEPT];
};

struct game {
    struct sum sum;
    int64_t mono_ms, wall_s;
    uint64_t version; /* of the policy, and of the roster */
    Rikstal__V1__Envelope *asked[QUESTIONS_MAX];
    size_t n_asked;
    struct figure figures[FIGURES_MAX];
    size_t n_figures;
    int64_t charged_nrho;
    uint8_t who;                   /* are in the last list that was sent */
    Rikstal__V1__Envelope *attest; /* the last that came */
    Rikstal__V1__Envelope *answer;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- what comes back ------------------------------------------------------------------------- */

static bool is(const ProtobufCBinaryData *bytes, const uint8_t *known)
{
    static const uint8_t none[32];

    must(bytes->len == 32 || bytes->len == 0);
    return memcmp(bytes->len ? bytes->data : none, known, 32) == 0;
}

static uint8_t who_of(const struct game *g, const Rikstal__V1__Answer *answer)
{
    return answer->mode == RIKSTAL__V1__MODE__MODE_SUM ? g->who : 0;
}

static struct figure *known(struct game *g, const Rikstal__V1__Answer *answer)
{
    for (size_t i = 0; i < g->n_figures; i++) {
        struct figure *figure = &g->figures[i];

        if (is(&answer->question_identity, figure->identity) &&
            is(&answer->snapshot, figure->snapshot) && who_of(g, answer) == figure->who &&
            answer->sigma == figure->sigma)
            return figure;
    }
    return NULL;
}

static void keep(uint8_t *out, const ProtobufCBinaryData *bytes)
{
    if (bytes->len == 32)
        memcpy(out, bytes->data, 32);
}

/* An answer tells of a charge where its own question was charged, now or before; one of them was.
 */
static void check_payer(struct game *g, struct figure *figure, const Rikstal__V1__Answer *answer)
{
    static const uint8_t nobody[32];

    if (!answer->charged)
        return;
    if (memcmp(figure->payer, nobody, 32) == 0) {
        g->charged_nrho += answer->price_nrho;
        keep(figure->payer, &answer->question_hash);
    }
    must(is(&answer->question_hash, figure->payer));
}

/*
 * One that is known is what it was, but for the masks of a sum. A new one may have been charged
 * earlier, when a stop kept its answer back: then the ledger has the charge.
 */
static void check_figure(struct game *g, const Rikstal__V1__Answer *answer)
{
    struct figure *figure = known(g, answer);
    size_t n = answer->n_cells < CELLS_KEPT ? answer->n_cells : CELLS_KEPT;

    must(answer->n_cells > 0 && answer->price_nrho > 0);
    if (figure) {
        check_payer(g, figure, answer);
        must(figure->n == n);
        must(figure->who || memcmp(figure->cells, answer->cells, n * sizeof(int64_t)) == 0);
        return;
    }
    must(g->n_figures < FIGURES_MAX);
    figure = &g->figures[g->n_figures++];
    *figure = (struct figure){.sigma = answer->sigma, .who = who_of(g, answer), .n = n};
    memcpy(figure->cells, answer->cells, n * sizeof(int64_t));
    keep(figure->identity, &answer->question_identity);
    keep(figure->snapshot, &answer->snapshot);
    check_payer(g, figure, answer);
}

static void check_answer(struct game *g, Rikstal__V1__Envelope *envelope)
{
    Rikstal__V1__Answer *answer = world_open(&g->sum.w, envelope);

    g->answer = envelope;
    must(strcmp(answer->node, "12") == 0 && answer->question_hash.len == 32);
    if (answer->state == RIKSTAL__V1__STATE__STATE_VALUE)
        check_figure(g, answer);
    else
        must(answer->n_cells == 0 && !answer->charged && answer->code[0]);
}

/* True for the echo of our last ping; what the input sent may be a ping too. */
static bool check_frame(struct game *g, const Rikstal__V1__Frame *frame)
{
    const struct public_key *key = secret_key_public(g->sum.w.people.node[1]);
    struct err err;

    switch (frame->body_case) {
    case RIKSTAL__V1__FRAME__BODY_PING:
        return frame->correlation == g->sum.w.correlation;
    case RIKSTAL__V1__FRAME__BODY_ANSWER:
        check_answer(g, frame->answer);
        return false;
    case RIKSTAL__V1__FRAME__BODY_ATTEST:
        must(envelope_verify(frame->attest, DOMAIN_ATTEST, key, &err));
        g->attest = frame->attest;
        return false;
    case RIKSTAL__V1__FRAME__BODY_HELLO:
        must(envelope_verify(frame->hello, DOMAIN_HELLO, key, &err));
        return false;
    default:
        must(frame->body_case == RIKSTAL__V1__FRAME__BODY_CHECKPOINT ||
             frame->body_case == RIKSTAL__V1__FRAME__BODY_COSIGNATURE);
        return false;
    }
}

static void ping(struct game *g)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping body = RIKSTAL__V1__PING__INIT;

    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &body;
    world_send(&g->sum.w, &frame);
    while (!check_frame(g, world_receive(&g->sum.w)))
        continue;
}

static void pass(struct game *g, int64_t ms)
{
    g->mono_ms += ms;
    g->wall_s += ms / 1000;
    clock_set(g->mono_ms, g->wall_s);
}

/* Everything that was sent is heard, and everything that is due has come. */
static void settle(struct game *g)
{
    ping(g);
    pass(g, LAST_SLOT_MS);
    ping(g); /* what is due leaves after an echo */
    ping(g);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void send_ask(struct game *g, Rikstal__V1__Envelope *question, uint32_t attempt)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;

    ask.question = question;
    ask.time_left_ms = 60000;
    ask.attempt = attempt;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    world_send(&g->sum.w, &frame);
}

/* b: two bits of the precision, two of the measure, one of the mode. */
static void make_question(struct game *g, const struct step *step, Rikstal__V1__Question *q)
{
    static const char *const texts[] = {"sex = female", "age >= 18", "sex = female and age >= 18",
                                        "phenotype under HP:0001250", "variant(gene = BRCA1)"};
    static const uint32_t sigmas[] = {5, 10, 20, 7};
    struct world *w = &g->sum.w;

    world_question(w, texts[step->a % (sizeof(texts) / sizeof(texts[0]))], q);
    q->sigma = sigmas[step->b & 3];
    if ((step->b >> 2 & 3) == 1) {
        q->measure = RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN;
        must(shape_dimensions("sex", w->people.arena, q, &w->err));
    } else if ((step->b >> 2 & 3) == 2) {
        q->measure = RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY;
        must(shape_changes("GRCh38:17-43044295-G-A", w->people.arena, q, &w->err));
    }
    if (step->b >> 4 & 1) {
        q->mode = RIKSTAL__V1__MODE__MODE_SUM;
        q->audience = g->sum.audience;
        q->n_audience = NODES;
    }
}

static void keep_question(struct game *g, Rikstal__V1__Envelope *question)
{
    g->asked[g->n_asked++ % QUESTIONS_MAX] = question;
}

static Rikstal__V1__Envelope *kept(const struct game *g, uint8_t which)
{
    size_t n = g->n_asked < QUESTIONS_MAX ? g->n_asked : QUESTIONS_MAX;

    return n ? g->asked[which % n] : g->sum.question;
}

static void ask(struct game *g, const struct step *step)
{
    Rikstal__V1__Question q;

    make_question(g, step, &q);
    keep_question(g, people_ask(&g->sum.w.people, &q));
    send_ask(g, kept(g, (uint8_t)((g->n_asked - 1) % QUESTIONS_MAX)), 0);
}

static void ask_again(struct game *g, const struct step *step)
{
    send_ask(g, kept(g, step->a), step->b % 3 == 2);
}

/* What a stranger signed, what is out of date, or what is for somebody else. */
static void ask_falsely(struct game *g, const struct step *step)
{
    struct people *people = &g->sum.w.people;
    const struct secret_key *keys[] = {people->analyst, people->node[0], people->root[0]};
    Rikstal__V1__Envelope *question;
    Rikstal__V1__Question q;
    struct err err;

    make_question(g, step, &q);
    if (step->n > 0 && step->bytes[0] & 1)
        q.expires = q.not_before - 1;
    if (step->n > 0 && step->bytes[0] & 2)
        q.network = "other";
    if (step->n > 0 && step->bytes[0] & 4)
        q.roster_version += step->bytes[0];
    if (step->n > 0 && step->bytes[0] & 8)
        q.role = "sponsor";
    must(envelope_sign_message(DOMAIN_QUESTION, &q.base, keys[step->n % 3], people->arena,
                               &question, &err));
    send_ask(g, question, step->n > 1 ? step->bytes[1] : 0);
}

static void send_raw(struct game *g, const struct step *step)
{
    if (step->n > 0) /* a frame of none is no frame */
        world_send_bytes(&g->sum.w, step->bytes, step->n);
}

/* A question's frame with some of its bytes changed. */
static void send_bent(struct game *g, const struct step *step)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask body = RIKSTAL__V1__ASK__INIT;
    struct err err;
    uint8_t *data;
    size_t size;

    body.question = kept(g, step->a);
    body.time_left_ms = 1000;
    body.attempt = step->b >> 7;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &body;
    must(message_pack(&frame.base, g->sum.w.people.arena, &data, &size, &err));
    for (size_t i = 0; i < step->n; i++)
        data[(size * step->b / 256 + i) % size] ^= step->bytes[i];
    world_send_bytes(&g->sum.w, data, size);
}

/* a: the attempt and how one attestation is wrong; b: who is listed. */
static void add_up(struct game *g, const struct step *step)
{
    struct sum *s = &g->sum;
    uint32_t attempt = 1 + step->a % 3;

    if (step->n > 0)
        sum_ask(s, step->bytes[0] & 1 ? "age >= 18" : "sex = male");
    g->attest = NULL;
    send_ask(g, s->question, attempt);
    settle(g);
    if (!g->attest)
        return;
    s->attempt = attempt;
    s->attestation[SELF] = g->attest;
    for (size_t i = 0; i < NODES; i++)
        if (i != SELF)
            sum_attest_as(s, i, i == 3 ? (enum wrong)(step->a / 3 % (NOT_ITS_KEY + 1)) : RIGHT);
    g->who = step->b & ALL;
    sum_list(s, g->who);
    sum_send_list(s);
    if (step->b >> 7)
        sum_send_list(s); /* its key is used once */
}

static void set_policy(struct game *g, const struct step *step)
{
    static const char permit[] = "\"permit\": false";
    static const char *const decisions[] = {"", ", \"decision\": \"hold\"",
                                            ", \"decision\": \"deny\"", ", \"decision\": 1"};
    struct world *w = &g->sum.w;
    const char *at = strchr(strstr(world_policy(w->people.arena), "\"version\""), ','), *next;
    char *text =
        arena_printf(w->people.arena, "{\"format\": \"rikstal-policy-v1\", \"version\": %u",
                     (unsigned)(g->version += step->b % 2));

    while (text && (next = strstr(at, permit))) {
        text = arena_printf(w->people.arena, "%s%.*s%s%s", text, (int)(next - at), at, permit,
                            decisions[step->a % 4]);
        at = next + strlen(permit);
    }
    text = text ? arena_printf(w->people.arena, "%s%s", text, at) : NULL;
    must(text != NULL);
    for (size_t i = 0; i < step->n; i++) /* a text that is none */
        text[strlen(text) * step->b / 256] ^= (char)(step->bytes[i] & 15);
    world_write(w, "policy.json", text, strlen(text));
}

static bool decide_one(void *of, const char *name, enum hold_state state, struct err *err)
{
    (void)err;
    if (state == HOLD_WAITING)
        memcpy(of, name, HOLD_NAME_BYTES);
    return true;
}

static void decide(struct game *g, const struct step *step)
{
    char name[HOLD_NAME_BYTES] = "";
    struct home home = {0};
    struct err err;

    memcpy(home.dir, g->sum.w.dir, sizeof(g->sum.w.dir));
    must(hold_list(&home, decide_one, name, &err));
    if (name[0])
        must(hold_decide(&home, name, step->a & 1, &err));
}

static void stop_or_go(struct game *g, const struct step *step)
{
    char path[96];

    if (step->a & 1)
        world_write(&g->sum.w, "stopped", "x", 1);
    snprintf(path, sizeof(path), "%s/stopped", g->sum.w.dir);
    if (!(step->a & 1))
        unlink(path);
}

static void let_time_pass(struct game *g, const struct step *step)
{
    static const int64_t seconds[] = {1, 61, 3600, 7 * 3600, 25 * 3600, 400 * 86400};

    pass(g, 1000 * seconds[step->a % 6]);
}

/* The next version, rightly or wrongly signed. */
static void send_roster(struct game *g, const struct step *step)
{
    struct people *people = &g->sum.w.people;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Envelope *envelope;
    struct err err;
    uint8_t *data;
    size_t size;

    people->roster.version += step->a & 1;
    people_sign(people, step->a & 2 ? 1 : 2, &data, &size);
    must(envelope_parse(data, size, people->arena, &envelope, &err));
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ROSTER;
    frame.roster = envelope;
    world_send(&g->sum.w, &frame);
}

static void change_snapshot(struct game *g, const struct step *step)
{
    static const char *const names[] = {"first", "second", "third", "bad", ""};

    world_publish(&g->sum.w, names[step->a % 5]);
}

/* What the evaluation will find; the keeper is idle. */
static void change_data(struct game *g, const struct step *step)
{
    (void)g;
    fake.matched = step->a * INT64_C(100);
    fake.undetermined = step->b;
    fake.out_of_time = step->n == 1;
    fake.broken = step->n == 2;
}

static void check_books(struct game *g)
{
    struct world_books books;

    world_stop(&g->sum.w);
    must(g->sum.w.fine);
    books = world_books(&g->sum.w);
    must(books.charges >= g->n_figures && books.spent_nrho >= g->charged_nrho);
}

static void start_again(struct game *g, const struct step *step)
{
    (void)step;
    check_books(g);
    if (keeper_open(g->sum.w.dir, &g->sum.w.keeper, &g->sum.w.err)) {
        keeper_close(g->sum.w.keeper);
        world_start(&g->sum.w);
    } else {
        must(g->sum.w.err.text[0] != 0);
    }
}

static void greet(struct game *g, const struct step *step)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Challenge challenge = RIKSTAL__V1__CHALLENGE__INIT;
    uint8_t nonce[32] = {step->a};

    challenge.nonce = (ProtobufCBinaryData){step->b & 1 ? 31 : 32, nonce};
    challenge.network = step->b & 2 ? "other" : "test";
    frame.body_case = RIKSTAL__V1__FRAME__BODY_CHALLENGE;
    frame.challenge = &challenge;
    world_send(&g->sum.w, &frame);
}

/* Its own answer as the newest, a cancel of anything, a word about the roster. */
static void send_other(struct game *g, const struct step *step)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Cancel cancel = RIKSTAL__V1__CANCEL__INIT;
    Rikstal__V1__RosterPull word = RIKSTAL__V1__ROSTER_PULL__INIT;

    if (step->a % 3 == 0 && g->answer) {
        frame.body_case = RIKSTAL__V1__FRAME__BODY_NEWEST;
        frame.newest = g->answer;
    } else if (step->a % 3 == 1) {
        word.version = g->sum.w.people.roster.version - (step->b & 1);
        frame.body_case = RIKSTAL__V1__FRAME__BODY_ROSTER_PULL;
        frame.roster_pull = &word;
    } else {
        g->sum.w.correlation -= step->b % 4;
        frame.body_case = RIKSTAL__V1__FRAME__BODY_CANCEL;
        frame.cancel = &cancel;
    }
    world_send(&g->sum.w, &frame);
}

typedef void step_function(struct game *g, const struct step *step);
static step_function *const steps[] = {ask,         ask_again,     ask_falsely, send_raw,
                                       send_bent,   add_up,        set_policy,  decide,
                                       stop_or_go,  let_time_pass, send_roster, change_snapshot,
                                       change_data, start_again,   greet,       send_other};

/* Answers may be on their way when the next step comes; the keeper is idle where a step needs it.
 */
static void take_step(struct game *g, const struct step *step)
{
    step_function *function = steps[step->kind % (sizeof(steps) / sizeof(steps[0]))];

    if (!g->sum.w.running)
        return;
    if (function == change_data || function == start_again)
        settle(g);
    function(g, step);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct game game;
    struct step step;
    size_t at = 0;

    must(random_start());
    log_level_set(LOG_ERROR_LEVEL + 1);
    random_seed(1);
    game = (struct game){.mono_ms = 1000000, .wall_s = START_S, .version = 1};
    clock_set(game.mono_ms, game.wall_s);
    (void)signal(SIGPIPE, SIG_IGN); /* as the keeper's own program does */
    sum_up_in(&game.sum, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    game.sum.w.correlation = FIRST_CORRELATION;
    for (int i = 0; i < STEPS_MAX && size - at >= 4; i++) {
        step = (struct step){data[at], data[at + 1], data[at + 2], data + at + 4,
                             data[at + 3] % (STEP_BYTES + 1)};
        at += 4;
        if (step.n > size - at)
            step.n = size - at;
        at += step.n;
        take_step(&game, &step);
    }
    if (game.sum.w.running) {
        settle(&game);
        check_books(&game);
    }
    sum_down(&game.sum);
    clock_release();
    random_unseed();
    return 0;
}
