/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/query/explain.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/bytes.h"
#include "proto/base/date.h"
#include "proto/base/number.h"
#include "proto/query/region.h"
#include "proto/query/two_hits.h"
#include "proto/query/vocabulary.h"

struct phrase {
    const char *english;
    const char *swedish;
};

static const struct phrase everybody = {"all persons of the data", "alla personer i uppgifterna"};
static const struct phrase persons = {"persons with", "personer med"};
static const struct phrase all_of = {"all of:", "allt av:"};
static const struct phrase any_of = {"any of:", "något av:"};
static const struct phrase none_of = {"none of:", "inget av:"};
static const struct phrase not_all_of = {"not all of:", "inte allt av:"};
static const struct phrase at_least = {"at least %u of:", "minst %u av:"};
static const struct phrase fewer_than = {"fewer than %u of:", "färre än %u av:"};
static const struct phrase not_that = {"not:", "inte:"};
/* By enum origin. */
static const struct phrase variant_of[] = {
    {"one and the same variant, with", "en och samma variant, med"},
    {"one and the same germline variant, with", "en och samma medfödda variant, med"},
    {"one and the same somatic variant, with", "en och samma somatiska variant, med"}};
static const struct phrase no_variant_of[] = {
    {"tested, and no variant that has", "testad, och ingen variant som har"},
    {"tested in the germline, and no variant there that has",
     "testad i könsbanan, och ingen variant där som har"},
    {"tested in a tumour, and no variant there that has",
     "testad i en tumör, och ingen variant där som har"}};
/* By enum origin. */
static const struct phrase two_hits_of[] = {
    {"both copies of one gene hit, by variants with", "båda kopior av en gen, av varianter med"},
    {"both copies of one gene hit in the germline, by variants with",
     "båda kopior av en gen i könsbanan, av varianter med"},
    {"both copies of one gene hit in a tumour, by variants with",
     "båda kopior av en gen i en tumör, av varianter med"}};
static const struct phrase not_two_hits = {"tested, and not ", "testad, och inte "};
static const struct phrase two_hits_note = {
    "(Two hits are one variant on both copies, or two that are known to lie on different ones. Who "
    "has two of which that is not known is counted as undetermined; one hemizygous call is not "
    "two.)",
    "(Två träffar är en variant på båda kopiorna, eller två som man vet ligger på var sin. Den som "
    "har två utan att man vet det räknas som obestämbar; en hemizygot variant är inte två.)"};
static const struct phrase any_origin_note = {
    "(A variant of a question without germline or somatic is of either origin: who has a tumour's "
    "sample is asked of it as well as of the germline. A somatic call never counts as germline.)",
    "(En variant i en fråga utan germline eller somatic är av endera ursprung: den som har ett "
    "tumörprov tillfrågas även om det. En somatisk variant räknas aldrig som medfödd.)"};
static const struct phrase somatic_note = {
    "(Somatic is what was called in a sample of a tumour or of cell-free DNA; who has no such "
    "sample is counted as undetermined.)",
    "(Somatiskt är det som setts i ett prov av en tumör eller av fritt DNA; den som saknar ett "
    "sådant prov räknas som obestämbar.)"};
static const struct phrase is_tested = {"tested, so that it can be told, for",
                                        "testad, så att det kan avgöras, för"};
static const struct phrase not_sampled = {
    "without any sample in the region's data, and so not tested for",
    "utan något prov i regionens uppgifter, och därför inte testad för"};
static const struct phrase no_record = {"no record of ", "ingen uppgift om "};
static const struct phrase no = {"not ", "inte "};
static const struct phrase or_below = {" or a code below it", " eller en kod under den"};
static const struct phrase absent = {"explicitly recorded as absent: ",
                                     "uttryckligen registrerat som frånvarande: "};
static const struct phrase an_event = {"an event on a known day:", "en händelse på en känd dag:"};
static const struct phrase two_events = {"two events, the first of them%s the second:",
                                         "två händelser, den första av dem%s den andra:"};
static const struct phrase chain = {"events, one after the other:",
                                    "händelser, den ena efter den andra:"};
static const struct phrase times_on = {"on at least %u different days%s:",
                                       "på minst %u olika dagar%s:"};
