#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of one import, opened by the process that may open files, for the one that may not.
 *
 * Regular files, and what comes through a pipe or, named "-", on standard input: it is kept first
 * in a file without a name below TMPDIR, because it is hashed before it is read. Names are for the
 * operator's eyes and for reports; one that holds what may be a personal identity number is
 * refused. One thread.
 */
#include <stddef.h>
#include <stdint.h>

#include "proto/base/err.h"

#define RUN_INPUTS_MAX 200000u
#define RUN_NAME_MAX 255u

struct run_input {
    char *path;       /* as given by the operator */
    const char *name; /* without folders */
    int fd;           /* open for reading, at offset 0 */
    uint64_t bytes;
    int64_t modified_ns;
    bool unhashed; /* a reference, whose content is not part of the import's identity */
};

struct run_inputs {
    struct run_input *items;
    size_t n;
    size_t room;
};

/*
 * Open regular files; a folder stands for the files under it whose name ends in one of the suffixes
 * (ends with NULL; NULL: no folders), in the order of names, symbolic links not followed. Close
 * with run_inputs_close() also on failure.
 */
bool run_inputs_open(struct run_inputs *inputs, char *const *paths, size_t n_paths,
                     const char *const *suffixes, struct err *err) MUST_CHECK;
/* One file more. */
bool run_inputs_add(struct run_inputs *inputs, const char *path, bool hashed,
                    struct err *err) MUST_CHECK;
void run_inputs_close(struct run_inputs *inputs);

/* BLAKE2b-256 over length and content of each, in order. */
bool run_inputs_hash(const struct run_inputs *inputs, uint8_t hash[static 32],
                     struct err *err) MUST_CHECK;
/* None of them was written to since it was opened. */
bool run_inputs_unchanged(const struct run_inputs *inputs, struct err *err) MUST_CHECK;
