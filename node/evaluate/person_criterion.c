/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers are compared in the question's
 * own units, 1e-9, so that "age > 17.5" needs no rounding.
 */
#include "node/evaluate/person_criterion.h"

#include <assert.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "node/evaluate/code_lookup.h"
#include "node/snapshot/segment_schema.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/base/number.h"
#include "proto/query/ast.h"
#include "proto/query/vocabulary.h"

struct person_criterion {
    const struct ast_node *node;
    struct code_lookup *codes; /* NULL: it is no test on codes */
    bool here;                 /* FIELD_REGION: one of the values is this node's region */
    bool knows_region;
};

static bool is_coded(enum ast_field field)
{
    return vocabulary_fields[field].form == FORM_CODE;
}

bool person_criterion_new(struct snapshot *snapshot, const char *region,
                          const struct ast_node *node, struct arena *arena,
                          struct person_criterion **out, struct err *err)
{
    struct person_criterion *test = arena_alloc(arena, sizeof(*test));

    if (!test)
        return err_memory(err);
    test->node = node;
    if (is_coded(node->field) && !code_lookup_new(snapshot, node, arena, &test->codes, err))
        return false;
    test->knows_region = region != NULL;
    for (uint32_t i = 0; region && node->field == FIELD_REGION && i < node->n_values; i++)
        test->here |= strcmp(node->values[i].text, region) == 0;
    *out = test;
    return true;
}

/* The least whole number >= nano / 1e-9, or, when up is false, the greatest <= it, as a column
 * holds them. */
static int16_t bound(int64_t nano, bool up)
{
    int64_t whole = nano / NUMBER_NANO;

    if (up && whole * NUMBER_NANO < nano)
        whole++;
    if (!up && whole * NUMBER_NANO > nano)
        whole--;
    return whole > INT16_MAX ? INT16_MAX : whole < INT16_MIN ? INT16_MIN : (int16_t)whole;
}

/* 64 bytes that are 0 or 1 to one word: each product moves eight of them into its top byte. */
static uint64_t pack(const uint8_t bits[static 64])
{
    uint64_t word = 0;

    for (unsigned i = 0; i < 8; i++) {
        uint64_t eight;

        memcpy(&eight, bits + 8 * i, sizeof(eight));
        word |= (eight * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
    }
    return word;
}

/* Which of 64 values are low..high. */
static uint64_t between(const int16_t values[static 64], int16_t low, int16_t high)
{
#ifdef __SSE2__ /* the compiler does not find the instruction that gathers a bit of each byte */
    const __m128i below = _mm_set1_epi16(low), above = _mm_set1_epi16(high);
    uint64_t out = 0;

    for (unsigned i = 0; i < 64; i += 16) {
        __m128i a = _mm_loadu_si128((const __m128i *)(values + i));
        __m128i b = _mm_loadu_si128((const __m128i *)(values + i + 8));

        a = _mm_or_si128(_mm_cmplt_epi16(a, below), _mm_cmpgt_epi16(a, above));
        b = _mm_or_si128(_mm_cmplt_epi16(b, below), _mm_cmpgt_epi16(b, above));
        out |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_packs_epi16(a, b)) << i;
    }
    return ~out;
#else
    uint8_t in[64];

    for (unsigned i = 0; i < 64; i++)
        in[i] = (uint8_t)((values[i] >= low) & (values[i] <= high));
    return pack(in);
#endif
}

struct number_range {
    int16_t least; /* below: not known */
    int16_t low;
    int16_t high;
};

/* 64 persons of a column. */
static void number_word(const struct number_range *range, const int16_t values[static 64],
                        struct kleene *out, uint32_t word)
{
    uint64_t known = between(values, range->least, INT16_MAX);

    out->cannot_tell.words[word] = ~known;
    out->yes.words[word] = between(values, range->low, range->high) & known;
}

/* A column of whole numbers. Bits past the last person mean nothing: a criterion cuts what comes
 * out to its population. */
static void run_number(const struct ast_node *node, const int16_t *column, int16_t least,
                       uint32_t n, struct kleene *out)
{
    struct number_range range = {least, bound(node->low_nano, true), bound(node->high_nano, false)};
    int16_t last[64] = {0};
    uint32_t word = 0;

    for (; word < n / 64; word++)
        number_word(&range, column + 64 * (size_t)word, out, word);
    if (n % 64 > 0) {
        memcpy(last, column + 64 * (size_t)word, n % 64 * sizeof(*last));
        number_word(&range, last, out, word);
    }
}

/*
 * The ages of 64 persons: the least and the greatest that each may have. It cannot be told where
 * some of what lies between them is in the range and some is not.
 */
static void age_word(int16_t low, int16_t high, const int16_t least[static 64],
                     const int16_t most[static 64], struct kleene *out, uint32_t word)
{
    uint64_t known = between(least, 0, INT16_MAX);
    uint64_t in = between(least, low, high) & between(most, low, high);
    uint64_t meets = between(least, INT16_MIN, high) & between(most, low, INT16_MAX);

    out->yes.words[word] = in & known;
    out->cannot_tell.words[word] = (meets & ~in) | ~known;
}

/* Ages in days do not fit into 16 bits. */
static void run_age_days(const struct ast_node *node, const struct segment_persons *persons,
                         struct kleene *out)
{
    int64_t low = node->low_nano / NUMBER_NANO, high = node->high_nano / NUMBER_NANO;
    uint8_t yes[64], unknown[64];

