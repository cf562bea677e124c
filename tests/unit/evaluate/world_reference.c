/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/store/store.h"
#include "node/terms/reference.h"
#include "node/terms/terms.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/sql.h"
#include "tests/unit/evaluate/world.h"

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "world: %s\n", err->text);
        abort();
    }
}

void world_put_reference(const struct world *world, struct store *store)
{
    struct reference of = {.assembly = VARIANT_GRCH38};
    size_t n = strlen(world->reference), size;
    char path[160], *text = malloc(n + 4), index[64], hex[65], index_hex[65], sql[400];
    struct err err;

    assert(text);
    size = (size_t)snprintf(text, n + 4, ">1\n%s", world->reference);
    (void)crypto_generichash(of.hash, 32, (const uint8_t *)text, size, NULL, 0);
    (void)snprintf(path, sizeof(path), "%s/reference", world->folder);
    must(file_make_folder(path, 0700, &err), &err);
    assert(reference_path(world->folder, &of, false, path, sizeof(path)));
    must(file_write(path, text, size, 0600, &err), &err);
    n = (size_t)snprintf(index, sizeof(index), "1\t%zu\t3\t%zu\t%zu\n", n, n, n + 1);
    (void)crypto_generichash(of.index_hash, 32, (const uint8_t *)index, n, NULL, 0);
    assert(reference_path(world->folder, &of, true, path, sizeof(path)));
    must(file_write(path, index, n, 0600, &err), &err);
    bytes_to_hex(of.hash, 32, hex);
    bytes_to_hex(of.index_hash, 32, index_hex);
    (void)snprintf(sql, sizeof(sql), "INSERT INTO reference VALUES(2, x'%s', %zu, x'%s')", hex,
                   size, index_hex);
    must(terms_prepare(store_db(store), &err) && sql_run(store_db(store), sql, &err), &err);
    free(text);
}
