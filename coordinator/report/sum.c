/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/report/sum.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/arena.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"

#define ARENA_BYTES ((size_t)4 << 20)

/* ---- attendance ------------------------------------------------------------------------------ */

struct attendance *attendance_new(size_t envelope_bytes)
{
    struct attendance *attendance = calloc(1, sizeof(*attendance) + envelope_bytes);

    if (!attendance)
        return NULL;
    attendance->envelope = (uint8_t *)(attendance + 1);
    attendance->envelope_bytes = envelope_bytes;
    return attendance;
}

void attendance_free(struct attendance *attendance)
{
    free(attendance);
}

static bool attendance_read(const Rikstal__V1__Attestation *from, const uint8_t *envelope,
                            size_t envelope_bytes, struct attendance **out, struct err *err)
{
    struct attendance *attendance = attendance_new(envelope_bytes);
    size_t length = strlen(from->node);

    if (!attendance)
        return err_memory(err);
    if (length >= NODE_BYTES) {
        attendance_free(attendance);
        return err_set(err, ERR_INVALID, "a node's id has at most %d bytes", NODE_BYTES - 1);
    }
    memcpy(attendance->node, from->node, length + 1);
    memcpy(attendance->question_hash, from->question_hash.data, QUESTION_HASH_BYTES);
    memcpy(attendance->key, from->ephemeral_key.data,
           PARTICIPANTS_KEY_BYTES); /* participants_attestation_open() has checked its length */
    memcpy(attendance->envelope, envelope, envelope_bytes);
    memcpy(attendance->population, from->population.data, PARTICIPANTS_POPULATION_BYTES);
    for (size_t i = 0; i < from->n_only; i++) { /* lengths were checked as those above */
        memcpy(attendance->only[i].id, from->only[i]->id.data, PARTICIPANTS_SET_BYTES);
        snprintf(attendance->only[i].nodes, PARTICIPANTS_NAMES_BYTES, "%s", from->only[i]->nodes);
    }
    attendance->n_only = from->n_only;
    attendance->attempt = from->attempt;
    *out = attendance;
    return true;
}

bool attendance_open(struct roster_view from, struct bytes_view envelope, struct attendance **out,
                     struct err *err)
{
    assert(from.roster && from.node && envelope.data && out);
    struct participants_check check = {.roster = from.roster, .now_s = from.now_s, .fresh = true};
    const Rikstal__V1__Attestation *attestation;
    struct arena *arena = arena_new(ARENA_BYTES);
    Rikstal__V1__Envelope *sealed;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = envelope_parse(envelope.data, envelope.size, arena, &sealed, err) &&
         participants_attestation_open(&check, sealed, arena, &attestation, err) &&
         (strcmp(attestation->node, from.node) == 0 ||
          err_set(err, ERR_DENIED, "node %s brought another's attestation", from.node)) &&
         attendance_read(attestation, envelope.data, envelope.size, out, err);
    arena_free(arena);
    return ok;
}

/* ---- who can pay ----------------------------------------------------------------------------- */

static void set_of(const struct attendance *const *attendance, size_t n,
                   uint8_t id[static PARTICIPANTS_SET_BYTES])
{
    struct participants_of of[REGIONS_MAX] = {{0}};

    for (size_t i = 0; i < n; i++)
        of[i] = (struct participants_of){attendance[i]->node, attendance[i]->population};
    participants_set_id(of, n, id);
}

static bool can_repeat(const struct attendance *attendance, const uint8_t *id)
{
    bool can = attendance->n_only == 0;

    for (size_t i = 0; i < attendance->n_only && !can; i++)
        can = memcmp(attendance->only[i].id, id, PARTICIPANTS_SET_BYTES) == 0;
    return can;
}

/* Those of the attendances that the text "01,12,13" names in order; 0 unless all are there. */
static size_t named(const struct attendance *const *attendance, size_t n, const char *nodes,
                    const struct attendance **out)
{
    size_t found = 0;

    for (size_t i = 0; i < n && *nodes; i++) {
        size_t length = strcspn(nodes, ",");

        if (strlen(attendance[i]->node) != length ||
            memcmp(attendance[i]->node, nodes, length) != 0)
            continue;
        out[found++] = attendance[i];
        nodes += length + (nodes[length] == ',');
    }
    return *nodes ? 0 : found; /* one of them is not there */
}

