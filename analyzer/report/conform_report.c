/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conform.h"

const char *conformity_name(enum conformity conformity)
{
    static const char *const names[] = {[VIOLATES] = "violates",
                                        [CONFORMS] = "conforms",
                                        [NOT_EXERCISED] = "not exercised",
                                        [CANNOT_BE_SEEN] = "can't be seen"};

    return names[conformity];
}

const char *conform_end_name(enum ipip_end_of end)
{
    static const char *const names[] = {
        [IPIP_END_OF_BOTH] = "both", [IPIP_END_OF_ENTRY] = "entry", [IPIP_END_OF_EXIT] = "exit"};

    return names[end];
}

const struct evidence_packets *conform_packets(const struct conform_statement *statement)
{
    return statement->conformity == VIOLATES   ? &statement->row.violated.packets
           : statement->conformity == CONFORMS ? &statement->row.held
                                               : NULL;
}

gboolean conform_role_at(struct conform_role *role, const struct conform_report *report, unsigned index)
{
    const struct ipip_pair_direction *row;

    for (unsigned i = 1; (row = ipip_pair_direction_at(report->pair->pair, i)) != NULL; i++) {
        if (row->matched[row->way] == 0 || index-- > 0)
            continue;
        role->direction = row->direction;
        role->end = row->way == IPIP_PAIR_THERE ? IPIP_END_OF_ENTRY : IPIP_END_OF_EXIT;
        role->tested = row->way == IPIP_PAIR_THERE ? row->direction.src : row->direction.dst;
        return TRUE;
    }
    return FALSE;
}
