/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rikstal-node count: true counts of the region's own data, for its own staff, on its own machine.
 *
 * It opens the snapshot for reading, outside keeper and network, and shows what is true. So every
 * call leaves a leaf in the region's own log first (D/count.db); where the log cannot be written,
 * nothing is shown.
 */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/audit/leaf.h"
#include "node/command/commands.h"
#include "node/command/count_change.h"
#include "node/command/count_log.h"
#include "node/command/count_questions.h"
#include "node/command/count_terms.h"
#include "node/command/count_why.h"
#include "node/evaluate/frequency.h"
#include "node/evaluate/truth.h"
#include "node/keeper/consent_rules.h"
#include "node/keeper/home.h"
#include "node/privacy/policy.h"
#include "node/snapshot/snapshot.h"
#include "node/store/overlay.h"
#include "proto/base/arena.h"
#include "proto/base/arguments.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/date.h"
#include "proto/base/file.h"
#include "proto/base/json.h"
#include "proto/query/disease.h"
#include "proto/query/place.h"
#include "proto/query/vocabulary.h"
#include "proto/trust/purpose.h"
#include "proto/trust/role.h"

#define ARENA_BYTES_MAX (1u << 30)
#define SCRATCH_BYTES ((size_t)4 << 20)

struct count {
    const char *dir;
    bool json, everybody, why, allow_unknown;
    const char *file;
    const char *stretch; /* --frequency */
    const char *changes; /* --changes */
    struct arena *arena;
    struct arena *scratch; /* of one question's check */
    cJSON *spelled;        /* count_change_spelled() of the question in hand */
    struct count_terms terms;
    struct count_questions asked;
    struct ast_value locus;
    struct ast_value *change_values;
    size_t n_changes;
    struct snapshot *snapshot;
    struct population *population;
    struct home home;
    struct limits limits;
    const char *purpose; /* --purpose: as a question of the network would see it */
    const char *role;
    const char *disease;
    struct overlay *overlay;
    uint64_t excluded;
    struct bytes line;   /* of --frequency and --changes */
    struct bytes change; /* its first word */
};

/* ---- reading the places -----------------------------------------------------------------------
 */

static bool read_changes(struct count *count, struct err *err)
{
    const char *at = count->changes;
    enum place_fault fault;
    size_t room = 1;

    for (const char *p = at; *p; p++)
        room += *p == ',';
    count->change_values = arena_array(count->arena, room, sizeof(*count->change_values));
    if (!count->change_values)
        return err_memory(err);
    while (count->n_changes < room) {
        size_t length = strcspn(at, ",");

        fault = place_change(at, length, count->arena, &count->change_values[count->n_changes]);
        if (fault != PLACE_OK)
            return err_set(err, ERR_INVALID, "--changes, number %zu: %s", count->n_changes + 1,
                           place_fault_text(fault));
        count->n_changes++;
        at += length + 1;
    }
    return true;
}

static bool read_places(struct count *count, struct err *err)
{
    enum place_fault fault;

    if (count->changes)
        return read_changes(count, err);
    if (!count->stretch)
        return true;
    fault = place_locus(count->stretch, strlen(count->stretch), count->arena, &count->locus);
    if (fault != PLACE_OK)
        return err_set(err, ERR_INVALID, "--frequency: %s", place_fault_text(fault));
    return true;
}

/* ---- the leaf -------------------------------------------------------------------------------- */

static void hash_asked(const struct count *count, uint8_t hash[static 32])
{
    crypto_generichash_state state;
    const char *places[] = {count->stretch, count->changes};

    crypto_generichash_init(&state, NULL, 0, 32);
    for (size_t i = 0; i < count->asked.n; i++)
        crypto_generichash_update(&state, (const uint8_t *)count->asked.question[i].text,
                                  strlen(count->asked.question[i].text) + 1);
    for (size_t i = 0; i < 2; i++)
        if (places[i])
            crypto_generichash_update(&state, (const uint8_t *)places[i], strlen(places[i]) + 1);
    crypto_generichash_final(&state, hash, 32);
}

