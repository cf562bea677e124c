/* SPDX-License-Identifier: Apache-2.0 */
#include "packet_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/json.h"

static bool keep(void *context, enum reject_code code, const char *field, bool item,
                 struct err *err)
{
    struct packet_bench *b = context;

    if (b->n_told == TOLD_MAX || !reject_field_valid(field, strlen(field)))
        return err_set(err, ERR_INTERNAL, "told too much, or in a wrong form");
    b->codes[b->n_told] = code;
    b->items += item;
    snprintf(b->fields[b->n_told++], sizeof(b->fields[0]), "%s", field);
    return true;
}

void packet_bench_up(struct packet_bench *b, const char *text)
{
    char *copy = strdup(text);

    assert_non_null(copy);
    for (char *c = copy; *c; c++)
        if (*c == '\'')
            *c = '"';
    memset(b, 0, sizeof(*b));
    b->arena = arena_new((size_t)8 << 20);
    assert_non_null(b->arena);
    if (!json_parse(copy, strlen(copy), 1 << 20, &b->tree, &b->err))
        fail_msg("%s", b->err.text);
    free(copy);
    b->reader = (struct packet_reader){.arena = b->arena, .report = keep, .context = b};
    if (!packet_read(&b->reader, b->tree, &b->packet, &b->rejected, &b->err))
        fail_msg("%s", b->err.text);
}

void packet_bench_down(struct packet_bench *b)
{
    cJSON_Delete(b->tree);
    arena_free(b->arena);
}

bool packet_bench_told(const struct packet_bench *b, enum reject_code code, const char *field)
{
    return b->n_told > 0 && b->codes[0] == code && strcmp(b->fields[0], field) == 0;
}
