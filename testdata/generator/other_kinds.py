# SPDX-License-Identifier: GPL-2.0-or-later
"""The packets of a vector in a tunnel of another kind: what is inside and the fields of the outer header are carried over.

A vector is about IPv4 in IPv4; in_kinds() makes one like it for each of other kinds. Where the header inside or outside becomes
IPv6, each field becomes its like (TTL Hop Limit, TOS Traffic Class, Total Length Payload Length, addresses those of the same sort),
and what IPv4 says in its Identification is said in the flow label inside, and in a Fragment header outside.
"""

import ipaddress
import itertools
import re
import struct
import zlib
from dataclasses import replace

from packets import After, address, authentication_header, checksum, pseudo_header
from tunnel_kinds import IPV4, IPV6, address6 as octets6, ethernet_frame, fragment6, gre, gue, ipv6, sum6
from tunnel_packets import inner
from vector import TUNNEL, silent

INSIDE = inner()
PORT_FOU, PORT_GUE, PORT_GRE = 5555, 6080, 4754
FOU = ["--udp-tunnel", "%d=fou-ipip" % PORT_FOU]

def plain(inside, type):
    return b""

def under_gre(inside, type):
    return gre(b"", type=type)

def under_frame(inside, type):
    return gre(b"", type=0x6558) + ethernet_frame(inside, type)[:14]

def under_erspan(inside, type):
    """Type II: version 1 and a session; the sequence number is always there."""
    return gre(b"", type=0x88BE, sequence=1) + struct.pack("!II", 1 << 28 | 5, 0) + ethernet_frame(inside, type)[:14]

def under_udp(port, shim=b""):
    """The length is that of the whole; the checksum 0, for none."""
    def head(inside, type):
        return struct.pack("!HHHH", 50000, port, 8 + len(shim) + len(inside), 0) + shim
    return head

def under_esp(inside, type):
    return struct.pack("!II", 0x1000, 1)

def under_clear_esp(inside, type):
    """A number for each packet; which one comes first is not what these vectors are about."""
    return struct.pack("!II", 0x1000, zlib.crc32(inside))

def behind_clear_esp(octets):
    """Padding up to a multiple of four, its length, IPv4, and a check value of 16 octets (RFC 4303 section 2)."""
    padding = -(octets + 2) % 4
    return bytes(range(1, padding + 1)) + bytes((padding, 4)) + b"\x5a" * 16

def under_ipcomp(inside, type):
    return struct.pack("!BBH", 4, 0, 0x100)

def under_mpls(inside, type):
    """One label, the last (RFC 3032 section 2.1)."""
    return struct.pack("!I", 1000 << 12 | 1 << 8 | 64)

# By kind: the version outside, the protocol there, the version inside, and the headers between.
KINDS = {
    "6in4": (4, 41, 6, plain), "4in6": (6, 4, 4, plain), "6in6": (6, 41, 6, plain),
    "gre": (4, 47, 4, under_gre), "gre6": (6, 47, 4, under_gre),
    "gretap": (4, 47, 4, under_frame), "gretap6": (6, 47, 4, under_frame),
    "erspan": (4, 47, 4, under_erspan), "erspan6": (6, 47, 4, under_erspan),
    "minimal": (4, 55, 4, None),
    "fou": (4, 17, 4, under_udp(PORT_FOU)), "gue": (4, 17, 4, under_udp(PORT_GUE, gue(b""))),
    "gre-in-udp": (4, 17, 4, under_udp(PORT_GRE, gre(b""))),
    "esp": (4, 50, 4, under_esp), "ipcomp": (4, 108, 4, under_ipcomp), "mpls-in-ip": (4, 137, 4, under_mpls),
}
PLAIN_IP = ("6in4", "4in6", "6in6")
GRE = ("gre", "gre6")
FRAMES = ("gretap", "gretap6")
MIRRORS = ("erspan", "erspan6")
UDP = ("fou", "gue", "gre-in-udp")
OPAQUE = ("esp", "ipcomp", "mpls-in-ip")
MINIMAL = ("minimal",)
PACKETS = (*PLAIN_IP, *GRE, *UDP)
OUTSIDE_IPV6 = ("4in6", "6in6", "gre6", "gretap6", "erspan6")
READ = tuple(KINDS)
CLEAR = "esp in clear"  # of the kind esp, as declared (reading())
KINDS[CLEAR] = (4, 50, 4, under_clear_esp)

def address6(octets):
    """The IPv6 address of the same sort: unspecified, loopback, multicast, reserved, private, global."""
    number = "%x:%x" % struct.unpack("!HH", octets)
    first = octets[0]
    if octets == bytes(4):
        return "::"
    if first == 127:
        return "::1"
    if octets == b"\xff" * 4 or 224 <= first < 240:
        return "ff02::1" if first == 255 else "ff05::" + number
    return ("100::" if first >= 240 else "fd00::" if first == 10 else "2001:470::") + number

