/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interpretations[].diagnosis.genomicInterpretations[] → the variants that the person carries.
 *
 * A variant without usable coordinates is kept by its gene and what the packet calls it: an HGVS
 * expression where there is one, else label, description or id.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/import/packet_inside.h"
#include "node/store/note.h"
#include "node/store/variant.h"
#include "node/terms/alleles.h"
#include "proto/base/arena.h"
#include "proto/base/json.h"
#include "proto/base/number.h"
#include "proto/query/gene_symbol.h"
#include "proto/query/place.h"

/* Paths, short enough for a report (REJECTS_FIELD_MAX). */
#define GI "genomicInterpretations[]"
#define VD GI ".variationDescriptor"
#define UNNAMED "unnamed variant"

static uint8_t assembly_of(const char *name)
{
    static const struct {
        const char *prefix;
        uint8_t assembly;
    } names[] = {
        {"GRCh38", VARIANT_GRCH38}, {"hg38", VARIANT_GRCH38}, {"GRCh37", VARIANT_GRCH37},
        {"hg19", VARIANT_GRCH37},   {"b37", VARIANT_GRCH37},
    };

    for (size_t i = 0; name && i < sizeof(names) / sizeof(names[0]); i++) {
        size_t n = strlen(names[i].prefix);

        /* "GRCh38.p13" is GRCh38 */
        if (strncasecmp(name, names[i].prefix, n) == 0 && (name[n] == 0 || name[n] == '.'))
            return names[i].assembly;
    }
    return 0;
}

/* A position as a number, or as text as protobuf's JSON writes 64-bit numbers; 0 when neither. */
static uint32_t position_of(const cJSON *record)
{
    const char *text = json_text(record, "pos");
    uint64_t written;
    int64_t number = 0;

    if (text && number_whole(text, strlen(text), VARIANT_POSITION_MAX, &written)) {
        number = (int64_t)written;
    } else if (!json_int(record, "pos", &number)) {
        return 0;
    }
    return number > 0 && number <= VARIANT_POSITION_MAX ? (uint32_t)number : 0;
}

static bool bases(const char *text)
{
    return text && allele_class(text, strlen(text)) == ALLELE_BASES;
}

/* Trim ref and alt into the arena; *placed is false when they are no change. */
static bool set_alleles(struct packet_reading *reading, const char *ref, const char *alt,
                        struct packet_variant *variant, bool *placed)
{
    struct arena *arena = reading->reader->arena;
    struct allele allele = {.chromosome = variant->chromosome, .position = variant->position};

    /* without a reference nothing moves to the left, so the alleles only get shorter */
    allele.ref = arena_alloc(arena, strlen(ref) + 1);
    allele.alt = arena_alloc(arena, strlen(alt) + 1);
    if (!allele.ref || !allele.alt)
        return packet_fail(reading, "no memory for a packet's variants");
    *placed = allele_set(&allele, ref, strlen(ref), alt, strlen(alt)) == ALLELE_OK &&
              allele_normalise(&allele, NULL) == ALLELE_OK;
    if (!*placed)
        return true;
    variant->position = allele.position;
    variant->ref = allele.ref;
    variant->alt = allele.alt;
    return true;
}

/* Coordinates, where the packet gives usable ones. */
static bool set_place(struct packet_reading *reading, const cJSON *record,
                      struct packet_variant *variant)
{
    const char *chromosome = json_text(record, reading->v1 ? "chr" : "chrom");
    const char *ref = json_text(record, "ref");
    const char *alt = json_text(record, "alt");
    bool placed = false;

    if (!record)
        return true;
    variant->assembly = assembly_of(json_text(record, "genomeAssembly"));
    variant->chromosome =
        chromosome ? (uint8_t)place_chromosome_by_name(chromosome, strlen(chromosome)) : 0;
    variant->position = position_of(record);
    if (variant->assembly && variant->chromosome && variant->position &&
        variant->position <=
            place_chromosome_length((enum ast_assembly)variant->assembly, variant->chromosome) &&
        bases(ref) && bases(alt) && !set_alleles(reading, ref, alt, variant, &placed))
        return false;
    if (placed)
        return true;
    variant->assembly = 0;
    variant->chromosome = 0;
    variant->position = 0;
    return packet_warn(reading, REJECT_VARIANT_NO_PLACE, VD ".vcfRecord");
}

