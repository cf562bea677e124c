/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/announced.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

static bool has_system(const struct announced *announced, const char *system)
{
    for (size_t i = 0; i < announced->n; i++)
        if (strcmp(announced->release[i].system, system) == 0)
            return true;
    return false;
}

static bool read_release(const Rikstal__V1__Release *from, struct announced *out, struct err *err)
{
    struct announced_release *release = &out->release[out->n];
    bool has_file = from->hash.len > 0;

    if (!*from->system || strlen(from->system) >= sizeof(release->system) ||
        strlen(from->release) >= sizeof(release->release) || !message_text_is_plain(from->system) ||
        !message_text_is_plain(from->release))
        return err_set(err, ERR_INVALID, "a release has a name that cannot be shown");
    if (has_system(out, from->system))
        return err_set(err, ERR_INVALID, "the system %s stands twice", from->system);
    if (has_file && (from->hash.len != sizeof(release->hash) || !from->size ||
                     from->size > RELEASE_FILE_BYTES_MAX))
        return err_set(err, ERR_INVALID, "the file of %s has a wrong hash or size", from->system);
    *release = (struct announced_release){.has_file = has_file, .size = has_file ? from->size : 0};
    snprintf(release->system, sizeof(release->system), "%s", from->system);
    snprintf(release->release, sizeof(release->release), "%s", from->release);
    if (has_file)
        memcpy(release->hash, from->hash.data, sizeof(release->hash));
    out->n++;
    return true;
}

bool announced_open(struct roster_view from, const Rikstal__V1__Envelope *envelope,
                    struct arena *arena, struct announced *out, struct err *err)
{
    assert(from.roster && from.node && envelope && out);
    const Rikstal__V1__Releases *releases;
    struct announced announced = {.n = 0};
    ProtobufCMessage *message;

    if (!roster_open_from_node(
            from, (struct envelope_kind){DOMAIN_RELEASES, &rikstal__v1__releases__descriptor},
            envelope, arena, &message, err))
        return false;
    releases = (const Rikstal__V1__Releases *)message;
    if (strcmp(releases->node, from.node) != 0 ||
        strcmp(releases->network, roster_network(from.roster)) != 0)
        return err_set(err, ERR_DENIED, "node %s: its releases are of another network or node",
                       from.node);
    if (releases->n_releases > ANNOUNCED_MAX)
        return err_set(err, ERR_INVALID, "node %s: more than %d releases", from.node,
                       ANNOUNCED_MAX);
    for (size_t i = 0; i < releases->n_releases; i++)
        if (!read_release(releases->releases[i], &announced, err))
            return err_wrap(err, "node %s: ", from.node);
    snprintf(announced.node, sizeof(announced.node), "%s", from.node);
    *out = announced;
    return true;
}
