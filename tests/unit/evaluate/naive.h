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
/* Does some file of the person say that they carry it? */
bool naive_carries(const struct world *world, size_t person, int variant);
/* Was the person looked at there, so that not carrying it means having the reference? */
bool naive_tested(const struct world *world, size_t person, int variant);