static bool set_gene(struct packet_reading *reading, const cJSON *descriptor,
                     struct packet_variant *variant)
{
    static const char path[] = VD ".geneContext";
    const cJSON *context = NULL;

    if (!packet_object(reading, descriptor, "geneContext", path, &context) ||
        !packet_text(reading, context, "symbol", path, &variant->gene))
        return false;
    if (!variant->gene || !*variant->gene) {
        variant->gene = NULL;
        return true;
    }
    if (!gene_symbol_is_one(variant->gene) || strlen(variant->gene) >= NOTE_GENE_BYTES_MAX)
        return packet_reject(reading, REJECT_VARIANT_FORM, path);
    return packet_guard(reading, variant->gene, path);
}

static const char *expression(const cJSON *descriptor, const char *syntax)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, json_array(descriptor, "expressions"))
    {
        const char *its = json_text(item, "syntax");

        if (its && strcmp(its, syntax) == 0 && json_text(item, "value"))
            return json_text(item, "value");
    }
    return NULL;
}

/* The packet's name of the variant: the most exact one that it gives, at worst the gene alone. */
static const char *name_of(const cJSON *descriptor)
{
    static const char *const syntaxes[] = {"hgvs.c", "hgvs.g", "hgvs.p", "hgvs.m", "hgvs.n",
                                           "hgvs.r", "hgvs",   "spdi",   "iscn"};
    static const char *const members[] = {"label", "description", "id"};

    for (size_t i = 0; i < sizeof(syntaxes) / sizeof(syntaxes[0]); i++) {
        const char *name = expression(descriptor, syntaxes[i]);

        if (name && *name)
            return name;
    }
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        const char *name = json_text(descriptor, members[i]);

        if (name && *name)
            return name;
    }
    return json_text(json_object(descriptor, "geneContext"), "symbol") ? UNNAMED : NULL;
}

/* A description into the arena; control characters as blanks. */
static bool keep_name(struct packet_reading *reading, const char *name, const char *path,
                      struct packet_variant *variant)
{
    char *copy;

    if (strlen(name) > PACKET_DESCRIPTION_MAX)
        return packet_reject(reading, REJECT_TOO_LONG, path);
    copy = arena_strdup(reading->reader->arena, name);
    if (!copy)
        return packet_fail(reading, "no memory for a packet's variants");
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    variant->description = copy;
    return packet_guard(reading, copy, path);
}

/* Needed without coordinates. */
static bool set_description(struct packet_reading *reading, const cJSON *descriptor,
                            struct packet_variant *variant)
{
    const char *name = name_of(descriptor);

    if (!name && variant->assembly)
        return true;
    if (!name)
        return packet_reject(reading, REJECT_VARIANT_FORM, VD);
    return keep_name(reading, name, VD, variant);
}

static enum call_code call_of(const cJSON *state)
{
    const char *id = json_text(state, "id");

    if (!id)
        return CALL_CARRIER;
    if (strcmp(id, "GENO:0000135") == 0 || strcmp(id, "GENO:0000402") == 0 ||
        strcmp(id, "GENO:0000458") == 0) /* heterozygous; compound, simple */
        return CALL_HET;
    if (strcmp(id, "GENO:0000136") == 0)
        return CALL_HOM;
    return strcmp(id, "GENO:0000134") == 0 ? CALL_HEMI : CALL_CARRIER;
}

static bool same_variant(const struct packet_variant *a, const struct packet_variant *b)
{
    if (a->assembly != b->assembly || a->chromosome != b->chromosome || a->position != b->position)
        return false;
    if (a->assembly)
        return strcmp(a->ref, b->ref) == 0 && strcmp(a->alt, b->alt) == 0;
    return strcmp(a->gene ? a->gene : "", b->gene ? b->gene : "") == 0 &&
           strcmp(a->description, b->description) == 0;
}

