#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gRPC itself and the files of its mutual TLS.
 *
 * rpc_start() turns gRPC on and leads its log into ours; nothing may fork afterwards. The key must
 * fit the certificate and the certificate must come from the CA and hold now, on both sides, or
 * there is no connection. TLS 1.3 alone, in every connection of the process, in and out.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct tls_files {
    const char *key;  /* PEM, PKCS#8 */
    const char *cert; /* PEM */
    const char *ca;   /* PEM: who may have signed the peer's certificate */
};

bool rpc_start(struct err *err) MUST_CHECK;
void rpc_stop(void);

/*
 * Nobody renews a certificate by itself: the log says (certificate_ends) that it is to be done, at
 * the first look and then once a day from 30 days before its end, whatever the links do. Look as
 * often as you like; the file is read once a day. One thread.
 */
struct tls_end {
    int64_t looked_s; /* 0: not yet */
};
void tls_end_look(struct tls_end *end, const char *cert);
