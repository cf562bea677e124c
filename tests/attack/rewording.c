/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits of a question. Those of canon's promises keep the meaning in Kleene's logic; the others are
 * what a careless canonical form would take for the same.
 */
#include <string.h>

#include "tests/attack/wording.h"

/* The n-th phrase in the order of reading, and whether it stands inside variant( ). */
static struct phrase **find(struct phrase **at, size_t *n, bool *variant)
{
    bool inside = *variant;

    if ((*n)-- == 0)
        return at;
    for (uint32_t i = 0; i < (*at)->n; i++) {
        bool deeper = inside || (*at)->kind == P_VARIANT;
        struct phrase **found = find(&(*at)->child[i], n, &deeper);

        if (found) {
            *variant = deeper;
            return found;
        }
    }
    return NULL;
}

static struct phrase *around(struct wording *wording, enum phrase_kind kind, struct phrase *inner)
{
    struct phrase *outer = wording->n < PHRASES_MAX ? &wording->pool[wording->n++] : NULL;

    if (outer)
        *outer = (struct phrase){
            .kind = kind, .at_least = 1, .n = 1, .child = {inner}, .low = -1, .high = -1};
    return outer;
}

static bool joins(const struct phrase *phrase)
{
    return phrase->kind == P_AND || phrase->kind == P_OR;
}

static bool many(const struct phrase *phrase)
{
    return joins(phrase) || phrase->kind == P_AT_LEAST;
}

static void swap_children(struct wording *wording, struct phrase *phrase)
{
    size_t a = rng_below(&wording->rng, phrase->n), b = rng_below(&wording->rng, phrase->n);
    struct phrase *kept = phrase->child[a];

    phrase->child[a] = phrase->child[b];
    phrase->child[b] = kept;
}

static void repeat_child(struct wording *wording, struct phrase *phrase)
{
    struct phrase *copy = NULL;

    if (phrase->n < PHRASE_CHILDREN_MAX)
        copy = wording_copy(wording, phrase->child[rng_below(&wording->rng, phrase->n)]);
    if (copy)
        phrase->child[phrase->n++] = copy;
}

/* (a, b, c) becomes ((a, b), c): the same operator, one level more. */
static void nest(struct wording *wording, struct phrase *phrase)
{
    struct phrase *inner;

    if (phrase->n < 3)
        return;
    inner = around(wording, phrase->kind, phrase->child[0]);
    if (!inner)
        return;
    inner->child[inner->n++] = phrase->child[1];
    phrase->child[0] = inner;
    memmove(&phrase->child[1], &phrase->child[2], (phrase->n - 2) * sizeof(phrase->child[0]));
    phrase->n--;
}

static void double_negation(struct wording *wording, struct phrase **at)
{
    struct phrase *inner = around(wording, P_NOT, *at);
    struct phrase *outer = inner ? around(wording, P_NOT, inner) : NULL;

    if (outer)
        *at = outer;
}

/* x becomes (x and x), or (x or x). */
static void doubled(struct wording *wording, struct phrase **at)
{
    struct phrase *copy = wording_copy(wording, *at);
    struct phrase *outer =
        copy ? around(wording, rng_below(&wording->rng, 2) ? P_AND : P_OR, *at) : NULL;

    if (outer) {
        outer->child[outer->n++] = copy;
        *at = outer;
    }
}

static void keep_meaning(struct wording *wording, struct phrase **at)
{
    struct phrase *phrase = *at;

    switch (rng_below(&wording->rng, 5)) {
    case 0:
        double_negation(wording, at);
        break;
    case 1:
        doubled(wording, at);
        break;
    case 2:
        if (joins(phrase))
            repeat_child(wording, phrase);
        break;
    case 3:
        if (joins(phrase))
            nest(wording, phrase);
        break;
    default:
        if (many(phrase))
            swap_children(wording, phrase);
        break;
    }
}

/* x becomes (x and (y or not y)): the same in classical logic, not in Kleene's. */
static void excluded_middle(struct wording *wording, struct phrase **at)
{
    struct phrase *yes = wording_random(wording, 0), *no = yes ? wording_copy(wording, yes) : NULL,
                  *either, *outer;

    no = no ? around(wording, P_NOT, no) : NULL;
    either = yes && no ? around(wording, P_OR, yes) : NULL;
    outer = either ? around(wording, P_AND, *at) : NULL;
    if (!outer)
        return;
    either->child[either->n++] = no;
    outer->child[outer->n++] = either;
    *at = outer;
}

static void edit_test(struct wording *wording, struct phrase *test)
{
    int *bound = rng_below(&wording->rng, 2) ? &test->low : &test->high;

    if (test->values == 0 && *bound > 0)
        *bound += test->low < test->high || bound == &test->high ? 1 : 0;
    else if ((test->field == P_DIAGNOSIS || test->field == P_PHENOTYPE) &&
             !(test->values & (test->values - 1)))
        test->other_operator = !test->other_operator;
    else if (test->values & (test->values - 1))
        test->values &= test->values - 1;
}

static void change_meaning(struct wording *wording, struct phrase **at, bool variant)
{
    struct phrase *phrase = *at;

    switch (rng_below(&wording->rng, 7)) {
    case 0:
        if (many(phrase) && phrase->n > 2)
            phrase->n--;
        phrase->at_least = phrase->at_least > phrase->n ? phrase->n : phrase->at_least;
        break;
    case 1:
        if (joins(phrase))
            phrase->kind = phrase->kind == P_AND ? P_OR : P_AND;
        break;
    case 2:
        if (phrase->kind == P_AT_LEAST)
            repeat_child(wording, phrase); /* it counts twice */
        break;
    case 3:
        if (phrase->kind == P_AT_LEAST)
            phrase->at_least = 1 + phrase->at_least % phrase->n;
        break;
    case 4:
        if (phrase->kind == P_NOT)
            *at = phrase->child[0];
        else if (!variant) /* what it adds is about a person */
            excluded_middle(wording, at);
        break;
    case 5: /* not variant(x) becomes variant(not x) */
        if (phrase->kind == P_NOT && phrase->child[0]->kind == P_VARIANT) {
            phrase->kind = P_VARIANT;
            phrase->child[0]->kind = P_NOT;
        }
        break;
    default:
        if (phrase->kind == P_TEST)
            edit_test(wording, phrase);
        break;
    }
}

struct phrase *wording_edit(struct wording *wording, struct phrase *phrase, bool kept)
{
    size_t n = rng_below(&wording->rng, wording_size(phrase));
    bool variant = false;
    struct phrase **at = find(&phrase, &n, &variant);

    if (kept)
        keep_meaning(wording, at);
    else
        change_meaning(wording, at, variant);
    return phrase;
}
