/* SPDX-License-Identifier: Apache-2.0 */
/* sse_summary.h - what became of a stream, told. */
#ifndef CLI_SSE_SUMMARY_H
#define CLI_SSE_SUMMARY_H

#include "plugin.h"
#include "pump.h"

/*
 * Tells why the stream ended, if it did so before its time, and what became of it, on standard error; where a file was
 * asked for, gathers the object for it. Returns the status to exit with.
 */
enum exit_status sse_summary_tell(struct session *session, const struct plugin *plugin, bool with_session,
                                  const struct pump_result *result, const struct pump_calls *calls);

#endif