/* A set that this attendance can repeat, and of which all are there with the same populations. */
static size_t repeated(const struct attendance *short_of, const struct attendance *const *all,
                       size_t n, const struct attendance **out)
{
    uint8_t id[PARTICIPANTS_SET_BYTES];

    for (size_t i = 0; i < short_of->n_only; i++) {
        size_t found = named(all, n, short_of->only[i].nodes, out);

        set_of(out, found, id);
        if (memcmp(id, short_of->only[i].id, sizeof(id)) == 0)
            return found;
    }
    return 0;
}

size_t attendance_that_pay(const struct attendance **attendance, size_t n)
{
    assert((attendance || !n) && n <= REGIONS_MAX);
    const struct attendance *set[REGIONS_MAX];
    uint8_t id[PARTICIPANTS_SET_BYTES];
    size_t kept = 0;

    set_of(attendance, n, id);
    for (size_t i = 0; i < n; i++) {
        size_t found;

        if (can_repeat(attendance[i], id))
            continue;
        found = repeated(attendance[i], attendance, n, set);
        if (found > 0) {
            memcpy(attendance, set, found * sizeof(attendance[0]));
            return found;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (can_repeat(attendance[i], id))
            attendance[kept++] = attendance[i];
    /* fewer regions are another set, which a region without budget has not been paid for */
    return kept == n ? n : attendance_that_pay(attendance, kept);
}

/* ---- the list -------------------------------------------------------------------------------- */

static struct sum_list *list_alloc(size_t size)
{
    struct sum_list *list = calloc(1, sizeof(*list) + size);

    if (!list)
        return NULL;
    list->data = (uint8_t *)(list + 1);
    list->size = size;
    return list;
}

struct sum_list *sum_list_copy(const struct sum_list *list)
{
    assert(list);
    struct sum_list *copy = list_alloc(list->size);
    uint8_t *data;

    if (!copy)
        return NULL;
    data = copy->data;
    *copy = *list;
    copy->data = data;
    memcpy(data, list->data, list->size);
    return copy;
}

void sum_list_free(struct sum_list *list)
{
    free(list);
}

bool sum_list_has(const struct sum_list *list, const char *node)
{
    assert(list && node);
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->node[i], node) == 0)
            return true;
    return false;
}

/* Adds the attestations to the message. */
static bool list_attest(const struct attendance *const *attendance, size_t n, struct arena *arena,
                        Rikstal__V1__MaskList *message, struct err *err)
{
    message->attestations = arena_array(arena, n + 1, sizeof(*message->attestations));
    if (!message->attestations)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        if (!envelope_parse(attendance[i]->envelope, attendance[i]->envelope_bytes, arena,
                            &message->attestations[i], err))
            return false;
    message->n_attestations = n;
    return true;
}

/* A list with the bytes of this message, and the names and keys of its attendances. */
static bool list_fill(const Rikstal__V1__MaskList *message,
                      const struct attendance *const *attendance, struct arena *arena,
                      struct sum_list **out, struct err *err)
{
    struct sum_list *list;
    uint8_t *data;
    size_t size;

    if (!message_pack(&message->base, arena, &data, &size, err))
        return false;
    list = list_alloc(size);
    if (!list)
        return err_memory(err);
    memcpy(list->data, data, size);
    participants_session_id(message->question_hash.data, message->attempt, data, size,
                            list->session);
    list->n = message->n_attestations;
    for (size_t i = 0; i < list->n; i++) {
        memcpy(list->node[i], attendance[i]->node, NODE_BYTES);
        memcpy(list->key[i], attendance[i]->key, PARTICIPANTS_KEY_BYTES);
    }
    *out = list;
    return true;
}

bool sum_list_new(const struct plan *plan, uint32_t attempt,
                  const struct attendance *const *attendance, size_t n, struct sum_list **out,
                  struct err *err)
{
    assert(plan && (attendance || !n) && out);
    Rikstal__V1__MaskList message = RIKSTAL__V1__MASK_LIST__INIT;
    struct arena *arena = arena_new(ARENA_BYTES);
    bool ok;

    if (!arena)
        return err_memory(err);
    message.question_hash = (ProtobufCBinaryData){QUESTION_HASH_BYTES, (uint8_t *)plan->hash};
    message.attempt = attempt;
    ok = list_attest(attendance, n, arena, &message, err) &&
         list_fill(&message, attendance, arena, out, err);
    arena_free(arena);
    return ok;
}

/* Copies the names and keys of an opened list, and its bytes. */
static bool list_take(const struct participants *participants, const uint8_t *data, size_t size,
                      struct sum_list **out, struct err *err)
{
    struct sum_list *list = list_alloc(size);

