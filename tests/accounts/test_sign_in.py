"""Signing in and out: phone or e-mail, second step, recovery codes, reset links, sessions that end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from passlib.totp import TOTP

from sanggar import clock
from sanggar.accounts import codes, mail, queries, service
from sanggar.kernel import access

PASSWORD = "kata-sandi-uji-17"


def sign_in(browser, login, password=PASSWORD, **more):
    """Send the sign-in form."""
    return browser.post("/sign-in", data={"email": login, "password": password, **more})


@pytest.mark.parametrize(
    "login", ["+6281200000000", "0812 0000 0000", "6281200000000", "TALENT@example.org"]
)
def test_phone_in_any_form_or_email_signs_in(client, people, login):
    answer = sign_in(client, login)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/home")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("+6281200000000", "salah"),
        ("+6289999999999", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("", ""),
    ],
)
def test_a_wrong_sign_in_is_422_and_does_not_tell_which_part_was_wrong(
    client, people, text_of, login, password
):
    answer = sign_in(client, login, password)
    assert answer.status_code == 422
    assert client.get("/account").status_code == 303
    if login:
        assert "Nomor ponsel, alamat e-mail, atau kata sandi tidak benar" in text_of(answer)
        assert f'value="{login}"' in text_of(answer)


def test_signing_in_goes_back_to_the_wanted_page_but_never_to_another_site(client, people):
    assert (
        client.post(
            "/sign-in?next=/account/data",
            data={"email": "talent@example.org", "password": PASSWORD},
        )
        .headers["Location"]
        .endswith("/account/data")
    )
    other = client.application.test_client()
    answer = other.post(
        "/sign-in?next=https://evil.example/",
        data={"email": "talent@example.org", "password": PASSWORD},
    )
    assert "evil" not in answer.headers.get("Location", "")


def test_signing_out_ends_the_session(visit):
    browser = visit("talent")
    assert browser.post("/sign-out").status_code == 302
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize(
    "address", ["/sign-in", "/sign-in/step", "/sign-in/recovery", "/sign-in/passkey", "/join"]
)
def test_pages_for_strangers_do_not_sign_anybody_out(visit, address):
    browser = visit("talent")
    assert browser.get(address).status_code in (302, 303)
    assert browser.get("/account").status_code == 200


def test_htmx_is_told_to_go_to_the_sign_in_page(client):
    answer = client.get(
        "/officer/people", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/x"}
    )
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/sign-in?next=/x")


def test_json_callers_get_401(client):
    answer = client.get("/account", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["ok"] is False


def test_keep_me_signed_in_decides_how_long_the_cookie_lives(client, people):
    longer = sign_in(client, "talent@example.org", remember="y")
    assert "Expires=" in longer.headers["Set-Cookie"]
    shorter = sign_in(client.application.test_client(), "talent@example.org")
    assert "Expires=" not in shorter.headers["Set-Cookie"]


def test_a_closed_account_is_anonymous_at_once(visit, people, tx):
    browser = visit("talent")
    assert browser.get("/account").status_code == 200
    with tx():
        service.set_active(people.talent, False)
    assert browser.get("/account").status_code == 303
    assert sign_in(browser, "talent@example.org").status_code == 422


def test_a_new_password_ends_other_sessions_and_keeps_this_one(visit, people):
    here, elsewhere = visit("talent"), visit("talent")
    answer = here.post(
        "/account/password", data={"current": PASSWORD, "password": "kata sandi yang baru"}
    )
    assert answer.status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_the_present_password_is_asked_before_a_new_one(visit, text_of):
    answer = visit("talent").post(
        "/account/password", data={"current": "salah", "password": "kata sandi yang baru"}
    )
    assert answer.status_code == 422
    assert "Kata sandi ini tidak benar" in text_of(answer)


def test_passwords_are_argon2id_at_the_stated_cost(app):
    from sanggar.accounts import passwords

    app.testing = False
    try:
        with app.app_context():
            made = passwords.hash_password("satu dua tiga")
            assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
            assert passwords.verify(made, "satu dua tiga")
            assert not passwords.verify(made, "satu dua")
            assert not passwords.verify(None, "satu dua tiga")
    finally:
        app.testing = True


@pytest.fixture
def mails(monkeypatch, app):
    """E-mails that would be delivered."""
    sent = []

    class Channel:
        def send(self, message):
            sent.append(message)

    monkeypatch.setattr(
        mail.registry,
        "current",
        lambda: type("R", (), {"channels": {"email": Channel()}, "tell": lambda *_a: None})(),
    )
    return sent


def test_a_reset_link_sets_a_new_password_and_works_once(client, visit, people, mails):
    elsewhere = visit("talent")
    assert client.post("/reset", data={"email": "talent@example.org"}).status_code == 200
    link = re.search(r"http://localhost:8000(/reset/\S+)", mails[0].body)[1]
    assert mails[0].subject == "Pilih kata sandi baru"
    assert client.get(link).status_code == 200
    short = client.post(link, data={"password": "pendek"})
    assert short.status_code == 422
    assert client.post(link, data={"password": "kata sandi yang baru"}).status_code == 302
    assert elsewhere.get("/account").status_code == 303
    assert sign_in(client, "talent@example.org", "kata sandi yang baru").status_code == 302
    client.post("/sign-out")
    assert client.get(link).status_code == 302  # used: back to the form that asks for a link


def test_asking_for_a_reset_does_not_tell_who_is_a_member(client, people, mails, text_of):
    known = client.post("/reset", data={"email": "talent@example.org"})
    unknown = client.post("/reset", data={"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert "e-mail berisi tautan sedang dikirim" in text_of(unknown)
    assert len(mails) == 1


def authenticator(page):
    """Return the authenticator app that has read the key on the page."""
    key = re.search(r"<code>([A-Z2-7-]+)</code>", page)[1]
    return TOTP(key=key.replace("-", ""))


@pytest.fixture
def app_of_talent(visit, text_of):
    """A talent's browser and authenticator app after the second step was turned on."""
    browser = visit("talent")
    page = text_of(browser.post("/account/second-step", data={"setup": "authenticator"}))
    phone = authenticator(page)
    action = re.search(r'action="(/account/second-step/[^"]+)"', page)[1]
    wrong = browser.post(action, data={"code": "000000"})
    assert wrong.status_code == 422
    assert phone.base32_key in text_of(wrong).replace("-", "")
    assert browser.post(action, data={"code": phone.generate().token}).status_code == 303
    return browser, phone


