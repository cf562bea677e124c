/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes of a segment's sites, twice: by gene, for questions that name one, and beside each block,
 * for questions about a stretch of genome. Sites come in ascending order, so the store's tables are
 * walked along; where a segment's sites are sparse the walk jumps.
 *
 *   note_block  varint(n names), each varint(length) and its bytes; then for each site with notes
 *               varint(site - the one before), varint(n << 1 | complete), n times varint(name)
 *               consequences clinvar
 *   gene        a part of a gene's rows: varint(vid - the one before), consequences, clinvar, af +
 * 1
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/publish/kind_writer.h"
#include "node/publish/segment_writer.h"
#include "node/store/note.h"
#include "node/store/variant.h"
#include "node/terms/gene_names.h"
#include "proto/base/bytes.h"
#include "proto/query/vocabulary.h"

#define STEPS_BEFORE_JUMP 32
#define GENES_ROOM 8192 /* slots of the table; flushed when half full */
#define GENES_BYTES_MAX ((size_t)64 << 20)
#define BLOCK_NAMES_MAX 4096
#define NAMES_ROOM 65536 /* slots of the names that files have; forgotten when half full */
#define SAID_MAX 1024    /* genes of one variant, over all files that say something of it */

/* A walk along a table of the store whose first column is the vid. */
struct along {
    sqlite3_stmt *stmt; /* ?1 <= vid < ?2 */
    uint64_t vid;       /* of the row it stands on; NO_ROW: none on this chromosome */
    uint64_t chromosome;
};
#define NO_ROW UINT64_MAX

struct gene_rows {
    char name[GENE_KEY_BYTES];
    struct bytes data;
    uint64_t last;
    uint32_t n;
};

/* What a name in a file, and the ids beside it, stand for: node/terms/gene_names.h. */
struct known_name {
    char key[GENE_KEY_BYTES];
    bool known;
    size_t ids;  /* where they begin in what follows, behind the name and its 0 */
    char name[]; /* as the store has it */
};

struct notes_said {
    struct gene_rows *gene;
    uint64_t consequences;
    uint32_t clinvar;
};

struct notes_writer {
    struct segment_writer *writer;
    struct along notes;
    struct along afs;
    sqlite3_stmt *add_gene;
    sqlite3_stmt *add_block;
    sqlite3_stmt *find_allele;
    sqlite3_stmt *add_allele;
    bool prepared;
    struct gene_rows **genes; /* open addressing */
    size_t n_genes;
    size_t genes_bytes;
    struct gene_names *gene_names;
    struct known_name **known; /* open addressing */
    size_t n_known;
    /* below: of the site in hand */
    struct notes_said said[SAID_MAX];
    uint32_t n_said;
    bool complete;
    struct kind_said kinds[SAID_MAX + 1];
    bool names_known;
    uint64_t chromosome; /* assembly and chromosome of the sites: vid >> 58 */
    /* below: of the block being written */
    const char *names[BLOCK_NAMES_MAX]; /* borrowed from genes */
    uint32_t n_names;
    struct bytes block;
    uint32_t block_last;
};

struct notes_writer *notes_writer_new(struct segment_writer *writer)
{
    assert(writer);
    struct notes_writer *notes = calloc(1, sizeof(*notes));

    if (!notes)
        return NULL;
    notes->writer = writer;
    notes->notes.chromosome = notes->afs.chromosome = notes->chromosome = NO_ROW;
    notes->genes = calloc(GENES_ROOM, sizeof(struct gene_rows *));
    notes->known = calloc(NAMES_ROOM, sizeof(struct known_name *));
    if (!notes->genes || !notes->known) {
        notes_writer_free(notes);
        return NULL;
    }
    return notes;
}

static void forget_names(struct notes_writer *notes)
{
    for (size_t i = 0; i < NAMES_ROOM && notes->known; i++) {
        free(notes->known[i]);
        notes->known[i] = NULL;
    }
    notes->n_known = 0;
}

