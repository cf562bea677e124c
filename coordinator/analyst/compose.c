/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/compose.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coordinator/analyst/blind.h"
#include "coordinator/analyst/session.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/base/clock.h"
#include "proto/base/file.h"
#include "proto/base/random.h"
#include "proto/query/audience.h"
#include "proto/query/disease.h"
#include "proto/query/parse.h"
#include "proto/query/price.h"
#include "proto/query/protocol.h"
#include "proto/query/region.h"
#include "proto/query/set_folder.h"
#include "proto/query/vocabulary.h"
#include "proto/query/wire.h"
#include "proto/trust/calendar.h"
#include "proto/trust/envelope.h"
#include "proto/trust/message.h"
#include "proto/trust/question.h"
#include "proto/trust/role.h"
#include "proto/trust/roster.h"

#define EARLIER_S 5 /* a question is valid from a little before now, because clocks differ */

bool compose_diagnose(const char *text, struct arena *arena, struct ast *ast,
                      struct diagnostics *found)
{
    assert(text && arena && ast && found);
    struct set_folder folder = {{"sets", session_default(arena, "sets")}, arena};
    struct named_sets sets = set_folder_source(&folder);

    return parse_with_sets(text, strlen(text), &sets, arena, ast, found);
}

bool compose_parse(const char *text, struct arena *arena, struct ast *ast, struct err *err)
{
    struct diagnostics found;

    if (compose_diagnose(text, arena, ast, &found))
        return true;
    diagnostics_tell(&found);
    return err_set(err, ERR_INVALID, "the question has %u mistake%s", found.n,
                   found.n == 1 ? "" : "s");
}

bool compose_protocol_diagnose(const char *text, size_t size, struct arena *arena,
                               struct protocol *out, struct diagnostics *found)
{
    assert(text && arena && out && found);
    struct set_folder folder = {{"sets", session_default(arena, "sets")}, arena};
    struct named_sets sets = set_folder_source(&folder);

    return protocol_read(text, size, &sets, arena, out, found);
}

bool compose_protocol(const char *path, struct arena *arena, struct protocol *out, struct err *err)
{
    assert(path && arena && out);
    struct diagnostics found;
    uint8_t *text;
    size_t size;

    if (!file_read(path, PROTOCOL_BYTES_MAX, arena, &text, &size, err))
        return err_wrap(err, "--protocol: ");
    if (compose_protocol_diagnose((const char *)text, size, arena, out, &found))
        return true;
    diagnostics_tell(&found);
    return err_set(err, ERR_INVALID, "the protocol %s has %u mistake%s", path, found.n,
                   found.n == 1 ? "" : "s");
}

/* ---- audience -------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds a node by its id, or a region by any of its names. */
static bool node_named(const struct roster *roster, const char *text, char **out,
                       struct arena *arena, struct err *err)
{
    const struct region *region = region_by_text(text);
    const char *node = region && !roster_node(roster, text) ? region->code : text;

    if (!roster_node(roster, node))
        return err_set(err, ERR_INVALID, "no node \"%s\" in the roster; `rikstal nodes` lists them",
                       text);
    *out = arena_strdup(arena, node);
    return *out || err_memory(err);
}

static bool audience_named(const struct roster *roster, const char *nodes, struct arena *arena,
                           Rikstal__V1__Question *question, struct err *err)
{
    char *rest = arena_strdup(arena, nodes);

    if (!rest)
        return err_memory(err);
    for (char *word; (word = strsep(&rest, ","));) {
        if (!*word)
            continue;
        if (question->n_audience == REGIONS_MAX)
            return err_set(err, ERR_INVALID, "at most %d nodes", REGIONS_MAX);
        if (!node_named(roster, word, &question->audience[question->n_audience], arena, err))
            return false;
        question->n_audience++;
    }
    return question->n_audience > 0 || err_set(err, ERR_INVALID, "--nodes names no node");
}

/* Nodes must be sorted and distinct. */
static bool audience_fill(const struct roster *roster, const char *nodes, struct arena *arena,
                          Rikstal__V1__Question *question, struct err *err)
{
    const Rikstal__V1__Roster *all = roster_message(roster);
    size_t kept = 0;

    question->audience = arena_array(arena, REGIONS_MAX, sizeof(char *));
    if (!question->audience)
        return err_memory(err);
    if (nodes && !audience_named(roster, nodes, arena, question, err))
        return false;
    for (size_t i = 0; !nodes && i < all->n_nodes && i < REGIONS_MAX; i++)
        question->audience[question->n_audience++] = all->nodes[i]->node;
    if (question->n_audience == 0)
        return err_set(err, ERR_UNAVAILABLE, "the roster has no nodes yet");
    qsort(question->audience, question->n_audience, sizeof(char *), by_text);
    for (size_t i = 0; i < question->n_audience; i++)
        if (i == 0 || strcmp(question->audience[kept - 1], question->audience[i]) != 0)
            question->audience[kept++] = question->audience[i];
    question->n_audience = kept;
    return true;
}