def test_the_second_step_is_asked_after_the_password(client, people, app_of_talent, text_of, tx):
    _browser, phone = app_of_talent
    with tx():
        assert queries.security(people.talent).second_step
    answer = sign_in(client, "talent@example.org")
    assert answer.headers["Location"].startswith("/sign-in/step")
    assert client.get("/account").status_code == 303
    assert client.post("/sign-in/step", data={"code": "000000"}).status_code == 422
    later = phone.generate(time=__import__("time").time() + 30).token
    assert client.post("/sign-in/step", data={"code": later}).status_code == 302
    assert client.get("/account").status_code == 200


def test_a_code_of_the_app_works_once(client, people, app_of_talent):
    _browser, phone = app_of_talent
    later = phone.generate(time=__import__("time").time() + 30).token
    sign_in(client, "talent@example.org")
    assert client.post("/sign-in/step", data={"code": later}).status_code == 302
    other = client.application.test_client()
    sign_in(other, "talent@example.org")
    assert other.post("/sign-in/step", data={"code": later}).status_code == 422


def test_a_recovery_code_replaces_a_lost_phone_once(client, people, app_of_talent, text_of, tx):
    browser, _phone = app_of_talent
    page = text_of(browser.post("/account/recovery-codes"))
    codes = re.findall(r"<li><code>([0-9a-f-]+)</code></li>", page)
    assert len(codes) == 8
    sign_in(client, "talent@example.org")
    assert client.post("/sign-in/recovery", data={"code": codes[0]}).status_code == 302
    assert client.get("/account").status_code == 200
    with tx():
        assert queries.security(people.talent).recovery_codes == 7
    other = client.application.test_client()
    sign_in(other, "talent@example.org")
    assert other.post("/sign-in/recovery", data={"code": codes[0]}).status_code == 422


def test_the_second_step_can_be_turned_off(client, people, app_of_talent):
    browser, _phone = app_of_talent
    browser.post("/account/second-step", data={"setup": "disable"})
    assert sign_in(client, "talent@example.org").headers["Location"].endswith("/home")


