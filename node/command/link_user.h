#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who link runs as: where root starts `serve`, the user that node.conf names ([link] user), which
 * owns D/tls and nothing else of the node. Started by anybody else, link runs as that person. One
 * thread.
 */
#include <sys/types.h>

#include "proto/base/err.h"

struct link_user {
    bool is_own; /* false: link runs as this process does */
    uid_t uid;
    gid_t gid;
};

/*
 * Look the name up and give it the folder and the files in it. A name that the machine does not
 * have is logged (link_user_missing), and link stays root inside its sandbox.
 */
bool link_user_choose(const char *name, const char *tls, struct link_user *out,
                      struct err *err) MUST_CHECK;
