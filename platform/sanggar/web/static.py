"""Static files: hashed names that never change, compressed once, served by WhiteNoise.

At start-up every file of the core's and the plugins' `static/` folders is copied into the data
folder under a name that carries a hash of its content, with a Brotli and a gzip twin. Browsers may
then keep it for ever, and no request pays for compression.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import brotli
from flask import Flask
from whitenoise import WhiteNoise

from sanggar.kernel.config import Settings
from sanggar.kernel.registry import Registry
from sanggar.web import critical

PREFIX = "/static/"
HERE = Path(__file__).parent / "static"
#: what is worth compressing; pictures and archives are already
TEXT = frozenset({".css", ".js", ".svg", ".json", ".txt", ".webmanifest", ".map"})
_CSS_URL = re.compile(r"""url\((["']?)([^"')]+)\1\)""")
_HASHED = re.compile(r"\.[0-9a-f]{10}\.[a-z0-9]+$")


class Assets:
    """The static files of one application: logical name -> public address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, str] = {}
        #: text of our own stylesheet, for `web.critical`
        self.sheet = ""

    def add(self, name: str, content: bytes) -> None:
        """Store one file under its hashed name, with its compressed twins."""
        if name.endswith(".css"):
            content = _shorten(self._link(name, content))
        if name == critical.SHEET:
            self.sheet = content.decode()
        digest = hashlib.sha256(content).hexdigest()[:10]
        stem, dot, suffix = name.rpartition(".")
        hashed = f"{stem}.{digest}{dot}{suffix}"
        self.names[name] = PREFIX + hashed
        target = self.folder / hashed
        _write(target, content)
        if f".{suffix}" in TEXT and len(content) > 300:
            _write(target.with_name(target.name + ".br"), content, brotli.compress)
            _write(target.with_name(target.name + ".gz"), content, gzip.compress)

    def _link(self, name: str, content: bytes) -> bytes:
        """Point `url(…)` of a stylesheet at hashed names."""
        base = name.rpartition("/")[0]

        def hashed(match: re.Match[str]) -> str:
            found = self.names.get(f"{base}/{match[2]}".lstrip("/"))
            return f'url("{found}")' if found else match[0]

        return _CSS_URL.sub(hashed, content.decode()).encode()

    def url(self, name: str) -> str:
        """Return the address of a static file: `asset("sanggar.css")`.

        Files of a plugin are named `<plugin>/<file>`.
        """
        try:
            return self.names[name]
        except KeyError:
            raise LookupError(
                f"there is no static file '{name}': put it into a static/ folder"
            ) from None


def _shorten(css: bytes) -> bytes:
    """Leave out comments and line ends: the stylesheet travels inside first pages."""
    plain = re.sub(rb"/\*.*?\*/", b"", css, flags=re.DOTALL)
    return re.sub(rb"\s*([{};])\s*", rb"\1", re.sub(rb"\s+", b" ", plain)).strip()


def _write(target: Path, content: bytes, squeeze: Callable[[bytes], bytes] | None = None) -> None:
    """Write once and at once: several workers may start together."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    data = squeeze(content) if squeeze else content
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    Path(name).chmod(0o644)
    Path(name).replace(target)


def _files(folder: Path, prefix: str = "") -> Iterator[tuple[str, Path]]:
    """Yield what a static folder holds, stylesheets last: they point at the others."""
    found = sorted(
        (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()),
        key=lambda path: (path.suffix == ".css", path.as_posix()),
    )
    for path in found:
        yield prefix + path.relative_to(folder).as_posix(), path


def collect(folder: Path, plugins: Mapping[str, Path]) -> Assets:
    """Gather the static files of the core and of the plugins (name -> package) into `folder`."""
    assets = Assets(folder)
    htmx = files("js_lib_htmx").joinpath("static/htmx/htmx.min.js")
    assets.add("htmx.js", htmx.read_bytes())
    for name, path in _files(HERE):
        assets.add(name, path.read_bytes())
    for plugin, package in sorted(plugins.items()):
        for name, path in _files(package / "static", f"{plugin}/"):
            assets.add(name, path.read_bytes())
    return assets


def _headers(headers: dict[str, str], path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    if path.endswith(".svg"):
        # a picture opened on its own may not run anything
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"


def init_app(app: Flask, settings: Settings, registry: Registry) -> None:
    """Serve static files of `app` and give templates `asset(name)`."""
    mimetypes.add_type("image/svg+xml", ".svg")
    folder = settings.data / "static"
    assets = collect(folder, registry.folders)
    app.extensions["sanggar.assets"] = assets
    app.jinja_env.globals["asset"] = assets.url
    app.extensions["sanggar.style_source"] = critical.init_app(
        app, assets.url(critical.SHEET), assets.sheet
    )
    served = WhiteNoise(
        app.wsgi_app,
        max_age=3600,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: bool(_HASHED.search(url)),
        add_headers_function=_headers,
    )
    for hashed in assets.names.values():
        served.add_file_to_dictionary(hashed, str(folder / hashed.removeprefix(PREFIX)))
    app.wsgi_app = served  # type: ignore[method-assign]
