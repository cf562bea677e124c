/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/trial.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/import/inputs.h"
#include "node/import/lines.h"
#include "node/import/vcf_line.h"
#include "node/terms/contig.h"
#include "node/terms/fasta.h"

#define MT 25
#define COMPARED_ENOUGH 4096u
#define BYTES_ENOUGH (64u * 1024 * 1024)

static uint64_t most_compared(const struct trial *trial)
{
    uint64_t a = trial->bases[ASSEMBLY_GRCH37].compared, b = trial->bases[ASSEMBLY_GRCH38].compared;

    return a > b ? a : b;
}

static void compare(struct fasta *reference, const struct contig *contig,
                    const struct vcf_line *line, struct assembly_bases *bases)
{
    enum fasta_match match =
        fasta_compare(reference, (unsigned)contig->chromosome, vcf_line_position(line),
                      line->ref.text, line->ref.length);

    bases->compared += match != FASTA_SILENT;
    bases->differ += match == FASTA_DIFFERS;
}

static void take_record(const char *text, size_t size, struct fasta *const references[3],
                        struct trial *trial)
{
    struct vcf_line line;
    struct contig contig;

    if (!vcf_line_split(text, size, &line)) {
        trial->only_chrm = false;
        return;
    }
    contig = contig_of(line.chromosome.text, line.chromosome.length);
    trial->only_chrm &= contig.kind == CONTIG_CHROMOSOME && contig.chromosome == MT && contig.chr;
    if (contig.kind != CONTIG_CHROMOSOME || contig.chromosome == MT)
        return;
    for (int i = ASSEMBLY_GRCH37; i <= ASSEMBLY_GRCH38; i++)
        if (references[i])
            compare(references[i], &contig, &line, &trial->bases[i]);
}

static bool read_lines(struct lines *lines, struct fasta *const references[3], struct trial *trial,
                       struct err *err)
{
    bool has_reference = references[ASSEMBLY_GRCH37] || references[ASSEMBLY_GRCH38], any = false;
    uint64_t bytes = 0;
    char *line;
    size_t size;

    trial->only_chrm = true;
    while (bytes < BYTES_ENOUGH && most_compared(trial) < COMPARED_ENOUGH &&
           (has_reference || trial->only_chrm)) {
        if (!lines_next(lines, &line, &size, err))
            return false;
        if (!line) {
            trial->only_chrm &= any;
            return true;
        }
        bytes += size;
        if (size && *line == '#')
            continue;
        any = true;
        take_record(line, size, references, trial);
    }
    trial->only_chrm = false;
    return true;
}

bool trial_read(const struct run_input *file, uint64_t inflation_max,
                struct fasta *const references[3], struct trial *trial, struct err *err)
{
    assert(file);
    struct lines *lines = NULL;
    int copy = dup(file->fd);
    bool ok;

    *trial = (struct trial){0};
    if (copy < 0)
        return err_set(err, ERR_INTERNAL, "dup: %s", strerror(errno));
    ok = lines_open(copy, file->bytes, inflation_max, &lines, err) &&
         read_lines(lines, references, trial, err);
    lines_close(lines);
    if (ok && lseek(file->fd, 0, SEEK_SET) != 0)
        ok = err_set(err, ERR_INVALID, "the input is not a regular file");
    return ok;
}
