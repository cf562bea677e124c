#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of references share: texts as open files. A failure here ends the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/base/err.h"

/* A file without a name that holds the text, at its beginning; from the caller to close. */
int fasta_bench_text(const char *text);
