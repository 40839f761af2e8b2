/* SPDX-License-Identifier: Apache-2.0 */
/* every_hook.cc - the same plugin in C++. */
#include "every_hook.h"
