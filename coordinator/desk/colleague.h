#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person of a desk of many: a folder with a signing key of its own, the certificate that the last
 * log-in gave it, the permits that it may name, and its desk: history, saved questions, tokens.
 *
 * The folder's name is the hash of issuer and sub, by which a provider knows a person for ever; the
 * file `person` says who it is. The organisation's key certifies the person's key at each log-in,
 * for the roles of that log-in and as long as it holds; so neither roles nor scripts outlive it.
 * The desk opens at the first log-in and stays until the house closes. Any thread, one log-in at a
 * time.
 */
#include "coordinator/desk/desk.h"
#include "coordinator/desk/house_conf.h"
#include "coordinator/login/mapping.h"

#define COLLEAGUES_MAX 500 /* who have logged in since the desk began */

struct colleague {
    struct desk *desk;
    char key[33];                /* the folder's name */
    char id[MAPPING_ID_MAX + 1]; /* of the first log-in */
    char name[MAPPING_NAME_MAX + 1];
    struct arena *arena; /* of the desk's paths */
    int64_t ends_ms;     /* of the last log-in; under the table's lock */
};

struct colleague_table;

/* The texts of conf must outlive the table. */
bool colleague_table_open(const struct house_conf *conf, struct colleague_table **out,
                          struct err *err) MUST_CHECK;
/* Wakes all that wait, at every desk. */
void colleague_table_stop(struct colleague_table *table);
void colleague_table_close(struct colleague_table *table); /* stops; accepts NULL */

/* Somebody whose claims have been verified. ERR_EXHAUSTED when there are COLLEAGUES_MAX. */
bool colleague_admit(struct colleague_table *table, const char *sub,
                     const struct mapping_person *mapped, struct colleague **out,
                     struct err *err) MUST_CHECK;
/* Whose token this is, and what it opens while that person's log-in holds; *out NULL: nobody's. */
bool colleague_of_token(struct colleague_table *table, const char *authorization,
                        struct colleague **out, enum bearer_scope *right,
                        struct err *err) MUST_CHECK;
