#pragma once
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a small world, with two sides: as they were written, and with some of their
 * information spoilt.
 *
 * A file is lines, a line is cells. A cell that can be spoilt has the list of what may stand in its
 * place; a line that can be left out without saying anything by its absence (a block of a gVCF, a
 * stretch of a BED, a declaration, a term list) has a list of one, and so has a line for which
 * others may stand that say less. So both sides differ in information alone, and a failure is made
 * smaller by dropping lines from both: what several lines say of one variant, or of one person,
 * together, for otherwise they contradict. Texts live in the arena. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct arena;
struct dice;

/* What may stand in the place of a cell, and how to call it. */
struct sheet_spoil {
    const char *name;
    const char *const *words; /* ends with NULL */
};
/* A word: the cell is left out with what stands before it. */
extern const char sheet_drop[];

struct sheet_cell {
    const char *before; /* punctuation */
    const char *text;
    const char *spoilt; /* NULL: both sides are the same */
    const struct sheet_spoil *spoil;
};

struct sheet_line {
    size_t first; /* its cells */
    size_t n;
    int group;                     /* lines that speak of one thing, in whatever file; -1: alone */
    const struct sheet_spoil *cut; /* NULL: its absence would be a statement */
    bool is_cut;
    size_t instead_of; /* 1 + the line in whose place this one stands when that is cut; 0: none */
    bool gone;         /* from both sides */
};

enum sheet_kind {
    SHEET_VCF,
    SHEET_BED,
    SHEET_ASSAY,
    SHEET_PERSONS,
    SHEET_EVENTS,
    SHEET_SAMPLES,
    SHEET_CONSENT,
    SHEET_PACKET,
    SHEET_DELIVERS,
    SHEET_TERMS
};

struct sheet {
    enum sheet_kind kind;
    char name[32];
    size_t first; /* its lines */
    size_t n;
    bool gone;
};

#define SHEETS_MAX 24
#define SHEET_LINES_MAX 1024
#define SHEET_CELLS_MAX 16384

struct sheets {
    struct arena *arena;
    struct sheet at[SHEETS_MAX];
    size_t n;
    struct sheet_line lines[SHEET_LINES_MAX];
    size_t n_lines;
    struct sheet_cell cells[SHEET_CELLS_MAX];
    size_t n_cells;
};

enum sheet_side { SHEET_WHOLE, SHEET_SPOILT };

void sheets_clear(struct sheets *sheets, struct arena *arena);
/* A file, and what is put then is its own. */
void sheet_begin(struct sheets *sheets, enum sheet_kind kind, const char *name);
void sheet_line(struct sheets *sheets, int group, const struct sheet_spoil *cut);
/* The line begun last stands only where that one, by its number, is cut. */
void sheet_instead_of(struct sheets *sheets, size_t line);
/* A cell of the line begun last. text is copied. */
void sheet_put(struct sheets *sheets, const char *before, const char *text,
               const struct sheet_spoil *spoil);

/* The same with a number. */
void sheet_number(struct sheets *sheets, const char *before, long number,
                  const struct sheet_spoil *spoil);

/* Spoils one more cell or line; NULL when there is none. */
const struct sheet_spoil *sheets_spoil(struct sheets *sheets, struct dice *dice);
/*
 * Makes another record of what a group's lines say, on the spoilt side: cells are spoilt, or say
 * what another line of the file says there, and rows of persons and consents are left out.
 */
void sheets_change(struct sheets *sheets, int group, struct dice *dice);
/* Both sides are the same again. */
void sheets_mend(struct sheets *sheets);
/* The file as text. */
void sheet_write(const struct sheets *sheets, const struct sheet *sheet, enum sheet_side side,
                 FILE *to);
/* The line and all of its group, out of both sides or back. */
void sheets_drop(struct sheets *sheets, size_t line, bool gone);
/* Is there a line of this word in the file, on this side? */
bool sheet_says(const struct sheets *sheets, const struct sheet *sheet, enum sheet_side side,
                const char *word);
/* Both sides, those lines that differ told apart. */
void sheets_show(const struct sheets *sheets, FILE *to);
