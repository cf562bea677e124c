/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of keys: a key written is the key read, a file that others may read or that is no
 * key file is refused, a key that is there is never replaced, and what one key signs no other
 * verifies.
 */
#include "proto/trust/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/file.h"
#include "proto/base/random.h"
#include "tests/unit/refused.h"

static char folder[] = "/tmp/test-keys-XXXXXX";
static char path[64];

static int folder_up(void **state)
{
    (void)state;
    if (!random_start() || !mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/key", folder);
    return 0;
}

static int folder_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static int path_clear(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static void put(const char *text, mode_t mode)
{
    struct err err;

    assert_true(file_write(path, text, strlen(text), mode, &err));
}

static void test_a_secret_key_survives_its_file(void **state)
{
    struct secret_key *key, *back;
    uint8_t one[KEY_SIGNATURE_BYTES], other[KEY_SIGNATURE_BYTES];
    struct stat info;
    struct err err;

    (void)state;
    assert_true(secret_key_new(&key, &err));
    assert_true(secret_key_write(key, path, &err));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(secret_key_read(path, &back, &err));
    assert_true(public_key_same(secret_key_public(key), secret_key_public(back)));
    secret_key_sign(key, (const uint8_t *)"m", 1, one);
    secret_key_sign(back, (const uint8_t *)"m", 1, other);
    assert_memory_equal(one, other, sizeof(one));
    assert_refused(secret_key_write(key, path, &err), &err, ERR_INVALID); /* never replaced */
    secret_key_free(key);
    secret_key_free(back);
    secret_key_free(NULL);
}

/* RFC 8032, 7.1, test 2. */
static void test_signatures_are_those_of_rfc_8032(void **state)
{
    static const uint8_t expected[] = {
        0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f,
        0x64, 0x25, 0x40, 0xa2, 0xb2, 0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76,
        0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda, 0x08, 0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99,
        0x6e, 0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c, 0x38, 0x7b, 0x2e, 0xae,
        0xb4, 0x30, 0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00};
    uint8_t signature[KEY_SIGNATURE_BYTES];
    struct secret_key *key;
    struct err err;

    (void)state;
    put("rikstal-secret-v1 4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb\n",
        0600);
    assert_true(secret_key_read(path, &key, &err));
    secret_key_sign(key, (const uint8_t *)"\x72", 1, signature);
    assert_memory_equal(signature, expected, sizeof(expected));
    secret_key_free(key);
}

static void test_a_secret_that_others_may_read_is_refused(void **state)
{
    static const mode_t modes[] = {0640, 0604, 0610, 0666};
    uint8_t out[KEY_BYTES];
    struct err err;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        put("rikstal-secret-v1 "
            "0000000000000000000000000000000000000000000000000000000000000001\n",
            0600);
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_refused(keys_read_secret(path, out, &err), &err, ERR_DENIED);
    }
}

static void test_what_is_no_key_file_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "rikstal-secret-v1 ",
        "rikstal-secret-v1 00",
        "rikstal-public-v1 0000000000000000000000000000000000000000000000000000000000000001\n",
        "rikstal-secret-v1 000000000000000000000000000000000000000000000000000000000000000g\n",
        "rikstal-secret-v1 000000000000000000000000000000000000000000000000000000000000001\n",
        "rikstal-secret-v1 0000000000000000000000000000000000000000000000000000000000000001\n\n",
        "rikstal-secret-v1  000000000000000000000000000000000000000000000000000000000000001\n"};
    struct secret_key *key = NULL;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        put(texts[i], 0600);
        assert_refused(secret_key_read(path, &key, &err), &err, ERR_INVALID);
        assert_null(key);
        assert_null(strstr(err.text, "0000000")); /* no part of a secret in an error */
    }
}

static void test_a_public_key_survives_its_file_and_has_an_id(void **state)
{
    struct public_key back;
    struct secret_key *key;
    struct key_id id, other;
    struct err err;

    (void)state;
    assert_true(secret_key_new(&key, &err));
    assert_true(public_key_write(secret_key_public(key), path, &err));
    assert_true(public_key_read(path, &back, &err));
    assert_true(public_key_same(&back, secret_key_public(key)));
    public_key_id(&back, &id);
    back.b[0] ^= 1;
    public_key_id(&back, &other);
    assert_memory_not_equal(id.b, other.b, KEY_ID_BYTES);
    assert_refused(secret_key_read(path, &key, &err), &err,
                   ERR_DENIED); /* a public key is no secret */
    secret_key_free(key);
}

static void test_a_failed_write_leaves_no_half_key(void **state)
{
    struct secret_key *key;
    struct err err;
    bool done = false;

    (void)state;
    assert_true(secret_key_new(&key, &err));
    for (int n = 0; !done; n++) {
        file_fault(n, 28 /* ENOSPC */);
        done = secret_key_write(key, path, &err);
        file_fault(-1, 0);
        if (!done && file_exists(path)) { /* only the folder's sync had still to come */
            struct secret_key *back;

            assert_true(secret_key_read(path, &back, &err));
            secret_key_free(back);
            unlink(path);
        }
        assert_true(n < 50);
    }
    secret_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_secret_key_survives_its_file, path_clear),
        cmocka_unit_test_setup(test_signatures_are_those_of_rfc_8032, path_clear),
        cmocka_unit_test_setup(test_a_secret_that_others_may_read_is_refused, path_clear),
        cmocka_unit_test_setup(test_what_is_no_key_file_is_refused, path_clear),
        cmocka_unit_test_setup(test_a_public_key_survives_its_file_and_has_an_id, path_clear),
        cmocka_unit_test_setup(test_a_failed_write_leaves_no_half_key, path_clear),
    };

    return cmocka_run_group_tests(tests, folder_up, folder_down);
}
