/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/value_fit.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "proto/base/arena.h"
#include "proto/query/ast.h"
#include "proto/query/code.h"
#include "proto/query/code_system.h"
#include "proto/query/unit.h"

struct value_fit {
    const struct ast_node *node;
    const struct unit *unit; /* of the test; NULL: it has none */
};

bool value_fit_new(const struct ast_node *node, struct arena *arena, struct value_fit **out,
                   struct err *err)
{
    assert(node && (node->op == OP_MEASURED || node->op == OP_ANSWERED) && out);
    struct value_fit *fit = arena_alloc(arena, sizeof(*fit));

    if (!fit)
        return err_memory(err);
    fit->node = node;
    fit->unit = NULL;
    if (node->op == OP_MEASURED && node->n_values > 1) {
        fit->unit = unit_find(node->values[1].text);
        if (!fit->unit)
            return err_set(err, ERR_INTERNAL, "a test has a unit that nobody knows");
    }
    *out = fit;
    return true;
}

/* Without the system before it: "loinc:LA9622-7" is LA9622-7. */
static const char *bare(const char *word)
{
    char prefix[CODE_SYSTEM_MAX];
    size_t length = strcspn(word, ":");

    if (!word[length] || !word[length + 1] || length >= sizeof(prefix))
        return word;
    memcpy(prefix, word, length);
    prefix[length] = 0;
    return code_system_find(prefix) ? word + length + 1 : word;
}

/*
 * In the very words of the test; where it differs only by capitals, or by a system before its code,
 * it may be the same answer.
 */
static enum value_fits answer_fits(const struct value_fit *fit, const char *word)
{
    enum value_fits fits = VALUE_OUT;

    for (uint32_t i = 1; fit->node->op == OP_ANSWERED && i < fit->node->n_values; i++) {
        const char *asked = fit->node->values[i].text;

        if (strcmp(asked, word) == 0)
            return VALUE_IN;
        if (strcasecmp(bare(asked), bare(word)) == 0)
            fits = VALUE_MAY_BE;
    }
    return fits;
}

/* The slot of a word of these rows. */
static size_t understood(const struct value_fit *fit, const struct value_rows *values,
                         uint16_t word, struct value_memo *memo)
{
    size_t slot = word % VALUE_MEMO_SLOTS;

    if (!memo->slots[slot].known || memo->slots[slot].word != word) {
        memo->slots[slot].known = true;
        memo->slots[slot].word = word;
        memo->slots[slot].answers = answer_fits(fit, values->words[word]);
        memo->slots[slot].unit = word ? unit_find(values->words[word]) : NULL;
    }
    return slot;
}

static enum value_fits in_range(const struct value_fit *fit, int64_t nano, const struct unit *unit)
{
    const struct ast_node *node = fit->node;
    bool above, below;

    if (unit) {
        above =
            node->low_nano == INT64_MIN || unit_compare(nano, unit, node->low_nano, fit->unit) >= 0;
        below = node->high_nano == INT64_MAX ||
                unit_compare(nano, unit, node->high_nano, fit->unit) <= 0;
    } else {
        above = nano >= node->low_nano;
        below = nano <= node->high_nano;
    }
    return above && below ? VALUE_IN : VALUE_OUT;
}

enum value_fits value_fit_row(const struct value_fit *fit, const struct value_rows *values,
                              size_t i, struct value_memo *memo)
{
    assert(fit && values && i < values->n && memo);
    const struct value_row *row = &values->rows[i];
    bool number = fit->node->op == OP_MEASURED;
    size_t slot;

    if (row->form != (number ? EVENT_NUMBER : EVENT_ANSWER))
        return VALUE_MAY_BE;
    slot = understood(fit, values, row->word, memo);
    if (!number)
        return memo->slots[slot].answers;
    if (!fit->unit)
        return row->word ? VALUE_MAY_BE : in_range(fit, row->nano, NULL);
    if (!memo->slots[slot].unit || !unit_converts(memo->slots[slot].unit, fit->unit))
        return VALUE_MAY_BE;
    return in_range(fit, row->nano, memo->slots[slot].unit);
}
