/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "duty.h"

struct duty duty_find(const struct ipip_pair *pair, struct ipip_addr src, struct ipip_addr dst)
{
    const struct ipip_pair_direction *row;
    gboolean is_any = ipip_address_is_none(src); /* not known which */
    struct duty duty = {FALSE, FALSE};
    gboolean is_known = FALSE;

    for (unsigned i = 1; pair != NULL && (row = ipip_pair_direction_at(pair, i)) != NULL; i++) {
        gboolean is_entry = row->way == IPIP_PAIR_THERE;
        struct ipip_addr tested = is_entry ? row->direction.src : row->direction.dst;

        if (row->matched[row->way] == 0)
            continue;
        is_known = TRUE;
        duty.is_of_entry |= is_any ? is_entry : ipip_address_equal(tested, src);
        duty.is_of_exit |= is_any ? !is_entry : ipip_address_equal(tested, dst);
    }
    return is_known ? duty : (struct duty){TRUE, TRUE};
}
