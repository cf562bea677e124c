/* SPDX-License-Identifier: Apache-2.0 */
#include "node/import/packet.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "node/import/duration.h"
#include "node/import/identity.h"
#include "node/import/packet_inside.h"
#include "node/import/plausible.h"
#include "node/import/timestamp.h"
#include "node/terms/graph.h"
#include "proto/base/arena.h"
#include "proto/base/date.h"
#include "proto/base/json.h"
#include "proto/query/code_system.h"

#define TOLD_EVENTS_MAX 2000 /* in a packet with more events, contradictions are not looked for */

/* A point in time as far as it is known. */
struct moment {
    bool has_age;
    struct duration age;
    int32_t date; /* PERSON_NO_DATE */
};

/* Reads a duration or a timestamp; NULL for the one that is not there. The path tells whether it is
 * the person's own. */
static bool set_moment(struct packet_reading *reading, const char *duration, const char *timestamp,
                       const char *path, struct moment *moment)
{
    bool person = strncmp(path, "subject", 7) == 0;

    moment->has_age = duration != NULL;
    if ((duration && !duration_parse(duration, &moment->age)) ||
        (timestamp && !timestamp_day(timestamp, &moment->date)))
        return packet_reject(reading, person ? REJECT_PERSON_FIELD : REJECT_EVENT_DATE, path);
    plausible_open(&moment->date);
    return true;
}

/* A TimeElement; what is no age and no timestamp (gestational, an ontology's class, a range) is
 * not known to the year. */
static bool read_moment(struct packet_reading *reading, const cJSON *parent, const char *name,
                        const char *path, struct moment *moment)
{
    const cJSON *time = NULL, *age = NULL;
    const char *duration = NULL, *timestamp = NULL;

    *moment = (struct moment){.date = PERSON_NO_DATE};
    return packet_object(reading, parent, name, path, &time) &&
           packet_object(reading, time, "age", path, &age) &&
           packet_text(reading, age, "iso8601duration", path, &duration) &&
           packet_text(reading, time, "timestamp", path, &timestamp) &&
           set_moment(reading, duration, timestamp, path, moment);
}

/* An Age of version 1: {"age": "P3Y"}. */
static bool read_age_v1(struct packet_reading *reading, const cJSON *parent, const char *name,
                        const char *path, struct moment *moment)
{
    const cJSON *age = NULL;
    const char *duration = NULL;

    *moment = (struct moment){.date = PERSON_NO_DATE};
    return packet_object(reading, parent, name, path, &age) &&
           packet_text(reading, age, "age", path, &duration) &&
           set_moment(reading, duration, NULL, path, moment);
}

/*** the subject ***/

static bool read_sex(struct packet_reading *reading, const cJSON *subject)
{
    static const struct {
        const char *word;
        enum person_sex sex;
    } words[] = {
        {"MALE", PERSON_MALE},
        {"FEMALE", PERSON_FEMALE},
        {"OTHER_SEX", PERSON_SEX_OTHER},
        {"UNKNOWN_SEX", PERSON_SEX_UNKNOWN},
    };
    const char *text = NULL;

    if (!packet_text(reading, subject, "sex", "subject.sex", &text))
        return false;
    if (!text)
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(text, words[i].word) == 0) {
            reading->packet->facts.sex = words[i].sex;
            return true;
        }
    return packet_reject(reading, REJECT_PERSON_FIELD, "subject.sex");
}

static bool read_birth(struct packet_reading *reading, const cJSON *subject)
{
    struct person_facts *facts = &reading->packet->facts;
    const char *text = NULL;
    int month, day;

    if (!packet_text(reading, subject, "dateOfBirth", "subject.dateOfBirth", &text))
        return false;
    if (!text)
        return true;
    if (!timestamp_day(text, &facts->birth_date)) {
        facts->birth_date = PERSON_NO_DATE;
        return packet_reject(reading, REJECT_PERSON_FIELD, "subject.dateOfBirth");
    }
    plausible_open(&facts->birth_date);
    if (facts->birth_date == PERSON_NO_DATE)
        return true;
    date_to_civil(facts->birth_date, &facts->birth_year, &month, &day);
    return true;
}

static bool set_age(struct packet_reading *reading, const struct moment *moment, const char *path)
{
    if (!moment->has_age)
        return true;
    if (moment->age.years > PERSON_AGE_MAX)
        return packet_reject(reading, REJECT_PERSON_FIELD, path);
    reading->packet->facts.age_fixed = (uint8_t)moment->age.years;
    return true;
}