def test_an_administrator_can_turn_a_lost_second_step_off(client, visit, people, app_of_talent):
    address = f"/officer/people/{people.talent}/second-step"
    assert visit("officer").post(address).status_code == 403
    assert visit("admin").post(address).status_code == 303
    assert sign_in(client, "talent@example.org").headers["Location"].endswith("/home")


def test_an_old_sign_in_is_confirmed_before_protection_changes(visit, text_of):
    browser = visit("talent")
    with browser.session_transaction() as session:
        session["fs_paa"] = session["fs_paa"] - timedelta(days=2).total_seconds()
    answer = browser.post("/account/second-step", data={"setup": "authenticator"})
    assert answer.headers["Location"].startswith("/account/confirm")
    assert browser.post("/account/confirm", data={"password": "salah"}).status_code == 422
    assert browser.post("/account/confirm", data={"password": PASSWORD}).status_code == 302
    assert browser.post("/account/second-step", data={"setup": "authenticator"}).status_code == 200


def test_the_code_of_an_officer_signs_in_and_asks_for_a_new_password(client, people, tx, now):
    with tx():
        code = codes.create_code(people.talent, by_id=people.officer, now=now)
    assert len(code) == 8
    typed = f"{code[:4]} {code[4:]}".lower()
    answer = client.post("/sign-in/code", data={"login": "081200000000", "code": typed})
    assert answer.headers["Location"] == "/account/password"
    answer = client.post("/account/password", data={"password": "kata sandi yang baru"})
    assert answer.status_code == 303
    assert (
        sign_in(
            client.application.test_client(), "talent@example.org", "kata sandi yang baru"
        ).status_code
        == 302
    )


def test_an_officers_code_works_once_for_thirty_minutes_and_five_tries(client, people, tx, now):
    def use(code):
        return client.application.test_client().post(
            "/sign-in/code", data={"login": "talent@example.org", "code": code}
        )

    with tx():
        first = codes.create_code(people.talent, by_id=people.officer, now=now)
    assert use(first).status_code == 303
    assert use(first).status_code == 422
    with tx():
        old = codes.create_code(
            people.talent, by_id=people.officer, now=now - timedelta(minutes=31)
        )
    assert use(old).status_code == 422
    with tx():
        worn = codes.create_code(people.talent, by_id=people.officer, now=now)
    for _try in range(5):
        assert use("00000000").status_code == 422
    assert use(worn).status_code == 422
    with tx():
        replaced = codes.create_code(people.talent, by_id=people.officer, now=now)
        codes.create_code(people.talent, by_id=people.officer, now=now)
    assert use(replaced).status_code == 422


def test_an_officers_code_does_not_go_around_the_second_step(
    client, people, app_of_talent, tx, now
):
    with tx():
        code = codes.create_code(people.talent, by_id=people.officer, now=now)
    answer = client.post("/sign-in/code", data={"login": "talent@example.org", "code": code})
    assert answer.headers["Location"].startswith("/sign-in/step")


def test_the_principal_costs_one_statement(app, people, visit, statements):
    seen = statements
    browser = visit("officer")
    with browser.session_transaction() as session:
        kept = dict(session)
    seen.clear()
    with app.test_request_context("/", headers={}) as context:
        context.session.update(kept)
        person = access.principal()
    assert person.id == people.officer
    assert person.has(access.Role.HUB_OFFICER)
    assert len(person.hubs) == 1
    assert len([s for s in seen if not s.startswith("PRAGMA")]) == 1


def test_attempts_are_limited_for_one_account_but_not_for_a_whole_room(settings, tmp_path):
    from dataclasses import replace

    from flask import Flask

    from sanggar.accounts import limits

    site = Flask("site")
    site.secret_key = "x"
    site.add_url_rule("/sign-in", "security.login", lambda: "ok", methods=["POST"])
    limits.init_app(site, replace(settings, rate_limits=True))
    browser = site.test_client()
    answers = [
        browser.post("/sign-in", data={"email": "a@example.org"}).status_code for _ in range(11)
    ]
    assert answers == [200] * 10 + [429]
    assert browser.post("/sign-in", data={"email": "b@example.org"}).status_code == 200


def test_the_clock_is_aware():
    assert clock.now().tzinfo is not None
