/* SPDX-License-Identifier: Apache-2.0 */
#include "node/terms/fasta_copy.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/terms/contig.h"
#include "node/terms/term_file.h"
#include "proto/query/place.h"

#define MT 25
#define HG19_MT_BASES 16571u /* another sequence than that of the two assemblies */
#define LINE_BASES 60u
#define PIECE_BYTES ((size_t)1 << 20)
#define NAME_BYTES 128 /* of a header line that are kept */

struct copier {
    struct fasta_copy *copy;
    const struct fasta_copy_options *options;
    int to;
    crypto_generichash_state hash;
    bool any;       /* a header line was seen */
    bool in_header; /* within a header line */
    bool at_start;  /* of a line */
    char name[NAME_BYTES];
    size_t name_size;
    int chromosome; /* whose bases come; 0: of none */
    uint64_t bases; /* so far of this sequence */
    uint64_t line;
    size_t out_size;
    char *out;
    struct err *err;
};

static bool refuse(struct copier *copier, const char *what)
{
    return err_set(copier->err, ERR_INVALID, "line %llu: %s", (unsigned long long)copier->line,
                   what);
}

/* ---- out ------------------------------------------------------------------------------------- */

static bool flush(struct copier *copier)
{
    size_t at = 0;

    (void)crypto_generichash_update(&copier->hash, (const uint8_t *)copier->out, copier->out_size);
    while (at < copier->out_size) {
        ssize_t n = write(copier->to, copier->out + at, copier->out_size - at);

        if (n < 0 && errno != EINTR)
            return err_set(copier->err, ERR_UNAVAILABLE, "writing the reference: %s",
                           strerror(errno));
        at += n > 0 ? (size_t)n : 0;
    }
    copier->copy->bytes += copier->out_size;
    copier->out_size = 0;
    return true;
}

static bool put(struct copier *copier, char c)
{
    copier->out[copier->out_size++] = c;
    return copier->out_size < PIECE_BYTES || flush(copier);
}

static bool put_text(struct copier *copier, const char *text)
{
    for (; *text; text++)
        if (!put(copier, *text))
            return false;
    return true;
}

/* ---- a sequence ------------------------------------------------------------------------------ */

static bool refuse_length(struct copier *copier, const char *name)
{
    return err_set(copier->err, ERR_INVALID,
                   "chromosome %s has %llu bases; it has %u in GRCh37 and %u in GRCh38", name,
                   (unsigned long long)copier->bases,
                   place_chromosome_length(ASSEMBLY_GRCH37, copier->chromosome),
                   place_chromosome_length(ASSEMBLY_GRCH38, copier->chromosome));
}

/* The lengths of the chromosomes agree on one assembly, and with what the operator said. */
static bool judge_length(struct copier *copier)
{
    const char *name = place_chromosome_name(copier->chromosome);
    struct fasta_copy *copy = copier->copy;
    bool is37 = copier->bases == place_chromosome_length(ASSEMBLY_GRCH37, copier->chromosome);
    bool is38 = copier->bases == place_chromosome_length(ASSEMBLY_GRCH38, copier->chromosome);
    enum ast_assembly of = is37 ? ASSEMBLY_GRCH37 : ASSEMBLY_GRCH38;

    if (!is37 && !is38)
        return refuse_length(copier, name);
    if (is37 && is38)
        return true;
    if (copier->options->wanted && of != copier->options->wanted)
        return err_set(copier->err, ERR_INVALID,
                       "chromosome %s has the length of %s, and --assembly says %s", name,
                       place_assembly_name(of), place_assembly_name(copier->options->wanted));
    if (copy->assembly && of != copy->assembly)
        return err_set(copier->err, ERR_INVALID,
                       "chromosome %s has the length of %s, and those before it of %s", name,
                       place_assembly_name(of), place_assembly_name(copy->assembly));
    copy->assembly = of;
    return true;
}

static bool index_sequence(struct copier *copier, uint64_t offset)
{
    struct fasta_copy *copy = copier->copy;
    size_t at = strlen(copy->index);
    int n = snprintf(copy->index + at, sizeof(copy->index) - at, "%s\t%llu\t%llu\t%u\t%u\n",
                     place_chromosome_name(copier->chromosome), (unsigned long long)copier->bases,
                     (unsigned long long)offset, LINE_BASES, LINE_BASES + 1);

    assert(n > 0 && (size_t)n < sizeof(copy->index) - at);
    copy->lengths[copier->chromosome] = (uint32_t)copier->bases;
    copy->n++;
    return true;
}

static bool end_sequence(struct copier *copier)
{
    uint64_t bases = copier->bases, lines = (bases + LINE_BASES - 1) / LINE_BASES;
    struct fasta_copy *copy = copier->copy;

    if (!copier->chromosome)
        return true;
    if (!bases)
        return refuse(copier, "a chromosome without bases");
    if (copier->chromosome == MT && bases == HG19_MT_BASES) {
        copier->out_size = 0; /* begin_sequence() has emptied it before */
        copy->skipped++;
        return true;
    }
    if (bases % LINE_BASES && !put(copier, '\n'))
        return false;
    return judge_length(copier) &&
           index_sequence(copier, copy->bytes + copier->out_size - bases - lines);
}

