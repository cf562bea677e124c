/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-synth: a synthetic country for the demo and the tests, and what is true of it.
 *
 * DIR/terms/{hpo.obo,icd10.csv,genes.tsv}, DIR/region-12/{persons.csv,packets.tar.gz,wgs.vcf.gz,
 * wgs.bed,panel.vcf.gz,panel.bed}, DIR/truth.json. The same seed gives the same bytes.
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
        "imports, the terminologies, and truth.json with the exact count of each of eight "
        "questions.\n"
        "The same seed, number of persons and year give the same bytes on every machine.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .exits = "0 ok, 1 failure, 2 usage.",
};

static bool write_region(const char *out, const struct plan *plan, int r,
                         struct truth tally[TRUTHS], struct err *err)
{
    uint32_t n = region_share(r, plan->persons);
    struct person *people = country_people(plan, r, n);
    char folder[4096];
    bool ok;

    if (!people)
        return err_memory(err);
    snprintf(folder, sizeof(folder), "%s/region-%s", out, regions[r].code);
    ok = file_make_folder(folder, 0755, err) && write_persons(folder, people, n, err) &&
         write_packets(folder, plan, people, n, err) &&
         write_vcf(folder, plan, ASSAY_WGS, people, n, err) &&
         write_vcf(folder, plan, ASSAY_PANEL, people, n, err) &&
         write_bed(folder, ASSAY_WGS, err) && write_bed(folder, ASSAY_PANEL, err);
    truth_tally(plan, people, n, tally);
    free(people);
    return ok;
}

static cJSON *truth_json(const struct plan *plan, struct truth tally[REGIONS][TRUTHS], bool *ok)
{
    cJSON *top = cJSON_CreateObject(), *list;

    json_put_int(top, "year", plan->year, ok);
    json_put_int(top, "persons", plan->persons, ok);
    list = json_put(top, "questions", cJSON_CreateArray(), ok);
    for (int q = 0; q < TRUTHS; q++) {
        cJSON *item = cJSON_CreateObject(), *by_region;

        json_put_text(item, "question", truth_question(q), ok);
        by_region = json_put(item, "regions", cJSON_CreateObject(), ok);
        for (int r = 0; r < plan->regions; r++) {
            cJSON *cell = json_put(by_region, regions[r].code, cJSON_CreateObject(), ok);

            json_put_int(cell, "matched", tally[r][q].matched, ok);
            json_put_int(cell, "undetermined", tally[r][q].undetermined, ok);
        }
        if (!cJSON_AddItemToArray(list, item))
            *ok = false;
    }
    return top;
}

static bool write_truth(const char *out, const struct plan *plan,
                        struct truth tally[REGIONS][TRUTHS], struct err *err)
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
    static struct truth tally[REGIONS][TRUTHS];
    char terms[4096];

    snprintf(terms, sizeof(terms), "%s/terms", out);
    if (!file_make_folder(terms, 0755, err) || !write_terms(terms, err))
        return false;
    for (int r = 0; r < plan->regions; r++) {
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\rregion %s, %d of %d", regions[r].code, r + 1, plan->regions);
        if (!write_region(out, plan, r, tally[r], err))
            return false;
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    return write_truth(out, plan, tally, err);
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
