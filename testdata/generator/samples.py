#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The sample captures of testdata/, made from nothing but packets.py: samples.py FOLDER writes them there."""

import struct
import sys
from itertools import count
from pathlib import Path

from carriers import erspan_2, over_ipv4
from packets import (checksum, error, ethernet, icmp, ipv4, next_hop_mtu, pcap, pcapng_interface, pcapng_packet, pcapng_section,
                     udp)

LAB = ("172.16.5.126", "172.16.5.127")  # the ends of the lab's tunnel
TUN = ("10.10.100.10", "10.10.200.10")  # and the addresses of its tunnel devices


def echo(data_bytes, sequence):
    return icmp(8, rest=struct.pack("!HH", 1, sequence), data=bytes(range(data_bytes)))


def lab():
    """The classic lab, captured on tun1 and on the physical interface: an Ethernet and a raw IP interface."""
    first = ipv4("1.1.1.1", "2.2.2.2", echo(72, 0), protocol=1, ttl=255, id=0x0014)
    first = ipv4("10.0.0.1", "10.0.0.2", first, protocol=4, ttl=255, id=0x0014)
    second = ipv4(*TUN, echo(56, 1), protocol=1, id=0x0777, df=True)
    second = ipv4(*LAB, second, protocol=4, id=0xED09, df=True)
    third = ipv4(*TUN, echo(56, 2), protocol=1, id=0x0FC4, df=True)
    return (pcapng_section() + pcapng_interface(1, 0, 9, "ens160") + pcapng_interface(101, 0, 9, "tun1") +
            pcapng_packet(ethernet(first), 0, 1652611827125986000) + pcapng_packet(ethernet(second), 0, 1652611827125999000) +
            pcapng_packet(third, 1, 1652611828127002000))


def inner(payload=None, **options):
    options.setdefault("df", True)
    src, dst = options.pop("src", TUN[0]), options.pop("dst", TUN[1])
    if payload is None:
        payload = udp(src, dst, b"through the tunnel")
    return ipv4(src, dst, payload, **options)


def outer(packet, **options):
    options.setdefault("df", True)
    options.setdefault("protocol", 4)
    return ipv4(options.pop("src", LAB[0]), options.pop("dst", LAB[1]), packet, **options)


def violation_packets():
    """One tunnel, and what can go wrong in it, a packet a fault; the first packet is as it should be."""
    ids = count(0x1234)

    def inner_one(*payload, **options):
        return inner(*payload, id=next(ids), **options)

    def outer_one(packet, **options):
        options.setdefault("id", next(ids))
        return outer(packet, **options)

    stale = inner_one(ttl=64)
    stale = stale[:8] + b"\x3f" + stale[9:]  # the TTL went down to 63, the checksum stayed
    large = inner_one(udp(*TUN, bytes(200)))
    packets = [
        outer_one(inner_one()),
        outer_one(inner_one(), df=False),
        outer_one(inner_one(), tos=3),
        outer_one(inner_one(ttl=0)),
        outer_one(inner_one(), sum=0xBEEF),
        outer_one(stale),
        outer_one(large[:128], df=False, mf=True, id=0x7777),
        outer_one(large[128:], df=False, offset=16, id=0x7777),
        outer_one(inner_one(src=LAB[1])),
        outer_one(outer_one(inner_one())),
        outer_one(inner_one(icmp(0), src=LAB[1], dst=LAB[0], protocol=1)),
    ]
    return packets


def violations():
    return pcap(map(ethernet, violation_packets()), nanoseconds=True)


def toobig():
    """Large packets disappear: a router inside says so, the encapsulator does not pass it on, and the sender tries again.

    An Ethernet interface on either side of the encapsulator, in order of time.
    """
    start = 1700000000 * 10**9
    records = []

    def seen(seconds, interface, packet):
        records.append(pcapng_packet(ethernet(packet), interface, start + round(seconds * 10**9)))

    def sent(number, octets, ttl):
        return ipv4("10.1.0.9", "10.2.0.9", udp("10.1.0.9", "10.2.0.9", bytes(octets)), ttl=ttl, id=number, df=True)

    def tunnelled(number, octets):
        return outer(sent(number, octets, 63), id=0x100 + number)

    for number, (seconds, octets) in enumerate([(0, 100), (1, 1400), (4, 1400), (10, 1400)], start=1):
        seen(seconds, 0, sent(number, octets, 64))
        seen(seconds + 0.001, 1, tunnelled(number, octets))
        if number == 1:  # the answer, through the tunnel and out of it
            answer = ipv4("10.2.0.9", "10.1.0.9", udp("10.2.0.9", "10.1.0.9", bytes(8)), ttl=63, id=0x77, df=True)
            seen(seconds + 0.02, 1, outer(answer, src=LAB[1], dst=LAB[0], ttl=63, id=0x200))
            seen(seconds + 0.021, 0, answer[:8] + b"\x3e" + answer[9:10] + struct.pack("!H", checksum(
                answer[:8] + b"\x3e" + answer[9:10] + bytes(2) + answer[12:20])) + answer[12:])
        if octets > 1000:
            seen(seconds + 0.003, 1, error(3, 4, tunnelled(number, octets), "172.16.5.1", next_hop_mtu(1400)))
    return pcapng_section() + pcapng_interface(1, 0, 9, "lan0") + pcapng_interface(1, 0, 9, "wan0") + b"".join(records)


def mirrored():
    """The violations, sent by a switch from its ERSPAN session to where they were captured."""
    return pcap([over_ipv4(erspan_2(ethernet(packet), session=5), 47, df=True) for packet in violation_packets()])


SAMPLES = {"lab.pcapng": lab, "violations.pcap": violations, "toobig.pcapng": toobig, "erspan.pcap": mirrored}


def main():
    for name, make in SAMPLES.items():
        (Path(sys.argv[1]) / name).write_bytes(make())


if __name__ == "__main__":
    main()
