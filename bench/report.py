"""The bench's figures for people (a table), for programs (JSON) and for the README (a bar chart in SVG)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

CUT = 20  # bars of greater figures are not drawn to scale
PAGE = Path(__file__).with_name("page.md")


class Row(NamedTuple):
    """One claim: a figure, what it is a multiple of, and its target (None where there is none)."""

    name: str
    figure: float
    unit: str
    target: float | None
    is_upper: bool = True

    @property
    def verdict(self) -> str:
        """Say whether the target is met, and by how much it is not."""
        if self.target is None:
            return ""
        is_met = self.figure <= self.target if self.is_upper else self.figure >= self.target
        sign = "≤" if self.is_upper else "≥"
        return f"{sign} {self.target:g} {'met' if is_met else 'MISSED'}"


def table(rows: list[Row]) -> str:
    """Return the rows as aligned text."""
    width = max(len(row.name) for row in rows)
    return "\n".join(f"{row.name:<{width}}  {row.figure:8.2f} {row.unit:<8} {row.verdict}" for row in rows)


def write(rows: list[Row], notes: dict[str, object], directory: Path) -> None:
    """Write bench.json, bench.svg and the page that shows both to people."""
    document = {**notes, "rows": [{**row._asdict(), "verdict": row.verdict} for row in rows]}
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "bench.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    (directory / "bench.svg").write_text(chart([row for row in rows if row.unit == "× curl"]))
    (directory / "bench.md").write_text(page(rows, notes))


def page(rows: list[Row], notes: dict[str, object]) -> str:
    """Return the page for docs/explanation."""
    lines = [f"| {row.name} | {row.figure:.2f} {row.unit} | {row.verdict} |" for row in rows]
    return PAGE.read_text().format(rows="\n".join(lines), **notes)


def chart(rows: list[Row]) -> str:
    """Draw horizontal bars; one that is far longer than all others is cut."""
    longest = max(row.figure for row in rows if row.figure <= CUT)
    scale = 390 / longest
    height = 26 * len(rows) + 34
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{height}">',
        '<g font-family="sans-serif" font-size="13">',
        f'<rect width="720" height="{height}" fill="#ffffff"/>',
        '<text x="8" y="18">start with one secret, as a multiple of curl fetching it (less is better)</text>',
    ]
    for number, row in enumerate(rows):
        y = 30 + 26 * number
        color = "#2f6f4f" if row.name.startswith("vexec") else "#9aa5a0"
        width = max(min(row.figure, longest * 1.08) * scale, 1)
        cut = " (cut)" if row.figure > longest else ""
        lines.append(f'<text x="8" y="{y + 14}">{row.name.partition(":")[0]}</text>')
        lines.append(f'<rect x="190" y="{y}" width="{width:.0f}" height="18" fill="{color}"/>')
        lines.append(f'<text x="{196 + width:.0f}" y="{y + 14}">{row.figure:.1f}{cut}</text>')
    return "\n".join([*lines, "</g></svg>", ""])
