/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser's promises: every question of the language that is in this release is read as its
 * canonical text says; every other one is refused with the right code at the right place, never
 * ignored; limits hold at the limit and one past; running out of memory is an error and nothing
 * worse.
 */
#include "proto/query/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/print.h"
#include "tests/unit/refused.h"

#define ARENA_BYTES ((size_t)4 << 20)

static const struct {
    const char *text;
    const char *canonical;
} valid[] = {
    /* the examples of the reference that are in this release */
    {"gene = BRCA1 and consequence in (lof) and diagnosis under C50 and age >= 18",
     "variant(gene = BRCA1 and consequence = lof) and diagnosis under icd10:C50 and age >= 18"},
    {"variant(gene in (BRCA1, BRCA2) and consequence in (lof) and clinvar = pathogenic) and "
     "diagnosis under icd10:C50",
     "variant(gene in (BRCA1, BRCA2) and consequence = lof and clinvar = pathogenic) and "
     "diagnosis under icd10:C50"},
    {"at least 2 of (phenotype under HP:0001250, phenotype under HP:0001263, phenotype under "
     "HP:0000252) and sex = female",
     "at least 2 of (phenotype under HP:0001250, phenotype under HP:0001263, phenotype under "
     "HP:0000252) and sex = female"},
    {"variant(gene = APC and consequence in (lof))", "variant(gene = APC and consequence = lof)"},
    {"", ""},
    {"  # only a comment\n\t", ""},
    /* precedence: not over and over or */
    {"age = 1 or age = 2 and not sex = male", "age = 1 or age = 2 and sex != male"},
    {"(age = 1 or age = 2) and sex = male", "(age = 1 or age = 2) and sex = male"},
    {"((age = 1))", "age = 1"},
    {"(age = 1 and age = 2) and age = 3", "age = 1 and age = 2 and age = 3"},
    {"age = 1 or (age = 2 or age = 3)", "age = 1 or age = 2 or age = 3"},
    {"not not age = 1", "not age != 1"},
    {"not (age = 1 or age = 2)", "not (age = 1 or age = 2)"},
    /* ranges are closed */
    {"age > 18 and age < 65", "age >= 19 and age <= 64"},
    {"age between 18 and 65 and birth_year != 1970",
     "age between 18 and 65 and birth_year != 1970"},
    {"age between 18 and 18", "age = 18"},
    {"age >= 18 years", "age >= 18"},
    {"af <= 0.1%", "variant(af <= 0.001)"},
    {"somatic variant(gene = JAK2 and vaf >= 1%)", "somatic variant(gene = JAK2 and vaf >= 0.01)"},
    {"af < 1%", "variant(af <= 0.009999999)"},
    {"af > 0.5", "variant(af >= 0.500000001)"},
    {"af between 0 and 0.000000001", "variant(af between 0 and 0.000000001)"},
    /* values in one spelling */
    {"diagnosis in (c50.1, ORPHANET:558, omim:613707, MONDO:0007947)",
     "diagnosis in (icd10:C50.1, orpha:558, omim:613707, mondo:0007947)"},
    {"diagnosis = icd10:c501", "diagnosis = icd10:C50.1"},
    {"phenotype = hp:0001250 or phenotype excluded HP:0001263",
     "phenotype = HP:0001250 or phenotype excluded HP:0001263"},
    {"code = igsr:EUR and code under atc:l01xk", "code = igsr:EUR and code under atc:L01XK"},
    {"region = Skåne or region = 03 or region = \"Västra Götaland\" or region in (AB, gotland)",
     "region = 12 or region = 03 or region = 14 or region in (01, 09)"},
    {"region = Ska\xCC\x8Ane", NULL}, /* a ring on the wrong letter is still read as Skane */
    {"change = grch38:chr17-31327718-c-t", "variant(change = GRCh38:17-31327718-C-T)"},
    {"change = GRCh37:1-1000-ACGT-ACT", "variant(change = GRCh37:1-1001-CG-C)"},
    {"change in (GRCh38:M-5-A-G, GRCh38:X-100000-CT-GT)",
     "variant(change in (GRCh38:MT-5-A-G, GRCh38:X-100000-C-G))"},
    {"locus = GRCh38:22:50674415-50733212", "variant(locus = GRCh38:22:50674415-50733212)"},
    {"locus = GRCh37:Y:5", "variant(locus = GRCh37:Y:5-5)"},
    {"zygosity in (het, hemi)", "variant(zygosity in (het, hemi))"},
    {"consequence = \"5_prime_UTR_variant\"", "variant(consequence = \"5_prime_UTR_variant\")"},
    {"gene = hla-a or gene = c9orf72 or gene = \"brca1\" or gene = \"in\"",
     "variant(gene = HLA-A) or variant(gene = C9orf72) or variant(gene = \"brca1\") or "
     "variant(gene = \"in\")"},
    {"gene = \"17-43094464-G-A\"", "variant(gene = \"17-43094464-G-A\")"},
    /* one variant: see test_bare for the rest of the rule */
    {"gene = A and age = 3 and consequence = lof", "variant(gene = A and consequence = lof) and "
                                                   "age = 3"},
    {"variant(not (gene = A or gene = B) and at least 1 of (af <= 0.1, clinvar != benign))",
     "variant(not (gene = A or gene = B) and at least 1 of (af <= 0.1, clinvar != benign))"},
    /* layout */
    {"age=3#a comment and more\nand\tsex=male", "age = 3 and sex = male"},
    {"(phenotype under HP:0001250)and(diagnosis under C50)",
     "phenotype under HP:0001250 and diagnosis under icd10:C50"},
};