static bool record_call(const struct count *count, struct err *err)
{
    struct leaf leaf = {.type = LEAF_COUNT, .time_s = clock_wall_s()};

    hash_asked(count, leaf.question_hash);
    snprintf(leaf.analyst, sizeof(leaf.analyst), "uid %ld", (long)getuid());
    snprintf(leaf.note, sizeof(leaf.note), "%zu questions%s", count->asked.n,
             count->stretch || count->changes ? ", frequencies" : "");
    return count_log_append(count->dir, &leaf, err) ||
           err_wrap(err, "nothing is shown, because the log could not be written: ");
}

/* ---- answering ------------------------------------------------------------------------------- */

static void put_terms(const struct count *count, cJSON *to, bool *ok)
{
    cJSON *terms = json_put(to, "terms", cJSON_CreateObject(), ok);

    for (size_t i = 0; terms && i < snapshot_info(count->snapshot)->n_systems; i++)
        json_put_text(terms, snapshot_system(count->snapshot, i)->system,
                      snapshot_system(count->snapshot, i)->release, ok);
}

static bool print_object(cJSON *object, bool ok, struct err *err)
{
    char *text = ok ? cJSON_PrintUnformatted(object) : NULL;

    cJSON_Delete(object);
    if (!text)
        return err_memory(err);
    puts(text);
    free(text);
    return true;
}

static void snapshot_name(const struct count *count, char name[static 65])
{
    bytes_to_hex(snapshot_info(count->snapshot)->id, 32, name);
}

static bool print_json(const struct count *count, const struct count_question *question,
                       const struct term_echo *echo, const struct true_count *is,
                       const struct why *why, struct err *err)
{
    cJSON *object = cJSON_CreateObject();
    bool ok = object != NULL;
    char name[65];

    snapshot_name(count, name);
    json_put_int(object, "matched", (int64_t)is->matched, &ok);
    json_put_int(object, "undetermined", (int64_t)is->undetermined, &ok);
    if (why)
        count_why_put(why, object, &ok);
    json_put_int(object, "persons", (int64_t)is->persons, &ok);
    json_put_int(object, "excluded", (int64_t)count->excluded, &ok);
    json_put_text(object, "question", question->text, &ok);
    json_put_text(object, "explain", question->explain, &ok);
    if (count->spelled)
        json_put(object, "changes", cJSON_Duplicate(count->spelled, true), &ok);
    term_echo_put(echo, object, &ok);
    json_put_text(object, "snapshot", name, &ok);
    put_terms(count, object, &ok);
    json_put_number(object, "tested_share", TESTED_SHARE_PERCENT / 100.0, &ok);
    return print_object(object, ok, err);
}

static void print_page(const struct count *count, const struct count_question *question,
                       const struct term_echo *echo, const struct true_count *is,
                       const struct why *why)
{
    const struct snapshot_info *info = snapshot_info(count->snapshot);
    struct bytes lines = {0};
    char name[65];
    int year, month, day;

    snapshot_name(count, name);
    date_to_civil(info->date, &year, &month, &day);
    printf("matched       %10llu persons\n", (unsigned long long)is->matched);
    printf("undetermined  %10llu\n", (unsigned long long)is->undetermined);
    if (why)
        count_why_print(why);
    printf("of            %10llu\n", (unsigned long long)is->persons);
    printf("excluded      %10llu\n\n", (unsigned long long)count->excluded);
    printf("question  %s\n%s\n", question->text[0] ? question->text : "(everybody)",
           question->explain);
    count_change_print(count->spelled);
    term_echo_lines(echo, "term      ", &lines);
    printf("%.*s", (int)lines.size, lines.data ? (const char *)lines.data : "");
    bytes_clear(&lines);
    printf("snapshot  %04d-%02d-%02d %.12s, a gene counts as tested at %d %%\n", year, month, day,
           name, TESTED_SHARE_PERCENT);
    for (size_t i = 0; i < info->n_systems; i++)
        printf("terms     %s %s\n", snapshot_system(count->snapshot, i)->system,
               snapshot_system(count->snapshot, i)->release);
}

static bool check_terms(struct count *count, const struct count_question *question,
                        struct term_findings *findings, struct err *err)
{
    arena_clear(count->scratch);
    return count_terms_check(&count->terms, &question->ast, question->typed, count->scratch,
                             findings, err) ||
           (question->line && err_wrap(err, "%s, line %lu: ", count->file, question->line));
}

