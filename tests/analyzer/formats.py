# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads each format of `check` back: what it has on each finding, in the same words for all."""

import csv
import html.parser
import io
import json
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree
from collections import namedtuple

Row = namedtuple("Row", "file frame rule severity")

FORMATS = ("text", "jsonl", "sarif", "junit", "github", "gitlab", "csv", "markdown", "html")
GITLAB = {"info": "note", "major": "warning", "critical": "error"}
GITHUB = {"notice": "note", "warning": "warning", "error": "error"}


def raw(shown):
    """What printable() made of a name."""
    named = {"n": b"\n", "t": b"\t", "r": b"\r", "\\": b"\\"}

    def octets(match):
        text = match[1]
        if text in named:
            return named[text].decode()
        return chr(int(text[1:], 16)) if text[0] in "uU" else bytes.fromhex(text[1:]).decode("utf-8", "surrogateescape")

    return re.sub(r"\\([ntr\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})", octets, shown)


def frame_of(text):
    return int(re.search(r"frame (\d+)", text)[1])


def text(output):
    return [Row(raw(first or of_tunnel), int(frame or tunnel_frame), rule, severity)
            for severity, rule, first, frame, of_tunnel, tunnel_frame in re.findall(
                r"(?m)^(error|warning|note) (IPIP\d+) \S+: (?:(?!tunnel )(\S*) frame (\d+)|tunnel [^,]*,(?:\s+[^,]*,)?\s+first\s+(\S+) frame (\d+))", output)]


def jsonl(output):
    lines = map(json.loads, output.splitlines())
    return [Row(line["file"], line["frame"], line["rule"], line["severity"]) for line in lines if line["type"] == "finding"]


def sarif(output):
    run = json.loads(output)["runs"][0]
    rows = []
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        rows.append(Row(urllib.parse.unquote(uri.removeprefix("file://"), errors="surrogateescape"),
                        frame_of(location["logicalLocations"][0]["name"]), result["ruleId"], result["level"]))
    return rows


def junit(output):
    rows = []
    for suite in ElementTree.fromstring(output):
        for case in suite:
            rule = case.get("name").split()[0]
            for failure in case.iter("failure"):
                rows.append(Row(raw(case.get("classname")), frame_of(failure.get("message")), rule, failure.get("type")))
            for lines in case.iter("system-out"):
                for severity, words in re.findall(r"(?m)^(error|warning|note): (.*)", lines.text or ""):
                    rows.append(Row(raw(case.get("classname")), frame_of(words), rule, severity))
    return rows


def github(output):
    rows = []
    for command, properties, data in re.findall(r"(?m)^::(\w+) (.*?)::(.*)$", output):
        values = dict(pair.split("=", 1) for pair in properties.split(","))
        if "file" in values:
            rows.append(Row(raw(urllib.parse.unquote(values["file"])), frame_of(data), values["title"].split()[0], GITHUB[command]))
    return rows


def gitlab(output):
    return [Row(issue["location"]["path"], issue["location"]["lines"]["begin"], issue["check_name"], GITLAB[issue["severity"]])
            for issue in json.loads(output)]


def plain(cell):
    """A cell without what keeps it from being a formula."""
    return cell[1:] if cell[:1] == "'" else cell


def csv_rows(output):
    return list(csv.DictReader(io.StringIO(output, newline="")))


def of_csv(output):
    return [Row(raw(plain(row["file"])), int(row["frame"]), row["rule"], row["severity"]) for row in csv_rows(output)]


def markdown_cells(line):
    """As GFM splits a row: at each | that is not escaped."""
    return [cell.strip() for cell in re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]]


def markdown(output):
    rows = []
    for line in output.split("\n"):
        if re.match(r"\| (error|warning|note) \|", line):
            severity, rule, where = markdown_cells(line)[:3]
            fence = re.match("`+", where)[0]
            name, place = re.match(r"%s (.*) %s (.*)$" % (fence, fence), where).groups()
            rows.append(Row(raw(name.replace("\\|", "|")), frame_of(place), rule.split()[0], severity))
    return rows


class Articles(html.parser.HTMLParser):
    """The findings of a page, by the attributes of their articles, with their text; and all elements that there are."""

    def __init__(self, output):
        super().__init__()
        self.rows, self.texts, self.elements = [], [], []
        self.feed(output)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.elements.append((tag, values))
        if tag == "article":
            self.rows.append(Row(raw(values["data-file"]), int(values["data-frame"]), values["data-rule"], values["data-severity"]))
            self.texts.append("")

    def handle_data(self, data):
        if self.texts:
            self.texts[-1] += data


def page(output):
    articles = Articles(output)
    for row, text in zip(articles.rows, articles.texts):
        assert frame_of(text) == row.frame, text
    return articles.rows


READERS = dict(zip(FORMATS, (text, jsonl, sarif, junit, github, gitlab, of_csv, markdown, page)))


def rows(format, output):
    return sorted(READERS[format](output))
