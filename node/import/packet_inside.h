#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A packet being read: what packet.c and its helpers share. Every function returns "go on"; when it
 * is false, either the packet is rejected or reporting failed. One thread.
 */
#include "node/import/packet.h"

#define PACKET_PATHS_MAX 32 /* distinct members not read that are named per packet */

struct packet_reading {
    const struct packet_reader *reader;
    struct packet *packet;
    const cJSON *json;
    bool v1;       /* the packet is of version 1 of the schema */
    bool in_item;  /* an item is being read: a fault costs this item alone */
    bool lost;     /* a fault has cost the item */
    bool rejected; /* the packet is rejected */
    bool failed;   /* err is set */
    struct err *err;
    size_t n_paths;
    char paths[PACKET_PATHS_MAX][REJECTS_FIELD_MAX + 1];
};

/* Reject the item that is being read, or the packet; always false. */
bool packet_reject(struct packet_reading *reading, enum reject_code code, const char *field);
/* Warns the operator. Reading goes on. */
bool packet_warn(struct packet_reading *reading, enum reject_code code, const char *field);
/* Fails because memory or one of our limits is used up. Always returns false. */
bool packet_fail(struct packet_reading *reading, const char *why);

/* Members by type: NULL when absent or null, rejected when of another type. path: for the report.
 */
bool packet_object(struct packet_reading *reading, const cJSON *parent, const char *name,
                   const char *path, const cJSON **out);
bool packet_array(struct packet_reading *reading, const cJSON *parent, const char *name,
                  const char *path, const cJSON **out);
bool packet_text(struct packet_reading *reading, const cJSON *parent, const char *name,
                 const char *path, const char **out);

/*
 * Report the members of object that are neither read nor passed over: known is a list of names that
 * ends with NULL. Once a packet and path.
 */
bool packet_members(struct packet_reading *reading, const cJSON *object, const char *path,
                    const char *const *known);

/* A member that could turn the meaning of this object is there: reject it by name. */
bool packet_meaning(struct packet_reading *reading, const cJSON *object, const char *path);

/* Read one item; what is wrong with it costs the item alone. False: the packet cannot be read. */
typedef bool packet_item(struct packet_reading *reading, const cJSON *item);
bool packet_each(struct packet_reading *reading, const cJSON *list, packet_item *read);
/* Notes that an item of this kind could not be read. id: its code as the packet has it, or NULL. */
bool packet_lost(struct packet_reading *reading, enum event_kind kind, const char *id);
/* Adds a diagnosis that an interpretation names. */
bool packet_diagnosis(struct packet_reading *reading, const char *id, const char *path);

/* Rejects a text that is to be stored and may hold a personal identity number. */
bool packet_guard(struct packet_reading *reading, const char *text, const char *path);

/* variants[] of version 1 → variants */
bool packet_variants_v1(struct packet_reading *reading);
/* interpretations[] → variants and diagnoses */
bool packet_interpretations(struct packet_reading *reading);
