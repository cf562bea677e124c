#include "proto/query/measure.h"

static bool too_many(uint32_t parts, uint32_t most, const char *what, struct err *err)
{
    if (parts == 0)
        return err_set(err, ERR_INVALID, "the question asks for no %s", what);
    return err_set(err, ERR_INVALID, "the question asks for %u %s; at most %u are released at once",
                   parts, what, most);
}

bool measure_declare(enum measure_kind kind, uint32_t parts, struct measure *out, struct err *err)
{
    switch (kind) {
    case MEASURE_COUNT: /* matched, undetermined: disjoint */
        if (parts != 1)
            return err_set(err, ERR_INVALID, "a count has one part, not %u", parts);
        *out = (struct measure){kind, 2, 1};
        return true;
    case MEASURE_BREAKDOWN: /* one person is in one cell of a disjoint table, one way or the other
                             */
        if (parts == 0 || parts > MEASURE_TABLE_MAX)
            return too_many(parts, MEASURE_TABLE_MAX, "table cells", err);
        *out = (struct measure){kind, 2 * parts, 1};
        return true;
    case MEASURE_FREQUENCY: /* one person has one genotype, known or not, at each change */
        if (parts == 0 || parts > MEASURE_CHANGES_MAX)
            return too_many(parts, MEASURE_CHANGES_MAX, "changes", err);
        *out = (struct measure){kind, MEASURE_GENOTYPE_CELLS * parts, parts};
        return true;
    }
    return err_set(err, ERR_INVALID, "there is no measure of number %d", (int)kind);
}
