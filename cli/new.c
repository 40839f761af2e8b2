/* SPDX-License-Identifier: Apache-2.0 */
/* new.c - `cclb new`: a folder with a plugin in C that builds, is admitted and passes its cases. */

#include "choices.h"
#include "command.h"
#include "draft.h"
#include "folder.h"
#include "template.h"
#include "templates.h"

#include "cclb/call.h"
#include "cclb/escape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 64, LIST_SIZE = 128, FORM_DEFAULT = 9 };

/* What the new plugin is to be. */
struct wanted {
    const char *name;
    char folder[PATH_MAX]; /* without slashes at its end */
    unsigned form;
    bool hooks[CCLB_HOOK_COUNT];
};

/* The name is that of files, a target of make, a string in C and one in JSON. */
static enum exit_status choose_name(struct session *session, struct wanted *wanted)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static const char others[] = "._-";
    const char *name = session->arguments.operands[0];
    size_t len = strlen(name);
    bool legal = len > 0 && strchr(letters, name[0]);
    for (size_t i = 0; i < len && legal; i++) {
        legal = strchr(letters, name[i]) || strchr(others, name[i]);
    }
    wanted->name = name;
    if (legal && len <= NAME_MAX_BYTES) {
        return EXIT_DONE;
    }
    char shown[2 * NAME_MAX_BYTES];
    cclb_escape(cclb_text(name), shown, sizeof shown);
    return legal ? session_fail_usage(session, "the name `%s` is longer than %d characters", shown, NAME_MAX_BYTES)
                 : session_fail_usage(session,
                                      "the name `%s` cannot be one: it begins with a letter or a digit, and has these "
                                      "and `.`, `_` and `-`",
                                      shown);
}

/* Where it goes. */
static enum exit_status choose_folder(struct session *session, struct wanted *wanted)
{
    const char *folder = session->arguments.operand_count > 1 ? session->arguments.operands[1] : wanted->name;
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/') {
        len--;
    }
    if (len >= sizeof wanted->folder) {
        return session_fail_io(session, folder, ENAMETOOLONG);
    }
    memcpy(wanted->folder, folder, len);
    return EXIT_DONE;
}

/* One of those that plugins are built for. */
static enum exit_status choose_kit_form(struct session *session, struct wanted *wanted)
{
    const char *value = session_option(session, "form");
    wanted->form = FORM_DEFAULT;
    if (value == NULL) {
        return EXIT_DONE;
    }
    cclb_form form = form_named(value);
    char digit = form == CCLB_FORM_NONE ? '?' : cclb_form_name(form)[1];
    if (strchr("2689", digit)) {
        wanted->form = (unsigned)(digit - '0');
        return EXIT_DONE;
    }
    char shown[64];
    cclb_escape(cclb_text(value), shown, sizeof shown);
    return session_fail_usage(session, "--form %s: there is 2, 6, 8, 9", shown);
}

/* One of the names between commas. */
static enum exit_status add_hook(struct session *session, const char *start, size_t len, struct wanted *wanted)
{
    char name[LIST_SIZE];
    cclb_hook hook = CCLB_HOOK_NONE;
    snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), start);
    enum exit_status status = choose_hook(session, name, &hook);
    if (status != EXIT_DONE) {
        return status;
    }
    if (wanted->hooks[hook]) {
        return session_fail_usage(session, "--hooks: %s is given twice", name);
    }
    wanted->hooks[hook] = true;
    return EXIT_DONE;
}

static bool has_transform(const struct wanted *wanted)
{
    return wanted->hooks[CCLB_HOOK_TRANSFORM_RESPONSE] || wanted->hooks[CCLB_HOOK_TRANSFORM_SSE_EVENT];
}

/* What hooks can be in one plugin of a form (spec/abi.md). */
static enum exit_status check_hooks(struct session *session, const struct wanted *wanted)
{
    if (wanted->form == 9 && wanted->hooks[CCLB_HOOK_OBSERVE]) {
        return session_fail_usage(session, "form 9 has no hook observe: add --form 8, or leave it out");
    }
    if (wanted->form == 2 && has_transform(wanted)) {
        return session_fail_usage(session, "form 2 has no transform hooks: take --form 6 or higher, or leave them out");
    }
    if (has_transform(wanted) && !wanted->hooks[CCLB_HOOK_SHAPE]) {
        return session_fail_usage(session, "transform hooks belong to shape plugins: add shape to --hooks");
    }
    return EXIT_DONE;
}

