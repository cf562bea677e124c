/* SPDX-License-Identifier: Apache-2.0 */
#include "node/keeper/announce.h"

#include <assert.h>
#include <string.h>

#include "node/keeper/keeper_inside.h"
#include "node/snapshot/snapshot_releases.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

static void fill_release(const struct snapshot_release *from, Rikstal__V1__Release *out)
{
    rikstal__v1__release__init(out);
    out->system = (char *)from->system;
    out->release = (char *)from->release;
    if (from->has_file) {
        out->hash = (ProtobufCBinaryData){sizeof(from->hash), (uint8_t *)from->hash};
        out->size = from->size;
    }
}

/* Releases whose name cannot be printed stay here, as `rikstal nodes` could not show them either.
 */
static bool fill_releases(struct keeper *keeper, struct arena *arena,
                          Rikstal__V1__Releases *releases, struct err *err)
{
    const struct current_snapshot *told = keeper_told(keeper);
    struct snapshot_release *from = arena_array(arena, TERM_SYSTEMS_MAX, sizeof(*from));
    Rikstal__V1__Release *each = arena_array(arena, TERM_SYSTEMS_MAX, sizeof(*each));
    size_t n = 0;

    releases->releases = arena_array(arena, TERM_SYSTEMS_MAX, sizeof(*releases->releases));
    if (!from || !each || !releases->releases)
        return err_memory(err);
    if (told && !snapshot_releases(told->snapshot, from, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!message_text_is_plain(from[i].system) || !message_text_is_plain(from[i].release))
            continue;
        fill_release(&from[i], &each[i]);
        releases->releases[releases->n_releases++] = &each[i];
    }
    return true;
}

static bool list(struct keeper *keeper, struct arena *arena, Rikstal__V1__Frame *frame,
                 struct err *err)
{
    Rikstal__V1__Releases releases = RIKSTAL__V1__RELEASES__INIT;

    releases.network = keeper->home.network;
    releases.node = keeper->home.node;
    frame->body_case = RIKSTAL__V1__FRAME__BODY_RELEASES;
    return fill_releases(keeper, arena, &releases, err) &&
           envelope_sign_message(DOMAIN_RELEASES, &releases.base, keeper->key, arena,
                                 &frame->releases, err);
}

static bool piece(struct keeper *keeper, const Rikstal__V1__ReleasePull *pull, struct arena *arena,
                  Rikstal__V1__Frame *frame, struct err *err)
{
    const struct current_snapshot *told = keeper_told(keeper);
    Rikstal__V1__ReleasePiece *out = arena_alloc(arena, sizeof(*out));
    uint8_t *data = arena_alloc(arena, RELEASE_PIECE_BYTES);
    size_t size = 0;

    if (pull->hash.len != 32)
        return err_set(err, ERR_INVALID, "a release file's hash has 32 bytes");
    if (!out || !data)
        return err_memory(err);
    if (told &&
        !snapshot_release_piece(told->snapshot, pull->hash.data, pull->piece, data, &size, err))
        return false;
    rikstal__v1__release_piece__init(out);
    out->hash = pull->hash;
    out->piece = pull->piece;
    out->data = (ProtobufCBinaryData){size, data};
    frame->body_case = RIKSTAL__V1__FRAME__BODY_RELEASE_PIECE;
    frame->release_piece = out;
    return true;
}

bool announce_hear(struct keeper *keeper, const Rikstal__V1__ReleasePull *pull, struct arena *arena,
                   struct err *err)
{
    assert(keeper && pull);
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    int64_t now_ms = clock_mono_ms();
    struct waiting one = {.due_ms = keeper->announced_ms + ANNOUNCE_MS};

    if (now_ms < keeper->announced_ms)
        return err_set(err, ERR_EXHAUSTED, "another release list or piece waits to leave");
    if (one.due_ms < now_ms)
        one.due_ms = now_ms;
    if (!(pull->hash.len ? piece(keeper, pull, arena, &frame, err)
                         : list(keeper, arena, &frame, err)) ||
        !message_pack(&frame.base, arena, &one.frame, &one.size, err) ||
        !outbox_put(&keeper->outbox, &one, err))
        return false;
    keeper->announced_ms = one.due_ms;
    return true;
}
