/* SPDX-License-Identifier: Apache-2.0 */
/* A discovery document is of its issuer, and leads to addresses that may be called. */
#include "tests/unit/refused.h"

#include "coordinator/login/metadata.h"
#include "proto/base/json.h"

#define DOCUMENT(issuer, token, more)                                                              \
    "{\"issuer\":\"" issuer "\",\"authorization_endpoint\":\"https://idp/auth\","                  \
    "\"token_endpoint\":\"" token "\",\"jwks_uri\":\"https://idp/jwks\"" more "}"

static bool reads(const char *text, struct metadata **out, struct err *err)
{
    cJSON *root = NULL;
    bool ok = json_parse(text, strlen(text), 4096, &root, err) &&
              metadata_read(root, "https://idp", out, err);

    cJSON_Delete(root);
    return ok;
}

static void test_what_it_says(void **state)
{
    struct metadata *metadata = NULL;
    struct err err;

    (void)state;
    assert_true(reads(DOCUMENT("https://idp", "https://idp/token", ""), &metadata, &err));
    assert_string_equal(metadata->token, "https://idp/token");
    assert_null(metadata->userinfo);
    assert_false(metadata->tells_issuer);
    metadata_free(metadata);
    assert_true(reads(DOCUMENT("https://idp", "https://idp/token",
                               ",\"userinfo_endpoint\":\"https://idp/me\","
                               "\"code_challenge_methods_supported\":[\"plain\",\"S256\"],"
                               "\"authorization_response_iss_parameter_supported\":true"),
                      &metadata, &err));
    assert_string_equal(metadata->userinfo, "https://idp/me");
    assert_true(metadata->tells_issuer);
    metadata_free(metadata);
}

static void test_what_is_refused(void **state)
{
    static const char *const rows[][2] = {
        {DOCUMENT("https://idp/", "https://idp/token", ""), "another issuer"},
        {"{}", "another issuer"},
        {DOCUMENT("https://idp", "http://idp/token", ""), "token_endpoint"},
        {DOCUMENT("https://idp", "file:///etc/passwd", ""), "token_endpoint"},
        {DOCUMENT("https://idp", "https://idp/token", ",\"userinfo_endpoint\":7"),
         "userinfo_endpoint"},
        {DOCUMENT("https://idp", "https://idp/token",
                  ",\"code_challenge_methods_supported\":[\"plain\"]"),
         "S256"},
        {"{\"issuer\":\"https://idp\"}", "authorization_endpoint"},
    };
    struct metadata *metadata = NULL;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_refused_for(reads(rows[i][0], &metadata, &err), &err, ERR_INVALID, rows[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_says),
        cmocka_unit_test(test_what_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
