/*
 * One pass over the value. For each entry the columns that matter are noted as spans, then the
 * entry is dealt to the alleles that it speaks of.
 */
#include "node/import/vep.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "node/import/frequency.h"
#include "proto/query/vocabulary.h"

#define FREQUENCIES_MAX 64u /* of one entry */

struct span {
    const char *text;
    size_t length;
};

struct entry {
    struct span columns[VEP_COLUMN_KINDS];
    struct span frequencies[FREQUENCIES_MAX];
    unsigned n_frequencies;
    uint32_t clinvar;
};

/* How the alleles of a line are spelled in an annotation. */
struct spelling {
    const char *ref;
    size_t ref_length;
    size_t cut; /* bases that VEP takes off the front of each: 0 or 1 */
};

/* ---- the header's format ------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    enum vep_column column;
} names[] = {
    {"Allele", VEP_ALLELE},
    {"ALLELE_NUM", VEP_ALLELE_NUMBER},
    {"Consequence", VEP_CONSEQUENCE},
    {"Annotation", VEP_CONSEQUENCE},
    {"Effect", VEP_CONSEQUENCE},
    {"SYMBOL", VEP_SYMBOL},
    {"Gene_Name", VEP_SYMBOL},
    {"Gene", VEP_GENE},
    {"Gene_ID", VEP_GENE},
    {"CANONICAL", VEP_CANONICAL},
    {"MANE_SELECT", VEP_MANE_SELECT},
    {"MANE_PLUS_CLINICAL", VEP_MANE_PLUS_CLINICAL},
    {"CLIN_SIG", VEP_CLINVAR},
    {"CLNSIG", VEP_CLINVAR},
    {"CLINVAR_CLNSIG", VEP_CLINVAR},
    {"ClinVar_CLNSIG", VEP_CLINVAR},
};

/* VEP 95 to 103 have one column MANE, which names MANE Select's transcript. */
static enum vep_column column_of(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i].name) == length && strncasecmp(names[i].name, name, length) == 0)
            return names[i].column;
    if (length == 4 && strncasecmp(name, "MANE", 4) == 0)
        return VEP_MANE_SELECT;
    return frequency_is_population(name, length, true) ? VEP_FREQUENCY : VEP_IGNORED;
}

static bool is_edge(char c)
{
    return c == ' ' || c == '\'' || c == '"' || c == '(' || c == ')';
}

static bool add_column(struct vep_format *format, const char *name, size_t length)
{
    enum vep_column column;

    while (length && is_edge(*name)) {
        name++;
        length--;
    }
    while (length && is_edge(name[length - 1]))
        length--;
    if (format->n_columns == VEP_COLUMNS_MAX)
        return false;
    column = column_of(name, length);
    format->columns[format->n_columns] = (uint8_t)column;
    format->has_frequency |= column == VEP_FREQUENCY;
    format->n_columns++;
    return true;
}

static const char *find(const char *text, size_t length, const char *word)
{
    return text ? memmem(text, length, word, strlen(word)) : NULL;
}

bool vep_format_read(struct vep_format *format, const char *description, size_t length)
{
    const char *end = description + length;
    const char *start = find(description, length, "Format:");
    bool named = false;

    *format = (struct vep_format){0};
    if (start) {
        start += strlen("Format:");
    } else {
        start = find(description, length, "annotations:");
        if (!start)
            return false;
        start += strlen("annotations:");
        format->snpeff = true;
    }
    for (const char *p = start; p <= end; p++) {
        if (p < end && *p != '|')
            continue;
        if (!add_column(format, start, (size_t)(p - start)))
            return false;
        start = p + 1;
    }
    for (unsigned i = 0; i < format->n_columns; i++)
        named |= format->columns[i] == VEP_CONSEQUENCE;
    return named;
}

/* ---- which allele -------------------------------------------------------------------------------
 */

void vep_allele_init(struct vep_allele *allele, const char *alt, size_t length)
{
    allele->alt = alt;
    allele->length = length;
    allele->annotated = false;
    allele->n_genes = 0;
    allele->clinvar = 0;
    allele->af_nano = -1;
}

/*
 * VEP takes the first base off where one allele differs in length from REF and all begin alike; the
 * star allele does not count (Ensembl VEP, Parser::VCF).
 */
