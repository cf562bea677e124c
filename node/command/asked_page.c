/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The citizen's ledger as a page: static HTML, no script, nothing fetched from elsewhere. Whatever
 * comes from the log is escaped.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "node/command/asked_list.h"
#include "proto/query/vocabulary.h"

static void add_escaped(struct bytes *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<':
            bytes_add_text(out, "&lt;");
            break;
        case '>':
            bytes_add_text(out, "&gt;");
            break;
        case '&':
            bytes_add_text(out, "&amp;");
            break;
        case '"':
            bytes_add_text(out, "&quot;");
            break;
        default:
            bytes_add(out, text, 1);
        }
    }
}

static void add_cell(struct bytes *out, const char *text)
{
    bytes_add_text(out, "<td>");
    add_escaped(out, text);
    bytes_add_text(out, "</td>");
}

static void add_number(struct bytes *out, uint64_t number)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRIu64, number);
    bytes_add_text(out, "<td class=n>");
    bytes_add_text(out, text);
    bytes_add_text(out, "</td>");
}

static void add_fields(struct bytes *out, uint32_t fields)
{
    const char *before = "";

    bytes_add_text(out, "<td>");
    for (uint32_t i = 0; i < FIELD_COUNT; i++)
        if (fields & UINT32_C(1) << i) {
            bytes_add_text(out, before);
            add_escaped(out, vocabulary_fields[i].name);
            before = ", ";
        }
    bytes_add_text(out, "</td>");
}

static void add_row(struct bytes *out, const struct asked_row *row)
{
    bytes_add_text(out, "<tr>");
    add_cell(out, row->month);
    add_cell(out, row->purpose);
    add_cell(out, row->told ? row->gist.role : "not kept");
    add_cell(out, row->told ? measure_name(row->gist.measure) : "not kept");
    add_cell(out, row->told ? row->gist.release : "");
    add_fields(out, row->told ? row->gist.fields : 0);
    add_number(out, row->questions);
    bytes_add_text(out, "</tr>\n");
}

static void add_head(const struct asked_list *list, struct bytes *out)
{
    bytes_add_text(out, "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
                        "<meta name=viewport content=\"width=device-width\">\n<title>What region ");
    add_escaped(out, list->node);
    bytes_add_text(out, " was asked</title>\n<style>body{font:16px/1.5 sans-serif;max-width:60em;"
                        "margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
                        "td,th{text-align:left;padding:.2em .8em;border-bottom:1px solid #bbb}"
                        ".n{text-align:right}</style></head><body>\n<h1>What region ");
    add_escaped(out, list->node);
    bytes_add_text(out, " was asked, until ");
    add_escaped(out, list->until);
    bytes_add_text(out, "</h1>\n<p>Researchers ask how many people meet a criterion. They get a "
                        "number with noise on it, never a record. Each row has the questions of a "
                        "month that were asked for one purpose, by one kind of organisation, about "
                        "the same kinds of facts. It does not have their words, or who "
                        "asked.</p>\n<p>This page is made of <a href=ledger.json>ledger.json</a>, "
                        "which the region has signed (<a href=ledger.sig>ledger.sig</a>).</p>\n");
}

void asked_list_page(const struct asked_list *list, struct bytes *out)
{
    assert(list && out);
    add_head(list, out);
    bytes_add_text(out, "<table><thead><tr><th>Month<th>Purpose<th>Asked by<th>Measure<th>Data "
                        "release<th>Kinds of facts<th>Questions</tr></thead><tbody>\n");
    for (size_t i = 0; i < list->n_rows; i++)
        add_row(out, &list->row[i]);
    bytes_add_text(out, "</tbody></table>\n<h2>Refused questions, and counts by the region's own "
                        "staff</h2>\n<table><thead><tr><th>Month<th>Refused<th>Counts by staff"
                        "</tr></thead><tbody>\n");
    for (size_t i = 0; i < list->n_months; i++) {
        bytes_add_text(out, "<tr>");
        add_cell(out, list->month[i].month);
        add_number(out, list->month[i].refused);
        add_number(out, list->month[i].staff_counts);
        bytes_add_text(out, "</tr>\n");
    }
    bytes_add_text(out, "</tbody></table>\n</body></html>\n");
}
