/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of test_crash_ledger.c once more, with nothing in memory: the real program in its
 * sandbox, on a real disk and snapshot, killed with SIGKILL at random moments and started again.
 *
 * Each round asks a few new questions and repeats old ones, and kills the keeper while it works.
 * What left is compared with what a repeat says; at the end ledger and log must agree with it.
 * --long: 1,000 kills. RIKSTAL_NODE names the program; the test needs no network.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/trust/message.h"
#include "tests/unit/keeper/world.h"

#define QUESTIONS_MAX 4096
#define NEW_A_ROUND 2
#define OLD_A_ROUND 2
#define ANSWER_BYTES_MAX 2048
#define PRICE_NRHO 200000 /* sigma 50 */

extern char **environ;

struct asked_before {
    Rikstal__V1__Envelope *envelope;
    size_t size; /* of the answer; 0: none yet */
    uint8_t payload[ANSWER_BYTES_MAX];
};

struct killing {
    struct world world;
    const char *program;
    pid_t keeper;
    size_t n;
    struct asked_before question[QUESTIONS_MAX];
    size_t open[NEW_A_ROUND + OLD_A_ROUND]; /* by correlation, this round */
    unsigned kills, answers, repeats;
};

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "test_kill_keeper: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

/* ---- processes ------------------------------------------------------------------------------- */

static pid_t start(const struct killing *k, char *const *argv, int fd3)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1 /* O_WRONLY */, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0);
    if (fd3 >= 0)
        posix_spawn_file_actions_adddup2(&actions, fd3, 3);
    if (posix_spawn(&pid, k->program, &actions, NULL, argv, environ) != 0)
        stop(k->program, strerror(errno));
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

static void run(const struct killing *k, char *const *argv)
{
    int status = 0;
    pid_t pid = start(k, argv, -1);

    if (waitpid(pid, &status, 0) != pid || status != 0)
        stop(argv[1], "failed");
}

static void import_and_publish(struct killing *k, const char *name, const char *csv)
{
    char *dir = k->world.dir, *node = (char *)k->program;
    char file[128];

    world_write(&k->world, name, csv, strlen(csv));
    snprintf(file, sizeof(file), "%s/%s", dir, name);
    run(k, (char *[]){node, "import", "persons", file, "--dir", dir, NULL});
    run(k, (char *[]){node, "publish", "--dir", dir, NULL});
}

static void publish_people(struct killing *k)
{
    char *dir = k->world.dir, *node = (char *)k->program;

    world_publish(&k->world, "");
    run(k, (char *[]){node, "init", "--dir", dir, "--region", "12", "--network", "test", NULL});
    import_and_publish(k, "people.csv",
                       "person,sex,birth_year\np1,female,1980\np2,male,1990\np3,female,2015\n");
}

static void keeper_up(struct killing *k)
{
    char *argv[] = {(char *)k->program, "keeper", "--dir", k->world.dir, "--fd", "3", NULL};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        stop("socketpair", strerror(errno));
    k->keeper = start(k, argv, pair[1]);
    close(pair[1]);
    k->world.fd = pair[0];
    framed_init(&k->world.framed, pair[0]);
}

static void keeper_down(struct killing *k, bool by_kill)
{
    int status;

    if (by_kill)
        kill(k->keeper, SIGKILL);
    else
        shutdown(k->world.fd, SHUT_RDWR);
    waitpid(k->keeper, &status, 0);
    if (by_kill ? !WIFSIGNALED(status) : !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        stop("the keeper", "ended by itself");
    close(k->world.fd);
    framed_clear(&k->world.framed);
}

/* ---- questions ------------------------------------------------------------------------------- */

static size_t new_question(struct killing *k)
{
    Rikstal__V1__Question q;
    char text[64];
    uint8_t *id;

    if (k->n == QUESTIONS_MAX)
        stop("questions", "too many");
    snprintf(text, sizeof(text), "age >= %zu and birth_year >= %zu", k->n % 100, 1900 + k->n / 100);
    world_question(&k->world, text, &q);
    q.sigma = 50;
    id = arena_alloc(k->world.people.arena, 16);
    random_bytes(id, 16);
    q.question_id.data = id;
    k->question[k->n].envelope = people_ask(&k->world.people, &q);
    return k->n++;
}

static void send_question(struct killing *k, uint64_t correlation, size_t i)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ask ask = RIKSTAL__V1__ASK__INIT;

    k->open[correlation] = i;
    ask.question = k->question[i].envelope;
    ask.time_left_ms = 20000;
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ASK;
    frame.ask = &ask;
    k->world.correlation = correlation; /* world_send() adds one */
    world_send(&k->world, &frame);
}

