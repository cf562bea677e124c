/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P: what the words promise, attacked through five real keepers; the test is coordinator and asker.
 *
 * P1  A sum in which `region` leaves one region is not given, and a node that a question's region
 *     leaves out does not charge it.
 * P2  Nobody finds out what others asked: by trying a dictionary on an exported log, by the log
 *     indexes of own answers, by a node whose cap is used up, or by the time of answers.
 * P4  Nobody is charged twice for one sum because another region cannot pay.
 * P3  A budget that is spent does not come back under another name for the data set or the year.
 *
 * attack_promises_old is this program with the product's old behaviour compiled in (meson.build):
 * there every attack must succeed, or the harness is blind.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/privacy/policy.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "tests/attack/net.h"
#include "tests/attack/promises.h"
#include "tests/attack/report.h"
#include "tests/unit/keeper/fake.h"

#define SIGMA 50

void promises_judge(const char *id, size_t leaks, size_t n, const char *what)
{
    const bool old = PROMISES_ARE_OLD;

    row(old ? say("%s+", id) : id, old ? leaks == n : leaks == 0, say("%zu of %zu", leaks, n),
        old ? "all" : "0", old ? say("control, the old behaviour: %s", what) : what);
}

int64_t promises_look(const struct net *net, size_t i, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *row;
    int64_t number;

    if (sqlite3_open_v2(say("%s/ledger.db", net->node[i].dir), &db, SQLITE_OPEN_READONLY, NULL) ||
        sqlite3_prepare_v2(db, sql, -1, &row, NULL) || sqlite3_step(row) != SQLITE_ROW)
        broken("a ledger", sql);
    number = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return number;
}

/* The text with `from` replaced by `to`, wherever it stands. Four buffers take turns. */
static const char *replaced(const char *in, const char *from, const char *to)
{
    static char text[4][2 * POLICY_BYTES_MAX];
    static unsigned turn;
    char *out = text[turn++ % 4];
    size_t used = 0;

    for (const char *at = in; *at && used < POLICY_BYTES_MAX;) {
        bool here = strncmp(at, from, strlen(from)) == 0;

        used += (size_t)snprintf(out + used, sizeof(text[0]) - used, "%.*s",
                                 here ? (int)strlen(to) : 1, here ? to : at);
        at += here ? strlen(from) : 1;
    }
    return out;
}

const char *promises_policy(const char *from, const char *to)
{
    const char *text =
        replaced(policy_default,
                 "  \"rate\": {\"per_minute\": 3, \"per_day\": 100, "
                 "\"organisation_attempts\": 1200, \"organisation_work_ms\": 30000},\n",
                 "");

    return from[0] ? replaced(text, from, to) : text;
}

const char *promises_policy_version(const char *policy, unsigned version)
{
    return replaced(policy, "\"version\": 1", say("\"version\": %u", version));
}

static int64_t charges(const struct net *net)
{
    int64_t n = 0;

    for (size_t i = 0; i < NET_NODES; i++)
        n += promises_look(net, i, "SELECT count(*) FROM charge");
    return n;
}

/* ---- P1: region ------------------------------------------------------------------------------ */

/* How many of the five attest to a sum of this question. */
static size_t attest(struct net *net, const char *text)
{
    Rikstal__V1__Question q;
    Rikstal__V1__Envelope *question;
    size_t n = 0;

    net_fill(net, &q, true, SIGMA, net->questions);
    net_word(net, &q, text);
    question = net_sign(net, &q);
    for (size_t i = 0; i < NET_NODES; i++)
        n += net_attend(net, i, question, 1) != NULL;
    return n;
}

/* The policy allows `region` in every rule, as the default of older versions did. */
static void region_in_sum(struct net *net)
{
    static const char *const texts[] = {"region = 01", "sex = female and region = 12",
                                        "not region in (12, 13, 14, 17)",
                                        "at least 2 of (region = 17, sex = female, age >= 18)",
                                        "not (not region = 13 or not variant(gene = BRCA1))"};
    const size_t n = sizeof(texts) / sizeof(texts[0]);
    size_t attested = 0;

    for (size_t i = 0; i < n; i++)
        attested += attest(net, texts[i]);
    promises_judge("P1", attested, n * NET_NODES,
                   "sums with a test on region: nodes that attest, whatever their policy allows");
    if (attest(net, "sex = female") != NET_NODES)
        broken("a sum without region", net->refusal);
    net_forget(net);
}

/* In mode regions, asked of all by a client that does not narrow its audience. */
static void region_elsewhere(struct net *net)
{
    int64_t before = charges(net);
    size_t answered = 0;

    for (size_t i = 0; i < NET_NODES; i++) {
        Rikstal__V1__Question q;

        net_fill(net, &q, false, SIGMA, net->questions);
        net_word(net, &q, "sex = female and region = 01");
        answered += net_ask(net, i, net_sign(net, &q))->n_cells > 0;
    }
    size_t charged = (size_t)(charges(net) - before);

    if (charged != answered)
        broken("a ledger", "it has other charges than answers");
    promises_judge(
        "P1", answered - 1, NET_NODES - 1,
        "region = 01 in mode regions, asked of the four others too: answers and charges there");
    net_forget(net);
}

/* ---- P3: new names for a spent budget ----------------------------------------------------------
 */

/* A policy whose organisations can pay for one count at sigma 5 a year, under these names. */
static const char *poor_policy(unsigned version, const char *dataset, const char *window)
{
    const char *text = promises_policy("\"organisation_year_nrho\": 500000000",
                                       "\"organisation_year_nrho\": 20000000");

    text = promises_policy_version(text, version);
    text = replaced(text, "\"main\"", say("\"%s\"", dataset));
    return replaced(text, "\"2026\"", say("\"%s\"", window));
}

/* Is a new question about this data set answered at the first node? */
static bool answered(struct net *net, const char *dataset)
{
    Rikstal__V1__Question q;

    net_fill(net, &q, false, 5, net->questions);
    q.dataset = (char *)dataset;
    return net_ask(net, 0, net_sign(net, &q))->n_cells > 0;
}

static void renamed(void)
{
    static const char *const names[][2] = {{"again", "2026"},
                                           {"main2", "2026"},
                                           {"main2", "2026.12"},
                                           {"new", "20267"},
                                           {"main", "2026b"}};
    const size_t n = sizeof(names) / sizeof(names[0]);
    static struct net net;
    size_t given_back = 0;
    struct err err;

    net.policy = poor_policy(1, "main", "2026");
    net_up(&net);
    if (!answered(&net, "main") || answered(&net, "main"))
        broken("a budget", "it does not end");
    for (size_t i = 0; i < n; i++) {
        const char *text = poor_policy((unsigned)i + 2, names[i][0], names[i][1]);

        if (!file_write(say("%s/policy.json", net.node[0].dir), text, strlen(text), 0600, &err))
            broken("a policy", err.text);
        given_back += answered(&net, names[i][0]) || answered(&net, "main");
    }
    promises_judge("P3", given_back, n,
                   "spent budgets that a policy with a renamed data set or window gives back");
    net_down(&net);
}

int main(void)
{
    static struct net net;

    report_start();
    random_seed(report_seed(1990));
    fake = (struct fake){.matched = 123456, .undetermined = 7890, .release = "2026-06-01"};
    renamed();
    promises_asked();
    promises_sums();
    net.policy = promises_policy("\"sex\", \"deceased\"", "\"sex\", \"region\", \"deceased\"");
    net_up(&net);
    region_in_sum(&net);
    region_elsewhere(&net);
    net_down(&net);
    random_unseed();
    return report_end();
}
