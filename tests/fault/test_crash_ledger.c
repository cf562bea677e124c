/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise: whatever moment a node dies at, no charge is lost or taken twice, no answer has left
 * without its charge and its leaf, asking again gives the same answer, and no person's account is
 * below what this person has paid, whichever file of the books is there: the last one, an older
 * one, half of one or none.
 *
 * The real keeper answers QUESTIONS questions on a disk that crashes at every operation in turn,
 * once by kill and several times by power loss, each loss by another seed. After each crash the
 * machine starts again, journal and log are checked against what the askers were told, and all
 * questions are asked once more. Then the same with errors instead of crashes. Controls: with a
 * disk that skips syncs, a log with synchronous=OFF or NORMAL, or books that say they are complete
 * and are not, violations must be found.
 *
 * --long: more questions, seeds, and crashes during recovery: at least 50,000 points. --short, for
 * an instrumented build: no controls, which show that this disk loses what it should, once for all
 * builds.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The control runs need the connection, so the journal is compiled into this program; and its log
 * is moved after every few commits, so that crashes hit that too. */
#define JOURNAL_LOG_PAGES 24
#include "node/keeper/journal.c"

#include "node/keeper/bookkeeping.h"
#include "node/keeper/keeper_inside.h"
#include "node/keeper/request.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/query/parse.h"
#include "proto/query/wire.h"
#include "tests/fault/crash_books.h"
#include "tests/fault/crash_vfs.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define QUESTIONS_MAX 8
#define PRICE_NRHO INT64_C(20000000)
#define ANSWER_BYTES_MAX 2048
#define SYNCS_MAX 4

struct told {
    bool value;
    size_t size;
    uint8_t payload[ANSWER_BYTES_MAX];
};

struct crash {
    struct world world;
    int questions;
    Rikstal__V1__Envelope *question[QUESTIONS_MAX];
    struct told told[QUESTIONS_MAX]; /* what left, in any life */
    struct disk *base;
    struct disk *disk;
    enum disk_fault fault;
    struct crash_books books;
    const char *pragmas; /* a planted bug in the journal */
    unsigned lies;       /* a planted bug in the disk */
    uint64_t points;
    uint64_t violations;
    char first[200]; /* of the violations */
};

static void die(const char *what, const struct err *err)
{
    fprintf(stderr, "%s: %s\n", what, err->text);
    exit(EXIT_FAILURE);
}

static void violated(struct crash *f, const char *what)
{
    if (f->violations++ == 0)
        snprintf(f->first, sizeof(f->first), "%s", what);
}

/* ---- one life of a node ---------------------------------------------------------------------- */

static bool keeper_start(struct crash *f, struct keeper **keeper, struct err *err)
{
    if (!keeper_open(f->world.dir, keeper, err))
        return false;
    if (f->pragmas)
        sqlite3_exec((*keeper)->journal->db, f->pragmas, NULL, NULL, NULL);
    return true;
}

/* As the wire would bring it; false when the keeper must end or the answer could not be signed. */
static bool ask(struct crash *f, struct keeper *keeper, int i)
{
    struct arena *arena = arena_new(1 << 22);
    struct request request = {.envelope = f->question[i], .arena = arena};
    struct told *told = &f->told[i];
    struct err err;

    assert(arena);
    request.arrived_ms = clock_mono_ms();
    request.deadline_ms = request.arrived_ms + 60000;
    request.now_s = clock_wall_s();
    envelope_hash(request.envelope, request.hash);
    fake.matched = crash_books_found(i);
    bool answered = keeper_answer(keeper, &request, &err);

    if (answered) { /* it has left */
        const ProtobufCBinaryData *payload = &request.answer->payload;

        assert(payload->len <= ANSWER_BYTES_MAX);
        if (told->value &&
            (told->size != payload->len || memcmp(told->payload, payload->data, told->size) != 0))
            violated(f, "a retry was answered differently");
        if (!told->value)
            crash_books_paid(&f->books, i, PRICE_NRHO);
        told->value = true;
        told->size = payload->len;
        memcpy(told->payload, payload->data, payload->len);
    }
    arena_free(arena);
    if (answered) { /* as the keeper does where nobody waits */
        bookkeeping_save(keeper);
        crash_books_written(&f->books);
    }
    return answered && !journal_broken(keeper->journal);
}

