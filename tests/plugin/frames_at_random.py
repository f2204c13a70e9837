# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that are damaged where a dissector trusts them: bits, octets, lengths, ends. The same seed makes the same frames."""

import random

import captures
import joined
from captures import Record
from harness import TESTDATA
from packets import pcap
from vectors import ALL

APART = 10**6  # nanoseconds
RUN = 8  # frames in a row from one source, so that what several frames make is met as well
LENGTHS = (0, 1, 4, 7, 8, 19, 20, 21, 39, 40, 0x05DC, 0x1FFF, 0x2000, 0x3FFF, 0x7FFF, 0x8000, 0xFFFF)
HEADERS = 120  # octets: link layer, two or three headers


def sources():
    """What is sampled and what the kernels sent, and what trips each rule; each as a list of records."""
    found = [captures.read(path) for path in sorted(TESTDATA.rglob("*.pcap*"))]
    for _, vector in ALL:
        if vector.fail:
            found.append(captures.read(pcap(vector.fail[:40], vector.link_type, captured=vector.captured)))
    return [records for records in found if records]


def flip(octets, chance):
    for _ in range(chance.choice((1, 1, 2, 8))):
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)


def overwrite(octets, chance):
    at = chance.randrange(len(octets))
    some = chance.randbytes(chance.randint(1, 6))
    octets[at:at + len(some)] = some


def at_header(octets, chance):
    """An even offset, where a field of two octets may begin."""
    return 2 * chance.randrange(max(1, min(len(octets), HEADERS) // 2))


def set_length(octets, chance):
    at = at_header(octets, chance)
    value = chance.choice((*LENGTHS, len(octets) - at, len(octets) - at - 1, len(octets) + 1))
    octets[at:at + 2] = (value & 0xFFFF).to_bytes(2, "big")


def shift_length(octets, chance):
    at = at_header(octets, chance)
    value = int.from_bytes(octets[at:at + 2], "big") + chance.choice((-8, -4, -1, 1, 4, 8))
    octets[at:at + 2] = (value & 0xFFFF).to_bytes(2, "big")


def set_header_length(octets, chance):
    """Of an IPv4 header, wherever one may begin."""
    starts = [at for at in range(0, min(len(octets), HEADERS)) if octets[at] >> 4 == 4]
    if starts:
        octets[chance.choice(starts)] = 0x40 | chance.randrange(16)


def remove(octets, chance):
    at = chance.randrange(len(octets))
    del octets[at:at + chance.choice((1, 2, 4, 20))]


def insert(octets, chance):
    at = chance.randrange(len(octets))
    octets[at:at] = chance.choice((bytes(4), octets[:chance.randrange(1, 60)], chance.randbytes(8)))


def end_early(octets, chance):
    """The packet itself is shorter."""
    del octets[chance.randrange(len(octets)):]


CHANGES = (flip, flip, overwrite, set_length, set_length, shift_length, set_header_length, remove, insert, end_early)


def damaged(record, chance):
    """The record with one to three changes, and often cut by the capture; now and then as it was."""
    octets, extra = bytearray(record.octets), record.wire - len(record.octets)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        if octets:
            chance.choice(CHANGES)(octets, chance)
    wire = len(octets) + max(0, extra)
    if chance.random() < 0.2:
        octets = octets[:chance.randrange(len(octets) + 1)]
    return Record(bytes(octets), wire, None, record.link_type)


def capture(seed, frames, some):
    """A capture of so many damaged frames of these sources."""
    chance = random.Random(seed)
    records = []
    while len(records) < frames:
        source = chance.choice(some)
        at = chance.randrange(len(source))
        records += [damaged(record, chance) for record in source[at:at + chance.randint(1, RUN)]]
    return joined.pcapng([(10**18 + number * APART, record) for number, record in enumerate(records[:frames])])