static bool read_vital_status(struct packet_reading *reading, const cJSON *subject)
{
    static const char *const known[] = {"status", "timeOfDeath", NULL};
    static const char path[] = "subject.vitalStatus", when[] = "subject.vitalStatus.timeOfDeath";
    struct person_facts *facts = &reading->packet->facts;
    const cJSON *vital = NULL;
    const char *status = NULL;
    struct moment death;

    if (!packet_object(reading, subject, "vitalStatus", path, &vital) ||
        !packet_members(reading, vital, path, known) ||
        !packet_text(reading, vital, "status", path, &status) ||
        !read_moment(reading, vital, "timeOfDeath", when, &death))
        return false;
    if (!status)
        return true;
    facts->deceased = strcmp(status, "DECEASED") == 0;
    facts->alive = strcmp(status, "ALIVE") == 0;
    if (!facts->deceased && !facts->alive && strcmp(status, "UNKNOWN_STATUS") != 0)
        return packet_reject(reading, REJECT_PERSON_FIELD, path);
    if (facts->alive && (death.date != PERSON_NO_DATE || death.has_age))
        return packet_reject(reading, REJECT_PERSON_IMPLAUSIBLE, when);
    if (!facts->deceased)
        return true;
    facts->death_date = death.date;
    return facts->age_fixed != PERSON_NO_AGE || set_age(reading, &death, path);
}

static bool read_age(struct packet_reading *reading, const cJSON *subject)
{
    static const char path[] = "subject.timeAtLastEncounter", v1_path[] = "subject.ageAtCollection";
    struct moment last;

    if (reading->v1)
        return read_age_v1(reading, subject, "ageAtCollection", v1_path, &last) &&
               set_age(reading, &last, v1_path);
    return read_moment(reading, subject, "timeAtLastEncounter", path, &last) &&
           set_age(reading, &last, path);
}

/* Makes dates unknown that cannot be: an implausible birth, or both dates when birth and death
 * contradict each other. */
static bool check_facts(struct packet_reading *reading, const cJSON *subject)
{
    struct person_facts *facts = &reading->packet->facts;
    int32_t today = plausible_today();

    (void)subject;
    if (!plausible_birth(facts, today)) {
        facts->birth_date = PERSON_NO_DATE;
        facts->birth_year = 0;
        facts->age_fixed = PERSON_NO_AGE;
        return packet_reject(reading, REJECT_PERSON_IMPLAUSIBLE, "subject.dateOfBirth");
    }
    if (plausible_death(facts, today))
        return true;
    facts->birth_date = facts->death_date = PERSON_NO_DATE;
    facts->birth_year = 0;
    facts->age_fixed = PERSON_NO_AGE;
    facts->deceased = false;
    facts->vital_lost = true;
    return packet_reject(reading, REJECT_PERSON_IMPLAUSIBLE, "subject.vitalStatus.timeOfDeath");
}

/* A fact is an item of its own: what is wrong with it leaves it unknown. */
static bool read_fact(struct packet_reading *reading, packet_item *read, const cJSON *subject)
{
    bool ok;

    reading->in_item = true;
    reading->lost = false;
    ok = read(reading, subject);
    reading->in_item = false;
    return ok || (!reading->failed && reading->lost);
}

/* After read_fact(): when a part of the vital status could not be read, it may have said that the
 * person died. */
static bool note_vital_status(struct packet_reading *reading)
{
    struct person_facts *facts = &reading->packet->facts;

    if (!reading->lost)
        return true;
    facts->deceased = facts->alive = false;
    facts->death_date = PERSON_NO_DATE;
    facts->vital_lost = true;
    return true;
}

static bool read_subject(struct packet_reading *reading)
{
    static const char *const known[] = {"id",           "sex",         "dateOfBirth",
                                        "taxonomy",     "vitalStatus", "timeAtLastEncounter",
                                        "alternateIds", NULL};
    static const char *const known_v1[] = {
        "id", "sex", "dateOfBirth", "taxonomy", "alternateIds", "ageAtCollection", NULL};
    const cJSON *subject = NULL;

    return packet_object(reading, reading->json, "subject", "subject", &subject) &&
           packet_members(reading, subject, "subject", reading->v1 ? known_v1 : known) &&
           packet_text(reading, subject, "id", "subject.id", &reading->packet->subject) &&
           read_fact(reading, read_sex, subject) && read_fact(reading, read_birth, subject) &&
           read_fact(reading, read_age, subject) &&
           read_fact(reading, read_vital_status, subject) && note_vital_status(reading) &&
           read_fact(reading, check_facts, subject);
}

