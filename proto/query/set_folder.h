#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named sets as files: FOLDER/epilepsy@3.txt has version 3 of @epilepsy. A file has values (genes,
 * codes, changes), one or more a line, with commas or without, or one question; # begins a comment.
 * Folders are looked at in their order, and the first that has the set, or, where no version is
 * asked for, any version of it, gives it. One thread.
 */
#include "proto/query/named_set.h"

#define SET_FOLDERS 2

struct set_folder {
    const char *paths[SET_FOLDERS]; /* NULL: none */
    struct arena *arena;            /* of the texts */
};

/* Borrows `folder`. */
struct named_sets set_folder_source(struct set_folder *folder);
