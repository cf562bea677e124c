#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open HTTP connections, and which of them keep the server waiting.
 *
 * A peer that sends a byte now and then is never idle for libmicrohttpd, and 256 such peers would
 * close the API. So a whole request must have arrived within a time, and a response must have been
 * taken within a time, however many bytes moved meanwhile. Both are short while most places are
 * taken. A connection whose request is being served has no limit. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define CONNECTIONS_MAX 256
#define CONNECTIONS_CROWDED (CONNECTIONS_MAX * 3 / 4) /* from here on times are short */
#define CONNECTIONS_NONE SIZE_MAX

/* How long, in milliseconds. */
#ifndef CONNECTIONS_FIRST_MS       /* the controls of tests/system/test_desk.py wait for long */
#define CONNECTIONS_FIRST_MS 10000 /* from connecting to the end of the first request */
#endif
#define CONNECTIONS_NEXT_MS 60000 /* from a response to the end of the next request */
#define CONNECTIONS_SEND_MS 60000 /* for the peer to take a response */
#define CONNECTIONS_CROWDED_MS 2000
#define CONNECTIONS_CROWDED_SEND_MS 10000

struct connections;

enum connection_state { CONNECTION_FIRST, CONNECTION_NEXT, CONNECTION_SERVED, CONNECTION_SENDING };

/* NULL when memory is out. */
struct connections *connections_new(void);
void connections_free(struct connections *connections); /* accepts NULL */

/* The place of a new connection, in state FIRST; CONNECTIONS_NONE when all are taken. */
size_t connections_add(struct connections *connections, int fd, int64_t now_ms);
void connections_set(struct connections *connections, size_t place, enum connection_state state,
                     int64_t now_ms);
/* Call it before the descriptor is closed. */
void connections_remove(struct connections *connections, size_t place);
/* Shuts down the sockets of those whose time is over; returns how many. */
size_t connections_cut(struct connections *connections, int64_t now_ms);
