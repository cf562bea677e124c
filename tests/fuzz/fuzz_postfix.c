/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a packed Question: its list must be refused, or be a question that text could have
 * given: printed and parsed it is the same, and encoded again it is the same list.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "proto/query/wire.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define PACKED_MAX ((size_t)64 << 10) /* an envelope is no larger */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct ast *ast, Rikstal__V1__Op *const *ops, size_t n, struct arena *arena)
{
    struct diagnostics found;
    struct bytes text = {0};
    struct wire_list list;
    struct ast again;
    struct err err;

    print(ast, &text);
    if (!parse((const char *)text.data, text.size, arena, &again, &found) ||
        !print_same(ast->root, again.root))
        abort();
    if (!wire_encode(&again, arena, &list, &err) || list.n != n)
        abort();
    for (size_t i = 0; i < n; i++)
        if (list.ops[i]->kind != ops[i]->kind || list.ops[i]->n_values != ops[i]->n_values)
            abort();
    bytes_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Rikstal__V1__Question *question;
    struct ast_value change;
    struct arena *arena;
    struct ast ast;
    struct err err;

    if (size > PACKED_MAX)
        return 0;
    question = rikstal__v1__question__unpack(NULL, size, data);
    arena = question ? arena_new(ARENA_BYTES) : NULL;
    if (arena) {
        if (wire_decode(question->criterion, question->n_criterion, arena, &ast, &err))
            check(&ast, question->criterion, question->n_criterion, arena);
        else
            assert(err.code == ERR_INVALID);
        for (size_t i = 0; i < question->n_changes && i < 100; i++)
            if (wire_decode_change(question->changes[i], arena, &change, &err))
                assert(change.kind == VALUE_CHANGE);
        arena_free(arena);
    }
    if (question)
        rikstal__v1__question__free_unpacked(question, NULL);
    return 0;
}
