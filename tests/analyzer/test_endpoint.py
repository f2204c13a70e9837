# SPDX-License-Identifier: GPL-2.0-or-later
"""endpoint: two ends of a tunnel in network namespaces, with hosts behind them and a router between them. What is on the wire breaks no rule.

The network is that of the laboratory (tests/lab/topology.py), without a kernel of its own. Skipped where namespaces can't be made.
"""

import contextlib
import json
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from itertools import count
from pathlib import Path

import captures
import harness
import namespaces

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lab"))
import traffic
from capture import Capture
from packets import checksum, error, next_hop_mtu
from run import inside, receiver, run, send
from topology import COMMANDS, NAMESPACES, ROUTED

WORDS = "local %s remote %s ttl 64 tos inherit"
TUNNELS = {"ns1": ("tun1", WORDS % (traffic.ENTRY, traffic.EXIT)), "ns2": ("tun2", WORDS % (traffic.EXIT, traffic.ENTRY))}
PLACES = {namespace: ["--vantage", near + "=entry", "--vantage", far + "=exit"]
          for namespace, near, far in (("ns1", traffic.ENTRY, traffic.EXIT), ("ns2", traffic.EXIT, traffic.ENTRY))}
# What the sender of an inner packet gets of an error from inside, by type and code (RFC 2003 section 4); (0, 0): nothing.
ANSWERS = {(3, 0): (3, 0), (3, 1): (3, 1), (3, 2): (3, 0), (3, 3): (0, 0), (3, 5): (0, 0), (3, 13): (3, 1), (11, 0): (3, 1), (12, 0): (0, 0), (4, 0): (0, 0)}
# And what is broken on purpose: the error, and what its answer is then.
BROKEN_ANSWERS = {
    "no-network-unreachable": ((3, 0), (0, 0)), "network-as-host": ((3, 0), (3, 1)), "no-host-unreachable": ((3, 1), (0, 0)),
    "protocol-unreachable": ((3, 2), (3, 2)), "port-unreachable": ((3, 3), (3, 3)), "source-route-failed": ((3, 5), (3, 5)),
    "source-quench": ((4, 0), (4, 0)), "time-exceeded": ((11, 0), (11, 0)),
}
PAUSE = 0.1  # seconds, in which an answer has come
# The hosts know that they are behind a tunnel.
HOSTS = [("h1", "ip route change default via 192.168.1.1 advmss 1440"), ("h2", "ip route change default via 192.168.2.1 advmss 1440")]
QUICKLY = 0.004  # between two packets of `ipip stimulus`
SECONDS = 20  # that something may take on a busy machine
NARROW = 1300
DF = 0x40


class End:
    """A running `ipip endpoint`."""

    def __init__(self, namespace, *options):
        self.device, words = TUNNELS[namespace]
        with inside(namespace):
            self.process = subprocess.Popen([harness.COMMAND, "endpoint", "--no-config", "--device", self.device, "--tunnel", words, *options],
                                            stderr=subprocess.PIPE, text=True)
        self.lines = [self.process.stderr.readline()]
        assert "path MTU" in self.lines[0], self.lines
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def signalled(self, number):
        """What it says then."""
        before = len(self.lines)
        self.process.send_signal(number)
        until = time.monotonic() + SECONDS
        while len(self.lines) == before and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.1)
        return "".join(self.lines[before:])

    def end(self, number=signal.SIGTERM):
        said = self.signalled(number)
        return self.process.wait(SECONDS), said


