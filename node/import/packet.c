#include "node/import/packet.h"

#include <string.h>

#include "node/import/duration.h"
#include "node/import/identity.h"
#include "node/import/packet_inside.h"
#include "node/terms/graph.h"
#include "proto/base/arena.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"

/* A point in time as far as it is known. */
struct moment {
    bool has_age;
    struct duration age;
    int32_t date; /* PERSON_NO_DATE */
};

/* A TimeElement; what is no age and no timestamp (gestational, an ontology's class, a range) is
 * not known to the year. */
static bool read_moment(struct packet_reading *reading, const cJSON *parent, const char *name,
                        const char *path, struct moment *moment)
{
    const cJSON *time = NULL, *age = NULL;
    const char *duration = NULL, *timestamp = NULL;
    bool person = strncmp(path, "subject", 7) == 0;

    *moment = (struct moment){.date = PERSON_NO_DATE};
    if (!packet_object(reading, parent, name, path, &time) ||
        !packet_object(reading, time, "age", path, &age) ||
        !packet_text(reading, age, "iso8601duration", path, &duration) ||
        !packet_text(reading, time, "timestamp", path, &timestamp))
        return false;
    moment->has_age = duration != NULL;
    if ((duration && !duration_parse(duration, &moment->age)) ||
        (timestamp && !timestamp_day(timestamp, &moment->date)))
        return packet_reject(reading, person ? REJECT_PERSON_FIELD : REJECT_EVENT_DATE, path);
    return true;
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

    if (!packet_text(reading, subject, "sex", "subject.sex", &text) || !text)
        return !reading->rejected && !reading->failed;
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
    if (!timestamp_day(text, &facts->birth_date))
        return packet_reject(reading, REJECT_PERSON_FIELD, "subject.dateOfBirth");
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
    static const char path[] = "subject.vitalStatus";
    struct person_facts *facts = &reading->packet->facts;
    const cJSON *vital = NULL;
    const char *status = NULL;
    struct moment death;

    if (!packet_object(reading, subject, "vitalStatus", path, &vital) ||
        !packet_members(reading, vital, path, known) ||
        !packet_text(reading, vital, "status", path, &status) ||
        !read_moment(reading, vital, "timeOfDeath", "subject.vitalStatus.timeOfDeath", &death))
        return false;
    if (!status)
        return true;
    facts->deceased = strcmp(status, "DECEASED") == 0;
    if (!facts->deceased && strcmp(status, "ALIVE") != 0 && strcmp(status, "UNKNOWN_STATUS") != 0)
        return packet_reject(reading, REJECT_PERSON_FIELD, path);
    if (!facts->deceased)
        return true;
    facts->death_date = death.date;
    return facts->age_fixed != PERSON_NO_AGE || set_age(reading, &death, path);
}

static bool read_subject(struct packet_reading *reading)
{
    static const char *const known[] = {
        "id",          "sex",          "dateOfBirth", "timeAtLastEncounter",
        "vitalStatus", "alternateIds", "taxonomy",    NULL};
    static const char encounter[] = "subject.timeAtLastEncounter";
    const cJSON *subject = NULL;
    struct moment last;

    return packet_object(reading, reading->json, "subject", "subject", &subject) &&
           packet_members(reading, subject, "subject", known) &&
           packet_text(reading, subject, "id", "subject.id", &reading->packet->subject) &&
           read_sex(reading, subject) && read_birth(reading, subject) &&
           read_moment(reading, subject, "timeAtLastEncounter", encounter, &last) &&
           set_age(reading, &last, encounter) && read_vital_status(reading, subject);
}

/*** events ***/

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