static enum exit_status choose_hooks(struct session *session, struct wanted *wanted)
{
    const char *list = session_option(session, "hooks");
    if (list == NULL) {
        return session_fail_usage(session, "say what hooks it has: --hooks filter, --hooks filter,shape");
    }
    for (;;) {
        size_t len = strcspn(list, ",");
        enum exit_status status = add_hook(session, list, len, wanted);
        if (status != EXIT_DONE) {
            return status;
        }
        if (list[len] == '\0') {
            return check_hooks(session, wanted);
        }
        list += len + 1;
    }
}

/* "filter and shape". */
static void list_hooks(const struct wanted *wanted, char list[LIST_SIZE])
{
    size_t left = 0;
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        left += wanted->hooks[hook];
    }
    list[0] = '\0';
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (wanted->hooks[hook]) {
            size_t used = strlen(list);
            left--;
            snprintf(list + used, LIST_SIZE - used, "%s%s", cclb_hook_name(hook),
                     left > 1    ? ", "
                     : left == 1 ? " and "
                                 : "");
        }
    }
}

static void gather_facts(const struct wanted *wanted, struct template_facts *facts)
{
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (wanted->hooks[hook]) {
            facts->holds[facts->count++] = cclb_hook_name(hook);
        }
    }
    if (wanted->hooks[CCLB_HOOK_SHAPE] && !wanted->hooks[CCLB_HOOK_TRANSFORM_RESPONSE]) {
        facts->holds[facts->count++] = "transform_response left alone";
    }
    if (wanted->hooks[CCLB_HOOK_SHAPE] && !wanted->hooks[CCLB_HOOK_TRANSFORM_SSE_EVENT]) {
        facts->holds[facts->count++] = "transform_sse_event left alone";
    }
}

/* Whether the plugin has the hook whose cases a file is among; a file that is no case is always wanted. */
static bool is_wanted(const struct wanted *wanted, const char *file)
{
    static const char cases[] = "cases/";
    if (strncmp(file, cases, sizeof cases - 1) != 0) {
        return true;
    }
    const char *kind = file + sizeof cases - 1;
    size_t len = strcspn(kind, "/");
    cclb_hook hook = cclb_hook_from_name(cclb_bytes_of(kind, len));
    return wanted->hooks[hook == CCLB_HOOK_NONE ? CCLB_HOOK_TRANSFORM_SSE_EVENT : hook]; /* "sse" */
}

/* Fills in one template and adds it. Returns 0 or an errno. */
static int add_file(struct folder *folder, const struct template_file *file, const struct wanted *wanted,
                    const struct template_facts *facts)
{
    char source[NAME_MAX_BYTES + 8];
    snprintf(source, sizeof source, "%s.c", wanted->name);
    const char *name = strcmp(file->name, "plugin.c") == 0    ? source
                       : strcmp(file->name, "gitignore") == 0 ? ".gitignore"
                                                              : file->name;
    struct draft draft;
    if (!draft_begin(&draft)) {
        return ENOMEM;
    }
    template_write(draft.out, file->text, facts);
    int number = draft_finish(&draft) ? folder_add(folder, name, cclb_bytes_of(draft.text, draft.len)) : ENOMEM;
    free(draft.text);
    return number;
}

static enum exit_status make(struct session *session, const struct wanted *wanted, const char *hooks)
{
    struct folder folder;
    const char form[] = {(char)('0' + wanted->form), '\0'};
    char named[LIST_SIZE + sizeof "hooks "];
    snprintf(named, sizeof named, "%s %s", strchr(hooks, ' ') ? "hooks" : "hook", hooks);
    const struct template_value values[] = {{"NAME", wanted->name}, {"FORM", form}, {"HOOKS", named}, {NULL, NULL}};
    struct template_facts facts = {.values = values};
    gather_facts(wanted, &facts);
    int number = folder_begin(&folder, wanted->folder);
    for (const struct template_file *file = template_files; file->name && number == 0; file++) {
        number = is_wanted(wanted, file->name) ? add_file(&folder, file, wanted, &facts) : 0;
    }
    if (number == 0) {
        number = folder_finish(&folder);
    }
    folder_abandon(&folder);
    return number == 0 ? EXIT_DONE : session_fail_io(session, wanted->folder, number);
}

