"""A simulated market of briefs and talents, in which it is known who is good.

The generative model of the programme's planning (skill by level, reliability, acceptance, finishing,
ratings): an order can be judged here by what nobody knows outside, and neither sex nor hub has any
effect on quality, so that what an audit finds must be the ranking's own doing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanggar.rankers import newcomers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEVELS = (62.0, 74.0, 85.0)
#: certificates held (193, 126 and 22 of 341) and asked for
HELD, WANTED = (0.566, 0.369, 0.065), (0.30, 0.55, 0.15)
PRICES = (0.75, 1.0, 1.6)
UNITS, HUBS, DOMAINS = 5, 5, 5
#: standard error of an exam with a practical mark
ERROR = 4.5
PLACES, OFFERS, CAPACITY = 5, 3, 3
RATED = 0.71


@dataclass(frozen=True)
class Talents:
    """Who there is; arrays of shape (talents,), `skill` (talents, units).

    `score` is what an assessment says; everything but it, `level`, `hub` and `joined` is hidden from
    rankings. `quality` is the mean rating on time and without domain, uncut.
    """

    level: Ints
    skill: Floats
    reliable: Floats
    price: Floats
    hub: Ints
    domain: Ints
    score: Floats
    joined: Floats
    quality: Floats

    def __len__(self) -> int:
        return len(self.level)

    def best(self, share: float = 0.2) -> Flags:
        """Return who belongs to the best `share`."""
        return np.asarray(self.quality >= np.quantile(self.quality, 1 - share))


def people(seed: int, size: int = 120, days: float = 1095.0) -> Talents:
    """Draw talents; half are there at the beginning, the others join in the first two thirds."""
    rng = np.random.default_rng([seed, 1])
    level = rng.choice(3, size, p=HELD)
    skill = rng.normal(np.array(LEVELS)[level][:, None], 8.0, (size, UNITS)).clip(25, 97)
    reliable = rng.beta(8, 2, size)
    known = skill.mean(axis=1)
    z = (known - known.mean()) / known.std()
    quality = 3.65 + 0.55 * z + 1.3 * reliable - 0.5 * (0.45 * (1 - reliable) + 0.04)
    joined = np.where(rng.random(size) < 0.5, 0.0, rng.random(size) * days * 2 / 3)
    return Talents(
        level, skill, reliable, rng.lognormal(0, 0.25, size) * np.array(PRICES)[level],
        rng.integers(HUBS, size=size), rng.integers(DOMAINS, size=size),
        known + rng.normal(0, ERROR, size), joined, quality,
    )  # fmt: skip


@dataclass(frozen=True)
class State:
    """What a ranking knows of each talent; `free_at` is hidden: when each running work ends.

    Arrays of shape (talents,), `free_at` (talents, capacity); filled as the market plays.
    """

    talents: Talents
    placements: Floats
    rated: Floats
    total: Floats
    free_at: Floats

    @classmethod
    def of(cls, talents: Talents) -> State:
        """Return the state before the first brief."""
        placements, rated, total = (np.zeros(len(talents)) for _ in range(3))
        return cls(talents, placements, rated, total, np.zeros((len(talents), CAPACITY)))

    def load(self, day: float) -> Floats:
        """Return the number of running works."""
        return np.asarray((self.free_at > day).sum(axis=1), dtype=np.float64)


#: scores of all talents, from what is known
Policy = Callable[[State], Floats]
#: order of the eligible: (state, their numbers, their scores) -> numbers, best first
Arrange = Callable[[State, Ints, Floats], Ints]


@dataclass(frozen=True)
class Outcome:
    """What happened.

    Attributes
    ----------
    regret : float
        Mean over briefs of how much better the list could have been: expected quality of the one
        chosen from the best possible five, minus that of the five shown.
    reached : float
        Share of the best fifth that was hired at least once.
    placements : array, shape (talents,)
    exposure : array, shape (talents,)
        Sum of 1 / place over all lists.
    eligible : array, shape (talents,)
        Lists the talent could have stood in.
    """

    regret: float
    reached: float
    placements: Floats
    exposure: Floats
    eligible: Floats


def by_score(_state: State, who: Ints, scores: Floats) -> Ints:
    """Order by score, then by number."""
    return who[np.argsort(-scores, kind="stable")]


def rating_only(state: State) -> Floats:
    """Return the Bayesian rating: prior mean 4.4 with the weight of five ratings."""
    return np.asarray((5 * 4.4 + state.total) / (5 + state.rated))


def optimistic(optimism: float = newcomers.OPTIMISM) -> Policy:
    """Return the policy of the posterior mean, with the newcomers' bonus."""
    scale = newcomers.Scale(mean=68.0, sd=8.0)

    def scores(state: State) -> Floats:
        error = np.full(len(state.talents), ERROR)
        known = newcomers.posterior(state.talents.score, error, state.rated, state.total, scale)
        return known.mean + newcomers.bonus(known, state.placements, 1.0, optimism=optimism)

    return scores


