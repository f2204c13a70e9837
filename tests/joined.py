# SPDX-License-Identifier: GPL-2.0-or-later
"""Many captures as one, so that one process sees them all: starting it is what takes the time."""

import captures
import harness  # noqa: F401 (which knows where packets.py is)
from packets import pcapng_interface, pcapng_packet, pcapng_section

APART = 3600 * 10**9  # what is in a row, so that nothing of one is waited for in the next


def pcapng(packets):
    """One capture of (time, record), with an interface for each link type."""
    link_types = sorted({record.link_type for _, record in packets})
    interfaces = [pcapng_interface(link_type, resolution=9) for link_type in link_types]
    return pcapng_section() + b"".join(interfaces) + b"".join(
        pcapng_packet(record.octets, link_types.index(record.link_type), time, record.wire) for time, record in packets)


def merged(sources):
    """One capture of all the records in order of time."""
    packets = [(record.time, record) for source in sources for record in captures.read(source)]
    return pcapng(sorted(packets, key=lambda packet: packet[0]))


def in_a_row(sources):
    """One capture of all, one long after the other."""
    packets, end = [], 0
    for records in filter(None, map(captures.read, sources)):
        shift = max(0, end + APART - records[0].time)
        packets += [(record.time + shift, record) for record in records]
        end = max(end, *(record.time + shift for record in records))
    return pcapng(packets)