@contextlib.contextmanager
def network(*options, broken=None, has_card=False):
    """Namespaces, both ends, and the captures that are taken of them: {name: Capture}. The options are of both, or of the end that is broken."""
    for namespace in NAMESPACES:
        subprocess.run(["ip", "netns", "add", namespace], check=True)
    for namespace, command in COMMANDS:
        if not command.startswith("ethtool"):  # nothing but the endpoint sends on these devices
            run(namespace, [command])
    ends = {namespace: End(namespace, *(options if broken in (None, namespace) else ())) for namespace in TUNNELS}
    takers = [receiver(namespace) for namespace in ("h1", "h2")]
    folder = tempfile.TemporaryDirectory()
    taken = {}
    try:
        for namespace, command in [*ROUTED, *HOSTS]:
            run(namespace, [command])
        for name, namespace, device in (("lan1", "ns1", "l1"), ("outer", "ns1", "v1"), ("outer2", "ns2", "v2"), ("lan2", "ns2", "l2"), ("inner2", "ns2", "tun2")):
            with inside(namespace):
                taken[name] = Capture(Path(folder.name, name + ".pcap"), namespace, device, has_card=not name.startswith("outer") or has_card)
        yield ends, taken
    finally:
        for end in ends.values():
            if end.process.poll() is None:
                end.process.kill()
                end.process.wait()
            end.reader.join()
            end.process.stderr.close()
        for one in takers:
            one.close()
        for namespace in NAMESPACES:
            subprocess.run(["ip", "netns", "del", namespace], check=True)
        for capture in taken.values():
            capture.close()
        folder.cleanup()


def shown(capture, way):
    """The IPv4 packets that passed so far in this direction, without padding."""
    capture.drain()
    packets = [record[16 + 14:] for record, one in zip(capture.records, capture.ways) if one == way and record[28:30] == b"\x08\0"]
    return [packet[:struct.unpack("!H", packet[2:4])[0]] for packet in packets]


