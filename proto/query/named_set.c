/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/named_set.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/print.h"

struct named_library {
    struct shelved {
        const char *name;
        uint32_t version;
        const char *text;
        size_t length;
    } * entries;
    size_t n;
    size_t room;
    struct arena *arena;
    struct err *err;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool named_set_read(const char *text, size_t length, char name[static NAMED_SET_NAME_MAX + 1],
                    uint32_t *version)
{
    assert(name && version && (text || !length));
    size_t n = 0;

    while (n < length && (is_letter(text[n]) ||
                          (n > 0 && (is_digit(text[n]) || text[n] == '_' || text[n] == '-'))))
        n++;
    if (n == 0 || n > NAMED_SET_NAME_MAX || (n < length && text[n] != '@'))
        return false;
    memcpy(name, text, n);
    name[n] = 0;
    *version = 0;
    if (n == length)
        return true;
    for (size_t i = n + 1; i < length; i++) {
        if (!is_digit(text[i]) || (i == n + 1 && text[i] == '0'))
            return false;
        *version = *version * 10 + (uint32_t)(text[i] - '0');
        if (*version > NAMED_SET_VERSION_MAX)
            return false;
    }
    return *version > 0;
}

/* ---- hashes ---------------------------------------------------------------------------------- */

static bool hash_of(const struct bytes *bytes, uint8_t hash[static AST_SET_HASH_BYTES],
                    struct err *err)
{
    if (bytes->failed)
        return err_memory(err);
    return crypto_generichash(hash, AST_SET_HASH_BYTES, bytes->data, bytes->size, NULL, 0) == 0 ||
           err_set(err, ERR_INTERNAL, "BLAKE2b refused");
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool named_set_hash_values(const struct ast_node *test, uint32_t first, uint32_t n,
                           uint8_t hash[static AST_SET_HASH_BYTES], struct err *err)
{
    assert(test && first + n <= test->n_values);
    const char **texts = malloc((n + (size_t)1) * sizeof(*texts));
    struct bytes bytes = {0};
    bool ok;

    if (!texts)
        return err_memory(err);
    for (uint32_t i = 0; i < n; i++)
        texts[i] = test->values[first + i].text;
    qsort(texts, n, sizeof(*texts), by_text);
    bytes_add_text(&bytes, "rikstal-set-v1 values\n");
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0 && strcmp(texts[i], texts[i - 1]) == 0)
            continue;
        bytes_add_text(&bytes, texts[i]);
        bytes_add_u8(&bytes, '\n');
    }
    free(texts);
    ok = hash_of(&bytes, hash, err);
    bytes_clear(&bytes);
    return ok;
}

bool named_set_hash_question(const struct ast_node *question,
                             uint8_t hash[static AST_SET_HASH_BYTES], struct err *err)
{
    assert(question);
    struct bytes bytes = {0};
    bool ok;

    bytes_add_text(&bytes, "rikstal-set-v1 question\n");
    print(&(struct ast){.root = (struct ast_node *)question}, &bytes);
    ok = hash_of(&bytes, hash, err);
    bytes_clear(&bytes);
    return ok;
}

/* ---- the library of a tree ------------------------------------------------------------------- */

static struct shelved *find_entry(const struct named_library *library, const char *name,
                                  uint32_t version)
{
    struct shelved *newest = NULL;

    for (size_t i = 0; i < library->n; i++) {
        struct shelved *entry = &library->entries[i];

        if (strcmp(entry->name, name) != 0 || (version && entry->version != version))
            continue;
        if (!newest || entry->version > newest->version)
            newest = entry;
    }
    return newest;
}

static bool find(void *of, const struct named_set_wanted *wanted, struct named_set_text *out,
                 struct err *err)
{
    const struct shelved *entry = find_entry(of, wanted->name, wanted->version);

    if (!entry)
        return err_set(err, ERR_INVALID, "the question has no set of this name and version");
    *out = (struct named_set_text){entry->version, entry->text, entry->length};
    return true;
}

static bool add(struct named_library *library, const struct ast_set *set, struct bytes *text)
{
    struct shelved *known = set->version ? find_entry(library, set->name, set->version) : NULL;
    bool same = known && known->length == text->size &&
                (!text->size || memcmp(known->text, text->data, text->size) == 0);

    if (text->failed)
        return err_memory(library->err);
    if (known)
        return same || err_set(library->err, ERR_INVALID, "a set stands for two expansions");
    if (library->n == library->room) {
        size_t room = library->room ? 2 * library->room : 4;
        struct shelved *more = arena_array(library->arena, room, sizeof(*more));

        if (!more)
            return err_memory(library->err);
        if (library->n)
            memcpy(more, library->entries, library->n * sizeof(*more));
        library->entries = more;
        library->room = room;
    }
    known = &library->entries[library->n];
    *known = (struct shelved){set->name, set->version, "", text->size};
    if (text->size)
        known->text = arena_strndup(library->arena, (const char *)text->data, text->size);
    library->n++;
    return known->text || err_memory(library->err);
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static bool gather(struct named_library *library, const struct ast_node *node)
{
    bool ok = true;

    for (uint32_t i = 0; ok && i < node->n_children; i++)
        ok = gather(library, node->children[i]);
    for (uint32_t i = 0; ok && i < node->n_sets; i++) {
        struct bytes text = {0};

        if (node->kind == AST_SET)
            print(&(struct ast){.root = node->children[0]}, &text);
        else
            print_values(node, node->sets[i].first, node->sets[i].n, &text);
        ok = add(library, &node->sets[i], &text);
        bytes_clear(&text);
    }
    return ok;
}

bool named_library_of(const struct ast_node *root, struct arena *arena, struct named_sets *out,
                      struct err *err)
{
    assert(root && arena && out);
    struct named_library *library = arena_alloc(arena, sizeof(*library));

    if (!library)
        return err_memory(err);
    *library = (struct named_library){.arena = arena, .err = err};
    *out = (struct named_sets){find, library};
    return gather(library, root);
}
