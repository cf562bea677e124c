/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/root_keys.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/number.h"

#define ROOTS_WORD "rikstal-roots-v1 "
#define PUBLIC_WORD "rikstal-public-v1 "
#define ROOTS_FILE_MAX 4096

static bool line_key(const char *line, struct public_key *out)
{
    size_t word = strlen(PUBLIC_WORD);

    return strncmp(line, PUBLIC_WORD, word) == 0 && bytes_from_hex(line + word, out->b, KEY_BYTES);
}

/* The header "rikstal-roots-v1 K", where K has one or two digits. */
static bool line_needed(const char *line, uint32_t *needed)
{
    size_t word = strlen(ROOTS_WORD);
    uint64_t value;

    if (strncmp(line, ROOTS_WORD, word) != 0 ||
        !number_whole(line + word, strlen(line + word), ROOT_KEYS_MAX, &value) || value < 1)
        return false;
    *needed = (uint32_t)value;
    return true;
}

/*
 * Copies the line at *text without its newline and moves *text behind it. False at the end, and
 * when the line is too long.
 */
static bool line_next(const char **text, char *line, size_t room)
{
    size_t length = strcspn(*text, "\n");

    if (**text == 0 || length >= room)
        return false;
    memcpy(line, *text, length);
    line[length] = 0;
    *text += length + ((*text)[length] == '\n');
    return true;
}

static bool root_key_twice(const struct root_keys *roots)
{
    for (uint32_t i = 0; i + 1 < roots->n; i++)
        if (public_key_same(&roots->keys[i], &roots->keys[roots->n - 1]))
            return true;
    return false;
}

bool root_keys_parse(const char *text, struct root_keys *out, struct err *err)
{
    assert(text && out);
    struct root_keys roots = {0};
    char line[128];

    if (!line_next(&text, line, sizeof(line)) || !line_needed(line, &roots.needed))
        return err_set(err, ERR_INVALID, "root keys start with a line \"%sK\"", ROOTS_WORD);
    while (*text) {
        if (roots.n == ROOT_KEYS_MAX)
            return err_set(err, ERR_INVALID, "at most %d root keys", ROOT_KEYS_MAX);
        if (!line_next(&text, line, sizeof(line)) || !line_key(line, &roots.keys[roots.n]))
            return err_set(err, ERR_INVALID, "line %u of the root keys is not \"%sHEX\"",
                           roots.n + 2, PUBLIC_WORD);
        roots.n++;
        if (root_key_twice(&roots))
            return err_set(err, ERR_INVALID, "line %u of the root keys repeats a key", roots.n + 1);
    }
    if (roots.n < roots.needed)
        return err_set(err, ERR_INVALID, "%u root keys are needed and %u are listed", roots.needed,
                       roots.n);
    *out = roots;
    return true;
}

bool root_keys_read(const char *path, struct root_keys *out, struct err *err)
{
    struct arena *arena = arena_new((size_t)2 * ROOTS_FILE_MAX);
    uint8_t *data;
    size_t size;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = file_read(path, ROOTS_FILE_MAX, arena, &data, &size, err) &&
         (root_keys_parse((const char *)data, out, err) || err_wrap(err, "%s: ", path));
    arena_free(arena);
    return ok;
}

bool root_keys_write(const struct root_keys *roots, const char *path, struct err *err)
{
    assert(roots && roots->n <= ROOT_KEYS_MAX && path);
    struct bytes text = {0};
    char line[128];
    bool ok;

    snprintf(line, sizeof(line), "%s%u\n", ROOTS_WORD, roots->needed);
    bytes_add_text(&text, line);
    for (uint32_t i = 0; i < roots->n; i++) {
        char hex[2 * KEY_BYTES + 1];

        bytes_to_hex(roots->keys[i].b, KEY_BYTES, hex);
        snprintf(line, sizeof(line), "%s%s\n", PUBLIC_WORD, hex);
        bytes_add_text(&text, line);
    }
    ok = text.failed ? err_memory(err) : file_write(path, text.data, text.size, 0644, err);
    bytes_clear(&text);
    return ok;
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct public_key));
}

size_t root_keys_bytes(const struct root_keys *roots, uint8_t out[static ROOT_KEYS_BYTES_MAX])
{
    assert(roots && roots->n <= ROOT_KEYS_MAX);
    struct root_keys sorted = *roots;

    qsort(sorted.keys, sorted.n, sizeof(sorted.keys[0]), by_bytes);
    out[0] = (uint8_t)sorted.needed;
    out[1] = (uint8_t)sorted.n;
    for (uint32_t i = 0; i < sorted.n; i++)
        memcpy(out + 2 + (size_t)i * KEY_BYTES, sorted.keys[i].b, KEY_BYTES);
    return 2 + (size_t)sorted.n * KEY_BYTES;
}

void root_keys_hash(const struct root_keys *roots, uint8_t out[static ROOT_KEYS_HASH_BYTES])
{
    uint8_t bytes[ROOT_KEYS_BYTES_MAX];
    size_t size = root_keys_bytes(roots, bytes);

    crypto_generichash(out, ROOT_KEYS_HASH_BYTES, bytes, size, NULL, 0);
}