/* Before anything is counted: a question of a file may be refused as one alone. */
static bool check_all(struct count *count, struct err *err)
{
    struct term_findings findings;

    if (!count_terms_open(count->snapshot, &count->terms, err))
        return false;
    count->terms.allow_unknown = count->allow_unknown;
    for (size_t i = 0; i < count->asked.n; i++)
        if (!check_terms(count, &count->asked.question[i], &findings, err))
            return false;
    return true;
}

/* On stderr, where other remarks on what was typed are, and then no more on the page. */
static void tell_hints(struct term_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++) {
        const char *asked = findings->finding[i].value->text;

        if (findings->finding[i].hint_under)
            fprintf(stderr,
                    "rikstal-node count: %s has codes below it, and \"=\" is this very code "
                    "alone: \"under %s\" takes them too\n",
                    asked, asked);
        findings->finding[i].hint_under = false;
    }
}

static bool answer_count(struct count *count, struct count_question *question, struct err *err)
{
    struct asked_of of = {.snapshot = count->snapshot,
                          .population = count->population,
                          .region = count->home.node,
                          .limits = &count->limits};
    struct term_findings findings;
    struct term_echo echo = {.findings = &findings, .nodes = 1};
    struct true_count is;
    struct why why;
    bool ok = check_terms(count, question, &findings, err) &&
              count_change_spelled(count->snapshot, question->ast.root, count->scratch,
                                   &count->spelled, err) &&
              truth_count(&of, &question->ast, &is, err) &&
              (!count->why || why_count(&of, &question->ast, &why, err));

    if (ok && !count->json && !count->file)
        tell_hints(&findings);
    if (ok && !count->json && !count->file)
        print_page(count, question, &echo, &is, count->why ? &why : NULL);
    else if (ok)
        ok = print_json(count, question, &echo, &is, count->why ? &why : NULL, err);
    cJSON_Delete(count->spelled);
    count->spelled = NULL;
    return ok;
}

static bool answer_counts(struct count *count, struct err *err)
{
    for (size_t i = 0; i < count->asked.n; i++)
        if (!answer_count(count, &count->asked.question[i], err))
            return false;
    return true;
}

/* ---- frequencies ----------------------------------------------------------------------------- */

/* before: what stands before the number in JSON. */
static void write_field(struct bytes *line, bool json, const char *before, uint64_t value)
{
    if (json)
        bytes_add_text(line, before);
    else
        bytes_add_u8(line, '\t');
    json_write_int(line, (int64_t)value);
}

/* There may be a line for each variant of a chromosome. */
static bool print_genotypes(struct count *count, const char *change,
                            const struct genotype_counts *is, struct err *err)
{
    struct bytes *line = &count->line;
    bool json = count->json;

    line->size = 0;
    if (json) {
        bytes_add_text(line, "{\"change\":");
        json_write_text(line, change);
    } else {
        bytes_add_text(line, change);
    }
    write_field(line, json, ",\"ref\":", is->ref);
    write_field(line, json, ",\"het\":", is->het);
    write_field(line, json, ",\"hom\":", is->hom);
    write_field(line, json, ",\"hemi\":", is->hemi);
    write_field(line, json, ",\"ref_haploid\":", is->ref_haploid);
    write_field(line, json, ",\"not_assessed\":", is->not_assessed + is->carrier);
    write_field(line, json, ",\"ac\":", is->het + 2 * is->hom + is->hemi + is->carrier);
    bytes_add_text(line, json ? "}\n" : "\n");
    if (line->failed)
        return err_memory(err);
    (void)fwrite(line->data, 1, line->size, stdout); /* program_main() looks at stdout's state */
    return true;
}

static bool print_variant(void *of, uint64_t vid, const struct genotype_counts *genotypes,
                          struct err *err)
{
    struct count *count = of;
    struct bytes *text = &count->change;
    struct variant variant;

    if (!snapshot_variant(count->snapshot, vid, &variant, err))
        return false;
    text->size = 0;
    bytes_add_text(text, place_assembly_name(variant.assembly));
    bytes_add_text(text, ":");
    bytes_add_text(text, place_chromosome_name(variant.chromosome));
    bytes_add_u8(text, '-');
    json_write_int(text, variant.position);
    bytes_add_u8(text, '-');
    bytes_add_text(text, variant.ref);
    bytes_add_u8(text, '-');
    bytes_add_text(text, variant.alt);
    bytes_add_u8(text, 0);
    return text->failed ? err_memory(err)
                        : print_genotypes(count, (const char *)text->data, genotypes, err);
}

