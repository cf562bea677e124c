/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value is read twice: first the words that name alleles, as only all of them together say how
 * they are spelled, then the entries, each dealt to the allele that it names.
 */
#include "node/import/vep.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "node/import/population_af.h"
#include "node/import/spelling.h"
#include "proto/base/unzeroed.h"
#include "proto/query/vocabulary.h"

#define FREQUENCIES_MAX 64u /* of one entry */
#define ALLELES_MAX 256u
#define STRANGERS_MAX                                                                              \
    4096u /* a line with more entries that name none of its alleles is not explained */
#define FEATURES_MAX 512u  /* transcripts kept for each allele, to explain such entries */
#define DECODED_BYTES 192u /* of a value with percent-encoded bytes, which else stays as it is */

struct entry {
    struct text_span columns[VEP_COLUMN_KINDS];
    struct text_span frequencies[FREQUENCIES_MAX];
    unsigned n_frequencies;
    bool readable; /* it has its header's columns */
    uint32_t clinvar;
    size_t clinvar_unknown;
};

/* One value of a line. */
struct vep_reading {
    const struct vep_format *format;
    const struct vep_line *line;
    struct vep_allele *alleles;
    struct vep_faults *faults;
    struct spelling spelling;
    size_t n_strangers;      /* entries that name no allele of the line */
    bool named[ALLELES_MAX]; /* which the entry in hand may be of */
};

void vep_allele_init(struct vep_allele *allele)
{
    allele->annotated = allele->lost = allele->unplaced = false;
    allele->clinvar_faulty = allele->af_faulty = false;
    allele->n_genes = 0;
    allele->clinvar = 0;
    allele->af_nano = -1;
}

/* ---- one entry as text --------------------------------------------------------------------------
 */

static bool is_dot(struct text_span span)
{
    return span.length == 1 && (*span.text == '.' || *span.text == '-');
}

static void keep_clinvar(struct entry *entry, struct text_span span)
{
    UNZEROED char room[DECODED_BYTES];
    struct text_span plain = text_span_decode(span, room, sizeof(room));

    entry->clinvar |= clinvar_mask(plain.text, plain.length, &entry->clinvar_unknown);
}

static void keep_column(struct entry *entry, enum vep_column kind, struct text_span span)
{
    if (kind == VEP_IGNORED)
        return;
    if (kind == VEP_CLINVAR) {
        keep_clinvar(entry, span);
    } else if (kind == VEP_FREQUENCY && span.length) {
        if (entry->n_frequencies < FREQUENCIES_MAX)
            entry->frequencies[entry->n_frequencies++] = span;
        else
            entry->readable = false;
    } else {
        entry->columns[kind] = span;
    }
}

static bool ends_column(const struct vep_format *format, char c)
{
    return c == '|' || c == ',' || (format->form == VEP_FORM_EFF && c == '(');
}

/* True when the number of columns fits. bcftools csq leaves out unknown columns at the end, and
 * SnpEff's EFF leaves out errors and warnings. */
static bool columns_fit(const struct vep_format *format, unsigned n)
{
    switch (format->form) {
    case VEP_FORM_BCSQ:
        return n >= 2 && n <= format->n_columns;
    case VEP_FORM_EFF:
        return n + 2 >= format->n_columns && n <= format->n_columns;
    case VEP_FORM_VEP:
    case VEP_FORM_ANN:
        break;
    }
    return n == format->n_columns;
}

/* The columns up to the next ',' or the end; moves *text behind it, to NULL at the end. */
static void split_entry(const struct vep_format *format, const char **text, const char *end,
                        struct entry *entry)
{
    const char *start = *text, *p = *text;
    unsigned column = 0;

