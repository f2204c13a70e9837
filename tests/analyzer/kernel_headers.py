# SPDX-License-Identifier: GPL-2.0-or-later
"""IPv4 headers, tunnels, fragments and quotes of captures, for the expectations: shares no code with the core."""

import struct
from dataclasses import dataclass

import captures
from packets import checksum

ERROR, WARNING, NOTE = "error", "warning", "note"
ICMP, IPIP, TCP, UDP = 1, 4, 6, 17
H1 = bytes((192, 168, 1, 2))  # the host behind the entry of every scenario
ICMP_ERRORS = {3, 4, 5, 11, 12}
SECOND = 10**9


class Header:
    """An IPv4 header, and what it carries: as far as captured, and as long as it was on the wire."""

    def __init__(self, octets, wire):
        self.octets, self.wire = octets, wire
        self.version, self.hl = octets[0] >> 4, 4 * (octets[0] & 15)
        self.tos, self.length, self.id, flags, self.ttl, self.protocol = struct.unpack("!xBHHHBB", octets[:10])
        self.dscp, self.ecn = self.tos >> 2, self.tos & 3
        self.rf, self.df, self.mf = flags >> 15, flags >> 14 & 1, flags >> 13 & 1
        self.offset = 8 * (flags & 0x1FFF)
        self.src, self.dst = octets[12:16], octets[16:20]
        self.options = octets[20:self.hl]
        self.payload = octets[self.hl:self.length]
        self.payload_octets = min(self.length, wire) - self.hl

    @property
    def pair(self):
        return self.src, self.dst

    @property
    def is_encapsulating(self):
        return self.protocol == IPIP

    @property
    def is_fragment(self):
        return bool(self.mf or self.offset)

    @property
    def is_atomic(self):
        """RFC 6864 section 4."""
        return bool(self.df) and not self.is_fragment

    @property
    def is_summed(self):
        return checksum(self.octets[:self.hl]) == 0

    def fault(self):
        """The first of RFC 1812's checks of a header that it fails, if any."""
        if self.version != 4:
            return "version"
        if self.hl < 20:
            return "IHL"
        return "length" if self.length < self.hl else None

    def content(self):
        """The datagram but for what routers and tunnel exits change: TOS, TTL, checksum."""
        return self.octets[:1] + self.octets[2:8] + self.octets[9:10] + self.octets[12:self.length]


@dataclass
class Frame:
    """A record that holds IPv4, and what it tells: the last fragment of a datagram tells of the datagram."""
    number: int
    time: int
    headers: list  # outermost first, fragments as they are
    pairs: list  # (encapsulating header, header inside); the former without its fragmentation
    fragments: dict  # of the headers in pairs that were fragmented, by their place
    remains: tuple = None  # where no header is behind protocol 4: the octets, and how many were on the wire

    @property
    def is_tunnel(self):
        return self.headers[0].fault() is None and self.headers[0].is_encapsulating

    @property
    def outer_fragment(self):
        return self.headers[0] if self.is_tunnel and self.headers[0].is_fragment else None


def is_whole(fragments):
    """Side by side from 0 to an end, without overlap."""
    at = 0
    for fragment in sorted(fragments, key=lambda fragment: fragment.offset):
        if fragment.offset != at:
            return False
        at += fragment.payload_octets
    return not max(fragments, key=lambda fragment: fragment.offset).mf


def is_same_fragment(one, other):
    return (one.offset, one.mf, one.payload) == (other.offset, other.mf, other.payload)


class Reassembly:
    """Whole datagrams only: one whose fragments overlap never is."""

    def __init__(self):
        self.waiting = {}

    def add(self, fragment):
        """The fragments of the datagram that this one completes."""
        key = fragment.pair, fragment.id, fragment.protocol
        held = self.waiting.setdefault(key, [])
        if not any(is_same_fragment(fragment, other) for other in held):
            held.append(fragment)
        return self.waiting.pop(key) if is_whole(held) else None


def datagram_of(fragments):
    """The header at offset 0 counts; and CE on any fragment if none is Not-ECT (RFC 3168 section 5.3)."""
    ordered = sorted(fragments, key=lambda fragment: fragment.offset)
    first, payload = ordered[0], b"".join(fragment.payload for fragment in ordered)
    codepoints = {fragment.ecn for fragment in fragments}
    ecn = 3 if 3 in codepoints and 0 not in codepoints else first.ecn
    header = bytearray(first.octets[:first.hl])
    header[1] = first.tos & 0xFC | ecn
    header[2:4] = struct.pack("!H", first.hl + len(payload))
    header[6:8] = struct.pack("!H", first.df << 14)
    header[10:12] = bytes(2)
    header[10:12] = struct.pack("!H", checksum(bytes(header)))
    return Header(bytes(header) + payload, len(header) + len(payload))


def walk(frame, header, reassembly):
    """From the outermost header inwards, while protocol 4 announces another one."""
    frame.headers.append(header)
    while header.fault() is None and header.is_encapsulating:
        if header.is_fragment:
            fragments = reassembly.add(header)
            if fragments is None:
                return
            frame.fragments[len(frame.pairs)], header = fragments, datagram_of(fragments)
        if len(header.payload) < 20 or header.payload[0] >> 4 != 4:
            frame.remains = header.payload, header.payload_octets
            return
        inner = Header(header.payload, header.payload_octets)
        frame.headers.append(inner)
        frame.pairs.append((header, inner))
        header = inner


def frames_of(source):
    """The IPv4 packets of a capture, numbered as the command numbers them."""
    reassembly, frames = Reassembly(), []
    for number, record in enumerate(captures.read(source), 1):
        octets = captures.ipv4_of(record)
        if octets is not None:
            frames.append(Frame(number, record.time, [], [], {}))
            walk(frames[-1], Header(octets, record.wire - len(record.octets) + len(octets)), reassembly)
    return frames


class IcmpError:
    """An ICMP error, and the header that it quotes."""

    def __init__(self, header):
        self.src, self.type, self.code = header.src, header.payload[0], header.payload[1]
        self.mtu = struct.unpack("!H", header.payload[6:8])[0]
        self.quoted_octets = header.length - header.hl - 8
        self.quote = Header(header.payload[8:], self.quoted_octets)

    @property
    def is_refusal(self):
        """Protocol or port unreachable: there is no tunnel."""
        return self.type == 3 and self.code in (2, 3)

    @property
    def inner(self):
        """The header inside the quoted one, if so much is quoted."""
        quoted = self.quote.octets[self.quote.hl:]
        return Header(quoted, len(quoted)) if len(quoted) >= 20 else None


def icmp_error_of(header):
    is_icmp = header.protocol == ICMP and not header.is_fragment and len(header.payload) >= 28
    return IcmpError(header) if is_icmp and header.payload[0] in ICMP_ERRORS else None


def tunnel_error_of(frame):
    """An ICMP error that quotes a tunnel's header: it was sent from inside the tunnel."""
    error = icmp_error_of(frame.headers[0])
    return error if error and error.quote.version == 4 and error.quote.is_encapsulating else None
