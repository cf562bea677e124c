#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start and end of gRPC, and the files of its mutual TLS.
 *
 * tls_start() starts gRPC and sends its log to ours; the process must not fork afterwards. A
 * connection is made only when, on both sides, the key fits the certificate and the certificate is
 * from the CA and valid now. Every connection of the process, in and out, uses TLS 1.3.
 */
#include <stdint.h>

#include "proto/base/err.h"

struct tls_files {
    const char *key;  /* PEM, PKCS#8 */
    const char *cert; /* PEM */
    const char *ca;   /* PEM; the CA that must have signed the peer's certificate */
};

bool tls_start(struct err *err) MUST_CHECK;
void tls_stop(void);

/*
 * Certificates are not renewed automatically. The log warns (certificate_ends) when one ends within
 * 30 days: at the first call, then once a day, whether or not links are up. Call it as often as you
 * like; it reads the file once a day. One thread.
 */
struct tls_end {
    int64_t looked_s; /* time of the last look; 0: none yet */
};
void tls_end_look(struct tls_end *end, const char *cert);
