/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/api/caller.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "coordinator/api/route.h"
#include "coordinator/ask/roster_cache.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/trust/access.h"

#define SCHEME "Rikstal "
#define ARENA_BYTES ((size_t)256 << 10) /* a token and the certificate in it */

static bool check(const struct route_owner *owner, const char *token, struct arena *arena,
                  struct caller *out, struct err *err)
{
    struct roster_view view = {.roster = roster_cache_read(owner->roster_cache),
                               .now_s = clock_wall_s()};
    const char *organisation;
    bool ok = access_check(token, roster_cache_roots(owner->roster_cache), view, arena,
                           &organisation, err);

    roster_cache_done(owner->roster_cache);
    if (ok && snprintf(out->organisation, sizeof(out->organisation), "%s", organisation) >=
                  (int)sizeof(out->organisation))
        ok = err_set(err, ERR_INVALID, "the organisation's id is too long");
    return ok;
}

bool caller_find(const struct route_owner *owner, const struct exchange_request *request,
                 struct caller *out, struct exchange_response *response)
{
    assert(owner && request && out && response);
    const char *header = request->authorization;
    struct arena *arena;
    struct err err;
    bool ok;

    if (!header || strncmp(header, SCHEME, strlen(SCHEME)) != 0) {
        route_problem(response, "access",
                      "send Authorization: Rikstal TOKEN, with a token of `rikstal token`");
        return false;
    }
    arena = arena_new(ARENA_BYTES);
    ok = arena ? check(owner, header + strlen(SCHEME), arena, out, &err) : err_memory(&err);
    arena_free(arena);
    if (!ok)
        route_problem(response, err.code == ERR_INTERNAL ? "internal" : "access", err.text);
    return ok;
}
