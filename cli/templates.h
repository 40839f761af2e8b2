/* SPDX-License-Identifier: Apache-2.0 */
/* templates.h - the files of a new plugin, as they lie in templates/; cmake/embed.cmake makes C of them. */
#ifndef CLI_TEMPLATES_H
#define CLI_TEMPLATES_H

struct template_file {
    const char *name; /* with "/" where it lies in a folder; NULL ends the table */
    const char *text;
};

extern const struct template_file template_files[];

#endif
