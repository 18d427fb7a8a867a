"""Which events become messages, and their words. Each runs inside the event's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.assessments import queries as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.kernel import events, i18n, jobs, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.kernel.templating import day, moment
from sanggar.kernel.templating import number as figure
from sanggar.moderation import queries as moderation
from sanggar.notifications import service
from sanggar.plugin import events as happened
from sanggar.plugin.text import LANGUAGES
from sanggar.plugin.track import LEVEL_TITLES
from sanggar.programme import queries as programme
from sanggar.workshops import queries as workshops

REMINDER_DAYS = (90, 30, 7)


def tell(person_id: int, kind: str, key: str, url: str, now: datetime, words: Any) -> None:
    """Write the message in the reader's language; `words()` gives (subject, body)."""
    language = accounts.person(person_id).language
    with i18n.speaking(language if language in LANGUAGES else "id"):
        subject, body = words()
    service.notify(person_id, kind, subject=subject, body=body, url=url, now=now, key=key)


@events.on(happened.PersonJoined)
def welcome(event: happened.PersonJoined) -> None:
    """Greet somebody new and say what comes first."""
    if event.role not in ("talent", "client"):
        return

    def words() -> tuple[str, str]:
        if event.role == "client":
            return _("Welcome"), _(
                "Tell us in eight short questions what you need. We suggest certified talents, you decide."
            )
        return _("Welcome"), _(
            "Choose a skill track and read the first lesson: it takes about ten minutes and little data."
        )

    tell(event.person, "welcome", f"welcome-{event.role}", web.path("web.start"), event.at, words)


@events.on(happened.PlaceFreed)
def place_freed(event: happened.PlaceFreed) -> None:
    """Tell somebody that they moved up from the waiting list."""
    session = workshops.session_line(event.session)

    def words() -> tuple[str, str]:
        return (
            _("You have a place"),
            _("A place has become free and it is yours: %(title)s, %(when)s. If you cannot come, please cancel so that the next person can.",
              title=i18n.tr(session.title), when=moment(session.starts_at)),
        )  # fmt: skip

    tell(event.person, "place", f"place-{event.session}-{event.at:%Y%m%d%H%M}",
          web.path("workshops.show", session_id=event.session), event.at, words)  # fmt: skip


@events.on(happened.SessionChanged)
def session_changed(event: happened.SessionChanged) -> None:
    """Tell everybody with a place that a session moved or does not take place."""
    session = workshops.session_line(event.session)

    def words() -> tuple[str, str]:
        title = i18n.tr(session.title)
        if event.cancelled:
            return (
                _("A session is cancelled"),
                _("%(title)s does not take place. Choose another date on the workshops page.", title=title),
            )  # fmt: skip
        return (
            _("A session has changed"),
            _("%(title)s is now on %(when)s. Look at the place too.", title=title, when=moment(session.starts_at)),
        )  # fmt: skip

    for person_id in workshops.expected(event.session):
        tell(person_id, "session", f"session-{event.session}-{event.revision}",
              web.path("workshops.show", session_id=event.session), event.at, words)  # fmt: skip


@events.on(happened.SubmissionDecided)
def submission_decided(event: happened.SubmissionDecided) -> None:
    """Tell a talent what was decided about practical work."""
    track = catalogue.track(event.track)
    title = track.names.of(event.assignment)
    sentences = {
        "accepted": _l_accepted, "competent": _l_competent, "not_yet": _l_not_yet, "returned": _l_returned,
    }  # fmt: skip

    def words() -> tuple[str, str]:
        return _("Your work has been marked"), sentences[event.decision](i18n.tr(title))

    tell(event.person, "decided", f"submission-{event.submission}-{event.decision}-{event.at:%Y%m%d%H%M}",
          web.path("assessments.submission", submission_id=event.submission), event.at, words)  # fmt: skip


def _l_accepted(title: str) -> Any:
    return _("%(title)s is accepted. Well done.", title=title)


def _l_competent(title: str) -> Any:
    return _("%(title)s: competent. The marks and comments are on the page.", title=title)


def _l_not_yet(title: str) -> Any:
    return _(
        "%(title)s: not yet competent. The comments say what to change; then hand it in again.",
        title=title,
    )


def _l_returned(title: str) -> Any:
    return _(
        "%(title)s needs a change. The mentor's comment says which; then hand it in again.",
        title=title,
    )


@events.on(happened.AttemptGraded)
def attempt_graded(event: happened.AttemptGraded) -> None:
    """Tell a talent about a result that was not there when they submitted, or that has changed."""
    if not event.later:
        return
    now = assessments.verdict_on(attempt_id=event.attempt)
    if (now.score, now.passed) != (event.score, event.passed):
        return  # corrected at once after a faulty question: that is told
    title = assessments.title_of(event.track, event.assessment)

    def words() -> tuple[str, str]:
        exam, score = i18n.tr(title), figure(event.score, 0)
        if event.passed:
            return _("Result of an exam"), _(
                "%(exam)s: %(score)s of 100, competent.", exam=exam, score=score
            )
        return _("Result of an exam"), _(
            "%(exam)s: %(score)s of 100, not yet competent. The page shows where practice pays off most.",
            exam=exam, score=score,
        )  # fmt: skip

    tell(event.person, "decided", f"attempt-{event.attempt}-{event.score}-{event.passed}",
          web.path("assessments.result", attempt_id=event.attempt), event.at, words)  # fmt: skip


