/* SPDX-License-Identifier: Apache-2.0 */
#include "node/evaluate/verdict.h"

#include "node/snapshot/snapshot.h"
#include "node/store/fraction.h"

struct verdict verdict_of_zygosity(uint64_t asked)
{
    unsigned classes = (unsigned)asked & 7;
    unsigned unknown = SITE_BIT(SITE_CARRIER);

    return (struct verdict){classes == 7 ? CLASSES_ALL : classes, classes ? classes | unknown : 0,
                            false};
}

struct verdict verdict_of_share(uint8_t code, int64_t low, int64_t high)
{
    int64_t first, last;
    bool sure, possible;

    if (code == FRACTION_UNKNOWN)
        return (struct verdict){0, CLASSES_ALL, false};
    first = fraction_first(code);
    last = fraction_last(code);
    sure = first >= low && last <= high;
    possible = last >= low && first <= high;
    return (struct verdict){sure ? CLASSES_ALL : 0, possible ? CLASSES_ALL : 0, false};
}
