"""Every page of accounts opens for those it is for, in both languages, within eight statements."""

from __future__ import annotations

import pytest

PUBLIC = ["/sign-in", "/join", "/sign-in/code", "/reset", "/sign-in/passkey"]
OWN = [
    "/account", "/account/edit", "/account/password", "/account/security", "/account/consents",
    "/account/data", "/account/second-step", "/account/recovery-codes", "/account/passkeys",
    "/account/confirm",
]  # fmt: skip
OFFICER = ["/officer/people", "/officer/people/new", "/officer/deletions", "/officer/targets"]
ADMIN = [*OFFICER, "/admin/roles", "/admin/regions", "/admin/hubs"]


def statuses(browser, addresses):
    """Return what each page answers."""
    return {address: browser.get(address).status_code for address in addresses}


@pytest.mark.parametrize("language", ["id", "en"])
def test_public_pages_open_for_everybody(client, language):
    client.set_cookie("lang", language)
    for address in PUBLIC:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert f'lang="{language}"' in answer.get_data(as_text=True), address


@pytest.mark.parametrize("who", ["talent", "client", "mentor", "officer", "admin"])
def test_own_pages_open_for_everybody_signed_in(visit, who):
    assert statuses(visit(who), OWN) == dict.fromkeys(OWN, 200)


def test_officers_pages_open_for_officers(visit):
    assert statuses(visit("officer"), OFFICER) == dict.fromkeys(OFFICER, 200)


def test_administrators_pages_open_for_administrators(visit):
    assert statuses(visit("admin"), ADMIN) == dict.fromkeys(ADMIN, 200)


def test_staff_pages_refuse_talents(visit):
    staff = [*OFFICER, "/admin/roles", "/admin/regions"]
    assert statuses(visit("talent"), staff) == dict.fromkeys(staff, 403)


@pytest.mark.parametrize("address", [*OWN, *ADMIN])
def test_private_pages_send_strangers_to_sign_in(client, address):
    answer = client.get(address)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")


def test_pages_need_at_most_eight_statements(visit, people, statements):
    addresses = {
        "talent": OWN,
        "officer": [
            *OFFICER,
            f"/officer/people/{people.talent}",
            f"/officer/people/{people.talent}/edit",
        ],
        "admin": [*ADMIN, f"/admin/roles/{people.mentor}", f"/officer/people/{people.talent}"],
    }
    for who, pages in addresses.items():
        browser = visit(who)
        for page in pages:
            statements.clear()
            assert browser.get(page).status_code == 200
            counted = [s for s in statements if not s.startswith("PRAGMA")]
            assert len(counted) <= 8, (page, counted)


def test_texts_are_indonesian_by_default(visit, text_of):
    body = text_of(visit("talent").get("/account/security"))
    assert "Kata sandi" in body
    assert "Password" not in body
