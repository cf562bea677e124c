/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service's status functions: nodes, roster, budgets, round trips, counters.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "coordinator/ask/roster_cache.h"
#include "coordinator/ask/service_inside.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/base/wait.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"

size_t service_nodes(struct service *service, struct service_node *out, size_t room)
{
    assert(service && (out || !room));
    const Rikstal__V1__Roster *roster;
    size_t n = 0;

    pthread_mutex_lock(&service->lock);
    roster = roster_message(roster_cache_read(service->roster_cache));
    for (size_t i = 0; i < roster->n_nodes && n < room; i++) {
        struct service_node *known = NULL;

        for (size_t k = 0; k < service->n_nodes && !known; k++)
            if (strcmp(service->node[k].info.node, roster->nodes[i]->node) == 0)
                known = &service->node[k];
        out[n] = known ? *known : (struct service_node){0};
        snprintf(out[n].info.node, sizeof(out[n].info.node), "%s", roster->nodes[i]->node);
        snprintf(out[n].name, sizeof(out[n].name), "%s", roster->nodes[i]->name);
        snprintf(out[n].contact, sizeof(out[n].contact), "%s", roster->nodes[i]->contact);
        n++;
    }
    roster_cache_done(service->roster_cache);
    pthread_mutex_unlock(&service->lock);
    return n;
}

bool service_roster(struct service *service, uint8_t **data, size_t *size, struct err *err)
{
    assert(data && size);
    const uint8_t *bytes = roster_bytes(roster_cache_read(service->roster_cache), size);

    *data = malloc(*size);
    if (*data)
        memcpy(*data, bytes, *size);
    roster_cache_done(service->roster_cache);
    return *data || err_memory(err);
}

void service_roster_changed(struct service *service)
{
    struct service_node node[REGIONS_MAX];
    size_t n = service_nodes(service, node, REGIONS_MAX);

    for (size_t i = 0; i < n; i++) {
        struct err err;

        if (node[i].connected && !service_send_roster(service, node[i].info.node, &err) &&
            err.code != ERR_UNAVAILABLE)
            log_error("roster_unsent", &err);
    }
}

bool service_budgets(struct service *service, const char *organisation, struct state_budget *out,
                     size_t room, size_t *n, struct err *err)
{
    assert(organisation && n);
    bool ok;

    pthread_mutex_lock(&service->lock);
    ok = state_budgets(service->state, organisation, out, room, n, err);
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool service_ping(struct service *service, int64_t wait_ms, struct service_ping *out,
                  struct err *err)
{
    assert(service && out);
    int64_t until_ms = clock_mono_ms() + wait_ms;
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Ping ping = RIKSTAL__V1__PING__INIT;
    uint8_t packed[64];
    size_t size;

    random_bytes(&ping.nonce, sizeof(ping.nonce));
    frame.body_case = RIKSTAL__V1__FRAME__BODY_PING;
    frame.ping = &ping;
    size = rikstal__v1__frame__pack(&frame, packed); /* it fits: at most 2 + 11 bytes */
    pthread_mutex_lock(&service->lock);
    if (service->ping_nonce) {
        pthread_mutex_unlock(&service->lock);
        return err_set(err, ERR_UNAVAILABLE, "another round trip is under way");
    }
    service->ping_nonce = ping.nonce;
    service->ping = (struct service_ping){0};
    service->ping_from_us = clock_mono_us();
    service->ping.sent = links_send_all(service->links, packed, size, RPC_STREAM_ORDINARY);
    while (service->ping.echoed < service->ping.sent && !service->stopping &&
           clock_mono_ms() < until_ms)
        wait_until(&service->echo, &service->lock, until_ms);
    *out = service->ping;
    service->ping_nonce = 0;
    pthread_mutex_unlock(&service->lock);
    return true;
}

void service_count(struct service *service, struct service_counts *out)
{
    assert(service && out);
    const struct roster *roster;

    pthread_mutex_lock(&service->lock);
    *out = service->counts;
    out->open = coord_open_count(service->coord);
    for (size_t i = 0; i < service->n_nodes; i++)
        out->connected += service->node[i].connected;
    roster = roster_cache_read(service->roster_cache);
    out->enrolled = roster_message(roster)->n_nodes;
    out->roster_version = roster_version(roster);
    roster_cache_done(service->roster_cache);
    pthread_mutex_unlock(&service->lock);
}
