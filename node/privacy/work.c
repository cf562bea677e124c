/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks the tree as node/evaluate does, and adds up the most that each step can cost. Inside
 * variant( ) only the sites that are looked at count. When the expression can be true only at
 * certain genes, stretches or changes, these are the sites of those; otherwise they are all sites.
 */
#include "node/privacy/work.h"

#include <assert.h>
#include <string.h>

#include "proto/query/ast.h"
#include "proto/query/code_range.h"
#include "proto/query/code_system.h"
#include "proto/query/shape.h"
#include "proto/query/site_kind.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

#define BASE_NS 1000000           /* of any question */
#define PERSON_ELIGIBLE_NS 10     /* may be counted: consent and overlay */
#define CELL_NS 100               /* sealed, opened, stored */
#define CELL_SIGMA_NS 60          /* its noise, whose table is as long as sigma is large */
#define SEGMENT_TEST_NS 20000     /* one test or look-up on the persons of a segment */
#define SEGMENT_OPERATOR_NS 10000 /* and, or, not: of one part */
#define SEGMENT_TARGET_NS 50000   /* who was tested at a gene, stretch or change */
#define SEGMENT_CHANGE_NS 200000  /* genotypes of a change */
#define SEGMENT_STEP_NS 20000     /* who is left after a step of a funnel */
#define PERSON_LOOKUP_NS 2        /* a list of persons of one code */
#define PERSON_TABLE_NS 40        /* into its part of a table */
#define PERSON_ACCOUNT_NS 6       /* whether one cell can be paid for, and paid */
#define TABLE_ACCOUNTS 4          /* cells that a person of a table is asked for */
#define PERSON_FIRST_NS 40        /* the first event of a person, and its bin */
#define PERSON_ORDER_NS 60        /* the events of one person in order */
#define EVENT_GAP_NS 120          /* an event of a chain carried over a gap, both its ends */
#define EVENT_DAY_NS 220          /* a dated event read, and put into its person's order */
#define EVENT_VALUE_NS 60         /* what an event measured, read and compared */
#define EVENT_PREFIX_NS 4         /* lists of all codes that begin with one */
#define SITE_NS 150               /* a site looked at, its carriers taken */
#define SITE_TEST_NS 25           /* one test on it */
#define SITE_NOTE_NS 300          /* its annotation read */
#define SITE_FRACTION_NS 1000     /* the shares of its carriers' reads, call by call */
#define PERSON_FRACTION_NS 4000   /* those of one person on MT, where nearly everybody has many */
#define SITE_STRUCTURAL_NS 400    /* a structural variant: its places, and its carriers by copies */
#define SITE_TWO_HITS_NS 1000     /* a site of two hits( ): its carriers, class by class */
#define KIND_NS 2000              /* a kind of sites: its truth, and its persons of all classes */
#define UNANNOTATED_SHARE 64      /* a gene's span has at most so large a part of all sites */
#define SITES_A_BASE 4            /* of a stretch, in one segment */
#define SITES_A_CHANGE 2000 /* that may spell it otherwise: a site a base, 1,000 on each side */
#define NS_MAX (UINT64_MAX / 4)

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > NS_MAX || b > NS_MAX - a ? NS_MAX : a + b;
}