static const struct {
    const char *text;
    enum fault fault;
    uint32_t from;
    const char *says; /* a part of the message or of the suggestion */
} invalid[] = {
    {"genee = BRCA1", FAULT_FIELD, 0, "gene"},
    {"cosequence = lof", FAULT_FIELD, 0, "consequence"},
    {"age = 3 and xyzzy = 4", FAULT_FIELD, 12, "xyzzy"},
    {"gene = BRCA1 AND age > 3", FAULT_CAPITALS, 13, "and"},
    {"NOT age = 3", FAULT_CAPITALS, 0, "not"},
    {"age IN (3)", FAULT_CAPITALS, 4, "in"},
    {"age = 3 age = 4", FAULT_UNIT, 8, "age"},
    {"age = 3 and", FAULT_SYNTAX, 11, "ends too early"},
    {"age", FAULT_SYNTAX, 3, "ends too early"},
    {"age 3", FAULT_SYNTAX, 4, "3"},
    {"age = 3)", FAULT_SYNTAX, 7, ")"},
    {"(age = 3", FAULT_SYNTAX, 8, "ends too early"},
    {"()", FAULT_SYNTAX, 1, ")"},
    {"variant()", FAULT_SYNTAX, 8, ")"},
    {"variant gene = A", FAULT_SYNTAX, 8, "gene"},
    {"gene in BRCA1", FAULT_SYNTAX, 8, "BRCA1"},
    {"gene in ()", FAULT_SYNTAX, 9, ")"},
    {"gene in (A,)", FAULT_SYNTAX, 11, ")"},
    {"gene in (A B)", FAULT_SYNTAX, 11, "B"},
    {"age between 3 or 4", FAULT_SYNTAX, 14, "or"},
    {"gene = in", FAULT_SYNTAX, 7, "in"},
    {"and = 3", FAULT_SYNTAX, 0, "and"},
    {"3 = age", FAULT_SYNTAX, 0, "3"},
    {"diagnosis under icd10:)", FAULT_SYNTAX, 22, "no code"},
    {"age ! 3", FAULT_CHARACTER, 4, "!="},
    {"age = 3; drop", FAULT_CHARACTER, 7, ";"},
    {"age = 'x'", FAULT_CHARACTER, 6, "'"},
    {"gene = \"BRCA1", FAULT_STRING_OPEN, 7, ""},
    {"gene = \"BR\nCA1\"", FAULT_STRING_OPEN, 7, ""},
    {"gene = 17-43094464-G-A", FAULT_KIND, 7, "17-43094464-G-A"},
    {"age = 3x", FAULT_NUMBER, 6, ""},
    {"age = 18.5", FAULT_RANGE, 6, "18.5"},
    {"age = -1", FAULT_RANGE, 6, "-1"},
    {"age = 151", FAULT_RANGE, 6, "151"},
    {"age = 99999999999999999999", FAULT_RANGE, 6, ""},
    {"birth_year = 70", FAULT_RANGE, 13, "70"},
    {"af <= 1.5", FAULT_RANGE, 6, "1.5"},
    {"af <= 101%", FAULT_RANGE, 6, "101%"},
    {"af <= 0.0000000001", FAULT_RANGE, 6, "finer"},
    {"af <= 0.00000001%", FAULT_RANGE, 6, "finer"},
    {"age < 0", FAULT_EMPTY, 0, "age"},
    {"age > 150", FAULT_EMPTY, 0, "age"},
    {"af > 1", FAULT_EMPTY, 0, "af"},
    {"age between 65 and 18", FAULT_EMPTY, 0, "age"},
    {"age = 18%", FAULT_PERCENT, 6, ""},
    {"age = old", FAULT_KIND, 6, "old"},
    {"age = 2001-01-01", FAULT_KIND, 6, ""},
    {"sex = 1", FAULT_KIND, 6, "1"},
    {"gene = 3", FAULT_KIND, 7, "3"},
    {"phenotype under C50", FAULT_KIND, 16, "C50"},
    {"code = C50", FAULT_KIND, 7, "C50"},
    {"change = BRCA1", FAULT_KIND, 9, "BRCA1"},
    {"sex = femal", FAULT_WORD, 6, "female"},
    {"variant(zygosity = heterozygous)", FAULT_WORD, 19, "heterozygous"},
    {"variant(consequence = missense)", FAULT_WORD, 22, "missense_variant"},
    {"variant(clinvar = pathogenc)", FAULT_WORD, 18, "pathogenic"},
    {"region = 3", FAULT_WORD, 9, "03"},
    {"region = Gotlnd", FAULT_WORD, 9, "Gotland"},
    {"region = 02", FAULT_WORD, 9, "02"},
    {"diagnosis under HP:0001250", FAULT_WORD, 16, "phenotype"},
    {"diagnosis under atc:L01", FAULT_WORD, 16, "atc"},
    {"diagnosis under snomd:254837009", FAULT_WORD, 16, "snomed"},
    {"diagnosis = icd10:C5O", FAULT_FORM, 12, "icd10:C50"},
    {"phenotype under icd10:C50", FAULT_WORD, 16, "icd10"},
    {"phenotype under HP:1250", FAULT_FORM, 16, "HP:1250"},
    {"diagnosis under C5", FAULT_FORM, 16, "C5"},
    {"diagnosis under breast", FAULT_FORM, 16, "breast"},
    {"diagnosis under omim:12345", FAULT_FORM, 16, "omim:12345"},
    {"change = GRCh39:1-5-A-T", FAULT_FORM, 9, ""},
    {"change = hg17:1-5-A-T", FAULT_FORM, 9, ""},
    {"change = GRCh38:23-5-A-T", FAULT_FORM, 9, ""},
    {"change = GRCh38:1-0-A-T", FAULT_FORM, 9, ""},
    {"change = GRCh38:MT-16570-A-T", FAULT_FORM, 9, ""},
    {"change = GRCh38:1-5-A-A", FAULT_FORM, 9, ""},
    {"change = GRCh38:1-5-A-N", FAULT_FORM, 9, ""},
    {"change = GRCh38:1-5-A", FAULT_FORM, 9, ""},
    {"locus = GRCh38:1:9-5", FAULT_FORM, 8, ""},
    {"gene = \"\"", FAULT_FORM, 7, ""},
    {"gene = \"A B\"", FAULT_FORM, 7, ""},
    {"age under 3", FAULT_OPERATOR, 4, "under"},
    {"age in (3, 4)", FAULT_OPERATOR, 4, "in"},
    {"sex > male", FAULT_OPERATOR, 4, ">"},
    {"gene under A", FAULT_OPERATOR, 5, "under"},
    {"diagnosis excluded C50", FAULT_OPERATOR, 10, "excluded"},
    {"gene between 3 and 4", FAULT_OPERATOR, 5, "between"},
    {"variant(variant(gene = A))", FAULT_NESTING, 8, ""},
    {"variant(at least 1 of (gene = A, variant(gene = B)))", FAULT_NESTING, 33, ""},
    {"variant(gene = A and age = 3)", FAULT_SCOPE, 21, "age"},
    {"variant(not diagnosis under C50)", FAULT_SCOPE, 12, "diagnosis"},
    {"at least 3 of (age = 1, age = 2)", FAULT_AT_LEAST, 9, "3"},
    {"at least 0 of (age = 1, age = 2)", FAULT_AT_LEAST, 9, "0"},
    {"at least 1 of (age = 1)", FAULT_AT_LEAST, 9, "1"},
    {"at least two of (age = 1, age = 2)", FAULT_SYNTAX, 9, "two"},
    {"at least 1.5 of (age = 1, age = 2)", FAULT_SYNTAX, 9, "1.5"},
    {"gene = BRCA1 mg", FAULT_UNIT_PLACE, 13, "mg"},
    {"sex = male \"mmol/L\"", FAULT_UNIT_PLACE, 11, "mmol/L"},
    {"af <= 0.5 mg", FAULT_UNIT, 10, "mg"},
    {"birth_year = 1970 years", FAULT_UNIT, 18, "years"},
    {"age >= 18 moons", FAULT_UNIT, 10, "moons"},
    {"age = 3\x01", FAULT_ENCODING, 7, "control"},
    {"age = 3 # \xff", FAULT_ENCODING, 10, "UTF-8"},
    {"gene = \"\xed\xa0\x80\"", FAULT_ENCODING, 8, "UTF-8"},
};

