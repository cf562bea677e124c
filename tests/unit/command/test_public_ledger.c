/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The citizen's ledger. Of a real keeper that was asked: the list is described by
 * schemas/ledger.json, verifies with the roster and with nothing altered, and holds no word, code,
 * number or hash of a question, no name of who asked and no figure; with a control that finds what
 * is there. Of leaves that a test writes: a question counts once however often it was charged,
 * months under embargo are not told, and neither is who asked.
 */
#include "tests/unit/schema.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/audit/audit.h"
#include "node/command/asked_list.h"
#include "node/command/commands.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/sql.h"
#include "tests/unit/keeper/fake.h"
#include "tests/unit/keeper/world.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define TEXT_BYTES 65536

/* ---- of a real keeper ------------------------------------------------------------------------ */

struct published {
    struct world w;
    char to[80];
    char text[3][TEXT_BYTES]; /* ledger.json, ledger.sig, index.html */
    size_t size[3];
};

static const char *const names[3] = {"ledger.json", "ledger.sig", "index.html"};

static int ledger(struct published *p, const char *verb, const char *embargo)
{
    char words[7][96] = {"ledger", "", "", "--dir", "", "--embargo", ""};
    char *argv[8] = {words[0], words[1], words[2], words[3], words[4], words[5], words[6], NULL};

    snprintf(words[1], sizeof(words[1]), "%s", verb);
    snprintf(words[2], sizeof(words[2]), "%s", p->to);
    snprintf(words[4], sizeof(words[4]), "%s", p->w.dir);
    snprintf(words[6], sizeof(words[6]), "%s", embargo ? embargo : "");
    if (!embargo)
        argv[5] = NULL;
    return ledger_command(embargo ? 7 : 5, argv);
}

static void read_back(struct published *p)
{
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        FILE *file;

        snprintf(path, sizeof(path), "%s/%s", p->to, names[i]);
        file = fopen(path, "rb");
        assert_non_null(file);
        p->size[i] = fread(p->text[i], 1, TEXT_BYTES - 1, file);
        p->text[i][p->size[i]] = 0;
        fclose(file);
    }
}

static void put_back(struct published *p, size_t i)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", p->to, names[i]);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(p->text[i], 1, p->size[i], file), p->size[i]);
    fclose(file);
}

/* In any of the three files, in what is signed too. */
static bool found(const struct published *p, const char *word)
{
    for (size_t i = 0; i < 3; i++)
        if (memmem(p->text[i], p->size[i], word, strlen(word)))
            return true;
    return false;
}

static const char *const asked[] = {
    "sex = female and age >= 43", "sex = female and age >= 43", /* a repeat */
    "sex = male and age >= 47",   "phenotype = HP:0012345 and gene = QXCANARY",
    "code = icd10:Q871",
};

/* The two figures are no hexadecimal digits of a text, which the signature has. */
static void ask_all(struct published *p)
{
    fake = (struct fake){.matched = 985298, .undetermined = 589258, .release = "2026-06-01"};
    world_up(&p->w);
    snprintf(p->to, sizeof(p->to), "%s/public", p->w.dir);
    assert_int_equal(mkdir(p->to, 0755), 0);
    world_start(&p->w);
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
        assert_string_equal(world_ask_text(&p->w, asked[i])->code, "");
    assert_string_not_equal(world_ask_text(&p->w, "region = 01 and age >= 48")->code, "");
    world_stop(&p->w);
}

/* How many questions are in rows with this field. */
static int64_t row_questions(const cJSON *root, const char *field)
{
    const cJSON *row, *name;
    int64_t questions = 0, more;

    cJSON_ArrayForEach(row, json_array(root, "asked"))
    {
        cJSON_ArrayForEach(name, json_array(row, "fields"))
        {
            if (strcmp(name->valuestring, field) != 0)
                continue;
            assert_true(json_int(row, "questions", &more));
            questions += more;
        }
    }
    return questions;
}

/* Every text of a row is one of the closed words that a row may have. */
static void rows_are_closed(const cJSON *root)
{
    static const char *const words[] = {
        "research", "national-analyst", "count", "regions", "", "sex",
        "age",      "phenotype",        "gene",  "code"};
    const cJSON *row, *item, *name;

    cJSON_ArrayForEach(row, json_array(root, "asked"))
    {
        cJSON_ArrayForEach(item, row)
        {
            bool list = cJSON_IsArray(item), closed = cJSON_IsNumber(item);

            for (name = list ? item->child : item; name; name = list ? name->next : NULL) {
                for (size_t i = 0; !closed && i < sizeof(words) / sizeof(words[0]); i++)
                    closed = cJSON_IsString(name) && strcmp(name->valuestring, words[i]) == 0;
                if (!closed && strcmp(item->string, "month") != 0)
                    fail_msg("a word that is not closed: %s", name->valuestring);
                closed = cJSON_IsNumber(item);
            }
        }
    }
}

