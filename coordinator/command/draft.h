#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of the roster: reads the present one, changes it, raises the version, signs and installs
 * it.
 *
 * A lock file allows one draft at a time in a directory. A running coordinator sees the new file
 * and sends it to the nodes. When fewer root keys are available than are needed, the partly signed
 * draft is stored as DIR/roster.draft, for `roster sign` on another machine. All texts live in the
 * draft's arena.
 */
#include <stdint.h>

#include "proto/base/err.h"
#include "proto/trust/keys.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct draft;

#define DRAFT_ROOT_DIRS_MAX 16
#define DRAFT_ROTATION_DAYS 7 /* longest time that a previous key stays valid */

struct root_dirs {
    size_t n;
    const char *dir[DRAFT_ROOT_DIRS_MAX]; /* each may hold root-1.key … */
};

/* Opens a draft of DIR/roster, locked. draft_close() without draft_sign() changes nothing. */
bool draft_open(const char *dir, struct draft **out, struct err *err) MUST_CHECK;
/* Starts version 1 of a new network, for init. */
bool draft_new(const char *dir, const char *network, struct draft **out,
               struct err *err) MUST_CHECK;
void draft_close(struct draft *draft); /* accepts NULL */

const Rikstal__V1__Roster *draft_roster(const struct draft *draft);
struct arena *draft_arena(struct draft *draft);
const char *draft_dir(const struct draft *draft);

/* A node that is there unchanged is no change. replace: the node may get a new key. */
bool draft_put_node(struct draft *draft, const char *node, const char *name,
                    const struct public_key *key, bool replace, struct err *err) MUST_CHECK;
struct draft_organisation {
    const char *id;
    const char *name;
    const struct public_key *key; /* signs certificates; NULL: an existing organisation keeps its
                                   * key */
    const char *const *roles;     /* the roles that it may give */
    size_t n_roles;               /* 0: an existing organisation keeps its roles */
    bool rotate;                  /* the key replaces the present one, */
    int64_t previous_until;       /* which stays valid until then; 0: it ends now */
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
 * Removes the member and revokes its key. `kind` is "node", "analyst" or "organisation"; or "key",
 * where id is a public key or a key id in hex: the key of a certificate, which no entry names.
 */
bool draft_revoke(struct draft *draft, const char *kind, const char *id,
                  struct err *err) MUST_CHECK;
/* A permit under which an organisation may ask (proto/trust/roster_permit.h). */
struct draft_permit {
    const char *id;
    const char *organisation;
    int64_t valid_from; /* unix seconds; 0: keep, or today for a new permit */
    int64_t valid_to;   /* the first second after its end */
    int64_t nrho;       /* cap at each node; 0: the nodes' policies decide; negative: keep */
};
/*
 * Changes only what is given of a permit that exists. ERR_DENIED when it is another organisation's.
 */
bool draft_put_permit(struct draft *draft, const struct draft_permit *permit,
                      struct err *err) MUST_CHECK;
bool draft_remove_permit(struct draft *draft, const char *id, struct err *err) MUST_CHECK;
/*
 * A release of the calendar (proto/trust/calendar.h), new or in the place of the one that has its
 * name. ERR_EXHAUSTED when there are as many as a roster holds.
 */
bool draft_put_release(struct draft *draft, const Rikstal__V1__RosterRelease *release,
                       struct err *err) MUST_CHECK;
bool draft_remove_release(struct draft *draft, const char *name, struct err *err) MUST_CHECK;
/*
 * Sets the key that must sign a policy: that of the officer of this node's region or, when node is
 * NULL, the national key, which must sign all. key NULL: no key must sign.
 */
bool draft_set_policy_key(struct draft *draft, const char *node, const struct public_key *key,
                          struct err *err) MUST_CHECK;
/* Where a region wants to be reached (proto/trust/roster_contact.h); "": nowhere. */
bool draft_set_contact(struct draft *draft, const char *node, const char *address,
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
 * Signs with the root keys of these folders and installs the roster. *missing is the number of
 * signatures that are still needed; when it is not 0, the draft is stored as DIR/roster.draft and
 * the old roster stays in force. ERR_DENIED when a stored draft exists, because it would be lost.
 */
bool draft_sign(struct draft *draft, const struct root_dirs *roots, uint32_t *missing,
                struct err *err) MUST_CHECK;
/* The same for the stored DIR/roster.draft. */
bool draft_cosign(const char *dir, const struct root_dirs *roots, uint32_t *missing,
                  struct err *err) MUST_CHECK;
