/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/terms/term_search.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/query/code.h"
#include "proto/query/gene_symbol.h"

#define SHORT_WORD 3 /* bytes */

struct searched {
    const char *words[TERM_SEARCH_WORDS_MAX]; /* folded */
    size_t n_words;
    struct arena *arena;
    struct term_matches *out;
    size_t room;
};

/*
 * Lower case, of ASCII and of the letters of U+00C0..U+00DE (C3 80..C3 9E), as many bytes as
 * before.
 */
static char folded(const char *text, size_t i)
{
    unsigned char c = (unsigned char)text[i];

    if (c >= 'A' && c <= 'Z')
        return (char)(c + 32);
    if (i > 0 && (unsigned char)text[i - 1] == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97)
        return (char)(c + 32);
    return (char)c;
}

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           ((unsigned char)c & 0x80);
}

/* Does the folded word stand in the label? A short one only where a word begins. */
static bool stands_in(const char *label, const char *word)
{
    bool anywhere = strlen(word) > SHORT_WORD;

    for (size_t at = 0; label[at]; at++) {
        size_t n = 0;

        if (!anywhere && at > 0 && in_word(label[at - 1]))
            continue;
        while (word[n] && label[at + n] && folded(label, at + n) == word[n])
            n++;
        if (!word[n])
            return true;
    }
    return false;
}

static bool meets(const struct searched *searched, const char *label)
{
    for (size_t i = 0; i < searched->n_words; i++)
        if (!stands_in(label, searched->words[i]))
            return false;
    return true;
}

static bool read_words(struct searched *searched, const char *text, struct err *err)
{
    for (size_t at = 0; text[at];) {
        size_t n = 0;
        char *word;

        while (text[at] && !in_word(text[at]))
            at++;
        while (text[at + n] && in_word(text[at + n]))
            n++;
        if (!n)
            break;
        if (searched->n_words == TERM_SEARCH_WORDS_MAX)
            return err_set(err, ERR_INVALID, "a search has at most %d words",
                           TERM_SEARCH_WORDS_MAX);
        word = arena_alloc(searched->arena, n + 1);
        if (!word)
            return err_memory(err);
        for (size_t i = 0; i < n; i++)
            word[i] = folded(text, at + i);
        searched->words[searched->n_words++] = word;
        at += n;
    }
    return searched->n_words > 0 || err_set(err, ERR_INVALID, "a search has at least one word");
}

static bool add(struct searched *searched, const struct term_match *match, struct err *err)
{
    struct term_matches *out = searched->out;

    if (out->n == searched->room) {
        size_t room = searched->room ? 2 * searched->room : 64;
        struct term_match *more = arena_array(searched->arena, room, sizeof(*more));

        if (!more)
            return err_memory(err);
        if (out->n)
            memcpy(more, out->match, out->n * sizeof(*more));
        out->match = more;
        searched->room = room;
    }
    out->match[out->n++] = *match;
    return match->code != NULL || err_memory(err);
}

static bool add_term(struct searched *searched, const struct term_source *source,
                     const struct release_term *term, const char *synonym, struct err *err)
{
    struct term_match match = {NULL, term->label, synonym, source->system, source->release};
    struct code code = {{0}, {0}};
    char text[CODE_TEXT_MAX];

    snprintf(code.system, sizeof(code.system), "%s", source->system);
    snprintf(code.code, sizeof(code.code), "%s", term->code);
    code_print(&code, text);
    match.code = arena_strdup(searched->arena, text);
    return add(searched, &match, err);
}

static bool search_terms(struct searched *searched, const struct term_source *source,
                         struct err *err)
{
    for (size_t i = 0; i < release_file_n_terms(source->file); i++) {
        struct release_term term = release_file_nth(source->file, i);

        if (!term.obsolete && *term.label && meets(searched, term.label) &&
            !add_term(searched, source, &term, "", err))
            return false;
    }
    return true;
}

/* A code is found by its label where that has the words, and keep_once() leaves its synonyms out.
 */
static bool search_synonyms(struct searched *searched, const struct term_source *source,
                            struct err *err)
{
    for (size_t i = 0; i < release_file_n_synonyms(source->file); i++) {
        struct release_synonym synonym = release_file_synonym(source->file, i);
        struct release_term term;

        if (meets(searched, synonym.text) && release_file_find(source->file, synonym.code, &term) &&
            !term.obsolete && strcmp(term.code, synonym.code) == 0 &&
            !add_term(searched, source, &term, synonym.text, err))
            return false;
    }
    return true;
}

static bool search_genes(struct searched *searched, const struct term_source *source,
                         const char *text, struct err *err)
{
    struct release_gene named;
    char folded_name[64];

    release_file_gene(source->file, text, &named);
    if (named.state != RELEASE_GENE_KNOWN && strlen(text) < sizeof(folded_name)) {
        snprintf(folded_name, sizeof(folded_name), "%s", text);
        gene_symbol_fold(folded_name);
        release_file_gene(source->file, folded_name, &named);
    }
    if (named.state == RELEASE_GENE_KNOWN &&
        !add(searched, &(struct term_match){named.symbol, "", "", source->system, source->release},
             err))
        return false;
    for (size_t i = 0; i < release_file_n_symbols(source->file); i++) {
        const char *symbol = release_file_symbol(source->file, i);
        struct term_match match = {symbol, "", "", source->system, source->release};

        if (meets(searched, symbol) && !add(searched, &match, err))
            return false;
    }
    return true;
}

static int by_code(const void *left, const void *right)
{
    return strcmp(((const struct term_match *)left)->code,
                  ((const struct term_match *)right)->code);
}

/* What was found by its label first. */
static int by_length(const void *left, const void *right)
{
    const struct term_match *a = left, *b = right;
    size_t of_a = strlen(*a->synonym ? a->synonym : a->label);
    size_t of_b = strlen(*b->synonym ? b->synonym : b->label);

    if (!*a->synonym != !*b->synonym)
        return *a->synonym ? 1 : -1;
    return of_a != of_b ? (of_a > of_b) - (of_a < of_b) : by_code(left, right);
}

static int by_code_and_length(const void *left, const void *right)
{
    int order = by_code(left, right);

    return order ? order : by_length(left, right);
}

/* A code is in several releases, or found by several names: the best of them stays. */
static void keep_once(struct term_matches *out)
{
    size_t n = 0;

    if (!out->n)
        return;
    qsort(out->match, out->n, sizeof(*out->match), by_code_and_length);
    for (size_t i = 0; i < out->n; i++)
        if (i == 0 || by_code(&out->match[i], &out->match[n - 1]) != 0)
            out->match[n++] = out->match[i];
    out->n = n;
    qsort(out->match, out->n, sizeof(*out->match), by_length);
}

bool term_search(const struct term_sources *sources, const char *text, struct arena *arena,
                 struct term_matches *out, struct err *err)
{
    assert(sources && text && arena && out);
    struct searched searched = {.arena = arena, .out = out};

    *out = (struct term_matches){NULL, 0};
    if (!read_words(&searched, text, err))
        return false;
    for (size_t i = 0; i < sources->n; i++)
        if (sources->source[i].file && (!search_terms(&searched, &sources->source[i], err) ||
                                        !search_synonyms(&searched, &sources->source[i], err) ||
                                        !search_genes(&searched, &sources->source[i], text, err)))
            return false;
    keep_once(out);
    return true;
}
