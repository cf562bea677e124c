#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which Host headers the API answers: a browser that was led here by a name of somebody else's
 * (DNS rebinding) sends that name. An address and localhost can be nobody else's. Pure; any thread.
 */
#include <stdbool.h>
#include <stddef.h>

#define HOSTS_MAX 8

/* host: the header, with or without port; NULL: there was none, as of no browser. Without names
 * everything is answered: behind a proxy only its operator knows them. */
bool host_answered(const char *host, const char *const *names, size_t n_names);
