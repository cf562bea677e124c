/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/spelling.h"

#include <string.h>
#include <strings.h>

/*
 * The number of bases that VEP cuts off: it drops the first base when some allele differs in length
 * from REF and all begin with the same base. The star allele does not count (Ensembl VEP,
 * Parser::VCF).
 */
static size_t first_base_cut(const struct spelling *spelling)
{
    bool lengths_differ = false;

    for (size_t i = 0; i < spelling->n; i++) {
        const struct text_span *alt = &spelling->alts[i];

        if (alt->length && memchr(alt->text, '*', alt->length))
            continue;
        if (!spelling->ref.length || !alt->length || alt->text[0] != spelling->ref.text[0])
            return 0;
        lengths_differ |= alt->length != spelling->ref.length;
    }
    return lengths_differ;
}

void spelling_begin(struct spelling *spelling, struct text_span ref, const struct text_span *alts,
                    size_t n, unsigned ways)
{
    *spelling = (struct spelling){.ref = ref, .alts = alts, .n = n, .ways = ways, .possible = ways};
    spelling->cut = first_base_cut(spelling);
}

static bool same_bases(const char *text, size_t length, struct text_span word)
{
    if (!length)
        return word.length == 1 && *word.text == '-';
    return length == word.length && strncasecmp(text, word.text, length) == 0;
}

/* Trimmed at both ends, nothing kept in common. */
static bool same_minimal(struct text_span ref, struct text_span alt, struct text_span word)
{
    while (ref.length && alt.length && *ref.text == *alt.text) {
        ref = (struct text_span){ref.text + 1, ref.length - 1};
        alt = (struct text_span){alt.text + 1, alt.length - 1};
    }
    while (ref.length && alt.length && ref.text[ref.length - 1] == alt.text[alt.length - 1]) {
        ref.length--;
        alt.length--;
    }
    return same_bases(alt.text, alt.length, word);
}

/* Those of the given ways of spelling in which the word is this allele. */
static unsigned ways_of(const struct spelling *spelling, struct text_span word, size_t allele,
                        unsigned ways)
{
    struct text_span alt = spelling->alts[allele];
    size_t cut = spelling->cut;
    unsigned found = 0;

    if (ways & SPELLING_VEP && alt.length >= cut && *alt.text != '*' &&
        same_bases(alt.text + cut, alt.length - cut, word))
        found |= SPELLING_VEP;
    if (ways & SPELLING_FULL && same_bases(alt.text, alt.length, word))
        found |= SPELLING_FULL;
    if (ways & SPELLING_MINIMAL && same_minimal(spelling->ref, alt, word))
        found |= SPELLING_MINIMAL;
    return found;
}

void spelling_meet(struct spelling *spelling, struct text_span word)
{
    unsigned found = 0;

    for (size_t i = 0; i < spelling->n && found != spelling->possible; i++)
        found |= ways_of(spelling, word, i, spelling->possible);
    spelling->possible &= found;
}

size_t spelling_names(const struct spelling *spelling, struct text_span word, bool *named)
{
    unsigned ways = spelling->possible ? spelling->possible : spelling->ways;
    size_t n = 0;

    for (size_t i = 0; i < spelling->n; i++) {
        named[i] = ways_of(spelling, word, i, ways) != 0;
        n += named[i];
    }
    return n;
}

bool spelling_fits(const struct spelling *spelling, struct text_span word, size_t allele)
{
    return ways_of(spelling, word, allele, spelling->ways) != 0;
}