    for (uint32_t at = 0; at < persons->n; at += 64) {
        int32_t least[64] = {0}, most[64] = {0};
        uint32_t n = persons->n - at < 64 ? persons->n - at : 64;

        memcpy(least, persons->age_days + at, n * sizeof(*least));
        memcpy(most, persons->age_days_most + at, n * sizeof(*most));
        for (uint32_t i = 0; i < 64; i++) {
            uint8_t known = least[i] >= 0;
            uint8_t in_least = (least[i] >= low) & (least[i] <= high);
            uint8_t in_most = (most[i] >= low) & (most[i] <= high);
            uint8_t meets = (least[i] <= high) & (most[i] >= low);

            yes[i] = in_least & in_most & known;
            unknown[i] = (uint8_t)((meets & !(in_least & in_most)) | !known);
        }
        out->yes.words[at / 64] = pack(yes);
        out->cannot_tell.words[at / 64] = pack(unknown);
    }
}

/* Ages: of whom the year of birth alone is known, both of two neighbouring ones are possible. */
static void run_age(const struct ast_node *node, const struct segment_persons *persons,
                    struct kleene *out)
{
    int16_t low = bound(node->low_nano, true), high = bound(node->high_nano, false);
    bool months = node->time == TIME_MONTHS;
    const int16_t *of_least = months ? persons->age_months : persons->age;
    const int16_t *of_most = months ? persons->age_months_most : persons->age_most;
    uint32_t n = persons->n, word = 0;
    int16_t least[64] = {0}, most[64] = {0};

    for (; word < n / 64; word++)
        age_word(low, high, of_least + 64 * (size_t)word, of_most + 64 * (size_t)word, out, word);
    if (n % 64 > 0) {
        memcpy(least, of_least + 64 * (size_t)word, n % 64 * sizeof(*least));
        memcpy(most, of_most + 64 * (size_t)word, n % 64 * sizeof(*most));
        age_word(low, high, least, most, out, word);
    }
}

static void run_deceased(const struct ast_node *node, const struct segment_persons *persons,
                         struct kleene *out)
{
    uint64_t mask = vocabulary_test_mask(node);
    uint8_t yes[64], unknown[64];

    for (uint32_t at = 0; at < persons->n; at += 64) {
        uint8_t values[64] = {0};

        memcpy(values, persons->deceased + at, persons->n - at < 64 ? persons->n - at : 64);
        for (uint32_t i = 0; i < 64; i++) {
            yes[i] = (values[i] == SEGMENT_DECEASED && mask >> DECEASED_YES & 1) ||
                     (values[i] == SEGMENT_ALIVE && mask >> DECEASED_NO & 1);
            unknown[i] = values[i] == 0 || values[i] == SEGMENT_VITAL_LOST;
        }
        out->yes.words[at / 64] = pack(yes);
        out->cannot_tell.words[at / 64] = pack(unknown);
    }
}

static void run_sex(const struct ast_node *node, const uint8_t *column, uint32_t n,
                    struct kleene *out)
{
    uint64_t mask = vocabulary_test_mask(node);
    uint8_t asked[4];
    uint8_t yes[64];
    uint8_t unknown[64];

    for (unsigned sex = 0; sex < 4; sex++)
        asked[sex] = mask >> sex & 1;
    for (uint32_t at = 0; at < n; at += 64) {
        uint8_t values[64] = {0};

        memcpy(values, column + at, n - at < 64 ? n - at : 64);
        for (uint32_t i = 0; i < 64; i++) {
            yes[i] = (uint8_t)((asked[0] & (values[i] == 0)) | (asked[1] & (values[i] == 1)) |
                               (asked[2] & (values[i] == 2)) | (asked[3] & (values[i] == 3)));
            unknown[i] = (uint8_t)((values[i] == PERSON_SEX_UNKNOWN) & !asked[0]);
        }
        out->yes.words[at / 64] = pack(yes);
        out->cannot_tell.words[at / 64] = pack(unknown);
    }
}

bool person_criterion_run(const struct person_criterion *test, struct segment *segment,
                          struct kleene *out, struct err *err)
{
    assert(test);
    const struct segment_persons *persons = segment_persons(segment);
    struct set everybody;

    kleene_none(out);
    switch (test->node->field) {
    case FIELD_AGE:
        if (test->node->time == TIME_DAYS)
            run_age_days(test->node, persons, out);
        else
            run_age(test->node, persons, out);
        return true;
    case FIELD_DECEASED:
        run_deceased(test->node, persons, out);
        return true;
    case FIELD_BIRTH_YEAR:
        run_number(test->node, persons->birth_year, 1, persons->n, out);
        return true;
    case FIELD_SEX:
        run_sex(test->node, persons->sex, persons->n, out);
        return true;
    case FIELD_REGION:
        set_first(&everybody, persons->n);
        if (!test->knows_region)
            kleene_nobody_knows(out, &everybody);
        else if (test->here)
            kleene_all(out, &everybody);
        return true;
    default:
        if (is_coded(test->node->field))
            return code_lookup_run(test->codes, segment, out, err);
        return err_set(err, ERR_INTERNAL, "a test on a variant stands outside variant( )");
    }
}
