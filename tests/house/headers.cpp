// SPDX-License-Identifier: GPL-2.0-or-later
// A C++ program includes the library's headers, and links with it.
#include "ipip/ipip.h"

int main()
{
    char text[IPIP_ADDRESS_TEXT];
    struct ipip_flow *flow = ipip_flow_new(nullptr, 1);
    bool is_made = flow != nullptr && ipip_address_text(text, 0x0a000001)[0] == '1';

    ipip_flow_free(flow);
    return is_made ? 0 : 1;
}
