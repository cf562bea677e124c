#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who carries what, collected over a run and put on the stream at its end: one callset an assembly
 * (and one for those who have variants without coordinates only), its samples, then each variant
 * once, in genome order and those without coordinates last, with all its carriers.
 *
 * Phenopackets name a variant or two each, so a run's carriers fit in memory: at most CARRIERS_MAX
 * and CARRIERS_TEXT_MAX bytes of alleles and descriptions. These callsets judge no site: who is not
 * named at a variant is not said to lack it. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define CARRIERS_MAX ((size_t)4 << 20)
#define CARRIERS_TEXT_MAX ((size_t)512 << 20)

struct carriers;
struct packet_variant;
struct stream_writer;

struct carriers *carriers_new(void); /* NULL when memory is out */
void carriers_free(struct carriers *carriers);
/*
 * Adds a variant that the sample of a unit carries; each variant once. unit is the unit's number on
 * the stream. assembly is that of the callset for all of the unit's variants; 0 when none of them
 * has coordinates.
 */
bool carriers_add(struct carriers *carriers, uint32_t unit, uint8_t assembly,
                  const struct packet_variant *variant, struct err *err) MUST_CHECK;
/* Puts all carriers on the stream; nothing when there are none. Sorts them, and keeps them. */
bool carriers_put(struct carriers *carriers, struct stream_writer *out, struct err *err) MUST_CHECK;
