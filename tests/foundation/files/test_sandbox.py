"""Hostile files are opened by a process of their own, whoever starts it and whatever happens to it."""

from __future__ import annotations

import io
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import psutil
import pytest

from stadtkern.foundation.files import sandbox
from stadtkern.foundation.files.errors import BrokenFile

PDF = "application/pdf"


@pytest.fixture
def pdf():
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def fresh():
    sandbox.forget()
    yield
    sandbox.forget()


def test_every_file_gets_a_process_of_its_own_that_ends(pdf):
    for _ in range(3):
        sandbox.check(PDF, io.BytesIO(pdf))
    incubator = psutil.Process(sandbox._incubator.process.pid)
    end = time.monotonic() + 5
    while incubator.children() and time.monotonic() < end:
        time.sleep(0.02)
    assert incubator.children() == []


def test_the_incubator_knows_nothing_worth_stealing(pdf, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "nicht für andere")
    sandbox.check(PDF, io.BytesIO(pdf))
    process = psutil.Process(sandbox._incubator.process.pid)
    assert set(process.environ()) == {"LC_ALL"}
    kinds = {
        os.readlink(f"/proc/{process.pid}/fd/{fd}").partition(":")[0]
        for fd in os.listdir(f"/proc/{process.pid}/fd")
    }
    assert kinds <= {"/dev/null", "socket"}
    assert process.net_connections("inet") == []


def test_many_at_once_get_their_own_answer(pdf):
    def look(number: int) -> bool:
        try:
            sandbox.check(PDF, io.BytesIO(pdf if number % 2 else b"%PDF-1.4 kaputt"))
        except BrokenFile:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(look, range(24))) == [bool(number % 2) for number in range(24)]


def test_a_killed_incubator_is_replaced(pdf):
    sandbox.check(PDF, io.BytesIO(pdf))
    before = sandbox._incubator.process
    before.send_signal(signal.SIGKILL)
    before.wait()
    sandbox.check(PDF, io.BytesIO(pdf))
    assert sandbox._incubator.process.pid != before.pid


def test_without_an_incubator_a_new_interpreter_does_it(pdf, monkeypatch):
    monkeypatch.setattr(sandbox, "_start", lambda: (_ for _ in ()).throw(OSError("no more processes")))
    sandbox.check(PDF, io.BytesIO(pdf))
    with pytest.raises(BrokenFile):
        sandbox.check(PDF, io.BytesIO(b"%PDF-1.4 kaputt"))


def test_who_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(sandbox, "TIMEOUT", -1.5)
    read, write = os.pipe()
    try:
        with pytest.raises(BrokenFile):
            sandbox._read(read)
    finally:
        os.close(read)
        os.close(write)


def test_half_an_answer_is_no_answer(pdf, monkeypatch):
    monkeypatch.setattr(sandbox, "_read", lambda answer: b'{"ok": true}')  # killed before it was done
    with pytest.raises(BrokenFile):
        sandbox.check(PDF, io.BytesIO(pdf))


def test_it_ends_with_us(pdf):
    sandbox.check(PDF, io.BytesIO(pdf))
    process = sandbox._incubator.process
    sandbox._incubator.orders.close()
    assert process.wait(5) == 0