def wait_for(what):
    """What it returns as soon as that is something."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("nothing came")


def pcap_of(capture):
    """All that it has so far."""
    capture.drain()
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, capture.link_type) + b"".join(capture.records)


def stimulate(taken, folder):
    """What `ipip stimulus` makes for an entry, from h1. Its ICMP errors take two minutes: they have a test of their own."""
    made = harness.run("stimulus", "--tunnel", TUNNELS["ns1"][1], "--hosts", "%s-%s" % (traffic.H1, traffic.H2), "-w", "-", stdin=b"")
    for record in captures.read(made.stdout):
        packet = captures.ipv4_of(record)
        if packet[12:16] != socket.inet_aton(traffic.EXIT):
            send("h1", packet)
            time.sleep(QUICKLY)
        for capture in taken.values():
            capture.drain()
    time.sleep(0.2)
    paths = [folder / (name + ".pcap") for name in ("lan1", "outer")]
    for path in paths:
        path.write_bytes(pcap_of(taken[path.stem]))
    return paths


def statements(paths):
    """{verdict: the ids that have it}."""
    result = harness.run("conform", "--no-config", "--profile", "strict-rfc2003", "--format", "jsonl", *PLACES["ns1"], *paths)
    found = {}
    for line in map(json.loads, result.stdout.splitlines()):
        if line["type"] == "statement":
            found.setdefault(line["verdict"], set()).add(line["id"])
    return found


def transfer(octets):
    """How many of them a TCP connection from h1 brought to h2."""
    with inside("h2"):
        listener = socket.create_server((traffic.H2, 5001))
    with inside("h1"):
        sender = socket.socket()
    sender.settimeout(SECONDS)
    listener.settimeout(SECONDS)
    sender.connect((traffic.H2, 5001))
    taker, _ = listener.accept()
    taker.settimeout(SECONDS)
    thread = threading.Thread(target=lambda: (sender.sendall(bytes(octets)), sender.shutdown(socket.SHUT_WR)))
    thread.start()
    got = 0
    while True:
        part = taker.recv(65536)
        if not part:
            break
        got += len(part)
    thread.join()
    for one in (sender, taker, listener):
        one.close()
    return got


class Endpoint(unittest.TestCase):
    def assert_findings(self, capture, rules):
        check = harness.Check("--no-config", "--profile", "strict-rfc2003", *PLACES[capture.namespace], "-", stdin=pcap_of(capture))
        self.assertGreater(check.summary["tunnel_packets"], 0)
        self.assertEqual({(finding["rule"], finding["severity"]) for finding in check.findings}, rules)

    def test_packets_pass(self):
        with network() as (ends, taken):
            numbers = count(1)
            sent = [one for one in traffic.headers(numbers) if one.sender == "h1" and one.octets[8] > 3 and not one.octets[6] & 0x80]
            for one in sent:
                send(one.sender, one.octets)
            out = wait_for(lambda: (lambda all: all if len(all) >= len(sent) else [])([p for p in shown(taken["lan2"], "O") if p[12:16] == bytes((192, 168, 1, 2))]))
            # Nothing but the two routers' decrements, and the checksum with them.
            aside = [octets[:8] + octets[9:10] + octets[12:] for octets in out]
            self.assertEqual(aside, [one.octets[:8] + one.octets[9:10] + one.octets[12:] for one in sent])
            self.assertEqual([one.octets[8] - octets[8] for one, octets in zip(sent, out)], [2] * len(sent))
            replies = wait_for(lambda: (lambda all: all if len(all) == 4 else [])([p for p in shown(taken["lan1"], "O") if p[9] == 1 and p[20] == 0]))
            self.assertEqual(len(replies), 4)
            self.assertEqual(transfer(300000), 300000)
            for name in ("outer", "outer2"):
                self.assert_findings(taken[name], set())
            said = ends["ns1"].signalled(signal.SIGUSR1)
            self.assertRegex(said, r"tun1: \d+ packets encapsulated, \d+ decapsulated; path MTU 1500")
            self.assertEqual(ends["ns1"].end(signal.SIGINT)[0], 0)
            self.assertEqual(ends["ns2"].end(signal.SIGTERM)[0], 0)

    def test_privileges_are_dropped(self):
        with network() as (ends, _):
            status = Path("/proc/%d/status" % ends["ns1"].process.pid).read_text()
            for kind in ("Inh", "Prm", "Eff"):
                self.assertEqual(int(re.search(r"Cap%s:\s*(\w+)" % kind, status)[1], 16), 0)
            self.assertEqual(re.search(r"NoNewPrivs:\s*(\d)", status)[1], "1")
            if "seccomp" in harness.run("--version").stdout:
                self.assertEqual(re.search(r"Seccomp:\s*(\d)", status)[1], "2")  # system calls are filtered

    def test_path_mtu_is_found(self):
        with network() as (ends, taken):
            run("router", ["ip link set r2 mtu %d" % NARROW])
            run("ns2", ["ip link set v2 mtu %d" % NARROW])
            numbers = count(1)
            # The router's error reaches the sender, with the MTU less the tunnel header; so does ours for the next one.
            for _ in range(2):
                before = len(shown(taken["lan1"], "O"))
                send("h1", traffic.inner(next(numbers), 1400, df=True))
                told = wait_for(lambda: [p for p in shown(taken["lan1"], "O")[before:] if p[9] == 1])[0]
                self.assertEqual((told[20], told[21], struct.unpack("!H", told[26:28])[0]), (3, 4, NARROW - 20))
            # Exactly that fits; without DF larger ones are cut.
            send("h1", traffic.inner(next(numbers), NARROW - 20, df=True))
            send("h1", traffic.inner(next(numbers), 1400))
            out = wait_for(lambda: (lambda all: all if len(all) == 3 else [])([p for p in shown(taken["lan2"], "O") if p[9] == 17]))
            self.assertEqual([len(p) for p in out], [NARROW - 20, 1276, 1400 - 1276 + 20])
            self.assertEqual(transfer(100000), 100000)
            self.assertIn("path MTU %d" % NARROW, ends["ns1"].signalled(signal.SIGUSR1))
            # Of the end itself nothing but that it cuts inner packets; of the hosts that their TCP takes the path for wider than it is.
            self.assert_findings(taken["outer"], {("IPIP119", "note"), ("IPIP320", "warning")})

    def test_fragments_from_the_wire(self):
        with network() as (_, taken):
            numbers = count(1)
            for order in (1, -1):
                number = next(numbers)
                for fragment in traffic.cut(traffic.outer(number, traffic.inner(number, 1000), df=False), 400, 800)[::order]:
                    send("towards ns2", fragment)
            out = wait_for(lambda: (lambda all: all if len(all) == 2 else [])([p for p in shown(taken["lan2"], "O") if p[9] == 17]))
            self.assertEqual([p[20:] for p in out], [traffic.inner(number, 1000)[20:] for number in (1, 2)])

    def test_ecn_and_broken_packets(self):
        """All pairs of ECN fields by RFC 6040; what a stack drops does not come out, nor what a stranger sends."""
        with network("--check") as (ends, taken):
            for one in traffic.ecn(count(1)):
                send(one.sender, one.octets)
            out = wait_for(lambda: (lambda all: all if len(all) == 15 else [])([p for p in shown(taken["lan2"], "O") if p[9] == 17]))
            marks = [[0, 1, 2, 3], [0, 1, 1, 3], [0, 1, 2, 3], [None, 3, 3, 3]]  # RFC 6040 figure 4, by outer and inner
            self.assertEqual([p[1] & 3 for p in out], [mark for row in marks for mark in row if mark is not None])
            broken = [one for one in traffic.arrivals(count(100)) if re.search("checksum|version|IHL|of 100|TTL 0|ten", one.note)]
            for one in [*broken, *traffic.strangers(count(200))]:
                send(one.sender, one.octets)
            wait_for(lambda: len([p for p in shown(taken["lan2"], "O") if p[9] == 17]) == 17)
            status, said = ends["ns2"].end()
            self.assertEqual(status, 1)
            self.assertIn("1 from other addresses than the remote one", said)
            self.assertIn("1 not decapsulated: " + "dropped by ECN", said)
            for rule in ("IPIP505", "IPIP612", "IPIP103"):
                self.assertIn(rule, "".join(ends["ns2"].lines))

    def answers(self, *options, errors=ANSWERS):
        """{error from inside: what h1 gets for it}, with the inner packet quoted, and without: then with the next one."""
        found = {}
        with network(*options) as (_, taken):
            numbers = count(1)
            for type, code in errors:
                for octets in (84, 28):
                    number = next(numbers)
                    about = traffic.outer(number, traffic.inner(number, ttl=63), ttl=63)
                    before = len(shown(taken["lan1"], "O"))
                    send("towards ns1", error(type, code, about, traffic.ROUTER, octets=octets))
                    time.sleep(PAUSE)
                    if octets == 28:
                        self.assertEqual(len(shown(taken["lan1"], "O")), before)
                        send("h1", traffic.inner(next(numbers)))
                        time.sleep(PAUSE)
                    packets = shown(taken["lan1"], "O")[before:]
                    self.assertTrue(all((p[9], p[16:20]) == (1, socket.inet_aton(traffic.H1)) for p in packets))
                    found.setdefault((type, code), set()).update((p[20], p[21]) for p in packets or [[0] * 22])
        return {error: next(iter(answer)) if len(answer) == 1 else answer for error, answer in found.items()}

    def test_errors_from_inside(self):
        self.assertEqual(self.answers(), ANSWERS)

    def test_broken_answers(self):
        """Each fault makes another answer to one error, and to no other."""
        for name, (about, answer) in BROKEN_ANSWERS.items():
            with self.subTest(name):
                self.assertEqual(self.answers("--break", name), {**ANSWERS, about: answer})

    def test_conforms(self):
        with network() as (_, taken), tempfile.TemporaryDirectory() as scratch:
            found = statements(stimulate(taken, Path(scratch)))
            # Linux, too, drops what is too large when its sender has been told; no word of RFC 2119 demands to send it.
            self.assertEqual(found.get("violates"), {"S2003-5-03"})
            self.assertGreater(len(found["conforms"]), 25)

    def test_the_device_goes(self):
        with network() as (ends, _):
            run("ns1", ["ip link del tun1"])
            self.assertEqual(ends["ns1"].process.wait(SECONDS), 3)
            ends["ns1"].reader.join()
            self.assertIn("tun1: the device is gone", "".join(ends["ns1"].lines))

    def test_a_path_mtu_that_is_too_small(self):
        """What a forged error allows no less than: 68 octets inside, with the longest header, too."""
        with network() as (ends, taken):
            about = traffic.outer(1, traffic.inner(1, ttl=63), ttl=63)
            send("towards ns1", error(3, 4, about, traffic.ROUTER, rest=next_hop_mtu(68)))
            time.sleep(PAUSE)
            header = bytearray(traffic.inner(2)[:20])
            header[0], header[2:4], header[6:8], header[10:12] = 0x4F, struct.pack("!H", 200), b"\0\0", b"\0\0"
            header += b"\1" * 40
            header[10:12] = struct.pack("!H", checksum(bytes(header)))
            send("h1", bytes(header) + bytes(140))
            time.sleep(PAUSE)
            self.assertEqual(len([p for p in shown(taken["outer"], "O") if p[9] == 4 and p[20] == 0x4F]), 18)  # 140 octets in eights
            self.assertEqual(ends["ns1"].end()[0], 0)

    def test_wrong_usage(self):
        both = "local 192.0.2.1 remote 192.0.2.2"
        for words, message in ((["local 192.0.2.1"], "it needs local ADDRESS"), (["local 192.0.2.1 remote any"], "it needs local ADDRESS"), (["mode sit " + both], "ipip endpoint: "),
                               ([both, "--break", "df-cleer"], "did you mean df-clear?"), ([both, "--break", "loop", "--break", "loop"], "--break is there twice"),
                               (["local 192.0.2.1 remote 239.1.1.1"], "it is a multicast address")):
            result = harness.run("endpoint", "--no-config", "--tunnel", *words, text=True)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn(message, result.stderr)

    def test_what_is_missing(self):
        """Rights, the local address, a route: each has a message that tells what to do."""
        endpoint = [harness.COMMAND, "endpoint", "--no-config", "--tunnel", "local 192.0.2.1 remote 198.51.100.1"]
        subprocess.run(["ip", "netns", "add", "alone"], check=True)
        self.addCleanup(subprocess.run, ["ip", "netns", "del", "alone"], check=True)

        def refused(*before):
            with inside("alone"):
                result = subprocess.run([*before, *endpoint], capture_output=True, text=True, timeout=SECONDS)
            self.assertEqual(result.returncode, 3, result.stderr)
            return result.stderr

        self.assertIn("it takes root, or CAP_NET_ADMIN and CAP_NET_RAW", refused("setpriv", "--bounding-set", "-net_raw,-net_admin"))
        run("alone", ["ip link set lo up"])
        self.assertIn("the local address 192.0.2.1 is not one of this host; add it to a device (`ip address add`)", refused())
        run("alone", ["ip address add 192.0.2.1/32 dev lo"])
        self.assertIn("no route from 192.0.2.1 to the remote address 198.51.100.1; add one (`ip route add`)", refused())
        run("alone", ["ip link add wire type veth peer name far", "ip link set wire up", "ip link set far up", "ip route add 198.51.100.1 dev wire"])
        self.assertIn("it takes root, or CAP_NET_ADMIN and CAP_NET_RAW", refused("setpriv", "--bounding-set", "-net_admin"))
        run("alone", ["ip link set wire mtu 80"])
        self.assertIn("has an MTU of 80: a tunnel takes 88", refused())


if __name__ == "__main__":
    namespaces.enter()
    harness.main()
