/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/vcf_samples.h"

#include <assert.h>
#include <string.h>

#include "node/import/identity.h"
#include "node/import/sample_map.h"
#include "node/import/vcf.h"
#include "proto/base/bytes.h"

#define HEX_BYTES 33u /* of a 16-byte hash, with its NUL */

/* Appends the hash of a part of the key, so that the whole has a fixed length. */
static bool add_part(const struct run_job *job, const char *domain, const char *text, char *out,
                     struct err *err)
{
    struct person_id hash;

    if (!identity_hash(job->identity, domain, text, &hash, err))
        return false;
    bytes_to_hex(hash.b, sizeof(hash.b), out);
    return true;
}

/* The parts of the keys that are the same for all samples of a file. */
struct file_parts {
    char assay[HEX_BYTES];
    char file[HEX_BYTES];
};

static bool add_file_parts(const struct run_job *job, struct file_parts *parts, struct err *err)
{
    const struct vcf_options *options = job->options;

    return add_part(job, "assay", options->assay ? options->assay : "-", parts->assay, err) &&
           add_part(job, "file", job->inputs[0].name, parts->file, err);
}

/*
 * Makes the keys of a sample. The same sample of the same assay in a file of the same name has the
 * same key, so that it counts as delivered again. In a file of another name it is a peer
 * (node/store/peer.h).
 */
static bool make_keys(const struct run_job *job, const struct file_parts *parts, const char *sample,
                      struct stream_unit *unit, struct err *err)
{
    const struct vcf_options *options = job->options;
    char text[3 * (HEX_BYTES - 1) + 1];
    struct person_id hash;

    if (!add_part(job, "sample", sample, text, err))
        return false;
    memcpy(text + HEX_BYTES - 1, parts->assay, HEX_BYTES - 1);
    memcpy(text + 2 * (HEX_BYTES - 1), parts->file, HEX_BYTES);
    if (!identity_hash(job->identity, "entry", text, &hash, err))
        return false;
    memcpy(unit->key.b, hash.b, sizeof(unit->key.b));
    if (options->beside)
        return true;
    text[2 * (HEX_BYTES - 1)] = 0;
    if (!identity_hash(job->identity, "peer", text, &hash, err))
        return false;
    memcpy(unit->peer.b, hash.b, sizeof(unit->peer.b));
    return true;
}

static bool put_unit(const struct run_job *job, const struct file_parts *parts, const char *sample,
                     const char *person, struct err *err)
{
    struct stream_unit unit = {.facts = person_facts_none()};
    struct identity_who who = {.id = person};

    return identity_person(job->identity, &who, &unit.person, err) &&
           make_keys(job, parts, sample, &unit, err) && stream_put_unit(job->out, &unit, err);
}

static bool put_units(const struct header *header, const struct run_job *job,
                      const struct sample_map *map, struct err *err)
{
    struct file_parts parts;

    if (!add_file_parts(job, &parts, err))
        return false;
    for (uint32_t i = 0; i < header->n_samples; i++) {
        const char *sample = header->samples[i];
        const char *person = map ? sample_map_person(map, sample) : sample;

        if (!person)
            return err_set(err, ERR_INVALID,
                           "sample %u of %u (column %u of the #CHROM line) is not in the table of "
                           "--persons; add its row, and nothing was imported",
                           i + 1, header->n_samples, i + 10);
        if (!put_unit(job, &parts, sample, person, err))
            return err_wrap(err, "sample %u: ", i + 1);
    }
    return true;
}

bool vcf_samples_put(const struct header *header, struct run_job *job, struct err *err)
{
    assert(header && job);
    const struct vcf_options *options = job->options;
    struct stream_callset callset = {.assembly = (uint8_t)header->assembly,
                                     .has_af = header->has_af,
                                     .has_annotation = header->has_annotation,
                                     .judges_sites = true};
    struct sample_map *map = NULL;
    bool ok = true;

    if (options->persons != VCF_NO_INPUT)
        ok = sample_map_read(job->inputs[options->persons].fd, &map, err);
    ok = ok && put_units(header, job, map, err);
    sample_map_free(map);
    ok = ok && stream_put_callset(job->out, &callset, err);
    for (uint32_t i = 0; ok && i < header->n_samples; i++)
        ok = stream_put_sample(job->out, &(struct stream_sample){.unit = i}, err);
    return ok;
}
