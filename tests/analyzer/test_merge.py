# SPDX-License-Identifier: GPL-2.0-or-later
"""Several captures of one time are judged merged by time, as one capture with as many interfaces would be."""

import resource
from pathlib import Path
from xml.etree import ElementTree

import captures
import harness
from harness import Check
from packets import pcapng_interface, pcapng_packet, pcapng_section
from pairs import Pair, pcap

SCENARIOS = ("ipip-pmtu-1300-pmtudisc", "ipip-pmtu-1300-nopmtudisc", "ipip-ecn-ce-default", "ipip-inner-fragments", "ipip-size-pmtudisc")


def found(check, place=lambda file, frame: (file, frame)):
    return sorted((place(Path(finding["file"]).name, finding["frame"]), finding["rule"]) for finding in check.findings)


class Merge(harness.InFolder):
    def merged(self, paths):
        """One capture of all, and where the frames of each are in it."""
        records = [(record.time, file, number, record) for file, path in enumerate(paths) for number, record in enumerate(captures.read(path), 1)]
        records.sort(key=lambda record: record[:3])
        blocks = [pcapng_section()]
        blocks += [pcapng_interface(captures.read(path)[0].link_type, resolution=9) for path in paths]
        blocks += [pcapng_packet(record.octets, file, record.time, record.wire) for _, file, _, record in records]
        places = {(paths[file].name, number): frame for frame, (_, file, number, _) in enumerate(records, 1)}
        return self.write("merged.pcapng", b"".join(blocks)), lambda file, frame: places[file, frame]

    def test_as_one_capture(self):
        for scenario in SCENARIOS:
            with self.subTest(scenario=scenario):
                paths = [harness.KERNEL / scenario / name for name in ("lan1.pcap", "outer.pcap")]
                whole, place = self.merged(paths)
                expected = Check("--fail-on", "never", whole)
                self.assertEqual(expected.status, 0, expected.stderr)
                for options in ((), ("--merge", "time"), ("--merge", "auto", "--jobs", "1")):
                    check = Check("--fail-on", "never", *options, *paths)
                    self.assertEqual(found(check, place), found(expected, lambda _, frame: frame))
                    self.assertEqual(check.summary["rules"], expected.summary["rules"])
                reversed_order = Check("--fail-on", "never", *paths[::-1])
                self.assertEqual(found(reversed_order, place), found(expected, lambda _, frame: frame))

    def test_one_after_the_other(self):
        """What does not overlap is read in its order, whatever that is."""
        early, late = Pair(1).outer, [sighting._replace(time=sighting.time + 3600 * 10**9) for sighting in Pair(2).outer]
        paths = self.write("early.pcap", pcap(early)), self.write("late.pcap", pcap(late))
        for order in (paths, paths[::-1]):
            self.assertEqual(Check(*order).findings, Check("--merge", "order", *order).findings)
        self.assertEqual(found(Check(*paths)), found(Check("--merge", "time", *paths[::-1])))

    def test_a_packet_of_overlap_is_enough(self):
        pair = Pair(3, touch=0.5)
        late = [sighting._replace(time=sighting.time + 1) for sighting in pair.inner if sighting.time > pair.outer[200].time]
        inner, outer = self.write("inner.pcap", pcap(late, 101)), self.write("outer.pcap", pcap(pair.outer))
        whole, place = self.merged([inner, outer])
        self.assertEqual(found(Check(inner, outer), place), found(Check(whole), lambda _, frame: frame))

    def test_more_captures_than_files_can_be_open(self):
        """Two routers that begin a new file every few packets, at other times; and captures that are all of one time."""
        pair, paths = Pair(5, touch=0.5), []
        for name, link, sightings in (("inner", 101, pair.inner), ("outer", 1, pair.outer)):
            for number in range(0, len(sightings), 7):
                paths.append(self.write("%s-%03d.pcap" % (name, number), pcap(sightings[number:number + 7], link)))
        self.assertGreater(len(paths), 100)
        whole = pair.write(self.folder)
        expected = Check("--fail-on", "never", *whole)
        self.assertGreater(expected.summary["rules"]["IPIP401"]["fail"], 50)
        check = Check("--fail-on", "never", *paths, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)))
        self.assertEqual((check.status, check.stderr), (0, ""))
        # A new file is no new place.
        self.assertEqual(found(check, lambda file, frame: (file[:5], int(file[6:9]) + frame)), found(expected, lambda file, frame: (file[:5], frame)))
        self.assertEqual(check.summary["rules"], expected.summary["rules"])
        check = Check("--fail-on", "never", *[paths[0]] * 150, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 400)))
        self.assertEqual((check.status, check.stderr, check.summary["files"]), (0, "", 150))

    def test_pipes(self):
        """auto leaves them in their order; time merges them, too."""
        paths = [harness.KERNEL / SCENARIOS[0] / name for name in ("lan1.pcap", "outer.pcap")]
        data = paths[1].read_bytes()
        options = ("--fail-on", "never", "--select", "IPIP318")
        self.assertEqual(Check(*options, paths[0], "-", stdin=data).findings, [])
        self.assertEqual(len(Check(*options, "--merge", "time", paths[0], "-", stdin=data).findings), len(Check(*options, *paths).findings))

    def test_suites_of_junit(self):
        """Only the capture that was cut is one that can't be read; what is judged in the run is judged in each suite."""
        inner, outer = Pair(4).write(self.folder)
        cut = self.write("cut.pcap", outer.read_bytes()[:-5])
        result = harness.run("check", "--fail-on", "never", "--merge", "time", "--format", "junit", inner, cut)
        suites = ElementTree.fromstring(result.stdout)
        self.assertEqual([(Path(suite.get("name")).name, suite.get("errors")) for suite in suites], [(inner.name, "0"), ("cut.pcap", "1")])
        judged = [{case.get("name") for case in suite.iter("testcase") if case.find("skipped") is None} for suite in suites]
        self.assertTrue(any(name.startswith("IPIP") for name in judged[0]))
        self.assertEqual(*judged)

    def test_what_can_not_be_read(self):
        inner, outer = Pair(4).write(self.folder)
        cut = self.write("cut.pcap", outer.read_bytes()[:-5])
        for paths in ((inner, cut), (inner, self.folder / "none", outer), (self.write("bad", b"no capture"), inner, outer)):
            check = Check(*paths)
            self.assertEqual(check.status, 3)
            self.assertEqual(len(check.stderr.splitlines()), 1)
        result = harness.run("check", "--merge", "never", inner)
        self.assertEqual(result.returncode, 2)
        self.assertIn("order", result.stderr)


if __name__ == "__main__":
    harness.main()
