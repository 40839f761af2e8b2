/* SPDX-License-Identifier: Apache-2.0 */
/*
 * growth_plot.c - two panels with the same horizontal axis; what is twice as steep grows with the square.
 *
 * The point without a payload has no place on such an axis and is left out.
 */

#include "growth_plot.h"

#include "text.h"
#include "xml.h"

#include <math.h>

enum {
    WIDTH = 900,
    HEIGHT = 420,
    PANEL_WIDTH = 330,
    PANEL_HEIGHT = 290,
    PANEL_TOP = 80,
    LEFT_FIRST = 90,
    LEFT_SECOND = 540
};

typedef uint64_t growth_value(const struct growth_point *point);
typedef const char *value_text(struct text *text, uint64_t value);

/* One panel: what it shows, and from where to where its vertical axis goes, in powers of its base. */
struct panel {
    const char *title;
    int left;
    double base;
    growth_value *value;
    value_text *show;
    double lowest;
    double highest;
};

static const char *const colours[CCLB_HOOK_COUNT] = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e"};

static uint64_t fuel_of(const struct growth_point *point)
{
    return point->fuel;
}

static uint64_t memory_of(const struct growth_point *point)
{
    return point->memory_bytes;
}

static double power_of(const struct panel *panel, uint64_t value)
{
    return log((double)(value > 0 ? value : 1)) / log(panel->base);
}

/* From 1 KiB to 1 MiB. */
static double place_across(const struct panel *panel, uint64_t payload)
{
    return panel->left + PANEL_WIDTH * (log2((double)payload) - 10) / 10;
}

static double place_down(const struct panel *panel, double power)
{
    double share = (power - panel->lowest) / (panel->highest - panel->lowest);
    return PANEL_TOP + PANEL_HEIGHT * (1 - share);
}

/* Whole powers around all values; at least one apart. */
static void fit(struct panel *panel, const struct conformance_run *run)
{
    panel->lowest = INFINITY;
    panel->highest = -INFINITY;
    for (size_t i = 0; i < run->hook_count; i++) {
        const struct growth *growth = &run->hooks[i].growth;
        for (size_t j = 1; j < growth->count; j++) {
            double power = power_of(panel, panel->value(&growth->points[j]));
            panel->lowest = fmin(panel->lowest, floor(power));
            panel->highest = fmax(panel->highest, ceil(power));
        }
    }
    panel->highest = fmax(panel->highest, panel->lowest + 1);
}

static void put_label(FILE *out, double x, double y, const char *anchor, const char *text)
{
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, text);
}

static void put_line(FILE *out, double x1, double y1, double x2, double y2)
{
    fprintf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2);
}

static void put_axes(FILE *out, const struct panel *panel)
{
    struct text text;
    for (unsigned shift = 10; shift <= 20; shift += 2) {
        double x = place_across(panel, UINT64_C(1) << shift);
        put_line(out, x, PANEL_TOP, x, PANEL_TOP + PANEL_HEIGHT);
        put_label(out, x, PANEL_TOP + PANEL_HEIGHT + 18, "middle", text_size(&text, UINT64_C(1) << shift));
    }
    for (double power = panel->lowest; power <= panel->highest; power++) {
        double y = place_down(panel, power);
        put_line(out, panel->left, y, panel->left + PANEL_WIDTH, y);
        put_label(out, panel->left - 6, y + 4, "end", panel->show(&text, (uint64_t)llround(pow(panel->base, power))));
    }
    put_label(out, panel->left + PANEL_WIDTH / 2.0, PANEL_TOP - 10, "middle", panel->title);
    put_label(out, panel->left + PANEL_WIDTH / 2.0, PANEL_TOP + PANEL_HEIGHT + 38, "middle", "payload");
}

static void put_curve(FILE *out, const struct panel *panel, const struct growth *growth, const char *colour)
{
    fprintf(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour);
    for (size_t i = 1; i < growth->count; i++) {
        const struct growth_point *point = &growth->points[i];
        fprintf(out, "%s%.1f,%.1f", i > 1 ? " " : "", place_across(panel, point->payload_bytes),
                place_down(panel, power_of(panel, panel->value(point))));
    }
    fputs("\"/>\n", out);
}

static void put_panel(FILE *out, struct panel *panel, const struct conformance_run *run)
{
    fit(panel, run);
    put_axes(out, panel);
    for (size_t i = 0; i < run->hook_count; i++) {
        put_curve(out, panel, &run->hooks[i].growth, colours[run->hooks[i].hook]);
    }
}

/* The first point has no place, and a line has two. */
static bool has_curve(const struct growth *growth)
{
    return growth->count > 2;
}

static void put_legend(FILE *out, const struct conformance_run *run)
{
    double x = LEFT_FIRST;
    for (size_t i = 0; i < run->hook_count; i++) {
        if (has_curve(&run->hooks[i].growth)) {
            fprintf(out, "<rect x=\"%.1f\" y=\"40\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", x,
                    colours[run->hooks[i].hook]);
            put_label(out, x + 18, 51, "start", cclb_hook_name(run->hooks[i].hook));
            x += 160;
        }
    }
}

bool growth_plot_has_curves(const struct conformance_run *run)
{
    for (size_t i = 0; i < run->hook_count; i++) {
        if (has_curve(&run->hooks[i].growth)) {
            return true;
        }
    }
    return false;
}

void growth_plot(FILE *out, const char *title, const struct conformance_run *run)
{
    struct panel fuel = {"fuel of a call", LEFT_FIRST, 10, fuel_of, text_count, 0, 0};
    struct panel memory = {"memory of the sandbox", LEFT_SECOND, 2, memory_of, text_size, 0, 0};
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
            "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT, WIDTH, HEIGHT);
    fprintf(out, "<text x=\"%d\" y=\"24\" font-size=\"15\">", LEFT_FIRST);
    xml_put_foreign(out, title);
    fputs("</text>\n", out);
    put_legend(out, run);
    put_panel(out, &fuel, run);
    put_panel(out, &memory, run);
    fputs("</svg>\n", out);
}
