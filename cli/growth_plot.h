/* SPDX-License-Identifier: Apache-2.0 */
/* growth_plot.h - fuel and memory over the size of the payload, drawn. */
#ifndef CLI_GROWTH_PLOT_H
#define CLI_GROWTH_PLOT_H

#include "conformance_run.h"

#include <stdio.h>

/* Whether any hook was measured with payloads, of which there would be a curve. */
bool growth_plot_has_curves(const struct conformance_run *run);

/* Draws the hooks that were measured, as SVG with logarithmic axes. `title` may be foreign text. */
void growth_plot(FILE *out, const char *title, const struct conformance_run *run);

#endif
