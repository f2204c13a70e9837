// SPDX-License-Identifier: GPL-2.0-or-later
// A C++ program includes the library's headers, and links with it.
#include "ipip/ipip.h"

int main()
{
    char text[IPIP_ADDRESS_TEXT];
    struct ipip_policy policy = ipip_policy_default();
    struct ipip_judge *judge = ipip_judge_new(&policy, nullptr, [](void *, const struct ipip_finding *) {}, nullptr, 1);
    bool is_made = judge != nullptr && ipip_address_text(text, 0x0a000001)[0] == '1';

    ipip_judge_free(judge);
    return is_made ? 0 : 1;
}
