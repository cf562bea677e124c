/* SPDX-License-Identifier: Apache-2.0 */
#include "node/store/fraction.h"

#include <assert.h>

#define FINE INT64_C(100000) /* 0.01 % */
#define MIDDLE (10 * FINE)
#define COARSE (100 * FINE)
#define MIDDLE_FROM 51 /* the code that begins at 0.5 % */
#define COARSE_FROM 146

uint8_t fraction_code(int64_t nano)
{
    assert(nano >= 0 && nano <= FRACTION_ONE);
    if (nano < 5 * MIDDLE)
        return (uint8_t)(1 + nano / FINE);
    if (nano < 10 * COARSE)
        return (uint8_t)(MIDDLE_FROM + nano / MIDDLE - 5);
    return (uint8_t)(COARSE_FROM + nano / COARSE - 10);
}

int64_t fraction_first(uint8_t code)
{
    assert(code > FRACTION_UNKNOWN && code <= FRACTION_ALL);
    if (code < MIDDLE_FROM)
        return (code - 1) * FINE;
    if (code < COARSE_FROM)
        return (code - MIDDLE_FROM + 5) * MIDDLE;
    return (code - COARSE_FROM + 10) * COARSE;
}

int64_t fraction_last(uint8_t code)
{
    return code == FRACTION_ALL ? FRACTION_ONE : fraction_first((uint8_t)(code + 1)) - 1;
}