/* Adds the variant to the packet. When it is there already with another zygosity, its zygosity
 * becomes unknown. */
static void keep(struct packet *packet, const struct packet_variant *variant)
{
    for (size_t i = 0; i < packet->n_variants; i++) {
        if (!same_variant(&packet->variants[i], variant))
            continue;
        if (packet->variants[i].call != variant->call)
            packet->variants[i].call = CALL_CARRIER;
        return;
    }
    packet->variants[packet->n_variants++] = *variant;
}

/* Adds all variants anew, because two that lost their coordinates may now be the same. */
static void keep_again(struct packet *packet)
{
    size_t n = packet->n_variants;

    packet->n_variants = 0;
    for (size_t i = 0; i < n; i++) {
        struct packet_variant variant = packet->variants[i];

        keep(packet, &variant);
    }
}

/*
 * A sample has one assembly: where a packet has variants in both, those of GRCh37 are kept by gene
 * and description.
 */
static bool settle_assembly(struct packet_reading *reading)
{
    struct packet *packet = reading->packet;
    uint8_t newest = 0;

    for (size_t i = 0; i < packet->n_variants; i++)
        if (packet->variants[i].assembly > newest)
            newest = packet->variants[i].assembly;
    for (size_t i = 0; i < packet->n_variants; i++) {
        struct packet_variant *variant = &packet->variants[i];

        if (variant->assembly == 0 || variant->assembly == newest)
            continue;
        if (!variant->description)
            variant->description = UNNAMED;
        variant->assembly = variant->chromosome = 0;
        variant->position = 0;
        variant->ref = variant->alt = NULL;
        if (!packet_warn(reading, REJECT_VARIANT_NO_PLACE, VD ".vcfRecord.genomeAssembly"))
            return false;
    }
    keep_again(packet);
    return true;
}

static bool read_descriptor(struct packet_reading *reading, const cJSON *descriptor)
{
    static const char *const known[] = {"id",
                                        "label",
                                        "description",
                                        "geneContext",
                                        "expressions",
                                        "vcfRecord",
                                        "allelicState",
                                        "moleculeContext",
                                        "structuralType",
                                        "alternateLabels",
                                        "xrefs",
                                        "vrsRefAlleleSeq",
                                        NULL};
    struct packet_variant variant = {.call = call_of(json_object(descriptor, "allelicState"))};
    const cJSON *record = NULL;

    if (reading->packet->n_variants == PACKET_VARIANTS_MAX)
        return packet_reject(reading, REJECT_TOO_LONG, GI);
    if (!packet_members(reading, descriptor, VD, known) ||
        !packet_object(reading, descriptor, "vcfRecord", VD ".vcfRecord", &record) ||
        !set_place(reading, record, &variant) || !set_gene(reading, descriptor, &variant) ||
        !set_description(reading, descriptor, &variant))
        return false;
    keep(reading->packet, &variant);
    return true;
}

/* True when the interpretation is about this packet's person. One about a biosample that names no
 * individual is, too. */
static bool is_subject(const struct packet_reading *reading, const char *id)
{
    const struct packet *packet = reading->packet;
    const cJSON *sample;

    if (!id || !*id || strcmp(id, packet->id) == 0 ||
        (packet->subject && strcmp(id, packet->subject) == 0))
        return true;
    cJSON_ArrayForEach(sample, json_array(reading->json, "biosamples"))
    {
        const char *name = json_text(sample, "id");
        const char *owner = json_text(sample, "individualId");

        if (name && strcmp(name, id) == 0)
            return !owner || !packet->subject || strcmp(owner, packet->subject) == 0;
    }
    return false;
}

