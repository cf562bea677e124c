/* SPDX-License-Identifier: Apache-2.0 */
#include "coordinator/analyst/output.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "coordinator/analyst/compose.h"
#include "coordinator/report/render.h"
#include "proto/base/arena.h"
#include "proto/base/bytes.h"
#include "proto/query/diagnostic.h"
#include "proto/query/explain.h"
#include "proto/query/measure.h"
#include "proto/query/print.h"
#include "proto/query/refusal.h"

#define EXPLAIN_ARENA_BYTES ((size_t)4 << 20)

enum output_form output_settle(enum output_form form)
{
    if (form != OUTPUT_AUTO)
        return form;
    return isatty(STDOUT_FILENO) ? OUTPUT_TABLE : OUTPUT_TSV;
}

bool output_colour(void)
{
    const char *no = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && !(no && *no) && terminal && strcmp(terminal, "dumb") != 0;
}

bool output_measure_read(const char *name, void *kind, struct err *err)
{
    return measure_read(name, kind, err);
}

bool output_mode_read(const char *name, void *mode, struct err *err)
{
    return mode_read(name, mode, err);
}

const char *output_measure_help(size_t i)
{
    enum measure_kind kind;
    struct err ignored;

    return measure_read(measure_word(i), &kind, &ignored) ? measure_declaration(kind)->help : "";
}

bool output_bytes(const uint8_t *data, size_t size, struct err *err)
{
    assert(data || !size);
    return (fwrite(data, 1, size, stdout) == size && fflush(stdout) == 0) ||
           err_set(err, ERR_INTERNAL, "cannot write the answer");
}

/* The criterion of each step of a funnel. NULL when there are none, or memory is out. */
static const char **steps_of(const struct shape *shape, const char *question, struct arena *arena)
{
    const char **steps = shape->steps ? arena_array(arena, shape->n_parts, sizeof(*steps)) : NULL;
    struct diagnostics found;
    struct ast ast;
    uint32_t at = 0;

    if (!steps || !question || !compose_diagnose(question, arena, &ast, &found))
        return NULL;
    for (uint32_t i = 0; i < shape->n_parts; i++) {
        struct ast_node node = shape_step_node(ast.root, at, shape->steps[i].operands);
        struct ast step = {.root = &node};
        struct bytes text = {0};

        print(&step, &text);
        steps[i] = text.failed ? NULL : arena_strndup(arena, (const char *)text.data, text.size);
        bytes_clear(&text);
        if (!steps[i])
            return NULL;
        at += shape->steps[i].operands;
    }
    return steps;
}

/* The question in words; "" when the words add nothing. */
static void explain_to(const char *question, struct bytes *out)
{
    struct arena *arena = arena_new(EXPLAIN_ARENA_BYTES);
    struct diagnostics found;
    struct ast ast;

    if (arena && question && compose_diagnose(question, arena, &ast, &found))
        explain(&ast, LANGUAGE_ENGLISH, out);
    while (out->size > 0 && out->data[out->size - 1] == '\n')
        out->size--;
    bytes_add_u8(out, 0);
    arena_free(arena);
}

static bool report_json(const struct report *report, const struct render_options *options,
                        struct bytes *out, struct err *err)
{
    cJSON *root = render_json(report, options);
    char *text = root ? cJSON_Print(root) : NULL;

    cJSON_Delete(root);
    if (!text)
        return err_memory(err);
    bytes_add_text(out, text);
    bytes_add_u8(out, '\n');
    cJSON_free(text);
    return true;
}

static bool same_reason(const struct report_region *a, const struct report_region *b)
{
    return a->is.state == b->is.state && strcmp(a->reason, b->reason) == 0;
}

/*
 * Rows of figures have no column for why a figure is missing, so each reason is printed once on
 * stderr.
 */
static void reasons_tell(const struct report *report)
{
    for (size_t i = 0; i < report->n_regions; i++) {
        const struct report_region *region = &report->region[i];
        size_t n = 0, first = 0;

        while (!same_reason(&report->region[first], region))
            first++;
        for (size_t other = i; other < report->n_regions; other++)
            n += same_reason(&report->region[other], region);
        if (first == i && region->reason[0])
            fprintf(stderr, "%zu region%s %s: %s\n", n, n == 1 ? "" : "s",
                    region_state_name(region->is.state), region->reason);
    }
}

void output_echo(const struct term_echo *echo, const char *before, FILE *to)
{
    struct bytes out = {0};

    if (echo)
        term_echo_lines(echo, before, &out);
    if (out.size)
        fwrite(out.data, 1, out.size, to);
    bytes_clear(&out);
}

bool output_render(const struct report *report, enum output_form form,
                   const struct output_asked *asked, struct bytes *out, struct err *err)
{
    assert(report && form != OUTPUT_AUTO && asked && out);
    struct bytes words = {0};
    struct render_options options = {.question = asked->question,
                                     .asked_s = asked->asked_s,
                                     .echo = asked->echo,
                                     .verified = true,
                                     .mark = asked->mark,
                                     .colour = output_colour()};
    struct arena *arena = arena_new(EXPLAIN_ARENA_BYTES);
    bool ok = true;

    if (arena)
        options.steps = steps_of(report->shape, asked->question, arena);
    explain_to(asked->question, &words);
    if (!words.failed && words.data && words.data[0])
        options.explained = (const char *)words.data;
    switch (form) {
    case OUTPUT_JSON:
        ok = report_json(report, &options, out, err);
        break;
    case OUTPUT_CSV:
        render_csv(report, &options, ',', out);
        break;
    case OUTPUT_TSV:
        render_csv(report, &options, '\t', out);
        break;
    default:
        render_table(report, &options, out);
        break;
    }
    bytes_clear(&words);
    arena_free(arena);
    return ok && (!out->failed || err_memory(err));
}

bool output_report(const struct report *report, enum output_form form,
                   const struct output_asked *asked, struct err *err)
{
    assert(report && asked);
    enum output_form settled = output_settle(form);
    struct bytes out = {0};
    bool ok =
        output_render(report, settled, asked, &out, err) && output_bytes(out.data, out.size, err);

    if (settled == OUTPUT_CSV || settled == OUTPUT_TSV) {
        output_echo(asked->echo, "", stderr);
        reasons_tell(report);
    }
    bytes_clear(&out);
    return ok;
}

int output_exit(const struct report *report)
{
    assert(report);
    size_t declined = 0, budget = 0;

    for (size_t i = 0; i < report->n_regions; i++) {
        const struct report_region *region = &report->region[i];

        declined += region->is.state == REGION_DECLINED;
        budget += region->is.state == REGION_DECLINED &&
                  strcmp(region->is.code, refusal_code(REFUSAL_BUDGET)) == 0;
    }
    if (report->n_answered == report->n_regions)
        return EXIT_OK;
    if (report->n_answered > 0)
        return EXIT_PARTIAL;
    if (budget > 0)
        return EXIT_BUDGET;
    return declined > 0 ? EXIT_REFUSED : EXIT_UNREACHABLE;
}
