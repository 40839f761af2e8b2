/* SPDX-License-Identifier: Apache-2.0 */
/* measure.h - a plugin beside the floor, on one thread. */
#ifndef CLI_MEASURE_H
#define CLI_MEASURE_H

#include "work.h"

struct comparison {
    struct latency_summary plugin;
    struct latency_summary floor;
    double ratio;     /* of the two medians of a round: the median over the rounds */
    double ratio_low; /* of the middle half of the rounds */
    double ratio_high;
    double difference_ns; /* between the two medians of a round: the median over the rounds */
    uint64_t renewals;    /* of the plugin's stream */
    uint64_t sessions_over;
};

/*
 * Measures both for `length_ns` each, in rounds and in turns, so that whatever the machine does meanwhile meets both
 * alike. The plugin's calls are added to *tally. CCLB_OK fills *comparison; otherwise one of the two failed in every
 * call, or there is no memory, and *error says so.
 */
cclb_status measure_beside(const struct work *plugin, const struct work *floor, uint64_t length_ns, struct tally *tally,
                           struct comparison *comparison, cclb_error *error);

#endif