static bool set_code(struct packet_reading *reading, const struct event_form *form,
                     const cJSON *item, struct packet_event *out)
{
    const struct term_graph *hp = reading->reader->hp;
    const cJSON *term = NULL;
    const char *id = NULL;

    if (!packet_object(reading, item, form->term, form->path, &term) ||
        !packet_text(reading, term, "id", form->path, &id))
        return false;
    if (!id || !strchr(id, ':') || !code_parse(id, strlen(id), &out->code))
        return packet_reject(reading, REJECT_EVENT_CODE, form->path);
    if (!packet_guard(reading, out->code.code, form->path))
        return false;
    out->event.system = out->code.system;
    out->event.code = out->code.code;
    if (hp && strcmp(out->code.system, "hp") == 0 &&
        term_graph_find(hp, out->code.code) == TERM_NONE)
        return packet_warn(reading, REJECT_TERM_UNKNOWN, form->path);
    return true;
}

static bool read_event(struct packet_reading *reading, const struct event_form *form,
                       const cJSON *item, struct packet_event *out)
{
    const cJSON *excluded = json_member(item, "excluded");
    struct moment onset;

    if (!cJSON_IsObject(item))
        return packet_reject(reading, REJECT_JSON_BROKEN, form->list);
    if (excluded && !cJSON_IsBool(excluded) && !cJSON_IsNull(excluded))
        return packet_reject(reading, REJECT_JSON_BROKEN, form->list);
    if (!packet_members(reading, item, form->members_path, form->known) ||
        !set_code(reading, form, item, out) ||
        !read_moment(reading, item, "onset", form->onset_path, &onset))
        return false;
    out->event.kind = form->kind;
    out->event.excluded = cJSON_IsTrue(excluded);
    out->event.date = onset.date;
    out->event.age_days = onset.has_age ? onset.age.days : EVENT_NO_AGE;
    reading->packet->n_events++;
    return true;
}

static bool read_events(struct packet_reading *reading, const struct event_form *form)
{
    struct packet *packet = reading->packet;
    const cJSON *list = NULL, *item;

    if (!packet_array(reading, reading->json, form->list, form->list, &list))
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (!read_event(reading, form, item, &packet->events[packet->n_events]))
            return false;
    }
    return true;
}

static int list_length(const cJSON *json, const char *name)
{
    const cJSON *list = json_array(json, name);

    return list ? cJSON_GetArraySize(list) : 0;
}

static bool read_all_events(struct packet_reading *reading)
{
    static const char *const feature[] = {"type", "excluded", "onset", "description", NULL};
    static const char *const disease[] = {"term", "excluded", "onset", NULL};
    static const struct event_form features = {
        .kind = EVENT_PHENOTYPE,
        .list = "phenotypicFeatures",
        .term = "type",
        .path = "phenotypicFeatures[].type.id",
        .onset_path = "phenotypicFeatures[].onset",
        .members_path = "phenotypicFeatures[]",
        .known = feature,
    };
    static const struct event_form diseases = {
        .kind = EVENT_DIAGNOSIS,
        .list = "diseases",
        .term = "term",
        .path = "diseases[].term.id",
        .onset_path = "diseases[].onset",
        .members_path = "diseases[]",
        .known = disease,
    };
    size_t n = (size_t)list_length(reading->json, features.list) +
               (size_t)list_length(reading->json, diseases.list);

    if (n > PACKET_EVENTS_MAX)
        return packet_reject(reading, REJECT_TOO_LONG, features.list);
    reading->packet->events =
        arena_array(reading->reader->arena, n + 1, sizeof(*reading->packet->events));
    if (!reading->packet->events)
        return packet_fail(reading, "no memory for a packet's events");
    return read_events(reading, &features) && read_events(reading, &diseases);
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

bool packet_read(const struct packet_reader *reader, const cJSON *json, struct packet *packet,
                 bool *rejected, struct err *err)
{
    static const char *const known[] = {
        "id",       "subject", "phenotypicFeatures", "diseases", "interpretations", "biosamples",
        "metaData", NULL};
    struct packet_reading reading = {.reader = reader, .packet = packet, .json = json, .err = err};

    *packet = (struct packet){.facts = person_facts_none()};
    /* short-circuit: the first rule broken ends the reading */
    (void)(read_id(&reading) && packet_members(&reading, json, "", known) &&
           read_subject(&reading) && read_all_events(&reading) && packet_interpretations(&reading));
    *rejected = reading.rejected;
    return !reading.failed;
}