/*
 * Leaves out the nodes where nobody can meet the question, by its tests on `region`: their answer
 * is known, and to ask them would cost their budgets. In mode sum, and with steps, there is no such
 * test.
 */
static bool audience_narrow(const struct ast *ast, Rikstal__V1__Question *question, struct err *err)
{
    size_t kept = 0;

    if (question->n_steps > 0 && audience_names_region(ast->root))
        return err_set(err, ERR_INVALID, "%s", AUDIENCE_REGION_IN_STEPS);
    if (question->mode == RIKSTAL__V1__MODE__MODE_SUM && audience_names_region(ast->root))
        return err_set(err, ERR_INVALID,
                       "region is not asked about in mode sum: " AUDIENCE_REGION_IN_SUM
                       ", or choose the regions of the sum with --nodes");
    for (size_t i = 0; i < question->n_audience; i++)
        if (audience_can_meet(ast->root, question->audience[i]))
            question->audience[kept++] = question->audience[i];
    question->n_audience = kept;
    return kept > 0 || err_set(err, ERR_INVALID,
                               "none of the nodes that would be asked is in a region that the "
                               "question allows");
}

/*
 * ---- the asker ---------------------------------------------------------------------------------
 */

static bool speaker_fill(const struct session *session, const struct roster *roster,
                         const struct secret_key *key, Rikstal__V1__Question *question,
                         struct err *err)
{
    const Rikstal__V1__RosterAnalyst *analyst;
    struct session_speaker speaker;

    if (!session_speaker(session, roster, key, &speaker, err))
        return false;
    analyst = speaker.analyst;
    question->certificate = (ProtobufCBinaryData){speaker.certificate_bytes, speaker.certificate};
    if (session->analyst && strcmp(session->analyst, analyst->id) != 0)
        return err_set(err, ERR_DENIED, "this key is %s's, the configuration says %s", analyst->id,
                       session->analyst);
    question->analyst = analyst->id;
    question->organisation = analyst->organisation;
    question->role =
        (char *)(session->role ? session->role : (analyst->n_roles ? analyst->roles[0] : ""));
    question->purpose =
        (char *)(session->purpose ? session->purpose : role_usual_purpose(question->role));
    if (!roster_analyst_has_role(analyst, question->role))
        return err_set(err, ERR_DENIED, "neither roster nor certificate gives %s the role \"%s\"",
                       analyst->id, question->role);
    return true;
}

static bool criterion_fill(const char *text, struct arena *arena, struct ast *ast,
                           Rikstal__V1__Question *question, struct err *err)
{
    struct wire_list list;

    if (!compose_parse(text, arena, ast, err) || !wire_encode(ast, arena, &list, err))
        return false;
    question->criterion = list.ops;
    question->n_criterion = list.n;
    return true;
}

static bool steps_fill(const struct protocol *protocol, struct arena *arena,
                       Rikstal__V1__Question *question, struct err *err)
{
    question->steps = arena_array(arena, protocol->n_steps, sizeof(*question->steps));
    if (!question->steps)
        return err_memory(err);
    for (uint32_t i = 0; i < protocol->n_steps; i++) {
        Rikstal__V1__Step *step = arena_alloc(arena, sizeof(*step));

        if (!step)
            return err_memory(err);
        rikstal__v1__step__init(step);
        step->name = (char *)protocol->step[i].name;
        step->operands = protocol->step[i].operands;
        question->steps[i] = step;
    }
    question->n_steps = protocol->n_steps;
    return true;
}

static bool edges_read(const struct measure_declaration *declared,
                       const struct compose_parts *parts, struct arena *arena,
                       const int32_t **edges, size_t *n, struct err *err)
{
    if (declared->bins >> BINS_MONTHS & 1) {
        if (!parts->period)
            return err_set(err, ERR_INVALID, "a %s needs --period, as in --period 2019-01..2023-12",
                           declared->name);
        return bins_read_period(parts->period, arena, edges, n, err) || err_wrap(err, "--period: ");
    }
    if (!parts->bins)
        return err_set(err, ERR_INVALID, "a %s needs --bins, as in --bins 0,18,40,65",
                       declared->name);
    return bins_read_list(parts->bins, arena, edges, n, err) || err_wrap(err, "--bins: ");
}

