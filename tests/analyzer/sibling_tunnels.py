# SPDX-License-Identifier: GPL-2.0-or-later
"""The tunnels of a kernel scenario: their packets, and the commands that made them.

Nothing here says what an encapsulator makes: a packet on the wire belongs to that on the tunnel device which it holds.
"""

import ipaddress
import json
import re
import struct
from dataclasses import dataclass

import captures
from harness import KERNEL, TESTDATA

SIBLINGS = TESTDATA / "siblings"
CORNERS = TESTDATA / "corners"
LAB = TESTDATA / "lab"
# The scenarios that the contract of each Linux mode was written from: 1,059 encapsulations, 1,081 packets that arrived.
CONTRACT = sorted([path.name for path in SIBLINGS.iterdir() if path.is_dir()] + ["ipip-esp-transport", "ipip-external", "ipip-mplsip"])
ETHERNET, RAW, COOKED = 1, 101, 113
PAYLOADS = {0x0800: 1, 0x86DD: 2, 0x8847: 8}  # EtherType: enum ipip_payload
FRAME = 4
IP = (0x0800, 0x86DD)


@dataclass
class Packet:
    way: str  # O: out, I: in
    type: int  # EtherType
    octets: bytes

    @property
    def is_ipv6(self):
        return self.type == 0x86DD


@dataclass
class Tunnel:
    text: str  # as after --tunnel
    is_protected: bool  # by ESP

    @property
    def local(self):
        return ipaddress.ip_address(re.search(r"local (\S+)", self.text)[1]).packed

    @property
    def has_automatic_port(self):
        return "encap-sport auto" in self.text

    @property
    def has_frames(self):
        return re.search("type (ip6)?(gretap|erspan)", self.text) is not None


def unpadded(type, octets):
    if type == 0x0800 and len(octets) >= 20:
        return octets[:max(20, struct.unpack(">H", octets[2:4])[0])]
    if type == 0x86DD and len(octets) >= 40:
        return octets[:40 + struct.unpack(">H", octets[4:6])[0]]
    return octets


def packets(folder, scenario, name, has_frames=False):
    """Of one capture; whole frames where the tunnel holds these."""
    path = folder / (name + ".pcap")
    if name not in scenario["captures"] or not path.exists():
        return []
    found = []
    for way, record in zip(scenario["captures"][name]["direction"], captures.read(path), strict=True):
        octets, link = record.octets, record.link_type
        if link == RAW:
            type, packet = {4: 0x0800, 6: 0x86DD}.get(octets[0] >> 4, 0x8847), octets
        elif link == COOKED:
            type, packet = struct.unpack(">H", octets[14:16])[0], octets[16:]
        else:
            type, packet = struct.unpack(">H", octets[12:14])[0], octets[14:]
        found.append(Packet(way, type, octets if has_frames else unpadded(type, packet)))
    return found


def route_of(scenario, namespace):
    """A light-weight tunnel has its configuration in the route; it clears DF."""
    routes = [re.search(r"encap ip id \d+ dst (\S+) src (\S+) ttl (\d+) tos (\S+)", line["cmd"])
              for line in scenario["setup"] if line["ns"] == namespace]
    return ["mode ipip remote %s local %s ttl %s tos 0x%x df clear" % (*route.groups()[:3], int(route[4], 0)) for route in routes if route][0]


def more_of(scenario, namespace):
    """The lines that say more of the tunnel."""
    return [line["cmd"] for line in scenario["setup"] if line["ns"] == namespace and re.match("ip (fou add|tunnel (6rd|prl)) ", line["cmd"])]


def tunnel_of(scenario, line):
    text = "; ".join([line["cmd"], *more_of(scenario, line["ns"])])
    if "external" in text:
        text = route_of(scenario, line["ns"])
    if "mode vti" in text:  # ESP in tunnel mode: what xfrm makes
        text = re.sub("^.*mode vti (.*) key .*$", r"mode ipip \1 ttl 64 tos inherit df copy id zero-with-df", text)
    return Tunnel(text, is_protected="keys" in scenario)


def folder_of(name):
    """Of a scenario."""
    return next(folder / name for folder in (SIBLINGS, CORNERS, KERNEL) if (folder / name).exists())


def load(folder):
    return json.loads((folder / "scenario.json").read_text())


def sides(scenario):
    """(tunnel, capture on its device, capture on the wire) at both ends."""
    first = {}
    for line in scenario["tunnel"]:
        first.setdefault(line["ns"], line)
    return [(tunnel_of(scenario, first[namespace]), *names)
            for namespace, *names in (("ns1", "inner", "outer"), ("ns2", "inner2", "outer2"))]


DESTINATION_OPTIONS = 60
REMOTE = ipaddress.ip_address("fd00:20::2").packed
PROTOCOLS = {4, 41, 47, 50, 137}


def protocol_of(packet):
    """What an outer header announces, behind the encapsulation limit."""
    if not packet.is_ipv6:
        return packet.octets[9]
    return packet.octets[40] if packet.octets[6] == DESTINATION_OPTIONS else packet.octets[6]


def belongs(tunnel, packet):
    """Sent by this end of the tunnel, which also sends other packets."""
    at = slice(8, 24) if packet.is_ipv6 else slice(12, 16)
    udp = tunnel.has_automatic_port and protocol_of(packet) == 17
    return packet.way == "O" and packet.octets[at] == tunnel.local and (protocol_of(packet) in PROTOCOLS or udp)


def is_refused(packet):
    """RFC 2473 section 4.1: by a limit of 0, and where the source inside is the exit of the tunnel."""
    octets = packet.octets
    return packet.is_ipv6 and octets[6] == DESTINATION_OPTIONS and (octets[44] == 0 or octets[8:24] == REMOTE)


def pairs(tunnel, inner, outer):
    """(packet on the tunnel device, packet on the wire): the first one of the largest that the latter holds."""
    waiting = [packet for packet in inner if packet.way == "O"]
    found = []
    for packet in outer:
        if not belongs(tunnel, packet):
            continue
        held = [one for one in waiting if one.octets in packet.octets]
        one = max(held, key=lambda one: len(one.octets), default=None)
        assert one is not None, "nothing on the device for " + packet.octets.hex()
        waiting.remove(one)
        found.append((one, packet))
    # What is too large with ESP, and with DF, comes back as ICMP; what a limit of 0 and a loop to the remote end keep from the wire.
    assert not waiting or tunnel.is_protected or all(map(is_refused, waiting)), "not on the wire: %s" % waiting
    return found
