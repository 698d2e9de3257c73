"""The product as it is served, on a database of its own: what the browser is pointed at."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.databases import ROOT, environment

START_SECONDS = 60

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page might ask of another machine fails, and is noted as asked.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextmanager
def served(database: Path, log: Path) -> Iterator[str]:
    """The address of the product serving this database on a free port, such as ``http://127.0.0.1:41000``."""
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("w") as written:
        # The server is handed the socket: between finding a free port and taking it, somebody else could.
        port, handle = listening.getsockname()[1], listening.fileno()
        command = [sys.executable, "-m", "gunicorn", "futurefit.wsgi", "--bind", f"fd://{handle}"]
        command += ["--no-control-socket", "--worker-class", "gthread", "--threads", "4", "--log-level", "warning"]
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment(database), stdout=written, stderr=written, pass_fds=[handle]
        )
        try:
            _wait_until_it_answers(server, f"http://127.0.0.1:{port}/readyz", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_until_it_answers(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            with opener.open(address, timeout=5):
                return
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{address} says: {refused.read().decode()}") from refused
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The site does not answer on {address}:\n{log.read_text()}")
