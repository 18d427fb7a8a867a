"""Client to placement: brief, suggested talents, short list, offer, two acceptances, work, rating."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.earn import picture

from sanggar import clock

pytestmark = pytest.mark.browser

NEXT = "main form > button.wide"
TEXT = "Keripik tempe 3 rasa, 100 gram. Foto untuk lokapasar dan Instagram, latar terang."


def test_a_client_finds_a_talent_and_both_sides_agree_deliver_and_rate(
    site: Site, visit: Visit
) -> None:
    owner = visit(site.person("client@example.org"))
    brief = write_brief(owner)
    talent_id = choose(owner, brief)
    send_offer(owner, brief)

    talent = visit(talent_id)
    talent.go("/work")
    talent.look("talent-work")
    offer = newest(talent, "/offers/")
    talent.go(f"/offers/{offer}")
    talent.look("talent-offer")
    talent.send("/accept")
    talent.look("talent-said-yes")

    owner.go(f"/briefs/{brief}")
    owner.look("talent-accepts")
    owner.send("/confirm")
    placement = (
        newest(owner, "/work/") if "/work/" not in owner.path() else owner.path().split("/")[2]
    )
    owner.go(f"/work/{placement}")
    owner.look("agreed")

    deliver(talent, placement)
    rate(owner, placement)
    talent.go(f"/work/{placement}")
    assert "★★★★" in talent.text()
    talent.look("talent-rated")
    talent.fill(client_rating="5", client_comment="Jelas dan ramah.")
    talent.send("/rate-client")
    talent.look("client-rated")
    show_it(talent, placement, visit)
    object_to_the_order(talent, brief, visit(site.person("officer@example.org")))


def test_an_owner_asks_somebody_in_and_an_officer_sends_a_link(site: Site, visit: Visit) -> None:
    owner = visit(site.person("client@example.org"), journey="business")
    owner.go("/briefs/business")
    owner.look("business")
    owner.go("/briefs/business/people")
    owner.fill(login="0812-0000-0999")
    owner.press("main form[novalidate] button[type=submit]")
    owner.look("business-people")
    assert "/businesses/join/" in owner.page.content()
    brief = write_brief(owner)
    choose(owner, brief)
    send_offer(owner, brief)

    officer = visit(site.person("officer@example.org"), journey="business")
    officer.go(f"/briefs/{brief}")
    officer.look("brief-with-link")
    link = officer.page.locator("#yes-link-1").input_value()
    stranger = visit(journey="business")
    stranger.go("/" + link.split("/", 3)[3])
    stranger.look("yes")
    stranger.press("main form button[type=submit]")
    stranger.look("yes-done")
    owner.go(f"/briefs/{brief}")
    assert "/confirm" in owner.page.content()


def show_it(talent: Visitor, placement: str, visit: Visit) -> None:
    """Make a case of finished work, with pictures and the client's yes by a link."""
    talent.go("/profile/work")
    talent.look("profile")
    talent.send(f"/from/{placement}")
    talent.fill(
        title="Foto keripik tempe", problem="Foto lama gelap.", steps="Cahaya jendela, tiga sudut.",
        result="Etalase lebih terang.", number="3 varian difoto", published="y",
    )  # fmt: skip
    talent.press("main form[novalidate] button.wide")
    talent.look("case")
    link = talent.page.locator('main input[value*="/portfolio/allow/"]').input_value()
    asked = visit()
    asked.go("/" + link.split("/", 3)[3])
    asked.look("case-permission")
    asked.fill(name="Bu Sulas")
    asked.press("main form button[name=yes]")
    asked.look("case-allowed")
    talent.go("/profile/work/calendar")
    talent.look("calendar")


def object_to_the_order(talent: Visitor, brief: str, officer: Visitor) -> None:
    """Read why one does not stand higher, ask for a person, and be answered."""
    talent.go("/work/standing")
    talent.look("standings")
    talent.go(f"/work/standing/{brief}")
    talent.look("why-not-higher")
    talent.fill(reason="Dua karya saya belum terhitung, mohon dilihat.")
    talent.press("main form[novalidate] button[type=submit]")
    talent.look("objection")
    officer.go("/officer/ranking/objections")
    officer.look("objections")
    officer.press('main a[href*="/objections/"]')
    officer.look("review")
    officer.fill(outcome="confirmed", answer="Kami periksa: kedua karya sudah terhitung.")
    officer.press("main form[novalidate] button[type=submit]")
    officer.look("objections-decided")


