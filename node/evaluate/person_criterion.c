/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every coded value becomes one or more look-ups in the segment's concepts (OR-ed together), found
 * once for all segments, because they ask the term tables. Numbers are compared in the question's
 * own units, 1e-9, so that "age > 17.5" needs no rounding.
 */
#include "node/evaluate/person_criterion.h"

#include <assert.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "node/evaluate/silence.h"
#include "node/snapshot/segment_schema.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/base/number.h"
#include "proto/query/ast.h"
#include "proto/query/code_range.h"
#include "proto/query/code_system.h"
#include "proto/query/vocabulary.h"

/* One look-up: a code in one form, or all codes with a prefix. */
struct lookup {
    bool by_prefix;
    enum concept_form form;
    const char *system;
    const char *refused; /* the system of events that were refused: ".icd10" */
    const char *code;
};

struct person_criterion {
    const struct ast_node *node;
    unsigned kind; /* of the events looked at; CONCEPT_ANY_KIND */
    struct lookup *lookups;
    size_t n_lookups;
    size_t room;
    struct silence *silence; /* of a test on codes */
    bool incomplete;         /* others than those found cannot be told */
    bool here;               /* FIELD_REGION: one of the values is this node's region */
    bool knows_region;
};

/* Does the one find all that the other would? */
static bool lookup_covers(const struct lookup *one, const struct lookup *other)
{
    return one->form == other->form && one->by_prefix == other->by_prefix &&
           strcmp(one->system, other->system) == 0 &&
           (one->by_prefix ? strncmp(other->code, one->code, strlen(one->code)) == 0
                           : strcmp(other->code, one->code) == 0);
}

/* No record is read twice for codes that lie under each other. */
static bool lookup_add(struct person_criterion *test, struct arena *arena, struct lookup lookup,
                       struct err *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < test->n_lookups; i++)
        if (lookup_covers(&test->lookups[i], &lookup))
            return true;
    for (size_t i = 0; i < test->n_lookups; i++)
        if (!lookup_covers(&lookup, &test->lookups[i]))
            test->lookups[kept++] = test->lookups[i];
    test->n_lookups = kept;
    if (test->n_lookups == test->room) {
        size_t room = test->room ? test->room * 2 : 8;
        struct lookup *more = arena_array(arena, room, sizeof(*more));

        if (!more)
            return err_memory(err);
        if (test->n_lookups)
            memcpy(more, test->lookups, test->n_lookups * sizeof(*more));
        test->lookups = more;
        test->room = room;
    }
    lookup.code = arena_strdup(arena, lookup.code);
    lookup.refused = arena_printf(arena, EVENT_TRACE_SYSTEM "%s", lookup.system);
    if (!lookup.code || !lookup.refused)
        return err_memory(err);
    test->lookups[test->n_lookups++] = lookup;
    return true;
}

/* What begins with the code lies under it. */
static bool spells_hierarchy(const char *system)
{
    return code_system_named(system)->hierarchy == HIERARCHY_SPELLED;
}

/* The hierarchy must be loaded before anybody can say what lies under a code. */
static bool needs_hierarchy(const char *system)
{
    return code_system_named(system)->hierarchy == HIERARCHY_TABLE;
}

/*
 * A code that the loaded release does not know: what it stands for here, nobody can say. Nor can
 * it without a release where codes are merged and replaced: it may be recorded under another.
 */
static void need_release(struct person_criterion *test, const struct snapshot *snapshot,
                         const struct ast_value *value, bool known)
{
    test->incomplete |= !known && (needs_hierarchy(value->system) ||
                                   snapshot_system_find(snapshot, value->system) != NULL);
}

/*
 * The code as given, and the one that replaced it where it is obsolete or an alternative: both were
 * written into records. *known: the loaded release has it.
 */
static bool add_exact(struct person_criterion *test, struct snapshot *snapshot,
                      const struct ast_value *value, struct arena *arena, bool *known,
                      struct err *err)
{
    const char *canonical = NULL;

    if (!snapshot_term(snapshot, value->system, value->code, known, &canonical, err))
        return false;
    need_release(test, snapshot, value, *known);
    if (*known && canonical && strcmp(canonical, value->code) != 0) {
        struct lookup now = {.form = CONCEPT_EXACT, .system = value->system, .code = canonical};

        if (!lookup_add(test, arena, now, err))
            return false;
    }
    return lookup_add(
        test, arena,
        (struct lookup){.form = CONCEPT_EXACT, .system = value->system, .code = value->code}, err);
}

