"""`make run` as a person meets it: it answers, says where, ends when told to, and refuses a port in use."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 300
"""How long the command may take on a busy machine before the test says that it hangs."""

FIRST_PORT, LAST_PORT = 20_000, 30_000
"""Below the ports from which systems choose when none is asked for: nobody is given one of these by chance."""


def environment(tmp_path: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DEMO", "DEBUG", "TODAY", "HOST")}
    return {**kept, "DATABASE_URL": f"sqlite:///{tmp_path / 'run.sqlite3'}", "PORT": str(port)}


def run(tmp_path: Path, port: int) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "scripts/run.py"],
        cwd=ROOT,
        env=environment(tmp_path, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def put_an_end_to(server: subprocess.Popen) -> None:
    """The command and every worker it started: one left over would keep the pipe open for ever."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.communicate()


@pytest.fixture
def port() -> int:
    """A port that nobody listens on; processes that run tests beside each other start to look at different ones."""
    start = os.getpid() * 7
    for place in range(LAST_PORT - FIRST_PORT):
        number = FIRST_PORT + (start + place) % (LAST_PORT - FIRST_PORT)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", number)):
            return number
    raise OSError("every port is in use")


@pytest.mark.slow
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "interrupted"])
def test_it_serves_the_demo_says_where_and_ends_when_told(tmp_path, port, told):
    server = run(tmp_path, port)
    patience = threading.Timer(PATIENCE_SECONDS, os.killpg, (server.pid, signal.SIGKILL))
    patience.start()
    try:
        said = []
        for line in server.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert f"FutureFit is on http://127.0.0.1:{port}/\n" in said, "".join(said)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=PATIENCE_SECONDS) as answer:
            assert answer.status == 200
            assert "Finance officer" in answer.read().decode()
        server.send_signal(told)
        assert server.wait(timeout=PATIENCE_SECONDS) == 0, server.stdout.read()
    finally:
        patience.cancel()
        put_an_end_to(server)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_in_use_is_named_before_anything_is_done(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = run(tmp_path, port)
        said, _ = server.communicate(timeout=PATIENCE_SECONDS)
    assert server.returncode == 1
    assert f"Cannot serve on 127.0.0.1 port {port}: Address already in use." in said
    assert not (tmp_path / "run.sqlite3").exists()


def test_a_port_that_is_none_is_refused_in_words(tmp_path):
    server = run(tmp_path, 70000)
    said, _ = server.communicate(timeout=PATIENCE_SECONDS)
    assert (server.returncode, said) == (1, "PORT is '70000'; it must be a number from 1 to 65535.\n")
