# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rules of one header must say of the frames of a capture: a second reading of their conditions.

Each function says of a header, and of its depth (0 for the outermost), how grave it is; None where nothing is wrong.
"""

from kernel_headers import ERROR, NOTE, WARNING

NOP, RECORD_ROUTE, TIMESTAMP, SECURITY, LSRR, STREAM, SSRR, ROUTER_ALERT = 1, 7, 68, 130, 131, 136, 137, 148
LEAST_POINTER = {RECORD_ROUTE: 4, LSRR: 4, SSRR: 4, TIMESTAMP: 5}
ONLY_ONCE = {RECORD_ROUTE, TIMESTAMP, SECURITY, LSRR, STREAM, SSRR}
ONCE_PER_TUNNEL = {117}

RULES = {}


def rule(number):
    def register(function):
        RULES[number] = function
        return function
    return register


@rule(109)
def outer_checksum(header, depth):
    return ERROR if depth == 0 and not header.is_summed else None


@rule(612)
def inner_checksum(header, depth):
    return ERROR if depth > 0 and len(header.octets) >= header.hl and not header.is_summed else None


@rule(110)
def outer_options(header, depth):
    return NOTE if header.is_encapsulating and header.options else None


@rule(111)
def padding_only(header, depth):
    return NOTE if header.is_encapsulating and header.options and set(header.options) <= {0, NOP} else None


@rule(117)
def outer_fragment(header, depth):
    return NOTE if header.is_encapsulating and header.is_fragment else None


@rule(607)
def reserved_flag(header, depth):
    return (NOTE if depth else WARNING) if header.rf else None


@rule(608)
def outer_ttl_zero(header, depth):
    return ERROR if header.is_encapsulating and header.ttl == 0 else None


@rule(625)
def zero_id(header, depth):
    return NOTE if header.is_encapsulating and header.id == 0 and not header.df else None


@rule(631)
def alignment(header, depth):
    return ERROR if header.mf and header.payload_octets % 8 else None


@rule(632)
def fragment_with_df(header, depth):
    return (NOTE if depth else WARNING) if header.is_fragment and header.df else None


@rule(633)
def fragment_overflow(header, depth):
    return ERROR if header.offset + header.payload_octets > 65515 else None


@rule(634)
def tiny_fragment(header, depth):
    """The first fragment holds the inner header and 8 octets, or 28 where its length is not known."""
    if depth or not header.is_encapsulating or not header.is_fragment:
        return None
    inner_octets = 4 * (header.payload[0] & 15) if header.payload else 20
    is_tiny = header.offset == 8 or header.offset == 0 and header.payload_octets < inner_octets + 8
    return WARNING if is_tiny else None


def address_fault(address, is_source):
    """How grave it is to have this address in a header (RFC 6890; documentation and benchmarking are notes)."""
    if address[0] in (0, 127) or address[0] >= 240:
        return ERROR
    if address[0] >= 224:
        return ERROR if is_source else NOTE
    is_special = (address[:2] in (b"\xa9\xfe", b"\xc6\x12", b"\xc6\x13") or
                  address[:3] in (b"\xc0\0\0", b"\xc0\0\2", b"\xc6\x33\x64", b"\xcb\0\x71"))
    return NOTE if is_special else None


@rule(112)
def outer_source(header, depth):
    return address_fault(header.src, True) if header.is_encapsulating else None


@rule(113)
def outer_destination(header, depth):
    return address_fault(header.dst, False) if header.is_encapsulating else None


@rule(205)
def self_tunnel(header, depth):
    return ERROR if header.is_encapsulating and header.src == header.dst else None


def options_of(header):
    """(type, length, pointer) of each option but NOP and the end; a length of 0 where it leads out of the header."""
    found, rest = [], header.options
    while rest and rest[0] != 0:
        if rest[0] == NOP:
            rest = rest[1:]
            continue
        length = rest[1] if len(rest) > 1 and 2 <= rest[1] <= len(rest) else 0
        found.append((rest[0], length, rest[2] if length > 2 else 0))
        rest = rest[length:] if length else b""
    return found


def is_malformed(kind, length):
    if kind in (RECORD_ROUTE, LSRR, SSRR):
        return length < 3 or (length - 3) % 4 != 0
    return length == 0 or kind == ROUTER_ALERT and length != 4 or kind == TIMESTAMP and length < 4


@rule(609)
def option_format(header, depth):
    return ERROR if any(is_malformed(kind, length) for kind, length, _ in options_of(header)) else None


@rule(610)
def option_pointer(header, depth):
    is_out_of_place = any(pointer < LEAST_POINTER[kind] or pointer <= length and (pointer - LEAST_POINTER[kind]) % 4
                          for kind, length, pointer in options_of(header) if kind in LEAST_POINTER)
    return WARNING if is_out_of_place else None


@rule(611)
def source_route(header, depth):
    kinds = [kind for kind, _, _ in options_of(header) if kind in ONLY_ONCE]
    if len(kinds) > len(set(kinds)) or {LSRR, SSRR} <= set(kinds):
        return ERROR
    return WARNING if {LSRR, SSRR} & set(kinds) else None


def judge(frames, linux):
    """(frame, rule, severity, tunnel), with a tunnel where it is said once of each."""
    for frame in frames:
        if not frame.is_tunnel:
            continue
        for depth, header in enumerate(frame.headers):
            if header.fault() is None:
                for number, says in RULES.items():
                    yield (frame.number, number, says(header, depth),
                           header.pair if number in ONCE_PER_TUNNEL else None)
