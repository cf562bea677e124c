#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Swedish personal identity numbers: reading one from an id, and finding one in a text where none
 * may stand. Source: Skatteverket, SKV 704 (personnummer), SKV 707 (samordningsnummer: day + 60).
 * Digits of other scripts' width, dashes of every kind, "_", "." and blanks count as they look.
 * Any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#define PERSON_NUMBER_DIGITS 12 /* YYYYMMDDNNNC */

enum person_number_form {
    PERSON_NUMBER_NONE,    /* not the form of a number, no real day, or a wrong check digit */
    PERSON_NUMBER,         /* out is set */
    PERSON_NUMBER_CENTURY, /* ten digits of which nobody can say the century */
};

/*
 * YYYYMMDDNNNC of "19121212-1212", "191212121212", "121212-1212" ('-': below a hundred years today,
 * '+': a hundred or more). birth_year decides the century of ten digits where it is not 0; if it is
 * another year of the century, the century is not known. any_check: a wrong check digit is
 * taken; so it is where birth_year agrees with the number.
 */
enum person_number_form person_number_read(const char *id, int birth_year, bool any_check,
                                           char out[static PERSON_NUMBER_DIGITS + 1]);
/*
 * True when text holds what may be a number: a run of exactly 10 or 12 digits, also with one
 * separator before the last four, whose last ten pass the Luhn check; with separators elsewhere
 * ("1912-12-12-1212", "19121212_1212") also when they are a day.
 */
bool person_number_seen(const char *text, size_t size);
