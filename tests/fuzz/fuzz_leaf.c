/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that are read as an audit leaf are written back as the very same bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "node/audit/leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = {0};
    struct leaf leaf;
    struct err err;

    if (!leaf_read(data, size, &leaf, &err))
        return 0;
    leaf_write(&leaf, &bytes);
    if (!bytes.failed && (bytes.size != size || memcmp(bytes.data, data, size) != 0))
        abort();
    bytes_clear(&bytes);
    return 0;
}
