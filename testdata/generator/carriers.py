# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames around frames, as mirror sessions and overlays make them, from nothing but the RFCs and drafts."""

import socket
import struct
from dataclasses import dataclass
from typing import Callable

from packets import After, checksum, ethernet, ipv4

NEAR, FAR = "10.9.9.1", "10.9.9.2"
NEAR_6, FAR_6 = "2001:db8:9::1", "2001:db8:9::2"
CHECKSUM, ROUTING, KEY, SEQUENCE = 0x8000, 0x4000, 0x2000, 0x1000
FRAME = 0x6558  # "transparent Ethernet bridging"
IPV4, IPV6 = 0x0800, 0x86DD
DESTINATION_OPTIONS = 60


def gre(content, type, flags=0, key=0, sequence=1):
    """RFC 2784 section 2, RFC 2890 section 2."""
    head = struct.pack("!HH", flags, type)
    rest = (struct.pack("!I", key) if flags & KEY else b"") + (struct.pack("!I", sequence) if flags & SEQUENCE else b"") + content
    if flags & CHECKSUM:
        head += struct.pack("!HH", checksum(head + bytes(4) + rest), 0)
    return head + rest


def ip_type(packet):
    """The EtherType of an IP packet, whatever its version has become."""
    return IPV6 if packet[:1] and packet[0] >> 4 == 6 else IPV4


def erspan_1(frame):
    return gre(frame, 0x88BE)


def erspan_2(frame, session=5, vlan=100, is_cut=False):
    """Version 1, VLAN; COS, encapsulation, truncated, session; index."""
    return gre(struct.pack("!HHI", 1 << 12 | vlan, is_cut << 10 | session, 0x12345) + frame, 0x88BE, SEQUENCE)


def erspan_3(content, session=1023, frame_type=0, has_subheader=False):
    """Version 2, VLAN; COS, BSO, truncated, session; timestamp; SGT; P, frame type, hardware, direction, granularity, O."""
    head = struct.pack("!HHIHH", 2 << 12 | 100, session, 0x01020304, 0, frame_type << 10 | 3 << 4 | has_subheader)
    return gre(head + (b"\x03" + bytes(7) if has_subheader else b"") + content, 0x22EB, SEQUENCE)


def datagram(content, port):
    """UDP with checksum 0, as these senders leave it."""
    return struct.pack("!HHHH", 51111, port, 8 + len(content), 0) + content


def vxlan(frame, vni=77, port=4789):
    """RFC 7348 section 5."""
    return datagram(struct.pack("!II", 0x08 << 24, vni << 8) + frame, port)


GPE_PROTOCOL = {IPV4: 1, IPV6: 2}


def vxlan_gpe(content, protocol, vni=78):
    """draft-ietf-nvo3-vxlan-gpe section 3: flags I and P."""
    return datagram(struct.pack("!II", 0x0C << 24 | protocol, vni << 8) + content, 4790)