class Header:
    """An IPv4 header, whatever is wrong with it, and what follows."""

    def __init__(self, octets):
        self.ihl = max(octets[0] & 15, 5) * 4
        self.header, self.payload = octets[:self.ihl], octets[self.ihl:]
        self.tos, self.total, self.id, word, self.ttl, self.protocol, self.sum = struct.unpack("!xBHHHBBH", octets[:12])
        self.src, self.dst = octets[12:16], octets[16:20]
        self.df, self.mf, self.offset = word >> 14 & 1, word >> 13 & 1, (word & 0x1FFF) * 8
        self.is_sum_right = checksum(self.header) == 0

    def is_fragment(self):
        return self.mf or self.offset

    def take(self, inner):
        """Becomes the header of the packet inside, but for the addresses, as minimal encapsulation has it."""
        header = bytearray(inner[:12]) + self.header[12:20]
        header[10:12] = bytes(2)
        header[10:12] = struct.pack("!H", checksum(bytes(header)))
        surplus, payload = self.surplus(), self.payload
        self.__init__(bytes(header) + payload)
        self.total = self.ihl + len(payload) + surplus

    def surplus(self):
        """What the header promises more than there is."""
        return self.total - self.ihl - len(self.payload)

    def ipv4(self, protocol, payload, offset):
        """Once more with another payload."""
        word = struct.unpack("!H", self.header[6:8])[0] & 0xE000 | offset // 8
        total = self.total if self.total < self.ihl else self.ihl + len(payload) + self.surplus()
        header = bytearray(self.header)
        header[2:4], header[6:8], header[9], header[10:12] = struct.pack("!H", total), struct.pack("!H", word), protocol, bytes(2)
        header[10:12] = struct.pack("!H", checksum(bytes(header)) if self.is_sum_right else self.sum)
        return bytes(header) + payload

    def ipv6(self, protocol, payload, offset, label=0, id=None):
        if self.is_fragment():
            payload = fragment6(protocol, payload, offset, bool(self.mf), self.id if id is None else id)
            protocol = 44
        return ipv6(address6(self.src), address6(self.dst), payload, next=protocol, hops=self.ttl, tclass=self.tos, label=label,
                    plen=len(payload) + self.surplus())

def partial_sum(src, dst, protocol, length):
    """Of the pseudo-header alone (RFC 8200 section 8.1), as it is left to the network card."""
    return ~checksum(octets6(src) + octets6(dst) + struct.pack("!II", length, protocol)) & 0xFFFF

def transport6(ip):
    """The payload under IPv6: its checksum is as right, wrong or partial as it was."""
    at = {6: 16, 17: 6, 1: 2}.get(ip.protocol)
    payload = bytearray(ip.payload)
    if ip.protocol == 1:
        payload[0] = {0: 129, 8: 128}.get(payload[0], payload[0])
        protocol = 58
    else:
        protocol = ip.protocol
    if at is None or ip.is_fragment() or len(payload) < at + 2:
        return protocol, bytes(payload)
    src, dst = address6(ip.src), address6(ip.dst)
    was = struct.unpack("!H", payload[at:at + 2])[0]
    text = [".".join(map(str, octets)) for octets in (ip.src, ip.dst)]
    pseudo = b"" if ip.protocol == 1 else pseudo_header(*text, ip.protocol, len(payload))
    payload[at:at + 2] = bytes(2)
    if was == ~checksum(pseudo) & 0xFFFF and ip.protocol != 1:
        now = partial_sum(src, dst, protocol, len(payload))
    elif checksum(pseudo + ip.payload) == 0:
        now = sum6(src, dst, protocol, bytes(payload))
    else:
        now = was
    payload[at:at + 2] = struct.pack("!H", now)
    return protocol, bytes(payload)

def inside6(octets):
    """An IPv4 packet as an IPv6 one; what is no whole header stays what it is, under another version."""
    if len(octets) < 20 or octets[0] >> 4 != 4:
        return b"\x60" + octets[1:] if octets[:1] and octets[0] >> 4 == 4 else octets
    ip = Header(octets)
    surplus, end = ip.surplus(), ip.ihl + len(ip.payload)
    tail = b""
    if surplus < 0 and ip.total >= ip.ihl:
        ip.payload, tail, ip.total = octets[ip.ihl:ip.total], octets[ip.total:end], ip.total
    protocol, payload = transport6(ip)
    if protocol == 4:
        return ip.ipv6(41, inside6(payload), ip.offset)
    return ip.ipv6(protocol, payload, ip.offset, label=ip.id) + tail