/* The unit follows from how many events are given: one, none, or two. */
static bool bins_fill(const struct measure_declaration *declared, const struct compose_parts *parts,
                      struct arena *arena, Rikstal__V1__Question *question, struct err *err)
{
    uint32_t n_steps = parts->protocol ? parts->protocol->n_steps : 0;
    enum bins_unit unit = declared->bins >> BINS_MONTHS & 1                ? BINS_MONTHS
                          : n_steps || !(declared->bins >> BINS_YEARS & 1) ? BINS_DAYS
                                                                           : BINS_YEARS;
    uint32_t n_events = bins_events(unit);
    const int32_t *edges;
    size_t n;

    for (uint32_t i = 0; i < n_events; i++)
        if (i >= n_steps || strcmp(parts->protocol->step[i].name, i ? SHAPE_TO : SHAPE_FROM) != 0)
            return err_set(err, ERR_INVALID, "a %s needs --%s EVENT, as in --%s '%s'",
                           declared->name, i ? SHAPE_TO : SHAPE_FROM, i ? SHAPE_TO : SHAPE_FROM,
                           i ? "treatment under atc:L01" : "diagnosis under icd10:C50");
    if (!edges_read(declared, parts, arena, &edges, &n, err) ||
        (n_steps && !steps_fill(parts->protocol, arena, question, err)))
        return false;
    question->bins = arena_alloc(arena, sizeof(*question->bins));
    if (!question->bins)
        return err_memory(err);
    rikstal__v1__bins__init(question->bins);
    question->bins->unit = unit;
    question->bins->edges = (int32_t *)edges;
    question->bins->n_edges = n;
    return true;
}

bool compose_shape(enum measure_kind measure, const struct compose_parts *parts,
                   struct arena *arena, Rikstal__V1__Question *question, struct shape *out,
                   struct err *err)
{
    assert(parts && question && out);
    const struct measure_declaration *declared = measure_declaration(measure);

    assert(declared);
    question->measure = (Rikstal__V1__Measure)measure;
    if (declared->parts == MEASURE_BY_DIMENSIONS && !parts->by)
        return err_set(err, ERR_INVALID, "a %s needs --by, as in --by sex,age_band",
                       declared->name);
    if (declared->parts == MEASURE_BY_CHANGES && !parts->changes)
        return err_set(err, ERR_INVALID,
                       "a %s needs --changes, as in --changes GRCh38:17-43044295-G-A",
                       declared->name);
    if (declared->parts == MEASURE_BY_STEPS && !parts->protocol)
        return err_set(
            err, ERR_INVALID,
            "a %s needs --protocol FILE, with a line for each criterion, as in I1 adult: "
            "age >= 18",
            declared->name);
    if (declared->parts == MEASURE_BY_BINS && !bins_fill(declared, parts, arena, question, err))
        return false;
    if ((declared->parts == MEASURE_BY_STEPS || declared->parts == MEASURE_TWO_BY_TWO) &&
        !steps_fill(parts->protocol, arena, question, err))
        return false;
    if (declared->parts != MEASURE_BY_BINS && (parts->bins || parts->period))
        return err_set(err, ERR_INVALID,
                       "--bins and --period are for a timeline, a histogram and a survival");
    if (parts->by && !shape_dimensions(parts->by, arena, question, err))
        return err_wrap(err, "--by: ");
    if (parts->changes && !shape_changes(parts->changes, arena, question, err))
        return err_wrap(err, "--changes: ");
    return shape_read(question, arena, out, err);
}

/* Sets the sigmas of the cells that have their own; the question's is in it. */
static bool grades_fill(const struct compose_options *options, struct measure measure,
                        Rikstal__V1__Question *question, struct err *err)
{
    struct measure usual = price_usual(&measure, question->sigma);
    uint32_t undetermined =
        options->sigma_undetermined ? options->sigma_undetermined : usual.sigma_undetermined;
    uint32_t total = options->sigma_total ? options->sigma_total : usual.sigma_total;

    question->sigma_undetermined = undetermined;
    question->sigma_total = total;
    return measure_grade(&measure, undetermined, total, err) &&
           price_check(&measure, question->sigma, err);
}

/* Fills in what is asked of the cohort: a count, a table by some dimensions, or some changes. */
static bool measure_fill(const struct compose_options *options, struct arena *arena,
                         Rikstal__V1__Question *question, struct err *err)
{
    struct compose_parts parts = {.by = options->by,
                                  .changes = options->changes,
                                  .protocol = options->protocol,
                                  .bins = options->bins,
                                  .period = options->period};
    struct shape shape;

    return compose_shape(options->measure, &parts, arena, question, &shape, err) &&
           grades_fill(options, shape.measure, question, err);
}