static void forget_genes(struct notes_writer *notes)
{
    for (size_t i = 0; i < GENES_ROOM && notes->genes; i++) {
        if (notes->genes[i])
            bytes_clear(&notes->genes[i]->data);
        free(notes->genes[i]);
        notes->genes[i] = NULL;
    }
    notes->n_genes = notes->genes_bytes = 0;
}

void notes_writer_free(struct notes_writer *notes)
{
    if (!notes)
        return;
    forget_genes(notes);
    forget_names(notes);
    free(notes->genes);
    free(notes->known);
    gene_names_close(notes->gene_names);
    bytes_clear(&notes->block);
    sqlite3_finalize(notes->notes.stmt);
    sqlite3_finalize(notes->afs.stmt);
    sqlite3_finalize(notes->add_gene);
    sqlite3_finalize(notes->add_block);
    sqlite3_finalize(notes->find_allele);
    sqlite3_finalize(notes->add_allele);
    free(notes);
}

static bool prepare(struct notes_writer *notes, struct err *err)
{
    sqlite3 *from = notes->writer->from;
    sqlite3 *to = notes->writer->to;

    if (notes->prepared)
        return true;
    notes->prepared = true;
    return gene_names_open(from, &notes->gene_names, err) &&
           sql_prepare(from,
                       "SELECT vid, gene, consequences, clinvar, complete, gene_ids FROM note"
                       " WHERE vid >= ?1 AND vid <= ?2 ORDER BY vid, gene",
                       &notes->notes.stmt, err) &&
           sql_prepare(from, "SELECT vid, nano FROM af WHERE vid >= ?1 AND vid <= ?2 ORDER BY vid",
                       &notes->afs.stmt, err) &&
           sql_prepare(from, "SELECT ref, alt FROM allele WHERE vid = ?1", &notes->find_allele,
                       err) &&
           sql_prepare(to, "INSERT INTO gene (name, n, data) VALUES (?1, ?2, ?3)", &notes->add_gene,
                       err) &&
           sql_prepare(to, "INSERT INTO note_block (id, data) VALUES (?1, ?2)", &notes->add_block,
                       err) &&
           sql_prepare(to, "INSERT INTO allele (vid, ref, alt) VALUES (?1, ?2, ?3)",
                       &notes->add_allele, err);
}

/*** walking along ***/

static bool step(struct along *along, struct err *err)
{
    bool row;

    if (!sql_next(along->stmt, &row, err))
        return false;
    along->vid = row ? (uint64_t)sqlite3_column_int64(along->stmt, 0) : NO_ROW;
    return true;
}

/* To the first row of the chromosome whose vid is not smaller. */
static bool jump(struct along *along, uint64_t vid, struct err *err)
{
    sqlite3_reset(along->stmt);
    /* Vids of one chromosome have the same sign as SQL numbers, so their order is the same. */
    sqlite3_bind_int64(along->stmt, 1, (int64_t)vid);
    sqlite3_bind_int64(along->stmt, 2, (int64_t)(vid | ((UINT64_C(1) << 58) - 1)));
    along->chromosome = vid >> 58;
    return step(along, err);
}

static bool go_to(struct along *along, uint64_t vid, struct err *err)
{
    if (along->chromosome != vid >> 58)
        return jump(along, vid, err);
    for (int i = 0; along->vid < vid; i++)
        if (!(i < STEPS_BEFORE_JUMP ? step(along, err) : jump(along, vid, err)))
            return false;
    return true;
}

bool notes_writer_af(struct notes_writer *notes, uint64_t vid, int64_t *af_nano, struct err *err)
{
    assert(notes);
    if (!prepare(notes, err) || !go_to(&notes->afs, vid, err))
        return false;
    *af_nano = notes->afs.vid == vid ? sqlite3_column_int64(notes->afs.stmt, 1) : -1;
    return true;
}

/*** genes ***/

static size_t hash_name(const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 31);
}