/* No file has a hash of a question, as it was asked or as the log has it. */
static void no_hash_is_told(struct published *p)
{
    uint8_t bytes[AUDIT_LEAF_MAX];
    char path[96], hex[65];
    struct audit *audit;
    struct leaf leaf;
    struct err err;
    size_t size, charges = 0;
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/ledger.db", p->w.dir);
    assert_true(sql_open(path, SQL_LEDGER_READ, &db, &err) && audit_open(db, &audit, &err));
    for (uint64_t i = 0; i < audit_size(audit); i++) {
        assert_true(audit_leaf(audit, i, bytes, &size, &err) &&
                    leaf_read(bytes, size, &leaf, &err));
        if (leaf.type != LEAF_CHARGE)
            continue;
        charges++;
        bytes_to_hex(leaf.question_hash, 32, hex);
        hex[16] = 0;
        assert_false(found(p, hex));
    }
    assert_int_equal(charges, 4);
    audit_close(audit);
    sql_close(db);
}

static void altered_is_refused(struct published *p)
{
    for (size_t i = 0; i < 2; i++) {
        char *at = i ? p->text[1] + p->size[1] - 2 : strstr(p->text[0], "\"questions\"") - 3;
        char was = *at;

        *at = *at == 'a' ? 'b' : 'a';
        put_back(p, i);
        assert_int_not_equal(ledger(p, "verify", NULL), EXIT_OK);
        *at = was;
        put_back(p, i);
    }
    assert_int_equal(ledger(p, "verify", NULL), EXIT_OK);
}

static void test_what_a_keeper_was_asked_is_told_without_its_words(void **state)
{
    static const char *const secret[] = {"HP:",  "0012345", "QXCANARY", "Q871",  "icd10",
                                         "anna", "gms",     "985298",   "589258"};
    static const char *const told[] = {"phenotype", "national-analyst", "research"};
    static struct published p;
    int64_t now_s = clock_wall_s();
    cJSON *root = NULL;
    struct err err;

    (void)state;
    ask_all(&p);
    assert_int_equal(ledger(&p, "publish", "0"), EXIT_OK);
    read_back(&p);
    assert_false(found(&p, "phenotype")); /* this month is not over */
    clock_set(clock_mono_ms(), now_s + INT64_C(40) * 86400);
    assert_int_equal(ledger(&p, "publish", "0"), EXIT_OK);
    read_back(&p);
    assert_true(json_parse(p.text[0], p.size[0], TEXT_BYTES, &root, &err));
    schema_open("ledger.json");
    mark = true;
    assert_true(fits(schema, root, "the ledger"));
    all_of_it_met();
    cJSON_Delete(schema);
    assert_int_equal(row_questions(root, "sex"), 2);
    assert_int_equal(row_questions(root, "age"), 2);
    assert_int_equal(row_questions(root, "gene"), 1);
    assert_int_equal(row_questions(root, "code"), 1);
    rows_are_closed(root);
    cJSON_Delete(root);
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
        assert_true(found(&p, told[i]));
    for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
        assert_false(found(&p, secret[i]));
    no_hash_is_told(&p);
    clock_set(clock_mono_ms(), now_s);
    altered_is_refused(&p);
    clock_release();
    world_down(&p.w);
}

/* ---- of leaves ------------------------------------------------------------------------------- */

struct log {
    sqlite3 *db;
    struct audit *audit;
    struct arena *arena;
    struct err err;
};

static void log_up(struct log *log)
{
    log->arena = arena_new(ARENA_BYTES);
    assert_non_null(log->arena);
    assert_int_equal(sqlite3_open(":memory:", &log->db), SQLITE_OK);
    assert_true(audit_open(log->db, &log->audit, &log->err));
}

static void log_down(struct log *log)
{
    audit_close(log->audit);
    assert_int_equal(sqlite3_close(log->db), SQLITE_OK);
    arena_free(log->arena);
}

static void add(struct log *log, struct leaf leaf)
{
    struct bytes bytes = {0};
    uint64_t index;

    leaf_write(&leaf, &bytes);
    assert_true(!bytes.failed && sql_begin(log->db, &log->err) &&
                audit_append(log->audit, bytes.data, bytes.size, &index, &log->err) &&
                sql_commit(log->db, &log->err));
    bytes_clear(&bytes);
}

#define OCTOBER INT64_C(1792800000)  /* 2026-10-24 */
#define NOVEMBER INT64_C(1793491200) /* 2026-11-01 00:00:00 */
#define GIST "sum 50 count 2026-10 00000003 sponsor"

static struct leaf charge(int64_t time_s, uint8_t question, const char *organisation,
                          const char *note)
{
    struct leaf leaf = {.type = LEAF_CHARGE, .time_s = time_s, .question_hash = {question}};

    snprintf(leaf.organisation, sizeof(leaf.organisation), "%s", organisation);
    snprintf(leaf.analyst, sizeof(leaf.analyst), "somebody");
    snprintf(leaf.purpose, sizeof(leaf.purpose), "trial-feasibility");
    snprintf(leaf.note, sizeof(leaf.note), "%s", note);
    return leaf;
}

