/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/http/host.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <strings.h>

#define HOST_BYTES 256 /* longer than any DNS name */

/* "[::1]:80" */
static bool is_bracketed_address(const char *host)
{
    size_t length = strcspn(host, "]");
    char text[INET6_ADDRSTRLEN];
    struct in6_addr ignored;

    if (host[0] != '[' || !host[length] || length - 1 >= sizeof(text) ||
        (host[length + 1] && host[length + 1] != ':'))
        return false;
    memcpy(text, host + 1, length - 1);
    text[length - 1] = 0;
    return inet_pton(AF_INET6, text, &ignored) == 1;
}

bool host_answered(const char *host, const char *const *names, size_t n_names)
{
    assert(names || !n_names);
    size_t length = host ? strcspn(host, ":") : 0;
    char name[HOST_BYTES];
    struct in_addr ignored;

    if (!host || !*host || is_bracketed_address(host))
        return true;
    if (length > 0 && host[length - 1] == '.')
        length--; /* "localhost." means the same */
    if (length == 0 || length >= sizeof(name))
        return false;
    memcpy(name, host, length);
    name[length] = 0;
    if (strcasecmp(name, "localhost") == 0 || inet_pton(AF_INET, name, &ignored) == 1)
        return true;
    for (size_t i = 0; i < n_names; i++)
        if (strcasecmp(name, names[i]) == 0 || strcmp(names[i], "*") == 0)
            return true;
    return false;
}
