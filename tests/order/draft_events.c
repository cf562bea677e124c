/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a laboratory's feed of events says of a draft's persons: values with units, and answers. A
 * number has its unit in every row, for one without is another statement.
 */
#include <stdio.h>

#include "tests/order/draft.h"

#define SPOIL(variable, what, ...)                                                                 \
    static const char *const variable##_words[] = {__VA_ARGS__, NULL};                             \
    static const struct sheet_spoil variable = {what, variable##_words}

SPOIL(kind_spoil, "events, kind", "1ab", "x");
SPOIL(system_spoil, "events, system", "npuu", "x y");
SPOIL(code_spoil, "events, code", "NPU1965", "50-", "\"NPU19651", "NPU19651\"x");
SPOIL(start_spoil, "events, day", "2020-13-45", "2020-03", "x", "");
SPOIL(value_spoil, "events, value", "<5", ">100", "\"4,9\"", "1e3", ".", "5 mmol/L",
      "9999999999999");
SPOIL(unit_spoil, "events, unit", "furlong", "kg", "MMOL PER L");
SPOIL(answer_spoil, "events, answer", "", "\x01",
      "a word that is much too long to be an answer to "
      "anything that a questionnaire could ask of one");
SPOIL(delivers_cut, "events, declaration", "");

static const char *const words[] = {"lab:npu", "observation:loinc"};

static void invent(struct draft *draft, struct draft_person *person)
{
    person->n_measured = draft_chance(draft, 60) ? draft_draw(draft, DRAFT_MEASURED_MAX + 1) : 0;
    for (unsigned i = 0; i < person->n_measured; i++)
        person->measured[i] = (struct draft_measured){
            .code = draft_draw(draft, DRAFT_MEASURED_CODES),
            .tenths = 5 * draft_draw(draft, 20),
            .unit = draft_draw(draft, 2),
            .year = draft_chance(draft, 70) ? 2018 + draft_draw(draft, 6) : 0};
}

static void put_number(struct sheets *sheets, const struct draft_measured *of)
{
    char number[24];

    if (of->unit)
        snprintf(number, sizeof(number), "%u", of->tenths * 100);
    else
        snprintf(number, sizeof(number), "%u.%u", of->tenths / 10, of->tenths % 10);
    sheet_put(sheets, ",", number, &value_spoil);
    sheet_put(sheets, ",", of->unit ? "umol/L" : "mmol/L", &unit_spoil);
    sheet_put(sheets, ",", "", NULL);
}

static void put_event(struct sheets *sheets, size_t p, const struct draft_measured *of)
{
    bool answers = of->code + 1 == DRAFT_MEASURED_CODES;
    char day[24] = "";

    sheet_line(sheets, DRAFT_VARIANTS_MAX + (int)p, NULL);
    sheet_number(sheets, "P", (long)p, NULL);
    sheet_put(sheets, ",", answers ? "observation" : "lab", &kind_spoil);
    sheet_put(sheets, ",", answers ? "loinc" : "npu", &system_spoil);
    sheet_put(sheets, ",", draft_measured_codes[of->code], &code_spoil);
    if (of->year)
        snprintf(day, sizeof(day), "%u-03-05", of->year);
    sheet_put(sheets, ",", day, of->year ? &start_spoil : NULL);
    if (!answers) {
        put_number(sheets, of);
        return;
    }
    sheet_put(sheets, ",,,", of->unit ? "LA9622-7" : "LA9623-5", &answer_spoil);
}

void draft_events(struct draft *draft)
{
    struct sheets *sheets = &draft->sheets;
    bool declares[2] = {draft_chance(draft, 70), draft_chance(draft, 70)};

    for (size_t p = 0; p < draft->n_persons; p++)
        invent(draft, &draft->persons[p]);
    sheet_begin(sheets, SHEET_DELIVERS, "events.csv.delivers");
    for (unsigned i = 0; i < 2; i++)
        if (declares[i]) {
            sheet_line(sheets, -1, &delivers_cut);
            sheet_put(sheets, "", words[i], NULL);
        }
    sheet_begin(sheets, SHEET_EVENTS, "events.csv");
    sheet_line(sheets, -1, NULL);
    sheet_put(sheets, "", "person,kind,system,code,start,value,unit,answer", NULL);
    for (size_t p = 0; p < draft->n_persons; p++)
        for (unsigned i = 0; i < draft->persons[p].n_measured; i++)
            put_event(sheets, p, &draft->persons[p].measured[i]);
}
