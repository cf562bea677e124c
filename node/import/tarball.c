/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/tarball.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)64 << 10)
#define TAR_MAGIC_AT 257

struct tarball {
    struct archive *archive;
    uint64_t entries;
    uint64_t unpacked;
    uint64_t passed; /* bytes of the present entry that were not read; the next header skips them */
    char *text;      /* TARBALL_FILE_MAX + 1 */
};

bool tarball_is(int fd, bool *packed, struct err *err)
{
    assert(packed);
    unsigned char head[512];
    ssize_t n = pread(fd, head, sizeof(head), 0);

    if (n < 0)
        return err_set(err, ERR_INVALID, "cannot read the start of the file");
    *packed = (n >= 2 && memcmp(head, "\x1f\x8b", 2) == 0) ||
              (n >= 6 && memcmp(head, "\xfd\x37zXZ\0", 6) == 0) ||
              (n == sizeof(head) && memcmp(head + TAR_MAGIC_AT, "ustar", 5) == 0);
    return true;
}

static bool failed(struct tarball *tarball, struct err *err)
{
    const char *why = archive_error_string(tarball->archive);

    return err_set(err, ERR_INVALID, "behind entry %llu: cannot unpack: %s",
                   (unsigned long long)tarball->entries, why ? why : "damaged");
}

bool tarball_open(int fd, struct tarball **out, struct err *err)
{
    assert(out);
    struct tarball *tarball = calloc(1, sizeof(*tarball));

    if (tarball)
        tarball->text = malloc(TARBALL_FILE_MAX + 1);
    if (tarball)
        tarball->archive = archive_read_new();
    if (!tarball || !tarball->text || !tarball->archive) {
        tarball_close(tarball);
        return err_memory(err);
    }
    if (archive_read_support_format_tar(tarball->archive) != ARCHIVE_OK ||
        archive_read_support_format_raw(tarball->archive) != ARCHIVE_OK ||
        archive_read_support_filter_gzip(tarball->archive) != ARCHIVE_OK ||
        archive_read_support_filter_xz(tarball->archive) != ARCHIVE_OK ||
        archive_read_open_fd(tarball->archive, fd, PIECE_BYTES) != ARCHIVE_OK) {
        failed(tarball, err);
        tarball_close(tarball);
        return false;
    }
    *out = tarball;
    return true;
}

void tarball_close(struct tarball *tarball)
{
    if (!tarball)
        return;
    archive_read_free(tarball->archive); /* accepts NULL */
    free(tarball->text);
    free(tarball);
}

static bool refuse(const struct tarball *tarball, const char *why, struct err *err)
{
    return err_set(err, ERR_INVALID,
                   "entry %llu of the archive %s; pack the JSON files alone, from inside their "
                   "folder",
                   (unsigned long long)tarball->entries, why);
}

/* No absolute name, no "..", not too deep. */
static bool name_allowed(const struct tarball *tarball, const char *name, struct err *err)
{
    size_t depth = 0;

    if (!name || !*name || strlen(name) > TARBALL_NAME_MAX)
        return refuse(tarball, "has no name or too long a one", err);
    if (*name == '/')
        return refuse(tarball, "has an absolute name", err);
    while (*name) {
        size_t n = strcspn(name, "/");

        if (n == 2 && memcmp(name, "..", 2) == 0)
            return refuse(tarball, "has a name with \"..\", which leads out of the archive", err);
        if (++depth > TARBALL_DEPTH_MAX)
            return refuse(tarball, "lies too deep in folders", err);
        name += n + (name[n] == '/');
    }
    return true;
}

static bool entry_allowed(const struct tarball *tarball, struct archive_entry *entry,
                          struct err *err)
{
    mode_t type = archive_entry_filetype(entry);

    if (!name_allowed(tarball, archive_entry_pathname(entry), err))
        return false;
    if (archive_entry_hardlink(entry) || archive_entry_symlink(entry) || type == AE_IFLNK)
        return refuse(tarball, "is a link", err);
    if (type != AE_IFREG && type != AE_IFDIR)
        return refuse(tarball, "is neither a file nor a folder", err);
    if (tarball->entries > TARBALL_ENTRIES_MAX)
        return refuse(tarball, "is one too many", err);
    return true;
}

/* Count unpacked bytes against both limits. */
static bool within(struct tarball *tarball, uint64_t bytes, struct err *err)
{
    uint64_t packed = (uint64_t)archive_filter_bytes(tarball->archive, -1);

    tarball->unpacked += bytes;
    if (tarball->unpacked > TARBALL_BYTES_MAX ||
        (tarball->unpacked > TARBALL_RATIO_FREE && tarball->unpacked / TARBALL_RATIO_MAX > packed))
        return refuse(tarball, "unpacks to far more than any such record (a decompression bomb)",
                      err);
    return true;
}

/* The entry's content; text NULL when it is too long. */
static bool read_text(struct tarball *tarball, struct tarball_file *file, struct err *err)
{
    char beyond[512];
    size_t used = 0;

    file->text = tarball->text;
    for (;;) {
        bool full = used == TARBALL_FILE_MAX;
        la_ssize_t n = full ? archive_read_data(tarball->archive, beyond, sizeof(beyond))
                            : archive_read_data(tarball->archive, tarball->text + used,
                                                TARBALL_FILE_MAX - used);

        if (n < 0)
            return failed(tarball, err);
        if (n == 0)
            break;
        if (!within(tarball, (uint64_t)n, err))
            return false;
        if (full) {
            file->text = NULL;
            break;
        }
        used += (size_t)n;
    }
    tarball->text[used] = 0;
    file->size = used;
    return true;
}

static bool is_json(const char *name)
{
    size_t n = strlen(name);

    return n >= 5 && strcasecmp(name + n - 5, ".json") == 0;
}

/* A packed file that is no archive: its content is one file, whatever its name was. */
static bool is_bare(struct tarball *tarball)
{
    return archive_format(tarball->archive) == ARCHIVE_FORMAT_RAW;
}

/* Reads the next header. The bytes that this skips count as unpacked, too. */
static bool next_header(struct tarball *tarball, struct archive_entry **entry, bool *end,
                        struct err *err)
{
    int code = archive_read_next_header(tarball->archive, entry);
    uint64_t passed = tarball->passed;

    tarball->passed = 0;
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN && code != ARCHIVE_EOF)
        return failed(tarball, err);
    if (!within(tarball, passed, err))
        return false;
    *end = code == ARCHIVE_EOF;
    tarball->entries += !*end;
    return true;
}

bool tarball_next(struct tarball *tarball, struct tarball_file *file, bool *end, struct err *err)
{
    assert(tarball && end);
    struct archive_entry *entry;

    for (;;) {
        if (!next_header(tarball, &entry, end, err))
            return false;
        if (*end)
            return true;
        if (!entry_allowed(tarball, entry, err))
            return false;
        if (is_bare(tarball) ||
            (archive_entry_filetype(entry) == AE_IFREG && is_json(archive_entry_pathname(entry))))
            break;
        tarball->passed = (uint64_t)archive_entry_size(entry);
    }
    *file = (struct tarball_file){.name = archive_entry_pathname(entry), .entry = tarball->entries};
    file->consumed = (uint64_t)archive_filter_bytes(tarball->archive, -1);
    if (!read_text(tarball, file, err))
        return false;
    if (!file->text)
        tarball->passed = (uint64_t)archive_entry_size(entry);
    return true;
}
