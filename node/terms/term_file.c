/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/term_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)64 << 10)

struct term_file {
    struct archive *archive;
    int fd;
    uint64_t bytes;
    uint64_t unpacked;
    uint64_t unpacked_max;
    bool ended;
    struct err err;
    uint64_t line_number;
    char *line; /* grown as needed, at most TERM_LINE_BYTES_MAX + 1 */
    size_t line_room;
    size_t at; /* position in piece */
    size_t have;
    char piece[PIECE_BYTES];
};

static bool archive_failed(struct term_file *file, struct err *err)
{
    const char *why = archive_error_string(file->archive);

    return err_set(err, ERR_INVALID, "cannot unpack: %s", why ? why : "damaged");
}

static bool open_archive(struct term_file *file, struct err *err)
{
    struct archive_entry *entry;
    int code;

    file->archive = archive_read_new();
    if (!file->archive)
        return err_memory(err);
    if (archive_read_support_format_raw(file->archive) != ARCHIVE_OK ||
        archive_read_support_format_empty(file->archive) != ARCHIVE_OK ||
        archive_read_support_filter_gzip(file->archive) != ARCHIVE_OK ||
        archive_read_support_filter_xz(file->archive) != ARCHIVE_OK ||
        archive_read_open_fd(file->archive, file->fd, PIECE_BYTES) != ARCHIVE_OK)
        return archive_failed(file, err);
    code = archive_read_next_header(file->archive, &entry);
    if (code != ARCHIVE_OK && code != ARCHIVE_EOF)
        return archive_failed(file, err);
    file->ended = code == ARCHIVE_EOF;
    return true;
}

bool term_file_open(const char *path, struct term_file **out, struct err *err)
{
    assert(path && out);
    struct term_file *file = calloc(1, sizeof(*file));
    struct stat info;
    bool ok;

    if (!file)
        return err_memory(err);
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->fd < 0)
        ok = err_set(err, ERR_INVALID, "cannot open %s: %s", path, strerror(errno));
    else if (fstat(file->fd, &info) != 0 || !S_ISREG(info.st_mode))
        ok = err_set(err, ERR_INVALID, "%s is not a regular file", path);
    else
        ok = open_archive(file, err) || err_wrap(err, "%s: ", path);
    if (!ok) {
        term_file_close(file);
        return false;
    }
    file->bytes = (uint64_t)info.st_size;
    file->unpacked_max = TERM_FILE_BYTES_MAX;
    *out = file;
    return true;
}

void term_file_close(struct term_file *file)
{
    if (!file)
        return;
    archive_read_free(file->archive); /* accepts NULL */
    if (file->fd >= 0)
        close(file->fd);
    free(file->line);
    free(file);
}

void term_file_allow(struct term_file *file, uint64_t bytes)
{
    assert(file);
    file->unpacked_max = bytes;
}

uint64_t term_file_bytes(const struct term_file *file)
{
    assert(file);
    return file->bytes;
}

uint64_t term_file_consumed(const struct term_file *file)
{
    assert(file);
    la_int64_t n = archive_filter_bytes(file->archive, -1);

    return n > 0 ? (uint64_t)n : 0;
}

ssize_t term_file_read(void *context, void *buffer, size_t room)
{
    struct term_file *file = context;
    la_ssize_t n = 0;

    if (!file->ended) {
        n = archive_read_data(file->archive, buffer, room);
        if (n < 0) {
            archive_failed(file, &file->err);
            errno = EIO;
            return -1;
        }
    }
    file->ended |= n == 0;
    file->unpacked += (uint64_t)n;
    if (file->unpacked > file->unpacked_max) {
        err_set(&file->err, ERR_INVALID, "unpacks to more than %llu bytes",
                (unsigned long long)file->unpacked_max);
        errno = EFBIG;
        return -1;
    }
    return n;
}

const struct err *term_file_error(const struct term_file *file)
{
    assert(file);
    return &file->err;
}

static bool refill(struct term_file *file, struct err *err)
{
    ssize_t n = term_file_read(file, file->piece, PIECE_BYTES);

    if (n < 0) {
        *err = file->err;
        return false;
    }
    file->at = 0;
    file->have = (size_t)n;
    return true;
}

static bool keep(struct term_file *file, size_t used, const char *data, size_t n, struct err *err)
{
    if (used + n > TERM_LINE_BYTES_MAX)
        return err_set(err, ERR_INVALID, "line %llu: longer than %zu bytes",
                       (unsigned long long)file->line_number, TERM_LINE_BYTES_MAX);
    if (used + n + 1 > file->line_room) {
        size_t room = 2 * (used + n + 1);
        char *grown = realloc(file->line, room);

        if (!grown)
            return err_memory(err);
        file->line = grown;
        file->line_room = room;
    }
    if (n)
        memcpy(file->line + used, data, n);
    file->line[used + n] = 0;
    return true;
}

bool term_file_line(struct term_file *file, char **line, struct err *err)
{
    assert(file);
    size_t used = 0;
    const char *end = NULL;

    file->line_number++;
    while (!end) {
        size_t n;

        if (file->at == file->have && !refill(file, err))
            return false;
        if (file->at == file->have)
            break;
        end = memchr(file->piece + file->at, '\n', file->have - file->at);
        n = end ? (size_t)(end - file->piece) - file->at : file->have - file->at;
        if (!keep(file, used, file->piece + file->at, n, err))
            return false;
        used += n;
        file->at += n + (end != NULL);
    }
    if (!end && used == 0) {
        *line = NULL;
        return true;
    }
    if (used && file->line[used - 1] == '\r')
        file->line[--used] = 0;
    if (memchr(file->line, 0, used))
        return err_set(err, ERR_INVALID, "line %llu: a NUL byte",
                       (unsigned long long)file->line_number);
    *line = file->line;
    return true;
}

size_t term_file_split(char *line, char **fields, size_t most)
{
    size_t n = 0;

    assert(line && fields);
    for (char *at = line; at; n++) {
        if (n == most)
            return 0;
        fields[n] = at;
        at = strchr(at, '\t');
        if (at)
            *at++ = 0;
    }
    return n;
}

uint64_t term_file_line_number(const struct term_file *file)
{
    assert(file);
    return file->line_number;
}

bool term_file_rest(struct term_file *file, size_t bytes_max, char **text, size_t *size,
                    struct err *err)
{
    assert(file);
    size_t room = (size_t)1 << 20;
    size_t used = 0;
    char *all = malloc(room);

    while (all) {
        ssize_t n;

        if (used + 1 == room) {
            char *grown = room > bytes_max ? NULL : realloc(all, 2 * room);

            if (!grown) {
                free(all);
                return room > bytes_max
                           ? err_set(err, ERR_INVALID, "larger than %zu bytes", bytes_max)
                           : err_memory(err);
            }
            all = grown;
            room *= 2;
        }
        n = term_file_read(file, all + used, room - used - 1);
        if (n < 0) {
            *err = file->err;
            free(all);
            return false;
        }
        if (n == 0)
            break;
        used += (size_t)n;
    }
    if (!all)
        return err_memory(err);
    all[used] = 0;
    *text = all;
    *size = used;
    return true;
}
