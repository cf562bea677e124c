/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The node as a witness of other nodes' logs: its place in the roster, and how its answer is sent.
 */
#include <assert.h>
#include <limits.h>

#include "node/keeper/home.h"
#include "node/keeper/witness.h"
#include "proto/tlog/watch.h"

bool witness_hear_checkpoint(const struct witness_of *of, const Rikstal__V1__Checkpoint *checkpoint,
                             int64_t now_s, const struct witness_out *out, struct err *err)
{
    assert(of && out);
    char folder[HOME_PATH_BYTES];
    struct watch watch = {
        .roster = of->roster, .name = of->home->node, .key = of->key, .folder = folder};
    Rikstal__V1__Frame frame = RIKSTAL__V1__FRAME__INIT;
    Rikstal__V1__Cosignature message;
    struct watch_word word;

    if (!home_path(of->home, "witness", folder, err) ||
        !watch_hear(&watch, checkpoint, now_s, &word, err))
        return false;
    watch_message(watch.name, checkpoint, &word, &message);
    frame.body_case = RIKSTAL__V1__FRAME__BODY_COSIGNATURE;
    frame.cosignature = &message;
    return out->send(out->context, &frame, err);
}