/* How to call this command again: by its name, if it was called so, else by where it is. */
static const char *own_command(char path[PATH_MAX])
{
    ssize_t len = strchr(program_invocation_name, '/') ? readlink("/proc/self/exe", path, PATH_MAX - 1) : -1;
    path[len > 0 ? len : 0] = '\0';
    return path;
}

/* A path as one word for a shell. What a terminal should not be sent is spelt out. */
static void put_word(FILE *out, const char *path)
{
    char escaped[PATH_MAX];
    bool is_plain = cclb_escape(cclb_text(path), escaped, sizeof escaped) == strlen(path);
    fputs(is_plain ? "'" : "$'", out);
    for (const char *c = path; *c; c++) {
        if (is_plain) {
            fputs(*c == '\'' ? "'\\''" : (const char[]){*c, '\0'}, out);
        } else {
            fprintf(out, *c == '\'' || *c == '\\' || *c < ' ' || *c > '~' ? "\\x%02x" : "%c", (unsigned char)*c);
        }
    }
    fputc('\'', out);
}

static void tell(struct session *session, const struct wanted *wanted, const char *hooks)
{
    char path[PATH_MAX];
    char folder[PATH_MAX];
    const char *command = own_command(path);
    cclb_escape(cclb_text(wanted->folder), folder, sizeof folder);
    fprintf(session->out,
            "made %s: a plugin in C with %s, for form %u\n"
            "  %s/README.md says what is where; the plugin is %s/%s.c\n"
            "  build and test it: make -C ",
            folder, hooks, wanted->form, folder, folder, wanted->name);
    put_word(session->out, wanted->folder);
    fputs(" test", session->out);
    if (command[0] != '\0') {
        fputs(" CCLB=", session->out);
        put_word(session->out, command);
    }
    fputc('\n', session->out);
}

static enum exit_status run(struct session *session)
{
    struct wanted wanted = {0};
    char hooks[LIST_SIZE];
    enum exit_status status = choose_name(session, &wanted);
    if (status == EXIT_DONE) {
        status = choose_folder(session, &wanted);
    }
    if (status == EXIT_DONE) {
        status = choose_kit_form(session, &wanted);
    }
    if (status == EXIT_DONE) {
        status = choose_hooks(session, &wanted);
    }
    list_hooks(&wanted, hooks);
    if (status == EXIT_DONE) {
        status = make(session, &wanted, hooks);
    }
    if (status == EXIT_DONE) {
        tell(session, &wanted, hooks);
    }
    return status;
}

static const struct option_spec options[] = {
    {"hooks", 0, "HOOKS",
     "the hooks that it has, with commas between them: filter, shape,\n"
     "observe; beside shape transform_response and transform_sse_event,\n"
     "which a shape plugin without them leaves alone"},
    {"form", 0, "FORM",
     "the runtimes that it is for: 2 (0.1.1), 6 (0.1.2), 8 (0.1.4) or\n"
     "9 (0.3.0; default), which has no observe; 2 has no transforms"},
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command new_command = {
    .name = "new",
    .synopsis = "new NAME --hooks HOOKS [--form FORM] [DIR]",
    .summary = "begin a plugin in C: a folder that builds and passes its cases",
    .about = "Makes the folder DIR (NAME, if it is not given) with a plugin in C: its source, which says where to\n"
             "write what, a README, a Makefile and cases for `cclb test`. As it is, it builds, is admitted and\n"
             "passes. What there is at DIR already is left alone, and a folder is made whole or not at all.\n"
             "\n"
             "To build it takes clang and wasm-ld (Debian: apt install clang lld), and cclb-build, which is\n"
             "installed with this command and knows where the header cclb_plugin.h is.\n",
    .examples = "  cclb new my-chooser --hooks filter\n"
                "  make -C my-chooser test\n"
                "  cclb new my-plugin --hooks filter,shape,transform_sse_event --form 8 plugins/mine\n",
    .line = {.options = options, .operands = {"NAME", "DIR"}, .operands_needed = 1},
    .run = run,
};
