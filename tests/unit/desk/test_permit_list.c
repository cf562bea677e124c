/* SPDX-License-Identifier: Apache-2.0 */
/* A permit of the list may be named, as a whole line; every other is refused, and so is a list that
 * cannot be read. */
#include "tests/unit/refused.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "coordinator/desk/permit_list.h"

static void write_list(const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void test_which_may_be_named(void **state)
{
    char path[] = "/tmp/rikstal-permits-XXXXXX", *large = malloc(PERMIT_LIST_BYTES_MAX + 1);
    struct desk desk = {.is = {.permits = NULL}};
    struct err err;

    (void)state;
    assert_non_null(large);
    close(mkstemp(path));
    assert_true(permit_list_check(&desk, "P-9", &err)); /* a desk of one person */
    desk.is.permits = path;
    write_list(path, "P-1\nP-22\n", 9);
    assert_true(permit_list_check(&desk, "", &err));
    assert_true(permit_list_check(&desk, "P-1", &err));
    assert_true(permit_list_check(&desk, "P-22", &err));
    assert_refused(permit_list_check(&desk, "P-2", &err), &err, ERR_DENIED);
    assert_refused(permit_list_check(&desk, "P-222", &err), &err, ERR_DENIED);
    write_list(path, "", 0);
    assert_refused(permit_list_check(&desk, "P-1", &err), &err, ERR_DENIED);
    memset(large, '\n', PERMIT_LIST_BYTES_MAX + 1);
    memcpy(large, "P-1", 3);
    write_list(path, large, PERMIT_LIST_BYTES_MAX);
    assert_true(permit_list_check(&desk, "P-1", &err));
    write_list(path, large, PERMIT_LIST_BYTES_MAX + 1);
    assert_refused(permit_list_check(&desk, "P-1", &err), &err, ERR_INVALID);
    unlink(path);
    assert_refused_either(permit_list_check(&desk, "P-1", &err), &err, ERR_INVALID, ERR_INTERNAL);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_which_may_be_named)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
