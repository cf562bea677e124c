/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of completions: what is offered fits the place, replaces the word that is being
 * typed, and a text that cannot be followed gets none.
 */
#include "proto/query/complete.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query/ast.h"

/* The offers at the mark ^ in the text, with spaces between; and what they replace. */
static void offers(const char *marked, char *out, size_t room, struct completions *found)
{
    const char *mark = strchr(marked, '^');
    char text[512];
    size_t n = 0;

    snprintf(text, sizeof(text), "%.*s%s", (int)(mark - marked), marked, mark + 1);
    complete(text, strlen(text), (uint32_t)(mark - marked), found);
    out[0] = 0;
    for (uint32_t i = 0; i < found->n && n < room; i++)
        n += (size_t)snprintf(out + n, room - n, "%s%s", i ? " " : "", found->list[i].text);
}

static const char *const pairs[][2] = {
    {"^",
     "age birth_year sex region diagnosis phenotype code gene consequence change locus "
     "zygosity af clinvar deceased treatment procedure observation lab vaf "
     "specimen report death pathogen classification svtype length copies not at least variant( "
     "germline variant( somatic variant( two hits( germline two hits( tested( event( sequence("},
    {"variant(^)",
     "gene consequence change locus zygosity af clinvar vaf svtype length copies not at least"},
    {"tested(^)", "gene consequence change locus zygosity af clinvar vaf svtype length copies not "
                  "at least variant( "
                  "germline variant( somatic variant( two hits( germline two hits("},
    {"somatic ^", "variant( two hits("},
    {"germline two ^", "hits("},
    {"two hits(ge^", "gene"},
    {"germline variant(not (ge^", "gene"},
    {"tested(variant(^))",
     "gene consequence change locus zygosity af clinvar vaf svtype length copies not at least"},
    {"tested(gene = A) ^", "and or"},
    {"variant(not (ge^", "gene"},
    {"age = 3 and ^", "age birth_year sex region diagnosis phenotype code gene consequence "
                      "change locus zygosity af clinvar deceased treatment procedure "
                      "observation lab vaf specimen report death pathogen classification svtype "
                      "length copies not at "
                      "least variant( germline variant( somatic variant( two hits( "
                      "germline two hits( tested( event( sequence("},
    {"age ^", "= != < <= > >= between exists"},
    {"phenotype ^", "= != in ( under excluded exists"},
    {"region ^", "= != in ("},
    {"age exists ^", "and or"},
    {"phenotype e^ HP:0001250", "excluded exists"},
    {"sex = ^", "female male other unknown"},
    {"sex in (male, f^", "female"},
    {"variant(zygosity = h^)", "het hom hemi"},
    {"variant(consequence = 5^", "\"5_prime_UTR_variant\""},
    {"variant(consequence = miss^", "missense_or_worse missense_variant"},
    {"region = V\xC3\xA4s^", "\"V\xC3\xA4stra G\xC3\xB6taland\" V\xC3\xA4stmanland "
                             "V\xC3\xA4sternorrland V\xC3\xA4sterbotten"},
    {"diagnosis under ^", "icd10: omim: orpha: mondo:"},
    {"age = 3 ^", "days weeks months years and or"},
    {"age < 6 months ^", "and or"},
    {"age < 6 m^", "months"},
    {"birth_year = 1990 ^", "and or"},
    {"treatment under ^", "atc:"},
    {"event(^", "age diagnosis phenotype code treatment procedure observation date lab specimen "
                "report death pathogen classification somatic variant("},
    {"event(somatic variant(ge^", "gene"},
    {"lab npu:NPU19651 ^", "= != < <= > >= between in ("},
    {"event(diagnosis = C50 and d^", "diagnosis date death"},
    {"event(code = atc:L01) ^", "within at least before after of and or"},
    {"event(code = atc:L01) before event(tr^", "treatment"},
    {"event(code = atc:L01) within 30 days of event(code = atc:L01) and s^",
     "sex specimen svtype somatic variant( sequence("},
    {"procedure = ^", "kva:"},
    {"variant(gene = A) a^", "and"},
    {"sex in (male, female) ^", "and or"},
    {"age between 3 ^", "and"},
    {"age between 3 and 5 o^", "or"},
    {"at ^", "least"},
    {"at least 2 ^", "of ("},
    {"at least 2 of (age = 3, se^", "sex sequence("},
    {"gene = ^", ""},
    {"genee = ^", ""},
    {"age = 3) ^", ""},
    {"\"open^", ""},
    {"3x ^", ""},
    {"# a comment\nse^", "sex sequence("},
};

static void test_offers_fit_the_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        struct completions found;
        char out[1024];

        offers(pairs[i][0], out, sizeof(out), &found);
        if (strcmp(out, pairs[i][1]) != 0)
            fail_msg("%s: %s", pairs[i][0], out);
    }
}

static void test_the_word_that_is_typed_is_replaced(void **state)
{
    struct completions found;
    char out[1024];

    (void)state;
    offers("age = 3 and ge^ne = A", out, sizeof(out), &found);
    assert_int_equal(found.from, 12);
    assert_int_equal(found.to, 16);
    assert_string_equal(found.list[0].text, "gene");
    assert_int_equal(found.list[0].kind, COMPLETION_FIELD);
    assert_non_null(found.list[0].swedish);
    offers("age = 3 ^", out, sizeof(out), &found);
    assert_int_equal(found.from, found.to);
}

static void test_offsets_past_the_end_are_the_end(void **state)
{
    struct completions found;

    (void)state;
    complete("sex", 3, 99, &found);
    assert_int_equal(found.n, 1);
    complete("", 0, UINT32_MAX, &found);
    assert_true(found.n > 10);
}

static void test_any_depth_of_parentheses_is_safe(void **state)
{
    static char text[AST_TEXT_MAX];
    struct completions found;

    (void)state;
    memset(text, '(', sizeof(text));
    complete(text, sizeof(text), sizeof(text), &found);
    assert_int_equal(found.n, 0);
    complete(text, 64, 64, &found);
    assert_true(found.n > 10);
    complete(text, 65, 65, &found);
    assert_int_equal(found.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offers_fit_the_place),
        cmocka_unit_test(test_the_word_that_is_typed_is_replaced),
        cmocka_unit_test(test_offsets_past_the_end_are_the_end),
        cmocka_unit_test(test_any_depth_of_parentheses_is_safe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
