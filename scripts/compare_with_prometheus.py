#!/usr/bin/env python3
"""Compares the rates of every counter as Prometheus computes them with those of /api/v1/query?fn=rate.

    scripts/compare_with_prometheus.py http://localhost:5080 http://localhost:9090 5m

Prometheus has to have scraped the collector's /metrics for longer than the window (docs/prometheus.md has its settings). Every
counter that has at least two readings in the window is compared twice:

as it is       rate(x[window]) against the query of the same window. They differ for two reasons: at the left edge Prometheus
               begins with the first reading inside and the query with the last one before; and rate() spreads what it saw over
               the window, up to its edges where a reading is near, and no further than half an interval where none is.
same readings  the slope between the first and the last reading that Prometheus has in the window, resets counted as rate() does,
               against the query that begins and ends with the same two readings. These have to be the same number, but for counters
               that were not read for more than three intervals: what they did meanwhile counts nowhere for the query (`gaps` in its
               answer), and as if nothing were missing for Prometheus.

The exit code is 0 when every counter has a partner and agrees over the same readings to a millionth.
"""

import argparse
import json
import pathlib
import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
from datetime import datetime, timezone

NAMES = pathlib.Path(__file__).resolve().parent.parent / "src/MetricsCollector/Exposition/exporter_names.txt"
SECONDS = {"s": 1, "m": 60, "h": 3600}
EXACT = 1e-6


def get(base, path, **parameters):
    """The JSON at an address."""
    with urllib.request.urlopen(f"{base.rstrip('/')}{path}?{urllib.parse.urlencode(parameters)}", timeout=60) as answer:
        return json.load(answer)


def pairs(text):
    return dict(pair.split(":", 1) for pair in text.split(",") if pair)


def names_of_exporter():
    """What exporter_names.txt says, by metric and field."""
    names = {}
    for line in NAMES.read_text().splitlines():
        words = line.split("#")[0].split()
        if len(words) >= 3:
            options = dict(option.partition("=")[::2] for option in words[3:])
            names.setdefault((words[0], words[1]), []).append((words[2], options))
    return names


def outside(labels, options):
    """The labels of a series as /metrics shows them."""
    kept = options["sum"].split(",") if "sum" in options else labels
    renamed = pairs(options.get("rename", ""))
    shown = {}
    for label, value in labels.items():
        if label in kept and value:
            shown[renamed.get(label, label)] = value.lower() if options.get("lower") == label else value
    return shown


def key(target, labels):
    return (target, frozenset(labels.items()))


def increase(values):
    """What a counter grew by; after a drop the new value counts, as for rate()."""
    return sum(later if later < earlier else later - earlier for earlier, later in zip(values, values[1:]))


def ours(collector, metric, field, start, end, options):
    """The rate of each series over one range, and what interrupted it, by its labels on /metrics."""
    answer = get(collector, "/api/v1/query", metric=metric, field=field, fn="rate", step="36500d", **{"from": iso(start), "to": iso(end)})
    rates = {}
    for series in answer["series"]:
        value = series["points"][0][1]
        if value is None or any(not series["labels"].get(needed) for needed in options.get("needs", "").split(",") if needed):
            continue
        place = key(series["target"], outside(series["labels"], options))
        before, interruption = rates.get(place, (0, ""))
        interruption = "reset" if series["resets"] else "gap" if series["gaps"] else interruption
        rates[place] = (before + value * float(options.get("scale", 1)), interruption)
    return rates


