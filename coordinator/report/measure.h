#pragma once
/*
 * How a measure (proto/query/measure.h) can be asked for: release modes and the menu of precision.
 * Constant tables; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/query/measure.h"

enum mode { MODE_REGIONS = 1, MODE_SUM = 2 };

#define NRHO_PER_POINT INT64_C(1000000) /* a privacy point is rho 0.001 */

const char *mode_name(enum mode mode);
/* ERR_INVALID with the modes there are, and for `distinct` why it is not one. */
bool mode_read(const char *name, enum mode *mode, struct err *err) MUST_CHECK;

/* The menu of sigma: 5, 10, 20, 50; ends with 0. */
extern const uint32_t sigma_menu[];
bool sigma_known(uint32_t sigma);
