// SPDX-License-Identifier: GPL-2.0-or-later
// A C++ program includes the library's headers, links with it, and judges a packet: DF is set inside, and not outside.
#include <cstring>

#include "ipip/ipip.h"

namespace
{

const uint8_t octets[] = {0x45, 0x00, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0x40, 0x04, 0xda, 0x0a, 0xac, 0x10,
                          0x05, 0x7e, 0xac, 0x10, 0x05, 0x7f, 0x45, 0x00, 0x00, 0x14, 0x00, 0x00, 0x40, 0x00,
                          0x40, 0xfd, 0xe9, 0xd2, 0x0a, 0x0a, 0x64, 0x0a, 0x0a, 0x0a, 0xc8, 0x0a};

void take(void *context, const struct ipip_finding *finding)
{
    if (std::strcmp(finding->rule->id, "IPIP105") == 0)
        ++*static_cast<unsigned *>(context);
}

} // namespace

int main()
{
    unsigned findings = 0;
    struct ipip_policy policy = ipip_policy_default();
    struct ipip_judge *judge = ipip_judge_new(&policy, nullptr, take, &findings, 1);
    struct ipip_packet packet = {};

    if (judge == nullptr)
        return 1;
    packet.ip = {octets, sizeof octets, sizeof octets};
    packet.announced = IPIP_ANNOUNCED_IPV4;
    packet.frame = 1;
    ipip_judge_packets(judge, &packet, 1);
    ipip_judge_end(judge);
    ipip_judge_free(judge);
    return findings == 1 && std::strcmp(ipip_version(), IPIP_VERSION) == 0 ? 0 : 1;
}
