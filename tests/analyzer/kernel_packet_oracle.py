# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rules of one tunnel packet must say of the frames of a capture: a second reading of their conditions.

Each function says of a header and the one inside, or of a frame, how grave it is; None where nothing is wrong. The
vantage is unknown, and there is no policy. `linux` is the profile; else it is modern.
"""

import struct

from kernel_header_oracle import address_fault
from kernel_headers import ERROR, NOTE, TCP, UDP, WARNING
from packets import checksum

INITIAL_TTLS = {30, 32, 60, 64, 128, 255}
LARGEST_LINK = 9216  # jumbo frames
CHECKSUM_AT = {TCP: 16, UDP: 6}
ONCE_PER_TUNNEL = {106, 119, 503, 904}

# Of pairs: whatever the outer header is; where it was not fragmented; where it was. And of frames.
OF_PAIRS, OF_UNFRAGMENTED, OF_REASSEMBLED, OF_FRAMES = {}, {}, {}, {}


def rule(kind, number):
    def register(function):
        kind[number] = function
        return function
    return register


@rule(OF_PAIRS, 101)
def outer_dscp(o, i, linux):
    """Linux writes 0 unless told to copy it, or to write something else."""
    return NOTE if o.dscp != i.dscp and not (linux and o.dscp == 0) else None


@rule(OF_PAIRS, 103)
def too_short(o, i, linux):
    return ERROR if o.payload_octets < i.length else None


@rule(OF_PAIRS, 104)
def too_long(o, i, linux):
    excess = o.payload[i.length:]
    if o.payload_octets <= i.length:
        return None
    return WARNING if len(excess) > 64 or any(excess) else NOTE


@rule(OF_UNFRAGMENTED, 105)
def df_lost(o, i, linux):
    return ERROR if i.df and not o.df else None


@rule(OF_PAIRS, 106)
def df_clear(o, i, linux):
    return NOTE if not i.df and not o.df else None


@rule(OF_PAIRS, 115)
def inner_ttl_zero(o, i, linux):
    return ERROR if i.ttl == 0 else None


@rule(OF_REASSEMBLED, 116)
def fragmented_in_spite_of_df(o, i, linux):
    return ERROR if i.df else None


@rule(OF_REASSEMBLED, 118)
def fragmented_twice(o, i, linux):
    return NOTE if i.is_fragment else None


@rule(OF_UNFRAGMENTED, 119)
def inner_fragment(o, i, linux):
    return NOTE if i.is_fragment else None


@rule(OF_PAIRS, 201)
def source_is_encapsulator(o, i, linux):
    """It sends packets of its own, and then with a TTL that systems start with."""
    if i.src != o.src:
        return None
    return NOTE if i.ttl in INITIAL_TTLS or i.ttl + 1 in INITIAL_TTLS else WARNING


@rule(OF_PAIRS, 202)
def source_is_exit(o, i, linux):
    return ERROR if i.src == o.dst else None


@rule(OF_PAIRS, 204)
def same_pair(o, i, linux):
    return WARNING if i.pair == o.pair else None


@rule(OF_PAIRS, 206)
def inner_source(o, i, linux):
    return address_fault(i.src, True)


@rule(OF_PAIRS, 207)
def inner_destination(o, i, linux):
    return NOTE if i.dst == b"\xff\xff\xff\xff" else address_fault(i.dst, False)


def rule_of_ecn(number, cells):
    """A rule of ECN fields, (inner, outer): 0 Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE. Two severities: modern and linux."""
    @rule(OF_PAIRS, number)
    def says(o, i, linux):
        severity = cells.get((i.ecn, o.ecn))
        return severity[linux] if isinstance(severity, tuple) else severity


# RFC 6040 section 4.1: compatibility mode is a note. Linux doesn't have it, so such a field was cleared on the way.
rule_of_ecn(501, {(inner, 0): (NOTE, WARNING) for inner in (1, 2, 3)})
rule_of_ecn(502, {(0, outer): WARNING for outer in (1, 2, 3)})
rule_of_ecn(503, {(3, 2): (NOTE, None)})
rule_of_ecn(504, {(1, 2): NOTE})
rule_of_ecn(505, {(3, 1): WARNING})
rule_of_ecn(506, {(2, 1): NOTE})


@rule(OF_FRAMES, 100)
def version_inside(frame):
    return ERROR if frame.remains and frame.remains[0] and frame.remains[0][0] >> 4 != 4 else None


@rule(OF_FRAMES, 604)
def no_room(frame):
    return ERROR if frame.remains and frame.remains[1] < 20 else None


@rule(OF_FRAMES, 602)
def header_length(frame):
    return ERROR if frame.headers[-1].fault() == "IHL" else None


@rule(OF_FRAMES, 603)
def total_length(frame):
    return ERROR if frame.headers[-1].fault() == "length" else None


@rule(OF_FRAMES, 606)
def beyond_the_frame(frame):
    return ERROR if frame.headers[0].length > frame.headers[0].wire else None


@rule(OF_FRAMES, 215)
def nesting(frame):
    depth = len(frame.headers)
    return ERROR if depth > 8 else WARNING if depth > 3 else None


@rule(OF_FRAMES, 216)
def same_tunnel_twice(frame):
    pairs = [o.pair for o, _ in frame.pairs]
    return ERROR if len(pairs) > len(set(pairs)) else None


def is_superpacket(frame):
    """Larger than what any common link carries: to be cut by the network card."""
    return frame.headers[0].length > LARGEST_LINK


@rule(OF_FRAMES, 903)
def superpacket(frame):
    return NOTE if is_superpacket(frame) else None


def segment_of(header):
    """The TCP segment or UDP datagram inside, if it has a checksum and is all there."""
    segment = header.payload
    is_there = len(segment) == header.payload_octets == header.length - header.hl
    if header.is_fragment or not is_there or header.protocol not in CHECKSUM_AT:
        return None
    if header.protocol == TCP:
        return segment if len(segment) >= 20 else None
    length = struct.unpack("!H", segment[4:6])[0] if len(segment) >= 8 else 0
    return segment[:length] if 8 <= length <= len(segment) and segment[6:8] != b"\0\0" else None


def pseudo_header(header, segment):
    return header.src + header.dst + struct.pack("!HH", header.protocol, len(segment))


def is_unfinished(header):
    """The checksum field holds the sum over the pseudo-header: the card was to do the rest."""
    segment = segment_of(header)
    if segment is None:
        return False
    at = CHECKSUM_AT[header.protocol]
    return struct.unpack("!H", segment[at:at + 2])[0] == ~checksum(pseudo_header(header, segment)) & 0xFFFF


@rule(OF_FRAMES, 904)
def left_to_the_card(frame):
    return NOTE if is_unfinished(frame.headers[-1]) else None


@rule(OF_FRAMES, 613)
def transport_checksum(frame):
    header = frame.headers[-1]
    segment = segment_of(header)
    if segment is None or is_superpacket(frame) or is_unfinished(header):
        return None
    return NOTE if checksum(pseudo_header(header, segment) + segment) else None


def is_said_once(number, linux):
    """What a profile with one ECN mode can't explain is no habit of the tunnel."""
    return number in ONCE_PER_TUNNEL or number == 501 and not linux


def judge(frames, linux):
    """(frame, rule, severity, tunnel), with a tunnel where it is said once of each."""
    for frame in frames:
        if not frame.is_tunnel:
            continue
        for place, (o, i) in enumerate(frame.pairs):
            rules = {**OF_PAIRS, **(OF_REASSEMBLED if place in frame.fragments else OF_UNFRAGMENTED)}
            for number, says in rules.items() if i.fault() is None else ():
                yield frame.number, number, says(o, i, linux), o.pair if is_said_once(number, linux) else None
        for number, says in OF_FRAMES.items():
            tunnel = frame.headers[0].pair if is_said_once(number, linux) else None
            yield frame.number, number, says(frame), tunnel
