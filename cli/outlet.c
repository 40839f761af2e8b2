/* SPDX-License-Identifier: Apache-2.0 */
/* outlet.c - to a file or a pipe the bytes as they are, to a terminal through the same escaping as all foreign text. */

#include "outlet.h"

#include "files.h"
#include "text.h"

#include <errno.h>
#include <unistd.h>

void outlet_init(struct outlet *outlet)
{
    *outlet = (struct outlet){.is_terminal = isatty(STDOUT_FILENO) == 1};
}

void outlet_put(void *context, cclb_bytes bytes)
{
    struct outlet *outlet = context;
    if (outlet->number != 0) {
        return;
    }
    if (outlet->is_terminal) {
        text_show_piece(stdout, bytes);
        outlet->number = fflush(stdout) == 0 ? 0 : errno;
    } else {
        outlet->number = files_put(STDOUT_FILENO, bytes);
    }
    outlet->written += outlet->number == 0 ? bytes.len : 0;
}
