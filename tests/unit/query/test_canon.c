/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical bytes answer as the question does, whatever its tests answer. They are the same for
 * shuffled operands, duplicates, double negations and other spellings, and differ for different
 * questions. Running out of memory is an error.
 */
#include "proto/query/canon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/random.h"
#include "proto/query/parse.h"
#include "proto/query/print.h"
#include "proto/query/shape.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"
#include "random_question.h"

#define ROUNDS 2000
#define ANSWERS 20 /* random answers a question is evaluated on */
#define VARIANTS 3 /* variants of the imagined person */
#define ARENA_BYTES ((size_t)8 << 20)

/* The build wraps these two, so that the n-th allocation can fail. */
void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);

static int fail_after = -1; /* allocations that still succeed; -1: all */

static bool fails(void)
{
    return fail_after >= 0 && fail_after-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

enum truth { NO, CANNOT_TELL, YES };

/* An imagined person: what every test answers, for each of the variants. */
struct person {
    uint32_t seed;
    uint32_t variant; /* the one that is looked at, 0 outside variant( ) */
};

/* The answer to one value of one test: random, but always the same. */
static enum truth answer(const struct person *person, const char *field, const char *op,
                         const void *value, size_t size)
{
    uint32_t hash = person->seed * 2654435761u + person->variant * 40503u;

    for (const char *c = field; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    for (const char *c = op; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const unsigned char *)value)[i]) * 16777619u;
    hash ^= hash >> 15;
    hash *= 2246822519u;
    return (hash >> 13) % 3;
}

static bool is_sampled(const struct person *person)
{
    return person->seed % 3 > 0;
}

static enum truth most(enum truth a, enum truth b)
{
    return a > b ? a : b;
}

/* At least n of: yes when so many are yes, cannot tell when those that cannot be told would do. */
static enum truth of_counts(uint64_t n, uint64_t yes, uint64_t unknown)
{
    return yes >= n ? YES : yes + unknown >= n ? CANNOT_TELL : NO;
}

/* ---- of a tree ----------------------------------------------------------------------------- */

static enum truth tree_truth(const struct ast_node *node, struct person person);

static enum truth test_truth(const struct ast_node *test, const struct person *person)
{
    static const char *const operators[] = {"in", "under", "excluded", "range", "exists"};
    const char *field = vocabulary_fields[test->field].name;
    int64_t range[3] = {test->low_nano, test->high_nano, test->time};
    enum truth truth = NO;

    if (test->op == OP_RANGE)
        return answer(person, field, "range", range, sizeof(range));
    if (test->op == OP_EXISTS)
        return answer(person, field, "exists", NULL, 0);
    for (uint32_t i = 0; i < test->n_values; i++)
        truth = most(truth, answer(person, field, operators[test->op], test->values[i].text,
                                   strlen(test->values[i].text)));
    return truth;
}

static enum truth inner_truth(const struct ast_node *node, struct person person)
{
    uint64_t yes = 0, unknown = 0;

    for (uint32_t i = 0; i < node->n_children; i++) {
        enum truth truth = tree_truth(node->children[i], person);

        yes += truth == YES;
        unknown += truth == CANNOT_TELL;
    }
    if (node->kind == AST_AND)
        return of_counts(node->n_children, yes, unknown);
    return of_counts(node->kind == AST_OR ? 1 : node->at_least, yes, unknown);
}

static enum truth tree_truth(const struct ast_node *node, struct person person)
{
    enum truth truth = NO;

    switch (node->kind) {
    case AST_ALL:
        return YES;
    case AST_NOT:
        return YES - tree_truth(node->children[0], person);
    case AST_VARIANT:
        person.seed ^= two_hits_is(node) ? UINT32_MAX : 0; /* another question of the tests */
        for (person.variant = 1; person.variant <= VARIANTS; person.variant++)
            if (node->origin == ORIGIN_ANY || /* every other variant is somatic */
                (node->origin == ORIGIN_SOMATIC) == (person.variant % 2 == 0))
                truth = most(truth, tree_truth(node->children[0], person));
        return truth;
    case AST_TESTED:
        truth = tree_truth(node->children[0], person);
        return truth != CANNOT_TELL ? YES : is_sampled(&person) ? CANNOT_TELL : NO;
    case AST_TEST:
        return test_truth(node, &person);
    default:
        return inner_truth(node, person);
    }
}

/* ---- of canonical bytes --------------------------------------------------------------------- */

struct run {
    const uint8_t *data;
    size_t size;
};