/* What the name stands for; NULL and err set on failure. No gene's name, "", stands for itself. */
static const struct known_name *need_name(struct notes_writer *notes, const char *name,
                                          const char *ids, struct err *err)
{
    size_t at = (hash_name(name) + hash_name(ids)) % NAMES_ROOM;
    size_t size = strlen(name) + 1, size_ids = strlen(ids) + 1;
    struct gene_name gene = {.state = GENE_NAME_KNOWN};
    struct known_name *made;

    for (; notes->known[at]; at = (at + 1) % NAMES_ROOM)
        if (strcmp(notes->known[at]->name, name) == 0 &&
            strcmp(notes->known[at]->name + notes->known[at]->ids, ids) == 0)
            return notes->known[at];
    if (*name && !gene_names_find_said(notes->gene_names, name, ids, &gene, err))
        return NULL;
    made = malloc(sizeof(*made) + size + size_ids);
    if (!made) {
        (void)err_memory(err);
        return NULL;
    }
    memcpy(made->name, name, size);
    memcpy(made->name + size, ids, size_ids);
    made->ids = size;
    memcpy(made->key, gene.key, sizeof(made->key));
    made->known = gene.state == GENE_NAME_KNOWN;
    if (gene.state == GENE_NAME_AMBIGUOUS)
        snprintf(made->key, sizeof(made->key), "%c%s", GENE_KEY_UNKNOWN, name);
    if (2 * notes->n_known > NAMES_ROOM) {
        forget_names(notes);
        at = (hash_name(name) + hash_name(ids)) % NAMES_ROOM;
    }
    notes->known[at] = made;
    notes->n_known++;
    return made;
}

static struct gene_rows *need_gene(struct notes_writer *notes, const char *name)
{
    size_t at = hash_name(name) % GENES_ROOM;
    struct gene_rows *made;

    for (; notes->genes[at]; at = (at + 1) % GENES_ROOM)
        if (strcmp(notes->genes[at]->name, name) == 0)
            return notes->genes[at];
    made = calloc(1, sizeof(*made));
    if (!made)
        return NULL;
    snprintf(made->name, sizeof(made->name), "%s", name);
    notes->genes[at] = made;
    notes->n_genes++;
    return made;
}

static int by_name(const void *left, const void *right)
{
    const struct gene_rows *a = *(struct gene_rows *const *)left;
    const struct gene_rows *b = *(struct gene_rows *const *)right;

    return strcmp(a->name, b->name);
}

/* Names that a block under way borrows would go, so genes are flushed between blocks only. */
bool notes_writer_genes(struct notes_writer *notes, struct err *err)
{
    assert(notes);
    size_t n = 0;

    if (!prepare(notes, err))
        return false;
    for (size_t i = 0; i < GENES_ROOM; i++)
        if (notes->genes[i])
            n++;
    if (n) {
        struct gene_rows **sorted = malloc(n * sizeof(*sorted));
        bool ok = sorted != NULL;

        for (size_t i = 0, k = 0; ok && i < GENES_ROOM; i++)
            if (notes->genes[i])
                sorted[k++] = notes->genes[i];
        if (ok)
            qsort(sorted, n, sizeof(*sorted), by_name);
        else
            err_memory(err);
        for (size_t i = 0; ok && i < n; i++) {
            sqlite3_bind_text(notes->add_gene, 1, sorted[i]->name, -1, SQLITE_STATIC);
            sqlite3_bind_int64(notes->add_gene, 2, sorted[i]->n);
            sqlite3_bind_blob64(notes->add_gene, 3, sorted[i]->data.data, sorted[i]->data.size,
                                SQLITE_STATIC);
            ok = sql_done(notes->add_gene, err);
        }
        free(sorted);
        if (!ok)
            return false;
    }
    forget_genes(notes);
    return true;
}

/*** sites and blocks ***/

static uint32_t name_in_block(struct notes_writer *notes, const char *name)
{
    for (uint32_t i = notes->n_names; i-- > 0;)
        if (notes->names[i] == name)
            return i;
    notes->names[notes->n_names] = name;
    return notes->n_names++;
}