/* Of the full language, by name. */
static const char *const later[][2] = {
    {"event(two hits(gene = MUTYH)) before event(treatment under atc:L01EB)", "two"},
    {"event(somatic two hits(gene = TP53))", "two"},
    {"variant(gene = EGFR and rank_score >= 5) and event(diagnosis under C34) within 12 months "
     "before event(treatment under atc:L01EB)",
     "rank_score"},
    {"event(variant(gene = EGFR)) before event(treatment under atc:L01EB)", "variant"},
    {"sequence(variant(gene = EGFR) then treatment under atc:L01EB)", "variant"},
    {"at least 2 times (tested(variant(gene = A)))", "tested"},
    {"variant(inheritance = de_novo and gene = SCN1A)", "inheritance"},
    {"sample exists", "sample"},
    {"tmb >= 10", "tmb"},
    {"msi = high", "msi"},
    {"hrd >= 42", "hrd"},
    {"purity >= 20%", "purity"},
    {"fusion = BCR", "fusion"},
    {"pgx.CYP2D6 = \"*4/*4\"", "pgx.CYP2D6"},
    {"consent = research", "consent"},
    {"variant(hgvs = \"p.(Arg175His)\")", "hgvs"},
    {"variant(hgvs = NM_007294.4:c.68_69del)", "hgvs"},
    {"variant(rank_score >= 15)", "rank_score"},
    {"variant(repeat = expanded)", "repeat"},
    {"variant(origin = germline_only)", "origin"},
};