def geneve(content, type, vni=79, options=b""):
    """RFC 8926 section 3.4."""
    return datagram(struct.pack("!BBHI", len(options) // 4, 0, type, vni << 8) + options + content, 6081)


def over_ipv4(payload, protocol, **options):
    return ethernet(ipv4(NEAR, FAR, payload, protocol=protocol, ttl=250, id=0x5555, **options))


def over_ipv6(payload, protocol, options=b""):
    """RFC 8200 section 3; `options` are destination options, whole."""
    if options:
        payload, protocol = bytes([protocol, len(options) // 8]) + options + payload, DESTINATION_OPTIONS
    addresses = socket.inet_pton(socket.AF_INET6, NEAR_6) + socket.inet_pton(socket.AF_INET6, FAR_6)
    return ethernet(struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + addresses + payload, IPV6)


@dataclass(frozen=True)
class Carrier:
    """`wrap` takes what it carries: a frame, or the packet in one."""
    name: str
    wrap: Callable
    kind: str
    id: dict = None
    has_frame: bool = True
    is_ipv6: bool = False

    @property
    def json(self):
        src, dst = (NEAR_6, FAR_6) if self.is_ipv6 else (NEAR, FAR)
        return {"kind": self.kind, "src": src, "dst": dst, **(self.id or {})}

    def carry(self, frame):
        """The frame with its gap; one that is cut, (octets, length on the wire), is cut in the carrier as well."""
        octets, wire = frame if isinstance(frame, tuple) else (frame, len(frame))
        padded = octets + bytes(wire - len(octets))
        made = self.wrap(padded if self.has_frame else padded[14:])
        cut = made[:len(made) - (wire - len(octets))]
        if hasattr(octets, "gap"):
            cut = After(octets.gap / 10**9, cut)
        return (cut, len(made)) if isinstance(frame, tuple) else cut


ENCAPSULATION_LIMIT = bytes.fromhex("04 01 04 01 01 00")  # RFC 2473 section 4.1.1, padded: as ip6gre sends it

CARRIERS = [
    Carrier("gre", lambda packet: over_ipv4(gre(packet, ip_type(packet)), 47), "gre", has_frame=False),
    Carrier("gre-all", lambda packet: over_ipv4(gre(packet, ip_type(packet), CHECKSUM | KEY | SEQUENCE, key=4000000000), 47), "gre",
            {"key": 4000000000}, has_frame=False),
    Carrier("gre-frame", lambda frame: over_ipv4(gre(frame, FRAME, KEY, key=6), 47), "gre", {"key": 6}),
    Carrier("gre-mpls", lambda packet: over_ipv4(gre(bytes.fromhex("00064140") + packet, 0x8847), 47), "gre", has_frame=False),
    Carrier("ip6gre", lambda packet: over_ipv6(gre(packet, ip_type(packet)), 47, ENCAPSULATION_LIMIT), "gre", has_frame=False, is_ipv6=True),
    Carrier("erspan-1", lambda frame: over_ipv4(erspan_1(frame), 47), "erspan"),
    Carrier("erspan-2", lambda frame: over_ipv4(erspan_2(frame), 47), "erspan", {"session": 5}),
    Carrier("erspan-2-ipv6", lambda frame: over_ipv6(erspan_2(frame, session=6), 47), "erspan", {"session": 6}, is_ipv6=True),
    Carrier("erspan-3", lambda frame: over_ipv4(erspan_3(frame), 47), "erspan", {"session": 1023}),
    Carrier("erspan-3-subheader", lambda frame: over_ipv4(erspan_3(frame, session=7, has_subheader=True), 47), "erspan",
            {"session": 7}),
    Carrier("vxlan", lambda frame: over_ipv4(vxlan(frame), 17), "vxlan", {"vni": 77}),
    Carrier("vxlan-linux", lambda frame: over_ipv4(vxlan(frame, vni=0xFFFFFF, port=8472), 17), "vxlan", {"vni": 0xFFFFFF}),
    Carrier("vxlan-ipv6", lambda frame: over_ipv6(vxlan(frame), 17), "vxlan", {"vni": 77}, is_ipv6=True),
    Carrier("vxlan-gpe", lambda packet: over_ipv4(vxlan_gpe(packet, GPE_PROTOCOL[ip_type(packet)]), 17), "vxlan-gpe", {"vni": 78}, has_frame=False),
    Carrier("vxlan-gpe-frame", lambda frame: over_ipv4(vxlan_gpe(frame, 3), 17), "vxlan-gpe", {"vni": 78}),
    Carrier("geneve", lambda frame: over_ipv4(geneve(frame, FRAME), 17), "geneve", {"vni": 79}),
    Carrier("geneve-options", lambda packet: over_ipv4(geneve(packet, ip_type(packet), options=bytes.fromhex("0102800100000001")), 17),
            "geneve", {"vni": 79}, has_frame=False),
]
# What Wireshark 4.0 does not open: it leaves such frames as data.
ERSPAN_3_IP = Carrier("erspan-3-ip", lambda packet: over_ipv4(erspan_3(packet, frame_type=2), 47), "erspan", {"session": 1023},
                      has_frame=False)
