/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The copy is written under a temporary name, synced and named by its hash before the database says
 * that it is there; a crash leaves a file that no row names, and the next load removes it.
 */
#include "node/terms/reference.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/terms/fasta.h"
#include "node/terms/fasta_copy.h"
#include "node/terms/term_file.h"
#include "node/terms/terms_load.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/sql.h"

#define UNPACKED_BYTES ((uint64_t)16 << 30)
#define PROBES 997u /* places of a chromosome at which a given index is tried */

static const char *const systems[] = {NULL, "fasta:GRCh37", "fasta:GRCh38"};

/* ---- the table ------------------------------------------------------------------------------- */

static bool put_rows(sqlite3 *db, const struct reference *reference,
                     const struct term_release *release, struct err *err)
{
    sqlite3_stmt *put = NULL;
    bool ok = sql_prepare(db, "INSERT OR REPLACE INTO reference VALUES(?1, ?2, ?3, ?4)", &put, err);

    if (ok) {
        sqlite3_bind_int(put, 1, reference->assembly);
        sqlite3_bind_blob(put, 2, reference->hash, sizeof(reference->hash), SQLITE_STATIC);
        sqlite3_bind_int64(put, 3, (sqlite3_int64)reference->bytes);
        sqlite3_bind_blob(put, 4, reference->index_hash, sizeof(reference->index_hash),
                          SQLITE_STATIC);
        ok = sql_done(put, err);
    }
    sqlite3_finalize(put);
    return ok && terms_release_put(db, release, err);
}

static bool put(sqlite3 *db, const struct reference *reference, const struct term_release *release,
                struct err *err)
{
    if (!sql_begin(db, err))
        return false;
    if (put_rows(db, reference, release, err))
        return sql_commit(db, err);
    sql_rollback(db);
    return false;
}

/* ---- one load -------------------------------------------------------------------------------- */

struct reference_loading {
    sqlite3 *db;
    const char *path;
    const struct terms_load_options *options;
    struct terms_load_result *result;
    struct fasta_copy copy;
    struct reference reference;
    char temporary[PATH_MAX];
    char index[PATH_MAX]; /* temporary.fai */
};

static bool has_file(const struct reference_loading *loading, const struct reference *reference)
{
    char path[PATH_MAX];

    return reference_path(loading->options->dir, reference, false, path, sizeof(path)) &&
           file_exists(path) &&
           reference_path(loading->options->dir, reference, true, path, sizeof(path)) &&
           file_exists(path);
}

static bool is_known(struct reference_loading *loading, struct err *err)
{
    struct term_release *release = &loading->result->release;

    for (uint8_t assembly = 1; assembly <= 2; assembly++) {
        struct term_release loaded;
        struct reference reference;
        bool found, noted;

        if (!terms_release(loading->db, systems[assembly], &loaded, &found, err) ||
            !reference_read(loading->db, assembly, &reference, &noted, err))
            return false;
        if (found && noted && has_file(loading, &reference) &&
            (!loading->options->release ||
             strcmp(loading->options->release, loaded.release) == 0) &&
            memcmp(loaded.file_hash, release->file_hash, sizeof(loaded.file_hash)) == 0) {
            *release = loaded;
            loading->result->known = true;
        }
    }
    return true;
}

static bool name_paths(struct reference_loading *loading, struct err *err)
{
    char folder[PATH_MAX];
    int n = snprintf(folder, sizeof(folder), "%s/reference", loading->options->dir);
    int m = snprintf(loading->temporary, sizeof(loading->temporary), "%s/reference/loading.%d.tmp",
                     loading->options->dir, (int)getpid());
    int k = snprintf(loading->index, sizeof(loading->index), "%s/reference/loading.%d.fai.tmp",
                     loading->options->dir, (int)getpid());

    if (n >= (int)sizeof(folder) || m >= (int)sizeof(loading->temporary) ||
        k >= (int)sizeof(loading->index))
        return err_set(err, ERR_INVALID, "the folder's name is too long");
    return file_make_folder(folder, 0700, err);
}