static char *canonical(const char *text, struct diagnostics *found)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct bytes out = {0};
    struct ast ast;
    char *copy = NULL;

    if (parse(text, strlen(text), arena, &ast, found)) {
        print(&ast, &out);
        copy = strndup(out.data ? (const char *)out.data : "", out.size);
    }
    bytes_clear(&out);
    arena_free(arena);
    return copy;
}

static void test_what_is_in_this_release_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
        struct diagnostics found;
        char *out = canonical(valid[i].text, &found);

        if (!out)
            print_error("%s: %s\n", valid[i].text, found.list[0].message);
        assert_non_null(out);
        if (valid[i].canonical)
            assert_string_equal(out, valid[i].canonical);
        free(out);
    }
}

static void test_what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
        struct diagnostics found;
        char *out = canonical(invalid[i].text, &found);
        const struct diagnostic *one = &found.list[0];

        bool said = !out && (strstr(one->message, invalid[i].says) ||
                             strstr(one->suggestion, invalid[i].says));

        if (!said || one->fault != invalid[i].fault || one->from != invalid[i].from)
            print_error("%s: Q%03d at %u: %s (%s)\n", invalid[i].text, one->fault, one->from,
                        out ? "accepted" : one->message, one->suggestion);
        assert_null(out);
        assert_int_equal(one->fault, invalid[i].fault);
        assert_int_equal(one->from, invalid[i].from);
        assert_true(said);
    }
}

static void test_the_rest_of_the_language_is_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++) {
        struct diagnostics found;
        char quoted[64];

        assert_null(canonical(later[i][0], &found));
        assert_int_equal(found.list[0].fault, FAULT_UNSUPPORTED);
        snprintf(quoted, sizeof(quoted), "not supported yet: \"%s\"", later[i][1]);
        assert_non_null(strstr(found.list[0].message, quoted));
    }
}

static void test_several_mistakes_are_found_in_one_reading(void **state)
{
    struct diagnostics found;

    (void)state;
    assert_null(canonical("genee = A and sex = femal or age = 18.5 and tmb > 3 and age =", &found));
    assert_int_equal(found.n, 5);
    assert_int_equal(found.list[0].fault, FAULT_FIELD);
    assert_int_equal(found.list[1].fault, FAULT_WORD);
    assert_int_equal(found.list[2].fault, FAULT_RANGE);
    assert_int_equal(found.list[3].fault, FAULT_UNSUPPORTED);
    assert_int_equal(found.list[4].fault, FAULT_SYNTAX);
}

