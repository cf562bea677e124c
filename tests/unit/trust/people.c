/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/trust/people.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/random.h"
#include "proto/query/vocabulary.h"
#include "proto/trust/message.h"

/* A fixture that cannot be set up is no test. */
static void must(bool ok)
{
    if (!ok)
        abort();
}

ProtobufCBinaryData people_key(struct people *p, const struct secret_key *key)
{
    ProtobufCBinaryData data = {KEY_BYTES, arena_alloc(p->arena, KEY_BYTES)};

    must(data.data != NULL);
    memcpy(data.data, secret_key_public(key)->b, KEY_BYTES);
    return data;
}

static void members_fill(struct people *p)
{
    static char *ids[PEOPLE_NODES] = {"01", "12"};
    static char *names[PEOPLE_NODES] = {"Stockholm", "Skåne"};

    for (size_t i = 0; i < PEOPLE_NODES; i++) {
        rikstal__v1__roster_node__init(&p->nodes[i]);
        p->nodes[i].node = ids[i];
        p->nodes[i].name = names[i];
        p->nodes[i].key = people_key(p, p->node[i]);
        p->node_list[i] = &p->nodes[i];
    }
    rikstal__v1__roster_organisation__init(&p->organisation);
    p->organisation.id = "gms";
    p->organisation.name = "Genomic Medicine";
    p->organisation_list[0] = &p->organisation;
    rikstal__v1__roster_analyst__init(&p->person);
    p->person.id = "anna";
    p->person.organisation = "gms";
    p->person.key = people_key(p, p->analyst);
    p->roles[0] = "analyst";
    p->person.roles = p->roles;
    p->person.n_roles = 1;
    p->person.not_after = PEOPLE_NOW + 86400;
    p->person_list[0] = &p->person;
}

void people_up(struct people *p)
{
    *p = (struct people){0};
    must(random_start());
    p->arena = arena_new((size_t)16 << 20);
    must(p->arena != NULL);
    for (size_t i = 0; i < 3; i++) {
        must(secret_key_new(&p->root[i], &p->err));
        p->roots.keys[i] = *secret_key_public(p->root[i]);
    }
    p->roots.n = 3;
    p->roots.needed = 2;
    for (size_t i = 0; i < PEOPLE_NODES; i++)
        must(secret_key_new(&p->node[i], &p->err));
    must(secret_key_new(&p->node_next, &p->err) && secret_key_new(&p->analyst, &p->err));
    members_fill(p);
    rikstal__v1__roster__init(&p->roster);
    p->roster.network = "test";
    p->roster.version = 7;
    p->roster.issued = PEOPLE_NOW;
    p->roster.nodes = p->node_list;
    p->roster.n_nodes = PEOPLE_NODES;
    p->roster.organisations = p->organisation_list;
    p->roster.n_organisations = 1;
    p->roster.analysts = p->person_list;
    p->roster.n_analysts = 1;
}

void people_down(struct people *p)
{
    for (size_t i = 0; i < 3; i++)
        secret_key_free(p->root[i]);
    for (size_t i = 0; i < PEOPLE_NODES; i++)
        secret_key_free(p->node[i]);
    secret_key_free(p->node_next);
    secret_key_free(p->analyst);
    arena_free(p->arena);
}

Rikstal__V1__RosterPermit *people_permit(struct people *p, char *id, char *organisation,
                                         int64_t now_s)
{
    size_t n = p->roster.n_permits;
    Rikstal__V1__RosterPermit *permit = &p->permits[n];

    must(n < PEOPLE_PERMITS);
    if (strcmp(organisation, "gms") != 0) {
        rikstal__v1__roster_organisation__init(&p->other);
        p->other.id = "north";
        p->organisation_list[1] = &p->other;
        p->roster.n_organisations = 2;
    }
    rikstal__v1__roster_permit__init(permit);
    permit->id = id;
    permit->organisation = organisation;
    permit->valid_from = now_s - 43200;
    permit->valid_to = now_s + 43200;
    p->permit_list[n] = permit;
    p->roster.permits = p->permit_list;
    p->roster.n_permits = n + 1;
    return permit;
}

void people_sign(struct people *p, size_t n, uint8_t **data, size_t *size)
{
    Rikstal__V1__Envelope *envelope;

    must(envelope_sign_message(DOMAIN_ROSTER, &p->roster.base, p->root[0], p->arena, &envelope,
                               &p->err));
    for (size_t i = 1; i < n; i++)
        must(envelope_cosign(envelope, p->root[i], p->arena, &p->err));
    must(message_pack(&envelope->base, p->arena, data, size, &p->err));
}

bool people_opens_as(struct people *p, size_t n, const char *network, uint64_t version_min)
{
    struct roster *roster = NULL;
    uint8_t *data;
    size_t size;
    bool ok;

    people_sign(p, n, &data, &size);
    ok = roster_open((struct bytes_view){data, size}, &p->roots, network, version_min, &roster,
                     &p->err);
    roster_free(roster);
    return ok;
}

bool people_opens(struct people *p)
{
    return people_opens_as(p, 2, "test", 0);
}

struct roster *people_roster(struct people *p)
{
    struct roster *roster = NULL;
    uint8_t *data;
    size_t size;

    people_sign(p, 2, &data, &size);
    must(roster_open((struct bytes_view){data, size}, &p->roots, "test", 0, &roster, &p->err));
    return roster;
}

void people_question(struct people *p, Rikstal__V1__Question *q)
{
    static char *audience[] = {"01", "12"};
    static uint8_t id[16] = {1, 2, 3};

    (void)p;
    rikstal__v1__question__init(q);
    q->version = 1;
    q->vocabulary = VOCABULARY_VERSION;
    q->network = "test";
    q->question_id = (ProtobufCBinaryData){sizeof(id), id};
    q->organisation = "gms";
    q->analyst = "anna";
    q->role = "analyst";
    q->purpose = "research";
    q->dataset = "main";
    q->measure = RIKSTAL__V1__MEASURE__MEASURE_COUNT;
    q->mode = RIKSTAL__V1__MODE__MODE_REGIONS;
    q->sigma = 10;
    q->audience = audience;
    q->n_audience = 2;
    q->roster_version = 7;
    q->not_before = PEOPLE_NOW;
    q->expires = PEOPLE_NOW + 600;
}

Rikstal__V1__Envelope *people_ask(struct people *p, const Rikstal__V1__Question *q)
{
    Rikstal__V1__Envelope *envelope = NULL;

    must(
        envelope_sign_message(DOMAIN_QUESTION, &q->base, p->analyst, p->arena, &envelope, &p->err));
    return envelope;
}