static struct asked_list list_of(struct log *log, const char *until)
{
    struct asked_list list = {.network = "demo", .node = "12"};

    snprintf(list.until, sizeof(list.until), "%s", until);
    assert_true(asked_list_make(log->audit, log->arena, &list, &log->err));
    return list;
}

static void test_a_question_counts_once_and_its_month_is_told_when_it_is_due(void **state)
{
    struct asked_list list;
    struct log log;

    (void)state;
    log_up(&log);
    add(&log, charge(OCTOBER, 1, "acme", GIST));
    add(&log, charge(OCTOBER + 60, 1, "acme", GIST)); /* for another set of participants */
    add(&log, charge(OCTOBER + 90, 2, "rival", GIST));
    add(&log, charge(OCTOBER + 95, 3, "rival", ""));
    add(&log, (struct leaf){.type = LEAF_COUNT, .time_s = NOVEMBER - 1});
    add(&log, (struct leaf){.type = LEAF_RELEASE, .time_s = NOVEMBER - 1});
    add(&log, charge(NOVEMBER, 4, "acme", GIST));
    add(&log, (struct leaf){.type = LEAF_DENY, .time_s = NOVEMBER});
    add(&log, (struct leaf){.type = LEAF_DENIED_AGAIN, .time_s = NOVEMBER, .nrho = 7});
    list = list_of(&log, "2026-10");
    assert_int_equal(list.n_rows, 2);
    assert_false(list.row[0].told);
    assert_int_equal(list.row[0].questions, 1);
    assert_true(list.row[1].told);
    assert_int_equal(list.row[1].questions, 2);
    assert_string_equal(list.row[1].month, "2026-10");
    assert_int_equal(list.n_months, 1);
    assert_int_equal(list.month[0].staff_counts, 1);
    assert_int_equal(list.leaves, 6);
    list = list_of(&log, "2026-11");
    assert_int_equal(list.n_rows, 3);
    assert_int_equal(list.n_months, 2);
    assert_int_equal(list.month[1].refused, 8);
    assert_int_equal(list.leaves, 9);
    assert_int_equal(list_of(&log, "2026-09").n_rows, 0);
    log_down(&log);
}

/* Two organisations that exchange their questions make no difference to what is told. */
static void test_who_asked_makes_no_difference(void **state)
{
    struct bytes json[2] = {{0}}, page[2] = {{0}};

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        struct asked_list list;
        struct log log;

        log_up(&log);
        add(&log, charge(OCTOBER, 1, turn ? "rival" : "acme", GIST));
        add(&log, charge(OCTOBER, 2, turn ? "acme" : "rival", GIST));
        list = list_of(&log, "2026-10");
        memset(list.root, 0, sizeof(list.root)); /* of the leaves, which differ */
        assert_true(asked_list_json(&list, &json[turn], &log.err));
        asked_list_page(&list, &page[turn]);
        log_down(&log);
    }
    assert_int_equal(json[0].size, json[1].size);
    assert_memory_equal(json[0].data, json[1].data, json[0].size);
    assert_int_equal(page[0].size, page[1].size);
    assert_memory_equal(page[0].data, page[1].data, page[0].size);
    for (int turn = 0; turn < 2; turn++) {
        bytes_clear(&json[turn]);
        bytes_clear(&page[turn]);
    }
}

static void test_a_page_has_no_markup_of_the_log(void **state)
{
    struct bytes page = {0};
    struct asked_list list;
    struct log log;
    struct leaf leaf = charge(OCTOBER, 1, "acme", "sum 5 count - 00000001 <b>\"&\"");

    (void)state;
    log_up(&log);
    snprintf(leaf.purpose, sizeof(leaf.purpose), "<script>");
    add(&log, leaf);
    list = list_of(&log, "2026-10");
    asked_list_page(&list, &page);
    assert_null(memmem(page.data, page.size, "<script", 7));
    assert_null(memmem(page.data, page.size, "<b>", 3));
    assert_non_null(memmem(page.data, page.size, "&lt;b&gt;&quot;&amp;&quot;", 26));
    bytes_clear(&page);
    log_down(&log);
}

static void test_the_last_month_that_is_told(void **state)
{
    static const struct {
        int64_t now_s;
        int embargo;
        const char *until;
    } cases[] = {{NOVEMBER - 1, 0, "2026-09"}, {NOVEMBER, 0, "2026-10"},
                 {NOVEMBER, 6, "2026-04"},     {NOVEMBER, 9, "2026-01"},
                 {NOVEMBER, 10, "2025-12"},    {NOVEMBER, 120, "2016-10"}};
    char until[ASKED_LIST_MONTH_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        asked_list_until(cases[i].now_s, cases[i].embargo, until);
        assert_string_equal(until, cases[i].until);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_keeper_was_asked_is_told_without_its_words),
        cmocka_unit_test(test_a_question_counts_once_and_its_month_is_told_when_it_is_due),
        cmocka_unit_test(test_who_asked_makes_no_difference),
        cmocka_unit_test(test_a_page_has_no_markup_of_the_log),
        cmocka_unit_test(test_the_last_month_that_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
