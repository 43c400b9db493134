"""Counts in the raw files of a status site what the records made of it must show. Shares no code with the converter.

Prints JSON: how many services, incidents and planned works there are, for each name that is no system's the number of
places that name it, and the entries that end before they begin, and those whose times nobody can read.
"""

import json
import os
import re
import sys
from datetime import datetime, timezone

PLANNED = r"(maintenance|upgrade|ugrade|migrat|browno|restart|reindex|operation|removal|version)"
TROUBLE = r"(outage|unavailable|unreachable|failed|incident|disrupt|expired|signing)"
WORD_START = r"(?<![^\W_])"


def slug(name):
    def joint(match):
        return match.group(0) if match.group(0) in (".", "-", "_") else "-"

    joined = re.sub(r"[^a-z0-9]+", joint, name.lower())
    return joined.strip(".-_")[:70].rstrip(".-_")


def plain(value):
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return value


def front_matter(path):
    with open(path, encoding="utf-8") as page:
        lines = page.read().split("\n")
    assert lines[0] == "---", path
    fields, names, open_list = {}, [], False
    for line in lines[1 : lines.index("---", 1)]:
        key = re.match(r"(\w+):(.*)$", line)
        item = re.match(r"\s*-\s+(.*)$", line)
        if key:
            fields[key.group(1)] = plain(key.group(2))
            open_list = key.group(1) == "affected"
        elif item and open_list:
            names.append(plain(re.sub(r"\s+#.*$", "", item.group(1))))
    return fields, names


def moment(text):
    """The instant, or None when it is not written as one."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)([+-]\d\d:\d\d)?", text)
    if not found:
        return None
    try:
        day, hours, offset = found.groups()
        at = datetime.fromisoformat(day + "T" + hours + (offset or "+00:00").replace("-00:00", "+00:00"))
        return at.astimezone(timezone.utc)
    except ValueError:
        return None


def main(root):
    with open(os.path.join(root, "systems.yml"), encoding="utf-8") as systems:
        after = systems.read().split("\nsystems:\n")[1]
    known = {slug(plain(name)) for name in re.findall(r"^- name: (.*)$", after, re.M)}
    counts = {"services": len(known), "incidents": 0, "changes": 0, "places": {}, "impossible": [], "unreadable": []}
    folder = os.path.join(root, "issues")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".md"):
            continue
        stem = name[:-3]
        fields, names = front_matter(os.path.join(folder, name))
        title = fields["title"]
        words = re.search(WORD_START + PLANNED, title, re.I) or re.search(WORD_START + PLANNED, stem, re.I)
        planned = words and not re.search(WORD_START + TROUBLE, title, re.I)
        counts["changes" if planned else "incidents"] += 1
        for affected in map(slug, names):
            if affected not in known:
                # Planned work names it twice: in the change and in its window.
                counts["places"][affected] = counts["places"].get(affected, 0) + (2 if planned else 1)
        start, end = moment(fields["date"]), moment(fields["resolvedWhen"])
        if start is None or end is None:
            counts["unreadable"].append(slug(stem))
        elif end < start:
            counts["impossible"].append(slug(stem))
    json.dump(counts, sys.stdout, indent=1, sort_keys=True)


main(sys.argv[1])
