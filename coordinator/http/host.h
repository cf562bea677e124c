#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which Host headers the API accepts. A browser that was led here by another site's name (DNS
 * rebinding) sends that name, which is refused. Addresses and localhost cannot be another site's
 * name. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#define HOSTS_MAX 8

/*
 * host: the header, with or without port; NULL when there was none, which no browser does. The name
 * "*" accepts every host: for a proxy in front that checks the header itself.
 */
bool host_answered(const char *host, const char *const *names, size_t n_names);