/* Codes of a stretch are found by how they begin: no release says more. */
static bool add_stretch(struct person_criterion *test, const struct ast_value *value,
                        struct arena *arena, struct err *err)
{
    struct code_prefixes prefixes;
    struct code_range range;

    if (!code_range_read(value->text, strlen(value->text), &range))
        return err_set(err, ERR_INTERNAL, "a stretch of codes has not the form of one");
    code_range_prefixes(&range, &prefixes);
    for (size_t i = 0; i < prefixes.n; i++)
        if (!lookup_add(test, arena,
                        (struct lookup){.by_prefix = true,
                                        .form = CONCEPT_CLOSED,
                                        .system = value->system,
                                        .code = prefixes.at[i]},
                        err))
            return false;
    return true;
}

static bool add_under(struct person_criterion *test, struct snapshot *snapshot,
                      const struct ast_value *value, struct arena *arena, struct err *err)
{
    const struct snapshot_system *system = snapshot_system_find(snapshot, value->system);
    struct lookup lookup = {.form = CONCEPT_CLOSED, .system = value->system, .code = value->code};
    const char *canonical = NULL;
    bool known = false;

    if (!snapshot_term(snapshot, value->system, value->code, &known, &canonical, err))
        return false;
    if (spells_hierarchy(value->system)) {
        need_release(test, snapshot, value, known);
        lookup.by_prefix = true;
        return lookup_add(test, arena, lookup, err);
    }
    if (!needs_hierarchy(value->system) || !known || !system || !system->has_parents) {
        test->incomplete |= needs_hierarchy(value->system); /* else flat: under it lies itself */
        return add_exact(test, snapshot, value, arena, &known, err);
    }
    /* The closed form has what was recorded under the current code, not under one before it. */
    if (canonical && strcmp(canonical, value->code) != 0) {
        struct lookup older = {.form = CONCEPT_EXACT, .system = value->system, .code = value->code};

        if (!lookup_add(test, arena, older, err))
            return false;
        lookup.code = canonical;
    }
    return lookup_add(test, arena, lookup, err);
}

/* X is known to be absent when X or anything above it was recorded as absent. */
static bool add_excluded(struct person_criterion *test, struct snapshot *snapshot,
                         const struct ast_value *value, struct arena *arena, struct err *err)
{
    const struct snapshot_system *system = snapshot_system_find(snapshot, value->system);
    struct lookup lookup = {.form = CONCEPT_EXCLUDED, .system = value->system, .code = value->code};
    const char *codes = NULL;
    const char *canonical = NULL;
    bool known = false;
    size_t n = 0;

    if (!lookup_add(test, arena, lookup, err) ||
        !snapshot_term(snapshot, value->system, value->code, &known, &canonical, err))
        return false;
    if (!known || !system || !system->has_parents) {
        test->incomplete |= needs_hierarchy(value->system);
        return true;
    }
    if (!snapshot_ancestors(snapshot, value->system, value->code, &codes, &n, err))
        return false;
    for (; n > 0; n--, codes += strlen(codes) + 1) {
        lookup.code = codes;
        if (!lookup_add(test, arena, lookup, err))
            return false;
    }
    return true;
}

static bool add_codes(struct person_criterion *test, struct snapshot *snapshot, struct arena *arena,
                      struct err *err)
{
    const struct ast_node *node = test->node;
    bool known;

    for (uint32_t i = 0; i < node->n_values; i++) {
        const struct ast_value *value = &node->values[i];
        bool ok;

        if (value->kind == VALUE_CODES)
            ok = add_stretch(test, value, arena, err);
        else if (node->op == OP_UNDER)
            ok = add_under(test, snapshot, value, arena, err);
        else if (node->op == OP_EXCLUDED)
            ok = add_excluded(test, snapshot, value, arena, err);
        else
            ok = add_exact(test, snapshot, value, arena, &known, err);
        if (!ok)
            return false;
    }
    return true;
}

static bool is_coded(enum ast_field field)
{
    return vocabulary_fields[field].form == FORM_CODE;
}

