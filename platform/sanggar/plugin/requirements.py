"""The vocabulary of certificate rules: each requirement looks at `Evidence` and says what is missing.

Numbers belong to the plugin (`track.yaml`); the sentences here are what the talent reads.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from sanggar.plugin.checks import DONE, Check, Names, Requirement, number, share
from sanggar.plugin.evidence import Evidence
from sanggar.plugin.text import Frozen, Strings, Text


class SelfAssessment(Requirement):
    """The talent has judged their own readiness unit by unit (APL-02 style)."""

    need: Literal["self_assessment"] = "self_assessment"

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        return Check(
            need=self.need, stage="learn", met=evidence.self_assessed,
            label=Text(id="Asesmen mandiri", en="Self-assessment"),
            detail=DONE if evidence.self_assessed else Text(
                id="Isi asesmen mandiri: kira-kira 5 menit.",
                en="Fill in the self-assessment: about 5 minutes."),
            progress=float(evidence.self_assessed),
        )  # fmt: skip


class Courses(Requirement):
    """Named courses are complete."""

    need: Literal["courses"] = "courses"
    courses: Strings

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        left = tuple(c for c in self.courses if c not in evidence.courses_done)
        listed = names.listed(left)
        return Check(
            need=self.need, stage="learn", met=not left, targets=left,
            label=Text(id=f"{len(self.courses)} kursus selesai", en=f"{len(self.courses)} courses done"),
            detail=DONE if not left else Text(
                id=f"Masih perlu: {listed.id}.", en=f"You still need: {listed.en}."),
            progress=share(len(self.courses) - len(left), len(self.courses)),
        )  # fmt: skip


class AttendanceShare(Requirement):
    """At least `percent` of the hours of the required workshops was attended."""

    need: Literal["attendance"] = "attendance"
    percent: float = Field(default=80, gt=0, le=100)
    workshops: Strings

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        rows = [a for a in evidence.attendance if a.workshop in self.workshops]
        required = sum(a.required_hours for a in rows)
        hours = sum(min(a.hours, a.required_hours) for a in rows)
        attended = 100 * hours / required if required else 0.0
        met = attended + 1e-9 >= self.percent
        missing = tuple(a.workshop for a in rows if a.hours < a.required_hours)
        listed, have, ask = names.listed(missing), number(attended), number(self.percent)
        return Check(
            need=self.need, stage="workshop", met=met, targets=() if met else missing,
            label=Text(id=f"Kehadiran {ask.id} %", en=f"Attendance {ask.en} %"),
            detail=Text(id=f"Anda {have.id} %.", en=f"You: {have.en} %.") if met else Text(
                id=f"Anda {have.id} %. Masih perlu: {listed.id}.",
                en=f"You: {have.en} %. You still need: {listed.en}."),
            progress=share(attended, self.percent),
        )  # fmt: skip


class Deliverables(Requirement):
    """The hand-ins of the named workshops were accepted by a mentor."""

    need: Literal["deliverables"] = "deliverables"
    workshops: Strings

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        left = tuple(w for w in self.workshops if evidence.deliverables.get(w) != "accepted")
        waiting = tuple(w for w in left if evidence.deliverables.get(w) == "submitted")
        listed, queue = names.listed(left), names.listed(waiting)
        id_ = f"Masih perlu diterima mentor: {listed.id}."
        en = f"Still to be accepted by a mentor: {listed.en}."
        if waiting:
            id_ += f" Sedang dinilai: {queue.id}."
            en += f" Being marked: {queue.en}."
        return Check(
            need=self.need, stage="workshop", met=not left, targets=left,
            label=Text(id="Hasil lokakarya diterima", en="Workshop results accepted"),
            detail=DONE if not left else Text(id=id_, en=en),
            progress=share(len(self.workshops) - len(left), len(self.workshops)),
        )  # fmt: skip


class Theory(Requirement):
    """A theory exam was passed at `total` percent, with `each_unit` percent in every unit."""

    need: Literal["theory"] = "theory"
    assessment: str
    total: float = Field(default=70, gt=0, le=100)
    each_unit: float = Field(default=0, ge=0, le=100)

    def _meets(self, total: float, by_unit: dict[str, float]) -> bool:
        return total + 1e-9 >= self.total and all(
            v + 1e-9 >= self.each_unit for v in by_unit.values()
        )

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        mine = [r for r in evidence.theory if r.assessment == self.assessment]
        met = any(self._meets(r.worth, r.by_unit) for r in mine)
        best = max(mine, key=lambda r: (r.worth, r.total), default=None)
        ask = number(self.total)
        title = names.of(self.assessment)
        if best is None:
            detail = Text(id="Belum ditempuh.", en="Not taken yet.")
        else:
            have = number(best.total)
            detail = Text(id=f"Nilai terbaik Anda {have.id}.", en=f"Your best: {have.en}.")
            weak = tuple(u for u, v in best.by_unit.items() if v + 1e-9 < self.each_unit)
            if best.passed is False and best.total >= self.total:
                detail = Text(
                    id=f"{detail.id} Keputusannya: belum kompeten.",
                    en=f"{detail.en} The decision was: not yet competent.",
                )
            elif not met and weak:
                listed = names.listed(weak)
                detail = Text(
                    id=f"{detail.id} Perkuat: {listed.id}.",
                    en=f"{detail.en} Strengthen: {listed.en}.",
                )
        each = number(self.each_unit)
        return Check(
            need=self.need, stage="exam", met=met, targets=(self.assessment,),
            label=Text(
                id=f"{title.id} ≥ {ask.id} %" + (f", tiap unit ≥ {each.id} %" if self.each_unit else ""),
                en=f"{title.en} ≥ {ask.en} %" + (f", each unit ≥ {each.en} %" if self.each_unit else "")),
            detail=detail,
            progress=1.0 if met else share(best.total if best else 0, self.total) * 0.99,
        )  # fmt: skip


class AssignmentMarked(Requirement):
    """A practical assignment reached `total` of 100, critical criteria their level, by enough markers."""

    need: Literal["assignment"] = "assignment"
    assignment: str
    total: float = Field(default=75, gt=0, le=100)
    critical: float = Field(default=3, ge=1, le=4)
    markers: int = Field(default=1, ge=1, le=5)

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        mine = [r for r in evidence.assignments if r.assignment == self.assignment]
        met = any(
            r.competent and r.total + 1e-9 >= self.total and r.markers >= self.markers for r in mine
        )
        best = max(mine, key=lambda r: r.total, default=None)
        title, ask = names.of(self.assignment), number(self.total)
        if best is None:
            detail = Text(
                id="Belum dikumpulkan atau belum dinilai.", en="Not handed in or not marked yet."
            )
        else:
            have = number(best.total)
            detail = Text(id=f"Nilai Anda {have.id}.", en=f"Your mark: {have.en}.")
        return Check(
            need=self.need, stage="exam", met=met, targets=(self.assignment,),
            label=Text(id=f"{title.id} ≥ {ask.id}", en=f"{title.en} ≥ {ask.en}"),
            detail=detail,
            progress=1.0 if met else share(best.total if best else 0, self.total) * 0.99,
        )  # fmt: skip


class CertificateFirst(Requirement):
    """A valid certificate of a lower level is held, for at least `held_months`."""

    need: Literal["certificate"] = "certificate"
    level: Literal["foundation", "associate", "professional"]
    held_months: int = Field(default=0, ge=0)

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        today = evidence.now.date()
        valid = [
            c for c in evidence.certificates
            if c.level == self.level and not c.revoked and c.valid_until >= today
        ]  # fmt: skip
        since = min((c.issued_on for c in valid), default=None)
        days = (today - since).days if since else 0
        # 30.4 days a month: the mean length, so that no month is favoured
        met = since is not None and days >= self.held_months * 30.4
        title = names.of(self.level)
        months = f"{self.held_months}"
        label = Text(id=f"Sertifikat {title.id} berlaku", en=f"Valid {title.en} certificate")
        if self.held_months:
            label = Text(
                id=f"{label.id}, minimal {months} bulan", en=f"{label.en}, for {months} months"
            )
        return Check(
            need=self.need, stage="learn", met=met, label=label, targets=(self.level,),
            detail=DONE if met else (
                Text(id="Raih tingkat sebelumnya dahulu.", en="Earn the level before first.")
                if since is None else
                Text(id=f"Dipegang sejak {since:%d-%m-%Y}.", en=f"Held since {since:%Y-%m-%d}.")),
            progress=1.0 if met else share(days, self.held_months * 30.4) * 0.99 if since else 0.0,
        )  # fmt: skip


class Incubation(Requirement):
    """The three-month incubation has started or is complete."""

    need: Literal["incubation"] = "incubation"
    state: Literal["started", "completed"] = "completed"

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        met = evidence.incubation == "completed" or (
            self.state == "started" and evidence.incubation == "started"
        )
        done = self.state == "completed"
        return Check(
            need=self.need, stage="work", met=met,
            label=Text(id="Inkubasi tiga bulan selesai", en="Three-month incubation complete") if done
            else Text(id="Inkubasi dimulai", en="Incubation started"),
            detail=DONE if met else (
                Text(id="Inkubasi Anda sedang berjalan.", en="Your incubation is under way.")
                if evidence.incubation == "started" else
                Text(id="Tanyakan angkatan berikutnya kepada petugas hub.", en="Ask your hub officer for the next cohort.")),
            progress=1.0 if met else 0.5 if evidence.incubation == "started" else 0.0,
        )  # fmt: skip


def _since(now: datetime, months: int) -> datetime:
    return now - timedelta(days=30.4 * months)


class AcceptedWork(Requirement):
    """At least `count` deliverables were accepted by a client."""

    need: Literal["accepted_work"] = "accepted_work"
    count: int = Field(default=1, ge=1)
    within_months: int = Field(default=0, ge=0)

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        since = _since(evidence.now, self.within_months) if self.within_months else None
        have = sum(
            1
            for p in evidence.placements
            if p.accepted and (since is None or p.finished_at >= since)
        )
        return Check(
            need=self.need, stage="work", met=have >= self.count,
            label=Text(id=f"{self.count} hasil kerja diterima klien", en=f"{self.count} work accepted by a client"),
            detail=Text(id=f"{have} dari {self.count}.", en=f"{have} of {self.count}."),
            progress=share(have, self.count),
        )  # fmt: skip


class Placements(Requirement):
    """At least `count` finished placements, with their mean rating and on-time share."""

    need: Literal["placements"] = "placements"
    count: int = Field(default=5, ge=1)
    mean_rating: float = Field(default=0, ge=0, le=5)
    on_time: float = Field(default=0, ge=0, le=100)
    within_months: int = Field(default=0, ge=0)

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        since = _since(evidence.now, self.within_months) if self.within_months else None
        rows = [p for p in evidence.placements if since is None or p.finished_at >= since]
        rated = [p.rating for p in rows if p.rating is not None]
        mean = sum(rated) / len(rated) if rated else 0.0
        punctual = 100 * sum(p.on_time for p in rows) / len(rows) if rows else 0.0
        met = len(rows) >= self.count and mean >= self.mean_rating and punctual >= self.on_time
        mean_, on_time = number(mean), number(punctual)
        id_ = f"{len(rows)} dari {self.count} pekerjaan"
        en = f"{len(rows)} of {self.count} placements"
        if self.mean_rating and rows:
            id_ += f"; penilaian {mean_.id} (perlu {number(self.mean_rating).id})"
            en += f"; rating {mean_.en} (needs {number(self.mean_rating).en})"
        if self.on_time and rows:
            id_ += f"; tepat waktu {on_time.id} % (perlu {number(self.on_time).id} %)"
            en += f"; on time {on_time.en} % (needs {number(self.on_time).en} %)"
        return Check(
            need=self.need, stage="work", met=met,
            label=Text(id=f"{self.count} pekerjaan selesai", en=f"{self.count} completed placements"),
            detail=Text(id=id_ + ".", en=en + "."),
            progress=1.0 if met else share(len(rows), self.count) * 0.99,
        )  # fmt: skip


class Mentoring(Requirement):
    """At least `learners` people were mentored."""

    need: Literal["mentoring"] = "mentoring"
    learners: int = Field(default=2, ge=1)

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        have = evidence.learners_mentored
        return Check(
            need=self.need, stage="work", met=have >= self.learners,
            label=Text(id=f"Mendampingi {self.learners} talenta", en=f"Mentor {self.learners} talents"),
            detail=Text(id=f"{have} dari {self.learners}.", en=f"{have} of {self.learners}."),
            progress=share(have, self.learners),
        )  # fmt: skip


class AnyOf(Requirement):
    """One of several sets of requirements is enough."""

    need: Literal["any_of"] = "any_of"
    options: tuple[tuple[AnyRequirement, ...], ...]

    def evaluate(self, evidence: Evidence, names: Names) -> Check:
        tried = [[r.evaluate(evidence, names) for r in option] for option in self.options]
        best = max(tried, key=lambda cs: sum(c.progress for c in cs) / max(len(cs), 1))
        met = any(all(c.met for c in checks) for checks in tried)

        def words(language: str, joiner: str) -> str:
            return joiner.join(" + ".join(c.label.to(language) for c in checks) for checks in tried)

        return Check(
            need=self.need, stage=best[0].stage, met=met,
            label=Text(id=words("id", " atau "), en=words("en", " or ")),
            detail=DONE if met else Text(
                id=" ".join(c.detail.id for c in best if not c.met),
                en=" ".join(c.detail.to("en") for c in best if not c.met)),
            progress=1.0 if met else min(0.99, sum(c.progress for c in best) / max(len(best), 1)),
            targets=tuple(t for c in best if not c.met for t in c.targets),
        )  # fmt: skip


AnyRequirement = Annotated[
    SelfAssessment | Courses | AttendanceShare | Deliverables | Theory | AssignmentMarked
    | CertificateFirst | Incubation | AcceptedWork | Placements | Mentoring | AnyOf,
    Field(discriminator="need"),
]  # fmt: skip

AnyOf.model_rebuild()


class Verdict(Frozen):
    """All checks of one certificate level."""

    level: str
    checks: tuple[Check, ...]

    @property
    def met(self) -> bool:
        """True when every requirement is met."""
        return all(check.met for check in self.checks)

    @property
    def missing(self) -> tuple[Check, ...]:
        """The checks not met yet, in the order of the rules."""
        return tuple(check for check in self.checks if not check.met)

    def stage(self, stage: str) -> float:
        """Return the progress 0..1 of one petal of the kawung (1 when nothing is asked there)."""
        mine = [c.progress for c in self.checks if c.stage == stage]
        return sum(mine) / len(mine) if mine else 1.0


def evaluate(
    level: str, requirements: tuple[Any, ...], evidence: Evidence, names: Names
) -> Verdict:
    """Return the verdict of `requirements` on `evidence`.

    Parameters
    ----------
    level : str
        Certificate level the rules belong to.
    requirements : tuple of Requirement
    evidence : Evidence
    names : Names
        Titles for the sentences.
    """
    return Verdict(level=level, checks=tuple(r.evaluate(evidence, names) for r in requirements))
