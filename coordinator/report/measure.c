#include "coordinator/report/measure.h"

#include <assert.h>
#include <string.h>

#include "proto/query/distinct.h"
#include "proto/wire/rikstal.pb-c.h"

static_assert((int)MEASURE_COUNT == RIKSTAL__V1__MEASURE__MEASURE_COUNT, "as on the wire");
static_assert((int)MEASURE_BREAKDOWN == RIKSTAL__V1__MEASURE__MEASURE_BREAKDOWN, "as on the wire");
static_assert((int)MEASURE_FREQUENCY == RIKSTAL__V1__MEASURE__MEASURE_FREQUENCY, "as on the wire");
static_assert((int)MODE_REGIONS == RIKSTAL__V1__MODE__MODE_REGIONS, "as on the wire");
static_assert((int)MODE_SUM == RIKSTAL__V1__MODE__MODE_SUM, "as on the wire");

static const char *const mode_names[] = {
    [MODE_REGIONS] = "regions",
    [MODE_SUM] = "sum",
};

const uint32_t sigma_menu[] = {5, 10, 20, 50, 0};

#define N_OF(table) (sizeof(table) / sizeof((table)[0]))

const char *mode_name(enum mode mode)
{
    return mode >= 1 && mode < N_OF(mode_names) ? mode_names[mode] : "unknown";
}

static size_t name_find(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return 0;
}

bool mode_read(const char *name, enum mode *mode, struct err *err)
{
    size_t i = name_find(mode_names, N_OF(mode_names), name);

    if (strcmp(name, DISTINCT_NAME) == 0)
        return err_set(err, ERR_INVALID, DISTINCT_REFUSED);
    if (i == 0)
        return err_set(err, ERR_INVALID, "no mode \"%.40s\"; there are regions and sum", name);
    *mode = (enum mode)i;
    return true;
}

bool sigma_known(uint32_t sigma)
{
    for (size_t i = 0; sigma_menu[i]; i++)
        if (sigma_menu[i] == sigma)
            return true;
    return false;
}
