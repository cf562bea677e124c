#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disease that a question's research is about. Persons who permit research on that disease
 * alone (DUO:0000007, DS) can then be counted. It affects who may be counted and is not part of the
 * criterion.
 *
 * A code of a system of diseases, or of HPO for a disease that has no name yet. Any thread.
 */
#include <stdbool.h>

#include "proto/base/err.h"
#include "proto/query/code.h"

/*
 * Reads "C50.1", "ORPHA:558", "HP:0001250". ERR_INVALID for a system other than hp, icd10, mondo,
 * omim and orpha, and for a code that does not have the form of its system.
 */
bool disease_parse(const char *text, struct code *disease, struct err *err) MUST_CHECK;
/*
 * Checks the text of a question: "" or exactly the spelling of code_print(). ERR_INVALID otherwise.
 */
bool disease_check(const char *text, struct err *err) MUST_CHECK;
