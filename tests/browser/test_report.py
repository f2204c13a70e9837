# SPDX-License-Identifier: GPL-2.0-or-later
"""`ipip report` in a browser: it shows what tshark and `check --format jsonl` count, loads nothing, and is for all."""

import json
import os
import re
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import harness
import webdriver
from harness import TESTDATA, run
from packets import ethernet, pcap
from tunnel_packets import inner, outer

LOST_DF = ethernet(outer(inner(id=2), df=False, id=2))  # IPIP105, an error
HOSTILE = ["<script>hacked=1<\u2044script>.pcap", "\"><img src=x onerror=hacked=1>.pcap", "'onmouseover='hacked=1.pcap", "]]>--><h1>x.pcap", "&lt;b&gt;.pcap",
           os.fsdecode(b"\xff\xfe.pcap"), "\u202etxt.pcap", "new\nline.pcap"]
TAB = "\ue004"


def report(folder, *captures, options=("--all",), cwd=None):
    page = Path(folder, "report.html")
    result = run("report", "--no-config", "--fail-on", "never", "-w", page, *options, *captures, cwd=cwd)
    assert result.returncode == 0, result.stderr
    return page


def outer_and_inner(capture, *fields):
    """By tshark: of each tunnel packet that is no fragment, (outer, inner) of each field."""
    shown = harness.tshark("-r", capture, "-Y", r'frame.protocols matches "ethertype:ip:ip"', "-T", "fields", "-E", "occurrence=a", "-E", "aggregator= ",
                           *(argument for field in fields for argument in ("-e", field))).stdout
    return [[value.split() for value in line.split("\t")] for line in shown.splitlines()]


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.browser = webdriver.Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.folder.cleanup()

    def show(self, *captures, **options):
        self.browser.media()
        self.browser.open(report(self.folder.name, *captures, **options))
        return self.browser

    def texts(self, selector):
        return self.browser.run("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)

    def points(self, selector):
        """Where the strokes of the paths begin."""
        return [tuple(map(float, point)) for path in self.browser.run("return [...document.querySelectorAll(arguments[0])].map(e => e.getAttribute('d'))", selector)
                for point in re.findall(r"M([\d.]+) ([\d.]+)", path)]


class Numbers(Report):
    def test_sizes(self):
        self.show(TESTDATA / "toobig.pcapng")
        bars = [re.fullmatch(r"(\d+) to (\d+) octets: ([\d,]+) packets?", text).groups() for text in self.texts(".sizes .bar title")]
        lengths = [int(length[0]) for (length,) in outer_and_inner(TESTDATA / "toobig.pcapng", "ip.len")]
        self.assertEqual(sum(int(count) for _, _, count in bars), len(lengths))
        for least, most, count in bars:
            self.assertGreaterEqual(sum(int(least) <= length <= int(most) for length in lengths), int(count))
        self.assertEqual(self.texts(".rule-text")[0], "path MTU 1400")
        above = sum(int(re.search(r": (\d+)", text)[1]) for text in self.texts(".bar.over title"))
        self.assertEqual(above, sum(length > 1400 for length in lengths))
        self.assertEqual(re.findall(r"[\d,]+", " ".join(self.texts("details.tunnel:has(#t0) table.sum td.number"))), ["1,428", "20", "1,448", "1,400", "48", "1,380"])

    def test_identification_and_ttl(self):
        capture = TESTDATA / "violations.pcap"
        self.show(capture)
        packets = outer_and_inner(capture, "ip.id", "ip.ttl")
        whole = len(self.points(".identification .point"))
        self.assertEqual(whole, len(packets) + 1)  # frame 10 has two tunnel headers
        ticks = self.browser.run("return [...document.querySelectorAll('.identification .tick.y')].map(e => [+e.textContent.replace(',', ''), +e.getAttribute('y') - 4])")
        slope = (ticks[1][0] - ticks[0][0]) / (ticks[1][1] - ticks[0][1])
        drawn = [ticks[0][0] + (y - ticks[0][1]) * slope for _, y in self.points(".identification .point")]
        for id in (int(id[0], 16) for id, _ in packets):
            self.assertTrue(any(abs(id - at) < abs(slope) / 4 for at in drawn), id)
        self.assertEqual(len(self.points(".ttl .stroke.outer")), len(packets))  # a second apart each

    def test_matrices(self):
        for capture in (TESTDATA / "violations.pcap", *sorted(harness.KERNEL.glob("*tos*/outer.pcap"))[:3]):
            self.show(capture)
            for name, field in (("dscp", "ip.dsfield.dscp"), ("ecn", "ip.dsfield.ecn")):
                expected = Counter((values[0], values[1]) for (values,) in outer_and_inner(capture, field) if len(values) > 1)
                cells = [int(re.match(r"[\d,]+", text)[0].replace(",", "")) for text in self.texts(".matrix.%s td" % name) if text[0].isdigit()]
                self.assertLessEqual(abs(sum(cells) - sum(expected.values())), 1, (capture, name))
                self.assertGreaterEqual(len(cells), len(expected) // 2)
        self.show(TESTDATA / "violations.pcap")
        self.assertEqual(self.texts(".matrix.ecn td.wrong a"), ["IPIP502"])

    def test_findings(self):
        for capture in (TESTDATA / "violations.pcap", TESTDATA / "toobig.pcapng"):
            lines = [json.loads(line) for line in run("check", "--no-config", "--format", "jsonl", capture).stdout.splitlines()]
            findings = Counter(line["rule"] for line in lines if line["type"] == "finding")
            self.show(capture)
            self.assertEqual(Counter(self.browser.run("return [...document.querySelectorAll('article')].map(a => a.dataset.rule)")), findings)
            self.assertEqual(sum(int(text.split()[0]) for text in self.texts(".time-line .disc title")), sum(findings.values()))
            self.assertEqual(self.texts(".time-line .tick.y"), self.texts(".rules tbody th"))
            self.assertEqual([int(text.split()[0]) for text in self.texts(".verdict li")], list(lines[-1]["findings"][name] for name in ("error", "warning", "note")))

    def test_marked_octets(self):
        self.show(TESTDATA / "violations.pcap", options=("--select", "IPIP105"))
        self.assertEqual(self.texts("article mark"), ["00 00", "40 00"])
        self.assertEqual(self.texts("article .octets code"), ["45 00 00 42 12 39 00 00 40 04 05 62 ac 10 05 7e ac 10 05 7f", "45 00 00 2e 12 38 40 00 40 11 e8 5e 0a 0a 64 0a 0a 0a c8 0a"])

    def test_command(self):
        self.show(TESTDATA / "toobig.pcapng")
        commands = [json.loads(line).get("command") for line in run("tunnels", "--format", "jsonl", TESTDATA / "toobig.pcapng").stdout.splitlines()]
        self.assertEqual(self.texts(".command pre"), [command for command in commands if command])

    def test_icmp(self):
        self.show(TESTDATA / "toobig.pcapng")
        self.assertEqual(len(harness.tshark("-r", TESTDATA / "toobig.pcapng", "-Y", "icmp.type == 3 && icmp.code == 4 && icmp.mtu == 1400").stdout.splitlines()), 3)
        rows = [row.split("|") for row in self.browser.run("return [...document.querySelectorAll('.icmp tbody tr')].map(r => [...r.cells].map(c => c.innerText).join('|'))")]
        self.assertEqual([row[:5] for row in rows], [["about the tunnel packet", "fragmentation needed (ICMP 3/4), MTU 1400", "172.16.5.1", "172.16.5.126", "3"]])


class Text(Report):
    def test_hostile_names(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in HOSTILE:
                Path(folder, name).write_bytes(pcap([LOST_DF]))
            for captures in [[name] for name in HOSTILE] + [HOSTILE]:
                browser = self.show(*captures, cwd=folder)
                self.assertEqual(browser.run("return [document.scripts.length, document.images.length, typeof hacked, document.querySelectorAll('h1').length]"), [1, 0, "undefined", 1])
                self.assertEqual(len(set(browser.run("return [...document.querySelectorAll('article')].map(a => a.dataset.file)"))), len(captures))
                for shown in self.texts("h1" if len(captures) == 1 else ".captures li"):
                    self.assertNotRegex(shown.strip(), "[\x00-\x1f\u202e\ufffd]")
                self.assertEqual(browser.complaints(), [])

    def test_nothing_is_loaded(self):
        browser = self.show(TESTDATA / "violations.pcap")
        self.assertEqual(browser.run("return performance.getEntriesByType('resource').map(e => e.name)"), [])
        self.assertIn("default-src 'none'", browser.run("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content"))
        self.assertRegex(browser.run("return fetch('data:,x').then(() => 'sent', error => 'refused')"), "refused")
        self.assertIn("Content Security Policy", " ".join(browser.complaints()))
        self.assertEqual(browser.run("return [...document.querySelectorAll('[src], link, iframe, object, embed')].length"), 0)

    def test_no_complaint(self):
        for capture in ("violations.pcap", "toobig.pcapng", "erspan.pcap", "lab.pcapng"):
            self.assertEqual(self.show(TESTDATA / capture).complaints(), [])

    def test_copy(self):
        browser = self.show(TESTDATA / "toobig.pcapng")
        for outcome, label in (("Promise.resolve()", "Copied"), ("Promise.reject()", "Selected")):
            browser.run("copied = null; Object.defineProperty(navigator, 'clipboard', {configurable: true, value: {writeText: text => { copied = text; return %s; }}})" % outcome)
            browser.click("button.copy")
            self.assertRegex(browser.run("return document.querySelector('button.copy').textContent"), label)
            self.assertEqual(browser.run("return copied"), browser.run("return document.querySelector('.command pre').textContent"))
        self.assertEqual(browser.run("return getSelection().toString()"), browser.run("return copied"))

    def test_without_scripts(self):
        page = report(self.folder.name, TESTDATA / "toobig.pcapng")
        with webdriver.Browser(has_scripts=False) as browser:
            browser.open(page)
            shown = browser.run("return document.body.innerText")
            for text in ("IPIP306", "path MTU 1400", "ip tunnel add tun0", "Top inner flows"):
                self.assertIn(text, shown)
            self.assertEqual(browser.run("return [...document.querySelectorAll('button')].filter(b => b.checkVisibility()).length"), 0)
            browser.click(".explanation summary")
            self.assertIn("What the standard says", browser.run("return document.body.innerText"))


# What a script of axe's kind looks at, and that is not seen in a picture.
CONTRASTS = """
const channels = text => text.match(/[\\d.]+/g).map(Number), canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
const rgba = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
const back = e => { for (; e; e = e.parentElement) { const color = rgba(getComputedStyle(e).backgroundColor); if (color[3] == 255) return color; } return [255, 255, 255, 255]; };
const poor = new Set();
for (const e of document.querySelectorAll('body *')) {
  if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()) || ['SCRIPT', 'title', 'desc'].includes(e.tagName) || !e.checkVisibility()) continue;
  const style = getComputedStyle(e), [a, b] = [light(rgba(e instanceof SVGElement ? style.fill : style.color)), light(back(e))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) poor.add(e.tagName + '.' + e.getAttribute('class') + ' ' + ((a + .05) / (b + .05)).toFixed(2));
}
return [...poor];
"""


class ForAll(Report):
    CAPTURES = ("violations.pcap", "toobig.pcapng")

    def test_contrast(self):
        for capture in self.CAPTURES:
            browser = self.show(TESTDATA / capture)
            for scheme, media in (("light", ""), ("dark", ""), ("light", "print")):
                browser.media(scheme, media)
                browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
                self.assertEqual(browser.run(CONTRASTS), [], (capture, scheme, media))
        self.assertNotEqual(browser.run("return getComputedStyle(document.documentElement).backgroundColor"), "")

    def test_structure(self):
        browser = self.show(TESTDATA / "violations.pcap")
        self.assertEqual(browser.run("return [document.documentElement.lang, document.querySelectorAll('main').length, document.querySelectorAll('body > footer').length, "
                                     "document.querySelectorAll('nav[aria-label]').length]"), ["en", 1, 1, 1])
        self.assertTrue(browser.run("return document.title").startswith("Tunnels in "))
        levels = browser.run("return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => +h.tagName[1])")
        self.assertEqual(levels[0], 1)
        for before, level in zip(levels, levels[1:]):
            self.assertLessEqual(level, before + 1)
        self.assertEqual(browser.run("return [...document.querySelectorAll('svg')].filter(s => s.getAttribute('role') != 'img' || !s.getAttribute('aria-labelledby').split(' ')"
                                     ".every(id => document.getElementById(id) && document.getElementById(id).textContent)).length"), 0)
        self.assertEqual(browser.run("return [...document.querySelectorAll('th')].filter(th => !th.scope || !th.textContent.trim()).length"), 0)
        self.assertEqual(browser.run("const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.length - new Set(ids).size"), 0)
        self.assertEqual(browser.run("return [...document.querySelectorAll('a')].filter(a => !document.getElementById(a.getAttribute('href').slice(1)) || !a.textContent).length"), 0)
        self.assertEqual(browser.run("return [...document.querySelectorAll('[aria-labelledby]')].filter(e => e.getAttribute('aria-labelledby').split(' ').some(id => !document.getElementById(id))).length"), 0)

    def test_keyboard(self):
        browser = self.show(TESTDATA / "toobig.pcapng")
        expected = browser.run("return [...document.querySelectorAll('a, button, summary, [tabindex]')].filter(e => e.checkVisibility()).length")
        reached = set()
        for _ in range(expected):
            browser.press(TAB)
            where, outline = browser.run("const e = document.activeElement; return [[...document.querySelectorAll('*')].indexOf(e), getComputedStyle(e).outlineStyle]")
            self.assertEqual(outline, "solid")
            reached.add(where)
        self.assertEqual(len(reached), expected)

    def test_links_unfold(self):
        browser = self.show(TESTDATA / "violations.pcap", options=("--select", "IPIP117"))
        self.assertEqual(browser.run("return document.querySelector('.findings').open"), False)
        browser.run("location.hash = 'f1'; return new Promise(done => setTimeout(done, 100))")
        self.assertEqual(browser.run("return document.querySelector('.findings').open"), True)

    def test_unfold(self):
        browser = self.show(TESTDATA / "violations.pcap")
        for expected in (True, False):
            browser.click("button.unfold")
            self.assertEqual(browser.run("return [...document.querySelectorAll('.explanation')].every(e => e.open)"), expected)

    def test_print(self):
        browser = self.show(TESTDATA / "violations.pcap")
        browser.media(media="print")
        self.assertEqual(browser.run("return [...document.querySelectorAll('button, nav')].filter(b => b.checkVisibility()).length"), 0)
        self.assertEqual(browser.run("return [...document.querySelectorAll('.explanation p')].filter(p => p.getBoundingClientRect().height == 0).length"), 0)
        self.assertGreater(len(browser.call("POST", "/print")), 10000)

    def test_words_of_plots_are_whole(self):
        """A tick at the end of the axis has its words there, too: 1 s in milliseconds."""
        path = Path(self.folder.name, "second.pcap")
        path.write_bytes(pcap([LOST_DF, LOST_DF]))
        for capture in (path, TESTDATA / "violations.pcap", TESTDATA / "toobig.pcapng"):
            outside = self.show(capture).run("""
                document.querySelectorAll('details').forEach(d => d.open = true);
                return [...document.querySelectorAll('.plot svg')].flatMap(svg => [...svg.querySelectorAll('text')].filter(text => {
                    const box = svg.getBoundingClientRect(), own = text.getBoundingClientRect();
                    return own.right > box.right + 1 || own.left < box.left - 1 || own.bottom > box.bottom + 1 || own.top < box.top - 1;
                }).map(text => text.textContent))""")
            self.assertEqual(outside, [], capture)
            self.assertGreater(len(self.texts(".plot svg text")), 10)

    def test_narrow(self):
        browser = self.show(TESTDATA / "violations.pcap")
        browser.command("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True)
        try:
            self.assertLessEqual(browser.run("return document.documentElement.scrollWidth"), 360)
        finally:
            browser.command("Emulation.clearDeviceMetricsOverride")


if __name__ == "__main__":
    webdriver.skip_without_browser()
    harness.main()
