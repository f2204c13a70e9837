# SPDX-License-Identifier: GPL-2.0-or-later
"""The network of every scenario, as commands: h1 -- ns1 == router == ns2 -- h2, the tunnel from ns1 (tun1) to ns2 (tun2)."""

MACS = {"v1": "02:00:00:00:01:02", "r1": "02:00:00:00:01:01", "r2": "02:00:00:00:02:01", "v2": "02:00:00:00:02:02",
        "l1": "02:00:00:00:11:01", "h1": "02:00:00:00:11:02", "l2": "02:00:00:00:12:01", "h2": "02:00:00:00:12:02"}
NAMESPACES = ("ns1", "router", "ns2", "h1", "h2")

# Where captures are taken: name, namespace, device.
PLACES = (("lan1", "ns1", "l1"), ("inner", "ns1", "tun1"), ("outer", "ns1", "v1"), ("outer2", "ns2", "v2"), ("inner2", "ns2", "tun2"), ("lan2", "ns2", "l2"))

# Errors as often as there is cause, and no packet that nobody asked for.
SETTINGS = ("net.ipv4.ip_forward=1", "net.ipv4.icmp_ratelimit=0", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
            "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")


def pair(one, other, namespace):
    return "ip link add %s address %s type veth peer name %s address %s netns %s" % (one, MACS[one], other, MACS[other], namespace)


def port(device, address):
    return ["ip addr add %s dev %s" % (address, device), "ip link set %s up" % device]


# Without `tx` the kernel writes every checksum itself: no card would.
COMMANDS = [(namespace, command) for namespace, commands in (
    *((namespace, ["sysctl -w " + setting for setting in SETTINGS] + ["ip link set lo up"]) for namespace in NAMESPACES),
    ("router", [pair("r1", "v1", "ns1"), pair("r2", "v2", "ns2"), *port("r1", "10.10.10.1/24"), *port("r2", "10.10.20.1/24")]),
    ("ns1", ["ethtool -K v1 tx off", *port("v1", "10.10.10.2/24"), "ip route add default via 10.10.10.1", pair("l1", "h1", "h1"), *port("l1", "192.168.1.1/24")]),
    ("ns2", ["ethtool -K v2 tx off", *port("v2", "10.10.20.2/24"), "ip route add default via 10.10.20.1", pair("l2", "h2", "h2"), *port("l2", "192.168.2.1/24")]),
    ("h1", [*port("h1", "192.168.1.2/24"), "ip route add default via 192.168.1.1"]),
    ("h2", [*port("h2", "192.168.2.2/24"), "ip route add default via 192.168.2.1"]),
) for command in commands]

# Once the devices of the tunnel are there.
ROUTED = [(namespace, command) for namespace, device, addresses, net in (
    ("ns1", "tun1", "10.10.100.10 peer 10.10.200.10", "192.168.2.0/24"), ("ns2", "tun2", "10.10.200.10 peer 10.10.100.10", "192.168.1.0/24"))
    for command in ("ip addr add %s dev %s" % (addresses, device), "ip link set %s up" % device, "ip route add %s dev %s" % (net, device))]


# IPv6 on the same devices, with no packets of its own: no addresses of the link, and neighbours that are known.
SETTINGS6 = ("net.ipv6.conf.all.addr_gen_mode=1", "net.ipv6.conf.default.addr_gen_mode=1", "net.ipv6.conf.default.disable_ipv6=0",
             "net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1", "net.ipv6.icmp.ratelimit=0")
LINKS6 = ((("router", "r1", "fd00:10::1"), ("ns1", "v1", "fd00:10::2")), (("router", "r2", "fd00:20::1"), ("ns2", "v2", "fd00:20::2")),
          (("ns1", "l1", "fd01::1"), ("h1", "h1", "fd01::2")), (("ns2", "l2", "fd02::1"), ("h2", "h2", "fd02::2")))
GATEWAYS6 = (("ns1", "fd00:10::1"), ("ns2", "fd00:20::1"), ("h1", "fd01::1"), ("h2", "fd02::1"))


def ports6(link):
    """Both ends of it."""
    for (namespace, device, address), (_, other, neighbour) in (link, link[::-1]):
        yield namespace, "ip addr add %s/64 dev %s nodad" % (address, device)
        yield namespace, "ip neigh add %s lladdr %s dev %s nud permanent" % (neighbour, MACS[other], device)


COMMANDS6 = [*((namespace, "sysctl -w " + setting) for namespace in NAMESPACES for setting in SETTINGS6),
             *(line for link in LINKS6 for line in ports6(link)),
             *((namespace, "ip route add default via " + gateway) for namespace, gateway in GATEWAYS6)]
ROUTED6 = [("ns1", "ip route add fd02::/64 dev tun1"), ("ns2", "ip route add fd01::/64 dev tun2")]
