"""A person in front of a browser: clicks what is labelled, reads what is there, notices every failure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Download, Locator, Page, Response
from playwright.sync_api import Error as PlaywrightError

PHONE: Mapping[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK: Mapping[str, Any] = {"viewport": {"width": 1440, "height": 900}}


def totp(secret: str, at: float | None = None) -> str:
    """The six digits of RFC 6238 (SHA-1, 30 seconds) that an authenticator shows now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


class Person:
    """One browser profile. ``go``, ``click``, ``fill`` fail with the page's own words when something is not there."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        scripts: bool,
        device: Mapping[str, Any] = DESK,
        state: Any = None,
        locale: str = "de-DE",
    ) -> None:
        self.base, self.scripts = base, scripts
        self.context = browser.new_context(
            java_script_enabled=scripts,
            locale=locale,
            storage_state=state,
            timezone_id="Europe/Berlin",
            accept_downloads=True,
            **device,
        )
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda message: self._console(message.type, message.text))
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("response", self._response)

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.problems.append(f"console: {text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} {response.url}")

    def close(self) -> None:
        """End the profile; fails if a script failed, the policy blocked something, or the server did."""
        self.context.close()
        assert not self.problems, self.problems

    # --- moving ---------------------------------------------------------------------------------------------------

    def go(self, path: str, status: int = 200) -> Person:
        """Open a page; ``status`` is the expected one."""
        response = self.page.goto(path if path.startswith("http") else self.base + path)
        assert response is not None
        assert response.status == status, f"{response.status} instead of {status} at {path}: {self.heading()}"
        return self

    def click(
        self, name: str | re.Pattern[str], *, role: str = "", exact: bool = False, nth: int = 0
    ) -> Person:
        """Press a button or follow a link with this name."""
        found = self.control(name, role=role, exact=exact, nth=nth)
        found.click()
        self.page.wait_for_load_state("load")
        return self

    def control(
        self, name: str | re.Pattern[str], *, role: str = "", exact: bool = False, nth: int = 0
    ) -> Locator:
        for kind in [role] if role else ["button", "link"]:
            found = self.page.get_by_role(kind, name=name, exact=exact).filter(visible=True)  # type: ignore[arg-type]
            if found.count() > nth:
                return found.nth(nth)
        raise AssertionError(f"{name!r} is not on {self.page.url}: {self.text()[:1500]}")

    def has(self, name: str | re.Pattern[str]) -> bool:
        """Whether there is a visible button or link with this name."""
        kinds = ("button", "link")
        return any(self.page.get_by_role(kind, name=name).filter(visible=True).count() for kind in kinds)  # type: ignore[arg-type]

    # --- keyboard -------------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> Person:
        """Keys that stay on the page."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def press_away(self, key: str) -> Person:
        """A key that leads to another page; fails if it does not."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        return self

    def tab_to(self, target: Locator) -> Person:
        """Walk with Tab until the element has the focus, as somebody without a mouse does."""
        for _ in range(80):
            if target.evaluate("element => element === document.activeElement"):
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reachable by Tab on {self.page.url}: {target}")

    # --- filling --------------------------------------------------------------------------------------------------

    def fill(
        self, label: str, value: str, *, within: Locator | None = None, exact: bool = False, nth: int = 0
    ) -> Person:
        """Type into the field with this label."""
        self._field(label, within, exact, nth).fill(value)
        return self

    def choose(self, label: str, option: str, *, within: Locator | None = None) -> Person:
        """Pick from a list."""
        self._field(label, within, False, 0).select_option(label=option)
        return self

    def pick(self, group: str, option: str, *, within: Locator | None = None) -> Person:
        """Tick a radio button or box ``option`` in the group with the legend ``group``."""
        area = (within or self.page.locator("main")).get_by_role("group", name=group)
        if not area.count():
            area = (within or self.page.locator("main")).get_by_role("radiogroup", name=group)
        area.last.get_by_label(option, exact=True).first.check()
        return self

    def check(self, label: str) -> Person:
        """Tick a box."""
        self._field(label, None, False, 0).check()
        return self

    def date(self, group: str, day: date, *, within: Locator | None = None) -> Person:
        """Day, month and year into a date group."""
        area = (within or self.page.locator("main")).get_by_role("group", name=group).last
        for part, number in (("Tag", day.day), ("Monat", day.month), ("Jahr", day.year)):
            area.get_by_label(part).fill(str(number))
        return self

    def upload(self, label: str, *files: Path | dict[str, Any]) -> Person:
        """Choose files."""
        self._field(label, None, False, 0).set_input_files(list(files))  # type: ignore[arg-type]
        return self

    def _field(self, label: str, within: Locator | None, exact: bool, nth: int) -> Locator:
        found = (within or self.page.locator("main")).get_by_label(label, exact=exact)
        fields = found.and_(self.page.locator("input, textarea, select"))
        assert fields.count() > nth, f"no field {label!r} on {self.page.url}: {self.text()[:1500]}"
        return fields.nth(nth)

    # --- reading --------------------------------------------------------------------------------------------------

    def heading(self) -> str:
        """The first heading."""
        found = self.page.locator("h1")
        return found.first.inner_text().strip() if found.count() else self.page.title()

    def text(self) -> str:
        """All text of the page's main part, after what the page tells about the last step."""
        main = self.page.locator("main")
        told = self.page.locator(".sk-messages").all_inner_texts()
        return "\n".join([*told, (main if main.count() else self.page.locator("body")).first.inner_text()])

    def sees(self, *parts: str) -> Person:
        """Fails unless all of ``parts`` can be read."""
        text = " ".join(self.text().split())
        for part in parts:
            assert part in text, f"{part!r} is not on {self.page.url}: {text[:1500]}"
        return self

    def download(self, name: str | re.Pattern[str]) -> bytes:
        """Follow a link that gives a file."""
        link = self.control(name, role="link")
        with self.page.expect_download() as waiting:
            link.click()
        file: Download = waiting.value
        return Path(file.path()).read_bytes()

    def fetch(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """A request with this profile's cookies (files that the browser would show itself)."""
        url = path if path.startswith("http") else self.base + path
        try:
            answer = self.context.request.get(url)
        except (
            PlaywrightError
        ) as error:  # the server ended an idle connection just then; browsers ask again, too
            if "ECONNRESET" not in str(error):
                raise
            answer = self.context.request.get(url)
        return answer.status, answer.body(), answer.headers

    # --- logging in -----------------------------------------------------------------------------------------------

    def log_in(self, login: str, password: str, secret: str = "") -> Person:
        """Password and, where it is asked for, the code of the authenticator."""
        self.go("/accounts/login/")
        self.page.locator("input[name=login]").fill(login)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("form:has(input[name=password]) button").first.click()
        self.page.wait_for_load_state("load")
        if secret:
            for attempt in range(3):
                self.page.locator("input[name=code]").fill(totp(secret, time.time() + 30 * (attempt == 1)))
                self.page.locator("form:has(input[name=code]) button").first.click()
                self.page.wait_for_load_state("load")
                if not self.page.locator("input[name=code]").count():
                    break
                if attempt:
                    time.sleep(30 - time.time() % 30 + 0.2)  # a code is good only once
        assert "/accounts/" not in self.page.url, f"not logged in: {self.text()[:500]}"
        return self