/* All questions, until one fails. True when all were answered. */
static bool live(struct crash *f)
{
    struct keeper *keeper;
    struct err err;
    bool whole;

    whole = keeper_start(f, &keeper, &err);
    if (!whole)
        return false;
    for (int i = 0; whole && i < f->questions; i++)
        whole = ask(f, keeper, i);
    keeper_close(keeper);
    if (f->fault != DISK_CRASH || !disk_fired(f->disk)) /* it ended, and did not die */
        crash_books_written(&f->books);
    return whole;
}

/* ---- what must hold -------------------------------------------------------------------------- */

struct leaves {
    int64_t charged_nrho;
    uint64_t charges;
    uint64_t releases;
};

static bool fold_leaves(struct journal *journal, struct leaves *out, struct err *err)
{
    uint8_t data[AUDIT_LEAF_MAX];
    struct leaf leaf;
    size_t size;

    *out = (struct leaves){0};
    for (uint64_t i = 0; i < audit_size(journal->audit); i++) {
        if (!audit_leaf(journal->audit, i, data, &size, err) || !leaf_read(data, size, &leaf, err))
            return false;
        out->charges += leaf.type == LEAF_CHARGE;
        out->charged_nrho += leaf.type == LEAF_CHARGE ? leaf.nrho : 0;
        out->releases += leaf.type == LEAF_RELEASE;
    }
    return true;
}

