"""What a ranking feature may see, and the feature itself. Fairness by type: nothing protected is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sanggar.plugin.text import Text


@dataclass(frozen=True)
class Brief:
    """A client's brief as the ranking sees it.

    Attributes
    ----------
    track, service : str
        Ids; the service says which units the work needs.
    level : str
        Wanted certificate level: ``foundation``, ``associate`` or ``professional``.
    text : str
        What the client wrote, for similarity.
    domain : str
        Product category: makanan, minuman, kriya, batik, kosmetik, jasa, lainnya.
    budget : tuple of int or None
        Rupiah, (low, high); None = not known.
    deadline, today : date
    hours : float
        Expected working hours.
    onsite : bool
    hub, regency : str
        Where the client is (regency is the finest place anywhere in the ranking).
    """

    track: str
    service: str
    level: str
    text: str = ""
    domain: str = ""
    budget: tuple[int, int] | None = None
    deadline: date = date.max
    today: date = date.min
    hours: float = 8.0
    onsite: bool = False
    hub: str = ""
    regency: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A certified talent as the ranking sees it: no name, sex, age, education, religion, disability,
    photo or address finer than the regency.

    Attributes
    ----------
    key : int
        Opaque; only to join results back.
    level : str
        Highest valid certificate level in the track.
    unit_scores : dict of str to float
        Unit id -> best theory score, 0..100.
    rubric_total : float or None
        Best practical mark, 0..100.
    portfolio_text : str
        Titles and texts of published works.
    domains : dict of str to int
        Product category -> finished placements in it.
    price : int or None
        Usual price in rupiah for this service.
    free_hours : float
        Hours free before the deadline.
    load : int
        Running placements.
    ratings : tuple of int
        1..5, of finished placements.
    finished, on_time, disputes : int
        Counts of finished placements.
    response_hours : float or None
        Median hours to answer an offer.
    with_client : int
        Finished placements with this client.
    months_since_work : float or None
    offers_this_month : int
        Exposure; used for the re-rank only, never learned.
    hub, regency : str
    """

    key: int
    level: str
    unit_scores: dict[str, float] = field(default_factory=dict)
    rubric_total: float | None = None
    portfolio_text: str = ""
    domains: dict[str, int] = field(default_factory=dict)
    price: int | None = None
    free_hours: float = 0.0
    load: int = 0
    ratings: tuple[int, ...] = ()
    finished: int = 0
    on_time: int = 0
    disputes: int = 0
    response_hours: float | None = None
    with_client: int = 0
    months_since_work: float | None = None
    offers_this_month: int = 0
    hub: str = ""
    regency: str = ""


@dataclass(frozen=True)
class RankingFeature:
    """One number about (candidate, brief), with its words.

    Attributes
    ----------
    name : str
        Column name, unique over all plugins (prefix it with the track).
    label : Text
        What the bar is called: "Keahlian kemasan".
    group : str
        One of the baseline's weights: skill, reliability, price, time, text, place.
    direction : int
        +1 more is better, -1 less is better; monotone constraint of the model.
    compute : callable
        ``compute(candidate, brief) -> float or None``; 0..1 when it can be; None = unknown.
    explain : callable
        ``explain(value, candidate, brief) -> Text or None``: the reason in plain words when it
        speaks for the candidate; None when there is nothing worth saying.
    tracks : tuple of str
        Tracks it applies to; empty = all.
    usual : float
        The value that an unknown one counts as under the fixed weights, in the feature's own units:
        what an ordinary talent has, so that nobody is ranked down for what nobody asked.
    depends : str
        What of the brief it looks at besides the track; ``talent``: nothing, ``service``: the
        service with its units and hours, ``domain``: the product category, ``brief``: anything.
        The first three can be worked out before anybody asks, which keeps long lists fast. What a
        brief decides about a candidate (price, free hours, work with this client, months since the
        last work, offers this month) counts as the brief; the price only as the service.
    """

    name: str
    label: Text
    group: Literal["skill", "reliability", "price", "time", "text", "place"]
    direction: Literal[1, -1]
    compute: Callable[[Candidate, Brief], float | None]
    explain: Callable[[float, Candidate, Brief], Text | None]
    tracks: tuple[str, ...] = ()
    usual: float = 0.5
    depends: Literal["talent", "service", "domain", "brief"] = "brief"
