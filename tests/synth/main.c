/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-synth: a synthetic country for the demo and the tests, and what is true of it.
 *
 * DIR/terms/{hpo.obo,icd10.csv,genes.tsv}, DIR/region-12/{persons.csv,packets.tar.gz,wgs.vcf.gz,
 * wgs.bed,panel.vcf.gz,panel.bed}, DIR/truth.json. The same seed gives the same bytes.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "tests/synth/files.h"
#include "tests/synth/truth.h"

#define PERSONS_MAX 2000000

static const char help[] =
    "Usage: rikstal-synth --seed S --persons N [--regions 21] [--year Y] --out DIR\n\n"
    "Writes a synthetic country: for each of the first R regions (21 at most) what its node\n"
    "imports, the terminologies, and truth.json with the exact count of each of eight questions.\n"
    "The same seed, number of persons and year give the same bytes on every machine.\n\n"
    "  --seed S      a whole number\n"
    "  --persons N   in all regions together, by population; 1 to 2000000\n"
    "  --regions R   the first R of the table of regions (default 21)\n"
    "  --year Y      the year in which ages are taken (default: this year)\n"
    "  --out DIR     created when it is not there\n";

static bool number(const char *text, int64_t min, int64_t max, int64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoll(text, &end, 10);
    return !errno && end != text && !*end && *value >= min && *value <= max;
}

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

static bool read_options(int argc, char **argv, struct plan *plan, const char **out)
{
    static const struct option options[] = {{"seed", 1, NULL, 's'},
                                            {"persons", 1, NULL, 'n'},
                                            {"regions", 1, NULL, 'r'},
                                            {"year", 1, NULL, 'y'},
                                            {"out", 1, NULL, 'o'},
                                            {"help", 0, NULL, 'h'},
                                            {0}};
    int64_t value = 0;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            exit(EXIT_OK);
        }
        if (c == '?')
            return false;
        if (c == 'o')
            *out = optarg;
        else if (!number(optarg, c == 's' ? 0 : 1,
                         c == 'r'   ? REGIONS
                         : c == 'y' ? 2200
                         : c == 'n' ? PERSONS_MAX
                                    : INT64_C(1) << 50,
                         &value))
            return false;
        if (c == 's')
            plan->seed = (uint64_t)value;
        if (c == 'n')
            plan->persons = (uint32_t)value;
        if (c == 'r')
            plan->regions = (int)value;
        if (c == 'y') {
            plan->year = (int)value;
            plan->year_ends = false;
        }
    }
    return optind == argc && *out && plan->persons;
}

int main(int argc, char **argv)
{
    static struct plan plan = {.regions = REGIONS};
    const char *out = NULL;
    struct err err = {0};
    struct dice dice;
    int month, day;

    date_to_civil((int32_t)(clock_wall_s() / 86400), &plan.year, &month, &day);
    plan.year_ends = month == 12 && day == 31;
    if (!read_options(argc, argv, &plan, &out)) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    dice_seed(&dice, plan.seed);
    genome_make(&dice, plan.variants);
    if (!write_country(out, &plan, &err)) {
        fprintf(stderr, "rikstal-synth: %s\n", err.text);
        return EXIT_FAILED;
    }
    fprintf(stderr, "wrote %u people in %d regions to %s\n", plan.persons, plan.regions, out);
    return EXIT_OK;
}
