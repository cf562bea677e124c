/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promises of the lexer: tokens point at what they are, a closing parenthesis is never part of
 * a code, identifiers may hold - and letters of Swedish, and what is not text is not read.
 */
#include "proto/query/lex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/query/ast.h"
#include "proto/query/diagnostic.h"

/* The tokens of a text, each as its kind's letter and its text. */
static void spell(const char *text, char *out, size_t room)
{
    static const char letters[] = "EWCND\"=(),!@";
    struct diagnostics found;
    struct lexer lexer = {text, (uint32_t)strlen(text), 0, &found};
    struct token token;
    size_t n = 0;

    diagnostics_init(&found, text, strlen(text));
    out[0] = 0;
    do {
        token = lex_next(&lexer);
        assert_true(token.from <= token.to && token.to <= lexer.length);
        if (token.kind != TOKEN_END)
            n += (size_t)snprintf(out + n, room - n, "%s%c%.*s", n ? " " : "", letters[token.kind],
                                  (int)token.length, token.text);
    } while (token.kind != TOKEN_END && n < room);
}

static void test_texts_become_tokens(void **state)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {"  # only this\n ", ""},
        {"gene=BRCA1", "Wgene == WBRCA1"},
        {"a!=b<=1>=2<3>4", "Wa =!= Wb =<= N1 =>= N2 =< N3 => N4"},
        {"HP:0001250)", "CHP:0001250 ))"},
        {"(icd10:C50.1,C51)", "(( Cicd10:C50.1 ,, WC51 ))"},
        {"NM_007294.4:c.68_69del and", "CNM_007294.4:c.68_69del Wand"},
        {"GRCh38:17-31327718-C-T", "CGRCh38:17-31327718-C-T"},
        {"HLA-A C9orf72 lab.NPU1 \"*4/*4\"", "WHLA-A WC9orf72 Wlab.NPU1 \"*4/*4"},
        {"region = Sk\xC3\xA5ne", "Wregion == WSk\xC3\xA5ne"},
        {"Ska\xCC\x8Ane", "WSka\xCC\x8Ane"},
        {"1 -2 3.5 10% -0.1%", "N1 N-2 N3.5 N10% N-0.1%"},
        {"03 2020-01-31", "N03 D2020-01-31"},
        {"\"p.(Arg175His)\"", "\"p.(Arg175His)"},
        {"\"# no comment\" # but this", "\"# no comment"},
        {"3x", "!3x"},
        {"17-43094464-G-A)", "C17-43094464-G-A ))"},
        {"17:1-9 1_5_A_G", "C17:1-9 C1_5_A_G"},
        {"170-5 1-x", "!170-5 !1-x"},
        {"in @epi_lepsy@3, @x)", "Win @@epi_lepsy@3 ,, @@x ))"},
        {"a == 3", "Wa !== N3"},
        {"a \xE2\x89\xA5 3", "Wa !\xE2\x89\xA5 N3"},
        {"2020-01-3", "!2020-01-3"},
        {"x:)", "!x: ))"},
        {"\"open", "!\"open"},
        {"a ; b", "Wa !; Wb"},
        {"- 3", "!- N3"},
        {"\xE2\x82\xAC", "!\xE2\x82\xAC"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        char out[256];

        spell(pairs[i][0], out, sizeof(out));
        assert_string_equal(out, pairs[i][1]);
    }
}

