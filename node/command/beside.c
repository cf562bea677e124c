/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/beside.h"

#include <assert.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool beside_find(const char *program, char *path, size_t room, struct err *err)
{
    char own[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", own, sizeof(own) - 1);
    int length;

    assert(program && !strchr(program, '/') && path && room > 0);
    if (size < 0)
        return err_set(err, ERR_INTERNAL, "/proc/self/exe: %s", strerror(errno));
    own[size] = '\0';
    length = snprintf(path, room, "%s/%s", dirname(own), program);
    if (length < 0 || (size_t)length >= room)
        return err_set(err, ERR_INTERNAL, "the path of %s is too long", program);
    return access(path, X_OK) == 0 ||
           err_set(err, ERR_INTERNAL, "%.180s: %s; it is installed beside rikstal-node", path,
                   strerror(errno));
}

int beside_become(const char *program, int argc, char **argv)
{
    static char name[] = "rikstal-node";
    char path[PATH_MAX], **all = malloc(((size_t)argc + 2) * sizeof(*all));
    struct err err;
    bool found = all ? beside_find(program, path, sizeof(path), &err) : err_memory(&err);

    assert(argc > 0 && argv[0]);
    if (found) {
        all[0] = name;
        memcpy(all + 1, argv, (size_t)argc * sizeof(*all));
        all[argc + 1] = NULL;
        /* Most of what a run takes, it takes once and fills: in small pages their first touch is an
         * eighth of its time. */
        (void)setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", 0);
        execv(path, all);
        err_set(&err, ERR_INTERNAL, "%.180s: %s", path, strerror(errno));
    }
    free(all);
    fprintf(stderr, "rikstal-node %s: %s\n", argv[0], err.text);
    return EXIT_FAILED;
}
