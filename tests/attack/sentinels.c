/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/attack/sentinels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/varint.h"
#include "tests/attack/report.h"
#include "tests/unit/keeper/fake.h"

#define SIGMA 50

/* Twelve digits: no hash or number shows one by chance. */
#define SENTINEL INT64_C(737373737373)
#define SENTINELS 20

static bool holds(const uint8_t *data, size_t size, const void *needle, size_t length)
{
    return size >= length && memmem(data, size, needle, length) != NULL;
}

/* The number as decimal and hex text, in both byte orders without its zeros, and as a varint. */
static bool shows(const uint8_t *data, size_t size, int64_t number)
{
    const char *decimal = say("%lld", (long long)number), *hex = say("%llx", (long long)number);
    struct bytes varint = {0};
    uint8_t little[5], big[5];
    bool found;

    for (int i = 0; i < 5; i++)
        little[i] = big[4 - i] = (uint8_t)(number >> 8 * i);
    bytes_add_varint(&varint, (uint64_t)number);
    found = varint.failed || holds(data, size, decimal, strlen(decimal)) ||
            holds(data, size, hex, strlen(hex)) || holds(data, size, little, 5) ||
            holds(data, size, big, 5) || holds(data, size, varint.data, varint.size);
    bytes_clear(&varint);
    return found;
}

/* Counts that are asked for at node 0; those whose noise came out as 0 tell nothing and are 0. */
static size_t ask_sentinels(struct net *net, uint64_t *number, int64_t *sentinel)
{
    size_t near = 0;

    for (int i = 0; i < SENTINELS; i++) {
        const Rikstal__V1__Answer *answer;

        sentinel[i] = fake.matched = SENTINEL + INT64_C(1000003) * i;
        answer = net_ask(net, 0, net_question(net, false, SIGMA, (*number)++));
        if (answer->n_cells != 2)
            broken("a question", "no figures");
        near += llabs(answer->cells[0] - sentinel[i]) <= 8 * SIGMA;
        sentinel[i] = answer->cells[0] == sentinel[i] ? 0 : sentinel[i];
        net_forget(net);
    }
    return near;
}

void sentinels(struct net *net, uint64_t *number)
{
    static const char *const files[] = {"ledger.db", "policy.json", "node.conf"};
    size_t near, hits = 0, searched = 0, bytes = 0;
    int64_t sentinel[SENTINELS];
    uint8_t planted[40] = {0};

    near = ask_sentinels(net, number, sentinel);
    for (size_t f = 0; f < 4; f++) {
        const char *path = f < 3 ? say("%s/%s", net->node[0].dir, files[f]) : net->log;
        uint8_t *data;
        size_t size;
        struct err err;

        if (!file_read(path, (size_t)8 << 20, net->arena, &data, &size, &err))
            broken("a file of the keeper", err.text);
        bytes += size;
        for (int i = 0; i < SENTINELS; i++, searched++)
            hits += sentinel[i] && shows(data, size, sentinel[i]);
        net_forget(net);
    }
    row("E2", hits == 0 && near == SENTINELS, say("%zu", hits), "0",
        say("%d true counts in %zu bytes of a keeper's ledger, policy, conf and log", SENTINELS,
            bytes));
    memcpy(planted + 13, &(int64_t){SENTINEL}, 8);
    row("E2+", shows(planted, sizeof(planted), SENTINEL) && searched == 4 * SENTINELS, "found",
        "found", "control: the search finds one where it is");
}
