/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/rpc/probe.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/clock.h"

#define FIRST_BYTES_MAX 2048 /* of what we send */
#define TLS_HANDSHAKE 0x16   /* a record's first byte (RFC 8446, section 5.1) */
#define H2_SETTINGS 4        /* a frame's fourth byte (RFC 9113, section 6.5) */
#define H2_PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"

/* A ClientHello, made by OpenSSL into memory. Returns its size; 0 when memory is out. */
static size_t client_hello(uint8_t out[static FIRST_BYTES_MAX])
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = context ? SSL_new(context) : NULL;
    BIO *from = BIO_new(BIO_s_mem()), *to = BIO_new(BIO_s_mem());
    int size = 0;

    if (ssl && from && to && SSL_set_min_proto_version(ssl, TLS1_3_VERSION) == 1) {
        SSL_set_bio(ssl, from, to); /* ssl owns them now */
        SSL_set_connect_state(ssl);
        (void)SSL_do_handshake(ssl); /* it wants an answer, and has written the first flight */
        size = BIO_read(to, out, FIRST_BYTES_MAX);
    } else {
        BIO_free(from);
        BIO_free(to);
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    return size > 0 ? (size_t)size : 0;
}

/* The loopback address of the same family, because the listener may be on all addresses. */
static int connect_begin(const char *listen, uint16_t port)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 six = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    bool is_six = listen[0] == '[';
    int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const struct sockaddr *address = is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four;
    char host[INET_ADDRSTRLEN] = "";
    const char *colon = strrchr(listen, ':');

    if (colon && !is_six && (size_t)(colon - listen) < sizeof(host))
        memcpy(host, listen, (size_t)(colon - listen));
    if (inet_pton(AF_INET, host, &four.sin_addr) != 1 || four.sin_addr.s_addr == INADDR_ANY)
        four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, address, is_six ? sizeof(six) : sizeof(four)) != 0 &&
        errno != EINPROGRESS) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static bool wait_for(int fd, short events, int64_t until_ms)
{
    struct pollfd look = {.fd = fd, .events = events};
    int64_t left_ms = until_ms - clock_mono_ms();

    return left_ms > 0 && poll(&look, 1, (int)left_ms) == 1 && (look.revents & events);
}

/* True when the first bytes of an answer come in time. */
static bool answered(int fd, bool tls, const uint8_t *first, size_t size, int64_t until_ms)
{
    uint8_t head[4];
    size_t n = 0, wanted = tls ? 1 : sizeof(head);

    if (!wait_for(fd, POLLOUT, until_ms) || send(fd, first, size, MSG_NOSIGNAL) != (ssize_t)size)
        return false;
    while (n < wanted) {
        ssize_t got;

        if (!wait_for(fd, POLLIN, until_ms) || (got = recv(fd, head + n, wanted - n, 0)) <= 0)
            return false;
        n += (size_t)got;
    }
    return tls ? head[0] == TLS_HANDSHAKE : head[3] == H2_SETTINGS;
}

bool probe_listener(const char *listen, uint16_t port, bool tls, int64_t timeout_ms,
                    struct err *err)
{
    assert(listen && port && timeout_ms > 0);
    int64_t until_ms = clock_mono_ms() + timeout_ms;
    uint8_t first[FIRST_BYTES_MAX];
    size_t size = tls ? client_hello(first) : sizeof(H2_PREFACE) - 1;
    int fd;
    bool ok;

    if (!size)
        return err_memory(err);
    if (!tls)
        memcpy(first, H2_PREFACE, size);
    fd = connect_begin(listen, port);
    ok = fd >= 0 && answered(fd, tls, first, size, until_ms);
    if (fd >= 0)
        (void)close(fd);
    return ok || err_set(err, ERR_UNAVAILABLE, "the listener does not answer");
}
