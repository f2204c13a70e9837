# SPDX-License-Identifier: GPL-2.0-or-later
"""A reader of pcap and pcapng files for the tests, so that the command does not vouch for itself."""

import struct
from dataclasses import dataclass
from pathlib import Path

PCAP_MAGIC = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}


@dataclass
class Record:
    octets: bytes
    wire: int
    time: int  # nanoseconds; None where the record has none
    link_type: int


def octets_of(source):
    return source if isinstance(source, bytes) else Path(source).read_bytes()


def read(source):
    data = octets_of(source)
    return read_pcapng(data) if data[:4] == b"\n\r\r\n" else read_pcap(data)


def read_pcap(data):
    order = "<" if struct.unpack("<I", data[:4])[0] in PCAP_MAGIC else ">"
    unit = PCAP_MAGIC[struct.unpack(order + "I", data[:4])[0]]
    link_type = struct.unpack(order + "I", data[20:24])[0] & 0xFFFF
    records, at = [], 24
    while at < len(data):
        seconds, fraction, captured, wire = struct.unpack(order + "IIII", data[at:at + 16])
        octets = data[at + 16:at + 16 + captured]
        assert len(octets) == captured, "a record ends too early"
        records.append(Record(octets, wire, seconds * 10**9 + fraction * unit, link_type))
        at += 16 + captured
    return records


def blocks(data):
    """The blocks of a pcapng file: (type, body, byte order)."""
    at, order = 0, "<"
    while at < len(data):
        if data[at:at + 4] == b"\n\r\r\n":
            order = "<" if struct.unpack("<I", data[at + 8:at + 12])[0] == 0x1A2B3C4D else ">"
        type, length = struct.unpack(order + "II", data[at:at + 8])
        assert struct.unpack(order + "I", data[at + length - 4:at + length])[0] == length, "block lengths disagree"
        yield type, data[at + 8:at + length - 4], order
        at += length


def options(data, order):
    found = {}
    while len(data) >= 4:
        code, length = struct.unpack(order + "HH", data[:4])
        if code == 0:
            break
        found.setdefault(code, data[4:4 + length])
        data = data[4 + length + (-length % 4):]
    return found


def read_pcapng(data):
    records, interfaces = [], []
    for type, body, order in blocks(data):
        if type == 0x0A0D0D0A:
            interfaces = []
        elif type == 1:
            link_type, _, snaplen = struct.unpack(order + "HHI", body[:8])
            resolution = options(body[8:], order).get(9, b"\x06")[0]
            interfaces.append((link_type, snaplen, 10**9 // 10**resolution if resolution <= 9 else 0))
        elif type == 6:
            number, high, low, captured, wire = struct.unpack(order + "IIIII", body[:20])
            link_type, _, unit = interfaces[number]
            records.append(Record(body[20:20 + captured], wire, (high << 32 | low) * unit, link_type))
        elif type == 3:
            wire = struct.unpack(order + "I", body[:4])[0]
            link_type, snaplen, _ = interfaces[0]
            captured = min(wire, snaplen or wire)
            records.append(Record(body[4:4 + captured], wire, None, link_type))
    return records


def ipv4_of(record):
    """The IPv4 packet of an Ethernet, loopback, raw or cooked record, padding included; None where there is none."""
    if record.link_type == 1:
        at = 14
        while record.octets[at - 2:at] in (b"\x81\x00", b"\x88\xa8"):
            at += 4
        return record.octets[at:] if record.octets[at - 2:at] == b"\x08\x00" else None
    if record.link_type == 0:
        return record.octets[4:] if record.octets[:4] in (b"\2\0\0\0", b"\0\0\0\2") else None  # AF_INET, of either byte order
    if record.link_type == 101:
        return record.octets if record.octets[:1] and record.octets[0] >> 4 == 4 else None
    if record.link_type == 113:
        return record.octets[16:] if record.octets[14:16] == b"\x08\x00" else None
    if record.link_type == 276:
        return record.octets[20:] if record.octets[0:2] == b"\x08\x00" else None
    raise ValueError(record.link_type)


def ip_of(record):
    """The IPv4 or IPv6 packet of an Ethernet or raw record, padding included; None where there is none."""
    if record.link_type == 1:
        return record.octets[14:] if record.octets[12:14] in (b"\x08\x00", b"\x86\xdd") else None
    if record.link_type == 101:
        return record.octets
    raise ValueError(record.link_type)
