/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-synth: a synthetic country for the demo and the tests, and what is true of it.
 *
 * DIR/terms/{hpo.obo,icd10.csv,genes.tsv}, DIR/region-12/{persons.csv,packets.tar.gz,wgs.vcf.gz,
 * wgs.bed,panel.vcf.gz,panel.bed,events.csv,tumours.vcf.gz,tumours.csv,tumours.bed}, DIR/trial.txt
 * (the protocol of a trial), DIR/changes.txt (of which frequencies are told), DIR/truth.json. The
 * same seed gives the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/arguments.h"
#include "proto/base/clock.h"
#include "proto/base/date.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "tests/synth/files.h"
#include "tests/synth/truth.h"

#define PERSONS_MAX 2000000

struct options {
    long seed;
    long persons;
    long regions;
    long year;
    const char *out;
};

#define AT(member) .at = offsetof(struct options, member)

static const struct option_spec specs[] = {
    {"seed", OPTION_NUMBER, "S", "a whole number (default: 0)", AT(seed), .least = 0,
     .most = 1L << 50},
    {"persons", OPTION_NUMBER, "N", "in all regions together, by population", AT(persons),
     .least = 1, .most = PERSONS_MAX, .needed = OPTION_ALWAYS},
    {"regions", OPTION_NUMBER, "R", "the first R of the table of regions (default: 21)",
     AT(regions), .least = 1, .most = REGIONS},
    {"year", OPTION_NUMBER, "Y", "the year in which ages are taken (default: this year)", AT(year),
     .least = 1, .most = 2200},
    {"out", OPTION_PATH, "DIR", "created when it is not there", AT(out), .needed = OPTION_ALWAYS},
};

static const struct option_words words[] = {{0}};

static const struct option_table synth_table = {
    .command = "rikstal-synth",
    .about =
        "Writes a synthetic country: for each of the first R regions (21 at most) what its node\n"
        "imports, the terminologies, a trial's protocol, and truth.json with the exact counts of\n"
        "questions, of the protocol's steps, of a curve and of frequencies.\n"
        "The same seed, number of persons and year give the same bytes on every machine.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage.",
};

/* What is true of a region. */
struct tally {
    struct truth questions[TRUTHS];
    struct measured measured;
};

static bool write_region(const char *out, const struct plan *plan, int r, struct tally *tally,
                         struct err *err)
{
    uint32_t n = region_share(r, plan->persons);
    struct person *people = country_people(plan, r, n);
    char folder[4096];
    bool ok;

    if (!people)
        return err_memory(err);
    snprintf(folder, sizeof(folder), "%s/region-%s", out, regions[r].code);
    ok = file_make_folder(folder, 0755, err) && write_persons(folder, people, n, err) &&
         write_events(folder, people, n, err) && write_tumours(folder, people, n, err) &&
         write_packets(folder, plan, people, n, err) &&
         write_vcf(folder, plan, ASSAY_WGS, people, n, err) &&
         write_vcf(folder, plan, ASSAY_PANEL, people, n, err) &&
         write_bed(folder, ASSAY_WGS, err) && write_bed(folder, ASSAY_PANEL, err);
    truth_tally(plan, people, n, tally->questions);
    truth_measure(plan, people, n, &tally->measured);
    free(people);
    return ok;
}

static void put_truth(cJSON *by_region, int r, const struct truth *truth, bool *ok)
{
    cJSON *cell = json_put(by_region, regions[r].code, cJSON_CreateObject(), ok);

    json_put_int(cell, "matched", truth->matched, ok);
    json_put_int(cell, "undetermined", truth->undetermined, ok);
}

/* An object of its own at the end of the list, and in it one for the regions. */
static cJSON *put_item(cJSON *list, cJSON **by_region, bool *ok)
{
    cJSON *item = cJSON_CreateObject();

    if (!item || !cJSON_AddItemToArray(list, item))
        *ok = false;
    *by_region = json_put(item, "regions", cJSON_CreateObject(), ok);
    return item;
}

static void put_numbers(cJSON *by_region, int r, const uint32_t *numbers, int n, bool *ok)
{
    cJSON *list = json_put(by_region, regions[r].code, cJSON_CreateArray(), ok);

    for (int i = 0; i < n; i++)
        if (!cJSON_AddItemToArray(list, cJSON_CreateNumber(numbers[i])))
            *ok = false;
}

static void change_text(const struct plan *plan, int f, char *text, size_t size)
{
    const struct variant *variant = &plan->variants[truth_frequency(f)];

    snprintf(text, size, "GRCh38:%s-%u-%s-%s", variant->gene->chromosome, variant->position,
             variant->ref, variant->alt);
}

