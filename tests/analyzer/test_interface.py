# SPDX-License-Identifier: GPL-2.0-or-later
"""Capturing from an interface: what is found is what a file of the same packets shows, however it ends; nothing is lost without a word.

Frames are sent through a raw socket at one end of a veth pair, in namespaces of the test's own. Skipped where these can't be made.
"""

import json
import os
import select
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import harness
import namespaces
from harness import COMMAND, TESTDATA
from test_live import GOOD, LOST_DF, NOTE

PATIENCE = 60  # seconds after which something that should come is taken not to come
NEAR, FAR = "near0", "far0"
NOBODY = 65534


def frames_of(path):
    """The frames of a pcap or pcapng file of our own, by what the record headers say."""
    octets = Path(path).read_bytes()
    at, frames = 24, []
    if octets[:4] != b"\n\r\r\n":
        while at < len(octets):
            size = struct.unpack_from("<I", octets, at + 8)[0]
            frames.append(octets[at + 16:at + 16 + size])
            at += 16 + size
        return frames
    at = 0
    while at < len(octets):
        kind, length = struct.unpack_from("<II", octets, at)
        assert struct.unpack_from("<I", octets, at + length - 4)[0] == length
        if kind == 6:
            size = struct.unpack_from("<I", octets, at + 20)[0]
            frames.append(octets[at + 28:at + 28 + size])
        at += length
    return frames


def status_of(pid):
    return dict(line.split(":\t", 1) for line in Path("/proc/%d/status" % pid).read_text().splitlines() if ":\t" in line)


class Live:
    """A command that captures, from when the interface is open on."""

    def __init__(self, *arguments, verb="check", before=(), interface=FAR):
        command = [*before, COMMAND, verb, "-i", interface, *map(str, arguments)]
        # Nothing ever comes from the standard input: what waits for packets must not wait for it.
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.output, self.errors = b"", b""
        self.wait_for(b"capturing", self.process.stderr)

    def wait_for(self, words, file=None):
        """Reads standard output, or the other file, until the words are there."""
        file = file or self.process.stdout
        name = "output" if file is self.process.stdout else "errors"
        end = time.monotonic() + PATIENCE
        while words not in getattr(self, name):
            ready = select.select([file], [], [], max(0, end - time.monotonic()))[0]
            octets = os.read(file.fileno(), 65536) if ready else b""
            assert octets, (words, self.output, self.errors)
            setattr(self, name, getattr(self, name) + octets)

    def end(self, number=None):
        """The exit status, standard output, standard error."""
        if number is not None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        assert b"Sanitizer" not in err, err
        return self.process.returncode, (self.output + out).decode(), (self.errors + err).decode()


def findings(text, without=("file", "time")):
    lines = [json.loads(line) for line in text.splitlines()]
    return [{key: value for key, value in line.items() if key not in without} for line in lines if line["type"] == "finding"], lines[-1]