static const struct phrase not_so = {"not ", "inte "};
static const struct phrase then_later = {"then%s later:", "därefter%s senare:"};
static const struct phrase first_of_all = {"first:", "först:"};
static const struct phrase sides[] = {
    [SIDE_BEFORE] = {" before", " före"},
    [SIDE_AFTER] = {" after", " efter"},
    [SIDE_OF] = {" before, after or on the day of", " före, efter eller samma dag som"}};
static const struct phrase gap_forms[] = {[GAP_NONE] = {"", ""},
                                          [GAP_WITHIN] = {" at most %u %s", " högst %u %s"},
                                          [GAP_LEAST] = {" at least %u %s", " minst %u %s"},
                                          [GAP_BETWEEN] = {" %u to %s", " %u till %s"}};
static const struct phrase units[] = {[TIME_YEARS] = {"years", "år"},
                                      [TIME_MONTHS] = {"months", "månader"},
                                      [TIME_DAYS] = {"days", "dagar"}};
static const struct phrase then = {" at the event", " vid händelsen"};
static const struct phrase day_note = {
    "(Dates are those of the recorded event, in whole days; a month is completed on the same day "
    "of the "
    "next month. Whose record has no day is counted as undetermined where the day matters.)",
    "(Datum är den registrerade händelsens, i hela dagar; en månad är fylld samma dag i nästa "
    "månad. Den "
    "vars uppgift saknar dag räknas som obestämbar där dagen har betydelse.)"};
static const struct phrase sampled_note = {
    "(A variant of an event is on the day on which the tumour's sample was taken. A no is of whom "
    "a "
    "sample that was tested for it was taken on a day that would fit, or of whom no day would; who "
    "has "
    "a sample of a tumour without a known day is counted as undetermined.)",
    "(En variant i en händelse är på den dag då tumörprovet togs. Ett nej gäller den som har ett "
    "prov "
    "som är testat för den och taget en dag som skulle passa, eller för vilken ingen dag skulle "
    "göra det; den som har ett tumörprov utan känd dag räknas som obestämbar.)"};
static const struct phrase in_months = {"age in completed months", "ålder i fyllda månader"};
static const struct phrase in_days = {"age in days", "ålder i dagar"};
static const struct phrase recorded = {", whatever is recorded of it",
                                       ", vad som än är registrerat om det"};
static const struct phrase of_version = {", version", ", version"};
static const struct phrase of_values = {" (one of %u values)", " (ett av %u värden)"};
static const struct phrase the_set = {"the set ", "mängden "};
static const struct phrase not_the_set = {"not the set ", "inte mängden "};
static const struct phrase or_word = {" or ", " eller "};
static const struct phrase exactly = {" exactly ", " exakt "};
static const struct phrase between = {" from %s to %s", " från %s till %s"};
static const struct phrase least = {" at least %s", " minst %s"};
static const struct phrase most = {" at most %s", " högst %s"};
static const struct phrase of_number = {", any value", ", något värde"};
static const struct phrase without_unit = {"(recorded without a unit)", "(registrerat utan enhet)"};
static const struct phrase answered = {", any answer ", ", något svar "};
static const struct phrase equal = {" %s", " %s"};
static const struct phrase bare_note = {
    "(The tests of a variant were written without variant( ) and are read as one variant.)",
    "(Villkoren på en variant skrevs utan variant( ) och läses som en och samma variant.)"};
static const struct phrase tested_note = {
    "(A gene or locus counts as tested when an assay covers at least %u % of it; who is not tested "
    "is counted as undetermined.)",
    "(En gen eller sträcka räknas som testad när en analys täcker minst %u % av den; den som inte "
    "är testad räknas som obestämbar.)"};

static const struct phrase small_note = {
    "(A variant is a small one: bases, insertions and deletions that a file spells out. Structural "
    "variants, copy numbers and repeats are not asked for; who has one there is counted as "
    "undetermined.)",
    "(En variant är en liten: baser, insertioner och deletioner som en fil skriver ut. "
    "Strukturella "
    "varianter, kopietal och repetitioner ingår inte; den som har en sådan där räknas som "
    "obestämbar.)"};