/*** events ***/

/* The name of the system before the colon; it is one of the table. */
static const char *system_of_id(const char *id)
{
    char spelling[CODE_TEXT_MAX];
    const struct code_system *system;

    snprintf(spelling, sizeof(spelling), "%.*s", (int)strcspn(id, ":"), id);
    system = code_system_find(spelling);
    return system ? system->name : "";
}

/* How one sort of event stands in a packet. */
struct event_form {
    enum event_kind kind;
    const char *list;
    const char *term; /* the member that holds the code */
    const char *path; /* of that member's id */
    const char *onset_path;
    const char *members_path;
    const char *const *known;
};

static bool set_code(struct packet_reading *reading, const char *id, const char *path,
                     struct packet_event *out)
{
    const struct term_graph *hp = reading->reader->hp;
    enum code_fault fault =
        id && strchr(id, ':') ? code_read(id, strlen(id), &out->code) : CODE_NO_FORM;
    uint32_t term;

    if (fault != CODE_OK)
        return packet_reject(
            reading, fault == CODE_NO_SYSTEM ? REJECT_EVENT_SYSTEM : REJECT_EVENT_CODE, path);
    if (!packet_guard(reading, out->code.code, path))
        return false;
    out->event.system = out->code.system;
    out->event.code = out->code.code;
    if (!hp || strcmp(out->code.system, "hp") != 0)
        return true;
    term = term_graph_find(hp, out->code.code);
    if (term == TERM_NONE)
        return packet_warn(reading, REJECT_TERM_UNKNOWN, path);
    return term_graph_placed(hp, term) || packet_warn(reading, REJECT_TERM_OBSOLETE, path);
}

/* "excluded", or "negated" of version 1. */
static bool read_excluded(struct packet_reading *reading, const struct event_form *form,
                          const cJSON *item, bool *excluded)
{
    const cJSON *member = json_member(item, reading->v1 ? "negated" : "excluded");

    *excluded = cJSON_IsTrue(member);
    return !member || cJSON_IsBool(member) || cJSON_IsNull(member) ||
           packet_reject(reading, REJECT_JSON_BROKEN, form->list);
}

static bool read_onset(struct packet_reading *reading, const struct event_form *form,
                       const cJSON *item, struct event *event)
{
    struct moment onset;

    if (!(reading->v1 ? read_age_v1(reading, item, "ageOfOnset", form->onset_path, &onset)
                      : read_moment(reading, item, "onset", form->onset_path, &onset)))
        return false;
    event->date = onset.date;
    event->age_days = onset.has_age ? onset.age.days : EVENT_NO_AGE;
    return plausible_event(&reading->packet->facts, onset.date, plausible_today()) ||
           packet_reject(reading, REJECT_EVENT_IMPLAUSIBLE, form->onset_path);
}

static bool read_event(struct packet_reading *reading, const struct event_form *form,
                       const cJSON *item, const char **id)
{
    struct packet_event *out = &reading->packet->events[reading->packet->n_events];
    const cJSON *term = NULL;

    *id = NULL;
    *out = (struct packet_event){.event.kind = form->kind};
    if (!cJSON_IsObject(item))
        return packet_reject(reading, REJECT_JSON_BROKEN, form->list);
    if (!packet_object(reading, item, form->term, form->path, &term) ||
        !packet_text(reading, term, "id", form->path, id) ||
        !packet_meaning(reading, item, form->members_path) ||
        !packet_members(reading, item, form->members_path, form->known) ||
        !set_code(reading, *id, form->path, out) ||
        !read_excluded(reading, form, item, &out->event.excluded) ||
        !read_onset(reading, form, item, &out->event))
        return false;
    reading->packet->n_events++;
    return true;
}

/* An item that could not be read leaves a trace, so that a question about it is not answered "no".
 */
static bool take_event(struct packet_reading *reading, const struct event_form *form,
                       const cJSON *item)
{
    const char *id = NULL;

    if (read_event(reading, form, item, &id))
        return true;
    return !reading->failed && packet_lost(reading, form->kind, id) && false;
}

