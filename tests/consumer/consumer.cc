// SPDX-License-Identifier: Apache-2.0
// The same host as C++11.

#include "consumer.c"
