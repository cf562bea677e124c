/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the text of a question: the parser must accept or refuse, and what it accepts must
 * survive printing, the wire, the echo and canonical bytes. Completions may be asked for anywhere.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/canon.h"
#include "proto/query/complete.h"
#include "proto/query/explain.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "proto/query/wire.h"

#define ARENA_BYTES ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show_what_is_wrong(const struct diagnostics *found)
{
    struct bytes out = {0};

    assert(found->n > 0);
    for (uint32_t i = 0; i < found->n && i < DIAGNOSTICS_MAX; i++) {
        assert(found->list[i].from <= found->list[i].to);
        diagnostic_print(found, &found->list[i], &out);
    }
    bytes_clear(&out);
}

static struct bytes canon_of(const struct ast *ast)
{
    struct bytes out = {0};
    struct err err;

    if (!canon_criterion(ast, &out, &err))
        abort();
    return out;
}

static void assert_same_canon(const struct ast *a, const struct ast *b)
{
    struct bytes first = canon_of(a), second = canon_of(b);

    if (first.size != second.size || memcmp(first.data, second.data, first.size) != 0)
        abort();
    bytes_clear(&first);
    bytes_clear(&second);
}

static void check(const struct ast *ast, struct arena *arena)
{
    struct bytes text = {0}, echo = {0};
    struct diagnostics found;
    struct wire_list list;
    struct ast again, back;
    struct err err;

    print(ast, &text);
    if (!parse((const char *)text.data, text.size, arena, &again, &found) ||
        !print_same(ast->root, again.root))
        abort();
    if (!wire_encode(ast, arena, &list, &err) ||
        !wire_decode(list.ops, list.n, arena, &back, &err) || !print_same(ast->root, back.root))
        abort();
    assert_same_canon(ast, &back);
    explain(ast, LANGUAGE_ENGLISH, &echo);
    explain(ast, LANGUAGE_SWEDISH, &echo);
    bytes_clear(&echo);
    bytes_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    const char *text = size ? (const char *)data : "";
    struct completions completions;
    struct diagnostics found;
    struct ast ast;

    if (!arena)
        return 0;
    if (parse(text, size, arena, &ast, &found))
        check(&ast, arena);
    else
        show_what_is_wrong(&found);
    complete(text, size, (uint32_t)(size / 2), &completions);
    complete(text, size, (uint32_t)size, &completions);
    arena_free(arena);
    return 0;
}
