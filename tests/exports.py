# SPDX-License-Identifier: GPL-2.0-or-later
"""What Wireshark exports from tunnels, against what `ipip decap` writes."""

import tempfile
from pathlib import Path

import captures
import harness

# All that are read but mirrored frames.
JUDGED = "ipip,6in4,4in6,6in6,gre,gre6,gretap,gretap6,minimal,fou,gue,gre-in-udp,esp,ipcomp,mpls-in-ip"
EXPORTS = {"IPIP inner": (), "IPIP innermost": ("--all",)}


def exported(path, name, *options):
    """The records that tshark exports."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        out = Path(folder) / "out.pcapng"
        result = harness.tshark("-r", path, "-U", name, "-w", out, *options)
        return captures.read(out) if out.exists() else [], result


def decapsulated(path, *options):
    """The records that the command writes of the kinds that the plugin knows as tunnels, but for frames without an IP packet."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.pcapng"
        harness.run("decap", "--kinds", JUDGED, "--only-tunnel", *options, "-w", out, path)
        return list(filter(has_ip, captures.read(out))) if out.exists() else []


def has_ip(record):
    """Frames that leave an Ethernet tunnel may hold anything."""
    at = 12
    while record.link_type == 1 and record.octets[at:at + 2] in (b"\x81\0", b"\x88\xa8"):
        at += 4
    type, ppp = record.octets[at:at + 2], record.octets[at + 8:at + 10]
    return (record.link_type != 1 or type in (b"\x08\0", b"\x86\xdd", b"\x88\x47") or
            (type == b"\x88\x64" and ppp in (b"\0\x21", b"\0\x57")))  # PPPoE (RFC 2516)


def is_same(export, decap):
    """The export is the packet without its link header, which is all that may be in front."""
    link_bytes = len(decap.octets) - len(export.octets)
    return (0 <= link_bytes <= 64 and decap.octets[link_bytes:] == export.octets and decap.wire - link_bytes == export.wire and
            export.link_type == 101 and decap.time in (export.time, None))


def differences(path, name, *options):
    """Of an export from what decap writes, and how many packets were compared."""
    exports, result = exported(path, name, *options)
    decaps = decapsulated(path, *EXPORTS[name])
    where = (harness.label(path), name, options)
    if len(exports) != len(decaps):
        return [(where, len(exports), len(decaps), result.stderr)], 0
    return [(where, number) for number, pair in enumerate(zip(exports, decaps)) if not is_same(*pair)], len(exports)
