/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/order/sheet.h"

#include <assert.h>
#include <string.h>

#include "proto/base/arena.h"
#include "tests/synth/dice.h"

const char sheet_drop[] = "(left out)";

void sheets_clear(struct sheets *sheets, struct arena *arena)
{
    sheets->arena = arena;
    sheets->n = sheets->n_lines = sheets->n_cells = 0;
}

void sheet_begin(struct sheets *sheets, enum sheet_kind kind, const char *name)
{
    struct sheet *sheet = &sheets->at[sheets->n++];

    assert(sheets->n <= SHEETS_MAX);
    *sheet = (struct sheet){.kind = kind, .first = sheets->n_lines};
    snprintf(sheet->name, sizeof(sheet->name), "%s", name);
}

void sheet_line(struct sheets *sheets, int group, const struct sheet_spoil *cut)
{
    assert(sheets->n_lines < SHEET_LINES_MAX);
    sheets->lines[sheets->n_lines++] =
        (struct sheet_line){.first = sheets->n_cells, .group = group, .cut = cut};
    sheets->at[sheets->n - 1].n++;
}

void sheet_instead_of(struct sheets *sheets, size_t line)
{
    assert(line + 1 < sheets->n_lines);
    sheets->lines[sheets->n_lines - 1].instead_of = line + 1;
}

void sheet_put(struct sheets *sheets, const char *before, const char *text,
               const struct sheet_spoil *spoil)
{
    assert(sheets->n_cells < SHEET_CELLS_MAX);
    sheets->cells[sheets->n_cells++] = (struct sheet_cell){
        .before = before, .text = arena_strdup(sheets->arena, text), .spoil = spoil};
    sheets->lines[sheets->n_lines - 1].n++;
}

void sheet_number(struct sheets *sheets, const char *before, long number,
                  const struct sheet_spoil *spoil)
{
    char text[24];

    snprintf(text, sizeof(text), "%ld", number);
    sheet_put(sheets, before, text, spoil);
}

/* ---- spoiling -------------------------------------------------------------------------------- */

#define KINDS_MAX 96

struct kinds {
    const struct sheet_spoil *at[KINDS_MAX];
    size_t n;
};

static void note_kind(struct kinds *kinds, const struct sheet_spoil *spoil)
{
    for (size_t i = 0; i < kinds->n; i++)
        if (kinds->at[i] == spoil)
            return;
    assert(kinds->n < KINDS_MAX);
    kinds->at[kinds->n++] = spoil;
}

/* The place of the wanted-th that can be spoilt in this way: cells first, then lines. */
static size_t of_kind(struct sheets *sheets, const struct sheet_spoil *spoil, size_t wanted,
                      struct sheet_cell **cell, struct sheet_line **line)
{
    size_t n = 0;

    for (size_t i = 0; i < sheets->n_cells; i++)
        if (sheets->cells[i].spoil == spoil && !sheets->cells[i].spoilt && n++ == wanted)
            *cell = &sheets->cells[i];
    for (size_t i = 0; i < sheets->n_lines; i++)
        if (sheets->lines[i].cut == spoil && !sheets->lines[i].is_cut && n++ == wanted)
            *line = &sheets->lines[i];
    return n;
}

static const char *another_word(const struct sheet_spoil *spoil, struct dice *dice)
{
    size_t n = 0;

    while (spoil->words[n])
        n++;
    return spoil->words[dice_below(dice, (uint32_t)n)];
}

/* A kind first, and one of the kind then: genotypes are many, and declarations few. */
const struct sheet_spoil *sheets_spoil(struct sheets *sheets, struct dice *dice)
{
    struct kinds kinds = {.n = 0};
    const struct sheet_spoil *spoil;
    struct sheet_cell *cell = NULL;
    struct sheet_line *line = NULL;
    size_t n;

    for (size_t i = 0; i < sheets->n_cells; i++)
        if (sheets->cells[i].spoil)
            note_kind(&kinds, sheets->cells[i].spoil);
    for (size_t i = 0; i < sheets->n_lines; i++)
        if (sheets->lines[i].cut)
            note_kind(&kinds, sheets->lines[i].cut);
    if (!kinds.n)
        return NULL;
    spoil = kinds.at[dice_below(dice, (uint32_t)kinds.n)];
    n = of_kind(sheets, spoil, SIZE_MAX, &cell, &line);
    if (!n)
        return NULL;
    (void)of_kind(sheets, spoil, dice_below(dice, (uint32_t)n), &cell, &line);
    if (line) {
        line->is_cut = true;
        return spoil;
    }
    cell->spoilt = another_word(spoil, dice);
    return spoil;
}