    entry->n_frequencies = 0;
    entry->clinvar = 0;
    entry->clinvar_unknown = 0;
    entry->readable = true;
    memset(entry->columns, 0, sizeof(entry->columns));
    for (;; p++) {
        if (p < end && !ends_column(format, *p))
            continue;
        if (column < format->n_columns) {
            size_t length = (size_t)(p - start);

            length -= format->form == VEP_FORM_EFF && length && p[-1] == ')';
            keep_column(entry, (enum vep_column)format->columns[column],
                        (struct text_span){start, length});
        }
        start = p + 1;
        column++;
        if (p == end || *p == ',')
            break;
    }
    *text = p < end ? p + 1 : NULL;
    entry->readable &= columns_fit(format, column);
}

/* ---- which allele -------------------------------------------------------------------------------
 */

/*
 * "insertion", "duplication" ...: VEP's words for a structural allele, which say no bases. SnpEff's
 * "C-chr1:99_T>A" is none: it says what C does beside another change.
 */
static bool is_word(struct text_span allele)
{
    if (memchr(allele.text, '>', allele.length))
        return false;
    for (size_t i = 0; i < allele.length; i++)
        if (allele.text[i] >= 'a' && allele.text[i] <= 'z' && !strchr("acgtn", allele.text[i]))
            return true;
    return false;
}

static bool says_bases(struct text_span allele)
{
    return allele.length && !is_word(allele);
}

/* 1..n; 0 when it is no number of an allele of the line. */
static size_t allele_number(struct text_span number, size_t n)
{
    size_t value = 0;

    if (number.length > 5)
        return 0;
    for (size_t i = 0; i < number.length; i++) {
        if (!isdigit((unsigned char)number.text[i]))
            return 0;
        value = value * 10 + (size_t)(number.text[i] - '0');
    }
    return value <= n ? value : 0;
}

/* Returns how many alleles the entry may describe, and marks them in named[]. */
static size_t find_alleles(const struct vep_reading *reading, const struct entry *entry,
                           bool *named)
{
    struct text_span word = entry->columns[VEP_ALLELE], number = entry->columns[VEP_ALLELE_NUMBER];
    size_t n = reading->line->n;

    if (number.length && entry->readable) {
        size_t at = allele_number(number, n);

        memset(named, 0, n);
        if (!at || (says_bases(word) && !spelling_fits(&reading->spelling, word, at - 1)))
            return 0; /* ALLELE_NUM counts the alleles of the line before it was split */
        named[at - 1] = true;
        return 1;
    }
    if (says_bases(word))
        return spelling_names(&reading->spelling, word, named);
    memset(named, 1, n);
    return n;
}

/* ---- one entry of an allele ---------------------------------------------------------------------
 */

static bool says_plus_clinical(struct text_span mane)
{
    return mane.length && memmem(mane.text, mane.length, "Plus", 4) != NULL;
}

/* VEP's column MANE names the transcript's set, and before version 104 MANE Select's transcript. */
static uint8_t level_of(const struct entry *entry)
{
    const struct text_span *columns = entry->columns;
    struct text_span canonical = columns[VEP_CANONICAL], mane = columns[VEP_MANE];

    if (columns[VEP_MANE_SELECT].length || (mane.length && !says_plus_clinical(mane)))
        return 0;
    if (columns[VEP_MANE_PLUS_CLINICAL].length || mane.length)
        return 1;
    return canonical.length == 3 && strncasecmp(canonical.text, "YES", 3) == 0 ? 2 : 3;
}

static enum note_picked_by picked_by(uint8_t level)
{
    return level <= 1 ? NOTE_MANE : level == 2 ? NOTE_CANONICAL : NOTE_WORST;
}

/* Reads the name of the gene, "" when none is given. False when the text is no name of a gene. */
static bool gene_name(const struct entry *entry, char name[static NOTE_GENE_BYTES_MAX + 1])
{
    struct text_span given = entry->columns[VEP_SYMBOL];
    UNZEROED char room[DECODED_BYTES];

    *name = 0;
    if (!given.length || is_dot(given))
        given = entry->columns[VEP_GENE];
    if (!given.length || is_dot(given))
        return true;
    given = text_span_decode(given, room, sizeof(room));
    if (given.length >= NOTE_GENE_BYTES_MAX)
        return false;
    for (size_t i = 0; i < given.length; i++)
        if (!isgraph((unsigned char)given.text[i]))
            return false;
    memcpy(name, given.text, given.length);
    name[given.length] = 0;
    return true;
}

