"""Officers take an attempt out of the count that was in no window: with a reason, logged and told."""

from __future__ import annotations

import pytest
from sqlmodel import select
from tests.assessments.conftest import place

from sanggar.assessments import service
from sanggar.assessments.models import AssessmentLog, Attempt, AttemptState
from sanggar.notifications.models import Notification


@pytest.fixture
def attempt(tx, people, track, now) -> int:
    place(track)
    with tx():
        return service.start_attempt(people.talent, "photography", "theory", now).id or 0


def test_an_attempt_outside_of_windows_is_taken_out_once(
    tx, client, login, people, attempt, now
) -> None:
    desk = login(client, people.officer)
    page, url = f"/officer/people/{people.talent}/attempts", f"/officer/attempts/{attempt}/void"
    assert f'action="{url}"' in desk.get(page).text
    assert page in desk.get(f"/officer/people/{people.talent}").text
    long = "Listrik padam. " * 25
    refused = desk.post(url, data={"reason": long})
    assert refused.status_code == 422
    assert long.strip() in refused.text
    for _again in range(2):
        taken = desk.post(url, data={"reason": "Listrik <padam>"})
        assert (taken.status_code, taken.location) == (303, page)
    shown = desk.get(page).text
    assert "Listrik &lt;padam&gt;" in shown
    assert url not in shown
    with tx() as session:
        assert session.get(Attempt, attempt).state is AttemptState.VOIDED
        log = session.exec(select(AssessmentLog).where(AssessmentLog.kind == "voided")).all()
        assert [row.data for row in log] == [{"by": people.officer, "reason": "Listrik <padam>"}]
        told = session.exec(select(Notification).where(Notification.kind == "voided")).all()
        assert [(row.person_id, row.url) for row in told] == [
            (people.talent, "/exams/photography/theory")
        ]
        assert "Listrik <padam>" in told[0].body
    with tx():
        assert service.start_attempt(people.talent, "photography", "theory", now).id != attempt


def test_another_hubs_officer_neither_sees_nor_takes_out(
    tx, client, login, people, attempt
) -> None:
    desk = login(client, people.other_hub_officer)
    assert desk.get(f"/officer/people/{people.talent}/attempts").status_code == 404
    assert desk.post(f"/officer/attempts/{attempt}/void", data={"reason": "x"}).status_code == 404
    with tx() as session:
        assert session.get(Attempt, attempt).state is AttemptState.LIVE
