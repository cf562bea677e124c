#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small made-up region for the tests of publish and reader: a store written through its own
 * interface, and beside it a naive model of who carries what. Values of a seed; one thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "node/publish/publish.h"
#include "node/snapshot/snapshot.h"
#include "node/store/assay.h"
#include "node/store/calls.h"
#include "node/store/entry.h"
#include "node/store/import_run.h"
#include "node/store/note.h"
#include "node/store/store.h"

/* A folder of its own below TMPDIR, with a store and a snapshot folder. */
struct synthetic {
    char folder[256];
    char store_path[300];
    char snapshot_path[300];
    struct store *store;
    struct err err;
};

void synthetic_up(struct synthetic *synthetic);
/* Removes all of it. */
void synthetic_down(struct synthetic *synthetic);

struct person_id synthetic_pid(uint32_t number);
struct entry_key synthetic_key(const char *kind, uint32_t number);
/* Single-base change number n of chromosome 22, GRCh38, ascending with n. */
uint64_t synthetic_vid(uint32_t n);

/* An import whose content is this number; asserted to begin. */
int64_t synthetic_begin(struct synthetic *synthetic, uint32_t content);
void synthetic_commit(struct synthetic *synthetic, uint64_t stored);
/* A new entry of a person in the open import. */
int64_t synthetic_entry(struct synthetic *synthetic, uint32_t person, const char *kind,
                        uint32_t version);
/* An entry that says these facts, which are all that it says. */
void synthetic_facts(struct synthetic *synthetic, uint32_t person,
                     const struct person_facts *facts);
struct publish_result synthetic_publish(struct synthetic *synthetic);
struct snapshot *synthetic_open(struct synthetic *synthetic);
/* Where the person is: segment and ordinal; false when not alive anywhere. */
bool synthetic_find(struct snapshot *snapshot, uint32_t person, size_t *segment, uint32_t *ordinal);
