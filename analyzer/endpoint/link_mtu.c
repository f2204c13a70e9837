/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MTU of the device that leads to the far end. The route has another one as long as the host remembers what ICMP reported for others: of
 * that the tunnel learns its own.
 */
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices.h"

struct route_request {
    struct nlmsghdr header;
    struct rtmsg route;
    struct {
        struct rtattr attribute;
        struct in_addr address;
    } destination, source;
};

/* Of the device, by its route; 0: none. */
static int find_device(int netlink, struct in_addr local, struct in_addr remote)
{
    struct route_request request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST},
        .route = {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_src_len = 32},
        .destination = {{sizeof request.destination, RTA_DST}, remote},
        .source = {{sizeof request.source, RTA_SRC}, local},
    };
    _Alignas(struct nlmsghdr) uint8_t answer[4096];
    const struct nlmsghdr *header = (const struct nlmsghdr *)(const void *)answer;
    ssize_t bytes;
    int left, device = 0;

    if (send(netlink, &request, sizeof request, 0) < 0)
        return 0;
    bytes = recv(netlink, answer, sizeof answer, 0);
    if (bytes < 0 || !NLMSG_OK(header, (size_t)bytes) || header->nlmsg_type != RTM_NEWROUTE)
        return 0;
    left = (int)RTM_PAYLOAD(header);
    for (const struct rtattr *a = RTM_RTA((const struct rtmsg *)NLMSG_DATA(header)); RTA_OK(a, left);
         a = RTA_NEXT(a, left)) {
        if (a->rta_type == RTA_OIF)
            memcpy(&device, RTA_DATA(a), sizeof device);
    }
    return device;
}

int link_mtu(struct in_addr local, struct in_addr remote)
{
    struct ifreq request = {.ifr_ifindex = 0};
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    gboolean is_found;

    request.ifr_ifindex = netlink >= 0 ? find_device(netlink, local, remote) : 0;
    is_found = request.ifr_ifindex != 0 && fd >= 0 && ioctl(fd, SIOCGIFNAME, &request) == 0 &&
               ioctl(fd, SIOCGIFMTU, &request) == 0;
    if (netlink >= 0)
        close(netlink);
    if (fd >= 0)
        close(fd);
    return is_found ? request.ifr_mtu : 0;
}