static enum truth bytes_truth(struct run run, size_t *at, struct person person);

static enum truth bytes_test_truth(struct run run, const struct person *person)
{
    char field[32] = "";
    int64_t range[3] = {0, 0, 0};
    enum truth truth = NO;
    size_t at = 0, size, inner_at = 0, inner_size;
    const uint8_t *value, *inner;
    uint8_t tag, inner_tag;

    assert_true(bytes_read_tlv(run.data, run.size, &at, &tag, &value, &size));
    assert_int_equal(tag, 0x10);
    memcpy(field, value, size);
    assert_true(bytes_read_tlv(run.data, run.size, &at, &tag, &value, &size));
    if (tag == 0x14) {
        for (int i = 0; i < 8; i++)
            range[0] = (int64_t)((uint64_t)range[0] << 8 | value[i]);
        assert_true(bytes_read_tlv(run.data, run.size, &at, &tag, &value, &size));
        for (int i = 0; i < 8; i++)
            range[1] = (int64_t)((uint64_t)range[1] << 8 | value[i]);
        if (bytes_read_tlv(run.data, run.size, &at, &tag, &value, &size)) {
            assert_int_equal(tag, 0x19);
            range[2] = value[7];
        }
        return answer(person, field, "range", range, sizeof(range));
    }
    if (tag == 0x16)
        return answer(person, field, "exists", NULL, 0);
    while (bytes_read_tlv(value, size, &inner_at, &inner_tag, &inner, &inner_size))
        truth = most(truth, answer(person, field,
                                   tag == 0x11   ? "in"
                                   : tag == 0x12 ? "under"
                                                 : "excluded",
                                   inner, inner_size));
    return truth;
}

static enum truth bytes_truth(struct run run, size_t *at, struct person person)
{
    struct run in;
    uint64_t n = 0, yes = 0, unknown = 0, total = 0;
    size_t inner = 0;
    enum truth truth = NO;
    uint8_t tag;

    assert_true(bytes_read_tlv(run.data, run.size, at, &tag, &in.data, &in.size));
    if (tag == 0x01)
        return YES;
    if (tag == 0x04)
        return YES - bytes_truth(in, &inner, person);
    if (tag == 0x07)
        return bytes_test_truth(in, &person);
    if (tag == 0x06 || tag == 0x0d || tag == 0x0e) {
        for (person.variant = 1; person.variant <= VARIANTS; person.variant++) {
            inner = 0;
            if (tag != 0x06 && (tag == 0x0e) != (person.variant % 2 == 0))
                continue;
            truth = most(truth, bytes_truth(in, &inner, person));
        }
        return truth;
    }
    if (tag == 0x0f)
        return person.seed ^= UINT32_MAX, bytes_truth(in, &inner, person);
    if (tag == 0x08) {
        truth = bytes_truth(in, &inner, person);
        return truth != CANNOT_TELL ? YES : is_sampled(&person) ? CANNOT_TELL : NO;
    }
    if (tag == 0x05) {
        const uint8_t *value;
        size_t size;

        assert_true(bytes_read_tlv(in.data, in.size, &inner, &tag, &value, &size));
        n = value[7];
        tag = 0x05;
    }
    while (inner < in.size) {
        truth = bytes_truth(in, &inner, person);
        yes += truth == YES;
        unknown += truth == CANNOT_TELL;
        total++;
    }
    return of_counts(tag == 0x02 ? total : tag == 0x03 ? 1 : n, yes, unknown);
}

/* ---- the tests ------------------------------------------------------------------------------ */

static struct bytes canon_of(const struct ast *ast)
{
    struct bytes out = {0};
    struct err err;

    assert_true(canon_criterion(ast, &out, &err));
    return out;
}

/* A random question that keeps the limits; the arena is cleared first. */
static void random_tree(struct arena *arena, struct ast *ast)
{
    struct bytes text = {0};
    struct diagnostics found;
    bool parsed;

    do {
        text.size = 0;
        arena_clear(arena);
        random_question(&text);
        parsed = parse((const char *)text.data, text.size, arena, ast, &found);
    } while (!parsed);
    bytes_clear(&text);
}

