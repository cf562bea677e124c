/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/pointer.h"

#include <assert.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"

#define FILE_BYTES (2 * POINTER_HASH_BYTES + 1)
#define READ_BYTES_MAX (FILE_BYTES + 1) /* so that a longer file is seen to be one */

static bool parse(uint8_t *data, size_t size, uint8_t hash[static POINTER_HASH_BYTES])
{
    if (size != FILE_BYTES || data[FILE_BYTES - 1] != '\n')
        return false;
    data[FILE_BYTES - 1] = 0;
    return bytes_from_hex((const char *)data, hash, POINTER_HASH_BYTES);
}

bool pointer_read(const char *path, uint8_t hash[static POINTER_HASH_BYTES], bool *found,
                  struct err *err)
{
    assert(path && hash && found);
    struct arena *arena;
    uint8_t *data;
    size_t size;
    bool ok;

    *found = file_exists(path);
    if (!*found)
        return true;
    arena = arena_new(4096);
    if (!arena)
        return err_memory(err);
    ok = file_read(path, READ_BYTES_MAX, arena, &data, &size, err) &&
         (parse(data, size, hash) ||
          err_set(err, ERR_INTERNAL, "%s does not name a snapshot", path));
    arena_free(arena);
    return ok;
}

bool pointer_write(const char *path, const uint8_t hash[static POINTER_HASH_BYTES], struct err *err)
{
    assert(path && hash);
    char text[FILE_BYTES + 1];

    bytes_to_hex(hash, POINTER_HASH_BYTES, text);
    text[FILE_BYTES - 1] = '\n';
    return file_write(path, text, FILE_BYTES, 0600, err);
}