/*
 * "HGNC:7526", whose prefix some files have twice, or "ENSG00000146085.12" without its version.
 * Other ids (NCBI's, those that SnpEff makes of names, several in one place) say nothing, as no
 * table has them.
 */
static size_t id_length(struct text_span id, const char *prefix, size_t digits_max)
{
    size_t length = strlen(prefix), digits = 0;

    if (id.length <= length || memcmp(id.text, prefix, length) != 0)
        return 0;
    while (length + digits < id.length && isdigit((unsigned char)id.text[length + digits]))
        digits++;
    length += digits;
    if (!digits || digits > digits_max ||
        (length < id.length && (*id.text == 'H' || !strchr("._", id.text[length]))))
        return 0;
    return length;
}

/* The length is 0 where it is none of these. */
static struct text_span read_id(struct text_span given)
{
    static const char hgnc[] = "HGNC:";
    size_t prefix = sizeof(hgnc) - 1;

    while (given.length > 2 * prefix && memcmp(given.text, hgnc, prefix) == 0 &&
           memcmp(given.text + prefix, hgnc, prefix) == 0)
        given = (struct text_span){given.text + prefix, given.length - prefix};
    given.length = id_length(given, hgnc, 9) + id_length(given, "ENSG", 15);
    return given;
}

static bool has_id(const char *ids, struct text_span id)
{
    for (;;) {
        size_t length = strcspn(ids, ",");

        if (length == id.length && memcmp(ids, id.text, length) == 0)
            return true;
        if (!ids[length])
            return false;
        ids += length + 1;
    }
}

/* Adds the id that the entry gives of its gene. */
static void take_id(const struct entry *entry, struct vep_gene *gene)
{
    UNZEROED char room[DECODED_BYTES];
    size_t n = strlen(gene->ids);
    struct text_span id =
        read_id(text_span_decode(entry->columns[VEP_HGNC_ID], room, sizeof(room)));

    if (!id.length)
        id = read_id(text_span_decode(entry->columns[VEP_GENE], room, sizeof(room)));
    if (!id.length || has_id(gene->ids, id) || strcmp(gene->ids, NOTE_GENE_IDS_MANY) == 0)
        return;
    if (n + (n > 0) + id.length > NOTE_GENE_IDS_BYTES_MAX) {
        snprintf(gene->ids, sizeof(gene->ids), NOTE_GENE_IDS_MANY);
        return;
    }
    snprintf(gene->ids + n, sizeof(gene->ids) - n, "%s%.*s", n ? "," : "", (int)id.length, id.text);
}

/* The gene's row, a new one where there is none; NULL when there are too many. */
static struct vep_gene *gene_row(struct vep_allele *allele, const char *name)
{
    struct vep_gene *gene;
    uint32_t named = 0;

    for (uint32_t i = 0; i < allele->n_genes; i++) {
        if (strcmp(allele->genes[i].name, name) == 0)
            return &allele->genes[i];
        named += *allele->genes[i].name != 0;
    }
    if (*name && named == VEP_GENES_MAX)
        return NULL;
    gene = &allele->genes[allele->n_genes++];
    *gene = (struct vep_gene){.level = UINT8_MAX, .unread_level = UINT8_MAX, .common = UINT64_MAX};
    memcpy(gene->name, name, strlen(name) + 1);
    return gene;
}

static void take_transcript(struct vep_gene *gene, uint8_t level, uint64_t mask)
{
    int rank = consequence_rank(mask);

    gene->common &= mask;
    gene->any |= mask;
    gene->overlaps |= consequence_in_gene(mask);
    if (mask & CONSEQUENCE_UNREAD && level < gene->unread_level)
        gene->unread_level = level;
    if (gene->level != UINT8_MAX &&
        (gene->level < level || (gene->level == level && gene->rank <= rank)))
        return;
    gene->level = level;
    gene->rank = rank;
    gene->consequences = mask;
    gene->picked_by = picked_by(level);
}