/* Does this interpretation say that the person carries its variant? */
static bool counts(struct packet_reading *reading, const cJSON *interpretation, bool *carried)
{
    static const char *const statuses[] = {"UNKNOWN_STATUS", "CANDIDATE", "CONTRIBUTORY",
                                           "CAUSATIVE", NULL};
    static const char path[] = GI ".interpretationStatus";
    const char *status = NULL, *id = NULL;

    *carried = false;
    if (!packet_text(reading, interpretation, "interpretationStatus", path, &status) ||
        !packet_text(reading, interpretation, "subjectOrBiosampleId", GI, &id))
        return false;
    if (!is_subject(reading, id))
        return packet_warn(reading, REJECT_VARIANT_OF_OTHER, GI ".subjectOrBiosampleId");
    if (status && strcmp(status, "REJECTED") == 0)
        return packet_warn(reading, REJECT_VARIANT_REFUTED, path);
    for (size_t i = 0; status && statuses[i]; i++)
        *carried |= strcmp(status, statuses[i]) == 0;
    *carried |= !status; /* protobuf leaves out the zero value, UNKNOWN_STATUS */
    return *carried || packet_reject(reading, REJECT_VARIANT_FORM, path);
}

static bool read_interpretation(struct packet_reading *reading, const cJSON *interpretation)
{
    static const char *const known[] = {"subjectOrBiosampleId", "interpretationStatus",
                                        "variantInterpretation", NULL};
    static const char *const inner_known[] = {
        "variationDescriptor", "acmgPathogenicityClassification", "therapeuticActionability", NULL};
    static const char path[] = GI ".variantInterpretation";
    const cJSON *variant = NULL, *descriptor = NULL;
    bool carried = false;

    if (!cJSON_IsObject(interpretation))
        return packet_reject(reading, REJECT_JSON_BROKEN, GI);
    if (!packet_members(reading, interpretation, GI, known) ||
        !packet_object(reading, interpretation, "variantInterpretation", path, &variant) ||
        !packet_members(reading, variant, path, inner_known) ||
        !packet_object(reading, variant, "variationDescriptor", VD, &descriptor) ||
        !counts(reading, interpretation, &carried))
        return false;
    return !carried || !descriptor || read_descriptor(reading, descriptor);
}

/* Does diseases[] say something of this disease, that it is absent perhaps? */
static bool is_listed(const struct packet_reading *reading, const char *id)
{
    const cJSON *disease;

    cJSON_ArrayForEach(disease, json_array(reading->json, "diseases"))
    {
        const char *its = json_text(json_object(disease, "term"), "id");

        if (its && strcmp(its, id) == 0)
            return true;
    }
    return false;
}

/*
 * A disease that diseases[] does not name is a diagnosis where the interpretation is closed. One
 * that is open, or does not say how far it is (which is UNKNOWN_PROGRESS), names a suspicion.
 */
static bool read_disease(struct packet_reading *reading, const cJSON *interpretation,
                         const cJSON *diagnosis)
{
    static const char path[] = "interpretations[].diagnosis.disease";
    const char *id = json_text(json_object(diagnosis, "disease"), "id");
    const char *progress = json_text(interpretation, "progressStatus");
    bool closed =
        progress && (strcmp(progress, "SOLVED") == 0 || strcmp(progress, "COMPLETED") == 0);

    if (!id || is_listed(reading, id))
        return true;
    if (!closed)
        return packet_warn(reading, REJECT_DISEASE_OPEN, path) &&
               packet_lost(reading, EVENT_DIAGNOSIS, id);
    return packet_diagnosis(reading, id, path);
}

static bool read_diagnosis(struct packet_reading *reading, const cJSON *interpretation)
{
    static const char *const known[] = {"disease", "genomicInterpretations", NULL};
    static const char path[] = "interpretations[].diagnosis";
    const cJSON *diagnosis = NULL, *list = NULL;

    return packet_object(reading, interpretation, "diagnosis", path, &diagnosis) &&
           packet_members(reading, diagnosis, path, known) &&
           packet_array(reading, diagnosis, "genomicInterpretations", GI, &list) &&
           packet_each(reading, list, read_interpretation) &&
           read_disease(reading, interpretation, diagnosis);
}

