/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a trial's protocol: it is refused with its mistakes, or its steps are all of one
 * question that reads back as it was printed.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/printable.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "proto/query/protocol.h"

#define ARENA_BYTES ((size_t)16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show_what_is_wrong(const struct diagnostics *found)
{
    struct bytes out = {0};

    assert(found->n > 0);
    for (uint32_t i = 0; i < found->n && i < DIAGNOSTICS_MAX; i++)
        diagnostic_print(found, &found->list[i], &out);
    bytes_clear(&out);
}

static void check(const struct protocol *protocol, struct arena *arena)
{
    uint32_t at = 0;
    struct ast again;
    struct err err;

    if (!parse_text(protocol->question, arena, &again, &err) ||
        !print_same(protocol->ast.root, again.root))
        abort();
    for (uint32_t i = 0; i < protocol->n_steps; i++) {
        struct ast_node step = shape_step_node(again.root, at, protocol->step[i].operands);

        if (!printable(protocol->step[i].name) || step.kind == AST_ALL)
            abort();
        at += protocol->step[i].operands;
    }
    if (at != (again.root->kind == AST_AND ? again.root->n_children : 1))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct protocol protocol;
    struct diagnostics found;

    if (!arena)
        return 0;
    if (protocol_read(size ? (const char *)data : "", size, NULL, arena, &protocol, &found))
        check(&protocol, arena);
    else
        show_what_is_wrong(&found);
    arena_free(arena);
    return 0;
}
