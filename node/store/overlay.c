/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Persons are sorted by hash and found by bisection. Before that, a bitmap indexed by the first
 * bits of the hash answers for nearly everybody who is not in the list; the hash is uniform.
 */
#include "node/store/overlay.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/store/consent.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/file.h"
#include "proto/base/lock.h"
#include "proto/base/number.h"

#define HEAD "rikstal-overlay-v1 "
#define HEX_BYTES (2 * sizeof(struct person_id))
#define LINE_BYTES (HEX_BYTES + 16)
#define FILE_BYTES_MAX ((size_t)OVERLAY_PERSONS_MAX * LINE_BYTES + 64)
#define FILTER_BITS (1U << 20)

static const char *const words[] = {[OVERLAY_BLOCK] = "block", [OVERLAY_WITHDRAW] = "withdraw"};

struct listed {
    struct person_id person;
    enum overlay_act act;
};

struct overlay {
    uint64_t sequence;
    struct listed *at;
    size_t n;
    size_t room;
    uint64_t filter[FILTER_BITS / 64];
};

static uint32_t filter_bit(const struct person_id *person)
{
    return ((uint32_t)person->b[0] | (uint32_t)person->b[1] << 8 | (uint32_t)person->b[2] << 16) &
           (FILTER_BITS - 1);
}

static int by_person(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct person_id)); /* the id must be the first member */
}

static struct listed *find(const struct overlay *overlay, const struct person_id *person)
{
    uint32_t bit = filter_bit(person);

    if (!(overlay->filter[bit / 64] >> (bit % 64) & 1))
        return NULL;
    return bsearch(person, overlay->at, overlay->n, sizeof(*overlay->at), by_person);
}

static bool append(struct overlay *overlay, const struct listed *listed, struct err *err)
{
    uint32_t bit = filter_bit(&listed->person);

    if (overlay->n == OVERLAY_PERSONS_MAX)
        return err_set(err, ERR_EXHAUSTED, "an overlay has at most %d persons",
                       OVERLAY_PERSONS_MAX);
    if (overlay->n == overlay->room) {
        size_t room = overlay->room ? 2 * overlay->room : 64;
        struct listed *grown = realloc(overlay->at, room * sizeof(*grown));

        if (!grown)
            return err_memory(err);
        overlay->at = grown;
        overlay->room = room;
    }
    overlay->at[overlay->n++] = *listed;
    overlay->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads a line "HEX word", which must come after the line before in order. */
static bool read_line(struct overlay *overlay, const char *line, size_t length, struct err *err)
{
    struct listed listed = {.act = OVERLAY_BLOCK};
    char hex[HEX_BYTES + 1] = "";

    if (length > HEX_BYTES)
        memcpy(hex, line, HEX_BYTES);
    if (length <= HEX_BYTES || line[HEX_BYTES] != ' ' ||
        !bytes_from_hex(hex, listed.person.b, sizeof(listed.person.b)))
        return err_set(err, ERR_INVALID, "a line is not \"HASH block\" or \"HASH withdraw\"");
    line += HEX_BYTES + 1;
    length -= HEX_BYTES + 1;
    while (listed.act <= OVERLAY_WITHDRAW &&
           (strlen(words[listed.act]) != length || memcmp(words[listed.act], line, length) != 0))
        listed.act++;
    if (listed.act > OVERLAY_WITHDRAW)
        return err_set(err, ERR_INVALID, "a line is not \"HASH block\" or \"HASH withdraw\"");
    if (overlay->n && by_person(&overlay->at[overlay->n - 1], &listed) >= 0)
        return err_set(err, ERR_INVALID, "the persons are not in order");
    return append(overlay, &listed, err);
}

static bool read_head(struct overlay *overlay, const char *line, size_t length, struct err *err)
{
    size_t head = strlen(HEAD);

    return (length > head && memcmp(line, HEAD, head) == 0 &&
            number_whole(line + head, length - head, INT64_MAX, &overlay->sequence) &&
            overlay->sequence > 0) ||
           err_set(err, ERR_INVALID, "the first line is not \"rikstal-overlay-v1 SEQUENCE\"");
}

static bool read_text(struct overlay *overlay, const char *text, size_t size, struct err *err)
{
    for (size_t at = 0, line = 0; at < size; line++) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length;

        if (!end)
            return err_set(err, ERR_INVALID, "the last line breaks off");
        length = (size_t)(end - (text + at));
        if (line ? !read_line(overlay, text + at, length, err)
                 : !read_head(overlay, text, length, err))
            return false;
        at += length + 1;
    }
    return overlay->sequence > 0 || err_set(err, ERR_INVALID, "the file is empty");
}

