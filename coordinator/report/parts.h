#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the parts of the total for people: a breakdown's table, a frequency's list of changes.
 */
#include "coordinator/report/report.h"
#include "proto/base/bytes.h"

/* A longer table leaves out parts that are hidden in every column. */
#define PARTS_ALL_MAX 64

/* For a total with a table: one function for each measure (layout.h). */
void parts_breakdown(const struct report *report, struct bytes *out);
void parts_histogram(const struct report *report, struct bytes *out);
void parts_frequency(const struct report *report, struct bytes *out);
void parts_funnel(const struct report *report, struct bytes *out);
void parts_share(const struct report *report, struct bytes *out);
void parts_leave_one_out(const struct report *report, struct bytes *out);
void parts_association(const struct report *report, struct bytes *out);
void parts_survival(const struct report *report, struct bytes *out);
