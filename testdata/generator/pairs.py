# SPDX-License-Identifier: GPL-2.0-or-later
"""Two captures of one tunnel, made by a generator that knows which packet is which, and what became of each."""

import random
import struct
from typing import NamedTuple, Optional

from other_kinds import KINDS, Tunnel, inside6
from packets import checksum, ethernet, icmp, ipv4, tcp, udp
from tunnel_packets import A, B

HOSTS = [("10.1.0.%d" % host, "10.2.0.%d" % peer) for host in range(1, 6) for peer in range(1, 4)]
START = 1_700_000_000_000_000_000


class Sighting(NamedTuple):
    time: int
    octets: bytes
    number: Optional[int]  # of the datagram; None: none of ours


def pcap(sightings, link_type=1):
    """With nanoseconds, and with the time of each."""
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link_type)]
    for sighting in sightings:
        out.append(struct.pack("<IIII", sighting.time // 10**9, sighting.time % 10**9, len(sighting.octets), len(sighting.octets)) + sighting.octets)
    return b"".join(out)


def datagram(chance, number, src, dst):
    """No two are the same."""
    data = b"%08d" % number + chance.randbytes(chance.choice((0, 1, 7, 40, 400, 1300)))
    how = {"id": chance.choice((0, number & 0xFFFF, chance.randrange(1, 65536))), "df": chance.random() < 0.7,
           "tos": chance.choice((0, 0, 0x28, 0xB8, 2)), "ttl": chance.randrange(20, 65)}
    protocol = chance.choice((17, 17, 6, 1))
    if protocol == 17:
        payload = udp(src, dst, data, sport=1024 + chance.randrange(9))
    elif protocol == 6:
        payload = tcp(src, dst, data, seq=number * 1500)
    else:
        payload = icmp(8, data=data)
    return ipv4(src, dst, payload, protocol=protocol, **how)


def touched(packet):
    """As routers and encapsulators may change a header."""
    header = bytearray(packet[:20])
    header[1] ^= 0x20
    header[8] -= 1
    header[6] &= 0xBF
    header[10:12] = bytes(2)
    header[10:12] = struct.pack("!H", checksum(bytes(header)))
    return bytes(header) + packet[20:]


def encapsulate(kind, packet, there, number):
    """A frame with the tunnel packet around the datagram."""
    ends = (A, B) if there else (B, A)
    frame = ethernet(ipv4(*ends, packet, protocol=4, id=number & 0xFFFF, df=True))
    return frame if kind == "ipip" else Tunnel(kind, folds=kind == "minimal").frame(frame, 14)


def alike(kind, packet):
    """The datagram as it is beside such a tunnel."""
    return inside6(packet) if kind != "ipip" and KINDS[kind][2] == 6 else packet


class Pair:
    """Of a tunnel of some kind: datagrams of both directions; `inner` at the tunnel device, `outer` on the wire."""

    def __init__(self, seed, count=400, offset=0, drift=0.0, latency=(20_000, 200_000), gap=2_000_000, kind="ipip",
                 drop=0.0, miss=0.0, duplicate=0.0, reorder=0.0, alter=0.0, repeat=0.0, touch=0.0):
        chance = random.Random(seed)
        self.inner, self.outer = [], []
        self.lost, self.missed, self.altered, self.same = set(), set(), set(), set()
        time, previous = START, None
        for number in range(count):
            time += chance.randrange(1, gap)
            there = chance.random() < 0.5
            host, peer = chance.choice(HOSTS)
            packet = datagram(chance, number, *((host, peer) if there else (peer, host)))
            if previous is not None and chance.random() < repeat:
                self.same |= {number, number - 1}
                there, packet = previous
            previous = there, packet
            after = time + chance.randrange(*latency) + (chance.randrange(3_000_000, 9_000_000) if chance.random() < reorder else 0)
            in_time, out_time = (time, after) if there else (after, time)
            passes, inside = chance.random() >= drop, packet
            if chance.random() < alter:
                self.altered.add(number)
                at = chance.choice([at for at in range(28, len(packet)) if packet[9] != 6 or at not in (36, 37)])
                inside = packet[:at] + bytes([packet[at] ^ 1 << chance.randrange(8)]) + packet[at + 1:]
            elif chance.random() < touch:
                inside = touched(packet)
            first, second = (packet, inside) if there else (inside, packet)
            outside, first = encapsulate(kind, second, there, number), alike(kind, first)
            is_seen = [chance.random() >= miss for _ in range(2)]
            if not passes:
                self.lost.add(number)
            if is_seen[0] and (passes or there):
                self.inner.append(Sighting(in_time, first, number))
            if is_seen[1] and (passes or not there):
                self.outer.append(Sighting(out_time, outside, number))
            if chance.random() < duplicate and passes:
                self.same.add(number)
                self.outer.append(Sighting(out_time + 50_000, outside, number))
        self.outer = [sighting._replace(time=sighting.time + offset + int((sighting.time - START) * drift)) for sighting in self.outer]
        self.inner.sort(key=lambda sighting: sighting.time)
        self.outer.sort(key=lambda sighting: sighting.time)

    def write(self, folder):
        paths = folder / "inner.pcap", folder / "outer.pcap"
        paths[0].write_bytes(pcap(self.inner, 101))
        paths[1].write_bytes(pcap(self.outer))
        return paths

    def truth(self):
        """Numbers of datagrams that are on both sides and may be told from others; frames by number, of each side."""
        frames = [{}, {}]
        for side, sightings in enumerate((self.inner, self.outer)):
            for frame, sighting in enumerate(sightings, 1):
                frames[side].setdefault(sighting.number, []).append(frame)
        both = set(frames[0]) & set(frames[1])
        return both - self.altered - self.same, frames
