#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The share of a sample's reads that have an allele, in 8 bits: of a tumour the allele fraction, of
 * MT the heteroplasmy.
 *
 * It is kept as the step in which it lies, so that whole percents, tenths of a percent up to 10 %
 * and hundredths up to 0.5 % are bounds of steps, and a test at such a bound is exact:
 *
 *   0 to 0.5 %    50 steps of 0.01 %     codes 1 to 50
 *   0.5 to 10 %   95 steps of 0.1 %      codes 51 to 145
 *   10 to 100 %   90 steps of 1 %        codes 146 to 235
 *   100 %         all reads              code 236
 *
 * A step holds its lower bound and not its upper one. Code 0: the file does not say it, or what it
 * says cannot be read. Shares are in 1e-9, cut down to whole ones. The codes are stored in files
 * and never change. Values; any thread.
 */
#include <stdint.h>

#define FRACTION_ONE INT64_C(1000000000)
#define FRACTION_UNKNOWN 0u
#define FRACTION_ALL 236u /* the last code */

/* The code of a share of 0 to FRACTION_ONE. */
uint8_t fraction_code(int64_t nano);
/* The least and the greatest share of a step; code: 1 to FRACTION_ALL. */
int64_t fraction_first(uint8_t code);
int64_t fraction_last(uint8_t code);
