/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of core: an error of ours becomes a status and comes back as the same error; "gone"
 * has more than one status and one error; whole numbers are cut to what gRPC takes.
 */
#include "proto/rpc/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_an_error_survives_its_way_as_a_status(void **state)
{
    static const enum err_code codes[] = {ERR_INVALID, ERR_DENIED, ERR_EXHAUSTED, ERR_UNAVAILABLE,
                                          ERR_INTERNAL};

    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        struct err sent = {.code = codes[i]}, back;

        core_status_err(core_err_status(&sent), "why", &back);
        assert_int_equal(back.code, codes[i]);
        assert_non_null(strstr(back.text, "why"));
    }
}

static void test_in_order_is_no_error(void **state)
{
    struct err none = {.code = ERR_NONE}, back;

    (void)state;
    assert_int_equal(core_err_status(&none), GRPC_STATUS_OK);
    core_status_err(GRPC_STATUS_OK, "ignored", &back);
    assert_int_equal(back.code, ERR_NONE);
    assert_string_equal(back.text, "");
}

static void test_gone_is_gone_however_it_is_said(void **state)
{
    static const grpc_status_code gone[] = {GRPC_STATUS_CANCELLED, GRPC_STATUS_UNAVAILABLE,
                                            GRPC_STATUS_DEADLINE_EXCEEDED};
    struct err err;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        core_status_err(gone[i], "", &err);
        assert_int_equal(err.code, ERR_UNAVAILABLE);
    }
    core_status_err(GRPC_STATUS_UNIMPLEMENTED, "", &err);
    assert_int_equal(err.code, ERR_INVALID);
    core_status_err(GRPC_STATUS_UNAUTHENTICATED, "", &err);
    assert_int_equal(err.code, ERR_DENIED);
    core_status_err(GRPC_STATUS_DATA_LOSS, "", &err);
    assert_int_equal(err.code, ERR_INTERNAL);
}

static void test_numbers_are_cut_to_what_grpc_takes(void **state)
{
    (void)state;
    assert_int_equal(core_arg_int("k", 1000).value.integer, 1000);
    assert_int_equal(core_arg_int("k", INT64_MAX).value.integer, INT32_MAX);
    assert_int_equal(gpr_time_cmp(core_after(-1), core_forever()), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_error_survives_its_way_as_a_status),
        cmocka_unit_test(test_in_order_is_no_error),
        cmocka_unit_test(test_gone_is_gone_however_it_is_said),
        cmocka_unit_test(test_numbers_are_cut_to_what_grpc_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