/* The kind of the events that a test on codes looks at. */
static unsigned kind_of(enum ast_field field)
{
    switch (field) {
    case FIELD_DIAGNOSIS:
        return EVENT_DIAGNOSIS;
    case FIELD_PHENOTYPE:
        return EVENT_PHENOTYPE;
    case FIELD_TREATMENT:
        return EVENT_TREATMENT;
    case FIELD_PROCEDURE:
        return EVENT_PROCEDURE;
    case FIELD_OBSERVATION:
        return EVENT_OBSERVATION;
    default:
        return CONCEPT_ANY_KIND;
    }
}

/* Any code of any system; that there is none is said by nobody. */
static bool add_any(struct person_criterion *test, struct arena *arena,
                    struct person_criterion **out, struct err *err)
{
    test->incomplete = true;
    for (size_t i = 0; i < code_systems_n; i++)
        if (!lookup_add(test, arena,
                        (struct lookup){.by_prefix = true,
                                        .form = CONCEPT_EXACT,
                                        .system = code_systems[i].name,
                                        .code = ""},
                        err))
            return false;
    *out = test;
    return true;
}

bool person_criterion_new(struct snapshot *snapshot, const char *region,
                          const struct ast_node *node, struct arena *arena,
                          struct person_criterion **out, struct err *err)
{
    struct person_criterion *test = arena_alloc(arena, sizeof(*test));

    if (!test)
        return err_memory(err);
    test->node = node;
    test->kind = kind_of(node->field);
    if (is_coded(node->field)) {
        if (node->op == OP_EXISTS)
            return add_any(test, arena, out, err);
        if (!add_codes(test, snapshot, arena, err) ||
            !silence_new(snapshot, test->kind, node, arena, &test->silence, err))
            return false;
    }
    test->knows_region = region != NULL;
    for (uint32_t i = 0; region && node->field == FIELD_REGION && i < node->n_values; i++)
        test->here |= strcmp(node->values[i].text, region) == 0;
    *out = test;
    return true;
}

/* OR into words who has it: recorded, or refused. */
static bool look_up(const struct person_criterion *test, struct segment *segment, bool refused,
                    uint64_t *words, struct err *err)
{
    for (size_t i = 0; i < test->n_lookups; i++) {
        const struct lookup *lookup = &test->lookups[i];
        const char *system = refused ? lookup->refused : lookup->system;

        if (lookup->by_prefix
                ? !segment_concept_prefix(segment, test->kind, system, lookup->code, words, err)
                : !segment_concept(segment,
                                   (struct concept){test->kind, system, lookup->code, lookup->form},
                                   words, err))
            return false;
    }
    return true;
}

/* ORs into out who may have such an event beside those that are found. */
static bool add_untold(const struct person_criterion *test, struct segment *segment,
                       struct set *out, struct err *err)
{
    if (!test->incomplete)
        return silence_run(test->silence, segment, out, err) &&
               (!segment_has_traces(segment) || look_up(test, segment, true, out->words, err));
    set_first(out, segment_persons(segment)->n);
    return true;
}

bool person_criterion_days(const struct person_criterion *test, struct segment *segment,
                           struct days *days, struct set *open, struct err *err)
{
    assert(test && (test->silence || test->incomplete) && days && open);
    for (size_t i = 0; i < test->n_lookups; i++) {
        const struct lookup *lookup = &test->lookups[i];
        bool above = lookup->form == CONCEPT_CLOSED;
        struct days_sought sought = {.kind = test->kind,
                                     .system = lookup->system,
                                     .code = lookup->code,
                                     .match = lookup->by_prefix ? DAYS_PREFIX
                                              : above           ? DAYS_UNDER
                                                                : DAYS_CODE};

        if (!segment_days(segment, &sought, days, open->words, err))
            return false;
    }
    return add_untold(test, segment, open, err);
}

static bool run_codes(const struct person_criterion *test, struct segment *segment,
                      struct kleene *out, struct err *err)
{
    if (!look_up(test, segment, false, out->yes.words, err) ||
        !add_untold(test, segment, &out->cannot_tell, err))
        return false;
    set_minus(&out->cannot_tell, &out->yes);
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
            return run_codes(test, segment, out, err);
        return err_set(err, ERR_INTERNAL, "a test on a variant stands outside variant( )");
    }
}