@events.on(happened.AttemptVoided)
def attempt_voided(event: happened.AttemptVoided) -> None:
    """Tell a talent that an attempt does not count, why, and that they can go again."""
    title = assessments.title_of(event.track, event.assessment)

    def words() -> tuple[str, str]:
        return _("An attempt does not count"), _(
            "%(exam)s: your attempt was taken out of the count, so you can take the exam again. Reason: %(reason)s",
            exam=i18n.tr(title), reason=event.reason,
        )  # fmt: skip

    tell(event.person, "voided", f"voided-{event.attempt}",
          web.path("assessments.intro", track=event.track, assessment=event.assessment), event.at, words)  # fmt: skip


@events.on(happened.AppealDecided)
def appeal_decided(event: happened.AppealDecided) -> None:
    """Tell a talent what was decided about their objection; the answer stands on its page."""
    row = moderation.appeal(event.appeal)
    url = (
        web.path("moderation.appeal_attempt", attempt_id=row.attempt_id)
        if row.attempt_id
        else web.path("moderation.appeal_work", submission_id=row.submission_id)
    )

    def words() -> tuple[str, str]:
        if event.upheld:
            return _("Your objection is upheld"), _(
                "Somebody has looked at the result again and agrees with you. The answer is on the page."
            )
        return _("Your objection has been looked at"), _(
            "The result stands. The answer on the page says why."
        )

    tell(event.person, "decided", f"appeal-{event.appeal}", url, event.at, words)


@events.on(happened.PanelJudgeInvited)
def panel_judge_invited(event: happened.PanelJudgeInvited) -> None:
    """Invite a mentor to the panel of an exam."""
    title = assessments.title_of(event.track, event.assessment)

    def words() -> tuple[str, str]:
        return (
            _("Your judgement is asked for"),
            _("%(exam)s: a colleague asks you to help find the cut score. Fill in your sheet alone first; what the others think you see in the second round.",
              exam=i18n.tr(title)),
        )  # fmt: skip

    tell(event.person, "judging", f"panel-{event.panel}",
          web.path("quality.standard", panel_id=event.panel), event.at, words)  # fmt: skip


@events.on(happened.RoundJudgeInvited)
def round_judge_invited(event: happened.RoundJudgeInvited) -> None:
    """Invite a mentor to compare works."""
    title = catalogue.track(event.track).names.of(event.assignment)

    def words() -> tuple[str, str]:
        return (
            _("Your judgement is asked for"),
            _("%(title)s: a round of comparisons is open. You see two works at a time and say which is better; you can stop at any time and go on later.",
              title=i18n.tr(title)),
        )  # fmt: skip

    tell(event.person, "judging", f"round-{event.round}",
          web.path("comparison.show", round_id=event.round), event.at, words)  # fmt: skip


@events.on(happened.CertificateIssued)
def certificate_issued(event: happened.CertificateIssued) -> None:
    """Tell a talent about a new certificate."""
    title = catalogue.track(event.track).title

    def words() -> tuple[str, str]:
        return (
            _("Your certificate is ready"),
            _("%(track)s, level %(level)s, number %(number)s. Everybody can check it online.",
              track=i18n.tr(title), level=i18n.tr(LEVEL_TITLES[event.level]), number=event.number),
        )  # fmt: skip

    tell(event.person, "certificate", f"certificate-{event.number}",
          web.path("certification.show", number=event.number), event.at, words)  # fmt: skip


@events.on(happened.CertificateInDoubt)
def certificate_in_doubt(event: happened.CertificateInDoubt) -> None:
    """Ask the officers of the holder's hub whether a certificate stands."""
    enrolment = programme.enrolment(event.person)

    def words() -> tuple[str, str]:
        return _("Does a certificate still stand?"), _(
            "Certificate %(number)s of %(holder)s rests on a result that has been corrected or does not count any more. It stays valid until you revoke it.",
            number=event.number, holder=event.holder,
        )  # fmt: skip

    for officer in accounts.holders(
        Role.HUB_OFFICER, hub_id=enrolment.hub_id if enrolment else None
    ):
        tell(officer.id, "in_doubt", f"in-doubt-{event.number}-{event.at:%Y%m%d}",
              web.path("certification.show", number=event.number), event.at, words)  # fmt: skip


@events.on(happened.CertificateRevoked)
def certificate_revoked(event: happened.CertificateRevoked) -> None:
    """Tell a talent that a certificate was revoked, why, and what can be done."""

    def words() -> tuple[str, str]:
        return (
            _("A certificate was revoked"),
            _("Certificate %(number)s is no longer valid. Reason: %(reason)s If you disagree, ask the officer of your hub for an appeal within 14 days.",
              number=event.number, reason=event.reason.rstrip(".") + "."),
        )  # fmt: skip

    tell(event.person, "revoked", f"revoked-{event.number}",
          web.path("certification.show", number=event.number), event.at, words)  # fmt: skip


@jobs.every(minute="5", hour="0")
def remind_of_expiry() -> None:
    """Remind holders 90, 30 and 7 days before a certificate ends."""
    now = clock.now()
    for days in REMINDER_DAYS:
        for person_id, number, track, level, until in certification.expiring(now, days):
            _remind(person_id, number, track, level, until, days, now)


def _remind(
    person_id: int, number: str, track_id: str, level: str, until: Any, days: int, now: datetime
) -> None:
    title = catalogue.track(track_id).title

    def words() -> tuple[str, str]:
        return (
            _("Your certificate ends in %(n)s days", n=days),
            _("%(track)s, level %(level)s, is valid until %(day)s. The page says how to renew it.",
              track=i18n.tr(title), level=i18n.tr(LEVEL_TITLES[level]), day=day(until)),
        )  # fmt: skip

    url = f"/certificates/{number}"
    tell(person_id, "expiry", f"expiry-{number}-{days}", url, now, words)
