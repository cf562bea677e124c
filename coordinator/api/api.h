#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coordinator's HTTP side: route.h behind a listener (coordinator/http), on loopback or a
 * private port. TLS must end in a proxy in front.
 */
#include <stdint.h>

#include "coordinator/api/route.h"
#include "proto/base/err.h"

struct api;

struct api_options {
    const char *listen; /* "127.0.0.1:8480" or "[::1]:0"; port 0 means any free port */
    enum route_door door;
    const struct route_owner *owner; /* copied; what it points to must outlive the api */
};

bool api_open(const struct api_options *options, struct api **out, struct err *err) MUST_CHECK;
uint16_t api_port(const struct api *api);
/*
 * Call it after service_stop(), so that no handler waits. Returns when the last handler has
 * returned. Accepts NULL.
 */
void api_close(struct api *api);
