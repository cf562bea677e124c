#include "proto/query/measure.h"

#include <assert.h>
#include <string.h>

#define PRICE_NRHO INT64_C(1000000000) /* rho 1 */
#define N_OF(table) (sizeof(table) / sizeof((table)[0]))

static const char *const names[] = {
    [MEASURE_COUNT] = "count",
    [MEASURE_BREAKDOWN] = "breakdown",
    [MEASURE_FREQUENCY] = "frequency",
};

static const char *const count_cells[COUNT_CELLS] = {"matched", "undetermined"};
static const char *const genotype_cells[MEASURE_GENOTYPE_CELLS] = {
    "ref", "het", "hom", "hemi", "ref_haploid", "not_covered"};

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
        *out = (struct measure){kind, COUNT_CELLS, 1};
        return true;
    case MEASURE_BREAKDOWN: /* a person is in one cell of a disjoint table, one way or the other */
        if (parts == 0 || parts > MEASURE_TABLE_MAX)
            return too_many(parts, MEASURE_TABLE_MAX, "table cells", err);
        *out = (struct measure){kind, COUNT_CELLS * parts, 1};
        return true;
    case MEASURE_FREQUENCY: /* a person has one genotype, known or not, at each change */
        if (parts == 0 || parts > MEASURE_CHANGES_MAX)
            return too_many(parts, MEASURE_CHANGES_MAX, "changes", err);
        *out = (struct measure){kind, MEASURE_GENOTYPE_CELLS * parts, parts};
        return true;
    }
    return err_set(err, ERR_INVALID, "there is no measure of number %d", (int)kind);
}

uint32_t measure_part_cells(enum measure_kind kind)
{
    switch (kind) {
    case MEASURE_COUNT:
    case MEASURE_BREAKDOWN:
        return COUNT_CELLS;
    case MEASURE_FREQUENCY:
        return MEASURE_GENOTYPE_CELLS;
    }
    return 0;
}

bool measure_is_declared(const struct measure *measure)
{
    uint32_t cells = measure_part_cells(measure->kind);
    struct measure declared;
    struct err ignored;

    return cells > 0 &&
           measure_declare(measure->kind, measure->n_cells / cells, &declared, &ignored) &&
           declared.n_cells == measure->n_cells &&
           declared.sensitivity_squared == measure->sensitivity_squared;
}

const char *measure_cell_name(enum measure_kind kind, uint32_t cell)
{
    assert(cell < measure_part_cells(kind));
    return kind == MEASURE_FREQUENCY ? genotype_cells[cell] : count_cells[cell];
}

const char *measure_name(enum measure_kind kind)
{
    return kind >= 1 && kind < N_OF(names) ? names[kind] : "unknown";
}

bool measure_read(const char *name, enum measure_kind *kind)
{
    for (size_t i = 1; i < N_OF(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *kind = (enum measure_kind)i;
            return true;
        }
    }
    return false;
}

int64_t measure_price_nrho(const struct measure *measure, uint32_t sigma)
{
    int64_t divisor = 2 * (int64_t)sigma * sigma;

    assert(sigma > 0 && measure->sensitivity_squared > 0 &&
           measure->sensitivity_squared <= MEASURE_CHANGES_MAX);
    return ((int64_t)measure->sensitivity_squared * PRICE_NRHO + divisor - 1) / divisor;
}
