/* SPDX-License-Identifier: Apache-2.0 */
/* every_hook.c - the same plugin in C. */
#include "every_hook.h"