static const struct phrase structural_note = {
    "(A structural variant is what a caller of such ones reports, and a deletion or insertion of "
    "at "
    "least 50 bases; CNV: a deletion, a duplication, or one of both. It is in a gene or locus that "
    "it "
    "meets. A no is of whom a file of a caller was judged there for the type; whose variant may or "
    "may not meet the tests, by its interval of confidence, is counted as undetermined.)",
    "(En strukturell variant är vad ett program för sådana rapporterar, och en deletion eller "
    "insertion av minst 50 baser; CNV: en deletion, en duplikation eller någondera. Den är i en "
    "gen "
    "eller sträcka som den berör. Ett nej gäller den som en fil av ett program har bedömt där för "
    "typen; den vars variant kan men inte måste uppfylla villkoren, enligt sitt "
    "konfidensintervall, räknas som obestämbar.)"};

static const struct phrase judged_note = {
    "(tested( ) is met by who has such a variant and by who was looked at well enough to say that "
    "there is none; who has a sample, and of whom neither can be said, is counted as "
    "undetermined.)",
    "(tested( ) uppfylls av den som har en sådan variant och av den som är undersökt så väl att "
    "det "
    "kan sägas att ingen finns; den som har ett prov, och om vilken ingetdera kan sägas, räknas "
    "som "
    "obestämbar.)"};

static const struct phrase value_note = {
    "(A value meets a test where one event has it, in the unit that was asked for or in one that "
    "converts exactly; of whom it was recorded in another unit, without one, or without a value, "
    "is counted as undetermined.)",
    "(Ett värde uppfyller ett villkor där en händelse har det, i den enhet som anges eller i en "
    "som räknas om exakt; den vars värde saknas eller har en annan enhet, eller ingen, räknas som "
    "obestämbar.)"};

static const struct phrase fraction_note = {
    "(The share of reads is kept of calls of tumours and of cell-free DNA, and of MT, where it is "
    "the heteroplasmy, in steps of 0.01 % up to 0.5 %, of 0.1 % up to 10 % and of 1 % above; a "
    "carrier of whom the file does not say it, or whose step holds the bound, is counted as "
    "undetermined.)",
    "(Andelen läsningar finns för fynd i tumörer och fritt DNA, och i MT, där den är "
    "heteroplasmin, i steg om 0,01 % upp till 0,5 %, om 0,1 % upp till 10 % och om 1 % däröver; en "
    "bärare för vilken filen inte anger den, eller vars steg rymmer gränsen, räknas som "
    "obestämbar.)"};

struct explainer {
    enum language language;
    struct bytes *out;
    bool variant; /* a variant test was explained, so the notes must follow */
    bool small;   /* one of a small variant was */
    bool structural;
    unsigned origins; /* of the variants that were explained, a bit each */
    bool two_hits;
    bool bare;
    bool judged;  /* tested( ) was explained */
    bool dated;   /* an event was */
    bool sampled; /* an event was that is a variant */
    bool valued;  /* what an event measured was */
    bool shared;  /* a share of reads was */
    bool inside;  /* of an event */
};

static const char *say(const struct explainer *explainer, struct phrase phrase)
{
    return explainer->language == LANGUAGE_SWEDISH ? phrase.swedish : phrase.english;
}

static void put(const struct explainer *explainer, struct phrase phrase)
{
    bytes_add_text(explainer->out, say(explainer, phrase));
}

/* Prints the phrase; the arguments replace its %u and %s in order. */
static void put_with(const struct explainer *explainer, struct phrase phrase, const char *first,
                     const char *second)
{
    const char *arguments[] = {first, second};
    size_t n = 0;

    for (const char *c = say(explainer, phrase); *c; c++) {
        if (c[0] == '%' && (c[1] == 'u' || c[1] == 's') && n < 2) {
            bytes_add_text(explainer->out, arguments[n++]);
            c++;
        } else {
            bytes_add_u8(explainer->out, (uint8_t)*c);
        }
    }
}

static void put_count(const struct explainer *explainer, struct phrase phrase, uint32_t n)
{
    char number[12];

    snprintf(number, sizeof(number), "%u", n);
    put_with(explainer, phrase, number, "");
}

