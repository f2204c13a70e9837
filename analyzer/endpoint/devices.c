/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/icmp.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/ip.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../refuse.h"

static gboolean fail(GError **error, const char *what)
{
    if (errno == EPERM || errno == EACCES)
        return refuse(error, NULL, "%s: %s; it takes root, or CAP_NET_ADMIN and CAP_NET_RAW", what, g_strerror(errno));
    return refuse(error, NULL, "%s: %s", what, g_strerror(errno));
}

static struct in_addr ipv4_of(struct ipip_addr address)
{
    uint8_t octets[IPIP_ADDRESS_OCTETS];
    struct in_addr found;

    ipip_address_octets(octets, address);
    memcpy(&found, octets + IPIP_ADDRESS_OCTETS - IPIP_ADDRESS_IPV4_OCTETS, sizeof found);
    return found;
}

static gboolean find_link_mtu(struct endpoint *e, const struct sockaddr_in *local, GError **error)
{
    int mtu = link_mtu(local->sin_addr, e->remote.sin_addr);
    char from[IPIP_ADDRESS_TEXT], to[IPIP_ADDRESS_TEXT];

    if (mtu == 0)
        return refuse(error, NULL, "no route from %s to the remote address %s; add one (`ip route add`)",
                      ipip_address_text(from, e->tunnel.local), ipip_address_text(to, e->tunnel.remote));
    if (mtu < ENDPOINT_MTU_MIN)
        return refuse(error, NULL, "the link to the remote address has an MTU of %d: a tunnel takes %d", mtu,
                      (int)ENDPOINT_MTU_MIN);
    e->link_mtu = (uint16_t)MIN(mtu, IPIP_IPV4_TOTAL_MAX);
    e->tunnel.mtu = e->link_mtu;
    return TRUE;
}

/* Its own path MTU counts, not what the host has learnt for others. A packet that finds no room draws a protocol unreachable. */
static gboolean open_raw(struct endpoint *e, GError **error)
{
    int probe = IP_PMTUDISC_PROBE, on = 1, room = 16 << 20;

    e->raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_IPIP);
    if (e->raw < 0)
        return fail(error, "raw socket");
    if (setsockopt(e->raw, IPPROTO_IP, IP_HDRINCL, &on, sizeof on) != 0 ||
        setsockopt(e->raw, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe) != 0 ||
        (setsockopt(e->raw, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0 &&
         setsockopt(e->raw, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) != 0))
        return fail(error, "raw socket");
    return TRUE;
}

static gboolean bind_raw(const struct endpoint *e, const struct sockaddr_in *local, GError **error)
{
    char text[IPIP_ADDRESS_TEXT];

    if (bind(e->raw, (const struct sockaddr *)local, sizeof *local) == 0)
        return TRUE;
    if (errno == EADDRNOTAVAIL)
        return refuse(error, NULL,
                      "the local address %s is not one of this host; add it to a device (`ip address add`), or name "
                      "another one",
                      ipip_address_text(text, e->tunnel.local));
    return fail(error, "raw socket on the local address");
}

static gboolean open_icmp(struct endpoint *e, GError **error)
{
    struct icmp_filter filter = {~(1U << ICMP_DEST_UNREACH | 1U << ICMP_SOURCE_QUENCH | 1U << ICMP_REDIRECT |
                                   1U << ICMP_TIME_EXCEEDED | 1U << ICMP_PARAMETERPROB)};
    int control = IPTOS_PREC_INTERNETCONTROL; /* RFC 1812 section 4.3.2.5 */

    e->icmp = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
    if (e->icmp < 0 || setsockopt(e->icmp, SOL_RAW, ICMP_FILTER, &filter, sizeof filter) != 0 ||
        setsockopt(e->icmp, IPPROTO_IP, IP_TOS, &control, sizeof control) != 0)
        return fail(error, "raw socket for ICMP");
    return TRUE;
}

static gboolean bring_up(const char *name, int mtu, GError **error)
{
    struct ifreq request = {.ifr_mtu = mtu};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    gboolean is_up;

    g_strlcpy(request.ifr_name, name, IFNAMSIZ);
    is_up = fd >= 0 && ioctl(fd, SIOCSIFMTU, &request) == 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags |= IFF_UP;
    is_up = is_up && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    if (!is_up)
        fail(error, name);
    if (fd >= 0)
        close(fd);
    return is_up;
}

static gboolean open_tun(struct endpoint *e, const char *name, GError **error)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};

    if (g_strlcpy(request.ifr_name, name, IFNAMSIZ) >= IFNAMSIZ)
        return refuse(error, "device", "a name of at most %d octets", IFNAMSIZ - 1);
    e->tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (e->tun < 0)
        return fail(error, "/dev/net/tun");
    if (ioctl(e->tun, TUNSETIFF, &request) != 0)
        return fail(error, name);
    g_strlcpy(e->device, request.ifr_name, sizeof e->device);
    return bring_up(e->device, ipip_tunnel_icmp_mtu(&e->tunnel, IPIP_PAYLOAD_IPV4), error);
}

gboolean devices_open(struct endpoint *e, const char *name, GError **error)
{
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr = ipv4_of(e->tunnel.local)};

    e->remote = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = ipv4_of(e->tunnel.remote)};
    /* In this order: rights first, then the address, then the route from it. */
    return open_raw(e, error) && bind_raw(e, &local, error) && find_link_mtu(e, &local, error) && open_icmp(e, error) &&
           open_tun(e, name, error);
}

void devices_close(struct endpoint *e)
{
    const int all[] = {e->tun, e->raw, e->icmp, e->signals};

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        if (all[i] >= 0)
            close(all[i]);
    }
}