def run(
    talents: Talents, policy: Policy, seed: int, *, briefs: int = 480, days: float = 1095.0,
    arrange: Arrange = by_score,
) -> Outcome:  # fmt: skip
    """Play the market: briefs come, five are shown, three get an offer one after the other.

    Parameters
    ----------
    talents : Talents
    policy : callable
        Scores of all talents.
    seed : int
        The same seed brings the same briefs and the same luck to every policy.
    briefs : int
    days : float
    arrange : callable
        Turns scores into an order; re-ranking goes here.

    Notes
    -----
    The client asks somebody of the five with probability proportional to 1 / place, and the next
    one likewise when refused. Acceptance, finishing and rating follow the planning's model.
    """
    state, size = State.of(talents), len(talents)
    regret, exposure, eligible = [], np.zeros(size), np.zeros(size)
    draw = np.random.default_rng([seed, 2])
    for day in np.sort(draw.random(briefs)) * days:
        luck = np.random.default_rng(int(draw.integers(2**32)))
        wanted, hub, domain = luck.choice(3, p=WANTED), luck.integers(HUBS), luck.integers(DOMAINS)
        budget = PRICES[wanted] * luck.lognormal(0.1, 0.2)
        load = state.load(float(day))
        who = np.flatnonzero(
            (talents.level >= wanted) & (talents.joined <= day) & (load < CAPACITY)
        )
        if len(who) <= PLACES:
            continue
        shown = arrange(state, who, policy(state)[who])[:PLACES]
        look = 1.0 / np.arange(1, PLACES + 1)
        ideal = np.sort(talents.quality[who])[::-1][:PLACES]
        regret.append(float((ideal - talents.quality[shown]) @ look / look.sum()))
        exposure[shown] += look
        eligible[who] += 1
        asked = luck.choice(PLACES, OFFERS, replace=False, p=look / look.sum())
        over = np.maximum(talents.price / budget - 1, 0)
        odds = 1.2 - 1.5 * over - 0.8 * load + 0.3 * (talents.hub == hub)
        for talent, chance in zip(shown[asked], luck.random(OFFERS), strict=True):
            if chance < 1 / (1 + np.exp(-odds[talent])):
                _work(state, int(talent), float(day), int(domain), float(load[talent]), luck)
                break
    reached = float((state.placements[talents.best()] > 0).mean())
    return Outcome(float(np.mean(regret)), reached, state.placements, exposure, eligible)


def _work(
    state: State, talent: int, day: float, domain: int, load: float, luck: np.random.Generator
) -> None:
    """Do one work: it takes time, is finished or not, and is perhaps rated."""
    people = state.talents
    reliable = people.reliable[talent]
    state.placements[talent] += 1
    state.free_at[talent, np.argmin(state.free_at[talent])] = day + float(luck.uniform(5, 30))
    finish, late, rate, noise = (*luck.random(3), luck.normal(0, 0.9))
    if finish > 0.80 + 0.18 * reliable or rate > RATED:
        return
    # quality already carries the expected lateness
    expected = 0.45 * (1 - reliable) + 0.04
    value = people.quality[talent] + 0.5 * expected + noise
    value += 0.2 * (people.domain[talent] == domain) - 0.5 * (late < expected + 0.1 * (load > 2))
    state.rated[talent] += 1
    state.total[talent] += float(np.clip(np.round(value), 1, 5))