static void hear_answer(struct killing *k, const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1 << 20);
    ProtobufCMessage *message;
    struct err err;

    if (!message_unpack(&rikstal__v1__frame__descriptor, data, size, arena, &message, &err))
        stop("an answer", err.text);
    const Rikstal__V1__Frame *frame = (const Rikstal__V1__Frame *)message;
    const ProtobufCBinaryData *payload = &frame->answer->payload;
    struct asked_before *q = &k->question[k->open[frame->correlation - 1]];

    if (world_open(&k->world, frame->answer)->state != RIKSTAL__V1__STATE__STATE_VALUE)
        stop("an answer", "is no value");
    if (q->size && (q->size != payload->len || memcmp(q->payload, payload->data, q->size) != 0))
        stop("an answer", "differs from what was said before");
    k->repeats += q->size > 0;
    q->size = payload->len;
    memcpy(q->payload, payload->data, payload->len);
    k->answers++;
    arena_free(arena);
}

/* What arrives until then, at most n answers. */
static void listen_until(struct killing *k, int64_t until_ms, size_t n)
{
    enum framed_state state = FRAMED_TIMEOUT;
    const uint8_t *data;
    struct err err;
    size_t size;

    while (n > 0 && state != FRAMED_CLOSED) {
        int64_t left = until_ms - clock_mono_ms();

        if (left < 0 || !framed_read(&k->world.framed, left, &state, &data, &size, &err))
            return;
        if (state == FRAMED_FRAME) {
            hear_answer(k, data, size);
            n--;
        }
    }
}

static void round_of(struct killing *k)
{
    uint64_t at = 0;

    keeper_up(k);
    for (int i = 0; i < NEW_A_ROUND; i++)
        send_question(k, at++, new_question(k));
    for (int i = 0; i < OLD_A_ROUND; i++)
        send_question(k, at++, random_below((uint32_t)k->n));
    listen_until(k, clock_mono_ms() + random_below(150), at);
    keeper_down(k, true);
    k->kills++;
}

/* Everything once more, undisturbed. */
static void ask_all(struct killing *k)
{
    keeper_up(k);
    for (size_t i = 0; i < k->n; i++) {
        unsigned before = k->answers;

        send_question(k, 0, i);
        listen_until(k, clock_mono_ms() + 60000, 1);
        if (k->answers == before)
            stop("a question", "is not answered in the end");
    }
    keeper_down(k, false);
}

/* A keeper in its sandbox takes up what is published while it runs, and forgets nothing. */
static void publish_while_running(struct killing *k)
{
    keeper_up(k);
    send_question(k, 0, 0);
    listen_until(k, clock_mono_ms() + 60000, 1);
    import_and_publish(k, "more.csv", "person,sex,birth_year\np4,female,1950\n");
    for (size_t i = 0; i < 2; i++) { /* an old one, as it was, and a new one */
        unsigned before = k->answers;

        send_question(k, 0, i ? new_question(k) : 0);
        listen_until(k, clock_mono_ms() + 60000, 1);
        if (k->answers == before)
            stop("a question", "is not answered after a new snapshot");
    }
    keeper_down(k, false);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 && strcmp(argv[1], "--long") == 0 ? 1000 : 25;
    static struct killing k;
    struct world_books journal;

    k.program = getenv("RIKSTAL_NODE");
    if (!k.program || access(k.program, X_OK) != 0) {
        fprintf(stderr, "test_kill_keeper: skipped, RIKSTAL_NODE names no program\n");
        return 77;
    }
    if (!random_start())
        return EXIT_FAILURE;
    signal(SIGPIPE, SIG_IGN);
    world_up(&k.world);
    publish_people(&k);
    for (int i = 0; i < rounds; i++)
        round_of(&k);
    ask_all(&k);
    publish_while_running(&k);
    ask_all(&k);
    journal = world_books(&k.world);
    printf("%u kills, %zu questions, %u answers, %u of them repeats with the same bytes; %llu "
           "charges\n",
           k.kills, k.n, k.answers, k.repeats, (unsigned long long)journal.charges);
    if (journal.charges != k.n || journal.spent_nrho != (int64_t)k.n * PRICE_NRHO)
        stop("the ledger", "does not agree with the questions");
    world_down(&k.world);
    return EXIT_SUCCESS;
}
