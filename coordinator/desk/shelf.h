#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The term releases of the regions, fetched and verified once and kept in memory for a while, so
 * that a search box answers while it is typed in. What is searched for stays here. Any thread.
 */
#include "coordinator/desk/desk_inside.h"

#define SHELF_LIFE_MS 600000 /* then the lists of the regions are looked at again */

bool shelf_open(const struct session_options *options, struct shelf **out,
                struct err *err) MUST_CHECK;
void shelf_close(struct shelf *shelf); /* accepts NULL */

desk_handler shelf_search, shelf_genes;
