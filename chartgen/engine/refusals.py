"""Which charts a driver chart cannot carry."""

from __future__ import annotations

import re

from chartgen.engine import demands, driver
from chartgen.model import Chart

_WHOLE_VERSION = re.compile(
    rb"(?<!\bwith )(?<!\bwith \$)\.Capabilities\.KubeVersion\b(?!\.(?:Version|GitVersion|Major|Minor)\b)"
)
# What a driver cannot give to a template as Helm does.
_OUT_OF_REACH = (
    (re.compile(rb"\.Values\.(?:AsMap|Encode|PathValue|Table|YAML)\b"), "calls a method of .Values"),
    (_WHOLE_VERSION, "uses .Capabilities.KubeVersion whole"),
    (re.compile(rb"\.Chart\.KubeVersion\b"), "uses .Chart.KubeVersion"),
    (
        re.compile(rb"\b(?:(?:un)?set|\w*[mM]erge\w*)\s+\$?\.(?:Chart|Capabilities|Files)\b"),
        "changes what releases share",
    ),
)
_DEFINE = re.compile(rb"\{\{-?\s*(?:define|block)\s+[\"`]([^\"`]+)[\"`]")


def refusal(chart: Chart) -> str:
    """Why a driver cannot render this chart as Helm would; empty where it can."""
    if demands.dependencies(chart) or any(path.startswith("charts/") for path in chart.files):
        return "has dependencies"
    templates = {path: text for path, text in chart.files.items() if path.startswith("templates/")}
    if any(driver.claims(path) or driver.NAME.encode() in text for path, text in templates.items()):
        return "uses the driver's own names"
    defined = [name for text in templates.values() for name in _DEFINE.findall(text)]
    defined += [f"{chart.name}/{path}".encode() for path in templates]
    if len(set(defined)) < len(defined):
        return "defines a template twice, so that the order of files matters"
    return next((why for text in templates.values() for use, why in _OUT_OF_REACH if use.search(text)), "")
