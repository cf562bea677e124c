/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/terms/fasta_bench.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int fasta_bench_text(const char *text)
{
    int fd = memfd_create("text", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}