static bool begin_sequence(struct copier *copier)
{
    struct contig contig;

    copier->name[copier->name_size] = 0;
    copier->name_size = strcspn(copier->name, " \t\r");
    contig = contig_of(copier->name, copier->name_size);
    copier->chromosome =
        contig.kind == CONTIG_CHROMOSOME && !contig.foreign_mt ? contig.chromosome : 0;
    copier->bases = 0;
    if (contig.kind == CONTIG_FOREIGN)
        return refuse(copier, "a chromosome of an assembly that is neither GRCh37 nor GRCh38");
    if (!copier->chromosome) {
        copier->copy->skipped++;
        return true;
    }
    if (copier->copy->lengths[copier->chromosome])
        return refuse(copier, "a chromosome that the file has already");
    if (copier->chromosome == MT && !flush(copier)) /* so that it can be left out */
        return false;
    return put(copier, '>') && put_text(copier, place_chromosome_name(copier->chromosome)) &&
           put(copier, '\n');
}

/* Upper case where it is a base or an ambiguity code (IUPAC), else 0. */
static char base_of(char c)
{
    char upper = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;

    return upper && strchr("ACGTNRYSWKMBDHVU", upper) ? upper : 0;
}

static bool take_bases(struct copier *copier, const char *text, size_t n)
{
    if (n && text[n - 1] == '\r')
        n--;
    for (size_t i = 0; copier->chromosome && i < n; i++) {
        char base = base_of(text[i]);

        if (!base)
            return refuse(copier, "a letter that is no base");
        if (copier->bases == PLACE_POSITION_MAX)
            return refuse(copier, "a chromosome longer than any");
        if (!put(copier, base))
            return false;
        if (++copier->bases % LINE_BASES == 0 && !put(copier, '\n'))
            return false;
    }
    return true;
}

/* ---- the file -------------------------------------------------------------------------------- */

static void keep_name(struct copier *copier, const char *text, size_t n)
{
    size_t room = NAME_BYTES - 1 - copier->name_size, kept = n < room ? n : room;

    memcpy(copier->name + copier->name_size, text, kept);
    copier->name_size += kept;
}

/* A line, or what of it is in the piece; ended: its line feed follows. */
static bool take_part(struct copier *copier, const char *text, size_t n, bool ended)
{
    if (copier->at_start && n && *text == '>') {
        if (!end_sequence(copier))
            return false;
        copier->any = copier->in_header = true;
        copier->name_size = 0;
        text++;
        n--;
    }
    copier->at_start = ended;
    if (!copier->any && n)
        return refuse(copier, "not a FASTA: its first line does not begin with \">\"");
    if (!copier->in_header)
        return take_bases(copier, text, n);
    keep_name(copier, text, n);
    copier->in_header = !ended;
    return !ended || begin_sequence(copier);
}

static bool take_piece(struct copier *copier, const char *piece, size_t n)
{
    for (size_t at = 0; at < n;) {
        const char *end = memchr(piece + at, '\n', n - at);
        size_t size = end ? (size_t)(end - piece) - at : n - at;

        if (!take_part(copier, piece + at, size, end != NULL))
            return false;
        at += size + (end != NULL);
        copier->line += end != NULL;
    }
    return true;
}

static bool take_file(struct copier *copier, struct term_file *from, char *piece)
{
    for (;;) {
        ssize_t n = term_file_read(from, piece, PIECE_BYTES);

        if (n < 0) {
            *copier->err = *term_file_error(from);
            return false;
        }
        if (n == 0)
            break;
        if (!take_piece(copier, piece, (size_t)n))
            return false;
        if (copier->options->progress)
            copier->options->progress(copier->options->progress_of, term_file_consumed(from),
                                      term_file_bytes(from));
    }
    if (copier->in_header)
        return refuse(copier, "the file ends within a name: it was cut off");
    return end_sequence(copier) && flush(copier);
}

static bool conclude(struct copier *copier)
{
    (void)crypto_generichash_final(&copier->hash, copier->copy->hash, sizeof(copier->copy->hash));
    if (!copier->any)
        return refuse(copier, "not a FASTA: the file is empty");
    return copier->copy->assembly ||
           err_set(copier->err, ERR_INVALID,
                   "no chromosome 1..22, X or Y is in it, so that it fits no assembly");
}

bool fasta_copy(struct term_file *from, int to, const struct fasta_copy_options *options,
                struct fasta_copy *copy, struct err *err)
{
    assert(from && options && copy);
    struct copier *copier = calloc(1, sizeof(*copier));
    char *piece = malloc(PIECE_BYTES);
    char *out = malloc(PIECE_BYTES);
    bool ok;

    *copy = (struct fasta_copy){0};
    if (copier)
        *copier = (struct copier){.copy = copy,
                                  .options = options,
                                  .to = to,
                                  .at_start = true,
                                  .line = 1,
                                  .out = out,
                                  .err = err};
    ok = (copier && piece && out) || err_memory(err);
    if (ok) {
        (void)crypto_generichash_init(&copier->hash, NULL, 0, sizeof(copy->hash));
        ok = take_file(copier, from, piece) && conclude(copier);
    }
    free(out);
    free(piece);
    free(copier);
    return ok;
}