static void indent(const struct explainer *explainer, unsigned level)
{
    for (unsigned i = 0; i < level; i++)
        bytes_add_text(explainer->out, "  ");
    bytes_add_text(explainer->out, level ? "- " : "");
}

static void end_line(const struct explainer *explainer)
{
    bytes_add_u8(explainer->out, '\n');
}

static void put_value(const struct explainer *explainer, enum ast_field field,
                      const struct ast_value *value)
{
    const struct word *word = field_word(field, value->text);
    const struct region *region = field == FIELD_REGION ? region_by_code(value->text) : NULL;
    const char *plain = NULL;

    if (word)
        plain = explainer->language == LANGUAGE_SWEDISH ? word->swedish : word->english;
    if (region)
        plain = region->word;
    bytes_add_text(explainer->out, plain ? plain : value->text);
    /* the class is not a term: show the word that was used */
    if (plain && field == FIELD_CONSEQUENCE) {
        bytes_add_text(explainer->out, " (");
        bytes_add_text(explainer->out, value->text);
        bytes_add_text(explainer->out, ")");
    }
}

static void write_bound(const struct ast_node *test, int64_t nano, char text[NUMBER_TEXT_MAX])
{
    _Static_assert(DATE_TEXT_BYTES <= NUMBER_TEXT_MAX, "a date fits where a number does");
    if (test->field == FIELD_DATE && nano != INT64_MIN && nano != INT64_MAX)
        date_text((int32_t)(nano / NUMBER_NANO), text);
    else
        number_write(nano, text);
}

static void put_range(const struct explainer *explainer, const struct ast_node *test)
{
    char low[NUMBER_TEXT_MAX], high[NUMBER_TEXT_MAX];

    write_bound(test, test->low_nano, low);
    write_bound(test, test->high_nano, high);
    if (test->low_nano == test->high_nano)
        put_with(explainer, equal, low, "");
    else if (test->low_nano == INT64_MIN)
        put_with(explainer, most, high, "");
    else if (test->high_nano == INT64_MAX)
        put_with(explainer, least, low, "");
    else
        put_with(explainer, between, low, high);
}

static void put_set(const struct explainer *explainer, const struct ast_set *set)
{
    char version[16], n[16];

    snprintf(version, sizeof(version), " %u", set->version);
    snprintf(n, sizeof(n), "%u", set->n);
    bytes_add_text(explainer->out, "@");
    bytes_add_text(explainer->out, set->name);
    put(explainer, of_version);
    bytes_add_text(explainer->out, version);
    if (set->n)
        put_with(explainer, of_values, n, "");
}

static void put_values(const struct explainer *explainer, const struct ast_node *test)
{
    uint32_t n = test->n_sets ? test->sets[0].first : test->n_values;

    for (uint32_t i = 0; i < n; i++) {
        if (i)
            put(explainer, or_word);
        put_value(explainer, test->field, &test->values[i]);
    }
    for (uint32_t i = 0; i < test->n_sets; i++) {
        if (n + i)
            put(explainer, or_word);
        put_set(explainer, &test->sets[i]);
    }
}

/* The code, and its number with the unit or the answers that count. */
static void put_measured(struct explainer *explainer, const struct ast_node *test)
{
    explainer->valued = true;
    bytes_add_u8(explainer->out, ' ');
    bytes_add_text(explainer->out, test->values[0].text);
    if (test->op == OP_MEASURED) {
        put(explainer, of_number);
        put_range(explainer, test);
        bytes_add_u8(explainer->out, ' ');
        if (test->n_values > 1)
            bytes_add_text(explainer->out, test->values[1].text);
        else
            put(explainer, without_unit);
        return;
    }
    put(explainer, answered);
    for (uint32_t i = 1; i < test->n_values; i++) {
        if (i > 1)
            put(explainer, or_word);
        bytes_add_text(explainer->out, test->values[i].text);
    }
}

