#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a node joins: `init` at the node makes a request, and the coordinator's operator makes the
 * response from it. Both are JSON files that people carry and can read; neither is secret.
 *
 * The receiver checks the claims: the request's CSR is signed by its own key, the response's roster
 * by the root keys, its certificate by its CA. The root keys come with the first response; later
 * enrolments do not change them. Texts live in the arena. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"

struct arena;

#define ENROLMENT_BYTES_MAX ((size_t)4 << 20)

struct enrolment_request {
    const char *network;
    const char *region;
    const char *name;
    struct public_key key; /* the node's Ed25519 key, for the roster */
    const char *csr;       /* PEM, for the name spiffe://NETWORK/node/REGION */
};

struct enrolment_response {
    const char *network;
    const char *region;
    struct public_key key;   /* the request's key, which says whose response this is */
    const char *certificate; /* PEM */
    const char *ca;          /* PEM */
    const char *roots;       /* text of a roots file (roster.h) */
    const uint8_t *roster;   /* Envelope bytes of the roster */
    size_t roster_size;
};

bool enrolment_request_parse(const char *text, size_t size, struct arena *arena,
                             struct enrolment_request *out, struct err *err) MUST_CHECK;
bool enrolment_request_text(const struct enrolment_request *request, struct arena *arena,
                            const char **text, struct err *err) MUST_CHECK;
bool enrolment_response_parse(const char *text, size_t size, struct arena *arena,
                              struct enrolment_response *out, struct err *err) MUST_CHECK;
bool enrolment_response_text(const struct enrolment_response *response, struct arena *arena,
                             const char **text, struct err *err) MUST_CHECK;