static size_t first_base_cut(const char *ref, size_t ref_length, const struct vep_allele *alleles,
                             size_t n)
{
    bool lengths_differ = false;

    for (size_t i = 0; i < n; i++) {
        if (alleles[i].length && memchr(alleles[i].alt, '*', alleles[i].length))
            continue;
        if (!ref_length || !alleles[i].length || alleles[i].alt[0] != ref[0])
            return 0;
        lengths_differ |= alleles[i].length != ref_length;
    }
    return lengths_differ;
}

static bool same_bases(const char *text, size_t length, struct span wanted)
{
    if (!length)
        return wanted.length == 1 && *wanted.text == '-';
    return length == wanted.length && strncasecmp(text, wanted.text, length) == 0;
}

/* Trimmed at both ends, nothing kept in common (vep --minimal). */
static bool same_minimal(const struct spelling *spelling, const struct vep_allele *allele,
                         struct span wanted)
{
    size_t ref = spelling->ref_length, alt = allele->length, front = 0;

    while (front < ref && front < alt && spelling->ref[front] == allele->alt[front])
        front++;
    while (ref > front && alt > front && spelling->ref[ref - 1] == allele->alt[alt - 1]) {
        ref--;
        alt--;
    }
    return same_bases(allele->alt + front, alt - front, wanted);
}

static int find_by_number(struct span number, size_t n)
{
    char text[8] = "";
    char *end;
    long value;

    if (!number.length || number.length >= sizeof(text))
        return -1;
    memcpy(text, number.text, number.length);
    value = strtol(text, &end, 10);
    return !*end && value >= 1 && value <= (long)n ? (int)value - 1 : -1;
}

static int find_by_text(const struct spelling *spelling, struct span wanted,
                        const struct vep_allele *alleles, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (alleles[i].length >= spelling->cut &&
            same_bases(alleles[i].alt + spelling->cut, alleles[i].length - spelling->cut, wanted))
            return (int)i;
    for (size_t i = 0; i < n; i++)
        if (same_bases(alleles[i].alt, alleles[i].length, wanted))
            return (int)i;
    for (size_t i = 0; i < n; i++)
        if (same_minimal(spelling, &alleles[i], wanted))
            return (int)i;
    return -1;
}

/* ---- one entry ----------------------------------------------------------------------------------
 */

static int level_of(const struct entry *entry)
{
    const struct span *canonical = &entry->columns[VEP_CANONICAL];

    if (entry->columns[VEP_MANE_SELECT].length)
        return 0;
    if (entry->columns[VEP_MANE_PLUS_CLINICAL].length)
        return 1;
    return canonical->length && strncasecmp(canonical->text, "YES", canonical->length) == 0 ? 2 : 3;
}

static enum note_picked_by picked_by(int level)
{
    return level <= 1 ? NOTE_MANE : level == 2 ? NOTE_CANONICAL : NOTE_WORST;
}

static bool printable(struct span name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!isgraph((unsigned char)name.text[i]))
            return false;
    return name.length < NOTE_GENE_BYTES_MAX;
}

/* The gene's row, a new one where there is none; NULL when there are too many. */
static struct vep_gene *gene_row(struct vep_allele *allele, struct span name)
{
    struct vep_gene *gene;

    for (uint32_t i = 0; i < allele->n_genes; i++)
        if (allele->genes[i].length == name.length &&
            (!name.length || memcmp(allele->genes[i].name, name.text, name.length) == 0))
            return &allele->genes[i];
    if (allele->n_genes == VEP_GENES_MAX)
        return NULL;
    gene = &allele->genes[allele->n_genes++];
    *gene =
        (struct vep_gene){.name = name.text, .length = (uint8_t)name.length, .level = UINT8_MAX};
    return gene;
}

/* SnpEff names the two neighbours of a variant between genes; that is no gene. */
static struct span gene_name(const struct vep_format *format, const struct entry *entry,
                             uint64_t consequences, struct vep_faults *faults)
{
    struct span name =
        entry->columns[VEP_SYMBOL].length ? entry->columns[VEP_SYMBOL] : entry->columns[VEP_GENE];
    struct span terms = entry->columns[VEP_CONSEQUENCE];

    if (format->snpeff &&
        (find(terms.text, terms.length, "intergenic") ||
         consequences == UINT64_C(1) << consequence_bit("intergenic_variant", 18)))
        return (struct span){0};
    if (printable(name))
        return name;
    faults->gene_names++;
    return (struct span){0};
}