class Tunnel:
    """Puts the tunnel packets of one capture into tunnels of a kind."""

    def __init__(self, kind, inside=None, folds=False):
        self.outside, self.protocol, version, self.head = KINDS[kind]
        self.inside, self.folds = inside or version, folds
        self.type = IPV6 if self.inside == 6 else IPV4
        self.tail = behind_clear_esp if kind == CLEAR else lambda octets: b""
        self.streams = {}  # of fragments: what comes first, and the octets so far, by addresses and Identification

    def inner(self, payload):
        return inside6(payload) if self.inside == 6 else payload

    def piece(self, ip):
        """What a fragment carries: what comes first moves the others, as far as multiples of 8 octets allow. And where it begins."""
        key = (ip.src, ip.dst, ip.id)
        payload = ip.payload
        if ip.offset == 0 and self.head is None:
            self.streams[key] = (-8, {})
            payload = folded(payload)
        elif ip.offset == 0:
            inner = self.header6(payload) if self.inside == 6 else payload
            promised = len(inner) - len(payload) + (Header(payload).total if len(payload) >= 20 else len(payload))
            head = self.head(inner + bytes(max(0, promised - len(inner))), self.type)
            self.streams[key] = (len(head) + len(inner) - len(payload), {})
            payload = head + inner
        more, whole = self.streams.get(key) or (self.more(payload), {})
        shift, begin = more % 8, 0
        if ip.offset > 0:
            begin = ip.offset + more - shift
            payload = bytes(whole.get(begin + at, 0) for at in range(shift)) + payload
        whole.update((begin + at, octet) for at, octet in enumerate(payload))
        if ip.mf:
            return payload[:len(payload) - shift], begin
        return payload + self.tail(begin + len(payload) - more), begin

    def more(self, payload):
        """How much longer than what is replaced the headers are that come first."""
        return -8 if self.head is None else len(self.head(payload, self.type)) + 20 * (self.inside == 6)

    def header6(self, octets):
        """The first octets of an IPv4 packet, under an IPv6 header that promises all of it."""
        if len(octets) < 20:
            return self.header6(octets + INSIDE[len(octets):20])[:len(octets)]
        ip = Header(octets)
        return ip.ipv6(ip.protocol, ip.payload, ip.offset, label=ip.id)

    def packet(self, octets):
        ip = Header(octets)
        if ip.is_fragment():
            payload, offset = self.piece(ip)
        elif self.head is None:
            payload, offset = folded(ip.payload), 0
            if self.folds:
                ip.take(ip.payload)
        else:
            payload, offset = self.inner(ip.payload), 0
            payload = self.head(payload, self.type) + payload + self.tail(len(payload))
        return ip.ipv4(self.protocol, payload, offset) if self.outside == 4 else ip.ipv6(self.protocol, payload, offset)

    def frame(self, frame, link):
        octets, wire = frame if isinstance(frame, tuple) else (frame, len(frame))
        head, packet = octets[:link], octets[link:]
        if len(packet) < 20 or packet[0] >> 4 not in (4, 5) or packet[9] != 4:
            return frame
        head = head[:-2] + (b"\x86\xdd" if self.outside == 6 else b"\x08\x00")
        made = self.cut(packet, wire - link) if wire > len(octets) else (self.packet(packet), None)
        made, whole = made
        made = head + made
        made = After(octets.gap / 10**9, made) if hasattr(octets, "gap") else made
        return made if whole is None else (made, link + whole)

    def cut(self, packet, wire):
        """Of a packet that the snapshot length cuts: filled up to a whole one, which is cut as far behind the header inside. And its length."""
        outer = Header(packet).ihl
        if len(packet) <= outer:
            made = self.packet(packet + bytes(outer - len(packet)) + INSIDE)
            return made[:len(packet) if self.outside == 4 else 40 - (outer - len(packet))], len(made)
        inside = len(packet) - outer
        whole = packet + INSIDE[inside:]
        whole += bytes(max(0, wire - len(whole)))
        made = self.packet(whole[:wire] if wire > outer + 20 else whole)
        if inside < 20:
            more = {4: 0, 6: 20}[self.inside] if self.head is not None else -8
            front = len(made) - (len(whole[:wire]) - outer + more)
            return made[:front + min(inside, 11)], len(made)
        return made[:len(made) - (wire - len(packet))], len(made)

def folded(octets):
    """RFC 2004 section 3, for which the outer header is that of the packet inside."""
    inner = Header(octets)
    def header(value):
        return struct.pack("!BBH", inner.protocol, 0x80, value) + inner.dst + inner.src
    return header(checksum(header(0))) + inner.payload

