/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/keeper/officers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/privacy/policy.h"
#include "proto/trust/message.h"
#include "proto/trust/policy_signature.h"

static void must(struct officers *o, bool ok)
{
    if (!ok)
        fail_msg("%s", o->world->err.text);
}

void officers_up(struct officers *o, struct world *w)
{
    *o = (struct officers){.world = w};
    must(o, secret_key_new(&o->national, &w->err) && secret_key_new(&o->officer, &w->err) &&
                secret_key_new(&o->stranger, &w->err));
    w->people.roster.policy_key = people_key(&w->people, o->national);
    w->people.nodes[1].policy_key = people_key(&w->people, o->officer);
    officers_roster(o);
}

void officers_down(struct officers *o)
{
    secret_key_free(o->national);
    secret_key_free(o->officer);
    secret_key_free(o->stranger);
}

const char *officers_policy(struct officers *o, uint64_t version, const char *window, bool open)
{
    struct arena *arena = o->world->people.arena;
    const char *text = world_policy(arena), *at = strstr(text, "\"version\": 1");
    const char *then = strstr(text, "\"2026\""), *role = strstr(text, "\"national-analyst\"");

    assert_true(at && then && role && at < then && then < role);
    at += strlen("\"version\": ");
    return arena_printf(arena, "%.*s%llu%.*s\"%s\"%.*s\"%s\"%s", (int)(at - text), text,
                        (unsigned long long)version, (int)(then - at - 1), at + 1, window,
                        (int)(role - then - 6), then + 6,
                        open ? "national-analyst" : "somebody-else",
                        role + strlen("\"national-analyst\""));
}

const char *officers_line(struct officers *o, const struct secret_key *key, const char *text,
                          const char *node)
{
    struct policy_subject subject = {.network = "test", .node = node};
    struct policy *policy;
    const char *line;

    must(o, policy_parse(text, strlen(text), &policy, &o->world->err));
    subject.hash = policy_hash(policy);
    subject.version = policy_version(policy);
    subject.window = policy_window(policy);
    must(o, policy_signature_make(&subject, key, o->world->people.arena, &line, &o->world->err));
    policy_free(policy);
    return line;
}

const char *officers_lines(struct officers *o, const char *text)
{
    return arena_printf(o->world->people.arena, "%s%s", officers_line(o, o->national, text, "12"),
                        officers_line(o, o->officer, text, "12"));
}

void officers_put(struct officers *o, const char *text, const char *lines)
{
    world_write(o->world, "policy.json", text, strlen(text));
    if (lines)
        world_write(o->world, "policy.sig", lines, strlen(lines));
}

void officers_roster(struct officers *o)
{
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    struct world *w = o->world;
    ProtobufCMessage *message;
    uint8_t *data;
    size_t size;

    w->people.roster.version++;
    if (!w->running) {
        world_write_roster(w);
        return;
    }
    people_sign(&w->people, 2, &data, &size);
    must(o, message_unpack(&rikstal__v1__envelope__descriptor, data, size, w->people.arena,
                           &message, &w->err));
    frame.body_case = RIKSTAL__V1__FRAME__BODY_ROSTER;
    frame.roster = (Rikstal__V1__Envelope *)message;
    world_send(w, &frame);
}
