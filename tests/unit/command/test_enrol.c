/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of init and enrol: init makes secrets that nobody else may read, and repeated it
 * prints the same and changes nothing, also after it was cut short; enrol takes the answer to this
 * node's request and no other, writes nothing when it refuses, and never replaces root keys or an
 * identity.
 */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "node/command/commands.h"
#include "proto/base/arena.h"
#include "proto/base/err.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "proto/trust/enrolment.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"
#include "proto/trust/x509.h"

static struct arena *arena;
static struct err err;
static char folder[64], dir[96], out[96], response_path[96];
static struct secret_key *root;
static struct x509_pair ca;

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

static int up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/test-enrol-XXXXXX");
    arena = arena_new((size_t)32 << 20);
    if (!random_start() || !arena || !mkdtemp(folder) || !secret_key_new(&root, &err) ||
        !x509_ca_new("demo", arena, &ca, &err))
        return -1;
    snprintf(dir, sizeof(dir), "%s/node", folder);
    snprintf(out, sizeof(out), "%s/out", folder);
    snprintf(response_path, sizeof(response_path), "%s/response.json", folder);
    return 0;
}

static int down(void **state)
{
    (void)state;
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    secret_key_free(root);
    arena_free(arena);
    return 0;
}

/* Run a command with its standard output in the file `out`; returns its exit code. */
static int run(int (*command)(int, char **), char **argv)
{
    int argc = 0, code, kept, fd;

    while (argv[argc])
        argc++;
    fflush(stdout);
    kept = dup(STDOUT_FILENO);
    fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(kept >= 0 && fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
    close(fd);
    code = command(argc, argv);
    fflush(stdout);
    assert_true(dup2(kept, STDOUT_FILENO) >= 0);
    close(kept);
    return code;
}

static int init(char *region)
{
    char *argv[] = {"init", "--dir", dir, "--region", region, "--network", "demo", NULL};

    return run(init_command, argv);
}

static int enrol(void)
{
    char *argv[] = {"enrol", "--dir", dir, response_path, NULL};

    return run(enrol_command, argv);
}

static char *text_of(const char *path)
{
    uint8_t *data;
    size_t size;

    if (!file_read(path, ENROLMENT_BYTES_MAX, arena, &data, &size, &err))
        fail_msg("%s", err.text);
    return (char *)data;
}

static char *in_dir(const char *name)
{
    return arena_printf(arena, "%s/%s", dir, name);
}

static mode_t mode_of(const char *name)
{
    struct stat info;

    assert_int_equal(stat(in_dir(name), &info), 0);
    return info.st_mode & 0777;
}

/* ---- a coordinator's operator ---- */

static void roster_sign(const struct enrolment_request *request, uint64_t version,
                        struct enrolment_response *response)
{
    Rikstal__V1__Roster roster = RIKSTAL__V1__ROSTER__INIT;
    Rikstal__V1__RosterNode node = RIKSTAL__V1__ROSTER_NODE__INIT, *nodes[] = {&node};
    Rikstal__V1__Envelope *envelope;
    uint8_t *data;

    node.node = (char *)request->region;
    node.key = (ProtobufCBinaryData){KEY_BYTES, (uint8_t *)request->key.b};
    roster.network = (char *)request->network;
    roster.version = version;
    roster.nodes = nodes;
    roster.n_nodes = 1;
    assert_true(envelope_sign_message(DOMAIN_ROSTER, &roster.base, root, arena, &envelope, &err));
    assert_true(message_pack(&envelope->base, arena, &data, &response->roster_size, &err));
    response->roster = data;
}

static const char *roots_text(const struct secret_key *key)
{
    struct root_keys roots = {.needed = 1, .n = 1};
    char path[128];

    roots.keys[0] = *secret_key_public(key);
    snprintf(path, sizeof(path), "%s/roots", folder);
    assert_true(root_keys_write(&roots, path, &err));
    return text_of(path);
}

/* The right answer to the request in the file `out`; a test may bend it before writing. */
static struct enrolment_response answer(uint64_t version)
{
    const char *text = text_of(out);
    struct enrolment_response response = {0};
    struct enrolment_request request;
    char uri[X509_URI_MAX];

    assert_true(enrolment_request_parse(text, strlen(text), arena, &request, &err));
    assert_true(x509_uri(request.network, request.region, uri, &err));
    assert_true(x509_sign_request(&ca, request.csr, uri, arena, &response.certificate, &err));
    response.network = request.network;
    response.region = request.region;
    response.key = request.key;
    response.ca = ca.cert;
    response.roots = roots_text(root);
    roster_sign(&request, version, &response);
    return response;
}

static void response_write(const struct enrolment_response *response)
{
    const char *text;

    assert_true(enrolment_response_text(response, arena, &text, &err));
    assert_true(file_write(response_path, text, strlen(text), 0644, &err));
}

/* ---- the tests ---- */

static void test_init_makes_secrets_that_nobody_else_may_read(void **state)
{
    (void)state;
    assert_int_equal(init("Skåne"), EXIT_OK);
    assert_int_equal(mode_of("keys/node.key"), 0600);
    assert_int_equal(mode_of("keys/pid.key"), 0400);
    assert_int_equal(mode_of("tls/node.key"), 0600);
    assert_int_equal(mode_of("keys"), 0700);
    assert_null(strstr(text_of(out), "secret"));
    assert_null(strstr(text_of(out), "PRIVATE"));
    assert_non_null(strstr(text_of(in_dir("node.conf")), "region = 12"));
}

static void test_init_again_prints_the_same_and_changes_nothing(void **state)
{
    char *request, *key;

    (void)state;
    assert_int_equal(init("12"), EXIT_OK);
    request = text_of(out);
    key = text_of(in_dir("keys/node.key"));
    assert_int_equal(init("M"), EXIT_OK); /* Skåne by its letter */
    assert_string_equal(text_of(out), request);
    assert_string_equal(text_of(in_dir("keys/node.key")), key);
    assert_int_equal(init("13"), EXIT_USAGE); /* another region */
    assert_string_equal(text_of(in_dir("keys/node.key")), key);
    assert_int_equal(init("99"), EXIT_USAGE); /* no region */
}

/* Let the first file operation fail, then the second, ...; the init after it finishes the work. */
static void test_an_init_that_was_cut_short_is_finished_by_the_next(void **state)
{
    struct enrolment_response response;
    bool done = false;
    int n;

    (void)state;
    for (n = 0; !done; n++) {
        snprintf(dir, sizeof(dir), "%s/node%d", folder, n);
        file_fault(n, 28 /* ENOSPC */);
        done = init("12") == EXIT_OK;
        file_fault(-1, 0);
        assert_int_equal(init("12"), EXIT_OK);
        response = answer(1);
        response_write(&response);
        assert_int_equal(enrol(), EXIT_OK); /* what it has made is whole */
        assert_true(n < 500);
    }
    assert_true(n > 10);
}

static void test_enrol_takes_the_answer_to_this_nodes_request(void **state)
{
    struct enrolment_response response;

    (void)state;
    assert_int_equal(init("12"), EXIT_OK);
    response = answer(1);
    response_write(&response);
    assert_int_equal(enrol(), EXIT_OK);
    assert_string_equal(text_of(in_dir("tls/node.crt")), response.certificate);
    assert_string_equal(text_of(in_dir("roots")), response.roots);
    assert_int_equal(enrol(), EXIT_OK); /* again: nothing else happens */
}

static void refused(const struct enrolment_response *response)
{
    response_write(response);
    assert_int_not_equal(enrol(), EXIT_OK);
    assert_false(file_exists(in_dir("tls/node.crt")));
    assert_false(file_exists(in_dir("roots")));
    assert_false(file_exists(in_dir("roster")));
}

static void test_enrol_refuses_what_does_not_fit_and_writes_nothing(void **state)
{
    struct enrolment_response right, bent;
    struct x509_pair other = {0};

    (void)state;
    assert_int_equal(init("12"), EXIT_OK);
    right = answer(1);
    bent = right;
    bent.region = "13";
    refused(&bent);
    bent = right;
    bent.key.b[0] ^= 1;
    refused(&bent);
    bent = right;
    bent.ca = NULL;
    assert_true(x509_ca_new("demo", arena, &other, &err));
    bent.ca = other.cert;
    refused(&bent);
    bent = right;
    bent.roster_size--;
    refused(&bent);
    bent = right;
    bent.certificate = ca.cert; /* of another key */
    refused(&bent);
}

static void test_root_keys_are_not_replaced_and_the_roster_does_not_go_back(void **state)
{
    struct enrolment_response response;
    struct secret_key *first;

    (void)state;
    assert_int_equal(init("12"), EXIT_OK);
    response = answer(2);
    response_write(&response);
    assert_int_equal(enrol(), EXIT_OK);
    assert_int_equal(init("12"), EXIT_OK);
    response = answer(1); /* an older roster */
    response_write(&response);
    assert_int_equal(enrol(), EXIT_REFUSED);
    first = root;
    assert_true(secret_key_new(&root, &err));
    assert_int_equal(init("12"), EXIT_OK);
    response = answer(3); /* signed by new root keys, all of it right in itself */
    response_write(&response);
    assert_int_equal(enrol(), EXIT_REFUSED);
    secret_key_free(first);
}

#define ENROL_TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENROL_TEST(test_init_makes_secrets_that_nobody_else_may_read),
        ENROL_TEST(test_init_again_prints_the_same_and_changes_nothing),
        ENROL_TEST(test_an_init_that_was_cut_short_is_finished_by_the_next),
        ENROL_TEST(test_enrol_takes_the_answer_to_this_nodes_request),
        ENROL_TEST(test_enrol_refuses_what_does_not_fit_and_writes_nothing),
        ENROL_TEST(test_root_keys_are_not_replaced_and_the_roster_does_not_go_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
