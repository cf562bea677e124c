#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The feed of an import as the operator gives it: --feed, --delivers and --from, and what was
 * declared before. Values; one thread.
 */
#include "node/store/delivery.h"
#include "proto/base/err.h"

struct feed {
    const char *name;           /* NULL: the files only add and replace */
    bool named;                 /* by --feed, and not by its file */
    struct deliveries declared; /* n = 0: not declared */
    int32_t since;              /* --from */
    bool from;
};

/* "diagnosis:icd10,phenotype:hp" or "nothing"; may come again. */
bool feed_delivers(struct feed *feed, const char *text, struct err *err) MUST_CHECK;
bool feed_from(struct feed *feed, const char *text, struct err *err) MUST_CHECK;
/*
 * The options are read: puts the day into what they declare, or takes what the feed declared
 * before from the store of dir. A feed that was named and never declared is an error that says how
 * to declare it.
 */
bool feed_settle(struct feed *feed, const char *dir, const char *kind, struct err *err) MUST_CHECK;