static void test_canonical_bytes_answer_as_the_question_does(void **state)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    uint64_t seen[3] = {0};

    (void)state;
    random_seed(2);
    for (int i = 0; i < ROUNDS; i++) {
        struct bytes canon;
        struct ast ast;

        random_tree(arena, &ast);
        canon = canon_of(&ast);
        for (uint32_t k = 0; k < ANSWERS; k++) {
            struct person person = {.seed = random_below(UINT32_MAX)};
            enum truth truth = tree_truth(ast.root, person);
            size_t at = 0;

            seen[truth]++;
            assert_int_equal(bytes_truth((struct run){canon.data, canon.size}, &at, person), truth);
            assert_int_equal(at, canon.size);
        }
        bytes_clear(&canon);
    }
    /* The check has looked at every answer often. */
    assert_true(seen[NO] > ROUNDS && seen[CANNOT_TELL] > ROUNDS && seen[YES] > ROUNDS);
    random_unseed();
    arena_free(arena);
}

static struct ast_node *over(struct arena *arena, enum ast_kind kind, struct ast_node *child)
{
    struct ast_node *node = arena_alloc(arena, sizeof(*node));

    assert_non_null(node);
    node->kind = kind;
    node->n_children = 1;
    node->children = arena_array(arena, 1, sizeof(struct ast_node *));
    assert_non_null(node->children);
    node->children[0] = child;
    return node;
}

static void shuffle_values(struct arena *arena, struct ast_node *test)
{
    uint32_t n = test->n_values;
    struct ast_value *values = arena_array(arena, n + 1, sizeof(*values));

    assert_non_null(values);
    memcpy(values, test->values, n * sizeof(*values));
    values[n] = values[random_below(n)]; /* a duplicate */
    for (uint32_t i = n; i > 0; i--) {
        uint32_t k = random_below(i + 1);
        struct ast_value swap = values[i];

        values[i] = values[k];
        values[k] = swap;
    }
    test->values = values;
    test->n_values = n + 1;
}

/* The same question otherwise: shuffled, doubled, doubly negated, nested in its own kind. */
static struct ast_node *disguise(struct arena *arena, const struct ast_node *node)
{
    struct ast_node *copy = arena_alloc(arena, sizeof(*copy));
    bool counts = node->kind == AST_AT_LEAST;
    uint32_t n = node->n_children, extra = 0;

    assert_non_null(copy);
    *copy = *node;
    if (node->kind == AST_TEST && node->op == OP_IN)
        shuffle_values(arena, copy);
    if (n) {
        copy->children = arena_array(arena, n + 1, sizeof(struct ast_node *));
        assert_non_null(copy->children);
        for (uint32_t i = 0; i < n; i++)
            copy->children[i] = disguise(arena, node->children[i]);
    }
    if (n > 1 && !counts) {
        copy->children[n] = disguise(arena, node->children[random_below(n)]);
        extra = random_below(2);
        if (extra && random_below(2)) /* an and in an and, an or in an or */
            copy->children[n] = over(arena, node->kind, copy->children[n]);
    }
    copy->n_children = n + extra;
    for (uint32_t i = copy->n_children; n > 1 && i > 1; i--) {
        uint32_t k = random_below(i);
        struct ast_node *swap = copy->children[i - 1];

        copy->children[i - 1] = copy->children[k];
        copy->children[k] = swap;
    }
    return random_below(4) ? copy : over(arena, AST_NOT, over(arena, AST_NOT, copy));
}

static void test_a_disguised_question_has_the_same_bytes(void **state)
{
    struct arena *arena = arena_new(ARENA_BYTES);

    (void)state;
    random_seed(3);
    for (int i = 0; i < ROUNDS; i++) {
        struct bytes plain, disguised;
        struct ast ast, other;

        random_tree(arena, &ast);
        other = (struct ast){disguise(arena, ast.root), ast.n_nodes};
        plain = canon_of(&ast);
        disguised = canon_of(&other);
        assert_int_equal(plain.size, disguised.size);
        assert_memory_equal(plain.data, disguised.data, plain.size);
        bytes_clear(&plain);
        bytes_clear(&disguised);
    }
    random_unseed();
    arena_free(arena);
}

