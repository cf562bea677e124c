/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/desk/permit_list.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/file.h"

static bool has(const char *list, const char *permit)
{
    size_t length = strlen(permit);

    for (const char *at = list; *at; at += strcspn(at, "\n"), at += *at == '\n')
        if (strcspn(at, "\n") == length && memcmp(at, permit, length) == 0)
            return true;
    return false;
}

bool permit_list_check(const struct desk *desk, const char *permit, struct err *err)
{
    assert(desk && permit);
    struct arena *arena;
    uint8_t *data;
    size_t size;
    bool ok;

    if (!*permit || !desk->is.permits)
        return true;
    arena = arena_new(2 * PERMIT_LIST_BYTES_MAX);
    if (!arena)
        return err_memory(err);
    ok = file_read(desk->is.permits, PERMIT_LIST_BYTES_MAX, arena, &data, &size, err) &&
         (has((const char *)data, permit) ||
          err_set(err, ERR_DENIED, "your log-in does not give you this permit"));
    arena_free(arena);
    return ok;
}
