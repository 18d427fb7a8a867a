"""What this slice does when something happens elsewhere, and by itself as time passes."""

from __future__ import annotations

from sanggar import clock
from sanggar.clients import briefs, disputes, followups, listing, offers, records, reminding, work
from sanggar.kernel import events, jobs
from sanggar.plugin import events as happened


@events.on(happened.CertificateIssued)
def _certified(event: happened.CertificateIssued) -> None:
    """Give somebody newly certified a work profile and a record, so that clients can find them."""
    records.refresh([event.person], event.at)
    listing.refresh([event.person], event.at)


def _list_anew(event: happened.Event) -> None:
    """Keep the public search true: who is no longer to be seen is out of it at once."""
    listing.refresh([event.person], event.at)


events.on(happened.CertificateRevoked)(_list_anew)
events.on(happened.WorkProfileChanged)(_list_anew)
events.on(happened.ConsentChanged)(_list_anew)


@events.on(happened.AttemptGraded)
def _examined(event: happened.AttemptGraded) -> None:
    records.refresh_skills(event.person, event.track, event.at)


@events.on(happened.SubmissionDecided)
def _marked(event: happened.SubmissionDecided) -> None:
    records.refresh_skills(event.person, event.track, event.at)


@jobs.every(minute="*/10")
def move_offers_on() -> None:
    """End offers that nobody answered in time and ask the next talent; call to mind what waits."""
    now = clock.now()
    offers.expire_offers(now)
    reminding.remind(now)


@jobs.every(minute="15", hour="1")
def follow_up_work() -> None:
    """Remind of deliveries and disputes, end those nobody answered for 7 days, close briefs whose day passed."""
    now = clock.now()
    work.follow_up_deliveries(now)
    disputes.follow_up(now)
    briefs.expire_briefs(now)


@jobs.every(minute="30", hour="2")
def follow_up_placements() -> None:
    """Ask both sides how it went on, three and six months after some work; call it to mind once."""
    followups.ask(clock.now())


@jobs.every(minute="40", hour="19")
def refresh_records() -> None:
    """Gather all records anew at night, so that no missed event lasts longer than a day."""
    records.refresh(None, clock.now())


@jobs.every(minute="5", hour="17")
def mend_listings() -> None:
    """Just after midnight in Java, take expired certificates out of the public search."""
    for people in listing.missed(clock.now()):
        jobs.enqueue(list_anew, people)


@jobs.task
def list_anew(people: list[int]) -> None:
    """List some people anew."""
    listing.refresh(people, clock.now())
