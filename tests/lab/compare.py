# SPDX-License-Identifier: GPL-2.0-or-later
"""compare.py RECORDED FOUND [NAME...]: what a kernel did in the laboratory against what is recorded, packet by packet.

Each scenario sends the same octets in every run. Left aside is what a kernel counts or draws: times, Identification, automatic ports; of
checksums only whether they are right counts. Packets may come in another order: what a device shows on both ways has none.
"""

import json
import struct
import sys
from collections import Counter
from pathlib import Path

import captures
from packets import checksum, pseudo_header
from table import chosen
from topology import PLACES

IPIP, TCP, UDP, ICMP, IPV6, GRE = 4, 6, 17, 1, 41, 47
HOP_BY_HOP, DESTINATION_OPTIONS, ICMPV6 = 0, 60, 58
ICMP_ERRORS = (3, 4, 5, 11, 12)
GUE_OR_FOU = 5555


def is_right(octets):
    return b"right" if checksum(octets) == 0 else b"wrong"


def gre_without_sum(packet):
    flags = packet[0]
    at = 8 if flags & 0x80 else 4
    head = packet[:4] + (is_right(packet) if flags & 0x80 else b"") + packet[at:at + 4 * (bool(flags & 0x20) + bool(flags & 0x10))]
    return head + comparable(packet[at + 4 * (bool(flags & 0x20) + bool(flags & 0x10)):])


def udp_without_port(packet):
    to = struct.unpack("!H", packet[2:4])[0]
    if to != GUE_OR_FOU:
        return packet
    return packet[2:6] + comparable(packet[8:]) if packet[8] >> 4 == 4 else packet[2:6] + packet[8:12] + comparable(packet[12:])


def icmp_without_sum(packet):
    """An error quotes a header with an Identification."""
    quoted = comparable(packet[8:]) if packet[0] in ICMP_ERRORS else packet[8:]
    return packet[:2] + is_right(packet) + packet[4:8] + quoted


def comparable6(packet):
    """A tunnel over IPv6 draws its flow label, and so does who answers by ICMPv6."""
    at = 48 if packet[6] == DESTINATION_OPTIONS else 40
    protocol = packet[at - 8] if at == 48 else packet[6]
    inside = {IPIP: comparable, IPV6: comparable, GRE: gre_without_sum, ICMPV6: bytes}.get(protocol)
    if inside is None:
        return packet
    return packet[:1] + bytes([packet[1] & 0xF0]) + packet[4:at] + inside(packet[at:])


def comparable(packet):
    """The octets that must be the same."""
    if len(packet) >= 48 and packet[0] >> 4 == 6:
        return comparable6(packet)
    if len(packet) < 20 or packet[0] >> 4 != 4 or packet[0] & 15 < 5:
        return packet
    length = 4 * (packet[0] & 15)
    header, behind = packet[:length], packet[length:]
    kept = header[:4] + header[6:10] + is_right(header) + header[12:]
    if struct.unpack("!H", header[6:8])[0] & 0x1FFF or len(behind) < 8:
        return kept + behind
    if header[9] in (IPIP, IPV6):
        return kept + comparable(behind)
    if header[9] == GRE:
        return kept + gre_without_sum(behind)
    if header[9] == UDP:
        return kept + udp_without_port(behind)
    if header[9] == ICMP:
        return kept + icmp_without_sum(behind)
    return kept + behind


def is_of_link(packet):
    """Looking for neighbours, and joining groups: as often as a host has forgotten the others."""
    return packet[0] >> 4 == 6 and (packet[6] == HOP_BY_HOP or (packet[6] == ICMPV6 and 130 <= packet[40] <= 143))


def shown(folder, scenario, place):
    """How often each packet passed the place, by its way; none of ARP and its like."""
    about = scenario["captures"].get(place)
    if about is None:
        return Counter()
    packets = map(captures.ip_of, captures.read(folder / (place + ".pcap")))
    return Counter((way, comparable(packet)) for way, packet in zip(about["direction"], packets, strict=True)
                   if packet is not None and not is_of_link(packet))


def load(folder):
    return json.loads((folder / "scenario.json").read_text())


def differences(recorded, found):
    """(place, missing packets, new ones) of one scenario, where there are such; folders."""
    one, other = load(recorded), load(found)
    for key in ("tunnel", "broken", "traffic"):
        if one[key] != other[key]:
            yield key, Counter(), Counter()
    for place, _, _ in PLACES:
        before, now = shown(recorded, one, place), shown(found, other, place)
        if before != now:
            yield place, before - now, now - before


def main(recorded, found, names):
    different = set()
    for row in chosen(names):
        for place, missing, new in differences(Path(recorded, row.name), Path(found, row.name)):
            different.add(row.name)
            print("%s/%s: %d of the recorded packets are missing, %d are new" % (row.name, place, sum(missing.values()), sum(new.values())))
            for sign, packets in (("-", missing), ("+", new)):
                for way, packet in sorted(packets)[:3]:
                    print("  %s %s %s" % (sign, way, packet[:64].hex()))
    print("%d scenarios are as recorded, %d are not" % (len(chosen(names)) - len(different), len(different)))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3], sys.argv[3:]))