static void take_figures(const struct entry *entry, struct vep_allele *allele,
                         struct vep_faults *faults)
{
    allele->clinvar |= entry->clinvar;
    allele->clinvar_faulty |= entry->clinvar_unknown > 0;
    faults->clinvar += (uint32_t)entry->clinvar_unknown;
    for (unsigned i = 0; i < entry->n_frequencies; i++) {
        bool faulty = false;
        int64_t af = population_af_read(entry->frequencies[i].text, entry->frequencies[i].length,
                                        -1, 0, &faulty);

        faults->frequencies += faulty;
        allele->af_faulty |= faulty;
        if (af > allele->af_nano)
            allele->af_nano = af;
    }
}

/* The terms of an entry, CONSEQUENCE_UNREAD among them where one is not known or there is none. */
static uint64_t terms_of(const struct vep_format *format, const struct entry *entry,
                         struct vep_faults *faults)
{
    struct text_span terms = entry->columns[VEP_CONSEQUENCE];
    UNZEROED char room[DECODED_BYTES];
    size_t unknown = 0;
    uint64_t mask;

    if (format->form == VEP_FORM_BCSQ && terms.length && *terms.text == '*')
        terms = (struct text_span){terms.text + 1, terms.length - 1};
    if (!terms.length)
        return CONSEQUENCE_UNREAD;
    terms = text_span_decode(terms, room, sizeof(room));
    mask = consequence_mask(terms.text, terms.length, &unknown);
    faults->unknown_terms += (uint32_t)unknown;
    return mask && !unknown ? mask : mask | CONSEQUENCE_UNREAD;
}

static void take_entry(const struct vep_format *format, const struct entry *entry,
                       struct vep_allele *allele, struct vep_faults *faults)
{
    uint64_t mask = terms_of(format, entry, faults);
    UNZEROED char name[NOTE_GENE_BYTES_MAX + 1];
    struct vep_gene *gene;

    allele->annotated = true;
    take_figures(entry, allele, faults);
    if (!gene_name(entry, name)) {
        faults->gene_names++;
        allele->unplaced = true;
        *name = 0;
    }
    if (consequence_in_gene(mask) ? !*name : (mask & CONSEQUENCE_UNREAD) != 0)
        allele->unplaced = true;
    gene = gene_row(allele, name);
    if (gene) {
        if (*name)
            take_id(entry, gene);
        take_transcript(gene, level_of(entry), mask);
        return;
    }
    faults->genes_too_many++;
    allele->unplaced = true;
}

/* ---- what all entries say together --------------------------------------------------------------
 */

/* The gene's consequences; CONSEQUENCE_UNREAD when a transcript that was not understood may have
 * decided them. */
static uint64_t settled(const struct vep_gene *gene, bool lost)
{
    if (lost && gene->level > 0)
        return CONSEQUENCE_UNREAD;
    if (gene->level < 3 || gene->unread_level > 3)
        return gene->unread_level == gene->level ? gene->consequences | CONSEQUENCE_UNREAD
                                                 : gene->consequences;
    return gene->common | CONSEQUENCE_UNREAD;
}

/* Genes that a transcript overlaps keep their rows; the others become one without a name. */
static void settle(struct vep_allele *allele)
{
    uint64_t outside = 0;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < allele->n_genes; i++) {
        struct vep_gene *gene = &allele->genes[i];

        if (!*gene->name || !gene->overlaps) {
            outside |= gene->any;
            continue;
        }
        gene->consequences = settled(gene, allele->lost);
        if (kept != i)
            allele->genes[kept] = *gene;
        kept++;
    }
    if (outside)
        allele->genes[kept++] = (struct vep_gene){.consequences = outside, .picked_by = NOTE_WORST};
    allele->n_genes = kept;
}

