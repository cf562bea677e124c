/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/ask/handshake.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/base/random.h"
#include "proto/query/price.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/roster.h"
#include "proto/trust/x509.h"

static bool begin(struct handshake *handshake, const struct roster *roster, struct err *err)
{
    const char *network = roster_network(roster);

    memset(handshake, 0, sizeof(*handshake));
    if (strlen(network) >= sizeof(handshake->network))
        return err_set(err, ERR_INVALID, "the network's name is too long");
    memcpy(handshake->network, network, strlen(network) + 1);
    random_bytes(handshake->nonce, sizeof(handshake->nonce));
    return true;
}

bool handshake_begin(struct handshake *handshake, const char *peer, const struct roster *roster,
                     struct err *err)
{
    assert(handshake && peer && roster);

    if (!begin(handshake, roster, err))
        return false;
    if (!x509_uri_node(peer, handshake->network, handshake->node, sizeof(handshake->node)))
        return err_set(err, ERR_DENIED, "the certificate names no node of this network");
    return roster_node(roster, handshake->node) ||
           err_set(err, ERR_DENIED, "node %s is not in the roster; enrol it", handshake->node);
}

bool handshake_begin_proxied(struct handshake *handshake, const struct roster *roster,
                             struct err *err)
{
    assert(handshake && roster);

    return begin(handshake, roster, err);
}

/* Behind a proxy the announcement names the node. */
static bool node_learn(struct handshake *handshake, const char *node, const struct roster *roster,
                       struct err *err)
{
    if (handshake->node[0])
        return true;
    if (strlen(node) >= sizeof(handshake->node) || !roster_node(roster, node))
        return err_set(err, ERR_DENIED, "a node announces itself that is not in the roster");
    memcpy(handshake->node, node, strlen(node) + 1);
    return true;
}

static bool announce_check(const struct handshake *handshake, const Rikstal__V1__Announce *announce,
                           struct err *err)
{
    if (strcmp(announce->node, handshake->node) != 0)
        return err_set(err, ERR_DENIED, "node %s announces itself as another", handshake->node);
    if (announce->protocol_min > PROTOCOL_MAX || announce->protocol_max < PROTOCOL_MIN)
        return err_set(err, ERR_INVALID,
                       "node %s speaks protocol %u to %u, this coordinator %d to %d",
                       handshake->node, announce->protocol_min, announce->protocol_max,
                       PROTOCOL_MIN, PROTOCOL_MAX);
    return true;
}

static bool challenge(struct handshake *handshake, struct arena *arena, Rikstal__V1__Frame *reply,
                      struct err *err)
{
    Rikstal__V1__Challenge *body = arena_alloc(arena, sizeof(*body));

    if (!body)
        return err_memory(err);
    rikstal__v1__challenge__init(body);
    body->nonce = (ProtobufCBinaryData){sizeof(handshake->nonce), handshake->nonce};
    body->network = handshake->network;
    reply->body_case = RIKSTAL__V1__FRAME__BODY_CHALLENGE;
    reply->challenge = body;
    handshake->stage = HANDSHAKE_HELLO;
    return true;
}

static bool rule_is_plain(const Rikstal__V1__PolicyRule *rule)
{
    bool plain = message_text_is_plain(rule->role);

    for (size_t i = 0; plain && i < rule->n_purposes; i++)
        plain = message_text_is_plain(rule->purposes[i]);
    return plain;
}

/* The texts are printed by `rikstal nodes`, so they must be safe lines. */
static bool texts_are_plain(const Rikstal__V1__Hello *hello)
{
    bool plain =
        message_text_is_plain(hello->software) && message_text_is_plain(hello->snapshot_date);

    for (size_t i = 0; plain && i < hello->n_terms; i++)
        plain = message_text_is_plain(hello->terms[i]->system) &&
                message_text_is_plain(hello->terms[i]->release);
    for (size_t i = 0; plain && i < hello->n_delivers; i++)
        plain = message_text_is_plain(hello->delivers[i]->kind) &&
                message_text_is_plain(hello->delivers[i]->system) &&
                message_text_is_plain(hello->delivers[i]->since);
    for (size_t i = 0; plain && i < hello->n_assays; i++)
        plain = message_text_is_plain(hello->assays[i]->name) &&
                message_text_is_plain(hello->assays[i]->assembly);
    for (size_t i = 0; plain && i < hello->n_rules; i++)
        plain = rule_is_plain(hello->rules[i]);
    return plain;
}

