/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/count_change.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "node/snapshot/snapshot_reference.h"
#include "proto/base/json.h"
#include "proto/query/ast.h"
#include "proto/query/place.h"

#define SHOWN_BASES 32 /* of an allele; the rest is shown as its number */

static void write_allele(const char *bases, char *out, size_t room)
{
    size_t n = strlen(bases);

    if (n > SHOWN_BASES)
        (void)snprintf(out, room, "%.*s(+%zu)", SHOWN_BASES, bases, n - SHOWN_BASES);
    else
        (void)snprintf(out, room, "%s", bases);
}

static void put_change(cJSON *object, const char *name, const struct variant *change, bool *ok)
{
    char ref[64], alt[64], text[200];

    write_allele(change->ref, ref, sizeof(ref));
    write_allele(change->alt, alt, sizeof(alt));
    (void)snprintf(text, sizeof(text), "%s:%s-%u-%s-%s",
                   place_assembly_name((enum ast_assembly)change->assembly),
                   place_chromosome_name(change->chromosome), change->position, ref, alt);
    json_put_text(object, name, text, ok);
}

static bool add_value(struct snapshot *snapshot, const struct ast_value *value, struct arena *arena,
                      cJSON *list, struct err *err)
{
    struct variant asked = {.assembly = (uint8_t)value->locus.assembly,
                            .chromosome = value->locus.chromosome,
                            .position = value->locus.start,
                            .ref = value->ref,
                            .alt = value->alt};
    struct snapshot_spelling spelling;
    bool ok = true;
    cJSON *object;

    if (!snapshot_reference_spell(snapshot, &asked, arena, &spelling, err))
        return false;
    if (spelling.variant.position == asked.position &&
        strcmp(spelling.variant.ref, asked.ref) == 0 &&
        strcmp(spelling.variant.alt, asked.alt) == 0)
        return true;
    object = cJSON_CreateObject();
    if (!object || !cJSON_AddItemToArray(list, object)) {
        cJSON_Delete(object);
        return err_memory(err);
    }
    put_change(object, "asked", &asked, &ok);
    put_change(object, "spelled", &spelling.variant, &ok);
    return ok || err_memory(err);
}

/* Recursion is bounded by AST_DEPTH_MAX. */
static bool add_node(struct snapshot *snapshot, const struct ast_node *node, struct arena *arena,
                     cJSON *list, struct err *err)
{
    for (uint32_t i = 0; i < node->n_values; i++)
        if (node->values[i].kind == VALUE_CHANGE &&
            !add_value(snapshot, &node->values[i], arena, list, err))
            return false;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (!add_node(snapshot, node->children[i], arena, list, err))
            return false;
    return true;
}

bool count_change_spelled(struct snapshot *snapshot, const struct ast_node *node,
                          struct arena *arena, cJSON **out, struct err *err)
{
    assert(snapshot && node && out);
    cJSON *list = cJSON_CreateArray();
    bool ok = list ? add_node(snapshot, node, arena, list, err) : err_memory(err);

    *out = NULL;
    if (ok && cJSON_GetArraySize(list) > 0)
        *out = list;
    else
        cJSON_Delete(list);
    return ok;
}

void count_change_print(const cJSON *spelled)
{
    const cJSON *change;

    cJSON_ArrayForEach(change, spelled) printf(
        "change    %s \xe2\x86\x92 %s\n", json_text(change, "asked"), json_text(change, "spelled"));
}