static bool answer_frequencies(struct count *count, struct err *err)
{
    struct asked_of of = {.snapshot = count->snapshot,
                          .population = count->population,
                          .region = count->home.node,
                          .limits = &count->limits};
    const struct ast_locus *locus = &count->locus.locus;
    struct frequency *frequency;
    bool ok;

    if (!frequency_new(&of, &count->asked.question[0].ast, &frequency, err))
        return false;
    snapshot_keep_few(count->snapshot);
    if (!count->json)
        puts("change\tref\thet\thom\themi\tref_haploid\tnot_assessed\tac");
    ok = !count->stretch ||
         frequency_walk(frequency,
                        variant_floor((uint8_t)locus->assembly, locus->chromosome, locus->start),
                        variant_floor((uint8_t)locus->assembly, locus->chromosome, locus->end + 1),
                        print_variant, count, err);
    for (size_t i = 0; ok && i < count->n_changes; i++) {
        struct genotype_counts genotypes;

        ok = frequency_change(frequency, &count->change_values[i], &genotypes, err) &&
             print_genotypes(count, count->change_values[i].text, &genotypes, err);
    }
    frequency_free(frequency);
    return ok;
}

/* ---- the command ----------------------------------------------------------------------------- */

/* Does the policy in DIR count persons of whom no consent is recorded for this purpose? */
static bool read_unrecorded(struct count *count, bool *unrecorded, struct err *err)
{
    const char *path = arena_printf(count->arena, "%s/policy.json", count->dir);
    struct policy *policy = NULL;
    bool ok = path && (file_exists(path)
                           ? policy_read(path, &policy, err)
                           : policy_parse(policy_default, strlen(policy_default), &policy, err));

    if (ok)
        *unrecorded = policy_counts_unrecorded(policy, count->purpose);
    policy_free(policy);
    return ok;
}

/* Blocks and opt-outs hold for the region's own staff too; --purpose shows what a question sees. */
static bool open_population(struct count *count, struct err *err)
{
    struct eligibility who = consent_rules_own_staff();
    bool ok;

    if (count->purpose) {
        struct consent_rules_asker asker = {.purpose = count->purpose,
                                            .role = count->role,
                                            .permit = "",
                                            .unrecorded = true,
                                            .disease = count->disease};
        struct code code;

        if (count->disease && !disease_parse(count->disease, &code, err))
            return false;
        if (!read_unrecorded(count, &asker.unrecorded, err))
            return false;
        who = consent_rules_eligibility(&asker, clock_wall_s());
    }
    if (!consent_file_read(&count->home, &count->overlay, err))
        return err_wrap(err, "nothing is shown: ");
    who.overlay = count->overlay;
    ok = population_new(count->snapshot, &who, count->arena, &count->population, err);
    if (ok)
        count->excluded =
            snapshot_info(count->snapshot)->n_persons - population_count(count->population);
    return ok;
}

static bool run(struct count *count, const char *text, struct err *err)
{
    const char *folder = NULL;

    count->arena = arena_new(ARENA_BYTES_MAX);
    count->scratch = arena_new(SCRATCH_BYTES);
    if (!count->arena || !count->scratch)
        return err_memory(err);
    if (count_questions_read(count->file, text, count->arena, &count->asked, err) &&
        read_places(count, err) && home_read(count->dir, &count->home, err))
        folder = arena_printf(count->arena, "%s/snapshot", count->dir);
    return folder && snapshot_open(folder, SNAPSHOT_HASH_NEW, &count->snapshot, err) &&
           open_population(count, err) && check_all(count, err) && record_call(count, err) &&
           (count->stretch || count->changes ? answer_frequencies(count, err)
                                             : answer_counts(count, err));
}

/* ---- command line ---------------------------------------------------------------------------- */

