#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of a VCF as spans of its columns, and the values of its INFO that matter. Nothing is
 * copied; spans live as long as the line. Any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "node/import/header.h"
#include "node/import/text_span.h"
#include "proto/base/err.h"

struct bcf_columns;

struct vcf_line {
    struct text_span chromosome;
    struct text_span position;
    struct text_span ref;
    struct text_span alt;
    struct text_span filter;
    struct text_span info;
    struct text_span format;
    struct text_span samples; /* to the end of the line */
    const struct bcf_columns
        *columns; /* the samples of a BCF record; NULL when they are text in the line */
};

/*
 * Splits a line. False when it lacks the nine fixed columns and a tab behind them. Sets columns to
 * NULL.
 */
bool vcf_line_split(const char *text, size_t size, struct vcf_line *line) MUST_CHECK;
/* POS as a number from 1; 0 when it is none, or beyond 2^31. */
uint32_t vcf_line_position(const struct vcf_line *line);
/* PASS or ".", or nothing but words of keep. */
bool vcf_line_passed(const struct vcf_line *line, const char *const *keep, size_t n_keep);
/*
 * The next INFO entry that is of interest: *at moves on, starting at 0. False at the end. A flag
 * has an empty value.
 */
bool vcf_line_info(const struct vcf_line *line, const struct header *header, size_t *at,
                   const struct info_key **key, struct text_span *value);