bool packet_lost(struct packet_reading *reading, enum event_kind kind, const char *id)
{
    assert(reading);
    struct packet_event *out = &reading->packet->events[reading->packet->n_events];
    const char *system = id ? system_of_id(id) : "";
    const char *text = EVENT_TRACE_LOST;

    if (*system)
        text = arena_printf(reading->reader->arena, EVENT_TRACE_LOST_IN "%s", system);
    if (!text)
        return packet_fail(reading, "no memory for a packet's events");
    *out = (struct packet_event){.event = {.kind = kind,
                                           .system = EVENT_TRACE_SYSTEM,
                                           .code = text,
                                           .date = PERSON_NO_DATE,
                                           .age_days = EVENT_NO_AGE}};
    reading->packet->n_events++;
    return true;
}

bool packet_diagnosis(struct packet_reading *reading, const char *id, const char *path)
{
    assert(reading);
    struct packet_event *out = &reading->packet->events[reading->packet->n_events];

    *out = (struct packet_event){
        .event = {.kind = EVENT_DIAGNOSIS, .date = PERSON_NO_DATE, .age_days = EVENT_NO_AGE}};
    if (set_code(reading, id, path, out)) {
        reading->packet->n_events++;
        return true;
    }
    return !reading->failed && packet_lost(reading, EVENT_DIAGNOSIS, id) && false;
}

static int list_length(const cJSON *json, const char *name)
{
    const cJSON *list = json_array(json, name);

    return list ? cJSON_GetArraySize(list) : 0;
}

static const char *const feature_members[] = {"type",         "excluded",        "onset",
                                              "description",  "negated",         "ageOfOnset",
                                              "classOfOnset", "ageRangeOfOnset", NULL};
static const char *const disease_members[] = {
    "term", "excluded", "onset", "negated", "ageOfOnset", "classOfOnset", "ageRangeOfOnset", NULL};
static const struct event_form features = {
    .kind = EVENT_PHENOTYPE,
    .list = "phenotypicFeatures",
    .term = "type",
    .path = "phenotypicFeatures[].type.id",
    .onset_path = "phenotypicFeatures[].onset",
    .members_path = "phenotypicFeatures[]",
    .known = feature_members,
};
static const struct event_form diseases = {
    .kind = EVENT_DIAGNOSIS,
    .list = "diseases",
    .term = "term",
    .path = "diseases[].term.id",
    .onset_path = "diseases[].onset",
    .members_path = "diseases[]",
    .known = disease_members,
};

static bool take_feature(struct packet_reading *reading, const cJSON *item)
{
    return take_event(reading, &features, item);
}

static bool take_disease(struct packet_reading *reading, const cJSON *item)
{
    return take_event(reading, &diseases, item);
}

/* In whatever capitals. */
static bool has_word(const char *name, const char *word)
{
    size_t n = strlen(word);

    for (; *name; name++)
        if (strncasecmp(name, word, n) == 0)
            return true;
    return false;
}

/* Members that no version has, and whose names say that they hold what is of the kind: it is lost.
 */
static bool lose_named(struct packet_reading *reading, const cJSON *object, const char *read,
                       const char *const words[static 2], enum event_kind kind)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, object)
    {
        const char *name = item->string ? item->string : "";

        if (!strcmp(name, read) || (!item->child && !cJSON_IsString(item)))
            continue;
        if (has_word(name, words[0]) || has_word(name, words[1]))
            return packet_lost(reading, kind, NULL);
    }
    return true;
}

static bool lose_unread(struct packet_reading *reading)
{
    static const char *const of_features[] = {"phenotyp", "feature"};
    static const char *const of_diseases[] = {"disease", "diagnos"};
    const cJSON *subject = json_object(reading->json, "subject");

    return lose_named(reading, reading->json, features.list, of_features, EVENT_PHENOTYPE) &&
           lose_named(reading, reading->json, diseases.list, of_diseases, EVENT_DIAGNOSIS) &&
           lose_named(reading, subject, "", of_features, EVENT_PHENOTYPE) &&
           lose_named(reading, subject, "", of_diseases, EVENT_DIAGNOSIS);
}

