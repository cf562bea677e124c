#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a signed question from the analyst's options: parses the text, encodes it for the wire,
 * fills in the asker and the audience, and signs. Nothing is sent here.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

struct arena;
struct blind;
struct diagnostics;
struct protocol;
struct roster;
struct secret_key;
struct session;

struct compose_options {
    const char *text; /* the question */
    enum measure_kind measure;
    const char *by;                  /* breakdown: "sex,age_band"; else NULL */
    const char *changes;             /* frequency: "GRCh38:17-43044295-G-A,..."; else NULL */
    const struct protocol *protocol; /* of which the text was made, of roles too; else NULL */
    const char *bins;                /* histogram: "0,18,40,65"; else NULL */
    const char *period;              /* timeline: "2019-01..2023-12"; else NULL */
    enum mode mode; /* 0: the mode that the default policy allows the role (regions, or only
                     * sum) */
    bool blind;     /* a sum whose total only we can open */
    uint32_t sigma; /* 0: the one that the default policy allows the role */
    uint32_t sigma_undetermined; /* of cells of whom it cannot be told, and of a table's total; */
    uint32_t sigma_total;        /* 0: as price_usual() has them (proto/query/price.h) */
    const char *permit;          /* "": none */
    const char *disease; /* the disease that the research is on, in any spelling; NULL: none */
    const char *release; /* the national release; NULL: the newest that is open for the purpose */
    const char *nodes;   /* "01,12" or names; NULL: all nodes of the roster */
    int64_t life_s;      /* how long nodes may answer it */
};

struct composed {
    const uint8_t *envelope; /* in the arena */
    size_t envelope_bytes;
    const char *disease;                     /* in the question's spelling; or "" */
    const char *release;                     /* the national one; "": the network has none */
    const Rikstal__V1__RosterPermit *permit; /* in the roster; NULL when the question names none */
    struct plan *plan;                       /* equal to the coordinator's plan; free it with
                                              * plan_free() */
    struct blind *blind; /* set for a blind sum, also when compose() fails; free it with
                          * blind_free(); else NULL */
};

/*
 * Parses the text; named sets are files of the folder sets here, or of ~/.config/rikstal/sets.
 * Prints every mistake on stderr, with the parser's explanation.
 */
bool compose_parse(const char *text, struct arena *arena, struct ast *ast,
                   struct err *err) MUST_CHECK;
/* The same, but the mistakes are in `found`, which borrows the text. */
bool compose_diagnose(const char *text, struct arena *arena, struct ast *ast,
                      struct diagnostics *found) MUST_CHECK;
/*
 * Reads a protocol (proto/query/protocol.h). Prints every mistake on stderr, with its line and
 * column.
 */
bool compose_protocol(const char *path, struct arena *arena, struct protocol *out,
                      struct err *err) MUST_CHECK;
/* The same of a text; the mistakes are in `found`, which borrows it. */
bool compose_protocol_diagnose(const char *text, size_t size, struct arena *arena,
                               struct protocol *out, struct diagnostics *found) MUST_CHECK;
/* The analyst's texts that determine the parts of an answer. NULL when not given. */
struct compose_parts {
    const char *by;      /* "sex,age_band" */
    const char *changes; /* "GRCh38:17-43044295-G-A,..." */
    const struct protocol *protocol;
    const char *bins;   /* "0,18,40,65" */
    const char *period; /* "2019-01..2023-12" */
};
/*
 * Fills in what is asked of the cohort; the criterion must be in the question. ERR_INVALID when the
 * measure needs a text that is not given.
 */
bool compose_shape(enum measure_kind measure, const struct compose_parts *parts,
                   struct arena *arena, Rikstal__V1__Question *question, struct shape *out,
                   struct err *err) MUST_CHECK;
bool compose(const struct session *session, const struct compose_options *options,
             const struct roster *roster, const struct secret_key *key, struct composed *out,
             struct err *err) MUST_CHECK;
