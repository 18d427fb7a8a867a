"""What an item costs to ask: a price that rises when it is asked too often and falls when too seldom.

A hard limit ("this item is asked enough, skip it") drops the best items for people drawn by lot and
lengthens every test. A price lets them be asked where nothing else measures as well: an item is
chosen when its information, less its price, is the largest. The price of item i after T tests is

    max(0, high_i + rate (n_i - 0.97 ceiling T)) - max(0, low_i + 5 rate (floor T - n_i))

with n_i the number of tests that asked it. These are the multipliers of the linear programme "fewest
items, so much information for everybody, every exposure between floor and ceiling", followed by
stochastic subgradient steps: each test moves a price by `rate` times its surplus. So counts are all a
site must keep, and counts a little old do little harm. `high` and `low` come from a simulation
(`simulate.settle`), so that the first people of a new bank are already asked in turns.

Sources: van der Linden & Veldkamp (2004), Journal of Educational and Behavioral Statistics 29,
273-291 (control by counts that are updated with every test); Talluri & van Ryzin (1998), Management
Science 44, 1577-1593 (multipliers as prices of scarce goods); Neely (2010), Stochastic Network
Optimization, chapter 4 (surplus counts as prices).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: prices keep the most asked items at this part of the ceiling, so that chance stays below it
AIM = 0.97
FIRST, EARLY = 10.0, 200.0
#: a floor is so much lower than a ceiling that its price must move in longer steps
SELDOM = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How often items may and should be asked, as shares of tests.

    `ceiling` 1 switches the control off, `floor` 0 the care for items nobody asks. `rate` is how far
    one test moves a price, in units of the information a test's last item brings.
    """

    ceiling: float = 0.30
    floor: float = 0.001
    rate: float = 0.02

    def __post_init__(self) -> None:
        if not 0 <= self.floor < self.ceiling <= 1:
            raise ValueError(f"a floor of {self.floor:g} and a ceiling of {self.ceiling:g}")
        if self.rate < 0:
            raise ValueError(f"a rate of {self.rate:g} is below 0")


#: No control at all: the most informative item, always.
FREE = Limits(ceiling=1.0, floor=0.0, rate=0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """How often each item was asked, and the prices a simulation found.

    Attributes
    ----------
    asked : ndarray, shape (items,)
        Number of tests that asked the item, in the window that is looked at (say the last 1,000).
    tests : ndarray, shape (items,)
        Number of tests begun in that window since the item joined the bank.
    high, low : ndarray, shape (items,)
        Prices to begin with, from `simulate.settle`; 0 where none was run.
    """

    asked: Floats
    tests: Floats
    high: Floats
    low: Floats

    @classmethod
    def of(
        cls,
        asked: npt.ArrayLike,
        tests: npt.ArrayLike,
        high: npt.ArrayLike = 0.0,
        low: npt.ArrayLike = 0.0,
    ) -> Use:
        """Return the use of a bank from counts; a single number holds for every item.

        Raises
        ------
        ValueError
            When a count is negative or the shapes do not fit.
        """
        count = np.asarray(asked, dtype=np.float64)
        rows = [
            np.array(np.broadcast_to(np.asarray(v, dtype=np.float64), count.shape))
            for v in (count, tests, high, low)
        ]
        if any((row < 0).any() for row in rows):
            raise ValueError("a count or price is below 0")
        return cls(*rows)

    @classmethod
    def fresh(cls, items: int) -> Use:
        """Return the use of a bank nobody has been asked from."""
        return cls.of(np.zeros(items), 0.0)

    def after(self, asked: npt.ArrayLike, tests: float) -> Use:
        """Return the use when so many more tests asked each item so often."""
        return Use.of(self.asked + np.asarray(asked), self.tests + tests, self.high, self.low)

    def prices(self, limits: Limits) -> Floats:
        """Return the price of every item; negative for items that are asked too seldom.

        Parameters
        ----------
        limits : Limits

        Returns
        -------
        ndarray, shape (items,)
            In units of the information a test's last item brings (see `adaptive.Pool`).
        """
        # shares of few tests swing: until `EARLY` tests a price follows the share, then the count
        rate = limits.rate * EARLY / np.clip(self.tests, FIRST, EARLY)
        dear = self.high + rate * (self.asked - AIM * limits.ceiling * self.tests)
        cheap = self.low + SELDOM * limits.rate * (limits.floor * self.tests - self.asked)
        high = np.maximum(0.0, dear) if limits.ceiling < 1 else np.zeros_like(dear)
        low = np.maximum(0.0, cheap) if limits.floor > 0 else np.zeros_like(cheap)
        return np.asarray(high - low)
