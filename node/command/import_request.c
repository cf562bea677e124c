/* SPDX-License-Identifier: Apache-2.0 */
#include "node/command/import_request.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/command/commands.h"
#include "node/import/genotypes.h"
#include "node/import/header.h"
#include "node/import/lines.h"
#include "node/import/stream.h"

/* ---- what is no plain number or text --------------------------------------------------------- */

/* "25" or "0.1%". */
static bool read_max_rejects(const char *text, void *target, struct err *err)
{
    struct run_options *run = target;
    size_t length = strlen(text);
    long number = 0;
    double share;
    char *end;

    if (!length || text[length - 1] != '%') {
        if (!option_number("--max-rejects", text, 0, UINT32_MAX, &number, err))
            return false;
        run->rejects_max = (uint64_t)number;
        return true;
    }
    share = strtod(text, &end);
    if (end != text + length - 1 || !(share >= 0 && share <= 100))
        return err_set(err, ERR_INVALID, "--max-rejects takes a number, or 0%% to 100%%");
    run->rejects_by_share = true;
    run->rejects_max = (uint64_t)(share * 1e4 + 0.5);
    return true;
}

static bool read_expect_rows(const char *text, void *target, struct err *err)
{
    struct run_options *run = target;
    long number = 0;

    if (!option_number("--expect-rows", text, 0, UINT32_MAX, &number, err))
        return false;
    run->expects_rows = true;
    run->rows_min = (uint64_t)number;
    return true;
}

static bool read_delivers(const char *text, void *feed, struct err *err)
{
    return feed_delivers(feed, text, err);
}

static bool read_from(const char *text, void *feed, struct err *err)
{
    return feed_from(feed, text, err);
}

static const char *assembly_word(size_t i)
{
    static const char *const names[] = {"auto", "GRCh37", "GRCh38", NULL};

    return names[i];
}

static bool read_assembly(const char *text, void *target, struct err *err)
{
    static const enum ast_assembly assemblies[] = {(enum ast_assembly)0, ASSEMBLY_GRCH37,
                                                   ASSEMBLY_GRCH38};
    char room[WORDS_TEXT_BYTES];
    size_t which;

    if (!words_find(assembly_word, text, &which))
        return err_set(err, ERR_INVALID, "--assembly takes %s",
                       words_join(assembly_word, " or ", room));
    memcpy(target, &assemblies[which], sizeof(assemblies[which]));
    return true;
}

static bool read_origin(const char *text, void *target, struct err *err)
{
    char room[WORDS_TEXT_BYTES];
    enum sample_type type;

    if (!sample_type_read(text, &type))
        return err_set(err, ERR_INVALID, "--origin takes %s",
                       words_join(sample_type_word, " or ", room));
    memcpy(target, &type, sizeof(type));
    return true;
}

/* ---- the table ------------------------------------------------------------------------------- */

#define AT(member) .at = offsetof(struct import_request, member)

