#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One phenopacket (GA4GH Phenopackets v2, JSON) as values: who, facts, events, variants.
 *
 * What is read: id, subject (id, sex, dateOfBirth, timeAtLastEncounter, vitalStatus),
 * phenotypicFeatures (type, excluded, onset), diseases (term, excluded, onset), biosamples (id),
 * interpretations (disease, genomicInterpretations with a variationDescriptor); of version 1
 * (metaData.phenopacketSchemaVersion, else by its members) ageAtCollection, negated, ageOfOnset and
 * variants. Members may be spelled as JSON or as protobuf does (date_of_birth). Names, labels,
 * provenance and classifications are passed over without a word; every other member is reported as
 * not read, and one that could turn the meaning of an item costs the item. An item that breaks a
 * rule is left out and told, with a trace that something of its kind is missing; a packet whose
 * id or whose form is broken is rejected as a whole.
 *
 * Texts point into the JSON tree or the arena and live as long as both. One thread.
 */
#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "node/import/rejects.h"
#include "node/store/call_code.h"
#include "node/store/person.h"
#include "proto/base/err.h"
#include "proto/query/code.h"

struct arena;
struct term_graph;

#define PACKET_EVENTS_MAX 20000
#define PACKET_VARIANTS_MAX 1000
#define PACKET_DESCRIPTION_MAX 1024

struct packet_event {
    struct event event; /* system and code point into code, or it is a trace (person.h) */
    struct code code;
};

struct packet_variant {
    uint8_t assembly;   /* VARIANT_GRCH37/38, the same for all; 0: without coordinates */
    uint8_t chromosome; /* 0 without coordinates */
    uint32_t position;
    const char *ref; /* normalised by trimming; without coordinates NULL */
    const char *alt;
    const char *gene;        /* NULL when the packet names none */
    const char *description; /* what the packet calls it; always set without coordinates */
    enum call_code call;
};

struct packet {
    const char *id;
    const char *subject;
    struct person_facts facts;
    size_t n_events;
    struct packet_event *events;
    size_t n_variants;
    struct packet_variant *variants;
};

/* Something to tell the operator: a warning, or the reason of a rejected packet. */
/* item: true when only a part of the packet is not taken. */
typedef bool packet_report(void *context, enum reject_code code, const char *field, bool item,
                           struct err *err);

struct packet_reader {
    struct arena *arena;         /* cleared by the caller between packets */
    const struct term_graph *hp; /* NULL: no release is loaded, and no term is unknown */
    packet_report *report;
    void *context;
};

/*
 * *rejected is true when the packet broke a rule, which has been reported then. False only when
 * reporting or memory failed.
 */
bool packet_read(const struct packet_reader *reader, const cJSON *json, struct packet *packet,
                 bool *rejected, struct err *err) MUST_CHECK;
