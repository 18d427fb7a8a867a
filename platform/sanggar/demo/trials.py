"""A field trial of the banks, as a new platform would hold one: people answer, items are calibrated.

The trial's answers come from the same model as the demo's exams; the parameters come from the real
calibration of these answers, never from the model itself. So the demo's adaptive exams run on a
calibrated bank from the first day.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sanggar.assessments import grading
from sanggar.assessments import service as assessments
from sanggar.demo.dice import Dice, moment
from sanggar.demo.exams import Bank
from sanggar.demo.world import World
from sanggar.kernel import registry
from sanggar.measurement import calibration
from sanggar.measurement.responses import Responses
from sanggar.plugin.items import Item
from sanggar.plugin.track import Track

#: people who took part in the trial of each track
PEOPLE = 500
#: people simulated to settle with which prices adaptive exams begin
SIMULATED = 500


def calibrate(world: World) -> None:
    """Calibrate the bank of every track and settle the prices of its adaptive exams."""
    bank = Bank(world)
    for track in world.tracks.values():
        items = [item for item in track.items if _gradable(item)]
        found = _trial(track, items, bank, world.dice(f"trial-{track.id}"))
        assessments.store_calibrations([
            {
                "track": track.id, "item_id": one.name,
                "item_version": track.items_by_id[one.name].version, "model": "2pl", "a": one.a,
                "b": one.b[0], "c": one.c, "se_a": one.se_a, "se_b": one.se_b[0],
                "answers": one.answers, "at": moment(world.start, 9),
            }
            for one in found.items
        ])  # fmt: skip
        assessments.settle_prices(track, SIMULATED)


def _gradable(item: Item) -> bool:
    return not registry.current().question_types[item.type].judged


def _trial(track: Track, items: list[Item], bank: Bank, dice: Dice) -> calibration.Calibration:
    """Return the calibration of everybody's answers to every item."""
    rows: list[list[Any]] = []
    known = [bank.of(track.id, grading.deal(item, dice)) for item in items]
    for _person in range(PEOPLE):
        ability = dice.gauss(0, 1)
        rows.append([float(dice.random() < one.odds(ability)) for one in known])
    table = Responses.of(np.array(rows), [item.id for item in items])
    return calibration.calibrate(table, "2pl", prior="auto", drop_weak=True)
