#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disease that a question's research is on, so that persons who permit research on it alone
 * (DUO:0000007, DS) can be counted. It says whom to count and is no part of the criterion.
 *
 * A code of a system of diseases, or of HPO for those that have no name yet. Any thread.
 */
#include <stdbool.h>

#include "proto/base/err.h"
#include "proto/query/code.h"

/* From "C50.1", "ORPHA:558", "HP:0001250". ERR_INVALID for another system than hp, icd10, mondo,
 * omim and orpha, and for what has not the form of its system. */
bool disease_parse(const char *text, struct code *disease, struct err *err) MUST_CHECK;
/* As a question holds it: "", or the one spelling of code_print(). ERR_INVALID otherwise. */
bool disease_check(const char *text, struct err *err) MUST_CHECK;
