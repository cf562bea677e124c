/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/trust/roster_contact.h"

#include <assert.h>
#include <string.h>

#define LOCAL_MAX 64 /* RFC 5321, 4.5.3.1.1 */
#define LABEL_MAX 63 /* RFC 1035, 2.3.4 */

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static bool local_is_valid(const char *text, size_t length)
{
    if (length == 0 || length > LOCAL_MAX || text[0] == '.' || text[length - 1] == '.' ||
        strspn(text, ALNUM "._+-") < length)
        return false;
    for (size_t i = 1; i < length; i++)
        if (text[i] == '.' && text[i - 1] == '.')
            return false;
    return true;
}

static bool host_is_valid(const char *text)
{
    size_t labels = 0;

    for (;; text++) {
        size_t length = strspn(text, ALNUM "-");

        if (length == 0 || length > LABEL_MAX || text[0] == '-' || text[length - 1] == '-')
            return false;
        labels++;
        text += length;
        if (*text != '.')
            break;
    }
    return !*text && labels > 1;
}

bool roster_contact_is_valid(const char *address)
{
    assert(address);
    const char *at = strchr(address, '@');

    return at && strlen(address) <= ROSTER_CONTACT_MAX &&
           local_is_valid(address, (size_t)(at - address)) && host_is_valid(at + 1);
}

bool roster_contact_check(const Rikstal__V1__Roster *m, struct err *err)
{
    assert(m);
    for (size_t i = 0; i < m->n_nodes; i++)
        if (*m->nodes[i]->contact && !roster_contact_is_valid(m->nodes[i]->contact))
            return err_set(err, ERR_INVALID, "the contact of node %.64s is no mail address",
                           m->nodes[i]->node);
    return true;
}
