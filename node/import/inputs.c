/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder is walked in the order of names, so that the same folder is the same import.
 */
#include "node/import/inputs.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/import/identity.h"

#define HASH_BYTES (1u << 20)
#define DEPTH_MAX 16

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool grow(struct run_inputs *inputs, struct err *err)
{
    struct run_input *items;
    size_t room = inputs->room ? inputs->room * 2 : 16;

    if (inputs->n == RUN_INPUTS_MAX)
        return err_set(err, ERR_INVALID, "more than %u files; pack them into one .tar",
                       RUN_INPUTS_MAX);
    if (inputs->n < inputs->room)
        return true;
    items = realloc(inputs->items, room * sizeof(*items));
    if (!items)
        return err_memory(err);
    inputs->items = items;
    inputs->room = room;
    return true;
}

/*
 * Opens a file. When the soft limit on descriptors forbids it, the limit is raised as far as the
 * hard one. O_NONBLOCK: a named pipe without a writer must not make us wait.
 */
static int open_more(const char *path)
{
    struct rlimit limit;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd >= 0 || errno != EMFILE || getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        limit.rlim_cur == limit.rlim_max)
        return fd;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return -1;
    return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

static bool write_whole(int fd, const uint8_t *data, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t n = write(fd, data + at, size - at);

        if (n < 0 && errno != EINTR)
            return false;
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Copies all that comes out of the pipe into a file without a name, and rewinds it. -1 with errno
 * on failure. */
static int keep_pipe(int pipe)
{
    const char *folder = getenv("TMPDIR");
    int fd = open(folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    uint8_t *buffer = malloc(HASH_BYTES);
    ssize_t n = 1;

    (void)fcntl(pipe, F_SETFL, 0); /* from now on a read waits for the writer */
    while (fd >= 0 && buffer && n != 0) {
        n = read(pipe, buffer, HASH_BYTES);
        if ((n < 0 && errno != EINTR) || (n > 0 && !write_whole(fd, buffer, (size_t)n)))
            break;
    }
    free(buffer);
    if (fd >= 0 && n == 0 && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

/* A pipe's content in place of the pipe. */
static bool replace_pipe(int *fd, const char *path, struct err *err)
{
    struct stat status;
    int kept;

    if (fstat(*fd, &status) != 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    if (!S_ISFIFO(status.st_mode))
        return true;
    kept = keep_pipe(*fd);
    if (kept < 0)
        return err_set(err, ERR_UNAVAILABLE, "keeping what comes through %s: %s", path,
                       strerror(errno));
    (void)close(*fd);
    *fd = kept;
    return true;
}

static bool take_fd(struct run_inputs *inputs, const char *path, int fd, struct err *err)
{
    struct run_input *item = &inputs->items[inputs->n];
    struct stat status;

    if (fstat(fd, &status) != 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return err_set(err, ERR_INVALID, "%s is neither a regular file nor a pipe", path);
    *item = (struct run_input){.path = strdup(path),
                               .fd = fd,
                               .bytes = (uint64_t)status.st_size,
                               .modified_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 +
                                              status.st_mtim.tv_nsec};
    if (!item->path)
        return err_memory(err);
    item->name = strcmp(path, "-") == 0 ? "standard input" : base_name(item->path);
    inputs->n++;
    return true;
}

bool run_inputs_add(struct run_inputs *inputs, const char *path, bool hashed, struct err *err)
{
    assert(inputs);
    int fd;

    if (!grow(inputs, err))
        return false;
    if (strlen(base_name(path)) > RUN_NAME_MAX)
        return err_set(err, ERR_INVALID, "a file name is longer than %u bytes", RUN_NAME_MAX);
    if (!identity_is_absent("a file name", base_name(path), err))
        return false;
    fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open_more(path);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_INVALID : ERR_UNAVAILABLE, "%s: %s", path,
                       strerror(errno));
    if (!replace_pipe(&fd, path, err) || !take_fd(inputs, path, fd, err)) {
        (void)close(fd);
        return false;
    }
    inputs->items[inputs->n - 1].unhashed = !hashed;
    return true;
}

static bool has_suffix(const char *name, const char *const *suffixes)
{
    size_t length = strlen(name);

    for (; suffixes && *suffixes; suffixes++) {
        size_t n = strlen(*suffixes);

        if (length > n && strcmp(name + length - n, *suffixes) == 0)
            return true;
    }
    return false;
}

static bool add_folder(struct run_inputs *inputs, const char *path, const char *const *suffixes,
                       int depth, struct err *err);

static bool add_entry(struct run_inputs *inputs, const char *path, const char *const *suffixes,
                      int depth, struct err *err)
{
    struct stat status;

    if (lstat(path, &status) != 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return add_folder(inputs, path, suffixes, depth + 1, err);
    if (!S_ISREG(status.st_mode) || !has_suffix(path, suffixes))
        return true;
    return run_inputs_add(inputs, path, true, err);
}

static bool add_folder(struct run_inputs *inputs, const char *path, const char *const *suffixes,
                       int depth, struct err *err)
{
    struct dirent **entries;
    bool ok = depth <= DEPTH_MAX;
    int n;

    if (!ok)
        return err_set(err, ERR_INVALID, "%s: folders are nested more than %d deep", path,
                       DEPTH_MAX);
    n = scandir(path, &entries, NULL, alphasort);
    if (n < 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    for (int i = 0; i < n; i++) {
        char *inside = NULL;

        if (ok && entries[i]->d_name[0] != '.') {
            ok = asprintf(&inside, "%s/%s", path, entries[i]->d_name) >= 0 || err_memory(err);
            ok = ok && add_entry(inputs, inside, suffixes, depth, err);
            free(inside);
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool run_inputs_open(struct run_inputs *inputs, char *const *paths, size_t n_paths,
                     const char *const *suffixes, struct err *err)
{
    assert(inputs);
    *inputs = (struct run_inputs){0};
    for (size_t i = 0; i < n_paths; i++) {
        struct stat status;
        bool is_folder = stat(paths[i], &status) == 0 && S_ISDIR(status.st_mode);

        if (is_folder && !suffixes)
            return err_set(err, ERR_INVALID, "%s is a folder; name its files", paths[i]);
        if (!(is_folder ? add_folder(inputs, paths[i], suffixes, 0, err)
                        : run_inputs_add(inputs, paths[i], true, err)))
            return false;
    }
    return inputs->n || err_set(err, ERR_INVALID, "there is no file to import");
}

void run_inputs_close(struct run_inputs *inputs)
{
    for (size_t i = 0; i < inputs->n; i++) {
        if (inputs->items[i].fd >= 0)
            (void)close(inputs->items[i].fd);
        free(inputs->items[i].path);
    }
    free(inputs->items);
    *inputs = (struct run_inputs){0};
}

static void hash_number(crypto_generichash_state *state, uint64_t value)
{
    uint8_t big[8];

    for (unsigned i = 0; i < sizeof(big); i++)
        big[i] = (uint8_t)(value >> (56 - 8 * i));
    (void)crypto_generichash_update(state, big, sizeof(big));
}

static bool hash_input(crypto_generichash_state *state, const struct run_input *input,
                       uint8_t *buffer, struct err *err)
{
    uint64_t at = 0;

    hash_number(state, input->bytes);
    while (at < input->bytes) {
        ssize_t n = pread(input->fd, buffer, HASH_BYTES, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, ERR_UNAVAILABLE, "%s: %s", input->path,
                           n ? strerror(errno) : "the file became shorter while it was read");
        (void)crypto_generichash_update(state, buffer, (size_t)n);
        at += (uint64_t)n;
    }
    return true;
}

bool run_inputs_hash(const struct run_inputs *inputs, uint8_t hash[static 32], struct err *err)
{
    assert(inputs);
    crypto_generichash_state state;
    uint8_t *buffer = malloc(HASH_BYTES);
    bool ok = buffer || err_memory(err);

    (void)crypto_generichash_init(&state, NULL, 0, 32);
    for (size_t i = 0; ok && i < inputs->n; i++)
        ok = inputs->items[i].unhashed || hash_input(&state, &inputs->items[i], buffer, err);
    free(buffer);
    (void)crypto_generichash_final(&state, hash, 32);
    return ok;
}

bool run_inputs_unchanged(const struct run_inputs *inputs, struct err *err)
{
    assert(inputs);
    for (size_t i = 0; i < inputs->n; i++) {
        const struct run_input *input = &inputs->items[i];
        struct stat status;

        if (fstat(input->fd, &status) != 0 || (uint64_t)status.st_size != input->bytes ||
            (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec !=
                input->modified_ns)
            return err_set(err, ERR_UNAVAILABLE,
                           "%s changed while it was imported; import it again when it is whole",
                           input->path);
    }
    return true;
}
