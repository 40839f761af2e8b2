/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - an instance that is kept for the events of one stream (docs/adr/0011-stream-sessions.md).
 *
 * Each event goes the way of all calls, through run.h: it enters by run_enter_session(), and where others would return
 * their lease it calls session_settle(). In between two events the lane is parked with the instance in it, and any call
 * that needs it may take it. A zeroed session is one that keeps nothing yet. Nothing here allocates, and only where a
 * lane is given up a lock may be taken (slots_release()).
 */
#ifndef SLOTS_SESSION_H
#define SLOTS_SESSION_H

#include "slots/run.h"

/* Thread class: HANDOFF. */
struct session {
    struct lane *lane;     /* that was parked; NULL: nothing is kept */
    uint64_t turn;         /* of the lane, when it was */
    uint64_t events;       /* that the kept instance has answered */
    bool over;             /* a kept instance failed; none is kept any more */
    uint64_t renewals;     /* times that an instance was ended because it was worn */
    uint64_t revocations;  /* times that another call had taken it */
};

/*
 * Takes up what the session keeps, for the cell of its last event, and returns its lane; NULL if there is nothing, or not
 * any more. The session keeps nothing until session_settle().
 */
struct lane *session_resume(struct session *session);

/*
 * In place of cclb_lease_return(), after run_end(): keeps what the lease holds for the next event, or gives it back.
 * `failed`: it holds what passed through, or the event failed and it holds nothing.
 */
void session_settle(struct session *session, struct calls *calls, const struct admitted *plugin, cclb_lease *lease,
                    bool failed);

/* Gives back what is kept, if anything; in a forked child it does nothing. The session stays what it counted. */
void session_end(struct session *session, struct calls *calls);

/* Whether an instance is kept at this moment. */
bool session_is_kept(const struct session *session);

/* Ends what lies in a lane that was claimed although it was parked; the lane is then like any other that was claimed. */
void session_revoke(struct calls *calls, struct lane *lane);

/* Takes an idle session from whoever has it, and gives back all that it holds; false if there is none. */
bool session_revoke_any(struct calls *calls);

#endif
