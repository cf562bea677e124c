/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the probe: a listener that answers is found alive, with TLS and without; one that
 * accepts and says nothing, one that speaks something else, and a closed port are not, in the time
 * that was given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/rpc/probe.h"
#include "tests/unit/refused.h"

#define TIMEOUT_MS 300

/* A listener that says these bytes to whoever connects. */
struct speaker {
    int fd;
    uint16_t port;
    const void *bytes;
    size_t size;
    pthread_t thread;
};

static void *speak(void *owner)
{
    struct speaker *speaker = owner;
    int fd = accept(speaker->fd, NULL, NULL);
    char byte;

    if (fd < 0)
        return NULL;
    if (speaker->size)
        assert_int_equal(send(fd, speaker->bytes, speaker->size, MSG_NOSIGNAL), speaker->size);
    while (recv(fd, &byte, 1, 0) > 0) /* until the probe hangs up */
        ;
    close(fd);
    return NULL;
}

static void speaker_up(struct speaker *speaker, const void *bytes, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);

    *speaker = (struct speaker){.bytes = bytes, .size = size};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    speaker->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(speaker->fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(speaker->fd, 4), 0);
    assert_int_equal(getsockname(speaker->fd, (struct sockaddr *)&address, &length), 0);
    speaker->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&speaker->thread, NULL, speak, speaker), 0);
}

static void speaker_down(struct speaker *speaker)
{
    pthread_join(speaker->thread, NULL);
    close(speaker->fd);
}

static void test_one_that_answers_is_alive(void **state)
{
    static const uint8_t settings[] = {0, 0, 0, 4, 0, 0, 0, 0, 0}, record[] = {0x16, 3, 3, 0, 1, 2};
    struct speaker speaker;
    struct err err;

    (void)state;
    speaker_up(&speaker, settings, sizeof(settings));
    assert_true(probe_listener("127.0.0.1:0", speaker.port, false, TIMEOUT_MS, &err));
    speaker_down(&speaker);
    speaker_up(&speaker, record, sizeof(record));
    assert_true(probe_listener("0.0.0.0:0", speaker.port, true, TIMEOUT_MS, &err));
    speaker_down(&speaker);
}

static void test_one_that_is_silent_or_something_else_is_not(void **state)
{
    int64_t from_ms = clock_mono_ms();
    struct speaker speaker;
    struct err err;

    (void)state;
    for (int tls = 0; tls < 2; tls++) {
        speaker_up(&speaker, "", 0);
        assert_refused(probe_listener("127.0.0.1:0", speaker.port, tls, TIMEOUT_MS, &err), &err,
                       ERR_UNAVAILABLE);
        speaker_down(&speaker);
        speaker_up(&speaker, "HTTP/1.1 400 no\r\n", 17);
        assert_refused(probe_listener("127.0.0.1:0", speaker.port, tls, TIMEOUT_MS, &err), &err,
                       ERR_UNAVAILABLE);
        speaker_down(&speaker);
    }
    assert_true(clock_mono_ms() - from_ms >= 2 * TIMEOUT_MS); /* the silent ones were waited for */
}

static void test_a_closed_port_is_not(void **state)
{
    struct speaker speaker;
    struct err err;

    (void)state;
    speaker_up(&speaker, "", 0);
    shutdown(speaker.fd, SHUT_RDWR);
    speaker_down(&speaker);
    assert_refused(probe_listener("127.0.0.1:0", speaker.port, true, TIMEOUT_MS, &err), &err,
                   ERR_UNAVAILABLE);
    assert_refused(probe_listener("[::1]:0", speaker.port, true, TIMEOUT_MS, &err), &err,
                   ERR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_that_answers_is_alive),
        cmocka_unit_test(test_one_that_is_silent_or_something_else_is_not),
        cmocka_unit_test(test_a_closed_port_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
