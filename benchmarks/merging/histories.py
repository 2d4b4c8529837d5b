"""Documents as people keep them, each with the edits of its history, written by hand.

Any two edits of a document may happen at the same time. An edit is a list of replacements of
texts that stand in the document once; a move takes a block away and puts it in elsewhere.
"""

from dataclasses import dataclass

Replacement = tuple[str, str]


@dataclass(frozen=True)
class Edit:
    kind: str
    """``change``, ``move`` or ``delete``."""
    replacements: tuple[Replacement, ...]


def change(find: str, by: str) -> Edit:
    return Edit("change", ((find, by),))


def delete(find: str) -> Edit:
    return Edit("delete", ((find, ""),))


def move(block: str, behind: str) -> Edit:
    return Edit("move", ((block, ""), (behind, behind + block)))


ANALYSIS = '''\
"""Monthly report of sales: reads the export, cleans it, prints a summary."""

import csv
import sys
from collections import defaultdict

EXPORT = "sales.csv"
REGIONS = ["north", "south", "east", "west"]


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def clean(rows):
    kept = []
    for row in rows:
        if not row["price"]:
            continue
        row["price"] = float(row["price"])
        row["pieces"] = int(row["pieces"])
        kept.append(row)
    return kept


def total(rows):
    return sum(row["price"] * row["pieces"] for row in rows)


def by_region(rows):
    found = defaultdict(list)
    for row in rows:
        found[row["region"]].append(row)
    return found


def show(title, rows):
    print(title)
    print("=" * len(title))
    for region, part in by_region(rows).items():
        print(f"{region}: {total(part):.2f}")
    print()


def main():
    rows = clean(read(EXPORT))
    show("Sales by region", rows)
    print("total", total(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''

ANALYSIS_EDITS = [
    change('"""Monthly report', '"""Weekly report'),
    change("cleans it, prints", "cleans it, sorts it, prints"),
    change("import csv\n", "import csv\nimport logging\n"),
    change('EXPORT = "sales.csv"', 'EXPORT = "exports/sales.csv"'),
    change('"north", "south"', '"north", "north-east", "south"'),
    change('"east", "west"]', '"east", "far west"]'),
    change("with open(path) as file", 'with open(path, encoding="utf-8") as file'),
    change("return list(csv", "return sorted(csv"),
    change('if not row["price"]:', 'if not row["price"] or row["price"] == "n/a":'),
    change('float(row["price"])', 'round(float(row["price"]), 2)'),
    change('int(row["pieces"])\n', 'int(row["pieces"] or 1)\n        row["checked"] = True\n'),
    change("def total(rows):\n", 'def total(rows):\n    """Price times pieces, in euros."""\n'),
    change("    found = defaultdict(list)", "    found: dict[str, list] = defaultdict(list)"),
    change('row["region"]].append', 'row["region"].lower()].append'),
    change(":.2f}", ":,.2f}"),
    change('print("=" * len(title))', 'print("-" * len(title))'),
    change('"Sales by region", rows', '"Sales of the month by region", rows'),
    change('by region", rows', 'by region", rows[:100]'),
    change('print("total", total(rows))', 'print("in all", total(rows), "EUR")'),
    change('print("total"', 'print("sum"'),
    change("    return 0\n", "    log(rows)\n    return 0\n"),
    change("total(rows))\n", "total(rows))\n    print(len(rows))\n"),
    delete("    print()\n"),
    delete('        if not row["price"]:\n            continue\n'),
    delete('REGIONS = ["north", "south", "east", "west"]\n'),
    move(
        'def total(rows):\n    return sum(row["price"] * row["pieces"] for row in rows)\n\n\n',
        "        return list(csv.DictReader(file))\n\n\n",
    ),
    move("import sys\n", '"""\n\n'),
]

GUIDE = """\
# Measuring station

The station measures temperature, wind and rain, and sends a reading every ten minutes.

## Set up

1. Mount the mast where nothing shades it.
2. Connect the sensor to the red socket.
3. Switch on the box; the lamp blinks twice.

If the lamp stays dark, check the fuse first.

## Readings

| column | meaning | unit |
| --- | --- | --- |
| t | temperature | °C |
| w | wind | m/s |
| r | rain | mm |

Readings are kept for 30 days. Older ones are averaged per hour.

## Problems

- No readings: is the box online?
- Wind always zero: the cups may be frozen.
- Rain far too high: somebody watered the flowers.

## People

Ask Jürgen about the mast, and Zoë about the server. 💨
"""

GUIDE_EDITS = [
    change("# Measuring station", "# The measuring station on the roof"),
    change("measures temperature, wind", "measures temperature, pressure, wind"),
    change("every ten minutes", "every five minutes"),
    change("every ten minutes", "once in ten minutes"),
    change("1. Mount the mast", "1. Mount the mast upright"),
    change("nothing shades it", "no tree shades it"),
    change("red socket", "socket marked S1"),
    change("blinks twice", "blinks three times"),
    change("Switch on the box", "Switch on the grey box"),
    change("blinks twice.\n", "blinks twice.\n4. Wait a minute.\n"),
    change("check the fuse first", "check the fuse first, then the cable"),
    change("| t | temperature | °C |\n", "| t | temperature | °C |\n| p | pressure | hPa |\n"),
    change("| t | temperature | °C |", "| t | air temperature | °C |"),
    change("| w | wind | m/s |", "| w | wind | km/h |"),
    change("for 30 days", "for 90 days"),
    change("averaged per hour", "averaged per day"),
    change("is the box online?", "is the box online? Look at the lamp."),
    change("may be frozen", "may be frozen or loose"),
    change("watered the flowers.\n", "watered the flowers.\n- Odd times: set the clock.\n"),
    change("Ask Jürgen about", "Ask Jürgen or Håkon about"),
    change("Zoë about the server. 💨", "Zoë about the server. 👩\u200d💻"),
    delete("If the lamp stays dark, check the fuse first.\n\n"),
    delete("- Rain far too high: somebody watered the flowers.\n"),
    delete("| r | rain | mm |\n"),
    move(
        "- Wind always zero: the cups may be frozen.\n",
        "- Rain far too high: somebody watered the flowers.\n",
    ),
    move(
        "Readings are kept for 30 days. Older ones are averaged per hour.\n\n",
        "## Readings\n\n",
    ),
]

SETTINGS = """\
service:
  name: ingest
  port: 8080
  workers: 4
  log:
    level: info
    file: /var/log/ingest.log

database:
  host: db.example
  port: 5432
  name: readings
  pool: {min: 2, max: 10, wait: 5}

queues:
  - name: raw
    retries: 3
    timeout: 30
  - name: clean
    retries: 3
    timeout: 30
  - name: alerts
    retries: 5
    timeout: 10

features:
  charts: true
  export: true
  forecast: false
"""

SETTINGS_EDITS = [
    change("name: ingest\n", "name: ingest-2\n"),
    change("port: 8080", "port: 8081"),
    change("port: 8080", "port: 9000"),
    change("workers: 4", "workers: 8"),
    change("level: info", "level: debug"),
    change("/var/log/ingest.log", "/srv/log/ingest.log"),
    change("host: db.example", "host: db2.example"),
    change("port: 5432\n", "port: 5432\n  user: ingest\n"),
    change("name: readings", "name: readings_v2"),
    change("{min: 2, max", "{min: 4, max"),
    change("max: 10, wait", "max: 50, wait"),
    change("wait: 5}", "wait: 9}"),
    change("  - name: raw\n", "  - name: raw\n    durable: true\n"),
    change("name: alerts\n    retries: 5", "name: alerts\n    retries: 9"),
    change("timeout: 10\n", "timeout: 10\n  - name: mail\n    retries: 1\n    timeout: 60\n"),
    change("charts: true", "charts: false"),
    change("export: true", "export: csv"),
    change("forecast: false\n", "forecast: true\n"),
    change("forecast: false\n", "forecast: false\n  sharing: true\n"),
    change("forecast: false\n", "forecast: false\n  maps: true\n"),
    delete("    file: /var/log/ingest.log\n"),
    delete("  export: true\n"),
    delete("  - name: alerts\n    retries: 5\n    timeout: 10\n"),
    move("  charts: true\n", "  export: true\n"),
    move("  - name: alerts\n    retries: 5\n    timeout: 10\n", "queues:\n"),
]

LETTER = """\
Guten Tag zusammen,

die Auswertung für März ist fertig. Die Zahlen stehen im Notizbuch,
die Grafiken im Ordner daneben. שלום לכולם מהצוות בחיפה.

会議は木曜日です。資料を読んでください。

नमस्ते, बैठक गुरुवार को है।

Offene Punkte:
- Preise prüfen (Cafe\u0301 und Bäckerei)
- Region Süd fehlt 🇩🇪
- Text übersetzen 👩🏽\u200d🔬

Viele Grüße
Zoë
"""

LETTER_EDITS = [
    change("Guten Tag zusammen", "Liebe alle"),
    change("für März ist", "für April ist"),
    change("ist fertig", "ist fast fertig"),
    change("im Notizbuch", "im Notizbuch „Absatz“"),
    change("im Ordner daneben", "im Ordner „Bilder“"),
    change("שלום לכולם", "שלום וברכה לכולם"),
    change("בחיפה", "בירושלים"),
    change("木曜日です", "金曜日です"),
    change("資料を", "議題を"),
    change("बैठक गुरुवार", "बैठक शुक्रवार"),
    change("Preise prüfen", "Alle Preise prüfen"),
    change("Cafe\u0301 und", "Cafe\u0301s und"),
    change("fehlt 🇩🇪", "fehlt 🇦🇹"),
    change("Region Süd", "Region Süd-West"),
    change("übersetzen 👩🏽\u200d🔬", "übersetzen 👩🏿\u200d🔬"),
    change("👩🏽\u200d🔬\n", "👩🏽\u200d🔬\n- Termin suchen\n"),
    change("Viele Grüße", "Herzliche Grüße"),
    delete("- Region Süd fehlt 🇩🇪\n"),
    delete("नमस्ते, बैठक गुरुवार को है।\n\n"),
    move("- Preise prüfen (Cafe\u0301 und Bäckerei)\n", "- Region Süd fehlt 🇩🇪\n"),
]

HISTORIES: dict[str, tuple[str, list[Edit]]] = {
    "report.py": (ANALYSIS, ANALYSIS_EDITS),
    "station.md": (GUIDE, GUIDE_EDITS),
    "settings.yaml": (SETTINGS, SETTINGS_EDITS),
    "letter.txt": (LETTER, LETTER_EDITS),
}
