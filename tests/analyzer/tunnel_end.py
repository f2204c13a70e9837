# SPDX-License-Identifier: GPL-2.0-or-later
"""An end of a tunnel of IPv4 in IPv4, as RFC 2003 and 6040 describe it, and what it does if one sentence of them is broken.

It takes the packets of `ipip stimulus` and makes the two captures that a tester would have: beside the tunnel, and on the wire.
"""

import struct

LAN, WIRE = 0, 1
SOFT_STATE = 30  # seconds that an error from inside is remembered


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(">%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def address(text):
    return bytes(map(int, text.split(".")))


class Datagram:
    """An IPv4 packet whose fields can be changed; the checksum follows, unless it was wrong."""

    def __init__(self, octets):
        self.ihl = 4 * (octets[0] & 15)
        self.version, self.tos, self.length, self.id, self.flags = octets[0] >> 4, octets[1], *struct.unpack(">HHH", octets[2:8])
        self.ttl, self.protocol, self.src, self.dst = octets[8], octets[9], octets[12:16], octets[16:20]
        self.options, self.payload = octets[20:self.ihl], octets[self.ihl:]
        self.spoilt = checksum(octets[:self.ihl])

    @classmethod
    def make(cls, src, dst, protocol, payload, tos=0, id=0, df=False, ttl=64, options=b""):
        length = 20 + len(options) + len(payload)
        return cls(struct.pack(">BBHHHBBH4s4s", 0x45 + len(options) // 4, tos, length, id, df << 14, ttl, protocol, 0, src, dst) + options + payload).fixed()

    def fixed(self):
        self.spoilt = 0
        return self

    def copy(self):
        return Datagram(self.octets())

    @property
    def df(self):
        return bool(self.flags & 0x4000)

    @property
    def offset(self):
        return 8 * (self.flags & 0x1fff)

    @property
    def is_fragment(self):
        return bool(self.flags & 0x3fff)

    def octets(self):
        header = struct.pack(">BBHHHBBH4s4s", self.version << 4 | 5 + len(self.options) // 4, self.tos, self.length, self.id, self.flags,
                             self.ttl, self.protocol, 0, self.src, self.dst) + self.options
        sum = checksum(header)
        sum = (sum ^ 0x5500) if self.spoilt else sum
        return header[:10] + struct.pack(">H", sum) + header[12:] + self.payload

    def divided(self, most):
        """RFC 791 section 3.2: in fragments of at most so many octets."""
        room = (most - self.ihl) // 8 * 8
        for at in range(0, len(self.payload), room):
            piece = self.copy()
            piece.payload = self.payload[at:at + room]
            piece.length = self.ihl + len(piece.payload)
            piece.flags = self.flags & 0xe000 | (0x2000 if at + room < len(self.payload) else self.flags & 0x2000) | (self.offset + at) // 8
            yield piece


# RFC 6040 figure 4, by inner and outer field; None: dropped.
ECN = [[0, 0, 0, None], [1, 1, 1, 3], [2, 1, 2, 3], [3, 3, 3, 3]]


class End:
    def __init__(self, broken="", is_device=False, local="10.0.1.1", remote="10.0.2.1", gate="10.1.0.254", mtu=1500):
        self.broken, self.local, self.remote, self.gate, self.mtu = broken, address(local), address(remote), address(gate), mtu
        self.is_device = is_device  # the inner side is the tunnel device: behind the router's decrement, and what it drops is not seen
        self.sends_on = True  # what is too large, once its sender has its error (RFC 2003 section 5); RFC 1191 section 3 forbids it
        self.path_mtu, self.id, self.sent, self.told, self.pieces = mtu, 0x4000, ([], []), None, {}

    def show(self, side, time, packet):
        self.sent[side].append((time, packet if isinstance(packet, bytes) else packet.octets()))

    def report(self, time, about, type, code, mtu=0):
        """An ICMP error to the sender."""
        message = struct.pack(">BBHHH", type, code, 0, 0, mtu) + about.octets()[:548]
        message = message[:2] + struct.pack(">H", checksum(message)) + message[4:]
        self.id += 1
        if not self.is_device:
            self.show(LAN, time + 0.0001, Datagram.make(self.gate, about.src, 1, message, id=self.id))

    def take_from_lan(self, time, packet):
        """A datagram for the tunnel: RFC 2003 section 3.1 and 3.2."""
        if not self.is_device:
            self.show(LAN, time, packet)
        if self.told and time - self.told[0] < SOFT_STATE:
            self.relay(time, packet, *self.told[1:])
        self.told = None
        if packet.src == self.remote and self.broken != "loop" or packet.src == self.local and self.broken != "own-source":
            return
        if packet.ttl <= 1 and not (self.broken == "ttl-0" and packet.ttl == 1):
            if packet.ttl == 1 and self.broken != "no-time-exceeded":
                self.report(time, packet, 11, 0)
            return
        inner = packet.copy()
        inner.ttl -= {"ttl-kept": 0, "ttl-twice": 2 if packet.ttl > 2 else 1}.get(self.broken, 1)
        if self.broken == "inner-checksum":
            inner.spoilt = 1
        if self.broken == "inner-dscp" and inner.tos >> 2:
            inner.tos ^= 0x04
        if self.broken == "inner-ecn" and inner.tos & 3 == 2:
            inner.tos ^= 3
        if self.broken == "inner-df":
            inner.flags &= ~0x4000
        if self.broken == "inner-reserved":
            inner.flags |= 0x8000
        if self.is_device:
            forwarded = packet.copy()
            forwarded.ttl -= 1
            self.show(LAN, time, forwarded)
        fits = self.path_mtu - 20
        if inner.length > fits and inner.df:
            if self.broken != "no-too-big":
                self.report(time, packet, 3, 4, fits + (20 if self.broken == "mtu-value" else 0))
            if not self.sends_on:
                return
        for piece in inner.divided(fits) if inner.length > fits and not inner.df else (inner,):
            self.encapsulate(time, piece)

    def encapsulate(self, time, inner):
        self.id += 1
        outer = Datagram.make(self.local, self.remote, 4, inner.octets(), inner.tos, self.id & 0xffff, True)
        if self.broken == "df-clear" and inner.df:
            outer.flags = 0
        if self.broken == "df-copied":
            outer.flags = inner.flags & 0x4000
        if self.broken == "dscp-zero":
            outer.tos &= 3
        if self.broken == "ecn-ect1" and outer.tos & 3 == 2:
            outer.tos ^= 3
        if self.broken == "ttl-copy":
            outer.ttl = inner.ttl
        if self.broken == "outer-ttl-0":
            outer.ttl = 0
        if self.broken == "bad-checksum":
            outer.spoilt = 1
        if self.broken == "long":
            outer.payload += bytes(4)
            outer.length += 4
        if self.broken == "short":
            outer.length -= 4
        if self.broken == "options-copied" and inner.options:
            outer = Datagram.make(self.local, self.remote, 4, inner.octets(), inner.tos, self.id & 0xffff, True, options=inner.options)
        if self.broken == "source-loopback":
            outer.src = address("127.0.0.1")
        if self.broken == "reserved-flag":
            outer.flags |= 0x8000
        self.show(WIRE, time + 0.0002, outer)

    def relay(self, time, packet, type, code):
        """RFC 2003 section 4: what the sender gets."""
        relays = {(3, 0): (3, 0), (3, 1): (3, 1), (3, 2): (3, 1), (11, 0): (3, 1), (11, 1): (3, 1)}
        broken = {"relay-protocol": (3, 2), "relay-port": (3, 3), "relay-route-failed": (3, 5), "relay-quench": (4, 0), "relay-redirect": (5, 1)}
        if self.broken == "mute":
            return
        if broken.get(self.broken) == (type, code):
            self.report(time, packet, type, code)
        elif self.broken == "relay-exceeded" and type == 11:
            self.report(time, packet, type, code)
        elif (self.broken, type, code) in (("no-unreachable", 3, 0), ("no-host-unreachable", 3, 1)):
            pass
        elif (type, code) in relays:
            self.report(time, packet, *relays[type, code])

    def take_error(self, time, packet):
        """An ICMP error from inside the tunnel."""
        self.show(WIRE, time, packet)
        message, quoted = packet.payload, Datagram(packet.payload[8:])
        if checksum(message) or quoted.dst != self.remote:
            return
        if message[:2] == b"\x03\x04":
            self.path_mtu = min(self.path_mtu, struct.unpack(">H", message[6:8])[0])
        self.told = (time, message[0], message[1])

    def take_from_wire(self, time, packet):
        """A tunnel packet for this end."""
        self.show(WIRE, time, packet)
        if packet.spoilt or packet.dst != self.remote or packet.src != self.local and self.broken != "unknown-peer":
            return
        if packet.is_fragment:
            packet = self.reassembled(packet)
        if packet is None or packet.protocol != 4:
            return
        inner = Datagram(packet.payload)
        if inner.spoilt or inner.length != len(packet.payload) or inner.protocol == 4:
            return
        ecn = ECN[inner.tos & 3][packet.tos & 3]
        if ecn is None and self.broken == "ecn-delivered":
            ecn = 3
        if ecn is None or (inner.ttl == 0 and self.broken != "ttl-0-delivered") or inner.dst == self.remote:
            return
        ecn = {"ecn-ignored": inner.tos & 3, "ecn-copied": packet.tos & 3}.get(self.broken, ecn)
        if self.broken == "ecn-cleared" and inner.tos & 3 == 2 and packet.tos & 3 == 0:
            ecn = 0
        inner.tos = inner.tos & 0xfc | ecn
        if inner.ttl == 1 and not self.is_device:
            self.report(time, inner, 11, 0)
            return
        inner.ttl = max(inner.ttl - {"decap-ttl-twice": 2, "decap-ttl-kept": 0}.get(self.broken, 1) + self.is_device, 0)
        self.show(LAN, time + 0.0002, inner)

    def reassembled(self, packet):
        """Of two halves, whatever is between them (enough for what the stimulus has)."""
        pieces = self.pieces.setdefault(packet.id, {})
        pieces[packet.offset, packet.flags & 0x2000] = packet
        last = [piece for (_, more), piece in pieces.items() if not more]
        if (0, 0x2000) not in pieces or not last or pieces[0, 0x2000].length - 20 != last[0].offset:
            return None
        whole = pieces[0, 0x2000].copy()
        whole.payload += last[0].payload
        whole.length, whole.flags = 20 + len(whole.payload), 0
        del self.pieces[packet.id]
        return whole

    def run(self, frames, is_exit=False):
        for time, octets in frames:
            packet = Datagram(octets)
            if is_exit:
                self.take_from_wire(time, packet)
            elif packet.protocol == 1:
                self.take_error(time, packet)
            else:
                self.take_from_lan(time, packet)
        return self

    def write(self, folder):
        """Both captures: with Ethernet headers, that of a device without."""
        paths = folder / "inner.pcap", folder / "wire.pcap"
        for path, packets, is_raw in zip(paths, self.sent, (self.is_device, False)):
            records = [struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 0x40000, 101 if is_raw else 1)]
            for time, octets in sorted(packets, key=lambda packet: packet[0]):
                frame = octets if is_raw else bytes(12) + b"\x08\x00" + octets
                records.append(struct.pack("<IIII", int(time), round(time % 1 * 1e6) % 1000000, len(frame), len(frame)) + frame)
            path.write_bytes(b"".join(records))
        return paths