def newest(visitor: Visitor, part: str) -> str:
    """Return the highest number among the links to such pages."""
    links = visitor.page.locator(f'main a[href*="{part}"]').evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    numbers = [int(found[1]) for link in links if (found := re.search(rf"{part}(\d+)$", link))]
    assert numbers, f"no link to {part} in {links}"
    return str(max(numbers))


def write_brief(owner: Visitor) -> str:
    owner.go("/briefs")
    owner.look("home")
    owner.go("/services/photography")
    owner.look("services")
    owner.press('main a[href*="white-background"]')
    owner.look("question-1")
    owner.press(NEXT)
    due = clock.today() + timedelta(days=21)
    for number, said in enumerate((
        {"category": "makanan", "permits": "pirt"}, {"text": TEXT}, {},
        {"level": "foundation", "people": "one"}, {"budget": "250000-500000"},
        {"when": "other", "deadline": due.isoformat()}, {"onsite": "remote"},
    ), 2):  # fmt: skip
        owner.fill(**said)
        if number == 4 and owner.scripts:
            upload(owner, "photos", "toko.jpg", "image/jpeg", picture().read())
        if number in (2, 4, 5, 7):
            owner.look(f"question-{number}")
        owner.press(NEXT)
    owner.look("read-back")
    owner.press(NEXT)
    found = re.match(r"/briefs/(\d+)/talents", owner.path())
    assert found, owner.path()
    return found[1]


def upload(visitor: Visitor, name: str, file: str, kind: str, content: bytes) -> None:
    """Choose a file and wait until the page shows it: nothing else is pressed."""
    chosen = {"name": file, "mimeType": kind, "buffer": content}
    visitor.page.set_input_files(f"#{name}", chosen)
    visitor.page.locator(f"#{name}-box li").wait_for()


def choose(owner: Visitor, brief: str) -> int:
    owner.look("ranking")
    button = owner.page.locator('#ranking form[action$="/shortlist"]').first
    talent = re.search(r"/talents/(\d+)/shortlist", button.get_attribute("action") or "")
    assert talent
    chosen = f'#ranking form[action$="/talents/{talent[1]}/shortlist"] button'
    owner.page.locator(chosen).click()
    if owner.scripts:
        owner.page.locator(f"{chosen}[aria-pressed=true]").wait_for()
    owner.look("short-listed")
    owner.go(f"/briefs/{brief}/people/{talent[1]}")
    owner.look("suggested-talent")
    return int(talent[1])


def send_offer(owner: Visitor, brief: str) -> None:
    owner.go(f"/briefs/{brief}/offer")
    owner.look("offer-form")
    due = clock.today() + timedelta(days=20)
    owner.fill(
        price="450.000", due=due.isoformat(), down_payment="40", message="Terima kasih!", chosen="y"
    )
    owner.press("main form button.wide")
    owner.go(f"/briefs/{brief}")
    owner.look("offer-sent")


def deliver(talent: Visitor, placement: str) -> None:
    talent.go(f"/work/{placement}")
    talent.look("talent-agreed")
    talent.send("/start")
    upload(talent, "files", "katalog.pdf", "application/pdf", b"%PDF-1.7 katalog")
    talent.fill(note="12 foto, ukuran lokapasar dan Instagram.", link="drive.example.org/foto")
    talent.look("talent-delivers")
    talent.send("/deliver", "button.wide")


def rate(owner: Visitor, placement: str) -> None:
    owner.go("/briefs")
    owner.look("home-delivered")
    owner.go(f"/work/{placement}")
    owner.look("delivered")
    owner.fill(rating="5", comment="Cepat dan ramah.")
    owner.send("/accept")
    owner.look("finished")