static void put_test(struct explainer *explainer, const struct ast_node *test)
{
    const struct field *field = &vocabulary_fields[test->field];
    struct phrase name = {field->english, field->swedish};

    if (test->time == TIME_MONTHS)
        name = in_months;
    if (test->time == TIME_DAYS)
        name = in_days;
    if (test->op == OP_EXCLUDED)
        put(explainer, absent);
    put(explainer, name);
    if (test->op == OP_EXISTS) {
        put(explainer, recorded);
        return;
    }
    if (test->op == OP_MEASURED || test->op == OP_ANSWERED) {
        put_measured(explainer, test);
        return;
    }
    explainer->shared |= test->field == FIELD_VAF;
    if (test->op == OP_RANGE) {
        put_range(explainer, test);
        if (explainer->inside && test->field == FIELD_AGE)
            put(explainer, then);
        return;
    }
    if (test->op == OP_IN && field->form == FORM_CODE)
        put(explainer, exactly);
    else
        bytes_add_u8(explainer->out, ' ');
    put_values(explainer, test);
    if (test->op == OP_UNDER)
        put(explainer, or_below);
}

/* A missing clinical code means that no record exists, and the text must say so. */
static bool is_record(const struct ast_node *test)
{
    return vocabulary_fields[test->field].form == FORM_CODE;
}

static void put_node(struct explainer *explainer, const struct ast_node *node, bool negated,
                     unsigned level);

static void put_children(struct explainer *explainer, const struct ast_node *node, unsigned level)
{
    end_line(explainer);
    for (uint32_t i = 0; i < node->n_children; i++)
        put_node(explainer, node->children[i], false, level + 1);
}

static void put_variant(struct explainer *explainer, const struct ast_node *node, bool negated,
                        unsigned level)
{
    const struct ast_node *inside = node->children[0];

    explainer->variant = true;
    explainer->sampled |= explainer->inside;
    *(vocabulary_structural(inside) ? &explainer->structural : &explainer->small) = true;
    explainer->bare = explainer->bare || node->bare;
    explainer->origins |= 1u << node->origin;
    explainer->two_hits |= two_hits_is(node);
    if (two_hits_is(node) && negated)
        put(explainer, not_two_hits);
    put(explainer, (two_hits_is(node) ? two_hits_of
                    : negated         ? no_variant_of
                                      : variant_of)[node->origin]);
    if (inside->kind == AST_AND) {
        bytes_add_text(explainer->out, " ");
        put(explainer, all_of);
        put_children(explainer, inside, level);
    } else {
        bytes_add_text(explainer->out, ":");
        put_children(explainer, node, level);
    }
}

static void put_tested(struct explainer *explainer, const struct ast_node *node, bool negated,
                       unsigned level)
{
    explainer->judged = true;
    put(explainer, negated ? not_sampled : is_tested);
    end_line(explainer);
    put_node(explainer, node->children[0], false, level + 1);
}

/* "at most 12 months", with a space before it; "" where there is no gap. */
static void write_gap(const struct explainer *explainer, const struct ast_gap *gap, char text[64])
{
    const char *unit = say(explainer, units[gap->time]);
    struct bytes made = {0};
    struct explainer to = {.language = explainer->language, .out = &made};
    uint32_t shown = gap->form == GAP_WITHIN ? gap->last : gap->first;
    char number[12], last[40];

    snprintf(number, sizeof(number), "%u", shown);
    snprintf(last, sizeof(last), "%u %s", gap->last, unit);
    put_with(&to, gap_forms[gap->form], number, gap->form == GAP_BETWEEN ? last : unit);
    snprintf(text, 64, "%.*s", made.failed ? 0 : (int)made.size,
             made.data ? (char *)made.data : "");
    bytes_clear(&made);
}

static void put_event(struct explainer *explainer, const struct ast_node *event, unsigned level)
{
    explainer->dated = explainer->inside = true;
    put_node(explainer, event->children[0], false, level + 1);
    explainer->inside = false;
}

static void put_steps(struct explainer *explainer, const struct ast_node *node, unsigned level)
{
    for (uint32_t i = 0; i < node->n_children; i++) {
        const struct ast_node *event = node->children[i];
        char gap[64];

        write_gap(explainer, &event->gap, gap);
        indent(explainer, level + 1);
        put_with(explainer, i ? then_later : first_of_all, gap, "");
        end_line(explainer);
        put_event(explainer, event, level + 1);
    }
}

