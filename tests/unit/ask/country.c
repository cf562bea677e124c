/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/report/answer.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "proto/query/vocabulary.h"
#include "proto/trust/message.h"
#include "tests/unit/ask/country.h"

#define NETWORK "test"
#define PADDING_BYTES 2048

static ProtobufCBinaryData binary(const void *data, size_t size)
{
    return (ProtobufCBinaryData){size, (uint8_t *)data};
}

char *country_path(struct country *c, const char *name)
{
    char *path = arena_printf(c->arena, "%s/%s", c->dir, name);

    assert_non_null(path);
    return path;
}

static void write_text(struct country *c, const char *name, const char *text)
{
    struct err err;

    assert_true(file_write(country_path(c, name), text, strlen(text), 0600, &err));
}

static void certificates(struct country *c)
{
    static const char *const hosts[] = {"localhost", "127.0.0.1"};
    struct x509_pair pair;
    char uri[X509_URI_MAX];
    const char *csr;
    struct err err;

    assert_true(x509_ca_new(NETWORK, c->arena, &c->ca, &err));
    assert_true(x509_uri(NETWORK, NULL, uri, &err));
    assert_true(x509_server_new(&c->ca, (struct x509_names){uri, hosts, 2}, c->arena, &pair, &err));
    write_text(c, "ca.crt", c->ca.cert);
    write_text(c, "coordinator.key", pair.key);
    write_text(c, "coordinator.crt", pair.cert);
    for (size_t i = 0; i < c->n_nodes; i++) {
        assert_true(x509_uri(NETWORK, c->node[i].id, uri, &err));
        assert_true(x509_key_new(c->arena, &pair.key, &err));
        assert_true(x509_request_new(pair.key, uri, c->arena, &csr, &err));
        assert_true(x509_sign_request(&c->ca, csr, uri, c->arena, &pair.cert, &err));
        write_text(c, arena_printf(c->arena, "%s.key", c->node[i].id), pair.key);
        write_text(c, arena_printf(c->arena, "%s.crt", c->node[i].id), pair.cert);
    }
}

static void roster_fill(struct country *c, Rikstal__V1__Roster *roster, size_t n_nodes)
{
    Rikstal__V1__RosterAnalyst *analyst = arena_alloc(c->arena, sizeof(*analyst));
    Rikstal__V1__RosterOrganisation *organisation = arena_alloc(c->arena, sizeof(*organisation));
    static char *roles[] = {"national-analyst"};

    rikstal__v1__roster__init(roster);
    roster->network = NETWORK;
    roster->version = c->version;
    roster->participants_min = 3;
    roster->nodes = arena_array(c->arena, n_nodes + 1, sizeof(*roster->nodes));
    for (size_t i = 0; i < n_nodes; i++) {
        roster->nodes[i] = arena_alloc(c->arena, sizeof(Rikstal__V1__RosterNode));
        rikstal__v1__roster_node__init(roster->nodes[i]);
        roster->nodes[i]->node = c->node[i].id;
        roster->nodes[i]->name = arena_printf(c->arena, "Region %s", c->node[i].id);
        roster->nodes[i]->key = binary(secret_key_public(c->node[i].key)->b, KEY_BYTES);
        if (i == 0)
            roster->nodes[i]->contact = "requests@example.org";
    }
    roster->n_nodes = n_nodes;
    rikstal__v1__roster_organisation__init(organisation);
    organisation->id = "gms";
    organisation->name = "GMS";
    organisation->key = binary(secret_key_public(c->officer)->b, KEY_BYTES);
    organisation->roles = roles;
    organisation->n_roles = 1;
    roster->organisations = arena_array(c->arena, 1, sizeof(*roster->organisations));
    roster->organisations[roster->n_organisations++] = organisation;
    rikstal__v1__roster_analyst__init(analyst);
    analyst->id = "anna";
    analyst->organisation = "gms";
    analyst->key = binary(secret_key_public(c->analyst)->b, KEY_BYTES);
    analyst->roles = roles;
    analyst->n_roles = 1;
    analyst->not_after = clock_wall_s() + 86400;
    roster->analysts = arena_array(c->arena, 1, sizeof(*roster->analysts));
    roster->analysts[roster->n_analysts++] = analyst;
}

