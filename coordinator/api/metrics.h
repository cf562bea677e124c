#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters in Prometheus' text format 0.0.4. None of them depends on patient data: there is no
 * count of persons, no duration or size of an answer, and no label that names a question.
 */
#include "coordinator/ask/service.h"
#include "proto/base/bytes.h"

void metrics_write(const struct service_counts *counts, struct bytes *out);
