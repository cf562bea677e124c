#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of the roster: read what holds, change it, raise the version, sign it, put it in place.
 *
 * One draft at a time in a directory (a lock file); a running coordinator sees the new file and
 * sends it to the nodes. Where fewer root keys are at hand than are needed, the signed draft waits
 * as DIR/roster.draft for `roster sign` on another machine. All texts live in the draft's arena.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct draft;

#define DRAFT_ROOT_DIRS_MAX 16
#define DRAFT_ROTATION_DAYS 7 /* for so long, at most, a previous key still holds */

struct root_dirs {
    size_t n;
    const char *dir[DRAFT_ROOT_DIRS_MAX]; /* each holds root-1.key … */
};

/* From DIR/roster, locked; draft_close() without draft_sign() changes nothing. */
bool draft_open(const char *dir, struct draft **out, struct err *err) MUST_CHECK;
/* Version 1 of a new network, for init. */
bool draft_new(const char *dir, const char *network, struct draft **out,
               struct err *err) MUST_CHECK;
void draft_close(struct draft *draft); /* accepts NULL */

const Rikstal__V1__Roster *draft_roster(const struct draft *draft);
struct arena *draft_arena(struct draft *draft);
const char *draft_dir(const struct draft *draft);

/* What is there already is no change. replace: a node may get a new key. */
bool draft_put_node(struct draft *draft, const char *node, const char *name,
                    const struct public_key *key, bool replace, struct err *err) MUST_CHECK;
struct draft_organisation {
    const char *id;
    const char *name;
    const struct public_key *key; /* signs certificates; NULL: of one that is there, as it was */
    const char *const *roles;     /* that it may give */
    size_t n_roles;               /* 0: as it was */
    bool rotate;                  /* another key takes the place of the one that is there, */
    int64_t previous_until;       /* which holds until then; 0: not a moment longer */
};
bool draft_put_organisation(struct draft *draft, const struct draft_organisation *organisation,
                            struct err *err) MUST_CHECK;
struct draft_analyst {
    const char *id;
    const char *organisation;
    const struct public_key *key;
    const char *const *roles;
    size_t n_roles;
    int64_t not_after;
};
bool draft_put_analyst(struct draft *draft, const struct draft_analyst *analyst,
                       struct err *err) MUST_CHECK;
/*
 * Takes the member off and revokes its key. kind is "node", "analyst" or "organisation"; or "key",
 * and id a public key or a key id in hex: that of a certificate, which no entry names.
 */
bool draft_revoke(struct draft *draft, const char *kind, const char *id,
                  struct err *err) MUST_CHECK;
/* Under what an organisation may ask (proto/trust/roster_permit.h). */
struct draft_permit {
    const char *id;
    const char *organisation;
    int64_t valid_from; /* unix seconds; 0: as it was, or of a new one from today on */
    int64_t valid_to;   /* the first second after it */
    int64_t nrho;       /* its cap at each node; 0: the policies'; negative: as it was */
};
/* One that is there gets what is new about it; ERR_DENIED for another organisation's. */
bool draft_put_permit(struct draft *draft, const struct draft_permit *permit,
                      struct err *err) MUST_CHECK;
bool draft_remove_permit(struct draft *draft, const char *id, struct err *err) MUST_CHECK;
/*
 * Whose signature a policy needs: the officer's of this node's region, or with NULL the national
 * one, which all need. A key of NULL: nobody's.
 */
bool draft_set_policy_key(struct draft *draft, const char *node, const struct public_key *key,
                          struct err *err) MUST_CHECK;
/* Who witnesses whose log (witnesses.h), in the draft's arena. */
struct draft_witnesses {
    ProtobufCBinaryData coordinator_key;
    Rikstal__V1__RosterWitness **list;
    size_t n;
    uint32_t quorum;
};
void draft_set_witnesses(struct draft *draft, const struct draft_witnesses *witnesses);
bool draft_changed(const struct draft *draft);

/*
 * Sign with the root keys of these folders and put it in place. *missing: how many signatures are
 * still needed; then it waits as DIR/roster.draft, and the old roster holds. ERR_DENIED while one
 * waits there: it would be lost.
 */
bool draft_sign(struct draft *draft, const struct root_dirs *roots, uint32_t *missing,
                struct err *err) MUST_CHECK;
/* The same for a DIR/roster.draft that waits. */
bool draft_cosign(const char *dir, const struct root_dirs *roots, uint32_t *missing,
                  struct err *err) MUST_CHECK;
