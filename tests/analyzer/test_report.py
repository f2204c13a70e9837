# SPDX-License-Identifier: GPL-2.0-or-later
"""`ipip report`: the file that it writes, its size and its limits. What it looks like: browser.report."""

import json
import os
import random
import re
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import formats
import harness
from harness import TESTDATA, run
from packets import After, ethernet, pcap, pcapng_interface, pcapng_packet, pcapng_section, udp
from tunnel_packets import inner, outer

VIOLATIONS = TESTDATA / "violations.pcap"


def report(*arguments, **options):
    return run("report", "--no-config", *arguments, **options)


def page(data, *arguments):
    result = report("--fail-on", "never", "-w", "-", *arguments, "-", stdin=data)
    assert result.returncode == 0, result.stderr
    return result.stdout.decode()


class File(unittest.TestCase):
    def test_is_the_format_of_check(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "report.html")
            result = report("-w", path, VIOLATIONS)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (1, "", ""))
            self.assertEqual(path.read_text(), run("check", "--no-config", "--format", "html", VIOLATIONS).stdout)
            self.assertEqual(path.read_text(), report("-w", "-", VIOLATIONS).stdout)
            self.assertEqual(report("--fail-on", "never", "-w", path, VIOLATIONS).returncode, 0)

    def test_complete_or_absent(self):
        with tempfile.TemporaryDirectory() as folder:
            capture = Path(folder, "x.pcap")
            capture.write_bytes(VIOLATIONS.read_bytes())
            self.assertEqual(report("-w", capture, capture).returncode, 2)
            self.assertEqual(capture.read_bytes(), VIOLATIONS.read_bytes())
            self.assertEqual(report(capture).returncode, 2)
            for bad in ("/dev/full", "/nonexistent/x", folder):
                result = report("-w", bad, capture)
                self.assertEqual(result.returncode, 4, bad)
                self.assertIn(str(bad), result.stderr)
            self.assertEqual(os.listdir(folder), ["x.pcap"])

    def test_an_assumed_mtu_condemns_nothing(self):
        """What no capture shows is no reason to call a packet too large."""
        data = pcap([ethernet(outer(inner(payload=bytes(1800))))])
        self.assertIn("the usual MTU", page(data))
        self.assertNotIn("dropped where DF is set", page(data))
        self.assertNotIn('class="bar over"', page(data))
        self.assertIn('class="bar over"', page((TESTDATA / "toobig.pcapng").read_bytes()))

    def test_damage_is_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            short, path = Path(folder, "short.pcap"), Path(folder, "report.html")
            for size in (VIOLATIONS.stat().st_size - 1, 100, 24):
                short.write_bytes(VIOLATIONS.read_bytes()[:size])
                result = report("--fail-on", "never", "-w", path, short)
                self.assertEqual(result.returncode, 0 if size == 24 else 3)
                self.assertEqual("could not be read to its end" in path.read_text(), size > 24)
            self.assertIn("Nothing could be checked", path.read_text())

    def test_gravest_findings_of_a_tunnel(self):
        """The number beside a badge is that of the findings of this severity, not of all."""
        capture = TESTDATA / "violations.pcap"
        lines = run("check", "--no-config", "--format", "jsonl", capture).stdout.splitlines()
        counts = {}
        for line in map(json.loads, lines):
            if line["type"] == "finding":
                ends = line["tunnel"]["src"], line["tunnel"]["dst"]
                counts.setdefault(ends, Counter())[line["severity"]] += 1
        rows = re.findall(r'<tr><th scope="row">(.*?)</th>.*?<span class="badge \w+">(\w+)</span> (\d+)</td></tr>',
                          page(capture.read_bytes()).split('<table class="tunnels">')[1].split("</table>")[0])
        shown = {tuple(re.findall(r"[\d.]{7,}", name)): (severity, int(count)) for name, severity, count in rows}
        order = ["note", "warning", "error"]
        gravest = {ends: max(of.items(), key=lambda item: order.index(item[0])) for ends, of in counts.items()}
        self.assertTrue(any(len(of) > 1 for of in counts.values()))
        self.assertEqual(shown, gravest)

    def test_every_length(self):
        """A page of a capture whose packets are cut at every octet."""
        for length in range(14, 80):
            output = page(pcap([ethernet(outer(inner(id=2), df=False, id=2))] * 2, captured=length), "--all")
            self.assertTrue(output.endswith("</html>\n"))
            formats.rows("html", output)


class Limits(unittest.TestCase):
    def test_many_tunnels(self):
        """With findings on each, and flows without end: less than 1 MiB, and what is left out is named."""
        drawn = random.Random(1)
        frames = [ethernet(outer(inner("10.1.%d.%d" % (drawn.randrange(250), drawn.randrange(250)), id=n, ttl=drawn.randrange(2, 255), tos=drawn.randrange(256),
                                       payload=udp("10.1.0.1", "10.2.0.1", b"x" * drawn.randrange(1400))),
                                 "192.0.2.%d" % (n % 100 + 1), df=False, id=drawn.randrange(65536), ttl=drawn.randrange(1, 255), tos=drawn.randrange(256)))
                  for n in range(20000)]
        output = page(pcap(frames))
        self.assertLess(len(output.encode()), 1 << 20)
        self.assertIn("36 more directions are not in this table", output)
        self.assertIn("16 of them follow in full", output)
        self.assertIn("smaller ones made room", output)
        self.assertIn("packets with other values of DSCP are left out", output)
        self.assertRegex(output, r"more are counted above and not shown")
        self.assertEqual(len(re.findall(r'<details class="tunnel"', output)), 16)
        self.assertLessEqual(len(formats.rows("html", output)), 300)

    def test_samples_and_bins(self):
        """Of more packets than a plot has room for, an even part, and every one in the matrices and the sizes."""
        count = 5000
        output = page(pcap([After(0.001, ethernet(outer(inner(id=n), id=n))) for n in range(count)]))
        points = re.search(r'class="point outer" d="([^"]*)"', output)[1].count("M")
        self.assertEqual(points, -(-count // 16))
        self.assertIn("313 of 5,000 packets are drawn, evenly spread", output)
        self.assertIn('class="number shade4 same">5,000</td>', output)
        strokes = re.search(r'class="stroke outer" d="([^"]*)"', output)[1].count("M")
        self.assertTrue(64 <= strokes <= 128, strokes)

    def test_times_from_end_to_end(self):
        """Backwards, at the same time, and as far apart as a file can have them."""
        octets = ethernet(outer(inner(id=2), df=False, id=2))
        for times in ((0, 0, 0), (2 ** 64 - 1, 0), (0, 2 ** 63, 2 ** 64 - 1), (5, 4, 3, 2, 1)):
            for resolution in (0, 9):
                data = pcapng_section() + pcapng_interface(1, resolution=resolution) + b"".join(pcapng_packet(octets, time=time) for time in times)
                output = page(data, "--all", "--select", "IPIP105")
                self.assertEqual(len(formats.rows("html", output)), len(times))
                self.assertNotRegex(output, r'(?:d|x|y|cx|width|height)="[^"]*(?:nan|inf)')
                self.assertEqual(sum(int(n) for n in re.findall(r"<title>(\d+) findings? at", output)), len(times))


if __name__ == "__main__":
    harness.main()
