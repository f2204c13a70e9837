# SPDX-License-Identifier: GPL-2.0-or-later
"""What an encapsulator knew of its path MTU, and when: from the messages that it was sent, not from what it did then."""

import struct

import captures

LINK_MTU = 1500
MIN_PMTU = 552  # net.ipv4.route.min_pmtu: a message that says less is taken for this
FOREVER = 1 << 62
TUNNEL_PROTOCOLS = (4, 47)

# The card cuts super-packets behind the place of capture: no packet is too large.
UNLIMITED = {"ipip-offload-on"}

# Where the scenario's script says `ip route flush cache`: before what is forwarded; before each ICMP error.
FLUSHED_BEFORE_LAN = {"ipip-pmtu-1300-nopmtudisc", "ipip-pmtu-1300-pmtudisc"}
FLUSHED_BEFORE_ERRORS = {"ipip-err-crafted"}


def incoming(scenario, path):
    for record, direction in zip(captures.read(path), scenario["captures"][path.stem]["direction"]):
        packet = captures.ipv4_of(record)
        if direction == "I" and packet is not None:
            yield record.time, packet


def errors(scenario, folder):
    """(time, type, code, next-hop MTU) of the ICMP errors about the tunnel's packets that ns1 received."""
    for time, packet in incoming(scenario, folder / "outer.pcap"):
        if packet[9] == 1 and packet[20] in (3, 4, 5, 11, 12) and packet[28 + 9] in TUNNEL_PROTOCOLS:
            yield (time, packet[20], packet[21], struct.unpack("!H", packet[26:28])[0])


def path_mtus(scenario, folder, encapsulator):
    """(since, until, path MTU), without gaps. Nobody tells ns2 anything."""
    name, events = scenario["name"], [(0, 65535 if scenario["name"] in UNLIMITED else LINK_MTU)]
    for time, kind, code, mtu in errors(scenario, folder) if encapsulator == "ns1" else ():
        if (kind, code) == (3, 4):
            events.append((time, max(mtu, MIN_PMTU)))
        elif name in FLUSHED_BEFORE_ERRORS:
            events.append((time, LINK_MTU))
    if name in FLUSHED_BEFORE_LAN and encapsulator == "ns1":
        events.append((next(incoming(scenario, folder / "lan1.pcap"))[0], LINK_MTU))
    events.sort()
    return [(since, until, mtu) for (since, mtu), (until, _) in zip(events, [*events[1:], (FOREVER, 0)])]
