#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's HTTP side: route.h behind libmicrohttpd, on loopback or a private port.
 *
 * A connection has a thread of libmicrohttpd's, so a handler may wait (on the service's condition
 * variables) like ordinary C; no connection is ever suspended, and so none can be forgotten when
 * the daemon stops. Bodies, connections and idle time are bounded. TLS ends in front of it.
 */
#include <stdint.h>

#include "coordinator/api/route.h"
#include "proto/base/err.h"

#define API_CONNECTIONS_MAX 256
#define API_IDLE_S 60

struct api;

/* listen: "127.0.0.1:8480" or "[::1]:0"; port 0 takes a free one. */
bool api_open(const char *listen, const struct route_owner *owner, struct api **out,
              struct err *err) MUST_CHECK;
uint16_t api_port(const struct api *api);
/* After service_stop(), so that nobody waits; returns when the last handler has. Accepts NULL. */
void api_close(struct api *api);
