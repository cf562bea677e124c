/* SPDX-License-Identifier: Apache-2.0 */
#include "node/snapshot/snapshot_reference.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "node/snapshot/snapshot_inside.h"
#include "node/terms/alleles.h"
#include "node/terms/fasta.h"
#include "proto/base/arena.h"
#include "proto/base/file.h"
#include "proto/query/place.h"

static int open_file(const struct snapshot *snapshot, const struct manifest_reference *of,
                     const char *kind, char path[static PATH_MAX], struct err *err)
{
    int fd = -1;

    if (!manifest_path(snapshot->folder, of->hash, kind, path, PATH_MAX))
        err_set(err, ERR_INVALID, "the path %s is too long", snapshot->folder);
    else if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
        err_set(err, ERR_INTERNAL, "the snapshot lacks %s: %s", path, strerror(errno));
    return fd;
}

/* The index decides where bases are read, so it is checked; it is small. */
static bool open_reference(const struct snapshot *snapshot, const struct manifest_reference *of,
                           struct snapshot_fasta *open, struct err *err)
{
    char path[PATH_MAX];
    uint8_t hash[32];
    int index = open_file(snapshot, of, "index", path, err);
    bool ok = index >= 0 && file_hash(path, hash, err);

    if (ok && memcmp(hash, of->index_hash, sizeof(hash)) != 0)
        ok =
            err_set(err, ERR_INTERNAL, "%s does not have the content that the manifest says", path);
    if (ok) {
        open->fd = open_file(snapshot, of, "reference", path, err);
        ok = open->fd >= 0 && fasta_open(open->fd, index, &open->fasta, err);
        if (!ok && open->fd >= 0)
            (void)close(open->fd);
    }
    if (index >= 0)
        (void)close(index);
    return ok;
}

void snapshot_reference_close(struct snapshot *snapshot)
{
    for (int i = 0; i < ASSEMBLIES; i++) {
        struct snapshot_fasta *open = &snapshot->references[i];

        if (open->fasta)
            (void)close(open->fd);
        fasta_close(open->fasta);
        *open = (struct snapshot_fasta){0};
    }
}

/* *fasta is NULL where there is none, or where it lacks the chromosome. */
static bool find_reference(struct snapshot *snapshot, const struct variant *variant,
                           struct fasta **fasta, struct err *err)
{
    const struct manifest_reference *of = &snapshot->manifest.references[variant->assembly];
    struct snapshot_fasta *open = &snapshot->references[variant->assembly];

    *fasta = NULL;
    if (!of->there)
        return true;
    if (!open->fasta && !open_reference(snapshot, of, open, err))
        return false;
    if (fasta_length(open->fasta, variant->chromosome))
        *fasta = open->fasta;
    return true;
}

static bool refuse_base(struct fasta *fasta, const struct variant *variant, struct err *err)
{
    const char *name = place_chromosome_name(variant->chromosome);

    for (uint32_t i = 0; variant->ref[i]; i++) {
        char base = fasta_base(fasta, variant->chromosome, variant->position + i);

        if (base && strchr("ACGT", base) && base != variant->ref[i])
            return err_set(err, ERR_INVALID,
                           "REF of a change is not what the reference has: %s:%s:%u is %c there",
                           place_assembly_name((enum ast_assembly)variant->assembly), name,
                           variant->position + i, base);
    }
    return err_set(err, ERR_INVALID, "REF of a change lies past the end of chromosome %s", name);
}

static uint32_t bases_before(struct fasta *fasta, const struct variant *variant)
{
    bool indel = variant_is_indel(variant);
    uint32_t n = 0, at = variant->position - !indel;

    while (n < at && n < SNAPSHOT_BEFORE_MAX) {
        char base = fasta_base(fasta, variant->chromosome, at - n);

        if (!base || (!strchr(variant->ref + indel, base) && !strchr(variant->alt + indel, base)))
            break;
        n++;
    }
    return n + !indel;
}

bool snapshot_reference_spell(struct snapshot *snapshot, const struct variant *variant,
                              struct arena *arena, struct snapshot_spelling *spelling,
                              struct err *err)
{
    size_t ref = strlen(variant->ref), alt = strlen(variant->alt);
    struct allele allele = {.chromosome = variant->chromosome, .position = variant->position};
    struct fasta *fasta;
    enum allele_fault fault;

    assert(variant->chromosome <= CHROMOSOME_MT && ref && alt);
    *spelling = (struct snapshot_spelling){.variant = *variant};
    if (!find_reference(snapshot, variant, &fasta, err))
        return false;
    if (!fasta)
        return true;
    allele.ref = arena_array(arena, ref + 1, 1);
    allele.alt = arena_array(arena, alt + 1, 1);
    if (!allele.ref || !allele.alt)
        return err_memory(err);
    fault = allele_set(&allele, variant->ref, ref, variant->alt, alt);
    if (fault == ALLELE_OK)
        fault = allele_normalise(&allele, fasta);
    if (fault == ALLELE_REFERENCE)
        return refuse_base(fasta, variant, err);
    if (fault != ALLELE_OK)
        return true;
    spelling->known = true;
    spelling->variant.position = allele.position;
    spelling->variant.ref = allele.ref;
    spelling->variant.alt = allele.alt;
    spelling->reach = allele_reach(&allele, fasta);
    spelling->before = bases_before(fasta, &spelling->variant);
    return true;
}