static const struct option_spec specs[] = {
    {"dir", OPTION_PATH, "DIR", "the node's folder", AT(dir), .needed = OPTION_ALWAYS},
    {"dry-run", OPTION_FLAG, NULL, "the same parser and checks, and nothing is written",
     AT(run.dry_run), .verbs = "vcf phenopackets persons events consent"},
    {"max-rejects", OPTION_READ, "N|P%",
     "more rejected than that: nothing is imported (default: no limit)", AT(run),
     .read = read_max_rejects, .example = "0.1%",
     .verbs = "vcf phenopackets persons events consent"},
    {"report", OPTION_PATH, "FILE",
     "where rejects are listed, as JSON lines (default: DIR/rejects/import-ID.jsonl); they name "
     "line, field and code, and never a value",
     AT(run.report), .verbs = "vcf phenopackets persons events consent"},
    {"json", OPTION_FLAG, NULL, "outcomes as JSON, one object a line", AT(json)},
    {"quiet", OPTION_FLAG, NULL, "no progress", AT(run.quiet)},
    {.type = OPTION_HEADING, .help = "Options of persons, events, consent and phenopackets:"},
    {"feed", OPTION_TEXT, "NAME",
     "the files together are one full extract of this feed: what it no longer says is gone "
     "(\"removed N\"). A file of persons without --feed is the feed of its own name; consent and "
     "phenopackets without it only add and replace",
     AT(feed.name), .needed = "events", .verbs = "phenopackets persons events consent"},
    {"delivers", OPTION_READ, "KIND:SYSTEM,...",
     "what the feed delivers in full, e.g. diagnosis:icd10: only there is a missing record a "
     "\"no\", elsewhere it is \"cannot tell\". Kept with the feed, and asked for once; \"nothing\" "
     "is an answer. Public: it is shown by `rikstal nodes --data`",
     AT(feed), .read = read_delivers, .example = "diagnosis:icd10",
     .verbs = "phenopackets persons events consent"},
    {"from", OPTION_READ, "DAY", "... since when", AT(feed), .read = read_from,
     .example = "2015-01-01", .verbs = "phenopackets persons events consent"},
    {"expect-rows", OPTION_READ, "N",
     "fewer rows than that: refused as cut off. 0: that the feed is empty now is meant", AT(run),
     .read = read_expect_rows, .example = "0", .verbs = "phenopackets persons events consent"},
    {.type = OPTION_HEADING, .help = "Options of events:"},
    {"column", OPTION_TEXTS, "COLUMN=HEADER",
     "which column of the file says it: person, domain, kind, system, code, start, end, value, "
     "unit, answer, excluded (default: the column of that name)",
     AT(events.columns), .count_at = offsetof(struct import_request, events.n_columns),
     .most = EVENT_MAP_OPTIONS_MAX, .verbs = "events"},
    {"set", OPTION_TEXTS, "COLUMN=TEXT", "what all rows say, e.g. kind=lab", AT(events.sets),
     .count_at = offsetof(struct import_request, events.n_sets), .most = EVENT_MAP_OPTIONS_MAX,
     .verbs = "events"},
    {"other-columns", OPTION_FLAG, NULL,
     "columns that nobody named are not read; without it they refuse the file",
     AT(events.other_columns), .verbs = "events"},
    {"decimal-comma", OPTION_FLAG, NULL, "values are written 4,9 (default: 4.9)",
     AT(events.decimal_comma), .verbs = "events"},
    {.type = OPTION_HEADING, .help = "Options of vcf:"},
    {"persons", OPTION_PATH, "MAP.csv",
     "whose the samples are: a table with the columns \"sample\" and \"person\", and where they "
     "are known \"type\" (as --origin), \"tissue\" (a code) and \"taken\" (a day). Default: a "
     "sample's name is its person's id, which a tumour's never is. A sample that is not in it "
     "refuses the file",
     AT(persons), .verbs = "vcf"},
    {"origin", OPTION_READ, "TYPE",
     "of what the samples are whose columns nothing else tells (default: germline). A file that "
     "says that it is somatic is never taken as germline; its tumour and normal are read from its "
     "header, and where that does not tell them the file is refused",
     AT(vcf.origin), .words = sample_type_word, .read = read_origin, .example = "tumour",
     .verbs = "vcf"},
    {"assay", OPTION_TEXT, "NAME",
     "the method that the samples were looked at with; without it nobody but carriers counts as "
     "tested in answers; in `count` the sites of the file count as tested too",
     AT(run.assay), .verbs = "vcf"},
    {"bed", OPTION_PATH, "FILE", "what the assay looks at", AT(bed), .verbs = "vcf"},
    {"panel", OPTION_PATH, "FILE", "the same as --bed", AT(bed), .verbs = "vcf"},
    {"whole-genome", OPTION_FLAG, NULL, "the assay looks at all of it", AT(run.assay_whole),
     .verbs = "vcf"},
    {"assembly", OPTION_READ, "NAME",
     "(default: auto, by contig lengths, an assembly in the header, REF where a reference is "
     "loaded, and never by the name of a file); must not contradict them",
     AT(vcf.assembly), .words = assembly_word, .read = read_assembly, .verbs = "vcf"},
    {"fasta", OPTION_PATH, "FILE",
     "a reference, plain and with its .fai, in place of the one of `rikstal-node terms load "
     "fasta`: variants are left-aligned and REF is compared with it. Without either, they are "
     "trimmed only",
     AT(fasta), .verbs = "vcf"},
    {"beside", OPTION_FLAG, NULL,
     "the file adds to what files of other names say of the same samples and assay. Without it, it "
     "replaces them (a re-analysis), unless they are on other chromosomes",
     AT(vcf.beside), .verbs = "vcf"},
    {"keep-filter", OPTION_TEXTS, "WORD",
     "a FILTER word that counts as passed; without it, PASS and \".\" alone do", AT(keep_filters),
     .count_at = offsetof(struct import_request, vcf.n_keep_filters), .most = VCF_FILTERS_MAX,
     .verbs = "vcf"},
    {"min-depth", OPTION_NUMBER32, "N",
     "a reference call on fewer reads (DP) is \"cannot tell\" (default: 1; 0: not looked at)",
     AT(vcf.depth), .least = 0, .most = UINT32_MAX, .verbs = "vcf"},
    {"min-quality", OPTION_NUMBER32, "N", "likewise by its quality (GQ; default: 1)",
     AT(vcf.quality), .least = 0, .most = UINT32_MAX, .verbs = "vcf"},
    {"min-block-depth", OPTION_NUMBER32, "N",
     "of a gVCF's reference block (MIN_DP, else DP; default: 10)", AT(vcf.block_depth), .least = 0,
     .most = UINT32_MAX, .verbs = "vcf"},
    {"min-block-quality", OPTION_NUMBER32, "N", "likewise (GQX, GQ, RGQ, SQ; default: 20)",
     AT(vcf.block_quality), .least = 0, .most = UINT32_MAX, .verbs = "vcf"},
    {"accept-loss", OPTION_FLAG, NULL,
     "take a file of which more than half of the records or carriers are not taken (and at least "
     "100), instead of refusing it",
     AT(accept_loss), .verbs = "vcf"},
    {"max-samples", OPTION_NUMBER32, "N", "refuse a file of more samples (default: 10000)",
     AT(vcf.samples_max), .least = 1, .most = STREAM_SAMPLES_MAX, .verbs = "vcf"},
    {"max-inflation", OPTION_NUMBER, "N",
     "refuse a file that inflates more than N-fold (default: 200)", AT(vcf.inflation_max),
     .least = 1, .most = UINT32_MAX, .verbs = "vcf"},
    {.type = OPTION_HEADING, .help = "Options of phenopackets:"},
    {"by-subject", OPTION_FLAG, NULL,
     "the person is subject.id (default: the phenopacket's own id, because subjects of "
     "publications repeat)",
     AT(phenopackets.by_subject), .verbs = "phenopackets"},
    {"domain", OPTION_TEXT, "NAME", "of person ids (default: local)", AT(phenopackets.domain),
     .verbs = "phenopackets"},
};

