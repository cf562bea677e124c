#include <inttypes.h>
#include <string.h>

#include "coordinator/render/put.h"
#include "coordinator/render/render.h"

/* RFC 4180 quoting for commas; in TSV, where nothing can be quoted, separators become spaces. */
static void put_field(struct bytes *out, const char *text, char separator)
{
    bool quote = separator == ',' && strpbrk(text, ",\"\r\n");

    if (quote)
        bytes_add_u8(out, '"');
    for (; *text; text++) {
        if (quote && *text == '"')
            bytes_add_u8(out, '"');
        bytes_add_u8(out, separator == '\t' && strchr("\t\r\n", *text) ? ' ' : (uint8_t)*text);
    }
    if (quote)
        bytes_add_u8(out, '"');
}

static void put_figure(struct bytes *out, const struct figure *figure, char separator)
{
    if (!figure)
        put(out, "%c%c%c%c", separator, separator, separator, separator);
    else if (figure->suppressed)
        put(out, "%csuppressed%c%c%" PRId64 "%c%" PRId64, separator, separator, separator,
            figure->low, separator, figure->high);
    else
        put(out, "%cvalue%c%" PRId64 "%c%" PRId64 "%c%" PRId64, separator, separator, figure->value,
            separator, figure->low, separator, figure->high);
}

static void put_head(const struct report *report, char separator, struct bytes *out)
{
    put(out, "node%cname%cstate", separator, separator);
    for (size_t c = 0; c < report->n_cells; c++) {
        const char *name = render_cell_name(report->measure, c);

        put(out, "%c%s_state%c%s%c%s_low95%c%s_high95", separator, name, separator, name, separator,
            name, separator, name);
    }
    put(out, "%cunit%csigma%cbelow%cbase%csnapshot_date%cassembly%ccode\n", separator, separator,
        separator, separator, separator, separator, separator);
}

static void put_region(const struct report *report, const struct report_region *region,
                       char separator, struct bytes *out)
{
    put_field(out, region->node, separator);
    bytes_add_u8(out, (uint8_t)separator);
    put_field(out, region->name, separator);
    put(out, "%c%s", separator, region_state_name(region->state));
    for (size_t c = 0; c < report->n_cells; c++)
        put_figure(out, region->cell ? &region->cell[c] : NULL, separator);
    put(out, "%cpersons%c%u%c%u%c%u%c", separator, separator, report->sigma, separator,
        region->rule.below, separator, region->rule.base, separator);
    put_field(out, region->answer ? region->answer->snapshot_date : "", separator);
    bytes_add_u8(out, (uint8_t)separator);
    put_field(out, region->answer ? region->answer->assembly : "", separator);
    bytes_add_u8(out, (uint8_t)separator);
    put_field(out, region->code, separator);
    bytes_add_u8(out, '\n');
}

void render_csv(const struct report *report, char separator, struct bytes *out)
{
    put_head(report, separator, out);
    for (size_t i = 0; i < report->n_regions; i++)
        put_region(report, &report->region[i], separator, out);
    put(out, "total%c%zu of %zu regions%c%s", separator, report->n_answered, report->n_regions,
        separator, report->open ? "waiting" : (report->has_total ? "value" : "failed"));
    for (size_t c = 0; c < report->n_cells; c++)
        put_figure(out, report->has_total ? &report->total[c] : NULL, separator);
    put(out, "%cpersons%c%u%c%u%c%u%c%c%c\n", separator, separator, report->sigma, separator,
        report->rule.below, separator, report->rule.base, separator, separator, separator);
}