/* `piece` n times with `between` between, inside before and after. */
static char *repeated(const char *before, const char *piece, const char *between, int n,
                      const char *after)
{
    struct bytes out = {0};
    char *text;

    bytes_add_text(&out, before);
    for (int i = 0; i < n; i++) {
        bytes_add_text(&out, i ? between : "");
        bytes_add_text(&out, piece);
    }
    bytes_add_text(&out, after);
    text = strndup((const char *)out.data, out.size);
    bytes_clear(&out);
    return text;
}

static enum fault fault_of(char *text)
{
    struct diagnostics found;
    char *out = canonical(text, &found);

    free(text);
    if (!out)
        return found.list[0].fault;
    free(out);
    return 0;
}

static void test_limits_hold_at_the_limit_and_one_past(void **state)
{
    char long_gene[AST_STRING_MAX + 3];

    (void)state;
    /* depth: 31 nots over a test are 32 levels */
    assert_int_equal(fault_of(repeated("", "not ", "", 31, "age = 1")), 0);
    assert_int_equal(fault_of(repeated("", "not ", "", 32, "age = 1")), FAULT_DEEP);
    assert_int_equal(fault_of(repeated("", "not ", "", 900, "age = 1")), FAULT_DEEP);
    assert_int_equal(fault_of(repeated("", "(", "", 33, "age = 1")), FAULT_DEEP);
    /* nodes: an and of 199 is 200 */
    assert_int_equal(fault_of(repeated("", "age = 1", " or ", 199, "")), 0);
    assert_int_equal(fault_of(repeated("", "age = 1", " or ", 200, "")), FAULT_NODES);
    /* values: as many as the canonical text has room for; for AST_VALUES_MAX see test_named_set */
    assert_int_equal(fault_of(repeated("gene in (", "A", ",", 1359, ")")), 0);
    assert_int_equal(fault_of(repeated("gene in (", "A", ",", 1360, ")")), FAULT_TEXT_LONG);
    /* bytes of a value */
    memset(long_gene, 'A', sizeof(long_gene));
    long_gene[AST_STRING_MAX] = 0;
    assert_int_equal(fault_of(repeated("gene = ", long_gene, "", 1, "")), 0);
    long_gene[AST_STRING_MAX] = 'A';
    long_gene[AST_STRING_MAX + 1] = 0;
    assert_int_equal(fault_of(repeated("gene = ", long_gene, "", 1, "")), FAULT_VALUE_LONG);
    /* bytes of the text, and of its canonical form */
    assert_int_equal(fault_of(repeated("age = 1", " ", "", AST_TEXT_MAX - 7, "")), 0);
    assert_int_equal(fault_of(repeated("age = 1", " ", "", AST_TEXT_MAX - 6, "")), FAULT_TEXT_LONG);
    assert_int_equal(fault_of(repeated("diagnosis in (", "C50", ",", 500, ")")), FAULT_TEXT_LONG);
}

static void test_a_full_arena_is_an_error_and_nothing_worse(void **state)
{
    static const char text[] = "variant(gene = A) and not (diagnosis in (C50, C51) or age > 3) and "
                               "at least 1 of (sex = male, change = GRCh38:1-5-AC-AG)";
    bool done = false;
    int failed = 0;

    (void)state;
    for (size_t room = 64; !done; room += 64) {
        struct arena *arena = arena_new(room);
        struct diagnostics found;
        struct ast ast;

        assert_non_null(arena);
        done = parse(text, strlen(text), arena, &ast, &found);
        if (!done) {
            failed++;
            assert_int_equal(found.list[0].fault, FAULT_MEMORY);
        }
        arena_free(arena);
    }
    assert_true(failed > 3);
}

static void test_the_short_form_puts_the_first_mistake_into_the_error(void **state)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct ast ast;
    struct err err;

    (void)state;
    assert_refused(parse_text("genee = BRCA1", arena, &ast, &err), &err, ERR_INVALID);
    assert_string_equal(err.text,
                        "error[Q012]: unknown field \"genee\" at 1:1; did you mean gene?");
    assert_true(parse_text("gene = BRCA1", arena, &ast, &err));
    assert_int_equal(ast.n_nodes, 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_in_this_release_is_read),
        cmocka_unit_test(test_what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(test_the_rest_of_the_language_is_refused_by_name),
        cmocka_unit_test(test_several_mistakes_are_found_in_one_reading),
        cmocka_unit_test(test_limits_hold_at_the_limit_and_one_past),
        cmocka_unit_test(test_a_full_arena_is_an_error_and_nothing_worse),
        cmocka_unit_test(test_the_short_form_puts_the_first_mistake_into_the_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