bool overlay_read(const char *path, struct overlay **out, struct err *err)
{
    struct overlay *overlay = calloc(1, sizeof(*overlay));
    struct arena *arena = arena_new(FILE_BYTES_MAX + 4096);
    uint8_t *data;
    size_t size;
    bool read = (overlay && arena) || err_memory(err);

    if (read && file_exists(path))
        read = file_read(path, FILE_BYTES_MAX, arena, &data, &size, err) &&
               (read_text(overlay, (const char *)data, size, err) || err_wrap(err, "%s: ", path));
    arena_free(arena);
    if (!read) {
        overlay_free(overlay);
        return false;
    }
    *out = overlay;
    return true;
}

void overlay_free(struct overlay *overlay)
{
    if (overlay)
        free(overlay->at);
    free(overlay);
}

uint64_t overlay_sequence(const struct overlay *overlay)
{
    assert(overlay);
    return overlay->sequence;
}

size_t overlay_count(const struct overlay *overlay)
{
    assert(overlay);
    return overlay->n;
}

uint64_t overlay_refusals(const struct overlay *overlay, const struct person_id *person)
{
    const struct listed *listed = find(overlay, person);

    if (!listed)
        return 0;
    return CONSENT_BIT(listed->act == OVERLAY_BLOCK ? CONSENT_BLOCKED : CONSENT_OPTED_OUT);
}

/* ---- changing -------------------------------------------------------------------------------- */

/* Changes a person's state. A block, or lifting one, does not change a withdrawal. */
static bool change(struct overlay *overlay, const struct person_id *person, enum overlay_act act,
                   bool *changed, struct err *err)
{
    struct listed *listed = find(overlay, person);

    *changed = false;
    if (listed && (listed->act == OVERLAY_WITHDRAW || listed->act == act))
        return true;
    if (!listed && act == OVERLAY_UNBLOCK)
        return true;
    *changed = true;
    overlay->sequence++;
    if (!listed) {
        if (!append(overlay, &(struct listed){*person, act}, err))
            return false;
        qsort(overlay->at, overlay->n, sizeof(*overlay->at), by_person);
    } else if (act == OVERLAY_UNBLOCK) {
        size_t i = (size_t)(listed - overlay->at);

        memmove(listed, listed + 1, (--overlay->n - i) * sizeof(*listed));
    } else {
        listed->act = act;
    }
    return true;
}

static bool write_text(const struct overlay *overlay, const char *path, struct err *err)
{
    struct bytes text = {0};
    char line[LINE_BYTES + 32];
    bool ok;

    snprintf(line, sizeof(line), HEAD "%llu\n", (unsigned long long)overlay->sequence);
    bytes_add_text(&text, line);
    for (size_t i = 0; i < overlay->n; i++) {
        char hex[HEX_BYTES + 1];

        bytes_to_hex(overlay->at[i].person.b, sizeof(overlay->at[i].person.b), hex);
        snprintf(line, sizeof(line), "%s %s\n", hex, words[overlay->at[i].act]);
        bytes_add_text(&text, line);
    }
    ok = text.failed ? err_memory(err) : file_write(path, text.data, text.size, 0600, err);
    bytes_clear(&text);
    return ok;
}

bool overlay_change(const char *path, const struct person_id *person, enum overlay_act act,
                    bool *changed, uint64_t *sequence, struct err *err)
{
    struct overlay *overlay = NULL;
    int lock;
    bool ok;

    if (!lock_take_beside(path, LOCK_AT_ONCE, "another command is changing it; try again", &lock,
                          err))
        return false;
    ok = overlay_read(path, &overlay, err) && change(overlay, person, act, changed, err) &&
         (!*changed || write_text(overlay, path, err));
    if (ok)
        *sequence = overlay->sequence;
    overlay_free(overlay);
    lock_release(&lock);
    return ok;
}
