#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From what the analyst wants to a signed question: parse, put into the wire's form, fill in who
 * asks whom, sign. Nothing is sent here.
 */
#include <stddef.h>
#include <stdint.h>

#include "coordinator/report/plan.h"
#include "proto/base/err.h"
#include "proto/query/ast.h"

struct arena;
struct blind;
struct roster;
struct secret_key;
struct session;

struct compose_options {
    const char *text; /* the question */
    enum measure_kind measure;
    const char *by;      /* breakdown: "sex,age_band"; NULL */
    const char *changes; /* frequency: "GRCh38:17-43044295-G-A,..."; NULL */
    enum mode mode;      /* 0: as the default policy allows the role: regions, or sum alone */
    bool blind;          /* a sum that only we can open */
    uint32_t sigma;
    const char *permit;  /* "" none */
    const char *disease; /* that the research is on, as an analyst writes it; NULL: none */
    const char *nodes;   /* "01,12" or names; NULL: all of the roster */
    int64_t life_s;      /* how long it may be answered */
};

struct composed {
    const uint8_t *envelope; /* in the arena */
    size_t envelope_bytes;
    const char *disease;                     /* as the question spells it; "" */
    const Rikstal__V1__RosterPermit *permit; /* in the roster; NULL: none is named */
    struct plan *plan;                       /* as the coordinator will make it: plan_free() */
    struct blind *blind; /* of a blind sum: blind_free(); NULL. Set also when compose() fails */
};

/* The tree of the text; every mistake is printed on stderr as the parser explains it. */
bool compose_parse(const char *text, struct arena *arena, struct ast *ast,
                   struct err *err) MUST_CHECK;
/* What the parts of an answer are told apart by, as the analyst writes it; NULL where not given. */
struct compose_parts {
    const char *by;      /* "sex,age_band" */
    const char *changes; /* "GRCh38:17-43044295-G-A,..." */
};
/* Fills in what is asked of the cohort. ERR_INVALID where the measure needs what is not given. */
bool compose_shape(enum measure_kind measure, const struct compose_parts *parts,
                   struct arena *arena, Rikstal__V1__Question *question, struct shape *out,
                   struct err *err) MUST_CHECK;
bool compose(const struct session *session, const struct compose_options *options,
             const struct roster *roster, const struct secret_key *key, struct composed *out,
             struct err *err) MUST_CHECK;
