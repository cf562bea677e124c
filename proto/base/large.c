/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/base/large.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

void *large_new(size_t size)
{
    assert(size > 0 && size <= SIZE_MAX - LARGE_PAGE);
    size_t whole = (size + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
    void *memory;

    if (size < LARGE_PAGE)
        return malloc(size);
    memory = aligned_alloc(LARGE_PAGE, whole);
    if (memory)
        (void)madvise(memory, whole, MADV_HUGEPAGE); /* it is as good without, but slower */
    return memory;
}
