/* SPDX-License-Identifier: Apache-2.0 */
/* A word names what it may name in the ways in which all words of its line name something. */
#include "tests/unit/import/bench.h"

#include <string.h>

#include "node/import/spelling.h"

#define ALTS_MAX 3

struct bench {
    struct text_span alts[ALTS_MAX];
    struct spelling spelling;
};

static struct text_span span(const char *text)
{
    return (struct text_span){text, strlen(text)};
}

/* words: of the whole line, separated by blanks */
static void begin(struct bench *b, const char *ref, const char *alts, const char *words,
                  unsigned ways)
{
    size_t n = 0;

    for (const char *p = alts; *p; n++) {
        size_t length = strcspn(p, ",");

        assert_true(n < ALTS_MAX);
        b->alts[n] = (struct text_span){p, length};
        p += length + (p[length] == ',');
    }
    spelling_begin(&b->spelling, span(ref), b->alts, n, ways);
    for (const char *p = words; *p;) {
        size_t length = strcspn(p, " ");

        spelling_meet(&b->spelling, (struct text_span){p, length});
        p += length + (p[length] == ' ');
    }
}

static void test_a_word_names_what_the_ways_of_its_line_allow(void **state)
{
    static const struct {
        const char *ref;
        const char *alts;
        const char *words;
        const char *word;
        const char *want; /* a '1' for each allele that it may name */
    } cases[] = {
        {"A", "C", "C", "C", "1"},
        {"A", "C", "c", "c", "1"},
        {"A", "C", "G", "G", "0"},
        {"AT", "A", "-", "-", "1"},
        {"AT", "A", "A", "A", "1"},
        {"G", "T,GT", "T", "T", "11"},
        {"G", "T,GT", "T GT", "T", "10"},
        {"G", "T,GT", "T GT", "GT", "01"},
        {"CA", "C,CAT", "- AT", "AT", "01"},
        {"CA", "C,CAT", "- T", "T", "01"},
        {"CA", "C,CAT", "C CAT", "C", "10"},
        {"CAT", "CGT,C", "G -", "G", "10"},
        {"CAT", "CGT,C", "G -", "-", "01"},
        {"AT", "A,*", "-", "-", "10"},    /* the star allele does not count */
        {"A", "AC,AG", "C X", "C", "10"}, /* no way fits all: every way is tried */
    };
    struct bench b;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool named[ALTS_MAX];
        size_t n = strlen(cases[i].want), count = 0;

        begin(&b, cases[i].ref, cases[i].alts, cases[i].words, SPELLING_ALL);
        for (size_t k = 0; k < n; k++)
            count += cases[i].want[k] == '1';
        assert_int_equal(spelling_names(&b.spelling, span(cases[i].word), named), count);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(named[k], cases[i].want[k] == '1');
    }
}

static void test_only_the_ways_of_the_annotator_count(void **state)
{
    struct bench b;
    bool named[ALTS_MAX];

    (void)state;
    begin(&b, "CA", "C,CAT", "C", SPELLING_FULL);
    assert_int_equal(spelling_names(&b.spelling, span("-"), named), 0);
    assert_int_equal(spelling_names(&b.spelling, span("CAT"), named), 1);
    assert_false(spelling_fits(&b.spelling, span("T"), 1));
    begin(&b, "CA", "C,CAT", "", SPELLING_ALL);
    assert_true(spelling_fits(&b.spelling, span("T"), 1));
    assert_false(spelling_fits(&b.spelling, span("T"), 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_word_names_what_the_ways_of_its_line_allow),
        cmocka_unit_test(test_only_the_ways_of_the_annotator_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
