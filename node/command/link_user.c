/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/link_user.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/log.h"

static bool give_files(DIR *folder, const struct link_user *user)
{
    struct dirent *entry;
    bool ok = fchown(dirfd(folder), user->uid, user->gid) == 0;

    while (ok && (entry = readdir(folder)))
        if (entry->d_type == DT_REG)
            ok = fchownat(dirfd(folder), entry->d_name, user->uid, user->gid,
                          AT_SYMLINK_NOFOLLOW) == 0;
    return ok;
}

static bool give(const char *tls, const struct link_user *user, struct err *err)
{
    DIR *folder = opendir(tls);
    bool ok = folder && give_files(folder, user);

    if (!ok)
        err_set(err, ERR_INTERNAL, "%s cannot be given to link's user: %s", tls, strerror(errno));
    if (folder)
        closedir(folder);
    return ok;
}

bool link_user_choose(const char *name, const char *tls, struct link_user *out, struct err *err)
{
    struct link_user user = {.is_own = true};
    const struct passwd *found;

    assert(name && tls && out);
    *out = (struct link_user){.is_own = false};
    if (geteuid() != 0)
        return true;
    found = getpwnam(name);
    if (!found || found->pw_uid == 0) {
        log_event(LOG_WARN_LEVEL, "link_user_missing", "user", name, "fix",
                  "adduser --system --group, or [link] user in node.conf; link stays root", NULL);
        return true;
    }
    user.uid = found->pw_uid;
    user.gid = found->pw_gid;
    if (!give(tls, &user, err))
        return false;
    *out = user;
    return true;
}