static int64_t count_of(struct journal *journal, const char *sql)
{
    sqlite3_stmt *stmt;
    int64_t n = -1;

    if (sqlite3_prepare_v2(journal->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

static void check_books(struct crash *f, struct journal *journal)
{
    uint64_t told = 0, charges;
    struct leaves leaves;
    struct err err;
    int64_t spent;

    for (int i = 0; i < f->questions; i++)
        told += f->told[i].value;
    if (!audit_verify(journal->audit, &err) || !fold_leaves(journal, &leaves, &err) ||
        !ledger_spent(journal->ledger, &spent, &charges, &err)) {
        violated(f, "the log does not verify");
        return;
    }
    if (charges < told)
        violated(f, "an answer left whose charge is lost");
    if (leaves.releases < told)
        violated(f, "an answer left whose leaf is lost");
    if (leaves.charges != charges || leaves.charged_nrho != spent)
        violated(f, "log and ledger differ");
    if ((int64_t)leaves.releases !=
        count_of(journal, "SELECT count(*) FROM release WHERE state = 1"))
        violated(f, "releases and their leaves differ");
    if (spent != count_of(journal, "SELECT coalesce(sum(nrho), 0) FROM spent"
                                   " WHERE scope = 'organisation'"))
        violated(f, "running sums and charges differ");
}

/* After a restart: open, check, ask everything again, check again. */
static void check(struct crash *f)
{
    struct keeper *keeper;
    struct err err;
    bool whole = keeper_open(f->world.dir, &keeper, &err);

    f->points++;
    if (!whole) {
        violated(f, "the journal cannot be opened");
        return;
    }
    check_books(f, keeper->journal);
    if (crash_books_low(&f->books, keeper))
        violated(f, "a person's account is below what was paid");
    for (int i = 0; i < f->questions; i++)
        if (!ask(f, keeper, i))
            violated(f, "a question is not answered after the restart");
    check_books(f, keeper->journal);
    if (crash_books_low(&f->books, keeper))
        violated(f, "a person's account is below what was paid, after the retry");
    if (count_of(keeper->journal, "SELECT count(*) FROM charge") != f->questions)
        violated(f, "a charge was lost or taken twice");
    keeper_close(keeper);
}

/* ---- crashes and errors ---------------------------------------------------------------------- */

static void life_begin(struct crash *f, enum disk_fault fault, uint64_t at)
{
    memset(f->told, 0, sizeof(f->told));
    crash_books_begin(&f->books);
    f->fault = fault;
    f->disk = disk_copy(f->base);
    disk_mount(f->disk);
    disk_plan(f->disk, fault, at, f->lies);
}

static void life_end(struct crash *f)
{
    disk_mount(NULL);
    disk_free(f->disk);
}

/* How many operations a life takes that nothing disturbs. */
static uint64_t undisturbed(struct crash *f)
{
    uint64_t n;

    life_begin(f, DISK_NO_FAULT, 0);
    if (!live(f)) {
        fprintf(stderr, "the scenario fails without a fault\n");
        exit(EXIT_FAILURE);
    }
    n = disk_operations(f->disk);
    life_end(f);
    return n;
}

/* Seed 0 is a kill, every other a power loss. */
static void crash_at(struct crash *f, uint64_t operation, uint64_t seed)
{
    life_begin(f, DISK_CRASH, operation);
    live(f);
    disk_restart(f->disk, seed > 0, seed * 1000003 + operation);
    crash_books_crash(&f->books, (enum crash_file)((seed + operation) % CRASH_FILES));
    check(f);
    life_end(f);
}

static void crash_everywhere(struct crash *f, uint64_t seeds)
{
    uint64_t n = undisturbed(f);

    for (uint64_t operation = 1; operation <= n; operation++)
        for (uint64_t seed = 0; seed <= seeds; seed++)
            crash_at(f, operation, seed);
}

/* The first start after a crash crashes too, at every operation of its own. */
static void crash_in_recovery(struct crash *f, uint64_t stride)
{
    uint64_t n = undisturbed(f);

    for (uint64_t first = 1; first <= n; first += stride)
        for (uint64_t second = 1;; second++) {
            life_begin(f, DISK_CRASH, first);
            live(f);
            disk_restart(f->disk, true, first * 7919 + second);
            crash_books_crash(&f->books, (enum crash_file)(second % CRASH_FILES));
            disk_plan(f->disk, DISK_CRASH, second, f->lies);
            live(f);
            bool fired = disk_fired(f->disk) && second < 60;

            disk_restart(f->disk, true, first + second * 104729);
            crash_books_crash(&f->books, (enum crash_file)(first % CRASH_FILES));
            check(f);
            life_end(f);
            if (!fired)
                break;
        }
}

/* An error, and the process lives on or ends by itself; then a new start on a disk that works. */
static void fail_everywhere(struct crash *f, enum disk_fault fault, uint64_t stride)
{
    uint64_t n = undisturbed(f);

    for (uint64_t operation = 1; operation <= n; operation += stride) {
        life_begin(f, fault, operation);
        live(f);
        live(f); /* the asker tries again while the disk is as it is */
        disk_restart(f->disk, true, operation);
        crash_books_crash(&f->books, (enum crash_file)(operation % CRASH_FILES));
        check(f);
        life_end(f);
    }
}

/* ---- scenario -------------------------------------------------------------------------------- */

static void make_questions(struct crash *f)
{
    for (int i = 0; i < QUESTIONS_MAX; i++) {
        Rikstal__V1__Question q;
        char text[32];

        snprintf(text, sizeof(text), "age >= %d", 18 + i);
        world_question(&f->world, text, &q);
        q.not_before += 300; /* fresh for the whole run: the skew is set by the clock below */
        q.expires = q.not_before + 600;
        f->question[i] = people_ask(&f->world.people, &q);
    }
}

static void set_up(struct crash *f)
{
    struct keeper *keeper;
    struct err err;

    *f = (struct crash){.questions = 2};
    fake = (struct fake){.matched = 1234, .undetermined = 56, .release = "2026-06-01"};
    world_up_in(&f->world, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    crash_books_open(&f->books, f->world.dir);
    make_questions(f);
    clock_set(1000, clock_wall_s() + 300);
    f->disk = disk_new();
    disk_mount(f->disk);
    disk_plan(f->disk, DISK_NO_FAULT, 0, DISK_HONEST);
    if (!keeper_open(f->world.dir, &keeper, &err))
        die("opening the keeper", &err);
    keeper_close(keeper);
    f->base = disk_copy(f->disk);
    life_end(f);
}

/* A new question is charged, answered and logged: the disk is waited for this many times at most.
 */
static void count_syncs(struct crash *f)
{
    struct keeper *keeper;
    struct err err;
    uint64_t worst = 0;

    f->questions = QUESTIONS_MAX;
    life_begin(f, DISK_NO_FAULT, 0);
    if (!keeper_start(f, &keeper, &err))
        die("opening the keeper", &err);
    for (int i = 0; i < f->questions; i++) {
        uint64_t before = disk_syncs(f->disk);

        if (!ask(f, keeper, i))
            die("asking", &(struct err){.text = "no answer"});
        printf("question %d: %llu syncs\n", i + 1,
               (unsigned long long)(disk_syncs(f->disk) - before));
        if (disk_syncs(f->disk) - before > worst)
            worst = disk_syncs(f->disk) - before;
    }
    keeper_close(keeper);
    life_end(f);
    if (worst > SYNCS_MAX)
        exit(EXIT_FAILURE);
}

static void report(struct crash *f, const char *what, bool control)
{
    printf("%-44s %8llu points %8llu violations%s%s\n", what, (unsigned long long)f->points,
           (unsigned long long)f->violations, f->violations ? "  first: " : "", f->first);
    fflush(stdout);
    if (control ? f->violations == 0 : f->violations > 0)
        exit(EXIT_FAILURE);
    f->points = f->violations = 0;
    f->first[0] = 0;
}

static uint64_t run_crashes(struct crash *f, bool is_long)
{
    uint64_t all = 0;
    struct disk *base = f->base;

    f->questions = is_long ? 4 : 2;
    crash_everywhere(f, is_long ? 150 : 4); /* a log takes few operations */
    all += f->points;
    report(f, "kill or power loss at every operation", false);
    f->base = disk_new(); /* no ledger yet: the schema is being made */
    f->questions = 1;
    crash_everywhere(f, is_long ? 20 : 1);
    disk_free(f->base);
    f->base = base;
    all += f->points;
    report(f, "the same in a node's first life", false);
    f->questions = is_long ? 2 : 1;
    crash_in_recovery(f, is_long ? 2 : 37);
    all += f->points;
    report(f, "a second crash in the recovery from the first", false);
    return all;
}

static uint64_t run_errors(struct crash *f, bool is_long)
{
    static const struct {
        enum disk_fault fault;
        const char *name;
    } errors[] = {{DISK_EIO, "an I/O error, once"},
                  {DISK_EIO_STAYS, "an I/O error, for good"},
                  {DISK_FULL, "a full disk, once"},
                  {DISK_FULL_STAYS, "a full disk, for good"},
                  {DISK_SHORT, "a short write"}};
    uint64_t all = 0;

    f->questions = 2;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        fail_everywhere(f, errors[i].fault, is_long ? 1 : 3);
        all += f->points;
        report(f, errors[i].name, false);
    }
    return all;
}

/* Each must be caught, or the runs above prove nothing. */
static void run_controls(struct crash *f)
{
    static const struct {
        unsigned lies;
        const char *pragmas;
        const char *name;
    } bugs[] = {
        {DISK_LIE_DATABASE | DISK_LIE_JOURNAL, NULL, "control: no sync reaches the disk"},
        {DISK_LIE_JOURNAL, NULL, "control: the journal is not synced"},
        {DISK_LIE_DATABASE, NULL, "control: the database is not synced"},
        {DISK_LIE_DIRECTORY, NULL, "control: the directory is not synced"},
        {0, "PRAGMA synchronous = OFF", "control: synchronous=OFF"},
        {0, "PRAGMA synchronous = NORMAL", "control: synchronous=NORMAL"},
        {0, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL",
         "control: a deleted journal, FULL"},
    };

    f->questions = 4; /* the log is moved and begun anew */
    for (size_t i = 0; i < sizeof(bugs) / sizeof(bugs[0]); i++) {
        uint64_t n;

        f->lies = bugs[i].lies;
        f->pragmas = bugs[i].pragmas;
        n = undisturbed(f);
        for (uint64_t operation = 1; operation <= n; operation += 2)
            for (uint64_t seed = 1; seed <= 2; seed++)
                crash_at(f, operation, seed);
        report(f, bugs[i].name, true);
    }
    f->lies = 0;
    f->pragmas = NULL;
}

/* Books that are behind and say that they are not: the last question is nobody's. */
static void control_books(struct crash *f)
{
    uint64_t n;

    f->questions = 3;
    n = undisturbed(f);
    for (uint64_t operation = n / 2; operation <= n; operation += 5) {
        life_begin(f, DISK_CRASH, operation);
        live(f);
        disk_restart(f->disk, false, operation);
        if (crash_books_forget(&f->books, PRICE_NRHO))
            check(f);
        life_end(f);
    }
    report(f, "control: books that claim what they lost", true);
}

int main(int argc, char **argv)
{
    bool is_long = argc > 1 && strcmp(argv[1], "--long") == 0;
    struct crash f;
    uint64_t all;

    if (!random_start() || !disk_register())
        return EXIT_FAILURE;
    log_level_set(LOG_ERROR_LEVEL);
    set_up(&f);
    count_syncs(&f);
    all = run_crashes(&f, is_long) + run_errors(&f, is_long);
    if (argc < 2 || strcmp(argv[1], "--short") != 0) {
        run_controls(&f);
        control_books(&f);
    }
    clock_release();
    disk_free(f.base);
    crash_books_close(&f.books);
    world_down(&f.world);
    printf("%llu points: 0 lost charges, 0 double charges, 0 answers without charge or leaf, "
           "0 different answers on retry, 0 accounts of persons too low\n",
           (unsigned long long)all);
    return EXIT_SUCCESS;
}