/* Lines of one group are the same question; groups differ from each other. */
static const char *const groups[][4] = {
    {"", "# nothing"},
    {"sex = male", "sex in (male)", "not sex != male", "sex in (male, male)"},
    {"sex != male", "not sex = male", "not not not sex = male"},
    {"sex in (male, female)", "sex in (female, male, female)"},
    {"sex = male or sex = female", "sex = female or sex = male or sex = male"},
    {"sex = male and age = 3", "age = 3 and sex = male", "age = 3 and (sex = male and age = 3)"},
    {"sex = male or age = 3", "(age = 3 or sex = male)"},
    {"age >= 3", "age > 2"},
    {"age > 3"},
    {"age <= 3"},
    {"age = 3", "age between 3 and 3", "age = 3 or age = 3"},
    {"birth_year = 1970"},
    {"af <= 0.1%", "variant(af <= 0.001)", "variant(not not af <= 0.001)"},
    {"af < 0.1%"},
    {"at least 1 of (sex = male, age = 3)", "at least 1 of (age = 3, not not sex = male)"},
    {"at least 2 of (sex = male, age = 3)"},
    {"at least 2 of (sex = male, sex = male, age = 3)",
     "at least 2 of (sex = male, age = 3, sex = male)"},
    {"at least 2 of (sex = male, age = 3, age = 3)"},
    {"gene = BRCA1 and af <= 0.1", "variant(gene = brca1 and af <= 10%)",
     "af <= 0.1 and gene = BRCA1"},
    {"variant(gene = BRCA1) and variant(af <= 0.1)"},
    {"variant(gene = BRCA1)", "gene = BRCA1", "variant(gene = BRCA1 or gene = BRCA1)"},
    {"not variant(gene = BRCA1)", "not gene = BRCA1"},
    {"variant(gene != BRCA1)"},
    {"variant(gene = BRCA1) or variant(gene = BRCA2)"},
    {"gene in (BRCA1, BRCA2)", "gene in (BRCA2, BRCA1)"},
    {"variant(gene = BRCA1 or gene = BRCA2)"},
    {"gene = \"brca1\""},
    {"diagnosis under C50", "diagnosis under icd10:c50"},
    {"diagnosis = C50"},
    {"code = icd10:C50"},
    {"diagnosis = C50.1", "diagnosis = icd10:C501"},
    {"phenotype = HP:0001250", "phenotype = hp:0001250"},
    {"phenotype excluded HP:0001250"},
    {"not phenotype = HP:0001250"},
    {"region = Skåne", "region = 12", "region = M", "region = \"Region Skåne\""},
    {"change = GRCh38:1-1000-ACGT-ACT", "change = GRCh38:1-1001-CG-C"},
    {"change = GRCh37:1-1001-CG-C"},
    {"locus = GRCh38:1:5", "locus = GRCh38:1:5-5"},
};

#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static void identity_of(const char *text, struct arena *arena, uint8_t *identity)
{
    const struct canon_measure count = {.measure = 1};
    struct ast ast;
    struct err err;

    if (!parse_text(text, arena, &ast, &err))
        fail_msg("%s: %s", text, err.text);
    assert_true(canon_identity(&ast, &count, identity, &err));
}

static void test_same_questions_are_same_and_others_differ(void **state)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    uint8_t first[GROUPS][CANON_IDENTITY_BYTES], other[CANON_IDENTITY_BYTES];

    (void)state;
    for (size_t i = 0; i < GROUPS; i++) {
        identity_of(groups[i][0], arena, first[i]);
        for (size_t k = 1; k < 4 && groups[i][k]; k++) {
            identity_of(groups[i][k], arena, other);
            if (memcmp(first[i], other, sizeof(other)) != 0)
                fail_msg("differ: %s | %s", groups[i][0], groups[i][k]);
        }
        for (size_t k = 0; k < i; k++)
            if (memcmp(first[i], first[k], sizeof(other)) == 0)
                fail_msg("same: %s | %s", groups[i][0], groups[k][0]);
    }
    arena_free(arena);
}

static void test_the_measure_is_part_of_the_identity(void **state)
{
    static const char *const two[] = {"sex", "region"}, *const turned[] = {"region", "sex"};
    const struct ast_value change = {.text = "GRCh38:1-5-A-T"};
    const struct canon_measure measures[] = {
        {.measure = 1},
        {.measure = 2},
        {.measure = 2, .dimensions = two, .n_dimensions = 1},
        {.measure = 2, .dimensions = two, .n_dimensions = 2},
        {.measure = 2, .dimensions = turned, .n_dimensions = 2},
        {.measure = 3, .changes = &change, .n_changes = 1},
    };
    enum { N = sizeof(measures) / sizeof(measures[0]) };
    uint8_t identities[N][CANON_IDENTITY_BYTES];
    struct arena *arena = arena_new(ARENA_BYTES);
    struct ast ast;
    struct err err;

    (void)state;
    assert_true(parse_text("sex = male", arena, &ast, &err));
    for (size_t i = 0; i < N; i++) {
        assert_true(canon_identity(&ast, &measures[i], identities[i], &err));
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(identities[i], identities[k], CANON_IDENTITY_BYTES);
    }
    arena_free(arena);
}

