/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/hello.h"

#include <assert.h>

#include "node/keeper/slot.h"
#include "node/privacy/identity_guard.h"
#include "node/privacy/policy.h"
#include "node/snapshot/snapshot.h"
#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/query/permission.h"
#include "proto/query/price.h"

/* Of what is told, and where its memory comes from. */
struct hello_of {
    struct snapshot *snapshot;
    struct arena *arena;
};

static bool fill_terms(const struct hello_of *of, Rikstal__V1__Hello *hello, struct err *err)
{
    size_t n = snapshot_info(of->snapshot)->n_systems;
    Rikstal__V1__TermRelease **terms = arena_array(of->arena, n + 1, sizeof(*terms));
    Rikstal__V1__TermRelease *each = arena_array(of->arena, n + 1, sizeof(*each));

    if (!terms || !each)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        const struct snapshot_system *system = snapshot_system(of->snapshot, i);

        rikstal__v1__term_release__init(&each[i]);
        each[i].system = (char *)system->system;
        each[i].release = (char *)system->release;
        terms[i] = &each[i];
    }
    hello->n_terms = n;
    hello->terms = terms;
    return true;
}

/*
 * Lists the deliveries that the operator declared. The texts are the operator's own: none of them
 * is taken from a file about patients.
 */
static bool fill_deliveries(const struct hello_of *of, Rikstal__V1__Hello *hello, struct err *err)
{
    size_t n = snapshot_info(of->snapshot)->n_deliveries;
    Rikstal__V1__Delivery **all = arena_array(of->arena, n + 1, sizeof(*all));
    Rikstal__V1__Delivery *each = arena_array(of->arena, n + 1, sizeof(*each));
    char *days = arena_array(of->arena, n + 1, DATE_TEXT_BYTES);

    if (!all || !each || !days)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        struct snapshot_delivery delivery = snapshot_delivery(of->snapshot, i);

        rikstal__v1__delivery__init(&each[i]);
        each[i].kind = (char *)delivery.kind;
        each[i].system = (char *)delivery.system;
        if (delivery.since != PERSON_NO_DATE) {
            date_text(delivery.since, days + i * DATE_TEXT_BYTES);
            each[i].since = days + i * DATE_TEXT_BYTES;
        }
        all[i] = &each[i];
    }
    hello->n_delivers = n;
    hello->delivers = all;
    return true;
}

/*
 * Lists the assays that the operator declared, without those whose name may hold a personal
 * identity number.
 */
static bool fill_assays(const struct hello_of *of, Rikstal__V1__Hello *hello, struct err *err)
{
    size_t n = snapshot_info(of->snapshot)->n_declared_assays;
    Rikstal__V1__AssayKind **all = arena_array(of->arena, n + 1, sizeof(*all));
    Rikstal__V1__AssayKind *each = arena_array(of->arena, n + 1, sizeof(*each));

    if (!all || !each)
        return err_memory(err);
    hello->n_assays = 0;
    hello->assays = all;
    for (size_t i = 0; i < n; i++) {
        struct snapshot_assay assay = snapshot_declared_assay(of->snapshot, i);

        if (!identity_guard_clean(assay.name))
            continue;
        rikstal__v1__assay_kind__init(&each[i]);
        each[i].name = (char *)assay.name;
        each[i].assembly = assay.assembly == VARIANT_GRCH37 ? "GRCh37" : "GRCh38";
        each[i].whole_genome = assay.whole_genome;
        all[hello->n_assays++] = &each[i];
    }
    return true;
}

/* Of which the price in work, and so the time of every answer, follows. */
static bool fill_sizes(const struct hello_of *of, Rikstal__V1__Hello *hello, struct err *err)
{
    const struct snapshot_info *info = snapshot_info(of->snapshot);
    struct work_sizes is = slot_sizes(&info->sizes, info->n_segments);
    Rikstal__V1__PublicSizes *sizes = arena_alloc(of->arena, sizeof(*sizes));

    if (!sizes)
        return err_memory(err);
    rikstal__v1__public_sizes__init(sizes);
    sizes->persons = is.persons;
    sizes->sites = is.sites;
    sizes->gene = is.gene;
    sizes->events = is.events;
    sizes->structural = is.structural;
    sizes->kinds = is.kinds;
    sizes->segments = is.segments;
    hello->sizes = sizes;
    return true;
}

bool hello_fill(struct snapshot *snapshot, struct arena *arena, Rikstal__V1__Hello *hello,
                struct err *err)
{
    assert(snapshot && arena && hello);
    const struct hello_of of = {snapshot, arena};
    const struct snapshot_info *info = snapshot_info(snapshot);

    hello->snapshot = (ProtobufCBinaryData){32, (uint8_t *)info->id};
    return fill_terms(&of, hello, err) && fill_deliveries(&of, hello, err) &&
           fill_assays(&of, hello, err) && fill_sizes(&of, hello, err);
}

static bool fill_rule(const struct permission *is, struct arena *arena,
                      Rikstal__V1__PolicyRule *rule)
{
    rikstal__v1__policy_rule__init(rule);
    rule->purposes = arena_array(arena, is->n_purposes + 1, sizeof(*rule->purposes));
    rule->sigmas = arena_array(arena, PRICE_SIGMAS, sizeof(*rule->sigmas));
    if (!rule->purposes || !rule->sigmas)
        return false;
    for (size_t i = 0; i < is->n_purposes; i++)
        rule->purposes[rule->n_purposes++] = (char *)is->purposes[i];
    for (size_t i = 0; i < PRICE_SIGMAS; i++)
        if (is->sigmas >> i & 1)
            rule->sigmas[rule->n_sigmas++] = price_sigma_menu[i];
    rule->role = (char *)is->role;
    rule->modes = is->modes;
    rule->measures = is->measures;
    rule->fields = is->fields;
    rule->age_band = is->age_band;
    rule->permit = is->permit;
    rule->decision = is->decision;
    return true;
}

bool hello_fill_rules(const struct policy *policy, struct arena *arena, Rikstal__V1__Hello *hello,
                      struct err *err)
{
    assert(policy && arena && hello);
    struct permission rule;
    size_t n = 0;

    while (policy_permission(policy, n, &rule))
        n++;
    hello->rules = arena_array(arena, n + 1, sizeof(*hello->rules));
    if (!hello->rules)
        return err_memory(err);
    for (hello->n_rules = 0; hello->n_rules < n; hello->n_rules++) {
        Rikstal__V1__PolicyRule *one = arena_alloc(arena, sizeof(*one));

        if (!one || !policy_permission(policy, hello->n_rules, &rule) ||
            !fill_rule(&rule, arena, one))
            return err_memory(err);
        hello->rules[hello->n_rules] = one;
    }
    return true;
}
