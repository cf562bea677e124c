#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shares of reads that carriers have at the sites of a stretch, from all packs, as rows of a
 * block (struct site_fraction). A call of which nothing is known gets a row too, so that a person
 * with two samples is not judged by one of them alone. Zeroed it is empty; owns its memory; one
 * thread.
 */
#include "node/publish/segment_writer.h"

struct fraction_entry {
    uint64_t key; /* vid within the chunk << 14 | person */
    uint8_t code; /* node/store/fraction.h */
};

struct fraction_rows {
    bool wanted; /* of this stretch */
    struct fraction_entry *entries;
    size_t n;
    size_t room;
    size_t at;     /* the first entry whose site was not asked for yet */
    uint8_t *rows; /* of the site asked for last */
    size_t rows_room;
};

/* Where shares are kept: of tumours everywhere, of the germline on MT. */
bool fraction_rows_kept(enum origin origin, uint64_t chunk);
/* Forgets the entries and keeps the memory. */
void fraction_rows_restart(struct fraction_rows *rows, bool wanted);
void fraction_rows_clear(struct fraction_rows *rows);

/* A pack of a batch, of which the sites at from <= position < to are taken. */
struct fraction_pack {
    const struct batch_in *batch;
    const void *data;
    size_t size;
    bool lone;
    uint32_t from;
    uint32_t to;
};
/* False when the pack is damaged, or memory is out. */
bool fraction_rows_add(struct fraction_rows *rows, const struct fraction_pack *pack,
                       struct err *err) MUST_CHECK;
void fraction_rows_sort(struct fraction_rows *rows);
/*
 * Sets the rows of the site, whose persons are known; none where no share of it is. Vids within the
 * chunk, ascending. The rows live until the next call.
 */
bool fraction_rows_site(struct fraction_rows *rows, uint64_t vid, struct block_site *site,
                        struct err *err) MUST_CHECK;
