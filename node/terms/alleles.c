/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/alleles.h"

#include <ctype.h>
#include <string.h>

#include "node/terms/fasta.h"

static bool is_base(char letter)
{
    switch (letter | 0x20) {
    case 'a':
    case 'c':
    case 'g':
    case 't':
        return true;
    default:
        return false;
    }
}

enum allele_class allele_class(const char *text, size_t length)
{
    if (!length)
        return ALLELE_BAD;
    if (length == 1 && *text == '.')
        return ALLELE_NONE;
    if (length == 1 && *text == '*')
        return ALLELE_STAR;
    if ((length == 3 && memcmp(text, "<*>", 3) == 0) ||
        (length == 9 && memcmp(text, "<NON_REF>", 9) == 0))
        return ALLELE_ANY;
    if (*text == '<')
        return text[length - 1] == '>' && length > 2 ? ALLELE_SYMBOLIC : ALLELE_BAD;
    for (size_t i = 0; i < length; i++) {
        if (is_base(text[i]))
            continue;
        /* "G]17:198982]", "]13:123456]T", ".A", "A." (VCF 4.3, 5.4) */
        return memchr(text, '[', length) || memchr(text, ']', length) || *text == '.' ||
                       text[length - 1] == '.'
                   ? ALLELE_BREAKEND
                   : ALLELE_BAD;
    }
    return ALLELE_BASES;
}

static void copy_upper(char *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        out[i] = (char)toupper((unsigned char)text[i]);
    out[length] = 0;
}

enum allele_fault allele_set(struct allele *allele, const char *ref, size_t ref_length,
                             const char *alt, size_t alt_length)
{
    if (ref_length > ALLELE_BASES_MAX || alt_length > ALLELE_BASES_MAX)
        return ALLELE_LONG;
    copy_upper(allele->ref, ref, ref_length);
    copy_upper(allele->alt, alt, alt_length);
    allele->ref_length = ref_length;
    allele->alt_length = alt_length;
    if (ref_length == alt_length && memcmp(allele->ref, allele->alt, ref_length) == 0)
        return ALLELE_SAME;
    return ALLELE_OK;
}

static bool same_last(const struct allele *allele)
{
    return allele->ref[allele->ref_length - 1] == allele->alt[allele->alt_length - 1];
}

static void cut_suffix(struct allele *allele)
{
    while (allele->ref_length > 1 && allele->alt_length > 1 && same_last(allele)) {
        allele->ref_length--;
        allele->alt_length--;
    }
}

static void cut_prefix(struct allele *allele)
{
    size_t shorter =
        allele->ref_length < allele->alt_length ? allele->ref_length : allele->alt_length;
    size_t n = 0;

    while (n + 1 < shorter && allele->ref[n] == allele->alt[n])
        n++;
    if (!n)
        return;
    memmove(allele->ref, allele->ref + n, allele->ref_length -= n);
    memmove(allele->alt, allele->alt + n, allele->alt_length -= n);
    allele->position += (uint32_t)n;
}

/*
 * With a common last base both are rotated by one: the base before comes in front and the last one
 * goes. That is the same as extending to the left and truncating, without ever emptying an allele.
 */
static void rotate(struct allele *allele, char base)
{
    memmove(allele->ref + 1, allele->ref, allele->ref_length - 1);
    memmove(allele->alt + 1, allele->alt, allele->alt_length - 1);
    allele->ref[0] = base;
    allele->alt[0] = base;
    allele->position--;
}

static enum allele_fault shift_left(struct allele *allele, struct fasta *fasta)
{
    unsigned shifted = 0;

    while (same_last(allele) && allele->position > 1) {
        char base = fasta_base(fasta, allele->chromosome, allele->position - 1);

        if (!base || !strchr("ACGTN", base))
            break;
        if (shifted++ == ALLELE_SHIFT_MAX)
            return ALLELE_SHIFT;
        rotate(allele, base);
        cut_suffix(allele);
    }
    return ALLELE_OK;
}

bool allele_may_shift(const struct allele *allele)
{
    return allele->ref_length != allele->alt_length && same_last(allele) && allele->position > 1;
}

enum allele_fault allele_normalise(struct allele *allele, struct fasta *fasta)
{
    enum allele_fault fault = ALLELE_OK;

    if (fasta && !fasta_length(fasta, allele->chromosome))
        fasta = NULL;
    if (fasta && fasta_compare(fasta, allele->chromosome, allele->position, allele->ref,
                               allele->ref_length) == FASTA_DIFFERS)
        return ALLELE_REFERENCE;
    cut_suffix(allele);
    if (fasta)
        fault = shift_left(allele, fasta);
    cut_prefix(allele);
    allele->ref[allele->ref_length] = 0;
    allele->alt[allele->alt_length] = 0;
    return fault;
}

uint32_t allele_reach(const struct allele *allele, struct fasta *fasta)
{
    bool deletion = allele->alt_length == 1 && allele->ref_length > 1;
    bool insertion = allele->ref_length == 1 && allele->alt_length > 1;
    const char *moved = (deletion ? allele->ref : allele->alt) + 1;
    size_t n = (deletion ? allele->ref_length : allele->alt_length) - 1;
    uint32_t behind = allele->position + (uint32_t)allele->ref_length, reach = 0;

    if (!deletion && !insertion)
        return 0;
    /* The bases behind go on as the moved ones do, over and over. */
    while (reach < ALLELE_SHIFT_MAX &&
           fasta_base(fasta, allele->chromosome, behind + reach) == moved[reach % n])
        reach++;
    return reach;
}
