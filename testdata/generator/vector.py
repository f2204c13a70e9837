# SPDX-License-Identifier: GPL-2.0-or-later
"""What a vector of a rule is: packets that trip the rule, the nearest ones that don't, and some that leave it in doubt.

The vectors lie with the rules, in core/rules/*/vectors.py: VECTORS has one for each rule of the folder, VARIANTS further
ones, as (rule, vector): other severities, limits, what must stay silent. vectors.py collects them.
"""

from dataclasses import dataclass, field

from tunnel_packets import A, B, partial

NEVER = ()  # `unknown` of a rule that can always tell where it applies
ENTRY = ["--vantage", "entry"]
STRICT = ["--profile", "strict-rfc2003"]
SITE = ["--site", "10.2.0.0/16"]
TUNNEL = "[tunnel %s %s]\n" % (A, B)  # a section of the policy file
TUNNEL6 = "[tunnel 2001:470:1::1 2001:470:2::1]\n"  # of the tunnel over IPv6 in tunnel_kinds.py

@dataclass
class Vector:
    """Each case is a list of frames; the verdict is that on the last one. `clean` differs from `fail` in the decisive field only.

    What is None is in other vectors of the rule.
    """
    fail: list
    clean: list
    unknown: list = None
    args: list = field(default_factory=list)  # options of `ipip check`
    severity: str = None  # where it is not the rule's usual one
    scope: str = None  # "tunnel": reported once for each tunnel direction
    link_type: int = 1
    captured: int = None  # cuts every frame
    config: str = None  # the policy file
    earlier: tuple = ()  # frames of `fail` before the last one that have a finding as well
    unknown_args: list = None  # where `unknown` needs others than `args`
    at: int = None  # the frame of the finding, where it is not the last one
    count: int = 1  # of what is reported once for each tunnel direction
    is_late: bool = False  # the finding is known only when the capture has ended
    kind: str = None  # of the tunnel, where the vector is about another one than IPv4 in IPv4
    verb: str = "check"  # that judges it
    habit: tuple = None  # frames of a habit that goes on after it is reported, and how many of them show it

def silent(rule, frames, args=(), config=None):
    return rule, Vector(fail=None, clean=frames, args=list(args), config=config)

def doubtful(rule, frames):
    return rule, Vector(fail=None, clean=None, unknown=frames)

def profile(name):
    return ["--profile", name]

def of_first_fragments(vectors, *numbers):
    """These rules judge the first fragment, too, if the others never come."""
    for number in numbers:
        rule = "IPIP%d" % number
        vector = vectors[rule]
        yield rule, Vector(
            fail=partial(vector.fail), clean=partial(vector.clean), args=vector.args, severity=vector.severity)