static uint64_t times(uint64_t a, uint64_t b)
{
    return a && b > NS_MAX / a ? NS_MAX : a * b;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- variant( ) ------------------------------------------------------------------------------ */

/* What variant( ) looks at. */
struct looked {
    bool bounded;   /* every way of being true names a place */
    uint64_t sites; /* where bounded */
};

static struct looked looked_of_test(const struct ast_node *test, const struct work_sizes *sizes)
{
    struct looked looked = {.bounded = true};
    uint64_t in_span = sizes->sites / UNANNOTATED_SHARE;

    for (uint32_t i = 0; i < test->n_values; i++) {
        const struct ast_locus *locus = &test->values[i].locus;
        uint64_t sites = times(2 * SITES_A_CHANGE, sizes->segments); /* tested; in other words */

        if (test->field == FIELD_GENE)
            sites = add(sizes->gene, in_span);
        if (test->field == FIELD_LOCUS)
            sites = times(locus->end - locus->start + UINT64_C(1), SITES_A_BASE * sizes->segments);
        looked.sites = add(looked.sites, least(sites, sizes->sites));
    }
    return looked;
}

static struct looked looked_of(const struct ast_node *node, bool negated,
                               const struct work_sizes *sizes)
{
    bool all = (node->kind == AST_AND) !=
               negated; /* all parts must hold, so that one bounded part bounds the whole */
    struct looked looked = {.bounded = !all};

    switch (node->kind) {
    case AST_TEST:
        if (negated || (node->field != FIELD_GENE && node->field != FIELD_LOCUS &&
                        node->field != FIELD_CHANGE))
            return (struct looked){0};
        return looked_of_test(node, sizes);
    case AST_NOT:
        return looked_of(node->children[0], !negated, sizes);
    case AST_AND:
    case AST_OR:
    case AST_AT_LEAST:
        all &= node->kind != AST_AT_LEAST;
        looked.bounded = !all;
        break;
    default:
        return (struct looked){0};
    }
    for (uint32_t i = 0; i < node->n_children; i++) {
        struct looked part = looked_of(node->children[i], negated, sizes);

        looked.bounded = all ? looked.bounded || part.bounded : looked.bounded && part.bounded;
        if (part.bounded)
            looked.sites = add(looked.sites, part.sites);
    }
    return looked;
}

static bool is_note(const struct ast_node *test)
{
    return test->field == FIELD_GENE || test->field == FIELD_CONSEQUENCE ||
           test->field == FIELD_CLINVAR;
}

/* Does variant( ) look at the calls of a site one by one? */
static bool reads_fractions(const struct ast_node *node)
{
    if (node->kind == AST_TEST)
        return node->field == FIELD_VAF;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (reads_fractions(node->children[i]))
            return true;
    return false;
}

/* Of one site. */
static uint64_t site_ns(const struct ast_node *node, bool *notes)
{
    uint64_t ns = 0;

    if (node->kind == AST_TEST) {
        *notes |= is_note(node);
        return times(SITE_TEST_NS, node->n_values > 0 ? node->n_values : 1);
    }
    for (uint32_t i = 0; i < node->n_children; i++)
        ns = add(ns, site_ns(node->children[i], notes));
    return ns;
}

static uint64_t targets_ns(const struct ast_node *node, const struct work_sizes *sizes)
{
    uint64_t n = node->kind == AST_TEST ? node->n_values + UINT64_C(1) : 1;
    bool twice = node->kind == AST_TEST && node->field == FIELD_CHANGE; /* also in other words */
    uint64_t ns = times(twice ? 2 * n : n, times(sizes->segments, SEGMENT_TARGET_NS));

    for (uint32_t i = 0; i < node->n_children; i++)
        ns = add(ns, targets_ns(node->children[i], sizes));
    return ns;
}

/* The sites are those of both origins; a question of either looks twice at who was tested. */
static uint64_t variant_ns(const struct ast_node *node, const struct work_sizes *sizes,
                           uint32_t *walks)
{
    const struct ast_node *inner = node->children[0];
    uint64_t targets = times(node->origin == ORIGIN_ANY ? 2 : 1, targets_ns(inner, sizes));
    struct looked looked = looked_of(inner, false, sizes);
    bool notes = false;
    uint64_t ns = add(SITE_NS, site_ns(inner, &notes));

    if (two_hits_is(node)) { /* the tests once a gene, each of its own sites */
        ns = add(ns, SITE_TWO_HITS_NS);
        targets = times(two_hits_gene(node)->n_values, targets);
    }
    if (vocabulary_structural(inner)) /* goes through all of them, whatever it names */
        return add(times(sizes->structural, add(ns, SITE_STRUCTURAL_NS)), targets);
    if (!looked.bounded && sizes->kinds > 0 && site_kind_decides(inner))
        return add(times(sizes->kinds, KIND_NS), targets);
    *walks += !looked.bounded;
    if (notes)
        ns = add(ns, SITE_NOTE_NS);
    if (reads_fractions(inner)) {
        ns = add(ns, SITE_FRACTION_NS);
        targets = add(targets, times(sizes->persons, PERSON_FRACTION_NS));
    }
    return add(times(looked.bounded ? looked.sites : sizes->sites, ns), targets);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* How often a test looks something up: once a value, and once a beginning of a stretch of codes. */
static uint64_t lookups_of(const struct ast_node *test)
{
    uint64_t n = 0;

    if (test->op == OP_EXISTS && vocabulary_fields[test->field].form == FORM_CODE)
        return code_systems_n;
    for (uint32_t i = 0; i < test->n_values; i++) {
        struct code_prefixes prefixes = {.n = 1};
        struct code_range range;
        const char *text = test->values[i].text;

        if (test->values[i].kind == VALUE_CODES && code_range_read(text, strlen(text), &range))
            code_range_prefixes(&range, &prefixes);
        n += prefixes.n;
    }
    return n;
}

static uint64_t test_ns(const struct ast_node *test, const struct work_sizes *sizes)
{
    uint64_t lookup =
        add(times(sizes->segments, SEGMENT_TEST_NS), times(sizes->persons, PERSON_LOOKUP_NS));
    uint64_t n = lookups_of(test);
    uint64_t ns = times(lookup, n + 1);

    if (test->op == OP_UNDER || test->op == OP_EXISTS)
        ns = add(ns, times(n, times(sizes->events, EVENT_PREFIX_NS)));
    if (test->op == OP_MEASURED || test->op == OP_ANSWERED)
        ns = add(ns, times(sizes->events, EVENT_VALUE_NS));
    return ns;
}

/*
 * How often, at most, an event( ) reads one dated event: once a test of codes, and once a value
 * whose codes may lie under several others.
 */
static uint64_t readings_of(const struct ast_node *node)
{
    uint64_t n = 0;

    if (node->kind == AST_TEST && vocabulary_fields[node->field].form == FORM_CODE) {
        for (uint32_t i = 0; node->op == OP_UNDER && i < node->n_values; i++)
            n += code_system_named(node->values[i].system)->hierarchy == HIERARCHY_TABLE;
        return n ? n : 1;
    }
    for (uint32_t i = 0; i < node->n_children; i++)
        n = add(n, readings_of(node->children[i]));
    return n;
}

/*
 * A variant as an event: asked of the samples of every day, whose sites are among all; who was
 * tested is looked up in each. The days of everybody are put in order, and that is done three
 * times.
 */
static uint64_t samples_ns(const struct ast_node *node, const struct work_sizes *sizes,
                           uint32_t *walks)
{
    uint64_t days = times(WORK_SAMPLE_DAYS, times(sizes->persons, 4 * EVENT_DAY_NS));
    uint64_t lookups = times(WORK_SAMPLE_DAYS, targets_ns(node->children[0], sizes));

    return add(add(variant_ns(node, sizes, walks), lookups),
               add(days, times(3, times(sizes->persons, PERSON_ORDER_NS))));
}

/*
 * An event of a question: its codes looked up, and, at most, all dated events put in order. In a
 * chain of n, where all records are open, each event is carried over the gaps of every step before.
 */
static uint64_t event_ns(const struct ast_node *node, const struct work_sizes *sizes,
                         uint32_t *walks)
{
    uint64_t ns = 0, n = node->n_children;

    if (node->kind == AST_TEST)
        return test_ns(node, sizes);
    if (node->kind == AST_VARIANT)
        return samples_ns(node, sizes, walks);
    if (node->kind == AST_EVENT)
        ns = add(times(sizes->persons, PERSON_ORDER_NS),
                 times(sizes->events, times(readings_of(node->children[0]), EVENT_DAY_NS)));
    if (node->kind == AST_RELATION || node->kind == AST_SEQUENCE)
        ns = add(ns, times(sizes->events, times(n * (n * n - 1) / 6, EVENT_GAP_NS)));
    for (uint32_t i = 0; i < node->n_children; i++)
        ns = add(ns, event_ns(node->children[i], sizes, walks));
    return ns;
}

static uint64_t node_ns(const struct ast_node *node, const struct work_sizes *sizes,
                        uint32_t *walks)
{
    uint64_t ns = times(sizes->segments, SEGMENT_OPERATOR_NS);

    if (node->kind == AST_TEST)
        return test_ns(node, sizes);
    if (node->kind >= AST_EVENT && node->kind <= AST_TIMES)
        return event_ns(node, sizes, walks);
    if (node->kind == AST_VARIANT)
        return variant_ns(node, sizes, walks);
    ns = times(ns, node->n_children + UINT64_C(1));
    for (uint32_t i = 0; i < node->n_children; i++)
        ns = add(ns, node_ns(node->children[i], sizes, walks));
    return ns;
}

/* Of a frequency: the genotypes of one change, and who may have it under another spelling. */
static uint64_t changes_ns(const struct work_sizes *sizes)
{
    uint64_t sites = least(times(SITES_A_CHANGE, sizes->segments), sizes->sites);

    return add(times(sizes->segments, SEGMENT_CHANGE_NS), times(sites, SITE_NS));
}

/* Of a curve: the last record of everybody, of whatever code. */
static uint64_t last_contact_ns(const struct work_sizes *sizes)
{
    struct ast_node code = {.kind = AST_TEST, .field = FIELD_CODE, .op = OP_EXISTS};
    struct ast_node *inside = &code;
    struct ast_node event = {.kind = AST_EVENT, .n_children = 1, .children = &inside};

    uint32_t walks = 0; /* there is no variant in it */

    return add(event_ns(&event, sizes, &walks),
               add(times(sizes->persons, PERSON_FIRST_NS), times(sizes->events, EVENT_GAP_NS)));
}

/* Of one released cell. */
static uint64_t cell_ns(const struct measure *measure, uint32_t sigma, uint32_t cell)
{
    return CELL_NS + (uint64_t)measure_sigma(measure, sigma, measure_cell_grade(measure, cell)) *
                         CELL_SIGMA_NS;
}

/* Everybody's account is read and written for every cell; in a table for a person's own. */
static uint64_t accounts_ns(const struct shape *shape, const struct work_sizes *sizes)
{
    bool is_table = shape->breakdown.n_dimensions > 0 || shape->bins;

    return times(is_table ? TABLE_ACCOUNTS : shape->measure.n_cells,
                 times(sizes->persons, PERSON_ACCOUNT_NS));
}

struct work work_of(const struct ast *ast, const struct shape *shape, uint32_t sigma,
                    const struct work_sizes *sizes)
{
    assert(ast && shape && sizes);
    struct work work = {0};

    work.ns = add(BASE_NS, node_ns(ast->root, sizes, &work.walks));
    work.ns = add(work.ns, times(sizes->persons, PERSON_ELIGIBLE_NS));
    for (uint32_t i = 0; i < shape->measure.n_cells; i++)
        work.ns = add(work.ns, cell_ns(&shape->measure, sigma, i));
    if (sizes->accounts)
        work.ns = add(work.ns, accounts_ns(shape, sizes));
    if (shape->breakdown.n_dimensions > 0)
        work.ns = add(work.ns, times(sizes->persons, PERSON_TABLE_NS));
    if (shape->measure.kind == MEASURE_FREQUENCY)
        work.ns = add(work.ns, times(shape->n_parts, changes_ns(sizes)));
    if (shape->bins && shape->n_roles > 0)
        work.ns = add(work.ns, times(shape->n_roles, add(times(sizes->persons, PERSON_FIRST_NS),
                                                         times(sizes->events, EVENT_GAP_NS))));
    if (shape->measure.kind == MEASURE_SURVIVAL)
        work.ns = add(work.ns, last_contact_ns(sizes));
    if (shape->measure.kind == MEASURE_ASSOCIATION)
        work.ns = add(work.ns, times(shape->n_roles, times(sizes->segments, SEGMENT_STEP_NS)));
    if (shape->steps)
        work.ns = add(work.ns, times(shape->n_parts, times(sizes->segments, SEGMENT_STEP_NS)));
    return work;
}