/* event( ), a relation, sequence( ) and times ( ). */
static void put_events(struct explainer *explainer, const struct ast_node *node, bool negated,
                       unsigned level)
{
    char gap[64], number[12];

    write_gap(explainer, &node->gap, gap);
    snprintf(number, sizeof(number), "%u", node->at_least);
    if (negated)
        put(explainer, not_so);
    if (node->kind == AST_RELATION) {
        size_t n = strlen(gap);

        snprintf(gap + n, sizeof(gap) - n, "%s", say(explainer, sides[node->side]));
        put_with(explainer, two_events, gap, "");
    } else if (node->kind == AST_TIMES) {
        put_with(explainer, times_on, number, gap);
    } else {
        put(explainer, node->kind == AST_SEQUENCE ? chain : an_event);
    }
    end_line(explainer);
    if (node->kind == AST_SEQUENCE)
        put_steps(explainer, node, level);
    else if (node->kind == AST_EVENT)
        put_event(explainer, node, level);
    else
        for (uint32_t i = 0; i < node->n_children; i++)
            put_event(explainer, node->children[i], level);
}

/* Prints a node as one line, and its children below it. `negated`: it stands under one `not`. */
static void put_node(struct explainer *explainer, const struct ast_node *node, bool negated,
                     unsigned level)
{
    if (node->kind == AST_NOT && !negated) {
        put_node(explainer, node->children[0], true, level);
        return;
    }
    indent(explainer, level);
    switch (node->kind) {
    case AST_ALL:
        put(explainer, everybody);
        end_line(explainer);
        break;
    case AST_AND:
        put(explainer, negated ? not_all_of : all_of);
        put_children(explainer, node, level);
        break;
    case AST_OR:
        put(explainer, negated ? none_of : any_of);
        put_children(explainer, node, level);
        break;
    case AST_NOT:
        put(explainer, not_that);
        put_children(explainer, node, level);
        break;
    case AST_AT_LEAST:
        put_count(explainer, negated ? fewer_than : at_least, node->at_least);
        put_children(explainer, node, level);
        break;
    case AST_VARIANT:
        put_variant(explainer, node, negated, level);
        break;
    case AST_SET:
        put(explainer, negated ? not_the_set : the_set);
        put_set(explainer, &node->sets[0]);
        bytes_add_u8(explainer->out, ':');
        put_children(explainer, node, level);
        break;
    case AST_TESTED:
        put_tested(explainer, node, negated, level);
        break;
    case AST_EVENT:
    case AST_RELATION:
    case AST_SEQUENCE:
    case AST_TIMES:
        put_events(explainer, node, negated, level);
        break;
    case AST_TEST:
        if (negated)
            put(explainer, is_record(node) ? no_record : no);
        put_test(explainer, node);
        end_line(explainer);
        break;
    }
}

static void put_note(const struct explainer *explainer, bool needed, struct phrase note)
{
    if (!needed)
        return;
    put(explainer, note);
    end_line(explainer);
}

void explain(const struct ast *ast, enum language language, struct bytes *out)
{
    assert(ast && ast->root && out);
    struct explainer explainer = {.language = language, .out = out};

    if (ast->root->kind == AST_ALL) {
        put_node(&explainer, ast->root, false, 0);
        return;
    }
    put(&explainer, persons);
    end_line(&explainer);
    put_node(&explainer, ast->root, false, 1);
    put_note(&explainer, explainer.bare, bare_note);
    put_note(&explainer, explainer.small, small_note);
    put_note(&explainer, explainer.structural, structural_note);
    if (explainer.variant) {
        put_count(&explainer, tested_note, TESTED_SHARE_PERCENT);
        end_line(&explainer);
    }
    put_note(&explainer, explainer.origins >> ORIGIN_ANY & 1, any_origin_note);
    put_note(&explainer, explainer.origins >> ORIGIN_SOMATIC & 1, somatic_note);
    put_note(&explainer, explainer.two_hits, two_hits_note);
    put_note(&explainer, explainer.shared, fraction_note);
    put_note(&explainer, explainer.dated, day_note);
    put_note(&explainer, explainer.sampled, sampled_note);
    put_note(&explainer, explainer.valued, value_note);
    put_note(&explainer, explainer.judged, judged_note);
}
