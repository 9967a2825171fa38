# SPDX-License-Identifier: BSD-2-Clause
"""A picture of the results, drawn by gnuplot."""

import shutil
import subprocess
import textwrap

# Parts that compare tunnels, and their columns: a panel for each.
PANELS = [("throughput", "MB/s", "bytes a second"),
          ("throughput", "s/GB", "processor time of a byte"),
          ("connections", "per second", "connections and requests a second"),
          ("connections", "µs each", "processor time of each"),
          ("memory", "kB each", "memory of an idle connection")]
GROWTH = "of µs a connection", "of µs a request"
BASE = "ssh -L"
HIDDEN = "direct", BASE     # no tunnel; 1 by definition
COLOURS = {"stunnel": "#999999", "haproxy": "#56b4e9",
           "bare relay": "#f0e442", "adit": "#d55e00"}


def panel(figures, column, title, number):
    """Bars for each figure and tunnel, as ratios to ssh -L; the median, and
    least and most as a line."""
    names = [name for name in figures[0]["values"] if name not in HIDDEN]
    lines = []
    for figure in figures:
        base = figure["values"][BASE][column][0]
        cells = []
        for name in names:
            of = figure["values"].get(name, {}).get(column)
            cells += [f"{v / base:.4g}" for v in of] if of else ["NaN"] * 3
        label = "\\n".join(textwrap.wrap(figure["title"], 15))
        lines.append(f'"{label}" ' + " ".join(cells))
    plots = ", ".join(
        f"$d{number} using {2 + 3 * i}:{3 + 3 * i}:{4 + 3 * i}"
        f'{":xtic(1)" if not i else ""} title "{name}"'
        f' lc rgb "{COLOURS[name]}"' for i, name in enumerate(names))
    return (f"$d{number} << EOD\n" + "\n".join(lines) + "\nEOD\n"
            f'set title "{title}, {BASE} = 1"\nplot {plots}, '
            "1 with lines dt 2 lc black notitle\n")


def growth(figure, number):
    """Lines: what one costs, with more and more beside it."""
    lines = []
    for name, of in figure["values"].items():
        cells = [f"{v:.4g}" for head in GROWTH for v in of[head]]
        lines.append(name.replace(",", "") + " " + " ".join(cells))
    plots = ", ".join(
        f"$d{number} using 1:{2 + 3 * i}:{3 + 3 * i}:{4 + 3 * i}"
        f' with yerrorlines title "{head.replace("of µs ", "")}"'
        for i, head in enumerate(GROWTH))
    return (f"$d{number} << EOD\n" + "\n".join(lines) + "\nEOD\n"
            "set logscale x\nset xtics auto\nset yrange [0:*]\n"
            'set title "processor time of one, with so many open, 1 open = 1"'
            f"\nplot {plots}\n")


def script(parts, path):
    panels = []
    for part, column, title in PANELS:
        figures = [f for f in parts.get(part, [])
                   if f["values"] and BASE in f["values"]]
        if figures:
            panels.append(panel(figures, column, title, len(panels)))
    panels += [growth(f, len(panels)) for f in parts.get("growth", [])]
    return panels and (
        f'set terminal svg size 1000,{340 * len(panels)} font "sans,11"'
        f' background "white"\nset output "{path}"\nset encoding utf8\n'
        f"set multiplot layout {len(panels)},1\n"
        "set style data histograms\nset style fill solid 0.7\n"
        "set style histogram errorbars gap 1 lw 1\nset key outside right\n"
        "set bmargin 6\nset grid ytics\nset yrange [0:*]\n" + "".join(panels))


def draw(parts, path):
    text = script(parts, path)
    if not text or not shutil.which("gnuplot"):
        print("# no picture: there is", "nothing to draw" if not text
              else "no gnuplot here")
        return
    subprocess.run(["gnuplot"], input=text, text=True, check=True)