static void put_measures(cJSON *top, const struct plan *plan, const struct tally *tally, bool *ok)
{
    cJSON *list = json_put(top, "steps", cJSON_CreateArray(), ok), *item, *by_region;
    char change[64];

    for (int s = 0; s < STEPS; s++) {
        item = put_item(list, &by_region, ok);
        json_put_text(item, "name", steps[s].name, ok);
        for (int r = 0; r < plan->regions; r++)
            put_truth(by_region, r, &tally[r].measured.steps[s], ok);
    }
    item = json_put(top, "curve", cJSON_CreateObject(), ok);
    json_put_text(item, "from", curve_from, ok);
    json_put_text(item, "to", curve_to, ok);
    json_put_int(item, "bins", CURVE_BINS, ok);
    json_put_int(item, "days", CURVE_DAYS, ok);
    by_region = json_put(item, "regions", cJSON_CreateObject(), ok);
    for (int r = 0; r < plan->regions; r++)
        put_numbers(by_region, r, tally[r].measured.curve, CURVE_CELLS, ok);
    list = json_put(top, "frequencies", cJSON_CreateArray(), ok);
    for (int f = 0; f < FREQUENCIES; f++) {
        item = put_item(list, &by_region, ok);
        change_text(plan, f, change, sizeof(change));
        json_put_text(item, "change", change, ok);
        for (int r = 0; r < plan->regions; r++)
            put_numbers(by_region, r, tally[r].measured.genotypes[f], GENOTYPES, ok);
    }
}

static cJSON *truth_json(const struct plan *plan, const struct tally *tally, bool *ok)
{
    cJSON *top = cJSON_CreateObject(), *list, *by_region;

    json_put_int(top, "year", plan->year, ok);
    json_put_int(top, "persons", plan->persons, ok);
    list = json_put(top, "questions", cJSON_CreateArray(), ok);
    for (int q = 0; q < TRUTHS; q++) {
        cJSON *item = put_item(list, &by_region, ok);

        json_put_text(item, "question", truth_question(q), ok);
        for (int r = 0; r < plan->regions; r++)
            put_truth(by_region, r, &tally[r].questions[q], ok);
    }
    put_measures(top, plan, tally, ok);
    return top;
}

/* What the demo asks that is too long for a line: a protocol, and changes with commas between. */
static bool write_asked(const char *out, const struct plan *plan, struct err *err)
{
    char text[1024], path[4096];
    int n = snprintf(text, sizeof(text), "# who would be eligible\n");

    for (int s = 0; s < STEPS; s++)
        n += snprintf(text + n, sizeof(text) - (size_t)n, "%s: %s\n", steps[s].name, steps[s].text);
    snprintf(path, sizeof(path), "%s/trial.txt", out);
    if (!file_write(path, text, (size_t)n, 0644, err))
        return false;
    n = 0;
    for (int f = 0; f < FREQUENCIES; f++) {
        n += snprintf(text + n, sizeof(text) - (size_t)n, "%s", f ? "," : "");
        change_text(plan, f, text + n, sizeof(text) - (size_t)n);
        n = (int)strlen(text);
    }
    snprintf(path, sizeof(path), "%s/changes.txt", out);
    return file_write(path, text, (size_t)n, 0644, err);
}

static bool write_truth(const char *out, const struct plan *plan, const struct tally *tally,
                        struct err *err)
{
    char path[4096];
    bool ok = true;
    cJSON *top = truth_json(plan, tally, &ok);
    char *text = ok ? cJSON_Print(top) : NULL;

    cJSON_Delete(top);
    snprintf(path, sizeof(path), "%s/truth.json", out);
    ok = text ? file_write(path, text, strlen(text), 0644, err) : err_memory(err);
    free(text);
    return ok;
}

static bool write_country(const char *out, const struct plan *plan, struct err *err)
{
    static struct tally tally[REGIONS];
    char terms[4096];

    snprintf(terms, sizeof(terms), "%s/terms", out);
    if (!file_make_folder(terms, 0755, err) || !write_terms(terms, err))
        return false;
    for (int r = 0; r < plan->regions; r++) {
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\rregion %s, %d of %d", regions[r].code, r + 1, plan->regions);
        if (!write_region(out, plan, r, &tally[r], err))
            return false;
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    return write_asked(out, plan, err) && write_truth(out, plan, tally, err);
}

int main(int argc, char **argv)
{
    static struct plan plan;
    struct options options = {.regions = REGIONS};
    struct arguments arguments;
    struct err err = {0};
    struct dice dice;
    int year, month, day, code;

    date_to_civil((int32_t)(clock_wall_s() / 86400), &year, &month, &day);
    if (!arguments_read(&synth_table, argc, argv, &options, &arguments, &code))
        return code;
    plan.seed = (uint64_t)options.seed;
    plan.persons = (uint32_t)options.persons;
    plan.regions = (int)options.regions;
    plan.year = options.year ? (int)options.year : year;
    plan.year_ends = !options.year && month == 12 && day == 31;
    dice_seed(&dice, plan.seed);
    genome_make(&dice, plan.variants);
    if (!write_country(options.out, &plan, &err))
        return arguments_failed(&synth_table, &err);
    fprintf(stderr, "wrote %u people in %d regions to %s\n", plan.persons, plan.regions,
            options.out);
    return EXIT_OK;
}
