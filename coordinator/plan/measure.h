#pragma once
/*
 * What can be asked for, and what it costs: measures with the shape of their answers, release
 * modes, and the menu of precision. The one place to add a measure at the coordinator and its
 * client; the node has its own, which decides. Constant tables; any thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

enum measure { MEASURE_COUNT = 1, MEASURE_BREAKDOWN = 2, MEASURE_FREQUENCY = 3 };
enum mode { MODE_REGIONS = 1, MODE_SUM = 2 };

/* The two cells of a count. */
enum count_cell { CELL_MATCHED, CELL_UNDETERMINED, COUNT_CELLS };

#define NRHO_PER_POINT INT64_C(1000000) /* a privacy point is rho 0.001 */

/* The cells of every answer; a measure or mode that is not served is an error that names it. */
bool measure_cells(enum measure measure, enum mode mode, size_t *n, struct err *err) MUST_CHECK;
const char *measure_name(enum measure measure);
const char *mode_name(enum mode mode);
bool measure_read(const char *name, enum measure *measure) MUST_CHECK;
bool mode_read(const char *name, enum mode *mode) MUST_CHECK;

/* The menu of sigma: 5, 10, 20, 50; ends with 0. */
extern const uint32_t sigma_menu[];
bool sigma_known(uint32_t sigma);
/* What a measure of sensitivity 1 costs at every node: 1e9 / (2 sigma^2) nano-rho, rounded up. */
int64_t price_nrho(uint32_t sigma);