def iso(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def match(samples, labels):
    """The one of our series that a series of Prometheus is: it has our labels, and more that say where it was scraped and what describes it."""
    target = labels.get("target")
    found = [place for place in samples if place[0] == target and place[1] <= labels.items()]
    return max(found, key=lambda place: len(place[1]), default=None)


def difference(one, other):
    if one == other:
        return 0.0
    return abs(one - other) / max(abs(one), abs(other))


def compare(arguments, metric, field, name, options, end):
    window = int(arguments.window[:-1]) * SECONDS[arguments.window[-1]] * 1000
    selector = f'{{__name__="{name}"}}'
    at = f"{end / 1000:.3f}"
    raw = get(arguments.prometheus, "/api/v1/query", query=f"{selector}[{arguments.window}]", time=at)["data"]["result"]
    raw = [series for series in raw if len(series["values"]) >= 2]
    if not raw:
        return
    # rate() drops the name, so series are told apart by the rest of their labels.
    rated = get(arguments.prometheus, "/api/v1/query", query=f"rate({selector}[{arguments.window}])", time=at)["data"]["result"]
    rates = {frozenset(series["metric"].items()): float(series["value"][1]) for series in rated}
    asked = {}

    def ask(start, stop):
        if (start, stop) not in asked:
            asked[start, stop] = ours(arguments.collector, metric, field, start, stop, options)
        return asked[start, stop]

    whole = ask(end - window, end)
    for series in raw:
        labels = {label: value for label, value in series["metric"].items() if label != "__name__"}
        times = [round(float(instant) * 1000) for instant, _ in series["values"]]
        values = [float(value) for _, value in series["values"]]
        rate, slope = rates.get(frozenset(labels.items())), increase(values) / (times[-1] - times[0]) * 1000
        place = match(whole, labels)
        # Its usual distance between readings tells a series that began or ended within the window.
        usual = statistics.median(later - earlier for earlier, later in zip(times, times[1:]))
        partial = times[0] - (end - window) > 3 * usual or end - times[-1] > 3 * usual
        # What lies a millisecond before a range is the reading its first increase begins with.
        alike = ask(times[0] + 1, times[-1])
        like = alike.get(match(alike, labels))
        yield {
            "name": name,
            "labels": {label: labels[label] for label in sorted(labels) if label not in ("job", "instance", "exported_instance")},
            "readings": len(values),
            "interruption": (whole[place][1] if place else "") or ("only in a part of the window" if partial else ""),
            "rate": rate,
            "ours": whole[place][0] if place else None,
            "slope": slope,
            "like": like[0] if like else None,
        }


def tell(title, differences):
    if differences:
        within = sum(one <= 0.01 for one in differences)
        print(f"{title}: {within} of {len(differences)} within 1 % ({100 * within / len(differences):.1f} %), "
              f"median {100 * statistics.median(differences):.3g} %, greatest {100 * max(differences):.3g} %")
    else:
        print(f"{title}: none")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collector", help="address of the collector, such as http://localhost:5080")
    parser.add_argument("prometheus", help="address of Prometheus, such as http://localhost:9090")
    parser.add_argument("window", nargs="?", default="5m", help="length of the window, such as 90s, 5m (the default) or 1h")
    parser.add_argument("--all", action="store_true", help="show counters that stood still too")
    arguments = parser.parse_args()
    if not re.fullmatch(r"\d+[smh]", arguments.window):
        parser.error(f"'{arguments.window}' is no window; write 90s, 5m or 1h")

    # What is a scrape old both sides have.
    end = round(time.time() * 1000) - 30_000
    exporter = names_of_exporter()
    rows = []
    for metric in get(arguments.collector, "/api/v1/metrics")["items"]:
        for field in (field for field in metric["fields"] if field["kind"] == "counter"):
            own = f"pg_{metric['name']}_{field['name']}".removesuffix("_total") + "_total"
            for name, options in exporter.get((metric["name"], field["name"]), [(own, {})]):
                if "one" not in options:
                    rows += compare(arguments, metric["name"], field["name"], name, options, end)

    unmatched = [row for row in rows if None in (row["rate"], row["ours"], row["like"])]
    matched = [row for row in rows if row not in unmatched]
    moving = [row for row in matched if row["rate"] or row["ours"]]
    steady = [row for row in moving if not row["interruption"]]
    print(f"{'rate()':>14} {'ours':>14} {'differ':>9} {'same readings':>14}  counter")
    for row in sorted(matched if arguments.all else moving, key=lambda row: -difference(row["rate"], row["ours"])):
        labels = ",".join(f'{label}="{value}"' for label, value in row["labels"].items())
        print(f"{row['rate']:>14.6g} {row['ours']:>14.6g} {100 * difference(row['rate'], row['ours']):>7.3f} % {difference(row['slope'], row['like']):>14.2g}"
              f"  {row['name']}{{{labels}}}{' ' + row['interruption'] if row['interruption'] else ''}")
    print()
    print(f"{len(rows)} counters over {arguments.window} until {iso(end)}: {len(moving)} moved, {len(moving) - len(steady)} of them with a reset or a gap or only in a part of it, {len(unmatched)} without a partner")
    for row in unmatched:
        print(f"  without a partner: {row}")
    tell("rate() against the query", [difference(row["rate"], row["ours"]) for row in steady])
    tell("  of this, what rate() puts on top to fill the window", [difference(row["rate"], row["slope"]) for row in steady])
    tell("  of this, what lies at the left edge", [difference(row["slope"], row["ours"]) for row in steady])
    tell("rate() against the query, those that stood still too", [difference(row["rate"], row["ours"]) for row in matched if not row["interruption"]])
    alike = [difference(row["slope"], row["like"]) for row in matched if row["interruption"] != "gap"]
    inexact = sum(one > EXACT for one in alike)
    print(f"the slope between the same readings: {len(alike) - inexact} of {len(alike)} within {EXACT:g}, greatest difference {max(alike, default=0):.2g}")
    return 1 if inexact or unmatched or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
