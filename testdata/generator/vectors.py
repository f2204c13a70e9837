# SPDX-License-Identifier: GPL-2.0-or-later
"""The vectors of all rules, from the folders of the rules: VECTORS has one a rule, VARIANTS further ones; see vector.py."""

import importlib.util
from pathlib import Path

RULES = Path(__file__).parent.parent.parent / "core" / "rules"

def load(path):
    """The module, under a name of its own."""
    spec = importlib.util.spec_from_file_location("vectors_%s" % path.parent.name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

FOLDERS = {path.parent.name: load(path) for path in sorted(RULES.glob("*/vectors.py"))}
VECTORS = dict(sorted(item for folder in FOLDERS.values() for item in folder.VECTORS.items()))
VARIANTS = sorted(
    (variant for folder in FOLDERS.values() for variant in getattr(folder, "VARIANTS", [])), key=lambda variant: variant[0])
ALL = [*VECTORS.items(), *VARIANTS]

def few_frames(most=8):
    """The vectors that trip a rule with few frames: packets of every kind, and no long streams."""
    return [vector for vector in VECTORS.values() if len(vector.fail) <= most]