/* What is said of the site in one gene, whatever names of the gene the store has. */
static bool take_note(struct notes_writer *notes, struct err *err)
{
    sqlite3_stmt *row = notes->notes.stmt;
    const char *name = (const char *)sqlite3_column_text(row, 1);
    uint64_t consequences = (uint64_t)sqlite3_column_int64(row, 2);
    uint32_t clinvar = (uint32_t)sqlite3_column_int64(row, 3);
    const char *ids = (const char *)sqlite3_column_text(row, 5);
    const struct known_name *known = name && ids ? need_name(notes, name, ids, err) : NULL;
    struct gene_rows *gene = known ? need_gene(notes, known->key) : NULL;

    if (!gene)
        return known || !name || !ids ? err_memory(err) : false;
    notes->names_known &= known->known;
    for (uint32_t i = 0; i < notes->n_said; i++) {
        struct notes_said *said = &notes->said[i];

        if (said->gene != gene)
            continue;
        said->clinvar |= clinvar;
        if (said->consequences != consequences)
            said->consequences = (said->consequences & consequences) | CONSEQUENCE_UNREAD;
        return true;
    }
    if (notes->n_said == SAID_MAX)
        return err_set(err, ERR_INTERNAL, "a variant has notes of more than %d genes", SAID_MAX);
    notes->said[notes->n_said++] = (struct notes_said){gene, consequences, clinvar};
    return true;
}

static bool write_note(struct notes_writer *notes, const struct notes_said *said, uint64_t vid,
                       int64_t af_nano, struct err *err)
{
    struct gene_rows *gene = said->gene;
    size_t before = gene->data.room;

    if (notes->n_names == BLOCK_NAMES_MAX)
        return err_set(err, ERR_INTERNAL, "too many genes in one block");
    bytes_add_varint(&gene->data, vid - gene->last);
    bytes_add_varint(&gene->data, said->consequences);
    bytes_add_varint(&gene->data, segment_clinvar(said->clinvar));
    bytes_add_varint(&gene->data, (uint64_t)(af_nano + 1));
    notes->genes_bytes += gene->data.room - before;
    gene->last = vid;
    gene->n++;
    bytes_add_varint(&notes->block, name_in_block(notes, gene->name));
    bytes_add_varint(&notes->block, said->consequences);
    bytes_add_varint(&notes->block, segment_clinvar(said->clinvar));
    return (!gene->data.failed && !notes->block.failed) || err_memory(err);
}

static void count_long(struct segment_writer *writer, uint64_t vid, sqlite3_stmt *row)
{
    struct variant variant = {.assembly = vid_assembly(vid),
                              .chromosome = vid_chromosome(vid),
                              .position = vid_position(vid),
                              .ref = (const char *)sqlite3_column_text(row, 0),
                              .alt = (const char *)sqlite3_column_text(row, 1)};

    if (vid_chromosome(vid) == CHROMOSOME_NONE || !variant.ref || !variant.alt)
        return;
    segment_writer_spelled(writer, &variant);
    if (strlen(variant.ref) > writer->longest)
        writer->longest = strlen(variant.ref);
}

/* A row that is there already was met in another chunk part or under the same vid. */
static bool copy_allele(struct notes_writer *notes, uint64_t vid, struct err *err)
{
    bool row, ok = true;

    if (vid_tag(vid) == 0 && vid_chromosome(vid) != CHROMOSOME_NONE)
        return true;
    sqlite3_bind_int64(notes->find_allele, 1, (int64_t)vid);
    if (!sql_next(notes->find_allele, &row, err))
        return false;
    if (row) {
        count_long(notes->writer, vid, notes->find_allele);
        sqlite3_bind_int64(notes->add_allele, 1, (int64_t)vid);
        sqlite3_bind_value(notes->add_allele, 2, sqlite3_column_value(notes->find_allele, 0));
        sqlite3_bind_value(notes->add_allele, 3, sqlite3_column_value(notes->find_allele, 1));
        ok = sql_done(notes->add_allele, err);
    }
    sqlite3_reset(notes->find_allele);
    return ok;
}

