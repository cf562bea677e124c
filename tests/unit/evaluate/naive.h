#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question means, person by person, in three values: written from the language's definition,
 * without sets, indexes or plans, and sharing no code with the node but the tree it reads. Slow and
 * obvious. One thread.
 */
#include "tests/unit/evaluate/world.h"

struct ast_node;
struct ast_value;

enum value { NO, CANNOT_TELL, YES };

enum value naive(const struct world *world, size_t person, const struct ast_node *node);
/* A test on codes, for one of its values. */
enum value naive_coded(const struct world *world, const struct world_person *p,
                       const struct ast_node *test, const struct ast_value *value);
/* naive_events.c: event( ), a relation, sequence( ), times ( ). */
enum value naive_events(const struct world *world, size_t person, const struct ast_node *node);
/* naive_codes.c: does a record of this kind and code meet a test on codes? */
bool naive_record(const struct ast_node *test, enum event_kind kind, const char *system,
                  const char *code);
/* May the person have an event that meets the test, beside those that are recorded? */
bool naive_may_have_more(const struct world *world, const struct world_person *p,
                         const struct ast_node *test);
/* The terms that are present and that nothing contradicts, as bits. */
uint32_t naive_believed(const struct world *world, const struct world_person *p);
/* What stands inside variant( ), of the calls of this world whatever their origin. */
enum value naive_variant(const struct world *world, size_t person, const struct ast_node *inner);
/* naive_hits.c: two hits( ), likewise. */
enum value naive_hits(const struct world *world, size_t person, const struct ast_node *node);
/* The person's call of the variant satisfies what stands inside; for naive_hits.c. */
enum value naive_call(const struct world *world, size_t person, int variant,
                      const struct ast_node *inner);
/* Who was not called may carry it so that it does. */
bool naive_may_call(const struct world *world, size_t person, int variant,
                    const struct ast_node *inner);
/* Does some file of the person say that they carry it? */
bool naive_carries(const struct world *world, size_t person, int variant);
/* Was the person looked at there, so that not carrying it means having the reference? */
bool naive_tested(const struct world *world, size_t person, int variant);

/*** naive_tested.c: who was looked at where; for naive.c ***/

/* The last base of REF. */
uint32_t naive_end(const struct variant *name);
/* Has the person a sample, in whatever file? */
bool naive_sampled(const struct world *world, size_t person);
/* A file lists the variant and has a genotype of the person there. */
bool naive_called(const struct world *world, size_t person, size_t file, int variant);
/* In some file that judged the site, and in none is the person a carrier. */
bool naive_not_called(const struct world *world, size_t person, int variant);
bool naive_is_value(const struct ast_value *value, const struct variant *name);
/* May the person have it, though no call of it says so: in other words, or as what was lost? */
bool naive_doubted(const struct world *world, size_t person, const struct variant *name);
/*
 * Is another variant of the person's perhaps a part of this change, which the person may have in
 * other words? Not of a single base: parts of one are variants of their own.
 */
bool naive_may_be_part(const struct world *world, size_t person, const struct variant *name,
                       const struct variant *of);
int naive_gene(const char *symbol);
bool naive_gene_known(const struct world *world, int gene);
bool naive_value_tested(const struct world *world, size_t person, const struct ast_node *test,
                        const struct ast_value *value);
/* n, as "at least n of the children", once "not" stands at the tests only. */
uint32_t naive_needed(const struct ast_node *node, bool negated);
/* Would a variant that nobody looked for be noticed? */
bool naive_question_tested(const struct world *world, size_t person, const struct ast_node *node,
                           bool negated);
