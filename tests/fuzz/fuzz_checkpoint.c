/* SPDX-License-Identifier: Apache-2.0 */
/* No text is a checkpoint of a key that never signed one, and none breaks the reader. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/tlog/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[32] = {1};
    struct checkpoint checkpoint;
    char *note = malloc(size + 1);
    struct err err;
    int64_t time_s;

    if (!note)
        return 0;
    if (size)
        memcpy(note, data, size);
    note[size] = 0;
    if (checkpoint_verify(note, "rikstal.example/region-12", key, &checkpoint, &err) ||
        checkpoint_verify_cosignature(note, note, "w", key, &time_s, &err))
        abort();
    free(note);
    return 0;
}
