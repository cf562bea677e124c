#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a listener of this machine still answers new connections. gRPC's listener may stop for
 * good when descriptors run out, with the process alive (reference: reliability, fact 1), so the
 * process connects to itself.
 *
 * A probe sends the beginning of a TLS or HTTP/2 conversation, waits for the first bytes of the
 * answer, and hangs up. Any thread.
 */
#include <stdint.h>

#include "proto/base/err.h"

/*
 * listen is the address that was listened on, with any port; port is the bound one.
 * ERR_UNAVAILABLE when no answer has come in timeout_ms.
 */
bool probe_listener(const char *listen, uint16_t port, bool tls, int64_t timeout_ms,
                    struct err *err) MUST_CHECK;
