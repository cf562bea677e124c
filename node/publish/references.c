/* SPDX-License-Identifier: Apache-2.0 */
#include "node/publish/references.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/store/variant.h"
#include "node/terms/reference.h"
#include "proto/base/file.h"

#define PIECE_BYTES ((size_t)64 << 20)

bool references_read(struct sqlite3 *db, const char *dir, struct manifest_reference references[3],
                     struct err *err)
{
    for (uint8_t i = VARIANT_GRCH37; dir && i <= VARIANT_GRCH38; i++) {
        struct manifest_reference *into = &references[i];
        struct reference loaded;

        if (!reference_read(db, i, &loaded, &into->there, err))
            return false;
        if (!into->there)
            continue;
        memcpy(into->hash, loaded.hash, sizeof(into->hash));
        memcpy(into->index_hash, loaded.index_hash, sizeof(into->index_hash));
        into->bytes = loaded.bytes;
    }
    return true;
}

static bool copy(const char *from, const char *to, struct err *err)
{
    char temporary[PATH_MAX];
    int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
    ssize_t n = 1;
    bool ok;

    ok = snprintf(temporary, sizeof(temporary), "%s.%d.tmp", to, (int)getpid()) <
         (int)sizeof(temporary);
    if (ok && in >= 0)
        out = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    while (out >= 0 && n > 0)
        n = sendfile(out, in, NULL, PIECE_BYTES);
    ok = ok && out >= 0 && n == 0;
    if (!ok)
        err_set(err, ERR_UNAVAILABLE, "copying %s: %s", from, strerror(errno));
    if (in >= 0)
        (void)close(in);
    if (out >= 0)
        (void)close(out);
    ok = ok && file_sync(temporary, err) && file_rename(temporary, to, err);
    if (!ok && out >= 0)
        (void)unlink(temporary);
    return ok;
}

static bool put_file(const char *from, const char *to, struct err *err)
{
    if (file_exists(to) || link(from, to) == 0)
        return true;
    if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP)
        return copy(from, to, err);
    return err_set(err, ERR_UNAVAILABLE,
                   "%s: %s; load the reference again with rikstal-node terms load fasta", from,
                   strerror(errno));
}

bool references_put(const char *dir, const char *folder,
                    const struct manifest_reference references[3], struct err *err)
{
    static const char *const kinds[] = {"reference", "index"};

    for (int i = VARIANT_GRCH37; i <= VARIANT_GRCH38; i++)
        for (int k = 0; references[i].there && k < 2; k++) {
            struct reference of = {0};
            char from[PATH_MAX], to[PATH_MAX];

            memcpy(of.hash, references[i].hash, sizeof(of.hash));
            if (!reference_path(dir, &of, k == 1, from, sizeof(from)) ||
                !manifest_path(folder, of.hash, kinds[k], to, sizeof(to)))
                return err_set(err, ERR_INVALID, "the path %s is too long", folder);
            if (!put_file(from, to, err))
                return false;
        }
    return file_sync(folder, err);
}

bool references_same(const struct manifest_reference a[3], const struct manifest_reference b[3])
{
    bool same = true;

    for (int i = VARIANT_GRCH37; i <= VARIANT_GRCH38; i++)
        same &= a[i].there == b[i].there &&
                (!a[i].there || memcmp(a[i].hash, b[i].hash, sizeof(a[i].hash)) == 0);
    return same;
}
