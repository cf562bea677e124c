#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's HTTP side: route.h behind libmicrohttpd, on loopback or a private port.
 *
 * Each connection has a thread of libmicrohttpd, so a handler may block (on the service's condition
 * variables). No connection is ever suspended, so none can be left over when the daemon stops.
 * Bodies, connections and idle time are limited. TLS must end in a proxy in front of it.
 */
#include <stdint.h>

#include "coordinator/api/route.h"
#include "proto/base/err.h"

#define API_CONNECTIONS_MAX 256
#define API_IDLE_S 60

struct api;

/* listen: "127.0.0.1:8480" or "[::1]:0"; port 0 means any free port. */
bool api_open(const char *listen, const struct route_owner *owner, struct api **out,
              struct err *err) MUST_CHECK;
uint16_t api_port(const struct api *api);
/*
 * Call it after service_stop(), so that no handler waits. Returns when the last handler has
 * returned. Accepts NULL.
 */
void api_close(struct api *api);
