#pragma once
/*
 * The mode that is not there: its name and number, kept so that they never mean anything else, and
 * the words in which every program refuses it. Why: node/privacy/distinct.md. Constants.
 */
#define DISTINCT_NAME "distinct"
#define DISTINCT_NUMBER 3 /* MODE_DISTINCT of proto/rikstal.proto */
#define DISTINCT_REFUSED                                                                           \
    "mode distinct is not offered: its answer would show one node, without noise, which of its "   \
    "patients other regions matched (node/privacy/distinct.md); ask in mode sum, where "           \
    "count_here keeps one region a person"
