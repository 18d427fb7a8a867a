"""What only a browser can show: the passkey script with a virtual authenticator, the shown password."""

from __future__ import annotations

import threading

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

PASSWORD = "kata-sandi-uji-17"

pytestmark = pytest.mark.browser


class Quiet(WSGIRequestHandler):
    """A server that does not write to the terminal."""

    def log(self, *_args, **_options):
        """Say nothing."""


@pytest.fixture
def site(app, people):
    """The address of the application, served on this machine."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def page(site, browser):
    """A phone with a fingerprint reader."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=site)
    opened = context.new_page()
    devices = context.new_cdp_session(opened)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    yield opened
    context.close()


def test_a_passkey_is_made_and_used_by_the_browser(page):
    page.goto("/sign-in")
    page.fill("#email", "talent@example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Tampilkan kata sandi").click()
    assert page.get_attribute("#password", "type") == "text"
    page.locator("main form button.wide").first.click()
    page.wait_for_url("**/learn**")
    page.goto("/account/passkeys")
    page.fill("#name", "Ponsel saya")
    page.get_by_role("button", name="Tambah kunci sandi").click()
    page.get_by_text("siap dipakai").wait_for()
    page.goto("/account")
    page.get_by_role("button", name="Keluar").click()
    page.goto("/sign-in")
    page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    page.wait_for_url("**/learn**")
    assert page.goto("/account/security").status == 200
