#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region of a few persons with as many sites as a genome has, made in seconds: one of them is a
 * man, the others are women, nobody is of another sex. Each person carries every third site, half
 * of the sites as hom; one site in eight has a frequency of 70 %, the others none. One thread.
 */
#include <stdint.h>

struct synthetic;

#define GENOME_PERSONS 4

/* Into its store, as one import. */
void genome_put(struct synthetic *made, uint32_t sites);