    if (!list)
        return err_memory(err);
    memcpy(list->data, data, size);
    memcpy(list->session, participants->session, sizeof(list->session));
    list->n = participants->n;
    for (size_t i = 0; i < participants->n; i++) {
        const Rikstal__V1__Attestation *member = participants->member[i];
        size_t length = strlen(member->node);

        if (length >= NODE_BYTES || member->ephemeral_key.len != PARTICIPANTS_KEY_BYTES) {
            sum_list_free(list);
            return err_set(err, ERR_INVALID, "a node's id has at most %d bytes, its key %d",
                           NODE_BYTES - 1, PARTICIPANTS_KEY_BYTES);
        }
        memcpy(list->node[i], member->node, length + 1);
        memcpy(list->key[i], member->ephemeral_key.data, PARTICIPANTS_KEY_BYTES);
    }
    *out = list;
    return true;
}

static bool were_asked(const struct plan *plan, const struct sum_list *list, struct err *err)
{
    for (size_t i = 0; i < list->n; i++) {
        bool found = false;

        for (size_t k = 0; k < plan->n_regions && !found; k++)
            found = strcmp(plan->region[k], list->node[i]) == 0;
        if (!found)
            return err_set(err, ERR_DENIED, "node %s takes part and was not asked", list->node[i]);
    }
    return true;
}

bool sum_list_verify(const struct plan *plan, const struct roster *roster, int64_t now_s,
                     struct bytes_view data, struct sum_list **out, struct err *err)
{
    assert(plan && roster && data.data && out);
    struct participants_check check = {
        .roster = roster, .question_hash = plan->hash, .now_s = now_s};
    struct arena *arena = arena_new(ARENA_BYTES);
    struct sum_list *list = NULL;
    ProtobufCMessage *message;
    struct participants participants;
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = message_unpack(&rikstal__v1__mask_list__descriptor, data.data, data.size, arena, &message,
                        err) &&
         participants_open(&check, (const Rikstal__V1__MaskList *)message, arena, &participants,
                           err) &&
         list_take(&participants, data.data, data.size, &list, err);
    arena_free(arena);
    if (ok && were_asked(plan, list, err)) {
        *out = list;
        return true;
    }
    sum_list_free(list);
    return false;
}

/* The same checks as participants_open(), on names and keys alone. */
static bool names_read(const Rikstal__V1__MaskList *message, struct arena *arena,
                       struct participants *participants, struct err *err)
{
    if (message->n_attestations > ROSTER_NODES_MAX)
        return err_set(err, ERR_INVALID, "a list of %zu attestations", message->n_attestations);
    for (size_t i = 0; i < message->n_attestations; i++) {
        const Rikstal__V1__Envelope *sealed = message->attestations[i];
        ProtobufCMessage *member;

        if (!message_unpack(&rikstal__v1__attestation__descriptor, sealed->payload.data,
                            sealed->payload.len, arena, &member, err))
            return false;
        participants->member[participants->n++] = (const Rikstal__V1__Attestation *)member;
    }
    return participants_session(message, arena, participants->session, err);
}

bool sum_list_parse(const uint8_t question_hash[static QUESTION_HASH_BYTES], const uint8_t *data,
                    size_t size, struct sum_list **out, struct err *err)
{
    assert(data && out);
    struct arena *arena = arena_new(ARENA_BYTES);
    const Rikstal__V1__MaskList *list;
    ProtobufCMessage *message;
    struct participants participants = {0};
    bool ok;

    if (!arena)
        return err_memory(err);
    ok = message_unpack(&rikstal__v1__mask_list__descriptor, data, size, arena, &message, err);
    list = ok ? (const Rikstal__V1__MaskList *)message : NULL;
    ok = ok &&
         ((list->question_hash.len == QUESTION_HASH_BYTES &&
           memcmp(list->question_hash.data, question_hash, QUESTION_HASH_BYTES) == 0) ||
          err_set(err, ERR_INVALID, "a list of another question")) &&
         names_read(list, arena, &participants, err) &&
         list_take(&participants, data, size, out, err);
    arena_free(arena);
    return ok;
}

/* ---- the total ------------------------------------------------------------------------------- */

bool sum_cells(const struct answer *const *vector, size_t n, const int64_t *veil, size_t n_cells,
               int64_t *total)
{
    assert((vector || !n) && n <= REGIONS_MAX && total);
    int64_t most = (int64_t)n * ANSWER_CELL_MAX;

    for (size_t c = 0; c < n_cells; c++) {
        uint64_t sum = veil ? 0 - (uint64_t)veil[c] : 0;

        for (size_t i = 0; i < n; i++)
            sum += (uint64_t)vector[i]->cell[c];
        total[c] = (int64_t)sum;
        if (total[c] > most || total[c] < -most)
            return false;
    }
    return true;
}