def with_authentication(frame):
    """The same packet with an authentication header behind its IP header."""
    head, packet = frame[:14], bytearray(frame[14:])
    if packet[0] >> 4 == 6:
        return head + ipv6_with(packet, authentication_header(packet[6], icv=12))
    shim = authentication_header(packet[9], icv=12)
    packet[9] = 51
    packet[2:4] = struct.pack("!H", struct.unpack("!H", packet[2:4])[0] + len(shim))
    packet[10:12] = bytes(2)
    packet[10:12] = struct.pack("!H", checksum(bytes(packet[:20])))
    return head + bytes(packet[:20]) + shim + bytes(packet[20:])

def ipv6_with(packet, shim):
    packet[6] = 51
    packet[4:6] = struct.pack("!H", len(packet) - 40 + len(shim))
    return bytes(packet[:40]) + shim + bytes(packet[40:])

def in_kind(frames, kind, link=14, **how):
    """These frames in a tunnel of this kind; what is no tunnel packet of IPv4 in IPv4 stays.

    `inside` is the version there, where the kind may have both. `folds`: the outer header is made from the one inside, not from the outer one.
    """
    tunnel = Tunnel(kind, **how)
    return frames and [tunnel.frame(one, link) for one in frames]

def in_kinds(vectors, rules, **options):
    """For each rule {number: kinds} its vector in tunnels of these kinds; `options` are those of as_kind()."""
    for number, kinds in rules.items():
        for kind in kinds:
            yield "IPIP%d" % number, as_kind(vectors["IPIP%d" % number], kind, **options)

def in_frames(vectors, *numbers, kinds=FRAMES, tunnel=TUNNEL, **options):
    """These vectors with the packet in an Ethernet frame that the policy has judged; without that the rule is silent."""
    for number, kind in itertools.product(numbers, kinds):
        rule = "IPIP%d" % number
        yield rule, as_kind(vectors[rule], kind, config=tunnel + "eth-inner=judge\n", **options)
        yield silent(rule, as_kind(vectors[rule], kind, **options).fail)

DOTTED = re.compile(r"\d+\.\d+\.\d+\.\d+")

def text6(text):
    """What a policy says of IPv4 addresses, of IPv6 ones."""
    text = re.sub(r"(\d+\.\d+\.\d+\.\d+)/(\d+)", lambda found: "%s/%d" % (found[1], 96 + int(found[2])), text)
    return DOTTED.sub(lambda found: str(ipaddress.IPv6Address(address6(address(found[0])))), text)

def options6(options):
    """Options that name addresses are given for both families."""
    for name, value in zip(options[::2], options[1::2]):
        yield from (name, value, name, text6(value)) if DOTTED.match(value) else (name, value)

def reading(kind):
    """What `ipip check` must be told to read tunnels of this kind."""
    options = {"fou": FOU, CLEAR: ["--esp-null", "16"], **{mirror: ["--kinds", "ipip,6in6,gre,gre6," + mirror] for mirror in MIRRORS}}
    return options.get(kind, [])

def kind_name(kind):
    """In the words of the output."""
    return "esp" if kind == CLEAR else kind

def as_kind(vector, kind, inside=None, folds=False, **options):
    """This vector in tunnels of a kind (see in_kind()); `options` replace what is different, their frames being those of IPv4 in IPv4."""
    vector = replace(vector, **options)
    link = 16 if vector.link_type == 113 else 14
    def made(frames):
        return in_kind(frames, kind, link, inside=inside, folds=folds)
    is_ipv6_outside = KINDS[kind][0] == 6
    is_ipv6_inside = (inside or KINDS[kind][2]) == 6
    args = list(options6(vector.args)) if is_ipv6_outside or (is_ipv6_inside and "--site" in vector.args) else list(vector.args)
    args += reading(kind)
    unknown_args = None if vector.unknown_args is None else [*vector.unknown_args, *reading(kind)]
    return replace(
        vector, unknown_args=unknown_args, fail=made(vector.fail), clean=made(vector.clean), unknown=made(vector.unknown), kind=kind_name(kind), habit=None,
        args=args, config=text6(vector.config) if vector.config and is_ipv6_outside else vector.config)

def beside_kind(one):
    """A packet beside the tunnel, as an IPv6 one."""
    if one[12:14] != b"\x08\0":
        return one
    made = one[:12] + b"\x86\xdd" + inside6(one[14:])
    return After(one.gap / 10**9, made) if hasattr(one, "gap") else made

def on_both_sides(vector, kind, inside=None):
    """The vector in tunnels of a kind, with what is beside them."""
    made = as_kind(vector, kind, inside=inside, folds=kind in MINIMAL)
    if (inside or KINDS[kind][2]) == 4:
        return made
    def others(frames, was):
        return frames and [beside_kind(one) if one[14:] == old[14:] else one for one, old in zip(frames, was)]
    return replace(made, **{part: others(getattr(made, part), getattr(vector, part)) for part in ("fail", "clean", "unknown")})
