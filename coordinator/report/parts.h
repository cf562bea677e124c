#pragma once
/*
 * The parts of the total for people: a breakdown's table, a frequency's list of changes.
 */
#include "coordinator/report/merge.h"
#include "proto/base/bytes.h"

/* A longer table leaves out parts that are below the threshold in every column. */
#define PARTS_ALL_MAX 64

/* Nothing for a count, and where there is no total. */
void render_parts(const struct report *report, struct bytes *out);
