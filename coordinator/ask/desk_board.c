/*
 * What the desk shows of itself: nodes, roster, budgets, round trips, counters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "coordinator/ask/book.h"
#include "coordinator/ask/desk_inside.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"

size_t desk_nodes(struct desk *desk, struct desk_node *out, size_t room)
{
    const Rikstal__V1__Roster *roster;
    size_t n = 0;

    pthread_mutex_lock(&desk->lock);
    roster = roster_message(book_read(desk->book));
    for (size_t i = 0; i < roster->n_nodes && n < room; i++) {
        struct desk_node *seen = NULL;

        for (size_t k = 0; k < desk->n_nodes && !seen; k++)
            if (strcmp(desk->node[k].info.node, roster->nodes[i]->node) == 0)
                seen = &desk->node[k];
        out[n] = seen ? *seen : (struct desk_node){0};
        snprintf(out[n].info.node, sizeof(out[n].info.node), "%s", roster->nodes[i]->node);
        snprintf(out[n].name, sizeof(out[n].name), "%s", roster->nodes[i]->name);
        n++;
    }
    book_done(desk->book);
    pthread_mutex_unlock(&desk->lock);
    return n;
}

bool desk_roster(struct desk *desk, uint8_t **data, size_t *size, struct err *err)
{
    const uint8_t *bytes = roster_bytes(book_read(desk->book), size);

    *data = malloc(*size);
    if (*data)
        memcpy(*data, bytes, *size);
    book_done(desk->book);
    return *data || err_memory(err);
}

void desk_roster_changed(struct desk *desk)
{
    struct desk_node node[REGIONS_MAX];
    size_t n = desk_nodes(desk, node, REGIONS_MAX);

    for (size_t i = 0; i < n; i++) {
        struct err err;

        if (node[i].connected && !desk_send_roster(desk, node[i].info.node, &err) &&
            err.code != ERR_UNAVAILABLE)
            log_error("roster_unsent", &err);
    }
}

bool desk_budgets(struct desk *desk, const char *organisation, struct state_budget *out,
                  size_t room, size_t *n, struct err *err)
{
    bool ok;

    pthread_mutex_lock(&desk->lock);
    ok = state_budgets(desk->state, organisation, out, room, n, err);
    pthread_mutex_unlock(&desk->lock);
    return ok;
}

bool desk_ping(struct desk *desk, int64_t wait_ms, struct desk_ping *out, struct err *err)
{
    int64_t until_ms = clock_mono_ms() + wait_ms;
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                             .tv_nsec = (long)(until_ms % 1000) * 1000000};
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping ping = RIKSTAL__V1__PING__INIT;
    uint8_t packed[64];
    size_t size;

    random_bytes(&ping.nonce, sizeof(ping.nonce));
    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &ping;
    size = rikstal__v1__frame__pack(&frame, packed); /* at most 2 + 11 bytes */
    pthread_mutex_lock(&desk->lock);
    if (desk->ping_nonce) {
        pthread_mutex_unlock(&desk->lock);
        return err_set(err, ERR_UNAVAILABLE, "another round trip is under way");
    }
    desk->ping_nonce = ping.nonce;
    desk->ping = (struct desk_ping){0};
    desk->ping_from_us = clock_mono_us();
    desk->ping.sent = links_send_all(desk->links, packed, size, STREAM_ORDINARY);
    while (desk->ping.echoed < desk->ping.sent && !desk->stopping && clock_mono_ms() < until_ms)
        pthread_cond_timedwait(&desk->echo, &desk->lock, &until);
    *out = desk->ping;
    desk->ping_nonce = 0;
    pthread_mutex_unlock(&desk->lock);
    return true;
}

void desk_count(struct desk *desk, struct desk_counts *out)
{
    const struct roster *roster;

    pthread_mutex_lock(&desk->lock);
    *out = desk->counts;
    out->open = coord_open_count(desk->coord);
    for (size_t i = 0; i < desk->n_nodes; i++)
        out->connected += desk->node[i].connected;
    roster = book_read(desk->book);
    out->enrolled = roster_message(roster)->n_nodes;
    out->roster_version = roster_version(roster);
    book_done(desk->book);
    pthread_mutex_unlock(&desk->lock);
}
