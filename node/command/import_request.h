#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command line of `rikstal-node import` asks for: the option table (import_table,
 * command.h) reads into it. One thread; strings are argv's.
 */
#include "node/command/feed.h"
#include "node/import/event_map.h"
#include "node/import/phenopacket.h"
#include "node/import/run.h"
#include "node/import/vcf.h"
#include "node/terms/reference.h"
#include "proto/base/arguments.h"

/* The verbs, by their places in the table's words. */
enum import_verb {
    IMPORT_VCF,
    IMPORT_PHENOPACKETS,
    IMPORT_PERSONS,
    IMPORT_EVENTS,
    IMPORT_CONSENT,
    IMPORT_LIST,
    IMPORT_UNDO
};

struct import_request {
    const char *dir;
    char **files;
    size_t n_files;
    bool json;
    struct run_options run;
    struct feed feed;
    /* vcf */
    struct vcf_options vcf;
    const char *keep_filters[VCF_FILTERS_MAX];
    bool accept_loss;
    const char *persons;
    const char *bed;
    const char *fasta;
    struct reference references[3]; /* by assembly: those that are loaded */
    bool has_reference[3];
    struct event_map events;
    /* phenopackets */
    struct phenopacket_options phenopackets;
};

/* What holds where the line does not say otherwise. */
void import_request_init(struct import_request *request);
/* The line is read: what follows from it. */
void import_request_settle(struct import_request *request, const struct arguments *arguments);
