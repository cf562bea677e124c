/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/roster_pin.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/lock.h"

#define HEAD "rikstal-rosters-seen-v1\n"
#define ID_BYTES 16
#define ID_TEXT (2 * ID_BYTES)
#define FILE_BYTES_MAX (sizeof(HEAD) + ROSTER_PIN_NETWORKS_MAX * (ID_TEXT + 22))

struct roster_pin {
    size_t n;
    struct {
        char id[ID_TEXT + 1];
        uint64_t version;
    } network[ROSTER_PIN_NETWORKS_MAX];
};

/*
 * ---- the network ------------------------------------------------------------------------------
 */

static void id_of(const struct root_keys *roots, const char *network, char id[static ID_TEXT + 1])
{
    uint8_t hash[ID_BYTES], bytes[ROOT_KEYS_BYTES_MAX];
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, sizeof(hash));
    crypto_generichash_update(&state, bytes, root_keys_bytes(roots, bytes));
    crypto_generichash_update(&state, (const uint8_t *)network, strlen(network));
    crypto_generichash_final(&state, hash, sizeof(hash));
    bytes_to_hex(hash, sizeof(hash), id);
}

/* The index of the network's line; n when it has none. */
static size_t find(const struct roster_pin *pin, const char *id)
{
    size_t i = 0;

    while (i < pin->n && strcmp(pin->network[i].id, id) != 0)
        i++;
    return i;
}

/* ---- the file -------------------------------------------------------------------------------- */

static size_t print(const struct roster_pin *pin, char text[static FILE_BYTES_MAX])
{
    size_t size = (size_t)snprintf(text, FILE_BYTES_MAX, HEAD);

    for (size_t i = 0; i < pin->n; i++)
        size += (size_t)snprintf(text + size, FILE_BYTES_MAX - size, "%s %" PRIu64 "\n",
                                 pin->network[i].id, pin->network[i].version);
    return size;
}

/* Refuses text that parses to these lines but is not exactly how they are written. */
static bool parse(const char *text, struct roster_pin *out)
{
    char again[FILE_BYTES_MAX];
    const char *at = text + strlen(HEAD);

    out->n = 0;
    if (strncmp(text, HEAD, strlen(HEAD)) != 0)
        return false;
    while (*at && out->n < ROSTER_PIN_NETWORKS_MAX) {
        char *end, *id = out->network[out->n].id;

        if (strspn(at, "0123456789abcdef") != ID_TEXT)
            return false;
        memcpy(id, at, ID_TEXT);
        id[ID_TEXT] = 0;
        if (find(out, id) < out->n)
            return false;
        out->network[out->n].version = strtoull(at + ID_TEXT, &end, 10);
        if (*end != '\n')
            return false;
        out->n++;
        at = end + 1;
    }
    print(out, again);
    return strcmp(again, text) == 0;
}

static bool load(const char *path, struct roster_pin *out, struct err *err)
{
    struct arena *arena;
    uint8_t *data;
    size_t size;
    bool ok;

    out->n = 0;
    if (!file_exists(path))
        return true;
    arena = arena_new(4 * FILE_BYTES_MAX);
    if (!arena)
        return err_memory(err);
    ok = file_read(path, FILE_BYTES_MAX - 1, arena, &data, &size, err) &&
         ((strlen((const char *)data) == size && parse((const char *)data, out)) ||
          err_set(err, ERR_INVALID, "%s is not as it was written: which rosters were seen?", path));
    arena_free(arena);
    return ok;
}

/* ---- the check ------------------------------------------------------------------------------- */

static bool admit(const struct roster_pin *pin, const char *path, const char *id, uint64_t version,
                  struct err *err)
{
    size_t i = find(pin, id);

    return i == pin->n || version >= pin->network[i].version ||
           err_set(err, ERR_DENIED,
                   "the coordinator's roster is version %" PRIu64 ", and version %" PRIu64
                   " was verified here before (%s); keys that were revoked since would speak again",
                   version, pin->network[i].version, path);
}

bool roster_pin_admit(const char *path, const struct root_keys *roots, const struct roster *roster,
                      struct err *err)
{
    assert(path && roots && roster);
    char id[ID_TEXT + 1];
    struct roster_pin pin;

    id_of(roots, roster_network(roster), id);
    return load(path, &pin, err) && admit(&pin, path, id, roster_version(roster), err);
}

/* Called under the lock. */
static bool remember(const char *path, const char *id, uint64_t version, struct err *err)
{
    char text[FILE_BYTES_MAX];
    struct roster_pin pin;
    size_t i;

    if (!load(path, &pin, err) || !admit(&pin, path, id, version, err))
        return false;
    i = find(&pin, id);
    if (i < pin.n && pin.network[i].version == version)
        return true;
    if (i == ROSTER_PIN_NETWORKS_MAX)
        return err_set(err, ERR_EXHAUSTED, "%s has %d networks", path, ROSTER_PIN_NETWORKS_MAX);
    if (i == pin.n)
        memcpy(pin.network[pin.n++].id, id, ID_TEXT + 1);
    pin.network[i].version = version;
    return file_write(path, text, print(&pin, text), 0600, err);
}

static bool known(const char *path, const char *id, uint64_t version)
{
    struct roster_pin pin;
    struct err ignored;
    size_t i;

    if (!load(path, &pin, &ignored))
        return false;
    i = find(&pin, id);
    return i < pin.n && pin.network[i].version == version;
}

bool roster_pin_remember(const char *path, const struct root_keys *roots,
                         const struct roster *roster, struct err *err)
{
    assert(path && roots && roster);
    char id[ID_TEXT + 1];
    bool ok;
    int lock;

    id_of(roots, roster_network(roster), id);
    if (known(path, id, roster_version(roster)))
        return true;
    if (!lock_take_beside(path, LOCK_WAITING, "another command is writing it", &lock, err))
        return false;
    ok = remember(path, id, roster_version(roster), err);
    lock_release(&lock);
    return ok;
}
