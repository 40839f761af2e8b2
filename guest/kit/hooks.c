/* SPDX-License-Identifier: Apache-2.0 */
/* hooks.c - what belongs to each hook: whether a plugin has it, its prototype, its export, its sections. */

#include "kit.h"

#include <ctype.h>

/* "FILTER"; lives until the next call. */
static const char *upper(cclb_hook hook)
{
    return kit_snake(cclb_hook_name(hook), true);
}

/* A condition for the preprocessor: the forms that have a hook. */
static void print_forms(FILE *out, cclb_hook hook)
{
    bool lacked = !cclb_form_has_hook(kit_forms[0], hook);
    for (size_t i = 1; i < KIT_FORMS; i++) {
        if (cclb_form_has_hook(kit_forms[i], hook) == lacked) {
            fprintf(out, " && CCLB_PLUGIN_FORM %s %s", lacked ? ">=" : "<", cclb_form_name(kit_forms[i]) + 1);
            return;
        }
    }
}

void kit_print_hook_choice(FILE *out)
{
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        fprintf(out, "#if defined(CCLB_PLUGIN_%s)", upper(hook));
        print_forms(out, hook);
        fprintf(out, "\n#define CCLB_HAS_%s_\n#endif\n", upper(hook));
        fprintf(out, "#ifndef CCLB_PLUGIN_%s_USAGE\n", upper(hook));
        fprintf(out, "#define CCLB_PLUGIN_%s_USAGE CCLB_PLUGIN_USAGE\n#endif\n", upper(hook));
    }
}

void kit_print_prototypes(FILE *out)
{
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        const struct wire_type *answer = wire_answer_type(hook);
        fprintf(out, "#ifdef CCLB_PLUGIN_%s\n", upper(hook));
        /* One line would be too long for some of them. */
        int indent = fprintf(out, "void plugin_%s(", cclb_hook_name(hook));
        fprintf(out, "const cclb_%s *%s,\n%*s", kit_name(wire_request_type(hook)), answer ? "request" : "event", indent,
                "");
        fprintf(out, "cclb_%s *%s);\n", answer ? kit_name(answer) : "bytes", answer ? "answer" : "record");
        fprintf(out, "#else\n#define plugin_%s(...) CCLB_UNDECLARED_(plugin_%s, CCLB_PLUGIN_%s)(__VA_ARGS__)\n#endif\n",
                cclb_hook_name(hook), cclb_hook_name(hook), upper(hook));
    }
    fputc('\n', out);
}

/* Reads the request, asks the author's function, writes what it answered. */
static void print_export(FILE *out, cclb_hook hook)
{
    const char *name = cclb_hook_name(hook);
    const struct wire_type *request = wire_request_type(hook);
    const struct wire_type *answer = wire_answer_type(hook);
    struct kit_column sizes = kit_sizes(request);
    fprintf(out, "#ifdef CCLB_HAS_%s_\n", upper(hook));
    fprintf(out, "CCLB_EXPORT_(\"%s\") uint64_t cclb_export_%s_(uint8_t *input, size_t size)\n{\n",
            wire_export_name(hook), name);
    fputs("    const uint8_t *root = cclb_root_(input, size, ", out);
    kit_print_column(out, &sizes);
    fprintf(out, ");\n    cclb_%s request = cclb_read_%s_(root, 0);\n", kit_name(request), kit_name(request));
    if (answer) {
        const char *type = kit_name(answer);
        fprintf(out, "    cclb_%s answer = CCLB_ZERO_;\n    plugin_%s(&request, &answer);\n", type, name);
        fprintf(out, "    size_t len = cclb_measure_%s_(&answer);\n    uint8_t *archive = cclb_answer_memory_(len);\n",
                type);
        fprintf(out, "    cclb_write_%s_(&answer, archive);\n", type);
        fputs("    return cclb_answered_(input, size, archive, len);\n", out);
    } else {
        fprintf(out, "    cclb_bytes record = CCLB_ZERO_;\n    plugin_%s(&request, &record);\n", name);
        fputs("    return cclb_recorded_(input, size, record);\n", out);
    }
    fputs("}\n#endif\n\n", out);
}

void kit_print_exports(FILE *out)
{
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        print_export(out, hook);
    }
}

static void print_fingerprint(FILE *out, cclb_hook hook, cclb_form form)
{
    const uint8_t *fingerprint = wire_fingerprint(hook, form);
    fprintf(out, "#define CCLB_FINGERPRINT_%s_", upper(hook));
    for (size_t i = 0; i < WIRE_FINGERPRINT_SIZE; i++) {
        bool first = i % (WIRE_FINGERPRINT_SIZE / 2) == 0;
        fprintf(out, "%s%s0x%02x", first ? " \\\n    \"" : "", i > 0 ? "," : "", fingerprint[i]);
        fputs((i + 1) % (WIRE_FINGERPRINT_SIZE / 2) == 0 ? "\"" : "", out);
    }
    fputc('\n', out);
}

/* The fingerprints of a hook in the forms that have it, each once. */
static void print_fingerprints(FILE *out, cclb_hook hook)
{
    const uint8_t *last = NULL;
    bool several = false;
    for (size_t i = KIT_FORMS; i-- > 0;) {
        const uint8_t *now = wire_fingerprint(hook, kit_forms[i]);
        if (now == NULL || (last && memcmp(now, last, WIRE_FINGERPRINT_SIZE) == 0)) {
            continue;
        }
        bool older = false;
        size_t first = i;
        for (size_t j = i; j-- > 0;) {
            const uint8_t *before = wire_fingerprint(hook, kit_forms[j]);
            bool same = before && memcmp(before, now, WIRE_FINGERPRINT_SIZE) == 0;
            first = same ? j : first;
            older = older || (before && !same);
        }
        if (older) {
            fprintf(out, "#%s CCLB_PLUGIN_FORM >= %s\n", several ? "elif" : "if", cclb_form_name(kit_forms[first]) + 1);
        } else if (several) {
            fputs("#else\n", out);
        }
        print_fingerprint(out, hook, kit_forms[i]);
        several = several || older;
        last = now;
    }
    fputs(several ? "#endif\n" : "", out);
}

/* The hooks in the order of their names, as the metadata have them. */
static cclb_hook next_by_name(const char *after)
{
    cclb_hook next = CCLB_HOOK_NONE;
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        const char *name = cclb_hook_name(hook);
        if (strcmp(name, after) > 0 && (next == CCLB_HOOK_NONE || strcmp(name, cclb_hook_name(next)) < 0)) {
            next = hook;
        }
    }
    return next;
}

void kit_print_sections(FILE *out)
{
    for (cclb_hook hook = next_by_name(""); hook != CCLB_HOOK_NONE; hook = next_by_name(cclb_hook_name(hook))) {
        fprintf(out, "#ifdef CCLB_HAS_%s_\n", upper(hook));
        print_fingerprints(out, hook);
        fprintf(out, "CCLB_SCHEMA_(\"%s\", CCLB_FINGERPRINT_%s_)\n", wire_section_name(hook), upper(hook));
        fprintf(out, "CCLB_HOOK_METADATA_(\"%s\", CCLB_PLUGIN_%s, ", cclb_hook_name(hook), upper(hook));
        fprintf(out, "CCLB_PLUGIN_%s_USAGE,\n                    ", upper(hook));
        fprintf(out, "CCLB_MODE_%s_)\n", upper(hook));
        fputs("#undef CCLB_SEPARATOR_\n#define CCLB_SEPARATOR_ \",\"\n#endif\n\n", out);
    }
}
