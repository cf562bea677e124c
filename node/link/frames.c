/* SPDX-License-Identifier: Apache-2.0 */
#include "node/link/frames.h"

#include <assert.h>
#include <stdio.h>

#include "proto/base/arena.h"
#include "proto/base/version.h"
#include "proto/trust/message.h"

#define PROTOCOL 1
#define PROTOCOL_RELEASES 2 /* keeper knows ReleasePull */

#define BODY(name) RIKSTAL__V1__FRAME__BODY_##name

static bool unpack(const uint8_t *frame, size_t size, struct arena *arena, Rikstal__V1__Frame **out,
                   struct err *err)
{
    ProtobufCMessage *message;

    if (!message_unpack(&rikstal__v1__frame__descriptor, frame, size, arena, &message, err))
        return false;
    *out = (Rikstal__V1__Frame *)message;
    return true;
}

static enum frames_way way_down(Rikstal__V1__Frame__BodyCase kind)
{
    switch (kind) {
    case BODY(CHALLENGE):
    case BODY(ASK):
    case BODY(CANCEL):
    case BODY(ROSTER):
    case BODY(PING):
    case BODY(MASK_LIST):
    case BODY(CHECKPOINT):
    case BODY(COSIGNATURE):
    case BODY(ROSTER_PULL):
    case BODY(NEWEST):
    case BODY(RELEASE_PULL):
        return FRAMES_PASS;
    case BODY(WELCOME):
    case BODY(DRAIN):
    case BODY(REFUSAL):
        return FRAMES_OWN;
    default:
        return FRAMES_NOT;
    }
}

static enum frames_way way_up(Rikstal__V1__Frame__BodyCase kind)
{
    switch (kind) {
    case BODY(HELLO):
    case BODY(ANSWER):
    case BODY(PING):
    case BODY(ATTEST):
    case BODY(CHECKPOINT):
    case BODY(COSIGNATURE):
    case BODY(ROSTER_PULL):
    case BODY(RELEASES):
    case BODY(RELEASE_PIECE):
    case BODY(REFUSAL):
        return FRAMES_PASS;
    default:
        return FRAMES_NOT;
    }
}

static enum rpc_stream_urgency urgency_of(Rikstal__V1__Frame__BodyCase kind)
{
    switch (kind) {
    case BODY(ANSWER):
    case BODY(ATTEST):
    case BODY(CHECKPOINT):
    case BODY(COSIGNATURE):
    case BODY(ROSTER_PULL):
    case BODY(RELEASES):
    case BODY(RELEASE_PIECE):
        return RPC_STREAM_ORDINARY;
    default:
        return RPC_STREAM_URGENT;
    }
}

/* Reads all about a frame except its direction, which the caller adds. */
static bool look(const uint8_t *frame, size_t size, struct arena *arena, struct frames_seen *seen,
                 struct err *err)
{
    Rikstal__V1__Frame *found;

    if (!unpack(frame, size, arena, &found, err))
        return false;
    *seen = (struct frames_seen){
        .way = FRAMES_NOT,
        .kind = found->body_case,
        .correlation = found->correlation,
        .urgency = urgency_of(found->body_case),
        .reason = found->body_case == BODY(REFUSAL) ? found->refusal->reason : ""};
    return true;
}

bool frames_from_coordinator(const uint8_t *frame, size_t size, struct arena *arena,
                             struct frames_seen *seen, struct err *err)
{
    assert(seen);
    if (!look(frame, size, arena, seen, err))
        return false;
    seen->way = way_down(seen->kind);
    return true;
}

bool frames_from_keeper(const uint8_t *frame, size_t size, struct arena *arena,
                        struct frames_seen *seen, struct err *err)
{
    assert(seen);
    if (!look(frame, size, arena, seen, err))
        return false;
    seen->way = way_up(seen->kind);
    return true;
}

/* Packs the frame into the arena. */
static bool pack(const Rikstal__V1__Frame *message, struct arena *arena, struct bytes_view *out,
                 struct err *err)
{
    uint8_t *data;
    size_t size;

    if (!message_pack(&message->base, arena, &data, &size, err))
        return false;
    *out = (struct bytes_view){data, size};
    return true;
}

bool frames_announce(const char *node, struct arena *arena, struct bytes_view *frame,
                     struct err *err)
{
    Rikstal__V1__Announce announce = RIKSTAL__V1__ANNOUNCE__INIT;
    Rikstal__V1__Frame out = RIKSTAL__V1__FRAME__INIT;
    char software[64];

    announce.node = (char *)node;
    announce.protocol_min = PROTOCOL;
    announce.protocol_max = PROTOCOL_RELEASES;
    snprintf(software, sizeof(software), "rikstal-node %s", rikstal_version);
    announce.software = software;
    out.body_case = BODY(ANNOUNCE);
    out.announce = &announce;
    return pack(&out, arena, frame, err);
}

bool frames_refusal(uint64_t correlation, const char *code, const char *reason, struct arena *arena,
                    struct bytes_view *frame, struct err *err)
{
    Rikstal__V1__Refusal refusal = RIKSTAL__V1__REFUSAL__INIT;
    Rikstal__V1__Frame out = RIKSTAL__V1__FRAME__INIT;

    refusal.code = (char *)code;
    refusal.reason = (char *)reason;
    out.correlation = correlation;
    out.body_case = BODY(REFUSAL);
    out.refusal = &refusal;
    return pack(&out, arena, frame, err);
}