/* Which step rules a person out follows from their order and extent, and not from their names. */
static void test_steps_are_part_of_the_identity_and_names_are_not(void **state)
{
    const struct shape_step one[] = {{"all", 3}}, two[] = {{"I1", 1}, {"I2", 2}},
                            late[] = {{"I1", 2}, {"I2", 1}}, named[] = {{"a", 1}, {"b", 2}};
    const struct canon_measure measures[] = {{.measure = 4, .steps = one, .n_steps = 1},
                                             {.measure = 4, .steps = two, .n_steps = 2},
                                             {.measure = 4, .steps = late, .n_steps = 2},
                                             {.measure = 4, .steps = named, .n_steps = 2}};
    static const char *const texts[] = {"sex = male and age > 3 and region = 12",
                                        "age > 3 and sex = male and region = 12",
                                        "sex = male and region = 12 and age > 3"};
    uint8_t identities[3][4][CANON_IDENTITY_BYTES];
    struct arena *arena = arena_new(ARENA_BYTES);
    struct ast ast;
    struct err err;

    (void)state;
    for (size_t t = 0; t < 3; t++) {
        assert_true(parse_text(texts[t], arena, &ast, &err));
        for (size_t i = 0; i < 4; i++)
            assert_true(canon_identity(&ast, &measures[i], identities[t][i], &err));
        assert_memory_equal(identities[t][1], identities[t][3], CANON_IDENTITY_BYTES);
        assert_memory_not_equal(identities[t][0], identities[t][1], CANON_IDENTITY_BYTES);
        assert_memory_not_equal(identities[t][1], identities[t][2], CANON_IDENTITY_BYTES);
    }
    assert_memory_equal(identities[0][0], identities[1][0], CANON_IDENTITY_BYTES);
    assert_memory_not_equal(identities[0][1], identities[1][1], CANON_IDENTITY_BYTES);
    assert_memory_equal(identities[0][1], identities[2][1], CANON_IDENTITY_BYTES);
    assert_memory_not_equal(identities[0][2], identities[2][2], CANON_IDENTITY_BYTES);
    arena_free(arena);
}

/* The identity of a question must survive releases: these bytes may change only together with
 * CANON_VERSION or VOCABULARY_VERSION. */
static void test_the_bytes_are_those_of_version_one(void **state)
{
    static const char expected[] = "0700000021100000000373657811000000141700000004"
                                   "6d616c65170000000666656d616c65";
    struct arena *arena = arena_new(ARENA_BYTES);
    struct bytes canon;
    struct ast ast;
    struct err err;
    char hex[256];

    (void)state;
    assert_int_equal(CANON_VERSION, 1);
    assert_true(parse_text("sex in (male, female)", arena, &ast, &err));
    canon = canon_of(&ast);
    assert_true(canon.size < sizeof(hex) / 2);
    bytes_to_hex(canon.data, canon.size, hex);
    assert_string_equal(hex, expected);
    bytes_clear(&canon);
    arena_free(arena);
}

static void test_out_of_memory_is_an_error_at_each_allocation(void **state)
{
    const struct canon_measure count = {.measure = 1};
    struct arena *arena = arena_new(ARENA_BYTES);
    uint8_t identity[CANON_IDENTITY_BYTES], right[CANON_IDENTITY_BYTES];
    bool done = false;
    struct ast ast;
    struct err err;
    int n;

    (void)state;
    assert_true(
        parse_text("not not sex = male and at least 1 of (variant(gene in (A, B)), age > 3)", arena,
                   &ast, &err));
    assert_true(canon_identity(&ast, &count, right, &err));
    for (n = 0; !done; n++) {
        bool made;

        fail_after = n;
        made = canon_identity(&ast, &count, identity, &err);
        done = made && fail_after >= 0;
        fail_after = -1;
        assert_int_equal(made, done); /* never an identity of half a question */
        if (!made)
            assert_int_equal(err.code, ERR_INTERNAL);
    }
    assert_memory_equal(identity, right, sizeof(right));
    assert_true(n > 10);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical_bytes_answer_as_the_question_does),
        cmocka_unit_test(test_a_disguised_question_has_the_same_bytes),
        cmocka_unit_test(test_same_questions_are_same_and_others_differ),
        cmocka_unit_test(test_the_measure_is_part_of_the_identity),
        cmocka_unit_test(test_steps_are_part_of_the_identity_and_names_are_not),
        cmocka_unit_test(test_the_bytes_are_those_of_version_one),
        cmocka_unit_test(test_out_of_memory_is_an_error_at_each_allocation),
    };

    return random_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