void country_roster(struct country *c, size_t n_nodes)
{
    Rikstal__V1__Envelope *envelope;
    Rikstal__V1__Roster roster;
    uint8_t *data;
    size_t size;
    struct err err;

    roster_fill(c, &roster, n_nodes);
    roster.releases = c->releases;
    roster.n_releases = c->n_releases;
    assert_true(
        envelope_sign_message(DOMAIN_ROSTER, &roster.base, c->root, c->arena, &envelope, &err));
    assert_true(message_pack(&envelope->base, c->arena, &data, &size, &err));
    assert_true(file_write(country_path(c, "roster"), data, size, 0644, &err));
}

void country_up(struct country *c, size_t n_nodes)
{
    struct err err;

    memset(c, 0, sizeof(*c));
    assert_true(random_start());
    c->arena = arena_new((size_t)64 << 20);
    assert_non_null(c->arena);
    snprintf(c->dir, sizeof(c->dir), "%s/rikstal-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(c->dir));
    assert_true(secret_key_new(&c->root, &err) && secret_key_new(&c->analyst, &err) &&
                secret_key_new(&c->stranger, &err) && secret_key_new(&c->officer, &err));
    c->n_nodes = n_nodes;
    for (size_t i = 0; i < n_nodes; i++) {
        snprintf(c->node[i].id, sizeof(c->node[i].id), "%02zu", i + 1);
        assert_true(secret_key_new(&c->node[i].key, &err));
    }
    c->roots = (struct root_keys){.needed = 1, .n = 1, .keys = {*secret_key_public(c->root)}};
    assert_true(root_keys_write(&c->roots, country_path(c, "roots"), &err));
    c->version = 1;
    country_roster(c, n_nodes);
    certificates(c);
}

void country_down(struct country *c)
{
    static const char *const names[] = {"roots",           "roster",          "ca.crt",
                                        "coordinator.key", "coordinator.crt", "state.db",
                                        "state.db-wal",    "state.db-shm"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(country_path(c, names[i]));
    for (size_t i = 0; i < c->n_nodes; i++) {
        unlink(country_path(c, arena_printf(c->arena, "%s.key", c->node[i].id)));
        unlink(country_path(c, arena_printf(c->arena, "%s.crt", c->node[i].id)));
        secret_key_free(c->node[i].key);
    }
    assert_int_equal(rmdir(c->dir), 0);
    secret_key_free(c->root);
    secret_key_free(c->analyst);
    secret_key_free(c->stranger);
    secret_key_free(c->officer);
    arena_free(c->arena);
}

static void sign(struct country *c, const char *domain, const ProtobufCMessage *message,
                 const struct secret_key *key, Rikstal__V1__Envelope **envelope,
                 struct bytes_view *out)
{
    uint8_t *packed;
    size_t size;
    struct err err;

    assert_true(envelope_sign_message(domain, message, key, c->arena, envelope, &err));
    assert_true(message_pack(&(*envelope)->base, c->arena, &packed, &size, &err));
    *out = (struct bytes_view){packed, size};
}

void country_ask(struct country *c, const struct country_question *q, const uint8_t **data,
                 size_t *size)
{
    Rikstal__V1__Question question = RIKSTAL__V1__QUESTION__INIT;
    Rikstal__V1__Envelope *envelope;
    struct bytes_view bytes;
    uint8_t id[16] = {q->id};
    int64_t now_s = clock_wall_s() - q->late_s;
    char *audience[COUNTRY_NODES_MAX + 1];

    question.version = 1;
    question.vocabulary = VOCABULARY_VERSION;
    question.network = NETWORK;
    question.question_id = binary(id, sizeof(id));
    question.organisation = "gms";
    question.analyst = "anna";
    question.role = "national-analyst";
    question.purpose = "research";
    question.dataset = "main";
    question.measure = q->measure ? q->measure : RIKSTAL__V1__MEASURE__MEASURE_COUNT;
    question.mode = q->mode ? q->mode : RIKSTAL__V1__MODE__MODE_REGIONS;
    question.sigma = q->sigma ? q->sigma : 5;
    question.roster_version = c->version;
    question.not_before = now_s - 5;
    question.expires = now_s + 60;
    question.audience = audience;
    for (size_t i = 0; i < c->n_nodes; i++)
        audience[question.n_audience++] = c->node[i].id;
    if (q->blind)
        question.blind_key = binary(q->blind, 32);
    if (q->extra)
        audience[question.n_audience++] = (char *)q->extra;
    sign(c, DOMAIN_QUESTION, &question.base, q->key ? q->key : c->analyst, &envelope, &bytes);
    *data = bytes.data;
    *size = bytes.size;
}

void country_answer(struct country *c, const struct country_answer *a,
                    Rikstal__V1__Envelope **envelope, const uint8_t **data, size_t *size)
{
    Rikstal__V1__Balance balance;
    struct bytes_view bytes;
    Rikstal__V1__Answer answer = RIKSTAL__V1__ANSWER__INIT;
    Rikstal__V1__TermRelease term = RIKSTAL__V1__TERM_RELEASE__INIT;
    Rikstal__V1__TermRelease *terms[ANSWER_TERMS_MAX + 1];
    int64_t cells[8] = {a->matched, a->undetermined};
    uint8_t snapshot[32] = {7};
    static const uint8_t padding[PADDING_BYTES];

    assert_true(a->padding <= sizeof(padding) && a->n_terms <= ANSWER_TERMS_MAX + 1);

    answer.version = 1;
    answer.node = (char *)(a->as ? a->as : c->node[a->node].id);
    answer.question_hash = binary(a->question_hash, 32);
    answer.state = a->state ? a->state : RIKSTAL__V1__STATE__STATE_VALUE;
    answer.code = (char *)(a->code ? a->code : "");
    answer.mode = a->session ? RIKSTAL__V1__MODE__MODE_SUM : RIKSTAL__V1__MODE__MODE_REGIONS;
    if (a->session)
        answer.session = binary(a->session, 32);
    answer.sigma = 5;
    answer.cells = cells;
    answer.n_cells = a->n_cells;
    if (!a->n_cells && answer.state == RIKSTAL__V1__STATE__STATE_VALUE)
        answer.n_cells = 2;
    answer.price_nrho = 20000000;
    answer.charged = true;
    answer.snapshot = binary(snapshot, sizeof(snapshot));
    answer.snapshot_date = "2026-11-20";
    term.system = "hp";
    term.release = "2026-10-01";
    answer.terms = terms;
    answer.n_terms = a->n_terms ? a->n_terms : 1;
    for (size_t i = 0; i < answer.n_terms; i++)
        terms[i] = &term;
    answer.assembly = "GRCh38";
    answer.tested_share_percent = 95;
    answer.display_below = 10;
    answer.display_base = 5;
    answer.budget_left_nrho = 480000000;
    rikstal__v1__balance__init(&balance);
    balance.dataset = "main";
    balance.window = "2026";
    balance.year_left_nrho = 480000000;
    balance.year_cap_nrho = 500000000;
    balance.lifetime_left_nrho = 1980000000;
    balance.person_year_nrho = 50000000;
    balance.person_lifetime_nrho = 200000000;
    balance.lifetime_cap_nrho = 2000000000;
    answer.balance = &balance;
    answer.padding = binary(padding, a->padding);
    sign(c, DOMAIN_ANSWER, &answer.base, a->key ? a->key : c->node[a->node].key, envelope, &bytes);
    *data = bytes.data;
    *size = bytes.size;
}

void country_secret(size_t node, uint8_t secret[static 32])
{
    memset(secret, 0, 32);
    secret[0] = (uint8_t)(8 * (node + 1));
}

void country_attest(struct country *c, size_t node, const uint8_t *question_hash,
                    Rikstal__V1__Envelope **envelope)
{
    Rikstal__V1__Attestation a = RIKSTAL__V1__ATTESTATION__INIT;
    uint8_t bytes[32] = {(uint8_t)node}, secret[32], key[32];
    struct bytes_view sealed;

    a.question_hash = binary(question_hash, 32);
    country_secret(node, secret);
    crypto_scalarmult_base(key, secret);
    a.ephemeral_key = binary(key, sizeof(key));
    a.snapshot = a.population = binary(bytes, sizeof(bytes));
    a.nonce = binary(bytes, 16);
    a.node = c->node[node].id;
    a.attempt = 1;
    a.not_after = clock_wall_s() + 30;
    sign(c, DOMAIN_ATTEST, &a.base, c->node[node].key, envelope, &sealed);
}
