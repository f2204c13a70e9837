# SPDX-License-Identifier: GPL-2.0-or-later
"""The house: which part of the sources may include which, and that no file holds two ideas. (This reads the sources.)"""

import re
import unittest
from pathlib import Path

import harness

PROJECT = harness.TESTDATA.parent

# The rooms of core/, and what each may include besides itself. None runs back up.
ROOMS = {
    "catalogue": set(),
    "table": set(),
    "wire": set(),
    "packet": {"wire", "table"},
    "policy": {"catalogue", "wire"},
    "tunnel": {"wire", "table", "packet", "policy"},
    "flow": {"catalogue", "wire", "table", "packet"},
    "rules": {"catalogue", "wire", "packet", "policy", "flow"},
    "pair": {"wire", "table", "packet", "tunnel"},
    "conformance": {"catalogue", "wire", "packet", "policy", "flow", "rules", "pair"},
    "judge": {"catalogue", "wire", "table", "packet", "policy", "tunnel", "flow", "rules", "pair", "conformance"},
}

# To which room a public header belongs.
PUBLIC = {
    "catalogue": "rules",
    "wire": "address age bytes carrier dscp ecn erspan field gre ip ipv4 ipv6 kind link minimal path status udp version",
    "packet": "chain habit_stats packet reassembly sizes stack ttl_stats tunnel_direction unwrap",
    "policy": "expectation policy tunnel",
    "tunnel": "admission drop encap entry_ttl equal_paths infer inference inventory kind_stats path_length size_story source_groups statement sub_kind tunnel_mode tunnel_stats tunnel_text vantage",
    "flow": "limits",
    "rules": "finding",
    "pair": "pair",
    "conformance": "requirement",
    "judge": "batch ipip judge",
}
ROOM_OF = {"ipip/%s.h" % name: room for room, names in PUBLIC.items() for name in names.split()}

LINES_MAX = 400


def sources(folder):
    return sorted(path for path in (PROJECT / folder).rglob("*") if path.suffix in (".c", ".h"))


def includes(path):
    return re.findall(r'^#include "([^"]+)"', path.read_text(), re.MULTILINE)


def name_of(path):
    """As others include it."""
    return str(path.relative_to(PROJECT / ("include" if "include" in path.relative_to(PROJECT).parts else path.relative_to(PROJECT).parts[0])))


def room_of(name):
    return ROOM_OF[name] if name.startswith("ipip/") else name.split("/")[0]


class Rooms(unittest.TestCase):
    def test_every_public_header_has_a_room(self):
        self.assertEqual(set(ROOM_OF), {name_of(path) for path in sources("include")})

    def test_no_include_runs_back_up(self):
        for path in sources("core") + sources("include"):
            room = room_of(name_of(path))
            for name in includes(path):
                if name == "catalogue/list.h":  # made when it is built
                    continue
                with self.subTest(file=name_of(path), includes=name):
                    self.assertIn(room_of(name), ROOMS[room] | {room})

    def test_no_circles(self):
        graph = {name_of(path): includes(path) for path in sources("core") + sources("include")}
        done, way = set(), []

        def visit(name):
            self.assertNotIn(name, way, "a circle: %s" % " > ".join(way[way.index(name):] if name in way else []))
            if name in done or name not in graph:
                return
            way.append(name)
            for next in graph[name]:
                visit(next)
            way.pop()
            done.add(name)

        for name in graph:
            visit(name)

    def test_front_ends_know_public_headers_only(self):
        for folder in ("analyzer", "plugin"):
            own = {path.name for path in sources(folder)} | {name_of(path) for path in sources(folder)}
            for path in sources(folder):
                for name in includes(path):
                    with self.subTest(file=str(path.relative_to(PROJECT)), includes=name):
                        self.assertTrue(name in ROOM_OF or name.removeprefix("../") in own, name)

    def test_one_idea_a_file(self):
        for folder in ("core", "include", "analyzer", "plugin", "tests", "testdata"):
            for path in sources(folder) + sorted((PROJECT / folder).rglob("*.py")):
                with self.subTest(file=str(path.relative_to(PROJECT))):
                    self.assertLessEqual(len(path.read_text().splitlines()), LINES_MAX)


if __name__ == "__main__":
    harness.main()
