/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/fasta.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/terms/contig.h"
#include "proto/base/number.h"
#include "proto/query/place.h"

#define CHROMOSOMES 25u
#define BLOCK_BYTES 65536u

struct sequence {
    uint32_t length;
    uint64_t offset;
    uint32_t line_bases;
    uint32_t line_width;
};

struct fasta {
    int fd;
    struct sequence sequences[CHROMOSOMES + 1];
    uint64_t block_at; /* file offset of block */
    size_t block_size;
    char block[BLOCK_BYTES];
};

static bool read_index(int fd, char **text, struct err *err)
{
    size_t size = 0;
    ssize_t n = 1;

    *text = malloc(FASTA_INDEX_BYTES_MAX + 2); /* one byte past the limit, and the NUL */
    if (!*text)
        return err_memory(err);
    while (n > 0 && size <= FASTA_INDEX_BYTES_MAX) {
        n = read(fd, *text + size, FASTA_INDEX_BYTES_MAX + 1 - size);
        if (n > 0)
            size += (size_t)n;
    }
    (*text)[size] = 0;
    if (n == 0 && strlen(*text) == size)
        return true;
    free(*text);
    return err_set(err, ERR_INVALID,
                   "the index of the FASTA cannot be read, is no index, or has more than %u bytes",
                   FASTA_INDEX_BYTES_MAX);
}

/* A whole number that ends at a tab or at the line's end; moves *text behind it. */
static bool take_number(const char **text, uint64_t max, uint64_t *value)
{
    uint64_t sum;
    const char *p = *text;

    if (!number_leading(&p, max, &sum))
        return false;
    if (*p != '\t' && *p != '\n' && *p != '\r' && *p)
        return false;
    *text = *p == '\t' ? p + 1 : p;
    *value = sum;
    return true;
}

static bool take_line(struct fasta *fasta, const char *line)
{
    const char *tab = strchr(line, '\t');
    uint64_t length, offset, bases, width;
    struct contig contig;
    const char *p;
    int chromosome;

    if (!tab)
        return false;
    p = tab + 1;
    if (!take_number(&p, INT64_MAX / 4, &length) || !take_number(&p, INT64_MAX / 4, &offset) ||
        !take_number(&p, 1u << 20, &bases) || !take_number(&p, 1u << 20, &width) || !bases ||
        width <= bases)
        return false;
    contig = contig_of(line, (size_t)(tab - line));
    chromosome = contig.kind == CONTIG_CHROMOSOME && !contig.foreign_mt ? contig.chromosome : 0;
    if (chromosome > 0 && length <= PLACE_POSITION_MAX && !fasta->sequences[chromosome].length)
        fasta->sequences[chromosome] = (struct sequence){.length = (uint32_t)length,
                                                         .offset = offset,
                                                         .line_bases = (uint32_t)bases,
                                                         .line_width = (uint32_t)width};
    return true;
}

static bool take_index(struct fasta *fasta, const char *text, struct err *err)
{
    unsigned number = 1;

    for (const char *line = text; *line; number++) {
        const char *newline = strchr(line, '\n');

        if (!newline || !take_line(fasta, line))
            return err_set(err, ERR_INVALID,
                           "line %u of the FASTA's index has not the form of samtools faidx",
                           number);
        line = newline + 1;
    }
    return true;
}

bool fasta_open(int fd, int index_fd, struct fasta **out, struct err *err)
{
    assert(out);
    struct fasta *fasta;
    char *text, first;
    bool ok;

    if (pread(fd, &first, 1, 0) != 1 || first != '>')
        return err_set(err, ERR_INVALID,
                       "the reference is not a plain FASTA; unpack it (bgzip -d) and index it "
                       "(samtools faidx)");
    if (!read_index(index_fd, &text, err))
        return false;
    fasta = calloc(1, sizeof(*fasta));
    ok = fasta || err_memory(err);
    if (ok)
        fasta->fd = fd;
    ok = ok && take_index(fasta, text, err);
    free(text);
    if (!ok) {
        fasta_close(fasta);
        return false;
    }
    *out = fasta;
    return true;
}

void fasta_close(struct fasta *fasta)
{
    free(fasta);
}

uint32_t fasta_length(const struct fasta *fasta, unsigned chromosome)
{
    return chromosome <= CHROMOSOMES ? fasta->sequences[chromosome].length : 0;
}

/* Centred, because left-aligning walks backwards. */
static bool load(struct fasta *fasta, uint64_t offset)
{
    uint64_t start = offset > BLOCK_BYTES / 2 ? offset - BLOCK_BYTES / 2 : 0;
    ssize_t n = pread(fasta->fd, fasta->block, BLOCK_BYTES, (off_t)start);

    fasta->block_at = start;
    fasta->block_size = n > 0 ? (size_t)n : 0;
    return offset - start < fasta->block_size;
}

char fasta_base(struct fasta *fasta, unsigned chromosome, uint32_t position)
{
    const struct sequence *sequence;
    uint64_t offset;
    char base;

    if (!position || position > fasta_length(fasta, chromosome))
        return 0;
    sequence = &fasta->sequences[chromosome];
    offset = sequence->offset +
             (uint64_t)((position - 1) / sequence->line_bases) * sequence->line_width +
             (position - 1) % sequence->line_bases;
    if ((offset < fasta->block_at || offset - fasta->block_at >= fasta->block_size) &&
        !load(fasta, offset))
        return 0;
    base = (char)toupper((unsigned char)fasta->block[offset - fasta->block_at]);
    return isalpha((unsigned char)base) ? base : 0;
}

enum fasta_match fasta_compare(struct fasta *fasta, unsigned chromosome, uint32_t position,
                               const char *bases, size_t n)
{
    enum fasta_match match = FASTA_SILENT;
    uint32_t length = fasta_length(fasta, chromosome);

    if (!length)
        return FASTA_SILENT;
    if (!position || position > length || n > length - position + 1)
        return FASTA_DIFFERS;
    for (size_t i = 0; i < n; i++) {
        char base = fasta_base(fasta, chromosome, position + (uint32_t)i);
        char own = (char)toupper((unsigned char)bases[i]);

        if (!base)
            return FASTA_DIFFERS; /* the file is shorter than its index says */
        if (!strchr("ACGT", base) || !own || !strchr("ACGT", own))
            continue;
        if (own != base)
            return FASTA_DIFFERS;
        match = FASTA_AGREES;
    }
    return match;
}