static bool hello_check(const struct handshake *handshake, const Rikstal__V1__Hello *hello,
                        struct err *err)
{
    if (hello->nonce.len != sizeof(handshake->nonce) ||
        memcmp(hello->nonce.data, handshake->nonce, sizeof(handshake->nonce)) != 0)
        return err_set(err, ERR_DENIED, "node %s: its hello answers another challenge",
                       handshake->node);
    if (strcmp(hello->network, handshake->network) != 0 ||
        strcmp(hello->node, handshake->node) != 0)
        return err_set(err, ERR_DENIED, "node %s: its hello is for another network or node",
                       handshake->node);
    if (hello->protocol < PROTOCOL_MIN || hello->protocol > PROTOCOL_MAX)
        return err_set(err, ERR_INVALID, "node %s chose protocol %u, which was not offered",
                       handshake->node, hello->protocol);
    if (hello->snapshot.len != 0 && hello->snapshot.len != 32)
        return err_set(err, ERR_INVALID, "node %s: a snapshot hash has 32 bytes", handshake->node);
    return texts_are_plain(hello) ||
           err_set(err, ERR_INVALID, "node %s: a text of its hello has a control character",
                   handshake->node);
}

static bool rule_read(struct node_rule *to, const Rikstal__V1__PolicyRule *rule)
{
    size_t used = 0;
    bool fits = strlen(rule->role) < sizeof(to->role);

    snprintf(to->role, sizeof(to->role), "%s", rule->role);
    for (size_t i = 0; i < rule->n_purposes; i++) {
        fits = fits && used + strlen(rule->purposes[i]) + 2 <= sizeof(to->purposes);
        if (fits)
            used += (size_t)snprintf(to->purposes + used, sizeof(to->purposes) - used, "%s%s",
                                     used ? "," : "", rule->purposes[i]);
    }
    for (size_t i = 0; i < rule->n_sigmas; i++)
        if (price_sigma_known(rule->sigmas[i]))
            to->sigmas |= UINT32_C(1) << price_sigma_place(rule->sigmas[i]);
    to->modes = rule->modes;
    to->measures = rule->measures;
    to->fields = rule->fields;
    to->age_band = rule->age_band;
    to->permit = rule->permit != 0;
    to->decision = rule->decision;
    return fits;
}

/* All of them or none: a rule that is not there would be read as a refusal. */
static void rules_read(struct node_info *info, const Rikstal__V1__Hello *hello)
{
    bool fit = hello->n_rules <= NODE_RULES_MAX;

    for (size_t i = 0; fit && i < hello->n_rules; i++)
        fit = rule_read(&info->rules[i], hello->rules[i]);
    info->n_rules = fit ? hello->n_rules : 0;
}

