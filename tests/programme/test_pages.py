"""Targets, regions and hubs on the site."""

from __future__ import annotations

import pytest

from sanggar.programme import queries

TARGET = {
    "hub_id": "1", "number": "190", "period_start": "2026-01-01", "period_end": "2026-12-31",
    "reason": "anggaran berubah",
}  # fmt: skip


@pytest.fixture
def visit(app, people, login):
    """`visit("officer")` returns a client signed in as that person."""
    app.config["WTF_CSRF_ENABLED"] = False
    return lambda name: login(app.test_client(), getattr(people, name))


def body_of(answer):
    """Return the page as text."""
    return answer.get_data(as_text=True)


def test_a_hub_sum_that_differs_from_the_programme_warns(visit):
    officer = visit("officer")
    assert "Jumlah target hub" not in body_of(officer.get("/officer/targets"))
    assert officer.post("/officer/targets", data=TARGET).status_code == 303
    page = body_of(officer.get("/officer/targets"))
    assert "Jumlah target hub 990" in page
    assert "anggaran berubah" in page
    assert "diganti 21 Nov 2026" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "-1"), ("number", "banyak"), ("reason", ""), ("period_end", "2025-01-01")],
)
@pytest.mark.once
def test_a_wrong_target_is_refused_with_the_form_kept(visit, field, value):
    answer = visit("officer").post("/officer/targets", data={**TARGET, field: value})
    assert answer.status_code == 422
    assert "2026-01-01" in body_of(answer)


def test_officers_set_the_target_of_their_hub_only(visit):
    assert (
        visit("officer").post("/officer/targets", data={**TARGET, "hub_id": "2"}).status_code == 422
    )
    assert (
        visit("officer").post("/officer/targets", data={**TARGET, "hub_id": "0"}).status_code == 422
    )
    assert (
        visit("admin").post("/officer/targets", data={**TARGET, "hub_id": "0"}).status_code == 303
    )


def test_viewers_see_targets_and_change_none(visit):
    viewer = visit("province")
    assert "<form" not in body_of(viewer.get("/officer/targets")).split("<main")[1]
    assert viewer.post("/officer/targets", data=TARGET).status_code == 403


def test_the_map_of_regions_is_edited(visit, tx):
    with tx():
        surabaya = next(row for row in queries.regions() if row.name == "Kota Surabaya")
        batu = next(row for row in queries.regions() if row.name == "Kota Batu")
    data = {f"region-{surabaya.id}": "1", f"region-{batu.id}": ""}
    assert visit("admin").post("/admin/regions", data=data).status_code == 303
    with tx():
        after = {row.name: row.hub_id for row in queries.regions()}
    assert (after["Kota Surabaya"], after["Kota Batu"]) == (1, None)
    assert after["Kab. Malang"] == 1


def test_a_hub_gets_its_phone_number(visit, tx):
    admin = visit("admin")
    assert (
        admin.post(
            "/admin/hubs/1", data={"hub1-city": "Malang", "hub1-phone": "0341 000000"}
        ).status_code
        == 303
    )
    assert (
        admin.post("/admin/hubs/1", data={"hub1-city": "x" * 99, "hub1-phone": ""}).status_code
        == 422
    )
    assert admin.post("/admin/hubs/99", data={}).status_code == 404
    with tx():
        assert queries.hub(1).phone == "0341 000000"