static void take_entry(const struct vep_format *format, const struct entry *entry,
                       struct vep_allele *allele, struct vep_faults *faults)
{
    struct span terms = entry->columns[VEP_CONSEQUENCE];
    size_t unknown = 0;
    uint64_t mask = consequence_mask(terms.text ? terms.text : "", terms.length, &unknown);
    int rank = consequence_rank(mask), level = level_of(entry);
    struct vep_gene *gene = gene_row(allele, gene_name(format, entry, mask, faults));

    faults->unknown_terms += (uint32_t)unknown;
    allele->annotated = true;
    allele->clinvar |= entry->clinvar;
    for (unsigned i = 0; i < entry->n_frequencies; i++) {
        bool faulty = false;
        int64_t af = frequency_read(entry->frequencies[i].text, entry->frequencies[i].length, -1, 0,
                                    &faulty);

        faults->frequencies += faulty;
        if (af > allele->af_nano)
            allele->af_nano = af;
    }
    if (!gene) {
        faults->genes_too_many++;
        return;
    }
    if (gene->level != UINT8_MAX &&
        (gene->level < level || (gene->level == level && gene->rank <= rank)))
        return;
    gene->level = (uint8_t)level;
    gene->rank = rank;
    gene->consequences = mask;
    gene->picked_by = picked_by(level);
}

static void keep_column(struct entry *entry, enum vep_column kind, struct span span)
{
    if (kind == VEP_FREQUENCY && span.length && entry->n_frequencies < FREQUENCIES_MAX)
        entry->frequencies[entry->n_frequencies++] = span;
    else if (kind == VEP_CLINVAR)
        entry->clinvar |= clinvar_mask(span.text, span.length);
    else if (kind != VEP_IGNORED)
        entry->columns[kind] = span;
}

/*
 * Of an entry that has not the header's number of columns only what stands first in every version,
 * and CANONICAL, which is YES or nothing, can be believed: real files hold entries that lack
 * columns at the end, and others that lack some in the middle, so that a score stands where a
 * frequency should.
 */
static void distrust(struct entry *entry)
{
    entry->n_frequencies = 0;
    entry->clinvar = 0;
    entry->columns[VEP_MANE_SELECT] = entry->columns[VEP_MANE_PLUS_CLINICAL] = (struct span){0};
    entry->columns[VEP_ALLELE_NUMBER] = (struct span){0};
}

/* The columns up to the next ',' or the end; moves *text behind it. */
static void split_entry(const struct vep_format *format, const char **text, const char *end,
                        struct entry *entry, struct vep_faults *faults)
{
    const char *start = *text, *p = *text;
    unsigned column = 0;

    entry->n_frequencies = 0;
    entry->clinvar = 0;
    memset(entry->columns, 0, sizeof(entry->columns));
    for (;; p++) {
        if (p < end && *p != '|' && *p != ',')
            continue;
        if (column < format->n_columns)
            keep_column(entry, (enum vep_column)format->columns[column],
                        (struct span){start, (size_t)(p - start)});
        start = p + 1;
        column++;
        if (p == end || *p == ',')
            break;
    }
    *text = p < end ? p + 1 : NULL;
    if (column == format->n_columns)
        return;
    faults->columns++;
    distrust(entry);
}

/* "insertion", "duplication" ...: VEP's words for a structural allele, which name the only one. */
static bool is_word(struct span allele)
{
    for (size_t i = 0; i < allele.length; i++)
        if (allele.text[i] >= 'a' && allele.text[i] <= 'z' && !strchr("acgtn", allele.text[i]))
            return true;
    return false;
}

void vep_read(const struct vep_format *format, const char *text, size_t size, const char *ref,
              size_t ref_length, struct vep_allele *alleles, size_t n, struct vep_faults *faults)
{
    struct spelling spelling = {ref, ref_length, 0};
    const char *end = text + size;
    struct entry entry;

    if (!format->snpeff)
        spelling.cut = first_base_cut(ref, ref_length, alleles, n);
    while (text) {
        struct span wanted;
        int at;

        split_entry(format, &text, end, &entry, faults);
        wanted = entry.columns[VEP_ALLELE];
        if (entry.columns[VEP_ALLELE_NUMBER].length)
            at = find_by_number(entry.columns[VEP_ALLELE_NUMBER], n);
        else if (!wanted.length || (n == 1 && is_word(wanted)))
            at = (int)n; /* of all of them */
        else
            at = find_by_text(&spelling, wanted, alleles, n);
        if (at < 0)
            faults->unmatched++;
        for (int i = 0; i < (int)n; i++)
            if (at == i || at == (int)n)
                take_entry(format, &entry, &alleles[i], faults);
    }
}