/* Entries beyond the limits are left out. */
static void info_read_data(struct node_info *info, const Rikstal__V1__Hello *hello)
{
    for (size_t i = 0; i < hello->n_delivers && i < NODE_DELIVERIES_MAX; i++) {
        struct node_delivery *delivery = &info->delivers[info->n_delivers++];

        snprintf(delivery->kind, sizeof(delivery->kind), "%s", hello->delivers[i]->kind);
        snprintf(delivery->system, sizeof(delivery->system), "%s", hello->delivers[i]->system);
        snprintf(delivery->since, sizeof(delivery->since), "%s", hello->delivers[i]->since);
    }
    for (size_t i = 0; i < hello->n_assays && i < NODE_ASSAYS_MAX; i++) {
        struct node_assay *assay = &info->assays[info->n_assays++];

        snprintf(assay->name, sizeof(assay->name), "%s", hello->assays[i]->name);
        snprintf(assay->assembly, sizeof(assay->assembly), "%s", hello->assays[i]->assembly);
        assay->whole_genome = hello->assays[i]->whole_genome != 0;
    }
    rules_read(info, hello);
    info->has_sizes = hello->sizes != NULL;
    if (info->has_sizes)
        info->sizes = (struct node_sizes){.persons = hello->sizes->persons,
                                          .sites = hello->sizes->sites,
                                          .gene = hello->sizes->gene,
                                          .events = hello->sizes->events,
                                          .kinds = hello->sizes->kinds,
                                          .structural = hello->sizes->structural,
                                          .segments = hello->sizes->segments};
}

static void info_read(struct node_info *info, const Rikstal__V1__Hello *hello)
{
    memset(info, 0, sizeof(*info));
    snprintf(info->node, sizeof(info->node), "%s", hello->node);
    snprintf(info->software, sizeof(info->software), "%s", hello->software);
    snprintf(info->snapshot_date, sizeof(info->snapshot_date), "%s", hello->snapshot_date);
    info->protocol = hello->protocol;
    info->roster_version = hello->roster_version;
    info->has_snapshot = hello->snapshot.len == 32;
    if (info->has_snapshot)
        memcpy(info->snapshot, hello->snapshot.data, 32);
    for (size_t i = 0; i < hello->n_terms && i < ANSWER_TERMS_MAX; i++) {
        struct answer_term *term = &info->term[info->n_terms++];

        snprintf(term->system, sizeof(term->system), "%s", hello->terms[i]->system);
        snprintf(term->release, sizeof(term->release), "%s", hello->terms[i]->release);
    }
    info_read_data(info, hello);
}

static bool welcome(struct handshake *handshake, const struct roster *roster, struct arena *arena,
                    Rikstal__V1__Frame *reply, struct err *err)
{
    Rikstal__V1__Welcome *body = arena_alloc(arena, sizeof(*body));

    if (!body)
        return err_memory(err);
    rikstal__v1__welcome__init(body);
    body->roster_version = roster_version(roster);
    reply->body_case = RIKSTAL__V1__FRAME__BODY_WELCOME;
    reply->welcome = body;
    handshake->stage = HANDSHAKE_DONE;
    return true;
}

bool handshake_step(struct handshake *handshake, const struct handshake_input *input,
                    struct arena *arena, Rikstal__V1__Frame *reply, struct err *err)
{
    assert(handshake && input && input->frame && reply);
    const Rikstal__V1__Frame *frame = input->frame;
    ProtobufCMessage *hello;

    rikstal__v1__frame__init(reply);
    if (handshake->stage == HANDSHAKE_ANNOUNCE) {
        if (frame->body_case != RIKSTAL__V1__FRAME__BODY_ANNOUNCE)
            return err_set(err, ERR_INVALID, "node %s did not announce itself first",
                           handshake->node);
        handshake->releases = frame->announce->protocol_max >= PROTOCOL_RELEASES;
        return node_learn(handshake, frame->announce->node, input->roster, err) &&
               announce_check(handshake, frame->announce, err) &&
               challenge(handshake, arena, reply, err);
    }
    if (frame->body_case != RIKSTAL__V1__FRAME__BODY_HELLO)
        return err_set(err, ERR_INVALID, "node %s did not answer the challenge", handshake->node);
    if (!roster_open_from_node(
            (struct roster_view){input->roster, handshake->node, input->now_s},
            (struct envelope_kind){DOMAIN_HELLO, &rikstal__v1__hello__descriptor}, frame->hello,
            arena, &hello, err) ||
        !hello_check(handshake, (const Rikstal__V1__Hello *)hello, err))
        return false;
    info_read(&handshake->info, (const Rikstal__V1__Hello *)hello);
    return welcome(handshake, input->roster, arena, reply, err);
}
