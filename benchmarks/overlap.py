"""What a thousand random linear forms share: drawn by chance alone, and drawn least shown first."""

from __future__ import annotations

import random
from collections import Counter

from benchmarks.report import table
from sanggar.measurement.forms import Candidate, draw, overlap

FORMS = 1000
BLUEPRINT = {
    ("A", "know"): 6,
    ("A", "apply"): 4,
    ("B", "know"): 3,
    ("B", "analyse"): 7,
    ("C", "apply"): 20,
}
SIZES = {
    ("A", "know"): 30,
    ("A", "apply"): 12,
    ("B", "know"): 9,
    ("B", "analyse"): 28,
    ("C", "apply"): 120,
}
CELLS = {f"{u}-{b}-{i:03}": (u, b) for (u, b), n in SIZES.items() for i in range(n)}
#: people who begin before the counts of the others are known
TOGETHER = (1, 20)
#: within this much of what is possible
GOAL = 0.01


def by_chance(seed: int) -> list[str]:
    """Draw each cell at random."""
    rng = random.Random(seed)
    return [i for cell, n in BLUEPRINT.items() for i in rng.sample([k for k, c in CELLS.items() if c == cell], n)]  # fmt: skip


def forms(together: int) -> tuple[Counter[str], int]:
    """Draw the forms; return how often each item was shown and how many forms missed the blueprint."""
    shown: Counter[str] = Counter()
    wrong = 0
    for start in range(0, FORMS, together):
        known = [Candidate(i, cell, shown[i]) for i, cell in CELLS.items()]
        for number in range(start, min(start + together, FORMS)):
            form = draw(BLUEPRINT, known, number)
            wrong += Counter(CELLS[i] for i in form) != Counter(BLUEPRINT)
            shown.update(form)
    return shown, wrong


def run() -> int:
    """Print the table; return the number of missed goals."""
    size = sum(BLUEPRINT.values())
    least = sum(n * n / SIZES[cell] for cell, n in BLUEPRINT.items()) / size
    most = max(n / SIZES[cell] for cell, n in BLUEPRINT.items())
    rows = []
    chance: Counter[str] = Counter(i for seed in range(FORMS) for i in by_chance(seed))
    tries = [("by chance alone", chance, 0)]
    tries += [(f"least shown first, {n} at a time", *forms(n)) for n in TOGETHER]
    for name, shown, wrong in tries:
        share, largest = overlap(shown.values(), FORMS), max(shown.values()) / FORMS
        met = wrong == 0 and share <= least * (1 + GOAL) and largest <= most + GOAL
        said = "" if name.startswith("by chance") else ("ok" if met else "missed")
        rows.append(
            [name, wrong, f"{share:.4f}", f"{least:.4f}", f"{largest:.3f}", f"{most:.3f}", said]
        )
    headers = ("1,000 forms", "off the blueprint", "mean overlap", "least possible", "largest exposure", "least possible", "")  # fmt: skip
    return table(headers, rows)
