/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body that a page, a script or a door posts to a desk: what is taken keeps its limits; a tree
 * that is taken becomes a text which the parser reads or refuses, with places within it.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "coordinator/desk/desk.h"
#include "coordinator/desk/form.h"
#include "coordinator/desk/tree.h"
#include "coordinator/desk/utf16.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"
#include "proto/query/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void as_form(const cJSON *root, struct arena *arena)
{
    struct form form;
    struct err err;

    if (!form_read(root, arena, &form, &err))
        return;
    assert(strlen(form.text) <= AST_TEXT_MAX);
    assert(!form.protocol || !*form.text);
    assert(form.wait_s >= 1 && form.wait_s <= FORM_WAIT_MOST_S);
    assert(form.compose.measure && form.compose.permit);
}

static void as_tree(const cJSON *root, struct arena *arena)
{
    struct bytes text = {0};
    struct diagnostics found;
    struct ast ast;
    struct err err;

    if (tree_text(root, &text, &err) && text.size) {
        const char *start = (const char *)text.data;

        if (parse(start, text.size, arena, &ast, &found))
            assert(ast.n_nodes <= AST_NODES_MAX);
        else
            assert(utf16_units(start, text.size, found.list[0].from) <= text.size);
    }
    bytes_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(16 << 20);
    struct err err;
    cJSON *root;

    if (json_parse((const char *)data, size, DESK_BODY_BYTES, &root, &err)) {
        as_form(root, arena);
        as_tree(root, arena);
        as_tree(json_object(root, "ast"), arena);
        cJSON_Delete(root);
    }
    arena_free(arena);
    return 0;
}
