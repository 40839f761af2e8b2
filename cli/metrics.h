/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.h - --metrics: what the runtime of a command counted, as Prometheus reads it. */
#ifndef CLI_METRICS_H
#define CLI_METRICS_H

#include "emit.h"
#include "session.h"

#include "cclb/runtime.h"

#define METRICS_OPTION                                                                                                 \
    {                                                                                                                  \
        "metrics", 0, NULL, "show what was counted as well, as Prometheus reads it"                                    \
    }

/* Prints it, if it was asked for. */
enum exit_status metrics_print(struct session *session, cclb_runtime *runtime, FILE *out);

/* Puts it into a JSON object, as the text of the member "metrics"; null if it was not asked for. */
void metrics_emit(const struct session *session, cclb_runtime *runtime, struct emitter *emitter);

#endif
