/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which keys of a JWKS count: public, for signatures, of the three algorithms, within the limits.
 */
#include "tests/unit/refused.h"

#include "coordinator/login/key_set.h"
#include "tests/unit/login/signer.h"

#define X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" /* RFC 8037, appendix A.2 */
#define ED(more) "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "\"" more "}"

static bool reads(const char *text, struct err *err)
{
    struct key_set *set = NULL;
    bool ok = key_set_read(text, strlen(text), &set, err);

    key_set_free(set);
    return ok;
}

static void test_what_is_a_key(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"{\"keys\":[" ED("") "]}", true},
        {"{\"keys\":[" ED(",\"use\":\"sig\",\"alg\":\"EdDSA\",\"kid\":\"d\"") "]}", true},
        {"{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}," ED("") "]}", true},
        {"{\"keys\":[" ED(",\"use\":\"enc\"") "]}", false},
        {"{\"keys\":[" ED(",\"alg\":\"RS256\"") "]}", false},
        {"{\"keys\":[" ED(",\"d\":\"AAAA\"") "]}", false}, /* a secret half that was let out */
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}]}", false},
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" X "\"}]}", false},
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}", false},
        {"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", false}, /* few bits */
        {"{\"keys\":[]}", false},
        {"{\"keys\":{}}", false},
        {"{}", false},
        {"{\"keys\":[" ED("") "]", false},
        {"{\"keys\":[" ED("") "],\"keys\":[]}", false},
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (reads(rows[i].text, &err) != rows[i].good)
            fail_msg("row %zu", i);
    assert_refused(reads("{}", &err), &err, ERR_INVALID);
}

/* RSA of 1024 bits is refused though cjose would take it. */
static void test_short_rsa_is_no_key(void **state)
{
    cjose_jwk_t *jwk = cjose_jwk_create_RSA_random(1024, (const uint8_t *)"\1\0\1", 3, NULL);
    char *one = cjose_jwk_to_json(jwk, false, NULL), text[4096];
    struct err err;

    (void)state;
    snprintf(text, sizeof(text), "{\"keys\":[%s]}", one);
    assert_refused_for(reads(text, &err), &err, ERR_INVALID, "2048");
    free(one);
    cjose_jwk_release(jwk);
}

/* Without a name the set must have one key of the kind; KEY_SET_KEYS_MAX keys and one more. */
static void test_how_many(void **state)
{
    char text[KEY_SET_KEYS_MAX * 160];
    struct key_signed token = {.text = "a.b.c", .size = 5, .algorithm = KEY_EDDSA};
    struct key_set *set;
    struct err err;
    bool known;

    (void)state;
    for (size_t n = 1; n <= KEY_SET_KEYS_MAX + 1; n++) {
        size_t at = (size_t)snprintf(text, sizeof(text), "{\"keys\":[");

        for (size_t i = 0; i < n; i++)
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s" ED(",\"kid\":\"%zu\""),
                                   i ? "," : "", i);
        snprintf(text + at, sizeof(text) - at, "]}");
        if (n > KEY_SET_KEYS_MAX) {
            assert_refused_for(reads(text, &err), &err, ERR_INVALID, "more than");
            continue;
        }
        assert_true(key_set_read(text, strlen(text), &set, &err));
        token.kid = NULL;
        assert_refused(key_set_verify(set, &token, &known, &err), &err, ERR_DENIED);
        assert_int_equal(known, n == 1);
        token.kid = "0";
        assert_refused(key_set_verify(set, &token, &known, &err), &err, ERR_DENIED);
        assert_true(known);
        key_set_free(set);
    }
}

/* A name of KEY_SET_KID_MAX bytes is one, a longer one is no key; a document of KEY_SET_BYTES_MAX.
 */
static void test_sizes_at_the_limit_and_one_past(void **state)
{
    char kid[KEY_SET_KID_MAX + 2], text[1024], *large = malloc(KEY_SET_BYTES_MAX + 2);
    struct key_set *set = NULL;
    struct err err;

    (void)state;
    memset(kid, 'k', sizeof(kid));
    kid[KEY_SET_KID_MAX] = 0;
    snprintf(text, sizeof(text), "{\"keys\":[" ED(",\"kid\":\"%s\"") "]}", kid);
    assert_true(reads(text, &err));
    kid[KEY_SET_KID_MAX] = 'k';
    kid[KEY_SET_KID_MAX + 1] = 0;
    snprintf(text, sizeof(text), "{\"keys\":[" ED(",\"kid\":\"%s\"") "]}", kid);
    assert_refused(reads(text, &err), &err, ERR_INVALID);
    assert_non_null(large);
    memset(large, ' ', KEY_SET_BYTES_MAX + 1);
    memcpy(large, "{\"keys\":[" ED("") "]}", strlen("{\"keys\":[" ED("") "]}"));
    assert_true(key_set_read(large, KEY_SET_BYTES_MAX, &set, &err));
    key_set_free(set);
    assert_refused(key_set_read(large, KEY_SET_BYTES_MAX + 1, &set, &err), &err, ERR_INVALID);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_a_key),
        cmocka_unit_test(test_short_rsa_is_no_key),
        cmocka_unit_test(test_how_many),
        cmocka_unit_test(test_sizes_at_the_limit_and_one_past),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
