"""The core's ranking features: one number 0..1 each about a talent and a brief, with its words.

A feature sees a `Candidate` and a `Brief` and nothing else: no name, sex, age, education or
disability is in either. Unknown is None, never 0: nobody is ranked down for what nobody asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.plugin.text import Text
from sanggar.plugin.track import LEVEL_TITLES
from sanggar.ranking import text as words

#: level above the wanted one -> how well it fits; far over-qualified is a slight penalty
LEVEL_FIT = {0: 0.85, 1: 1.0, 2: 0.9}
#: a year without work halves the weight of experience and more
FADE_MONTHS = 12.0
RATING_PRIOR, RATING_WEIGHT = 4.4, 5
ON_TIME_PRIOR = (8, 2)
DISPUTE_PRIOR = 20
SLOW_HOURS = 24.0
BUSY = 4
SAME_REGENCY, SAME_HUB, ELSEWHERE = 1.0, 0.6, 0.2
STRONG = 0.75

CATEGORY_WORDS = {
    "makanan": Text(id="makanan", en="food"), "minuman": Text(id="minuman", en="drinks"),
    "kriya": Text(id="kriya", en="crafts"), "batik": Text(id="batik", en="batik"),
    "kosmetik": Text(id="kosmetik", en="cosmetics"), "jasa": Text(id="jasa", en="services"),
    "lainnya": Text(id="produk lain", en="other products"),
}  # fmt: skip
TRACK_WORDS = {
    "packaging_design": Text(id="kemasan", en="packaging jobs"),
    "digital_marketing": Text(id="pemasaran", en="marketing jobs"),
    "photography": Text(id="foto", en="photo jobs"),
}
ANY_WORK = Text(id="pekerjaan", en="jobs")


def _unit(value: float) -> float:
    return max(0.0, min(1.0, value))


def level_fit(candidate: Candidate, brief: Brief) -> float | None:
    """Return how well the certificate level meets the wanted one."""
    gap = LEVELS.index(candidate.level) - LEVELS.index(brief.level)
    return LEVEL_FIT.get(gap, 0.0)


def units(candidate: Candidate, brief: Brief) -> float | None:
    """Return the mean exam score of the units the work needs."""
    scores = [candidate.unit_scores[u] for u in brief.units if u in candidate.unit_scores]
    return _unit(sum(scores) / len(scores) / 100) if scores else None


def rubric(candidate: Candidate, _brief: Brief) -> float | None:
    """Return the mark of the practical work."""
    return None if candidate.rubric_total is None else _unit(candidate.rubric_total / 100)


def recency(candidate: Candidate, _brief: Brief) -> float | None:
    """Return how fresh the last work in the track is; unknown before the first."""
    if candidate.months_since_work is None:
        return None
    return math.exp(-max(candidate.months_since_work, 0.0) / FADE_MONTHS)


def rating(candidate: Candidate, _brief: Brief) -> float | None:
    """Return the Bayesian mean of the stars: prior mean 4.4 with the weight of 5 ratings."""
    total = RATING_PRIOR * RATING_WEIGHT + sum(candidate.ratings)
    return _unit((total / (RATING_WEIGHT + len(candidate.ratings)) - 3) / 2)


def on_time(candidate: Candidate, _brief: Brief) -> float | None:
    """Return the share of work on time under a Beta(8, 2) prior."""
    good, bad = ON_TIME_PRIOR
    return (good + candidate.on_time) / (good + bad + candidate.finished)


def disputes(candidate: Candidate, _brief: Brief) -> float | None:
    """Return the share of work that ended in dispute; many works are needed to make it large."""
    return _unit(4 * candidate.disputes / (DISPUTE_PRIOR + candidate.finished))


def response(candidate: Candidate, _brief: Brief) -> float | None:
    """Return how long offers wait for an answer: 0 at once, 1 a day and longer."""
    if candidate.response_hours is None:
        return None
    return _unit(candidate.response_hours / SLOW_HOURS)


def with_client(candidate: Candidate, _brief: Brief) -> float | None:
    """Return how often they have worked for this client, with falling weight."""
    return 1 - 0.5**candidate.with_client


def price(candidate: Candidate, brief: Brief) -> float | None:
    """Return how the usual price meets the budget: 1 inside or below, 0 at twice its upper end."""
    if candidate.price is None or brief.budget is None:
        return None
    high = max(brief.budget[1], 1)
    return _unit(1 - (candidate.price - high) / high)


def hours(candidate: Candidate, brief: Brief) -> float | None:
    """Return the free hours before the deadline: 1 when twice the expected hours are free."""
    return _unit(candidate.free_hours / (2 * max(brief.hours, 1.0)))


def load(candidate: Candidate, _brief: Brief) -> float | None:
    """Return how much is running already: 1 at four works."""
    return _unit(candidate.load / BUSY)


def similar(candidate: Candidate, brief: Brief) -> float | None:
    """Return how much the portfolio is about what the brief asks."""
    return words.similarity(brief.text, candidate.portfolio_text)


def domain(candidate: Candidate, brief: Brief) -> float | None:
    """Return the experience with this kind of product, with falling weight."""
    return 1 - 0.5 ** candidate.domains.get(brief.domain, 0) if brief.domain else None


def place(candidate: Candidate, brief: Brief) -> float | None:
    """Return how near they are, for work on site only."""
    if not brief.onsite:
        return None
    if candidate.regency and candidate.regency == brief.regency:
        return SAME_REGENCY
    return SAME_HUB if candidate.hub and candidate.hub == brief.hub else ELSEWHERE


def _money(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def _say_level(value: float, candidate: Candidate, _brief: Brief) -> Text | None:
    if value < LEVEL_FIT[2]:
        return None
    title = LEVEL_TITLES[candidate.level]
    return Text(
        id=f"Bersertifikat tingkat {title.id}, di atas yang diminta",
        en=f"Certified at {title.en} level, above what you asked",
    )


def _say_score(id_words: str, en_words: str) -> Callable[..., Text | None]:
    def say(value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
        if value < STRONG:
            return None
        return Text(
            id=f"{id_words}: {100 * value:.0f} dari 100", en=f"{en_words}: {100 * value:.0f} of 100"
        )

    return say


def _say_recency(value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
    if value < 0.7:
        return None
    return Text(id="Belakangan ini mengerjakan hal serupa", en="Has done similar work recently")


def _say_rating(value: float, candidate: Candidate, _brief: Brief) -> Text | None:
    n = len(candidate.ratings)
    if n < 2 or value < 0.65:
        return None
    mean = sum(candidate.ratings) / n
    shown = f"{mean:.1f}"
    return Text(
        id=f"Penilaian {shown.replace('.', ',')} dari {n} pekerjaan",
        en=f"Rated {shown} in {n} jobs",
    )


def _say_on_time(_value: float, candidate: Candidate, _brief: Brief) -> Text | None:
    if candidate.finished < 3 or candidate.on_time < 0.85 * candidate.finished:
        return None
    return Text(
        id=f"Tepat waktu pada {candidate.on_time} dari {candidate.finished} pekerjaan",
        en=f"On time in {candidate.on_time} of {candidate.finished} jobs",
    )


def _say_response(value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
    if value > 0.25:
        return None
    return Text(id="Cepat menjawab tawaran", en="Answers offers quickly")


def _say_with_client(_value: float, candidate: Candidate, _brief: Brief) -> Text | None:
    n = candidate.with_client
    if n == 0:
        return None
    return Text(
        id=f"Pernah bekerja untuk Anda {n} kali",
        en=f"Has worked for you {n} times" if n > 1 else "Has worked for you before",
    )


def _say_price(value: float, candidate: Candidate, brief: Brief) -> Text | None:
    if value < 1 or candidate.price is None or brief.budget is None:
        return None
    low, high = usual_range(candidate.price)
    return Text(
        id=f"Harga biasa Rp{_money(low)}–{_money(high)} sesuai anggaran",
        en=f"Usual price Rp{_money(low)}–{_money(high)} fits the budget",
    )


def usual_range(usual: int) -> tuple[int, int]:
    """Return the range around a usual price that people should expect, in round numbers."""
    step = 5_000 if usual < 1_000_000 else 25_000
    if usual < 100_000:
        step = 500
    return round(usual * 0.85 / step) * step, round(usual * 1.15 / step) * step


def _say_hours(value: float, _candidate: Candidate, brief: Brief) -> Text | None:
    if value < STRONG:
        return None
    months_id = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
    months_en = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    day, month = brief.deadline.day, brief.deadline.month - 1
    return Text(
        id=f"Bisa selesai sebelum {day} {months_id[month]}",
        en=f"Can finish before {day} {months_en[month]}",
    )


def _say_load(value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
    if value > 0:
        return None
    return Text(id="Sedang tidak mengerjakan pesanan lain", en="Has no other order at the moment")


def _say_similar(value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
    if value < 0.15:
        return None
    return Text(
        id="Portofolionya mirip dengan kebutuhan Anda", en="The portfolio resembles what you need"
    )


def _say_domain(_value: float, candidate: Candidate, brief: Brief) -> Text | None:
    n = candidate.domains.get(brief.domain, 0)
    if n == 0:
        return None
    work, about = TRACK_WORDS.get(brief.track, ANY_WORK), CATEGORY_WORDS.get(brief.domain)
    about = about or Text(id=brief.domain, en=brief.domain)
    return Text(
        id=f"Pernah mengerjakan {n} {work.id} {about.id}",
        en=f"Has done {n} {about.en} {work.en}" if n > 1 else f"Has done {about.en} work before",
    )


def _say_place(value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
    if value < SAME_HUB:
        return None
    near = value >= SAME_REGENCY
    return Text(
        id="Tinggal di kabupaten/kota yang sama" if near else "Dari hub yang sama",
        en="Lives in the same regency" if near else "From the same hub",
    )


def _nothing(_value: float, _candidate: Candidate, _brief: Brief) -> Text | None:
    return None


FEATURES: tuple[RankingFeature, ...] = (
    RankingFeature("level_fit", Text(id="Tingkat sertifikat", en="Certificate level"), "skill", 1,
                   level_fit, _say_level, usual=0.85),
    RankingFeature("units", Text(id="Nilai ujian", en="Exam scores"), "skill", 1, units,
                   _say_score("Nilai ujian untuk pekerjaan ini", "Exam score for this work"), depends="service", usual=0.75),
    RankingFeature("rubric", Text(id="Nilai praktik", en="Practical mark"), "skill", 1, rubric,
                   _say_score("Nilai tugas praktik", "Practical work marked"), depends="talent", usual=0.75),
    RankingFeature("recency", Text(id="Masih baru", en="Recent work"), "skill", 1, recency,
                   _say_recency, usual=0.6),
    RankingFeature("rating", Text(id="Penilaian klien", en="Client ratings"), "reliability", 1,
                   rating, _say_rating, depends="talent", usual=0.7),
    RankingFeature("on_time", Text(id="Tepat waktu", en="On time"), "reliability", 1, on_time,
                   _say_on_time, depends="talent", usual=0.8),
    RankingFeature("disputes", Text(id="Sengketa", en="Disputes"), "reliability", -1, disputes,
                   _nothing, depends="talent", usual=0.0),
    RankingFeature("response", Text(id="Waktu menjawab", en="Time to answer"), "reliability", -1,
                   response, _say_response, depends="talent", usual=0.25),
    RankingFeature("with_client", Text(id="Pernah bekerja sama", en="Worked together"),
                   "reliability", 1, with_client, _say_with_client, usual=0.0),
    RankingFeature("price", Text(id="Sesuai anggaran", en="Within budget"), "price", 1, price,
                   _say_price, usual=0.8),
    RankingFeature("hours", Text(id="Waktu luang", en="Free time"), "time", 1, hours, _say_hours, usual=0.5),
    RankingFeature("load", Text(id="Pekerjaan berjalan", en="Running work"), "time", -1, load,
                   _say_load, depends="talent", usual=0.0),
    RankingFeature("similar", Text(id="Mirip kebutuhan Anda", en="Like your brief"), "text", 1,
                   similar, _say_similar, usual=0.1),
    RankingFeature("domain", Text(id="Jenis produk", en="Kind of product"), "text", 1, domain,
                   _say_domain, depends="domain", usual=0.0),
    RankingFeature("place", Text(id="Jarak", en="Distance"), "place", 1, place, _say_place, usual=0.6),
)  # fmt: skip