#define AT(member) .at = offsetof(struct count, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"json", OPTION_FLAG, NULL,
     "one JSON object: matched, undetermined, persons, excluded, question, explain, changes, "
     "codes "
     "(with their labels) and genes (with their symbols of today), snapshot, terms, tested_share",
     AT(json)},
    {"file", OPTION_PATH, "QUESTIONS",
     "one question a line, empty lines and lines of # left out; prints one JSON object a line, in "
     "the same order",
     AT(file)},
    {"frequency", OPTION_TEXT, "LOCUS",
     "for every variant of a stretch (GRCh38:22:50674415-50733212): how many of those who meet the "
     "question (of everybody without one) have which genotype",
     AT(stretch)},
    {"changes", OPTION_TEXT, "LIST", "the same for these changes (GRCh38:22-50674500-C-T)",
     AT(changes)},
    {"why", OPTION_FLAG, NULL,
     "of how many of the undetermined which reason holds (the first of: filtered, refused, failed, "
     "unreadable, not called, low depth or quality, structural, contig left out, no block, not "
     "covered, no sample, variant not known, not recorded, not delivered)",
     AT(why)},
    {"allow-unknown", OPTION_FLAG, NULL,
     "count questions with a code or gene that neither a release nor a record here has, too: "
     "for one list of questions that is asked at many nodes; it is then cannot tell",
     AT(allow_unknown)},
    {"everybody", OPTION_FLAG, NULL, "an empty question, which counts everybody, is meant",
     AT(everybody)},
    {"purpose", OPTION_TEXT, "P",
     "count whom a question of the network for this purpose would count", AT(purpose),
     .words = purpose_word},
    {"role", OPTION_TEXT, "ROLE", "and of this role (default: national-analyst)", AT(role),
     .words = role_word},
    {"disease", OPTION_TEXT, "CODE",
     "and on this disease: with those who permit research on it alone", AT(disease)},
};

static const struct option_words words[] = {
    {NULL, "['QUESTION']", "one question at a time, in quotes", 0, 1, NULL}};

const struct option_table count_table = {
    .command = "rikstal-node count",
    .about =
        "True counts of this region's own data, for its own staff, on its own machine: no noise,\n"
        "no network, no budget. Every call leaves a leaf in DIR/count.db, which `rikstal-node\n"
        "audit` reads; where that cannot be written, nothing is shown.",
    .words = words,
    .n_words = 1,
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "excluded is who is in the snapshot and left out: blocked and opted-out persons, and with\n"
        "--purpose also those whose consent does not cover it or whom another node counts.\n"
        "\n"
        "matched is who meets the question, undetermined is of whom it cannot be told (not tested\n"
        "at the place, fact not recorded, code system not loaded); the truth lies between matched\n"
        "and matched + undetermined.",
    .exits = "0 ok, 1 failure, 2 a question that cannot be read, 4 DIR/overlay is missing\n"
             "or older than one that was in force here (DIR/ledger.db has its number).",
};

static bool is_right(const struct count *count, const char *text, struct err *err)
{
    bool places = count->stretch || count->changes;

    if (count->stretch && count->changes)
        return err_set(err, ERR_INVALID, "--frequency or --changes, not both");
    if (count->file && (text || places))
        return err_set(err, ERR_INVALID,
                       "--file goes without a question on the command line and without "
                       "frequencies");
    if (count->disease && (!count->purpose || !consent_rules_takes_disease(count->purpose)))
        return err_set(err, ERR_INVALID, "--disease goes with --purpose research, or one like it");
    return (text && count_questions_asks(text, strlen(text))) || count->file || places ||
           count->everybody ||
           err_set(err, ERR_INVALID, "a question is missing; everybody is counted by --everybody");
}

int count_command(int argc, char **argv)
{
    struct count count = {.limits = {.deadline_ms = INT64_MAX}, .role = "national-analyst"};
    struct arguments arguments;
    const char *text;
    struct err err = {0};
    int code;
    bool ok;

    if (!arguments_read(&count_table, argc, argv, &count, &arguments, &code))
        return code;
    assert(count.dir && arguments.n <= 1);
    text = arguments.n ? arguments.word[0] : NULL;
    ok = is_right(&count, text, &err) && run(&count, text ? text : "", &err);
    count_terms_close(&count.terms);
    snapshot_close(count.snapshot);
    overlay_free(count.overlay);
    bytes_clear(&count.line);
    bytes_clear(&count.change);
    arena_free(count.arena);
    arena_free(count.scratch);
    return ok ? EXIT_OK : arguments_failed(&count_table, &err);
}