static void change_line(struct sheets *sheets, const struct sheet *sheet, struct sheet_line *line,
                        struct dice *dice)
{
    bool rows =
        sheet->kind == SHEET_PERSONS || sheet->kind == SHEET_CONSENT || sheet->kind == SHEET_EVENTS;

    line->is_cut = rows && dice_chance(dice, 250000);
    for (size_t k = 1; k < line->n; k++) { /* the first one says whose it is */
        size_t at = sheet->first + dice_below(dice, (uint32_t)sheet->n);
        const struct sheet_line *other = &sheets->lines[at];
        struct sheet_cell *cell = &sheets->cells[line->first + k];

        if (cell->spoil && dice_chance(dice, 200000))
            cell->spoilt = another_word(cell->spoil, dice);
        else if (rows && other->group >= 0 && k < other->n && dice_chance(dice, 400000))
            cell->spoilt = sheets->cells[other->first + k].text;
    }
}

void sheets_change(struct sheets *sheets, int group, struct dice *dice)
{
    for (size_t s = 0; s < sheets->n; s++)
        for (size_t i = sheets->at[s].first; i < sheets->at[s].first + sheets->at[s].n; i++)
            if (sheets->lines[i].group == group)
                change_line(sheets, &sheets->at[s], &sheets->lines[i], dice);
}

void sheets_mend(struct sheets *sheets)
{
    for (size_t i = 0; i < sheets->n_cells; i++)
        sheets->cells[i].spoilt = NULL;
    for (size_t i = 0; i < sheets->n_lines; i++)
        sheets->lines[i].is_cut = false;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void write_line(const struct sheets *sheets, const struct sheet_line *line,
                       enum sheet_side side, FILE *to)
{
    for (size_t i = line->first; i < line->first + line->n; i++) {
        const struct sheet_cell *cell = &sheets->cells[i];
        const char *text = side == SHEET_SPOILT && cell->spoilt ? cell->spoilt : cell->text;

        if (text != sheet_drop)
            fprintf(to, "%s%s", cell->before, text);
    }
    fputc('\n', to);
}

static bool is_there(const struct sheets *sheets, const struct sheet_line *line,
                     enum sheet_side side)
{
    if (line->gone)
        return false;
    if (line->instead_of)
        return side == SHEET_SPOILT && sheets->lines[line->instead_of - 1].is_cut;
    return side == SHEET_WHOLE || !line->is_cut;
}

void sheet_write(const struct sheets *sheets, const struct sheet *sheet, enum sheet_side side,
                 FILE *to)
{
    for (size_t i = sheet->first; i < sheet->first + sheet->n; i++)
        if (is_there(sheets, &sheets->lines[i], side))
            write_line(sheets, &sheets->lines[i], side, to);
}

bool sheet_says(const struct sheets *sheets, const struct sheet *sheet, enum sheet_side side,
                const char *word)
{
    for (size_t i = sheet->first; i < sheet->first + sheet->n; i++) {
        const struct sheet_line *line = &sheets->lines[i];

        if (is_there(sheets, line, side) && strcmp(sheets->cells[line->first].text, word) == 0)
            return true;
    }
    return false;
}

void sheets_drop(struct sheets *sheets, size_t line, bool gone)
{
    int group = sheets->lines[line].group;

    for (size_t i = 0; i < sheets->n_lines; i++)
        if (i == line || (group >= 0 && sheets->lines[i].group == group))
            sheets->lines[i].gone = gone;
}

static bool differs(const struct sheets *sheets, const struct sheet_line *line)
{
    bool is = line->is_cut;

    for (size_t i = line->first; i < line->first + line->n; i++)
        is |= sheets->cells[i].spoilt != NULL;
    return is;
}

void sheets_show(const struct sheets *sheets, FILE *to)
{
    for (size_t s = 0; s < sheets->n; s++) {
        const struct sheet *sheet = &sheets->at[s];

        if (sheet->gone)
            continue;
        fprintf(to, "--- %s\n", sheet->name);
        for (size_t i = sheet->first; i < sheet->first + sheet->n; i++) {
            const struct sheet_line *line = &sheets->lines[i];

            if (line->instead_of && is_there(sheets, line, SHEET_SPOILT)) {
                fputs("+ ", to);
                write_line(sheets, line, SHEET_SPOILT, to);
            }
            if (line->gone || line->instead_of)
                continue;
            fputs(differs(sheets, line) ? "- " : "  ", to);
            write_line(sheets, line, SHEET_WHOLE, to);
            if (differs(sheets, line) && !line->is_cut) {
                fputs("+ ", to);
                write_line(sheets, line, SHEET_SPOILT, to);
            }
        }
    }
}