struct features {
    struct text_span items[FEATURES_MAX];
    size_t n;
};

static bool has_feature(const struct features *features, struct text_span feature)
{
    for (size_t i = 0; i < features->n; i++)
        if (features->items[i].length == feature.length &&
            memcmp(features->items[i].text, feature.text, feature.length) == 0)
            return true;
    return false;
}

/* Reads the next readable entry of a line with one allele. *own is true when the entry names this
 * allele. */
static bool next_entry(const struct vep_reading *reading, const char **text, const char *end,
                       struct entry *entry, bool *own)
{
    bool named[ALLELES_MAX];

    while (*text) {
        split_entry(reading->format, text, end, entry);
        *own = find_alleles(reading, entry, named) > 0;
        if (entry->readable)
            return true;
    }
    return false;
}

/*
 * A line that was split by alleles after annotation also holds the entries of the other alleles. An
 * entry belongs to another allele when this allele has one of its own for the same transcript,
 * because no allele has two. Any other entry that names no allele of the line may be this allele's
 * own, but damaged. This is rare, so the value is simply read a second time.
 */
static bool strangers_explained(const struct vep_reading *reading, struct text_span value)
{
    const char *end = value.text + value.length;
    struct features features = {.n = 0};
    UNZEROED struct entry entry;
    bool own;

    if (reading->line->n != 1 || reading->n_strangers > STRANGERS_MAX)
        return false;
    for (const char *text = value.text; next_entry(reading, &text, end, &entry, &own);)
        if (own && features.n < FEATURES_MAX)
            features.items[features.n++] = entry.columns[VEP_FEATURE];
    for (const char *text = value.text; next_entry(reading, &text, end, &entry, &own);)
        if (!own && (!entry.columns[VEP_FEATURE].length ||
                     !has_feature(&features, entry.columns[VEP_FEATURE])))
            return false;
    return true;
}

static void lose(struct vep_reading *reading, const bool *named)
{
    for (size_t i = 0; i < reading->line->n; i++)
        reading->alleles[i].lost |= !named || named[i];
}

static void deal(struct vep_reading *reading, const struct entry *entry)
{
    bool *named = reading->named;
    size_t n = find_alleles(reading, entry, named), at = 0;

    if (!entry->readable) {
        reading->faults->columns++;
        lose(reading, n ? named : NULL);
    } else if (!n) {
        reading->n_strangers++;
    } else if (n > 1) {
        reading->faults->ambiguous++;
        lose(reading, named);
    } else {
        while (!named[at])
            at++;
        take_entry(reading->format, entry, &reading->alleles[at], reading->faults);
    }
}

void vep_read(const struct vep_format *format, struct text_span value, const struct vep_line *line,
              struct vep_allele *alleles, struct vep_faults *faults)
{
    struct vep_reading reading = {format, line, alleles, faults, .n_strangers = 0};
    bool full = format->form == VEP_FORM_ANN || format->form == VEP_FORM_EFF;
    const char *end = value.text + value.length;
    UNZEROED struct entry entry;

    if (line->n > ALLELES_MAX) {
        lose(&reading, NULL);
        return;
    }
    spelling_begin(&reading.spelling, line->ref, line->alts, line->n,
                   full ? SPELLING_FULL : SPELLING_ALL);
    for (const char *text = value.text; line->n > 1 && text;) {
        split_entry(format, &text, end, &entry);
        if (says_bases(entry.columns[VEP_ALLELE]) && !entry.columns[VEP_ALLELE_NUMBER].length)
            spelling_meet(&reading.spelling, entry.columns[VEP_ALLELE]);
    }
    for (const char *text = value.text; text;) {
        split_entry(format, &text, end, &entry);
        deal(&reading, &entry);
    }
    if (reading.n_strangers && !strangers_explained(&reading, value)) {
        faults->unmatched += (uint32_t)reading.n_strangers;
        lose(&reading, NULL);
    }
    for (size_t i = 0; i < line->n; i++)
        settle(&alleles[i]);
}
