/* SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL
#include "inside.h"

void inside_dissect(unsigned protocol, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    if (dissector_try_uint(find_dissector_table("ip.proto"), protocol, tvb, pinfo, tree) == 0)
        call_data_dissector(tvb, pinfo, tree);
}