static bool copy_file(struct reference_loading *loading, struct err *err)
{
    const struct terms_load_options *options = loading->options;
    struct fasta_copy_options how = {.wanted = (enum ast_assembly)options->assembly,
                                     .progress = options->progress,
                                     .progress_of = options->progress_of};
    struct term_file *file = NULL;
    int to = -1;
    bool ok = term_file_open(loading->path, &file, err);

    if (ok) {
        term_file_allow(file, UNPACKED_BYTES);
        to = open(loading->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        ok =
            to >= 0 || err_set(err, ERR_UNAVAILABLE, "%s: %s", loading->temporary, strerror(errno));
    }
    ok = ok &&
         (fasta_copy(file, to, &how, &loading->copy, err) || err_wrap(err, "%s: ", loading->path));
    if (to >= 0)
        (void)close(to);
    term_file_close(file);
    return ok && file_sync(loading->temporary, err);
}

/* ---- an index that lies beside the file ------------------------------------------------------ */

static bool open_pair(const char *path, const char *index, struct fasta **fasta, int fds[2],
                      struct err *err)
{
    fds[0] = open(path, O_RDONLY | O_CLOEXEC);
    fds[1] = open(index, O_RDONLY | O_CLOEXEC);
    if (fds[0] < 0 || fds[1] < 0)
        return err_set(err, ERR_UNAVAILABLE, "%s: %s", fds[0] < 0 ? path : index, strerror(errno));
    return fasta_open(fds[0], fds[1], fasta, err);
}

static void close_pair(struct fasta *fasta, const int fds[2])
{
    fasta_close(fasta);
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            (void)close(fds[i]);
}

static bool agrees_at(struct fasta *theirs, struct fasta *ours, unsigned chromosome)
{
    uint32_t length = fasta_length(ours, chromosome), step = length / PROBES + 1;

    if (fasta_length(theirs, chromosome) != length)
        return false;
    for (uint32_t at = 1; at <= length; at += step)
        if (fasta_base(theirs, chromosome, at) != fasta_base(ours, chromosome, at))
            return false;
    return fasta_base(theirs, chromosome, length) == fasta_base(ours, chromosome, length);
}

/* Compares the index beside the file with the bases. An index that does not fit shows that the file
 * was changed after it was indexed, or that it belongs to another file. */
static bool compare_index(const struct reference_loading *loading, const char *index,
                          struct err *err)
{
    struct fasta *theirs = NULL, *ours = NULL;
    int their_fds[2] = {-1, -1}, our_fds[2] = {-1, -1};
    bool ok = open_pair(loading->path, index, &theirs, their_fds, err) &&
              open_pair(loading->temporary, loading->index, &ours, our_fds, err);

    for (unsigned c = 1; ok && c <= FASTA_COPY_CHROMOSOMES; c++)
        if (loading->copy.lengths[c] && !agrees_at(theirs, ours, c))
            ok = err_set(
                err, ERR_INVALID,
                "%s does not fit the file: make it again with samtools faidx, or remove it", index);
    close_pair(theirs, their_fds);
    close_pair(ours, our_fds);
    return ok;
}

static bool check_index(const struct reference_loading *loading, struct err *err)
{
    char index[PATH_MAX], first = 0;
    int fd = open(loading->path, O_RDONLY | O_CLOEXEC);
    bool plain = fd >= 0 && pread(fd, &first, 1, 0) == 1 && first == '>';

    if (fd >= 0)
        (void)close(fd);
    if (snprintf(index, sizeof(index), "%s.fai", loading->path) >= (int)sizeof(index) ||
        !file_exists(index) || !plain)
        return true;
    return compare_index(loading, index, err);
}

/* ---- into place ------------------------------------------------------------------------------ */

/* The copy has the reference's name, if it is not there already. */
static bool put_in_place(struct reference_loading *loading, struct err *err)
{
    char path[PATH_MAX], index[PATH_MAX];

    if (!reference_path(loading->options->dir, &loading->reference, false, path, sizeof(path)) ||
        !reference_path(loading->options->dir, &loading->reference, true, index, sizeof(index)))
        return err_set(err, ERR_INVALID, "the folder's name is too long");
    if (has_file(loading, &loading->reference))
        return true;
    return file_rename(loading->index, index, err) && file_rename(loading->temporary, path, err);
}

/* Removes what no row names: references that were replaced, and what a crash left. */
static void tidy_folder(const struct reference_loading *loading)
{
    char names[2][65] = {"", ""}, path[PATH_MAX];
    const struct dirent *entry;
    DIR *folder;

    for (uint8_t assembly = 1; assembly <= 2; assembly++) {
        struct reference reference;
        struct err ignored;
        bool found;

        if (!reference_read(loading->db, assembly, &reference, &found, &ignored))
            return;
        if (found)
            bytes_to_hex(reference.hash, sizeof(reference.hash), names[assembly - 1]);
    }
    if (snprintf(path, sizeof(path), "%s/reference", loading->options->dir) >= (int)sizeof(path))
        return;
    folder = opendir(path);
    while (folder && (entry = readdir(folder))) {
        bool named = (names[0][0] && strncmp(entry->d_name, names[0], 64) == 0) ||
                     (names[1][0] && strncmp(entry->d_name, names[1], 64) == 0);

        if (entry->d_name[0] != '.' && !named)
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    if (folder)
        closedir(folder);
}

static bool name_release(struct reference_loading *loading, struct err *err)
{
    struct term_release *release = &loading->result->release;
    const char *given = loading->options->release;
    char hex[13];

    if (given && strlen(given) >= sizeof(release->release))
        return err_set(err, ERR_INVALID, "a release is at most %zu bytes",
                       sizeof(release->release) - 1);
    bytes_to_hex(release->file_hash, 6, hex);
    snprintf(release->release, sizeof(release->release), "%s%s", given ? "" : "file ",
             given ? given : hex);
    snprintf(release->system, sizeof(release->system), "%s", systems[loading->copy.assembly]);
    release->n_terms = loading->copy.n;
    release->loaded_s = clock_wall_s();
    return true;
}

static bool load(struct reference_loading *loading, struct err *err)
{
    struct fasta_copy *copy = &loading->copy;
    struct reference *reference = &loading->reference;
    size_t size;

    if (!copy_file(loading, err) || !name_release(loading, err))
        return false;
    size = strlen(copy->index);
    *reference = (struct reference){.assembly = (uint8_t)copy->assembly, .bytes = copy->bytes};
    memcpy(reference->hash, copy->hash, sizeof(reference->hash));
    (void)crypto_generichash(reference->index_hash, sizeof(reference->index_hash),
                             (const uint8_t *)copy->index, size, NULL, 0);
    loading->result->skipped = copy->skipped;
    return file_write(loading->index, copy->index, size, 0600, err) && check_index(loading, err) &&
           put_in_place(loading, err) && terms_prepare(loading->db, err) &&
           put(loading->db, reference, &loading->result->release, err);
}

bool reference_load(sqlite3 *db, const char *path, const struct terms_load_options *options,
                    struct terms_load_result *result, struct err *err)
{
    assert(db && path && options && result);
    struct reference_loading *loading = calloc(1, sizeof(*loading));
    bool ok;

    if (!loading)
        return err_memory(err);
    *loading =
        (struct reference_loading){.db = db, .path = path, .options = options, .result = result};
    ok = file_hash(path, result->release.file_hash, err) && is_known(loading, err);
    if (ok && !result->known) {
        ok = name_paths(loading, err) && load(loading, err);
        (void)unlink(loading->temporary);
        (void)unlink(loading->index);
        if (ok)
            tidy_folder(loading);
    }
    free(loading);
    return ok;
}