/* Sets the disease in the only spelling that a question may have. */
static bool disease_fill(const char *text, struct arena *arena, Rikstal__V1__Question *question,
                         struct err *err)
{
    char spelled[CODE_TEXT_MAX];
    struct code disease;

    if (!text)
        return true;
    if (!disease_parse(text, &disease, err))
        return err_wrap(err, "--disease: ");
    code_print(&disease, spelled);
    question->disease = arena_strdup(arena, spelled);
    return question->disease || err_memory(err);
}

/* Sets the release that the question is about: the one that was said, or the newest. */
static bool release_fill(const struct roster *roster, const char *release, int64_t now_s,
                         Rikstal__V1__Question *question, struct err *err)
{
    const Rikstal__V1__RosterRelease *newest = calendar_newest(roster, question->purpose, now_s);

    if (release)
        question->release = (char *)release;
    else if (newest)
        question->release = newest->name;
    return calendar_allows(roster, question->release, question->purpose, now_s, err) ||
           err_wrap(err, "--release: ");
}

/* Sets who can open the total. With our key in the question, only we can. */
static bool blind_fill(const struct compose_options *options, Rikstal__V1__Question *question,
                       struct blind **blind, struct err *err)
{
    if (!options->blind)
        return true;
    if (question->mode != RIKSTAL__V1__MODE__MODE_SUM)
        return err_set(
            err, ERR_INVALID,
            "--blind is for mode sum: in mode %s the regions' own figures are the answer",
            mode_name((enum mode)question->mode));
    *blind = blind_new();
    if (!*blind)
        return err_memory(err);
    question->blind_key =
        (ProtobufCBinaryData){KEYSTREAM_KEY_BYTES, (uint8_t *)blind_public_key(*blind)};
    return true;
}

static bool question_fill(const struct session *session, const struct compose_options *options,
                          const struct roster *roster, const struct secret_key *key,
                          Rikstal__V1__Question *question, struct err *err)
{
    int64_t now_s = clock_wall_s();
    enum mode mode;
    struct ast ast;

    if (options->sigma && !price_sigma_known(options->sigma))
        return err_set(err, ERR_INVALID, "--sigma takes " PRICE_SIGMA_LIST);
    rikstal__v1__question__init(question);
    question->version = QUESTION_VERSION;
    question->vocabulary = VOCABULARY_VERSION;
    question->network = (char *)roster_network(roster);
    question->question_id.data = arena_alloc(session->arena, QUESTION_ID_BYTES);
    question->question_id.len = QUESTION_ID_BYTES;
    if (!question->question_id.data)
        return err_memory(err);
    random_bytes(question->question_id.data, QUESTION_ID_BYTES);
    question->permit = (char *)options->permit;
    question->dataset = "main";
    question->roster_version = roster_version(roster);
    question->not_before = now_s - EARLIER_S;
    question->expires = now_s + options->life_s;
    if (!speaker_fill(session, roster, key, question, err))
        return false;
    question->sigma = options->sigma ? options->sigma : role_usual_sigma(question->role);
    mode = options->mode ? options->mode : role_usual_mode(question->role, options->permit);
    question->mode = (Rikstal__V1__Mode)mode;
    return criterion_fill(options->text, session->arena, &ast, question, err) &&
           measure_fill(options, session->arena, question, err) &&
           disease_fill(options->disease, session->arena, question, err) &&
           release_fill(roster, options->release, now_s, question, err) &&
           audience_fill(roster, options->nodes, session->arena, question, err) &&
           audience_narrow(&ast, question, err);
}

bool compose(const struct session *session, const struct compose_options *options,
             const struct roster *roster, const struct secret_key *key, struct composed *out,
             struct err *err)
{
    assert(session && options && options->text && roster && key && out);
    Rikstal__V1__Question question;
    Rikstal__V1__Envelope *envelope;
    struct question checked;
    uint8_t *data;
    size_t size;

    *out = (struct composed){0};
    if (!question_fill(session, options, roster, key, &question, err) ||
        !blind_fill(options, &question, &out->blind, err) ||
        !envelope_sign_message(DOMAIN_QUESTION, &question.base, key, session->arena, &envelope,
                               err) ||
        !message_pack(&envelope->base, session->arena, &data, &size, err))
        return false;
    if (!question_check(envelope, (struct roster_view){roster, NULL, clock_wall_s()},
                        session->arena, &checked, err) ||
        !plan_new(&checked, roster, data, size, &out->plan, err))
        return false;
    out->disease = question.disease;
    out->release = question.release;
    out->permit = checked.permit;
    out->envelope = data;
    out->envelope_bytes = size;
    return true;
}
