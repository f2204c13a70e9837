# SPDX-License-Identifier: GPL-2.0-or-later
"""endpoint --break: what an end violates on purpose, `ipip conform` names, and nothing else; of one that is not broken it names nothing.

The packets are those of `ipip stimulus`, sent faster: an end in the user space has no limit of one ICMP error a second.
"""

import json
import tempfile
import time
import unittest
from pathlib import Path

import captures
import harness
import namespaces
from test_endpoint import NARROW, PLACES, QUICKLY, TUNNELS, network, pcap_of, run, send, traffic

# Which packets show it, and where: letters of the stimulus, whether it is for the exit, and what more is needed.
HEADERS, ERRORS, EXIT = ("P T D", False, "strict"), ("P I", False, None), ("P EC", True, None)
FAULTS = {
    "df-clear": ("S2003-3.1-06", HEADERS), "df-copied": ("S2003-5.1-04", HEADERS), "ecn-changed": ("S6040-4.1-01", HEADERS),
    "inner-ecn": ("S6040-4.1-03", HEADERS), "inner-df": ("S6864-4.3-03", HEADERS), "loop": ("S2003-3.2-03", ("P XS", False, None)),
    "no-network-unreachable": ("S2003-4.1-01", ("P I", False, (3, 0))), "network-as-host": ("S2003-4.1-03", ("P I", False, "strict")),
    "no-host-unreachable": ("S2003-4.1-04", ("P I", False, (3, 1))), "protocol-unreachable": ("S2003-4.1-05", ERRORS),
    "port-unreachable": ("S2003-4.1-06", ERRORS), "no-too-big": ("S2003-4.1-07", ("P", False, "narrow")), "source-route-failed": ("S2003-4.1-09", ERRORS),
    "source-quench": ("S2003-4.2-01", ERRORS), "redirect": ("S2003-4.3-02", ERRORS), "time-exceeded": ("S2003-4.4-01", ERRORS),
    "parameter-problem": ("S2003-4.5-02", ERRORS), "outer-mtu": ("S2003-5.1-02", ("P", False, "narrow")), "strangers": ("S2003-6.2-01", ("P DP F", True, "endpoint")),
    "ttl-0": ("S2003-3.1-23", ("P DT", True, "device")),
    **{"ecn-%d%d" % pair: ("S6040-4.2-02" if pair == (0, 3) else "S6040-4.2-01.%d%d" % pair, EXIT) for pair in ((inner, outer) for inner in range(4) for outer in range(4))},
}
NOT_RELAYED = 5.3  # seconds, after which an error from inside counts as not relayed
LARGE = 1400
# What every end violates where it knows a path MTU and drops larger datagrams with DF: RFC 2003 section 5 has these sent on once their
# sender has its error, and RFC 1191 section 3, with a MUST, forbids to provoke more of them. analyzer.conform has an end that sends them on.
INSTEAD_OF_A_MUST = ["S2003-5-03"]


def stimulus(letters, is_exit):
    """Packets of these letters, each with its sender and the type and code of an ICMP error."""
    made = harness.run("stimulus", "--tunnel", TUNNELS["ns1"][1], "--hosts", "%s-%s" % (traffic.H1, traffic.H2), "--side", "exit" if is_exit else "entry", "-w", "-", stdin=b"")
    letter, chosen, since_error, values = None, [], 0, 0
    for record in captures.read(made.stdout):
        packet = captures.ipv4_of(record)
        mark = packet.find(b" ipip ")
        if mark > 0:
            letter = packet[mark + 6:].split()[0].decode()
        is_error = packet[9] == 1
        # Fewer of a kind: errors that quote all they can, what follows them, and a third of the TOS octets.
        since_error = 0 if is_error else since_error + 1
        values += letter == "T"
        if (letter == "I" and (len(packet) < 200 if is_error else since_error > 2)) or (letter == "T" and values % 3):
            continue
        if letter in letters.split() and (is_exit or len(packet) <= 1480):
            sender = "towards ns2" if is_exit else "towards ns1" if is_error else "h1"
            chosen.append((sender, packet, (packet[20], packet[21]) if is_error else None))
    return chosen


class Faults(unittest.TestCase):
    def violated(self, how, *options):
        letters, is_exit, more = how
        near = "ns2" if is_exit else "ns1"
        sides = ("outer2", "inner2" if more == "device" else "lan2") if is_exit else ("outer", "lan1")
        with network(*options, broken=near) as (_, taken), tempfile.TemporaryDirectory() as scratch:
            if more == "narrow":
                run("router", ["ip link set r2 mtu %d" % NARROW])
            has_waited = False
            for sender, packet, error in stimulus(letters, is_exit):
                if more == "narrow" and len(packet) > NARROW - 20:
                    continue  # cut into what fits, it would show that the path MTU is known
                send(sender, packet)
                time.sleep(0.02 if error else QUICKLY)
                if error == more and error and not has_waited:
                    time.sleep(0.1)
                    send("h1", traffic.inner(1))
                    time.sleep(NOT_RELAYED)
                    send("h1", traffic.inner(2))
                    has_waited = True
                for capture in taken.values():
                    capture.drain()
            for number in range(12 if more == "narrow" else 0):
                send("h1", traffic.inner(1000 + number, LARGE, df=True))
                time.sleep(0.5)
            time.sleep(0.2)
            paths = [Path(scratch, side + ".pcap") for side in sides]
            for path in paths:
                path.write_bytes(pcap_of(taken[path.stem]))
            known = {"endpoint": ["--endpoint", "%s-%s" % (traffic.ENTRY, traffic.EXIT)], "strict": ["--profile", "strict-rfc2003"]}.get(more, [])
            result = harness.run("conform", "--no-config", "--format", "jsonl", *PLACES[near], *known, *paths)
            lines = [json.loads(line) for line in result.stdout.splitlines()]
            self.assertTrue(lines, result.stderr)
            found = {line["id"]: line for line in lines if line["type"] == "statement"}
            return [id for id, line in found.items() if line["verdict"] == "violates"], found

    def test_every_fault_has_a_row(self):
        words = harness.run("endpoint", "--complete", "--break", "").stdout.split()
        self.assertEqual(words, list(FAULTS))

    def test_unbroken(self):
        for how in dict.fromkeys(how for _, how in FAULTS.values()):
            with self.subTest(how=how):
                violated, found = self.violated(how)
                self.assertEqual(violated, INSTEAD_OF_A_MUST if how[2] == "narrow" else [])
                for id in (id for id, one in FAULTS.values() if one == how):
                    self.assertEqual(found[id]["verdict"], "conforms", id)

    def test_broken(self):
        for name, (statement, how) in FAULTS.items():
            with self.subTest(name):
                # Without an ICMP error to the sender nothing shows that a datagram was dropped for its size.
                besides = INSTEAD_OF_A_MUST if how[2] == "narrow" and name != "no-too-big" else ()
                self.assertEqual(set(self.violated(how, "--break", name)[0]), {statement, *besides})


if __name__ == "__main__":
    namespaces.enter()
    harness.main()
