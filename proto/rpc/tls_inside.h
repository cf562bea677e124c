#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For proto/rpc only: the credentials that tls.c makes of the files of tls.h.
 */
#include <grpc/grpc_security.h>

#include "proto/base/err.h"
#include "proto/rpc/tls.h"

struct tls_store; /* the server's files, read again when they change */

bool tls_store_open(const struct tls_files *files, struct tls_store **out,
                    struct err *err) MUST_CHECK;
void tls_store_close(struct tls_store *store);
/* The store must outlive the server. */
grpc_server_credentials *tls_server_credentials(struct tls_store *store);
bool tls_channel_credentials(const struct tls_files *files, grpc_channel_credentials **out,
                             struct err *err) MUST_CHECK;