#define FILES "FILE...", "a FILE, or more", 1, SIZE_MAX

static const struct option_words words[] = {
    [IMPORT_VCF] =
        {"vcf", FILES,
         "variants and genotypes: VCF, VCF.gz or BCF, one or many samples; - is standard input"},
    [IMPORT_PHENOPACKETS] =
        {"phenopackets", FILES,
         "GA4GH phenopackets v2: JSON files, folders of them, .tar.xz and .tar.gz; all that are "
         "named are one import"},
    [IMPORT_PERSONS] = {"persons", FILES,
                        "a CSV of persons (sex, birth year) and their coded events"},
    [IMPORT_EVENTS] = {"events", FILES,
                       "a CSV of coded events with values: laboratory results, observations"},
    [IMPORT_CONSENT] = {"consent", FILES, "a CSV of what persons allow, their blocks and opt-outs"},
    [IMPORT_LIST] = {"list", NULL, NULL, 0, 0, "the imports of this node"},
    [IMPORT_UNDO] = {"undo", "ID", "the number of one import", 1, 1,
                     "take back what an import stored"},
};

const struct option_table import_table = {
    .command = "rikstal-node import",
    .about =
        "Reads files into the store of this node. Each file is one import: all of it or nothing. "
        "The\n"
        "same file with the same options again is \"nothing to do\" (and exits with 6 again, where "
        "rows\n"
        "of it were rejected). What was imported can be asked about after `rikstal-node publish`.\n"
        "Files are parsed in a process of their own that can open nothing and reach no\n"
        "network. Names of persons and samples are turned into keyed hashes there.",
    .words = words,
    .n_words = sizeof(words) / sizeof(words[0]),
    .specs = specs,
    .n_specs = sizeof(specs) / sizeof(specs[0]),
    .details =
        "Columns of persons (in any order, person alone must be there): person, domain, sex "
        "(female,\n"
        "male, other, unknown), birth_year, birth_date, age, deceased, death_date, and for an "
        "event\n"
        "kind (diagnosis, phenotype, treatment, procedure, other, lab, observation, specimen, "
        "report,\n"
        "death, pathogen, classification), system, code, date, excluded.\n"
        "Systems: hp icd10 icd10cm icd9 icd11 icdo3 snomed omim omimps orpha mondo doid ncit umls "
        "efo\n"
        "atc rxnorm kva loinc npu igsr local, by any name, address of FHIR or OID of theirs.\n"
        "\n"
        "A file of persons or consent ends with a line feed: without, it was cut off and is "
        "refused.\n"
        "\n"
        "Columns of events (in any order, under names that --column declares; person and code must "
        "be\n"
        "there, and kind): person, domain, kind, system, code, start and end (YYYY-MM-DD), value "
        "(a "
        "decimal\n"
        "number) with its unit (UCUM: mmol/L, 10*9/L), or an answer (a word or a code), excluded.\n"
        "\n"
        "Columns of consent: person, domain, permit (DUO terms: GRU HMB DS NPOA NPUNCU NCU IRB RS "
        "TS,\n"
        "and QUALITY, STATISTICS, with blanks between), disease, valid_from, valid_to, blocked,\n"
        "opted_out, count_here (no: another node counts this person). A row replaces what an "
        "earlier\n"
        "file said of its person, as far as its file has columns: without a column blocked an "
        "earlier\n"
        "block stays. Whose row cannot be read is excluded until it is mended. Of "
        "whom\n"
        "nothing is recorded, the policy's \"unrecorded\" decides.\n"
        "\n"
        "Each import ends with a line: read = stored + unchanged + filtered + rejected, counted "
        "in\n"
        "alternative alleles for vcf, packets for phenopackets and rows for the others. "
        "\"replaced\" (of\n"
        "those stored) and \"removed\" are records of earlier imports that ended.",
    .exits = "0 ok, or nothing to do; 1 failure; 2 usage, or a file that is not taken; 6\n"
             "finished with rejects, or without items of records that could not be read.",
};

void import_request_init(struct import_request *request)
{
    assert(request);
    *request =
        (struct import_request){.run = {.rejects_max = UINT64_MAX}, .vcf = VCF_OPTIONS_DEFAULT};
}

void import_request_settle(struct import_request *request, const struct arguments *arguments)
{
    assert(request->dir);
    request->run.dir = request->dir;
    request->run.refuse_loss = !request->accept_loss;
    request->vcf.assay = request->run.assay;
    request->vcf.keep_filters = request->keep_filters;
    request->files = arguments->word;
    request->n_files = arguments->n;
}