/*
 * What is said of a sample of this person is not read, and may be true of the person: a trace of
 * its kind is left. packet.c makes room for two a sample.
 */
static bool lose_of_sample(struct packet_reading *reading, const cJSON *sample)
{
    const char *of = json_text(sample, "individualId"), *subject = reading->packet->subject;
    const cJSON *diagnosis = json_object(sample, "histologicalDiagnosis");

    if (of && subject && strcmp(of, subject) != 0)
        return true;
    if (json_array(sample, "phenotypicFeatures") &&
        cJSON_GetArraySize(json_array(sample, "phenotypicFeatures")) > 0 &&
        !packet_lost(reading, EVENT_PHENOTYPE, NULL))
        return false;
    return !diagnosis || packet_lost(reading, EVENT_DIAGNOSIS, json_text(diagnosis, "id"));
}

static bool check_biosamples(struct packet_reading *reading)
{
    static const char *const known[] = {"id", "individualId", "description", NULL};
    const cJSON *list = NULL, *item;

    if (!packet_array(reading, reading->json, "biosamples", "biosamples", &list))
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (!packet_members(reading, item, "biosamples[]", known) || !lose_of_sample(reading, item))
            return false;
    }
    return true;
}

static bool take_interpretation(struct packet_reading *reading, const cJSON *item)
{
    static const char *const known[] = {"id", "progressStatus", "diagnosis", "summary", NULL};

    if (!cJSON_IsObject(item))
        return packet_reject(reading, REJECT_JSON_BROKEN, "interpretations[]");
    return packet_members(reading, item, "interpretations[]", known) &&
           read_diagnosis(reading, item);
}

static bool make_room(struct packet_reading *reading)
{
    reading->packet->variants = arena_array(reading->reader->arena, PACKET_VARIANTS_MAX,
                                            sizeof(*reading->packet->variants));
    return reading->packet->variants || packet_fail(reading, "no memory for a packet's variants");
}

bool packet_interpretations(struct packet_reading *reading)
{
    assert(reading);
    const cJSON *list = NULL;

    return check_biosamples(reading) &&
           packet_array(reading, reading->json, "interpretations", "interpretations", &list) &&
           make_room(reading) && packet_each(reading, list, take_interpretation) &&
           settle_assembly(reading);
}

/*** version 1 ***/

/* variants[] of version 1: a vcfAllele with its place, or another allele by its name. */
static bool read_variant_v1(struct packet_reading *reading, const cJSON *item)
{
    static const char *const known[] = {"hgvsAllele", "vcfAllele",  "zygosity",
                                        "spdiAllele", "iscnAllele", NULL};
    static const char path[] = "variants[]";
    struct packet_variant variant = {.call = call_of(json_object(item, "zygosity"))};
    const cJSON *allele = json_object(item, "vcfAllele");
    const char *name = json_text(json_object(item, "hgvsAllele"), "hgvs");

    if (reading->packet->n_variants == PACKET_VARIANTS_MAX)
        return packet_reject(reading, REJECT_TOO_LONG, path);
    if (!cJSON_IsObject(item))
        return packet_reject(reading, REJECT_JSON_BROKEN, path);
    if (!packet_members(reading, item, path, known) || !set_place(reading, allele, &variant))
        return false;
    if (!name)
        name = json_text(json_object(item, "iscnAllele"), "iscn");
    if (!variant.assembly && !name)
        return packet_reject(reading, REJECT_VARIANT_FORM, path);
    if (name && !keep_name(reading, name, path, &variant))
        return false;
    keep(reading->packet, &variant);
    return true;
}

bool packet_variants_v1(struct packet_reading *reading)
{
    assert(reading);
    const cJSON *list = NULL;

    return check_biosamples(reading) &&
           packet_array(reading, reading->json, "variants", "variants", &list) &&
           make_room(reading) && packet_each(reading, list, read_variant_v1) &&
           settle_assembly(reading);
}
