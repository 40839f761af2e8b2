/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - cclb(1): finds the command, reads its line, runs it. */

#include "help.h"
#include "outputs.h"

#include "cclb/version.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A standard stream that was closed by the caller would otherwise be the next file that is opened: the plugin could
 * become standard output. What is opened here in its place can only fail to be written, or read.
 */
static void occupy_standard_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) < 0) {
            int opened = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
            (void)opened; /* without it, things are as they were */
        }
    }
}

/* Whether a flag is among the options, whatever else may be wrong with the line. */
static bool asks_for(char *const *words, size_t count, const char *name, const char *short_name)
{
    for (size_t i = 0; i < count && strcmp(words[i], "--") != 0; i++) {
        if (strcmp(words[i], name) == 0 || strcmp(words[i], short_name) == 0) {
            return true;
        }
    }
    return false;
}

/* `help`, `--help` and `-h` ask, alone or together; the other words say for what. */
static enum exit_status run_help(struct session *session, char *const *words, size_t count)
{
    enum { SUBJECTS_MAX = 3 }; /* one more than a name has words, so that too many are seen */
    char *subject[SUBJECTS_MAX];
    size_t subjects = 0;
    for (size_t i = 0; i < count && subjects < SUBJECTS_MAX; i++) {
        bool asks = asks_for(words + i, 1, "--help", "-h") || (subjects == 0 && strcmp(words[i], "help") == 0);
        if (!asks) {
            subject[subjects++] = words[i];
        }
    }
    char fault[OPTION_FAULT_SIZE];
    return help_print(session->out, subject, subjects, fault) ? EXIT_DONE : session_fail_usage(session, "%s", fault);
}

static enum exit_status run_version(struct session *session)
{
    fprintf(session->out, "cclb %d.%d.%d (libcclb %s)\n", CCLB_VERSION_MAJOR, CCLB_VERSION_MINOR, CCLB_VERSION_PATCH,
            cclb_version());
    return EXIT_DONE;
}

static enum exit_status run(struct session *session, char *const *words, size_t count)
{
    if (count == 0) {
        return session_fail_usage(session, "no command");
    }
    if (strcmp(words[0], "help") == 0 || asks_for(words, 1, "--help", "-h")) {
        return run_help(session, words, count);
    }
    if (strcmp(words[0], "--version") == 0) {
        return run_version(session);
    }
    if (count == 2 && asks_for(words + 1, 1, "--help", "-h")) {
        return run_help(session, words, 1); /* also for a family of commands */
    }
    char fault[OPTION_FAULT_SIZE];
    size_t used = 0;
    const struct command *command = help_find(words, count, &used, fault);
    if (command == NULL) {
        return session_fail_usage(session, "%s", fault);
    }
    session->command = command;
    if (asks_for(words + used, count - used, "--help", "-h")) {
        return run_help(session, words, used);
    }
    if (!options_parse(&command->line, words + used, count - used, &session->arguments, fault)) {
        return session_fail_usage(session, "%s", fault);
    }
    session->json = session_option(session, "json") != NULL; /* the word may have been the value of another option */
    enum exit_status status = outputs_check(session);
    return status == EXIT_DONE ? command->run(session) : status;
}

int main(int argc, char **argv)
{
    occupy_standard_streams();
    /* A reader that went away is an error of writing, told and returned like any other. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may grow no further is an error of write(2) like any other */
    size_t count = argc > 0 ? (size_t)argc - 1 : 0;
    struct session session;
    if (!session_init(&session, asks_for(argv + 1, count, "--json", "--json"))) {
        fputs("cclb: no memory\n", stderr);
        return EXIT_INTERNAL;
    }
    return (int)session_finish(&session, run(&session, argv + 1, count));
}