static void test_signs_of_protocols_are_named_with_what_to_type(void **state)
{
    static const char *const of[][3] = {
        {"age \xE2\x89\xA5 18", ">=", "\xE2\x89\xA5 has no place in a question outside quotes"},
        {"age \xE2\x89\xA4 18", "<=", "\xE2\x89\xA4"},
        {"age \xE2\x89\xA0 18", "!=", "\xE2\x89\xA0"},
        {"age == 18", "=", "=="},
        {"age => 18", ">=", "=>"},
        {"age =< 18", "<=", "=<"},
        {"age <> 18", "!=", "<>"},
        {"age = 3 && sex = male", "and", "&&"},
        {"age = 3 & sex = male", "and", "&"},
        {"age = 3 || sex = male", "or", "||"},
        {"icd10:C50\xE2\x80\x93"
         "C56",
         "-", "an en dash"},
        {"a \xE2\x88\x92", "-", "a minus sign"},
        {"gene = \xE2\x80\x9C"
         "in\xE2\x80\x9D",
         "\"", "a curly quote"},
        {"gene = 'in'", "\"", "'"},
        {"\xC2\xAC sex = male", "not", "\xC2\xAC"},
        {"age =\xC2\xA0"
         "18",
         "", "a no-break space"},
        {"age\xE2\x80\xAF= 18", "", "a narrow no-break space"},
        {"\xEF\xBB\xBF"
         "age = 18",
         "", "a byte order mark"},
        {"! sex = male", "!=", "! stands alone"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
        struct diagnostics found;
        struct lexer lexer = {of[i][0], (uint32_t)strlen(of[i][0]), 0, &found};
        struct token token;

        diagnostics_init(&found, of[i][0], lexer.length);
        do
            token = lex_next(&lexer);
        while (token.kind != TOKEN_BAD && token.kind != TOKEN_END);
        assert_int_equal(found.n, 1);
        assert_int_equal(found.list[0].fault, FAULT_CHARACTER);
        assert_string_equal(found.list[0].suggestion, of[i][1]);
        if (!strstr(found.list[0].message, of[i][2]))
            fail_msg("%s: %s", of[i][0], found.list[0].message);
        assert_true(of[i][1][0] || strcmp(found.list[0].expected, "an ordinary space") == 0);
        assert_int_equal(found.list[0].to, token.to);
    }
}

static bool is_text(const char *text, size_t length)
{
    struct diagnostics found;

    diagnostics_init(&found, text, length);
    return lex_check(text, length, &found);
}

static void test_only_utf8_without_control_characters_is_read(void **state)
{
    static char longest[AST_TEXT_MAX + 1];

    (void)state;
    assert_true(is_text("\t\r\n \xC3\xA5 \xE2\x82\xAC \xF0\x9F\x98\x80", 15));
    assert_false(is_text("\xC3", 1));
    assert_false(is_text("\xC0\xAF", 2));         /* an overlong / */
    assert_false(is_text("\xE0\x80\xAF", 3));     /* another */
    assert_false(is_text("\xED\xA0\x80", 3));     /* half a surrogate pair */
    assert_false(is_text("\xF4\x90\x80\x80", 4)); /* past U+10FFFF */
    assert_false(is_text("\xFF", 1));
    assert_false(is_text("\x80", 1));
    assert_false(is_text("a\0b", 3));
    assert_false(is_text("\x1B[2J", 4));
    assert_false(is_text("\x7F", 1));
    memset(longest, ' ', sizeof(longest));
    assert_true(is_text(longest, AST_TEXT_MAX));
    assert_false(is_text(longest, AST_TEXT_MAX + 1));
}

static void test_plain_words_need_no_quotes(void **state)
{
    (void)state;
    assert_true(lex_is_plain_word("BRCA1"));
    assert_true(lex_is_plain_word("HLA-A"));
    assert_false(lex_is_plain_word("5_prime_UTR_variant"));
    assert_false(lex_is_plain_word("in"));
    assert_false(lex_is_plain_word("A B"));
    assert_false(lex_is_plain_word(""));
    assert_false(lex_is_plain_word("A#"));
    assert_false(lex_is_plain_word("a:b"));
    assert_true(lex_is_plain_code("a:b"));
    assert_false(lex_is_plain_code("a"));
    assert_false(lex_is_plain_code("a:b)"));
    assert_false(lex_is_plain_code("a:b c"));
    for (size_t i = 0; lex_reserved[i]; i++)
        assert_false(lex_is_plain_word(lex_reserved[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_become_tokens),
        cmocka_unit_test(test_signs_of_protocols_are_named_with_what_to_type),
        cmocka_unit_test(test_only_utf8_without_control_characters_is_read),
        cmocka_unit_test(test_plain_words_need_no_quotes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