/*
 * ClinVar speaks of the variant: what a file says of it in one gene holds in all, unless something
 * that was said in some gene could not be read.
 */
static void share_clinvar(struct notes_writer *notes)
{
    uint32_t clinvar = 0;

    for (uint32_t i = 0; i < notes->n_said; i++)
        clinvar |= notes->said[i].clinvar;
    if (clinvar & CLINVAR_UNREAD)
        clinvar &= ~(CLINVAR_READ | CLINVAR_UNREAD);
    for (uint32_t i = 0; i < notes->n_said; i++)
        notes->said[i].clinvar = clinvar;
}

bool notes_writer_site(struct notes_writer *notes, uint64_t vid, uint32_t i, int64_t af_nano,
                       bool *all, struct err *err)
{
    assert(notes);
    bool complete = false;

    *all = false;
    notes->n_said = 0;
    notes->complete = false;
    if (!copy_allele(notes, vid, err) || !go_to(&notes->notes, vid, err))
        return false;
    if (notes->notes.vid != vid)
        return true;
    notes->names_known = true;
    while (notes->notes.vid == vid) {
        complete |= sqlite3_column_int(notes->notes.stmt, 4) != 0;
        if (!take_note(notes, err) || !step(&notes->notes, err))
            return false;
    }
    notes->complete = complete;
    share_clinvar(notes);
    bytes_add_varint(&notes->block, i - notes->block_last);
    bytes_add_varint(&notes->block, (uint64_t)notes->n_said << 1 | complete);
    for (uint32_t k = 0; k < notes->n_said; k++)
        if (!write_note(notes, &notes->said[k], vid, af_nano, err))
            return false;
    notes->block_last = i;
    *all = complete && notes->names_known;
    return true;
}

/* As take_notes() of node/evaluate/variant_criterion.c, which says why some say nothing. */
const struct kind_said *notes_writer_said(struct notes_writer *notes, size_t *n)
{
    assert(notes);
    *n = 0;
    for (uint32_t i = 0; i < notes->n_said; i++) {
        const struct notes_said *said = &notes->said[i];
        bool named = said->gene->name[0];

        if (!named &&
            (!said->consequences || (notes->complete && said->consequences == CONSEQUENCE_UNREAD)))
            continue;
        notes->kinds[(*n)++] = (struct kind_said){said->consequences, said->clinvar};
    }
    if (!notes->complete)
        notes->kinds[(*n)++] = (struct kind_said){0, notes->n_said ? notes->said[0].clinvar : 0};
    return notes->kinds;
}

static bool put_block(struct notes_writer *notes, int64_t key, struct err *err)
{
    struct bytes whole = {0};
    bool ok;

    bytes_add_varint(&whole, notes->n_names);
    for (uint32_t i = 0; i < notes->n_names; i++) {
        bytes_add_varint(&whole, strlen(notes->names[i]));
        bytes_add_text(&whole, notes->names[i]);
    }
    bytes_add(&whole, notes->block.data, notes->block.size);
    ok = !whole.failed && !notes->block.failed;
    if (ok) {
        sqlite3_bind_int64(notes->add_block, 1, key);
        sqlite3_bind_blob64(notes->add_block, 2, whole.data, whole.size, SQLITE_STATIC);
        ok = sql_done(notes->add_block, err);
    } else {
        err_memory(err);
    }
    bytes_clear(&whole);
    return ok;
}

bool notes_writer_block(struct notes_writer *notes, int64_t key, struct err *err)
{
    assert(notes);
    uint64_t chromosome = segment_vid(key) >> 58;
    bool ok = !notes->block.size || put_block(notes, key, err);

    notes->block.size = 0;
    notes->n_names = notes->block_last = 0;
    if (ok && (notes->genes_bytes > GENES_BYTES_MAX || 2 * notes->n_genes > GENES_ROOM ||
               (notes->chromosome != NO_ROW && chromosome != notes->chromosome)))
        ok = notes_writer_genes(notes, err);
    notes->chromosome = chromosome;
    return ok;
}