static bool read_all_events(struct packet_reading *reading)
{
    const cJSON *list = NULL;
    size_t n = (size_t)list_length(reading->json, features.list) +
               (size_t)list_length(reading->json, diseases.list) +
               (size_t)list_length(reading->json, "interpretations");

    if (n > PACKET_EVENTS_MAX)
        return packet_reject(reading, REJECT_TOO_LONG, features.list);
    reading->packet->events = arena_array(
        reading->reader->arena, n + 2 * (size_t)list_length(reading->json, "biosamples") + 5,
        sizeof(*reading->packet->events));
    if (!reading->packet->events)
        return packet_fail(reading, "no memory for a packet's events");
    return packet_array(reading, reading->json, features.list, features.list, &list) &&
           packet_each(reading, list, take_feature) &&
           packet_array(reading, reading->json, diseases.list, diseases.list, &list) &&
           packet_each(reading, list, take_disease) && lose_unread(reading);
}

/* True when one event says that a code is present, and the other that it, or a term above it, is
 * absent. */
static bool contradicts(const struct packet_reading *reading, const struct packet_event *present,
                        const struct packet_event *absent)
{
    const struct term_graph *hp = reading->reader->hp;
    uint32_t below, above;

    if (present->event.kind != absent->event.kind || present->event.excluded ||
        !absent->event.excluded || strcmp(present->event.system, absent->event.system) != 0)
        return false;
    if (strcmp(present->event.code, absent->event.code) == 0)
        return true;
    if (!hp || strcmp(present->event.system, "hp") != 0)
        return false;
    below = term_graph_find(hp, present->event.code);
    above = term_graph_find(hp, absent->event.code);
    return below != TERM_NONE && above != TERM_NONE && term_graph_is_above(hp, above, below);
}

static bool tell_contradictions(struct packet_reading *reading)
{
    const struct packet *packet = reading->packet;

    if (packet->n_events > TOLD_EVENTS_MAX)
        return true;
    for (size_t i = 0; i < packet->n_events; i++)
        for (size_t j = 0; packet->events[i].event.excluded && j < packet->n_events; j++)
            if (contradicts(reading, &packet->events[j], &packet->events[i]))
                return packet_warn(reading, REJECT_EVENT_CONTRADICTS, "phenotypicFeatures");
    return true;
}

/*** the packet ***/

static bool read_id(struct packet_reading *reading)
{
    if (!cJSON_IsObject(reading->json))
        return packet_reject(reading, REJECT_JSON_BROKEN, "");
    if (!packet_text(reading, reading->json, "id", "id", &reading->packet->id))
        return false;
    if (!reading->packet->id || !*reading->packet->id ||
        strlen(reading->packet->id) > IDENTITY_ID_MAX)
        return packet_reject(reading, REJECT_PERSON_ID, "id");
    return true;
}

/* Version 1, as the sender says or, where nothing is said, by the members that only it has. */
static bool is_v1(const cJSON *json)
{
    static const char *const lists[] = {"phenotypicFeatures", "diseases"};
    const char *version = json_text(json_object(json, "metaData"), "phenopacketSchemaVersion");

    if (version && *version)
        return version[0] == '1' && (version[1] == '.' || !version[1]);
    if (json_member(json, "htsFiles") || json_member(json, "genes") ||
        json_member(json, "variants") ||
        json_member(json_object(json, "subject"), "ageAtCollection"))
        return true;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        const cJSON *item;

        cJSON_ArrayForEach(item, json_array(json, lists[i]))
        {
            if (json_member(item, "negated") && !json_member(item, "excluded"))
                return true;
        }
    }
    return false;
}

bool packet_read(const struct packet_reader *reader, const cJSON *json, struct packet *packet,
                 bool *rejected, struct err *err)
{
    assert(reader && json && packet && rejected);
    static const char *const known[] = {
        "id",       "subject", "phenotypicFeatures", "diseases", "interpretations", "biosamples",
        "metaData", NULL};
    static const char *const known_v1[] = {"id",       "subject",  "phenotypicFeatures",
                                           "diseases", "variants", "biosamples",
                                           "metaData", NULL};
    struct packet_reading reading = {.reader = reader, .packet = packet, .json = json, .err = err};

    *packet = (struct packet){.facts = person_facts_none()};
    reading.v1 = is_v1(json);
    /* short-circuit: the first rule broken ends the reading */
    (void)(read_id(&reading) && packet_members(&reading, json, "", reading.v1 ? known_v1 : known) &&
           read_subject(&reading) && read_all_events(&reading) &&
           (reading.v1 ? packet_variants_v1(&reading) : packet_interpretations(&reading)) &&
           tell_contradictions(&reading));
    *rejected = reading.rejected;
    return !reading.failed;
}
