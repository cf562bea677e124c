#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of a segment that say who its persons are: sex, birth, death, and consent. Of each
 * person all entries in force are taken, in whatever number, and written as one. Where they say
 * different sexes, or different days or years of birth, none of them is believed, whatever their
 * order (decisions/001-contradictions.md): it is not known. Days of birth of one year leave the
 * year. One thread.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/base/sql.h"

struct facts_writer;
struct person_id;
struct segment_writer;

/* In SQL: what facts_writer_take() reads, of entry and its consent. Others may follow. */
#define FACTS_WRITER_SELECTED                                                                      \
    "sex, birth_date, birth_year, age_fixed, deceased, death_date, mask, valid_from, valid_to,"    \
    " disease"
#define FACTS_WRITER_N 10 /* how many these are */

/* n: persons of the segment. The caller frees *out, also after a failure. */
bool facts_writer_new(uint32_t n, struct facts_writer **out, struct err *err) MUST_CHECK;
void facts_writer_free(struct facts_writer *facts); /* accepts NULL */
/* Before the entries of person i are taken. */
void facts_writer_begin(struct facts_writer *facts, uint32_t i, const struct person_id *pid);
/* row: one entry of person i, FACTS_WRITER_SELECTED first. */
void facts_writer_take(struct facts_writer *facts, uint32_t i, sqlite3_stmt *row);
/* After the last of them. */
void facts_writer_end(struct facts_writer *facts, uint32_t i);
/* Writes the columns of all persons; fails too when memory ran out before. */
bool facts_writer_columns(const struct facts_writer *facts, struct segment_writer *writer,
                          struct err *err) MUST_CHECK;