class OnAnInterface(harness.InFolder):
    def setUp(self):
        super().setUp()
        subprocess.run(["ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR], check=True)
        self.addCleanup(subprocess.run, ["ip", "link", "del", NEAR], stderr=subprocess.DEVNULL)
        for device in (NEAR, FAR):
            Path("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % device).write_text("1")  # nothing is sent that the test doesn't send
            subprocess.run(["ip", "link", "set", device, "up", "mtu", "9000"], check=True)
        os.chmod(self.folder, 0o777)

    def send(self, frames):
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as port:
            port.bind((NEAR, 0))
            for frame in frames:
                port.send(frame)


class Findings(OnAnInterface):
    def test_are_those_of_a_file(self):
        """Of what was kept all, of the capture that was sent those that don't depend on times."""
        sent = 0
        for name in ("violations.pcap", "erspan.pcap"):
            frames = frames_of(TESTDATA / name)
            self.assertGreater(len(frames), 5)
            kept = self.folder / (name + "ng")
            live = Live("--no-config", "--format", "jsonl", "--all", "--count", len(frames), "-w", kept)
            self.send(frames)
            status, out, err = live.end()
            found, summary = findings(out)
            again = harness.run("check", "--no-config", "--format", "jsonl", "--all", kept)
            self.assertEqual(frames_of(kept), frames)
            self.assertEqual((status, found), (again.returncode, findings(again.stdout)[0]))
            self.assertGreater(len(found), 0)
            self.assertEqual({**findings(again.stdout)[1], "settings": None}, {**summary, "settings": None})
            original = findings(harness.run("check", "--no-config", "--format", "jsonl", "--all", TESTDATA / name).stdout)[0]
            self.assertEqual({(one["frame"], one["rule"]) for one in found}, {(one["frame"], one["rule"]) for one in original})
            sent += len(frames)
        self.assertGreater(sent, 20)

    def test_come_at_once(self):
        for options in ((), ("--jobs", "1"), ("--format", "jsonl")):
            live = Live(*options)
            self.send([GOOD, LOST_DF])
            live.wait_for(b"IPIP105")
            self.assertIsNone(live.process.poll())
            self.send(NOTE)
            status, out, err = live.end(signal.SIGINT)
            self.assertEqual(status, 1, err)
            self.assertIn("IPIP106", out)
            self.assertNotIn("interrupted", err)

    def test_of_tunnels(self):
        live = Live("--count", 2, verb="tunnels")
        self.send([GOOD, LOST_DF])
        status, out, err = live.end()
        self.assertEqual(status, 0, err)
        self.assertIn("tunnel 10.0.0.1 > 10.0.0.2\n", out)
        self.assertIn("2 packets of the interface: 1 tunnel direction\n", out)

    def test_of_any_interface(self):
        live = Live("--format", "jsonl", "--count", 2, "--filter", "ip proto 4", interface="any")
        self.send([LOST_DF])  # leaves one interface and enters the other
        status, out, err = live.end()
        self.assertEqual(status, 1, err)
        self.assertEqual(findings(out)[1]["packets"], 2)

    def test_pass_the_filter_of_the_kernel(self):
        kept = self.folder / "kept.pcapng"
        live = Live("--filter", "ip[1] == 0 and ip[6] & 0x40 == 0", "--count", 1, "-w", kept)
        self.send([GOOD, LOST_DF])
        self.assertEqual(live.end()[0], 1)
        self.assertEqual(frames_of(kept), [LOST_DF])


class End(OnAnInterface):
    def test_by_signals(self):
        """What came before one counts, also what the kernel has not handed over."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            kept = self.folder / ("%d.pcapng" % number)
            live = Live("-w", kept)
            self.send([GOOD] * 99 + [LOST_DF])
            status, out, err = live.end(number)
            self.assertEqual(status, 1, err)
            self.assertIn("100 packets of the interface: 100 tunnel packets", out)
            self.assertEqual(len(frames_of(kept)), 100)
            self.assertEqual(harness.run("check", kept).returncode, 1)

    def test_by_a_kill_leaves_no_file(self):
        live = Live("-w", self.folder / "kept.pcapng")
        self.send([GOOD] * 10)
        self.assertEqual(live.end(signal.SIGKILL)[0], -signal.SIGKILL)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_after_packets_and_seconds(self):
        live = Live("--count", 3)
        self.send([GOOD] * 10)
        self.assertIn("3 packets of the interface", live.end()[1])
        began = time.monotonic()
        live = Live("--duration", 1)
        self.send([GOOD] * 10)
        self.assertIn("10 packets of the interface", live.end()[1])
        self.assertGreaterEqual(time.monotonic() - began, 1)

    def test_with_the_interface(self):
        kept = self.folder / "kept.pcapng"
        live = Live("-w", kept)
        self.send([LOST_DF])
        live.wait_for(b"IPIP105")
        subprocess.run(["ip", "link", "del", NEAR], check=True)
        status, out, err = live.end()
        self.assertEqual(status, 3, err)
        self.assertRegex(err, r"far0: .*(down|disappeared|no longer).*; what comes before it was read")
        self.assertIn("1 error", out)
        self.assertEqual(frames_of(kept), [LOST_DF])

    def test_when_the_disk_is_full(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "full", str(self.folder)], check=True)
        self.addCleanup(subprocess.run, ["umount", str(self.folder)], check=True)
        live = Live("-w", self.folder / "kept.pcapng")
        self.send([GOOD + bytes(6000)] * 400)
        status, out, err = live.end()
        self.assertEqual(status, 4, err)
        self.assertIn("kept.pcapng: can't be written: No space left on device", err)
        self.assertIn("packets of the interface", out)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_counts_what_was_dropped(self):
        """The process sleeps while more comes than there is room for."""
        kept = self.folder / "kept.pcapng"
        live = Live("--format", "jsonl", "--buffer", 1, "-w", kept)
        live.process.send_signal(signal.SIGSTOP)
        self.send([GOOD + bytes(4000)] * 3000)
        live.process.send_signal(signal.SIGCONT)
        status, out, err = live.end(signal.SIGINT)
        summary = findings(out)[1]
        self.assertGreater(summary["packets"], 0)
        self.assertGreater(summary["dropped"], 0)
        self.assertEqual(summary["packets"] + summary["dropped"], 3000)
        self.assertIn("far0: %d packets were dropped before they were captured" % summary["dropped"], err)
        again = harness.run("check", kept)
        self.assertIn("  dropped before they were captured, and may be missed below: %d\n" % summary["dropped"], again.stdout)


class Rights(OnAnInterface):
    def test_one_capability_is_enough(self):
        live = Live("--count", 1, before=["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY, "--clear-groups", "--inh-caps=-all,+net_raw,+dac_override",
                                         "--ambient-caps=+net_raw,+dac_override"])
        self.assert_dropped(live)
        self.send([LOST_DF])
        self.assertEqual(live.end()[0], 1)

    def assert_dropped(self, live, user=None):
        about = status_of(live.process.pid)
        self.assertEqual({about[key] for key in ("CapEff", "CapPrm", "CapInh", "CapAmb")}, {"0000000000000000"})
        self.assertEqual(about["NoNewPrivs"].strip(), "1")
        if user is not None and os.environ.get("IPIP_IS_ROOT"):
            self.assertEqual(about["Uid"].split(), [str(user)] * 4)

    def test_are_dropped(self):
        """Of root: nobody's are left; where files are to be written those of the user who called sudo, or none but root's own."""
        live = Live()
        self.assert_dropped(live, NOBODY)
        live.end(signal.SIGINT)
        for variables, user in (("SUDO_UID=%d" % NOBODY, NOBODY), ("NO_SUDO=", 0)):
            kept = self.folder / ("of_%d.pcapng" % user)
            live = Live("-w", kept, before=["env", "-u", "SUDO_UID", variables])
            self.assert_dropped(live, user)
            self.send([GOOD])
            self.assertEqual(live.end(signal.SIGINT)[0], 0)
            self.assertEqual(kept.stat().st_uid, user if os.environ.get("IPIP_IS_ROOT") else 0)
            self.assertEqual(frames_of(kept), [GOOD])

    def test_without(self):
        result = harness.sound(subprocess.run(["setpriv", "--bounding-set=-net_raw", "--inh-caps=-all", COMMAND, "check", "-i", FAR], capture_output=True, text=True))
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertIn("ipip check: far0: to capture, root or CAP_NET_RAW is needed", result.stderr)


class WrongUsage(OnAnInterface):
    def refused(self, arguments, status, message, verb="check"):
        result = harness.run(verb, *arguments)
        self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
        self.assertIn(message, result.stderr.splitlines()[0])
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_of_interfaces(self):
        self.refused(("-i", "nonesuch"), 3, "ipip check: nonesuch: no such interface; there are lo, ")
        self.refused(("-i", "nonesuch"), 3, "ipip tunnels: nonesuch: no such interface", verb="tunnels")
        self.refused(("-i", FAR, "a.pcap"), 2, "a.pcap: packets come from captures or, with -i, from an interface, not from both")
        self.refused(("-i", FAR, "--filter", "wlan type mgt"), 2, "the filter \"wlan type mgt\"")

    def test_of_files(self):
        for name in ("a.pcap", "a.cap.gz", "-"):
            self.refused(("-i", FAR, "-w", name), 2, "ipip check: %s: " % name)
        self.refused(("-i", FAR, "-w", self.folder / "none/a.pcapng"), 4, "a.pcapng: ")
        self.refused(("-i", FAR, "-w", self.folder / "a.pcapng", "--output", "csv=%s/none/a" % self.folder), 4, "none/a")

    def test_of_options(self):
        for option, value in (("-w", "a.pcapng"), ("--count", "1"), ("--duration", "1"), ("--buffer", "1")):
            self.refused((option, value, TESTDATA / "violations.pcap"), 2, "%s is for packets of an interface: -i NAME" % option)
        for option, value in (("--count", "0"), ("--count", "x"), ("--duration", "-1"), ("--buffer", "0"), ("--buffer", "2048")):
            self.refused(("-i", FAR, option, value), 2, "%s %s: it must be a number from 1 to " % (option, value))


if __name__ == "__main__":
    if "IPIP_IN_NAMESPACES" not in os.environ and os.geteuid() == 0:
        os.environ["IPIP_IS_ROOT"] = "yes"
    namespaces.enter()
    harness.main()
