#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells the coordinator which term releases this node has loaded, and gives it their public files
 * in pieces. The list is signed, so that the coordinator cannot invent one.
 *
 * Nothing here follows from a patient's record: the releases are those that the operator loaded,
 * the files are the publishers' lists. One list or piece leaves every ANNOUNCE_MS, and one at a
 * time waits, so that a coordinator that asks without end takes neither the keeper's time nor the
 * room of the answers. One thread.
 */
#include "proto/base/err.h"
#include "proto/wire/rikstal.pb-c.h"

struct arena;
struct keeper;

#define ANNOUNCE_MS 10

/*
 * ERR_EXHAUSTED while another list or piece waits to leave: the frame is dropped, and the
 * coordinator asks again.
 */
bool announce_hear(struct keeper *keeper, const Rikstal__V1__ReleasePull *pull, struct arena *arena,
                   struct err *err) MUST_CHECK;
