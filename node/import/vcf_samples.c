/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/vcf_samples.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/identity.h"
#include "node/import/sample_map.h"
#include "node/import/sample_origin.h"
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
    bool structural; /* a file of structural variants: it is no peer of one of small variants */
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
 * (node/store/peer.h). A column that is called TUMOR in every file is one sample a person.
 */
static bool make_keys(const struct run_job *job, const struct file_parts *parts, const char *sample,
                      const char *person, struct stream_unit *unit, struct err *err)
{
    const struct vcf_options *options = job->options;
    char text[3 * (HEX_BYTES - 1) + 1];
    struct person_id hash;

    if (!add_part(job, "sample", sample, text, err) ||
        (sample_origin_is_role(sample) && !add_part(job, text, person, text, err)))
        return false;
    memcpy(text + HEX_BYTES - 1, parts->assay, HEX_BYTES - 1);
    memcpy(text + 2 * (HEX_BYTES - 1), parts->file, HEX_BYTES);
    if (!identity_hash(job->identity, "entry", text, &hash, err))
        return false;
    memcpy(unit->key.b, hash.b, sizeof(unit->key.b));
    if (options->beside)
        return true;
    text[2 * (HEX_BYTES - 1)] = 0;
    if (!identity_hash(job->identity, parts->structural ? "structural_peer" : "peer", text, &hash,
                       err))
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
           make_keys(job, parts, sample, person, &unit, err) &&
           stream_put_unit(job->out, &unit, err);
}

/* The samples of a file, and what is known of each. */
struct settled {
    const struct header *header;
    const struct sample_map *map;      /* NULL: a sample's name is its person's id */
    const struct sample_map_row **row; /* by sample, where there is a map */
    enum sample_type *types;
    bool somatic; /* the calls of the file are those of its tumours */
    struct role_check roles;
};

static bool find_rows(struct settled *of, struct err *err)
{
    for (uint32_t i = 0; of->map && i < of->header->n_samples; i++) {
        of->row[i] = sample_map_find(of->map, of->header->samples[i]);
        if (!of->row[i])
            return err_set(err, ERR_INVALID,
                           "sample %u of %u (column %u of the #CHROM line) is not in the table of "
                           "--persons; add its row, and nothing was imported",
                           i + 1, of->header->n_samples, i + 10);
        of->types[i] = of->row[i]->type;
    }
    return true;
}

/* A normal's column of a somatic file lists only where the tumour differs: nothing of it is kept.
 */
static bool is_silent(const struct settled *of, uint32_t i)
{
    return of->somatic && of->types[i] == SAMPLE_NORMAL;
}

/*
 * A tumour's sample is named for itself and not for its person, of whom there are other samples;
 * and a tumour and its normal are of one person.
 */
static bool check_persons(struct settled *of, struct err *err)
{
    uint32_t tumours = 0, normals = 0, tumour = 0, normal = 0;

    for (uint32_t i = 0; i < of->header->n_samples; i++) {
        bool role = sample_origin_is_role(of->header->samples[i]);

        if (!of->map && (role || (of->somatic && !is_silent(of, i))))
            return err_set(err, ERR_INVALID,
                           "sample_unmapped: column %u of the #CHROM line is named for a sample "
                           "and not for its person: give the table of --persons; nothing was "
                           "imported",
                           i + 10);
        tumours += sample_type_is(of->types[i], ORIGIN_SOMATIC);
        normals += is_silent(of, i);
        tumour = sample_type_is(of->types[i], ORIGIN_SOMATIC) ? i : tumour;
        normal = is_silent(of, i) ? i : normal;
    }
    of->roles = (struct role_check){
        .pair = tumours == 1 && normals == 1, .tumour = tumour, .normal = normal};
    if (of->map && of->roles.pair && strcmp(of->row[tumour]->person, of->row[normal]->person) != 0)
        return err_set(err, ERR_INVALID,
                       "the table of --persons gives the tumour (column %u) and its normal (column "
                       "%u) to two persons; nothing was imported",
                       tumour + 10, normal + 10);
    return true;
}

static bool put_units(const struct settled *of, const struct run_job *job, struct err *err)
{
    struct file_parts parts = {.structural = sv_caller_judged(&of->header->sv) != 0};

    if (!add_file_parts(job, &parts, err))
        return false;
    for (uint32_t i = 0; i < of->header->n_samples; i++) {
        const char *sample = of->header->samples[i];

        if (!is_silent(of, i) &&
            !put_unit(job, &parts, sample, of->map ? of->row[i]->person : sample, err))
            return err_wrap(err, "sample %u: ", i + 1);
    }
    return true;
}

static bool put_samples(const struct settled *of, struct run_job *job, struct err *err)
{
    uint32_t unit = 0;

    for (uint32_t i = 0; i < of->header->n_samples; i++) {
        struct stream_sample sample = {
            .type = of->types[i], .silent = is_silent(of, i), .taken = PERSON_NO_DATE};

        if (!sample.silent)
            sample.unit = unit++;
        if (of->map && *of->row[i]->tissue)
            sample.tissue = of->row[i]->tissue;
        if (of->map)
            sample.taken = of->row[i]->taken;
        if (!stream_put_sample(job->out, &sample, err))
            return false;
    }
    return true;
}

static bool put_all(struct settled *of, struct run_job *job, struct err *err)
{
    const struct header *header = of->header;
    const struct vcf_options *options = job->options;
    struct stream_callset callset = {.assembly = (uint8_t)header->assembly,
                                     .has_af = header->has_af,
                                     .has_annotation = header->has_annotation,
                                     .judges_sites = true,
                                     .judged = sv_caller_judged(&header->sv)};
    struct sample_origin_columns columns = {header->samples, header->n_samples, of->types};

    return find_rows(of, err) &&
           sample_origin_settle(&header->origin, options->origin, &columns, &of->somatic, err) &&
           check_persons(of, err) && put_units(of, job, err) &&
           stream_put_callset(job->out, &callset, err) && put_samples(of, job, err);
}

bool vcf_samples_put(const struct header *header, struct run_job *job, bool *somatic,
                     struct role_check *roles, struct err *err)
{
    assert(header && job && somatic);
    const struct vcf_options *options = job->options;
    struct settled of = {.header = header};
    struct sample_map *map = NULL;
    bool ok = true;

    of.row = calloc((size_t)header->n_samples + 1, sizeof(*of.row));
    of.types = calloc((size_t)header->n_samples + 1, sizeof(*of.types));
    if (!of.row || !of.types)
        ok = err_memory(err);
    if (ok && options->persons != VCF_NO_INPUT)
        ok = sample_map_read(job->inputs[options->persons].fd, &map, err);
    of.map = map;
    ok = ok && put_all(&of, job, err);
    *somatic = of.somatic;
    *roles = of.roles;
    sample_map_free(map);
    free(of.row);
    free(of.types);
    return ok;
}
